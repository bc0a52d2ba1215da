#pragma once
#include "nk/simulate/run.hpp"
#include "nk/simulate/tissue_builder.hpp"

namespace nk::simulate {

/// Runs a tissue into a run directory: scenario.toml, frames of cells and fields, counts over time, the event ledger, summary, metadata.
///
/// standard  the base as it came, to tell which parameters the scenario changed
/// progress  called between steps; may throw Interrupted
/// returns   the outcome without wells
/// errors    ScenarioError, after which there is no folder; MachineError; NumericalError when a number of the state is none; Interrupted
RunOutcome run_tissue(scenario::TissueReading const& reading, ParameterBase const& standard, RunSettings const& settings,
                      Progress const& progress = {});

/// Cells of a tissue as a frame keeps them: id, kind, state, position, radius, and what distinguishes them.
Table cells_table(tissue::Tissue const& tissue);
/// Voxels of one substrate: places and concentration.
Table field_table(tissue::Tissue const& tissue, std::size_t substrate);

} // namespace nk::simulate
