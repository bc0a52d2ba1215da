#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace nk::formats {

/// One file of a run, as the crate lists it.
struct CrateFile {
    std::string path;        ///< relative to the crate, or a URL or absolute path for an input that stays outside
    std::string description; ///< one line for people
    std::string media_type;  ///< "text/csv", ...; "" = derived from the path's ending
    std::string sha256;      ///< 64 hex digits; "" = not known
    long long bytes = -1;    ///< -1 = not known
};

/// What a run's metadata states.
struct Crate {
    std::string name;
    std::string description;
    std::string created; ///< ISO 8601, e.g. "2025-03-01T12:00:00Z"
    std::string licence; ///< URL or words for the data; "" = the user decides
    std::string program; ///< "NKsim"
    std::string version;
    std::string program_url;
    std::string command_line;
    std::vector<CrateFile> inputs;  ///< what was read
    std::vector<CrateFile> outputs; ///< what was written
};

/// The RO-Crate 1.1 metadata document (JSON-LD): the root data set, its files with hashes, the program, and the action that
/// made the outputs from the inputs.  source https://w3id.org/ro/crate/1.1
nlohmann::json ro_crate(Crate const& crate);

/// The media type by a file's ending; "application/octet-stream" when unknown.
std::string media_type_of(std::string const& path);

} // namespace nk::formats
