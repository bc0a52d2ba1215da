#pragma once
#include "nk/backend/executor.hpp"
#include "nk/study/arm_file.hpp"

namespace nk::study {

/// Runs the replicates of an arm whose scenario is a host, each with its own seed: the same numbers for any number of threads.
///
/// returns  one observation for each replicate and each look, in this order. Read-outs: every column of course.csv, NAME_log10_titre (not
///          below the limit of detection), and of each infection until then NAME_peak_log10, NAME_peak_days, NAME_cleared_days,
///          NAME_undetected_days, NAME_takeover_days and NAME_least_alive (days from its beginning; -1 = not until then);
///          with a therapy crs_grade, and of each product NAME_peak [cell/uL], NAME_peak_day and NAME_last_seen [day] until then
/// errors   ScenarioError of the scenario, of looks beyond its end, and of settings that only wells have; NumericalError
std::vector<Observation> observe_hosts(Arm const& arm, ArmFile const& file, ParameterBase const& base, backend::Executor executor);

} // namespace nk::study
