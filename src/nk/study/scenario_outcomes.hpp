#pragma once
#include "nk/scenario/read_sweep.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nk::study {

/// A number that a run of a scenario gives.
struct OutcomeName {
    std::string name;
    std::string unit = "1";
    bool usual = false; ///< among the few that a report shows unless others are asked for
};

/// What one run of a scenario gave: one entry for a tissue or a host; for a killing assay one for each combination of effector, target,
/// E:T ratio and `plate.vary`, over whose replicate wells the numbers are means.
struct ScenarioOutcome {
    std::string effector, target; ///< names of tables; "" for a tissue or a host
    double e_to_t = 0.0;
    std::string value;           ///< of plate.vary
    std::vector<double> numbers; ///< in the order of `outcome_names`; NaN = there is none, such as the day of a clearance that never came
};

/// Names and units of the numbers of a scenario, in a fixed order. Wells: specific_lysis_percent, kills_per_nk, fraction_non_killers,
/// cd107a_percent, then all other read-outs that every well has (docs/reference/readouts.md). Tissues: targets_alive, nk_alive,
/// healthy_killed (cells of targets whose row of the base says that they come from healthy tissue), killed_KIND, then the other
/// read-outs. Hosts: every column of course.csv at the end, and of an infection NAME_peak_titre, NAME_peak_days, NAME_cleared (1 or 0),
/// NAME_cleared_days, NAME_least_alive, of a tumour NAME_gone and NAME_gone_days (days since its beginning).
/// Builds the scenario, but does not run it.
///
/// errors  ScenarioError of what a run would refuse
std::vector<OutcomeName> outcome_names(scenario::AnyReading const& reading);

/// Runs a scenario in memory by one thread: the numbers of `nk run` with this seed.
///
/// names   those wanted, from `outcome_names`
/// errors  ScenarioError; NumericalError
std::vector<ScenarioOutcome> run_in_memory(scenario::AnyReading const& reading, std::uint64_t seed, std::vector<OutcomeName> const& names);

} // namespace nk::study
