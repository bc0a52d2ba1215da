#pragma once
#include "nk/scenario/plan_scenario.hpp"
#include "nk/study/cohort_report.hpp"

namespace nk::study {

/// The front of a plan, its figures and report. Table `front`: the protocols that no other beats in the mean of all aims, on new
/// patients; never one best protocol.
StudyWords plan_result(scenario::PlanScenario const& scenario, MergedJobs const& merged, nlohmann::json summary);

} // namespace nk::study
