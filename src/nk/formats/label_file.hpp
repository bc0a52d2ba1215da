#pragma once
#include "nk/base/error.hpp"

#include <cstdint>
#include <new>
#include <string>
#include <string_view>

namespace nk::formats {

/// What the readers of masks share.

/// Throws ScenarioError about the content of a mask.
[[noreturn]] void wrong_label_file(std::string const& path, std::string const& what, std::string const& hint);

/// errors: MachineError when the file cannot be opened or is no plain file (a device or pipe may never end)
void check_label_file(std::string const& path);

/// errors: ScenarioError when there are more pixels than `most_label_pixels`
void check_label_pixels(std::string const& path, std::uint64_t width, std::uint64_t height, std::uint64_t slices);

/// Whether bytes begin like a PNG file.
bool is_png(std::string_view bytes);

/// Does `work`; when memory runs out, the error names the file.
template <class Work> auto with_enough_memory(std::string const& path, Work work) {
    try {
        return work();
    } catch (std::bad_alloc const&) {
        throw MachineError("cannot read `" + path + "`: it does not fit into memory");
    }
}

} // namespace nk::formats
