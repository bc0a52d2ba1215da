#include "study_files.hpp"

#include "nk/formats/file.hpp"
#include "nk/scenario/embedded.hpp"
#include "nk/scenario/extends.hpp"

namespace nk::cli {

StudyFiles study_files(std::optional<std::filesystem::path> const& folder) {
    StudyFiles out;
    if (!folder) {
        for (auto const& file : scenario::embedded_files())
            out.paths.emplace_back(file.path);
        out.text = [](std::string const& path) -> std::optional<std::string> {
            for (auto const& file : scenario::embedded_files())
                if (file.path == path)
                    return std::string(file.content);
            return std::nullopt;
        };
        return out;
    }
    std::error_code error;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(*folder, error))
        if (entry.is_regular_file(error))
            out.paths.push_back("validation/" + entry.path().lexically_relative(*folder).generic_string());
    if (error)
        throw MachineError("cannot read the folder `" + folder->string() + "`: " + error.message());
    auto const root = *folder;
    out.text = [root](std::string const& path) {
        return scenario::open_file(root / std::filesystem::path(path).lexically_relative("validation"));
    };
    return out;
}

} // namespace nk::cli
