#pragma once
#include "nk/base/parameters.hpp"
#include "nk/scenario/source_texts.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// One text file that travels inside the program.
struct EmbeddedFile {
    std::string_view path; ///< from the project root, with forward slashes: "data/receptors.toml"
    std::string_view content;
};

/// All text files of data/, examples/ and validation/ as they were at build time, sorted by path.
std::span<EmbeddedFile const> embedded_files();

/// The embedded file at `path`.
/// errors: MachineError naming the nearest path
std::string_view data_text(std::string_view path);

/// A file of a data folder, read or embedded.
struct DataFile {
    std::string path; ///< as in EmbeddedFile
    std::string content;
};

/// The files of data/: the embedded ones, or with `folder` (`--data DIR`) those of a folder that stands in for data/.
/// errors: MachineError when the folder cannot be read
std::vector<DataFile> data_files(std::optional<std::filesystem::path> const& folder = std::nullopt);

/// The parameter base from every *.toml of data/ but the templates and the scenarios (files that state a `kind`).
///
/// folder   as in `data_files`
/// sources  when given, keeps the texts for problems
/// errors   ScenarioError with every problem of the data; MachineError when the folder cannot be read
ParameterBase load_parameters(std::optional<std::filesystem::path> const& folder = std::nullopt, SourceTexts* sources = nullptr);

} // namespace nk::scenario
