#pragma once
#include "context.hpp"

#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nk::cli {

/// How `nk run` and `nk demo` run one scenario.
struct AssayRequest {
    std::string name;                   ///< of the scenario, for messages and the folder
    std::string folder;                 ///< "" = the next free runs/<name>-<n>
    std::vector<std::string> overrides; ///< -s
    std::optional<std::string> until;   ///< a time that shortens the assay
    std::vector<std::string> inputs;    ///< files that were read
    std::string keep_as;                ///< "" or the name under which the scenario as written is kept in the run directory
    std::optional<std::string> text;    ///< the scenario itself; without it the file `inputs.front()` is read
};

/// Reads, runs and reports one scenario; says what it does and writes the result to `context.out`.
/// errors: ScenarioError, MachineError, simulate::Interrupted
void run_assay(Context& context, AssayRequest const& request);

/// `base`, or `base`-2, `base`-3, ...: the first name that is not taken. With `numbered` it begins at `base`-1.
std::string free_folder(std::string const& base, bool numbered);

/// "well.duration = 120 min" for each override, as the run uses it.
std::vector<std::string> echo_overrides(std::vector<std::string> const& overrides, scenario::WellReading const& reading);

} // namespace nk::cli
