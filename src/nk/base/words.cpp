#include "nk/base/words.hpp"

#include <sstream>

namespace nk {

std::vector<std::string> words(std::string const& text) {
    std::istringstream stream(text);
    std::vector<std::string> out;
    for (std::string word; stream >> word;)
        out.push_back(word);
    return out;
}

std::string joined(std::vector<std::string> const& words, std::string_view between) {
    std::string out;
    for (auto const& word : words) {
        if (&word != &words.front())
            out += between;
        out += word;
    }
    return out;
}

} // namespace nk
