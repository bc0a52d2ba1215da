#pragma once
#include "nk/study/cohort_report.hpp"

namespace nk::study {

/// Report of a cohort with model "hazard": cancers by third of activity, against the lowest third of the same arm.
///
/// arms  labels in their order
StudyWords hazard_result(scenario::CohortScenario const& scenario, std::vector<std::string> const& arms, MergedJobs const& merged,
                         nlohmann::json summary);

} // namespace nk::study
