#pragma once
#include "nk/scenario/toml_document.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace nk::scenario {

/// Gives the text of a file that `extends` names, or nothing when there is no such file.
using FileOpener = std::function<std::optional<std::string>(std::filesystem::path const&)>;

/// Reads plain files of at most `largest_text` bytes from the disk; anything else (a folder, a device) is no file.
std::optional<std::string> open_file(std::filesystem::path const& path);

/// The same, where the file must be there.  errors: MachineError with the path and the system's reason
std::string read_file(std::filesystem::path const& path);

/// Replaces `extends = "other.toml"` at the root by the other file's tables, over which this document's own are laid.
/// Paths are relative to the file that names them; circles and missing files are problems.
///
/// file    the name of the document itself
/// open    may be empty: then `extends` is refused, because the text has no folder
void resolve_extends(Node& root, std::filesystem::path const& file, FileOpener const& open, SourceTexts& sources, ProblemList& problems);

} // namespace nk::scenario
