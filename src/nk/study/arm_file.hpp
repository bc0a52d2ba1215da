#pragma once
#include "nk/scenario/extends.hpp"
#include "nk/study/experiment.hpp"

#include <functional>
#include <optional>

namespace nk::study {

/// Gives the text of a file by its path from the project root ("validation/V01/release.toml"), or nothing.
using FileText = std::function<std::optional<std::string>(std::string const& path)>;

/// The scenario of an arm as it stands in its file.
struct ArmFile {
    std::string path;
    std::string text;
    scenario::FileOpener open; ///< for `extends`
    std::string kind;          ///< "well", "tissue", "body", "therapy" or "cohort"
};

/// errors: ScenarioError when the experiment has no such file
ArmFile arm_file(Arm const& arm, FileText const& files, std::string const& experiment_id);

} // namespace nk::study
