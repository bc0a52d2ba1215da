#pragma once
#include "nk/scenario/plan_scenario.hpp"
#include "nk/study/cohort.hpp"

namespace nk::study {

/// A search for protocols that nothing beats in all aims at once (Pareto), ready to run. One job is one island: NSGA-II from its own
/// start, then its last protocols tried again on new patients under the parameter ensemble.
struct TherapyPlanStudy {
    scenario::PlanScenario scenario;
    std::vector<std::string> controls; ///< names, in the order of the columns
    JobPlan plan;                      ///< table `protocols`
};

/// Columns of `protocols`: island, then every control, then for each objective its value in the search, its mean on new patients, and
/// the least and greatest mean of a member of the ensemble.
///
/// cohort   the patients; its arms are not used
/// members  parameter bases under which protocols are tried again, at least one
/// errors   ScenarioError for a control whose key does not exist or whose bounds do not fit
/// source   pagmo2 (Biscani & Izzo 2020, JOSS 5:2338); Deb 2002, IEEE TEC 6:182
TherapyPlanStudy plan_therapy(scenario::PlanScenario const& scenario, std::string const& resolved_text, CohortStudy const& cohort,
                              std::vector<ParameterBase> const& members, std::string const& version);

/// Rows of `protocols` that no other row beats in all means at once, in their order.
std::vector<std::size_t> pareto_front(std::vector<std::vector<double>> const& objectives);

} // namespace nk::study
