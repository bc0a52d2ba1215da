#include "context.hpp"

#include "nk/scenario/embedded.hpp"

namespace nk::cli {
namespace {

/// A word as a POSIX shell reads it back.
std::string shell_word(std::string const& word) {
    constexpr auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
        return word;
    std::string out = "'";
    for (auto const c : word)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

} // namespace

ParameterBase Context::parameters() {
    return scenario::load_parameters(data, &sources);
}

void Context::talk(std::string const& line) {
    if (!quiet)
        err << line << "\n" << std::flush;
}

void Context::write(nlohmann::ordered_json const& document) {
    out << document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

void Context::warn(std::vector<Problem> const& warnings) {
    if (!quiet && !warnings.empty())
        err << scenario::render(warnings, sources, scenario::Severity::warning, colour ? scenario::Colour::on : scenario::Colour::off)
            << std::flush;
}

std::string Context::command_line() const {
    std::string out_line = "nk";
    for (auto const& argument : arguments)
        out_line += " " + shell_word(argument);
    return out_line;
}

} // namespace nk::cli
