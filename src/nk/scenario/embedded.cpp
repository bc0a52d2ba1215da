#include "nk/scenario/embedded.hpp"

#include "nk/scenario/extends.hpp"
#include "nk/scenario/parameter_reader.hpp"
#include "nk/scenario/toml_document.hpp"

#include <algorithm>
#include <system_error>

namespace nk::scenario {

std::string_view data_text(std::string_view path) {
    auto const files = embedded_files();
    auto const found = std::find_if(files.begin(), files.end(), [&](EmbeddedFile const& file) { return file.path == path; });
    if (found != files.end())
        return found->content;
    std::vector<std::string> known;
    for (auto const& file : files)
        known.emplace_back(file.path);
    auto const near = nearest_name(std::string(path), known);
    throw MachineError("there is no file " + std::string(path) + " in this program" + (near.empty() ? "" : "; did you mean " + near + "?"));
}

namespace {

std::vector<DataFile> files_below(std::filesystem::path const& folder) {
    std::vector<DataFile> out;
    std::error_code error;
    auto const cannot = [&](std::filesystem::path const& path, std::string const& why) {
        throw MachineError("cannot read `" + path.string() + "`: " + why);
    };
    if (!std::filesystem::is_directory(folder, error))
        cannot(folder, error ? error.message() : "it is not a folder");
    auto entry = std::filesystem::recursive_directory_iterator(folder, error);
    for (; !error && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(error)) {
        std::error_code ignored;
        auto const path = entry->path();
        auto const extension = path.extension();
        if (!entry->is_regular_file(ignored) || (extension != ".toml" && extension != ".csv" && extension != ".tsv" && extension != ".md" &&
                                                 extension != ".bib" && extension != ".txt"))
            continue;
        out.push_back({"data/" + path.lexically_relative(folder).generic_string(), read_file(path)});
    }
    if (error)
        cannot(folder, error.message());
    std::sort(out.begin(), out.end(), [](DataFile const& a, DataFile const& b) { return a.path < b.path; });
    return out;
}

/// Files of data/ that are meant for people to copy, or that are whole scenarios.
bool holds_parameters(DataFile const& file) {
    if (!file.path.ends_with(".toml") || file.path.starts_with("data/templates/"))
        return false;
    SourceTexts sources;
    ProblemList problems;
    auto const root = parse_toml(file.path, file.content, sources, problems);
    return !root || (root->find("kind") == nullptr && root->find("extends") == nullptr);
}

} // namespace

std::vector<DataFile> data_files(std::optional<std::filesystem::path> const& folder) {
    if (folder)
        return files_below(*folder);
    std::vector<DataFile> out;
    for (auto const& file : embedded_files())
        if (file.path.starts_with("data/"))
            out.push_back({std::string(file.path), std::string(file.content)});
    return out;
}

ParameterBase load_parameters(std::optional<std::filesystem::path> const& folder, SourceTexts* sources) {
    SourceTexts own;
    auto& texts = sources != nullptr ? *sources : own;
    ParameterBase base;
    ProblemList problems;
    for (auto const& file : data_files(folder))
        if (holds_parameters(file))
            read_parameters(file.path, file.content, base, texts, problems);
    problems.throw_if_any();
    return base;
}

} // namespace nk::scenario
