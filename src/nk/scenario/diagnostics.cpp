#include "nk/scenario/diagnostics.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>

namespace nk::scenario {
namespace {

constexpr int widest_excerpt = 120;

struct Paint {
    Colour colour;
    std::string operator()(std::string_view code, std::string_view text) const {
        return colour == Colour::on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
    }
};

/// One character of a line, safe to print.
struct Printed {
    std::string text;
    std::size_t bytes;
};

/// The character at byte `i`. Control characters would move the cursor, and bytes that are no UTF-8 would shift the
/// marker; each becomes a `?`.
Printed printed(std::string_view line, std::size_t i) {
    auto const byte = static_cast<unsigned char>(line[i]);
    auto const length = byte < 0x80                   ? 1u
                        : byte >= 0xF0 && byte < 0xF8 ? 4u
                        : byte >= 0xE0 && byte < 0xF0 ? 3u
                        : byte >= 0xC2 && byte < 0xE0 ? 2u
                                                      : 0u;
    auto whole = length > 0 && i + length <= line.size();
    for (std::size_t k = 1; whole && k < length; ++k)
        whole = (line[i + k] & 0xC0) == 0x80;
    auto const control = byte < 0x20 || byte == 0x7F || (byte == 0xC2 && whole && static_cast<unsigned char>(line[i + 1]) < 0xA0);
    if (byte == '\t')
        return {" ", 1};
    return {whole && !control ? std::string(line.substr(i, length)) : "?", whole ? length : 1};
}

/// At most `most` characters of a line from character `first` on; a line may have millions.
std::vector<std::string> printable(std::string_view line, int first, int most) {
    std::vector<std::string> out;
    int number = 0;
    for (std::size_t i = 0; i < line.size() && number < first + most; ++number) {
        auto one = printed(line, i);
        i += one.bytes;
        if (number >= first)
            out.push_back(std::move(one.text));
    }
    return out;
}

std::string safe(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto const one = printed(text, i);
        out += one.text;
        i += one.bytes;
    }
    return out;
}

std::string excerpt(Problem const& problem, SourceTexts const& sources, Paint const& paint, std::string_view strong) {
    auto const& where = problem.where;
    auto const number = std::to_string(where.line);
    auto const gutter = std::string(number.size(), ' ');
    auto const bar = paint("1;34", "|");
    auto const override_text = where.file.starts_with("-s #");
    auto out = fmt::format("{} {} {}\n", gutter, paint("1;34", "-->"),
                           override_text ? fmt::format("{}:{}", where.file, where.column)
                                         : fmt::format("{}:{}:{}", safe(where.file), where.line, where.column));
    auto const wanted = std::max(where.column - 1, 0);
    auto const first = wanted > widest_excerpt * 3 / 4 ? wanted - widest_excerpt / 2 : 0;
    auto const characters = printable(sources.line(where.file, where.line), first, widest_excerpt + 1);
    if (characters.empty())
        return problem.why.empty() ? out
                                   : out + fmt::format("{} {} {}: {}\n", gutter, paint("1;34", "="), paint("1", "note"), safe(problem.why));
    auto const shown = std::min(static_cast<int>(characters.size()), widest_excerpt);
    auto const column = std::min(wanted - first, shown);
    std::string text = first > 0 ? "..." : "";
    auto const indent = static_cast<std::size_t>(column) + text.size();
    for (int i = 0; i < shown; ++i)
        text += characters[static_cast<std::size_t>(i)];
    auto const length = static_cast<std::size_t>(std::clamp(where.length, 1, std::max(1, shown - column)));
    out += fmt::format("{} {}\n{} {} {}{}\n", gutter, bar, paint("1;34", number), bar, text,
                       characters.size() > static_cast<std::size_t>(shown) ? "..." : "");
    return out + fmt::format("{} {} {}{}\n", gutter, bar, std::string(indent, ' '),
                             paint(strong, std::string(length, '^') + (problem.why.empty() ? "" : " " + safe(problem.why))));
}

} // namespace

std::string render(std::vector<Problem> const& problems, SourceTexts const& sources, Severity severity, Colour colour) {
    Paint const paint{colour};
    auto const* const word = severity == Severity::error ? "error" : "warning";
    auto const* const strong = severity == Severity::error ? "1;31" : "1;33";
    std::string out;
    for (auto const& problem : problems) {
        if (!out.empty())
            out += "\n";
        out += fmt::format("{}: {}\n", paint(strong, problem.kind.empty() ? std::string(word) : fmt::format("{}[{}]", word, problem.kind)),
                           paint("1", safe(problem.what)));
        auto const gutter = std::string(std::to_string(std::max(problem.where.line, 1)).size(), ' ');
        if (problem.where.line > 0 && !problem.where.file.empty())
            out += excerpt(problem, sources, paint, strong);
        else if (!problem.why.empty())
            out += fmt::format("{} {} {}: {}\n", gutter, paint("1;34", "="), paint("1", "note"), safe(problem.why));
        if (!problem.hint.empty())
            out += fmt::format("{} {} {}: {}\n", gutter, paint("1;34", "="), paint("1", "help"), safe(problem.hint));
    }
    return out;
}

std::string render_json(std::vector<Problem> const& problems, Severity severity) {
    auto list = nlohmann::ordered_json::array();
    for (auto const& problem : problems)
        list.push_back({{"severity", severity == Severity::error ? "error" : "warning"},
                        {"kind", problem.kind},
                        {"what", problem.what},
                        {"why", problem.why},
                        {"hint", problem.hint},
                        {"file", problem.where.file},
                        {"line", problem.where.line},
                        {"column", problem.where.column},
                        {"length", problem.where.length}});
    return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace nk::scenario
