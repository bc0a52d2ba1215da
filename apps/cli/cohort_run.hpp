#pragma once
#include "context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nk::cli {

/// A cohort, from a file or a text.
struct CohortRequest {
    std::string name; ///< for the folder
    std::string file;
    std::optional<std::string> text; ///< in place of a file
    std::vector<std::string> overrides;
    std::string folder;
    std::optional<std::string> shard;
};

/// Runs a cohort and writes its tables, statistics and report.
void run_cohort(Context& context, CohortRequest const& request);
/// The same for a plan of protocols.
void run_plan(Context& context, CohortRequest const& request);

} // namespace nk::cli
