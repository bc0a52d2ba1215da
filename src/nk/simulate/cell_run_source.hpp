#pragma once
#include "nk/simulate/cell_source.hpp"

namespace nk::simulate {

/// The living cells of a frame of an earlier run: places, kinds, radii, who is infected, and with `output.ligands` their ligands.
/// place   its `run` is "DIR" (the last frame) or "DIR@TIME"
/// errors  ScenarioError at `place.source`
CellSource cells_of_run(scenario::CellPlace const& place);

} // namespace nk::simulate
