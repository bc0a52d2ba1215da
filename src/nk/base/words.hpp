#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace nk {

/// The words of a text, split at white space.
std::vector<std::string> words(std::string const& text);

/// Words with `between` between them.
std::string joined(std::vector<std::string> const& words, std::string_view between);

} // namespace nk
