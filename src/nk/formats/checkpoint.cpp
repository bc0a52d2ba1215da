#include "nk/formats/checkpoint.hpp"

#include "nk/base/error.hpp"
#include "nk/base/hash.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/hdf5.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>

namespace nk::formats {
namespace {

constexpr double form = 1.0; ///< of the file; another one is not read

std::string path_of(RunDirectory const& directory, int index) {
    return directory.path_of(fmt::format("checkpoints/{:04}.h5", index));
}

std::string checksum(Checkpoint const& checkpoint) {
    Hasher hasher;
    hasher.add(checkpoint.time);
    hasher.add(std::string_view(checkpoint.parameter_hash));
    hasher.add(std::span<std::uint8_t const>(checkpoint.state));
    return hasher.hex();
}

} // namespace

void write_checkpoint(RunDirectory const& directory, Checkpoint const& checkpoint) {
    NK_EXPECT(checkpoint.index >= 0);
    make_directory(directory.path_of("checkpoints"));
    auto file = Hdf5File::create(path_of(directory, checkpoint.index));
    file.write_array<std::uint8_t>("state", std::span<std::uint8_t const>(checkpoint.state), {checkpoint.state.size()});
    file.set_attribute("", "form", form);
    file.set_attribute("", "time", checkpoint.time);
    file.set_attribute("", "parameter_hash", checkpoint.parameter_hash);
    file.set_attribute("", "program_version", checkpoint.program_version);
    file.set_attribute("", "checksum", checksum(checkpoint));
    file.close();
}

Checkpoint read_checkpoint(RunDirectory const& directory, int index) {
    auto const path = path_of(directory, index);
    auto const file = Hdf5File::open(path);
    auto const damaged = [&](char const* why) { return MachineError("the checkpoint `" + path + "` cannot be used: " + why); };
    if (file.number_attribute("", "form") != form)
        throw damaged("it is of another form");
    auto const time = file.number_attribute("", "time");
    auto const hash = file.text_attribute("", "parameter_hash");
    if (!time || !hash || !file.contains("state"))
        throw damaged("it is not whole");
    Checkpoint out{index, *time, file.read_array<std::uint8_t>("state").values, *hash,
                   file.text_attribute("", "program_version").value_or("")};
    if (file.text_attribute("", "checksum") != checksum(out))
        throw damaged("its checksum is wrong");
    return out;
}

std::vector<int> checkpoint_indices(RunDirectory const& directory) {
    std::vector<int> out;
    std::error_code error;
    for (std::filesystem::directory_iterator it(directory.path_of("checkpoints"), error), end; !error && it != end; it.increment(error)) {
        auto const name = it->path().filename().string();
        auto index = 0;
        auto const result = std::from_chars(name.data(), name.data() + name.size(), index);
        if (result.ec == std::errc{} && std::string_view(result.ptr) == ".h5")
            out.push_back(index);
    }
    std::sort(out.begin(), out.end());
    return out;
}

void remove_checkpoint(RunDirectory const& directory, int index) {
    std::error_code ignored; // one too many does no harm
    std::filesystem::remove(path_of(directory, index), ignored);
}

} // namespace nk::formats
