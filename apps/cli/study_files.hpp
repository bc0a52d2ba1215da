#pragma once
#include "nk/study/arm_runner.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nk::cli {

/// Files of published experiments: embedded in the program, or below `folder` when one is given.
struct StudyFiles {
    study::FileText text;
    std::vector<std::string> paths; ///< "validation/V01/experiment.toml", ...
};
StudyFiles study_files(std::optional<std::filesystem::path> const& folder);

} // namespace nk::cli
