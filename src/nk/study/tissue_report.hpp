#pragma once
#include "nk/formats/run_directory.hpp"

#include <string>

namespace nk::study {

/// The report page of a tissue, from its run directory only: answer, cells over time, kills, fields, a film of a slice, parameters,
/// limits, how to repeat it.
///
/// returns  one self-contained HTML page
/// errors   ScenarioError when the run is not finished or is of another kind; MachineError for files
std::string tissue_report(formats::RunDirectory const& directory);

/// The report of a run of any kind.
std::string report_of(formats::RunDirectory const& directory);

} // namespace nk::study
