#pragma once
#include "nk/formats/run_directory.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/assay.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nk::simulate {

/// A run was asked to stop (a signal); what was finished until then stands in its folder (exit code 4).
class Interrupted : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What is known about a run beside its scenario.
struct RunSettings {
    /// How `folder` becomes the folder of the run, which is made.
    enum class Naming {
        as_given, ///< must be empty
        free,     ///< `folder`, or the first of `folder`-2, `folder`-3, ... that is not taken
        numbered  ///< the first of `folder`-1, `folder`-2, ... that is not taken
    };
    std::string folder;
    Naming naming = Naming::as_given;
    int threads = 1;
    std::string command_line;              ///< as the user typed it
    std::string version;                   ///< of the program
    std::string created;                   ///< ISO 8601
    std::vector<formats::RunInput> inputs; ///< files that were read
    std::optional<double> until = {};      ///< stop then, with a checkpoint (tissues) [min]
};

/// A finished run.
struct RunOutcome {
    std::string folder;            ///< where it stands
    std::vector<WellResult> wells; ///< of a killing assay
    std::string state_hash;
    double wall_seconds = 0.0;
    double simulated_minutes = 0.0; ///< of each well, or of the tissue
    nlohmann::json summary;         ///< what summary.json holds
};

/// Runs a killing assay into a run directory: scenario.toml, frames of the first well, tables of all wells, summary, metadata.
///
/// standard  the base as it came, to tell which parameters the scenario changed
/// progress  called between steps; may throw Interrupted
/// errors    ScenarioError, after which there is no folder; MachineError; Interrupted with a sentence about what is kept
RunOutcome run_scenario(scenario::WellReading const& reading, ParameterBase const& standard, RunSettings const& settings,
                        Progress const& progress = {});

/// The folder that the settings name, made.
formats::RunDirectory folder_of(RunSettings const& settings);
/// scenario.toml as a run keeps it: the resolved text below a note on version and parameter base.
std::string scenario_text(ParameterBase const& base, std::string const& resolved, RunSettings const& settings);

/// The seed, effector, target and value of wells and all their read-outs: one row a well.
Table wells_table(std::vector<WellResult> const& wells);
/// Lysis over time of all wells.
Table courses_table(std::vector<WellResult> const& wells);
/// Every number of the base with unit, range, source, confidence, and whether it differs from `standard`.
Table parameters_table(ParameterBase const& base, ParameterBase const& standard);
/// Published points of the scenario, one row each.
Table compare_table(scenario::WellScenario const& scenario);
/// Cells of a well as a keyframe keeps them: id, kind, state, position and radius.
Table cells_table(tissue::Well const& well);
/// `summary.wells`: a JSON list with one entry a well, the read-outs by name.
nlohmann::json wells_json(std::vector<WellResult> const& wells);

} // namespace nk::simulate
