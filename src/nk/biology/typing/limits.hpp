#pragma once
#include <cstddef>

/// How much of a typing is read, so that any file is answered soon.
namespace nk::biology {

inline constexpr std::size_t longest_text = 1'000'000;
inline constexpr std::size_t most_names = 10'000;
inline constexpr std::size_t most_problems = 20;

} // namespace nk::biology
