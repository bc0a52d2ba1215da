#pragma once
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/cell_source.hpp"
#include "nk/simulate/run.hpp"

namespace nk::simulate {

/// Keeps the cells that a run took from files in its folder, so that the folder repeats the run without them.
/// returns  the resolved scenario with `file` and `sha256` of the copies, below lines about where they came from
/// errors   MachineError
std::string keep_cells(formats::RunDirectory const& directory, scenario::TissueReading const& reading, CellSources const& cells);

/// The settings with the files of the cells among the inputs.
RunSettings with_cell_inputs(RunSettings settings, CellSources const& cells);

} // namespace nk::simulate
