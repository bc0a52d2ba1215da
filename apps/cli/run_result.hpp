#pragma once
#include "context.hpp"

#include "nk/simulate/run.hpp"

#include <string>
#include <vector>

namespace nk::cli {

/// What an arm of a run came to.
struct ArmResult {
    std::string name, label;
    nlohmann::json summary;
};

/// Writes the result of a run of any kind: its main numbers as text, or all of it as JSON.
/// label  of the run itself among its arms
void write_result(Context& context, simulate::RunOutcome const& outcome, int threads, std::string const& label,
                  std::vector<ArmResult> const& arms);

} // namespace nk::cli
