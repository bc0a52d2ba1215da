#pragma once
#include "nk/formats/run_directory.hpp"

#include <string>

namespace nk::study {

/// The report page of a killing assay, from its run directory only: answer, killing curve with published points, time
/// course, kills of single cells, contacts, plate, film of the first well, parameters, limits, how to repeat it.
///
/// returns  one self-contained HTML page
/// errors   ScenarioError when the run is not finished or is of another kind; MachineError for files
std::string well_report(formats::RunDirectory const& directory);

} // namespace nk::study
