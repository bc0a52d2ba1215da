#include "cli/context.hpp"

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// One word a line.
std::vector<std::string> words_of(std::string_view input) {
    std::vector<std::string> words{"nk"};
    while (!input.empty() && words.size() < 64) {
        auto const end = input.find('\n');
        auto word = std::string(input.substr(0, end));
        if (auto const zero = word.find('\0'); zero != std::string::npos)
            word.resize(zero); // what a process can get
        words.push_back(std::move(word));
        input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    }
    return words;
}

} // namespace

/// Any words are a verb that could run, help, or a mistake of the user's that is told in words.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const words = words_of({reinterpret_cast<char const*>(data), size});
    std::vector<char const*> argv;
    for (auto const& word : words)
        argv.push_back(word.c_str());
    std::ostringstream out, err;
    nk::cli::Context context(out, err);
    context.parse_only = true;

    auto const code = nk::cli::run(static_cast<int>(argv.size()), argv.data(), context);

    if (code != 0 && code != 2)
        throw std::logic_error("the command line ended with code " + std::to_string(code) + ": " + err.str() + out.str());
    if (code == 2 && out.str().empty() && err.str().empty())
        throw std::logic_error("a command line was refused without a word");
    return 0;
}
