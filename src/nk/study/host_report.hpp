#pragma once
#include "nk/formats/run_directory.hpp"

#include <string>

namespace nk::study {

/// The report page of a host, from its run directory only: answer, NK cells over time, each infection and tumour, what each thing
/// changed, parts of life with the grade of their evidence, parameters, limits, how to repeat it.
///
/// returns  one self-contained HTML page
/// errors   ScenarioError when the run is not finished or is of another kind; MachineError for files
std::string host_report(formats::RunDirectory const& directory);

} // namespace nk::study
