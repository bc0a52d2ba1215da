#pragma once
#include "context.hpp"

#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nk::cli {

/// Another run of the same scenario, shown in the same report.
struct AssayArm {
    std::string name;                   ///< of its folder in arms/
    std::string label;                  ///< in the report
    std::vector<std::string> overrides; ///< before those of the user
};

/// How `nk run` and `nk demo` run one scenario.
struct AssayRequest {
    std::string name;   ///< of the scenario, for messages
    std::string folder; ///< of the run
    simulate::RunSettings::Naming naming = simulate::RunSettings::Naming::as_given;
    std::vector<std::string> overrides; ///< -s
    std::optional<std::string> until;   ///< a time that shortens the assay
    std::string file;                   ///< the scenario
    std::string keep_as;                ///< "" or the name under which the scenario as written is kept in the run directory
    std::optional<std::string> text;    ///< the scenario itself, in place of a file
    std::string label;                  ///< of the run among its arms
    std::vector<AssayArm> arms;         ///< of a tissue: further runs, into arms/ of its folder
};

/// Reads, runs and reports one scenario of any kind; says what it does and writes the result to `context.out`.
/// returns  the folder of the run
/// errors   ScenarioError, MachineError, simulate::Interrupted
std::string run_assay(Context& context, AssayRequest const& request);

/// Goes on with a tissue that was stopped.
std::string resume_run(Context& context, std::string const& folder, std::optional<std::string> const& until);
/// A branch of a tissue's run from a time on.
/// request  folder of the branch, overrides, until
std::string fork_run(Context& context, std::string const& folder, std::string const& time, AssayRequest const& request);

/// "well.duration = 120 min" for each override, as the run uses it.
std::vector<std::string> echo_overrides(std::vector<std::string> const& overrides, std::string const& resolved_text,
                                        ParameterBase const& base);

} // namespace nk::cli
