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

/// Said while a run goes on from a checkpoint: which one, and which could not be used.
using Notice = std::function<void(std::string const& sentence)>;

/// Goes on with a run that was stopped, from its last whole checkpoint, in its own folder. The outcome has the bits of a run that was
/// never stopped.
///
/// reading   of the folder's scenario.toml
/// settings  its folder is not used
/// errors    as `run_tissue`; ScenarioError when there is no checkpoint that can be used, or it was made with other parameters
RunOutcome resume_tissue(formats::RunDirectory const& directory, scenario::TissueReading const& reading, ParameterBase const& standard,
                         RunSettings const& settings, Progress const& progress, Notice const& notice);

/// A branch: the run of `directory` as it was until `time`, from there on with another scenario and the same random numbers, in a new
/// folder.
///
/// original, changed  the folder's scenario, and the same with what differs in the branch
/// time               [min]; simulated again from the last checkpoint before it
/// errors             as `resume_tissue`; ScenarioError when the two differ in kinds of cells, substrates, vessels or voxels
RunOutcome fork_tissue(formats::RunDirectory const& directory, scenario::TissueReading const& original,
                       scenario::TissueReading const& changed, double time, ParameterBase const& standard, RunSettings const& settings,
                       Progress const& progress, Notice const& notice);

} // namespace nk::simulate
