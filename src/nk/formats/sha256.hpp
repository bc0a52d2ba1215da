#pragma once
#include <string>
#include <string_view>

namespace nk::formats {

/// SHA-256 (FIPS 180-4) of the bytes, 64 hex digits: what `sha256sum` prints, so that anyone can check a file of a run.
std::string sha256(std::string_view bytes);

} // namespace nk::formats
