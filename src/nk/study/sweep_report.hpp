#pragma once
#include "nk/study/sweep_tables.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace nk::study {

/// The report of a finished sweep as one HTML page: outcomes against each factor, a map for grids of two factors, rank correlations,
/// Sobol indices where the design allows, means of all points, how to reproduce it.
/// runs     the merged table "sweep"
/// summary  of the study: its `command_line` and `version` are shown
std::string sweep_report(SweepStudy const& study, Table const& runs, nlohmann::json const& summary);

} // namespace nk::study
