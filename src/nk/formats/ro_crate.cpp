#include "nk/formats/ro_crate.hpp"

#include <array>
#include <cctype>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace nk::formats {
namespace {

using nlohmann::json;

json reference(std::string const& id) {
    return {{"@id", id}};
}

/// JSON-LD identifiers are URI references: blanks and the like are percent-encoded.
std::string identifier(std::string const& path) {
    constexpr std::string_view safe = "-_.~/:@!$&'()*+,;=";
    std::string out;
    for (auto const c : path) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 128 && (std::isalnum(byte) || safe.find(c) != std::string_view::npos))
            out += c;
        else
            out += fmt::format("%{:02X}", byte);
    }
    // An absolute path is not a legal reference into the crate, but is one as a file URL.
    return out.starts_with('/') ? "file://" + out : out;
}

json file_entity(CrateFile const& file) {
    json entity = {{"@id", identifier(file.path)}, {"@type", "File"}, {"name", file.path}};
    entity["encodingFormat"] = file.media_type.empty() ? media_type_of(file.path) : file.media_type;
    if (!file.description.empty())
        entity["description"] = file.description;
    if (!file.sha256.empty())
        entity["sha256"] = file.sha256;
    if (file.bytes >= 0)
        entity["contentSize"] = std::to_string(file.bytes);
    return entity;
}

json references(std::vector<CrateFile> const& files) {
    auto list = json::array();
    for (auto const& file : files)
        list.push_back(reference(identifier(file.path)));
    return list;
}

} // namespace

std::string media_type_of(std::string const& path) {
    struct Known {
        std::string_view ending, type;
    };
    constexpr std::array<Known, 10> known{{{".csv", "text/csv"},
                                           {".toml", "application/toml"},
                                           {".json", "application/json"},
                                           {".h5", "application/x-hdf5"},
                                           {".sqlite", "application/vnd.sqlite3"},
                                           {".html", "text/html"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"},
                                           {".md", "text/markdown"},
                                           {".txt", "text/plain"}}};
    for (auto const& [ending, type] : known)
        if (path.ends_with(ending))
            return std::string(type);
    return "application/octet-stream";
}

json ro_crate(Crate const& crate) {
    json root = {{"@id", "./"},
                 {"@type", "Dataset"},
                 {"name", crate.name},
                 {"description", crate.description},
                 {"datePublished", crate.created},
                 {"license", crate.licence.empty() ? "Not stated: the owner of the run decides" : crate.licence},
                 {"mentions", reference("#run")}};
    json const descriptor = {{"@id", "ro-crate-metadata.json"},
                             {"@type", "CreativeWork"},
                             {"conformsTo", reference("https://w3id.org/ro/crate/1.1")},
                             {"about", reference("./")}};
    json program = {{"@id", "#program"}, {"@type", "SoftwareApplication"}, {"name", crate.program}, {"softwareVersion", crate.version}};
    if (!crate.program_url.empty())
        program["url"] = crate.program_url;
    json const run = {{"@id", "#run"},
                      {"@type", "CreateAction"},
                      {"name", "Simulation run"},
                      {"description", crate.command_line},
                      {"endTime", crate.created},
                      {"instrument", reference("#program")},
                      {"object", references(crate.inputs)},
                      {"result", references(crate.outputs)}};
    auto graph = json::array({descriptor, root, program, run});
    auto parts = json::array();
    std::set<std::string> seen;
    for (auto const* files : {&crate.inputs, &crate.outputs})
        for (auto const& file : *files)
            if (seen.insert(identifier(file.path)).second) {
                parts.push_back(reference(identifier(file.path)));
                graph.push_back(file_entity(file));
            }
    graph[1]["hasPart"] = parts;
    // RO-Crate 1.1 has no term for a hash; this one is the Workflow Run profile's.
    auto const context =
        json::array({"https://w3id.org/ro/crate/1.1/context", {{"sha256", "https://w3id.org/ro/terms/workflow-run#sha256"}}});
    return {{"@context", context}, {"@graph", graph}};
}

} // namespace nk::formats
