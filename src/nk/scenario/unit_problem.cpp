#include "nk/scenario/unit_problem.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace nk::scenario {

bool converts(std::string_view given, std::string_view expected) {
    if (!same_dimension(given, expected))
        return false;
    // a reciprocal falls when the number grows
    auto const unit = std::string(given);
    return in_unit({2.0, unit}, expected) > in_unit({1.0, unit}, expected);
}

namespace {

std::string dimension_words(std::string_view unit) {
    if (converts(unit, "1/min"))
        return "rate (1/time)";
    return dimension_name(unit);
}

/// "a rate", "molecules per cell": the dimension as it stands in a sentence.
std::string in_sentence(std::string_view unit) {
    auto name = dimension_words(unit);
    if (auto const bracket = name.find(" ("); bracket != std::string::npos)
        name.resize(bracket);
    static constexpr std::array<std::string_view, 10> countable{
        "time", "rate", "length", "speed", "area", "volume", "diffusion coefficient", "concentration", "number", "molar mass"};
    for (auto const word : countable)
        if (name == word)
            return (name == "area" ? "an " : "a ") + name;
    return name == std::string(unit) ? "in `" + name + "`" : name;
}

std::string short_number(double value) {
    return fmt::format("{:.3g}", value);
}

std::string dimension_hint(std::string const& key, Quantity const& given, std::string_view expected) {
    auto const positive = given.value > 0.0 && std::isfinite(given.value);
    auto const number = to_text(given.value);
    if (converts(expected, "1/min") && converts(given.unit, "min") && positive)
        return fmt::format("a half-life of {} is the rate `{} = \"{} 1/{}\"`", to_text(given), key,
                           short_number(std::numbers::ln2 / given.value), given.unit);
    if (converts(expected, "min") && converts(given.unit, "1/min") && positive) {
        auto const unit = std::string(expected);
        auto const rate = in_unit(given, "1/" + unit);
        return fmt::format("the mean time at a rate of {} is `{} = \"{} {}\"`, the half-life {} {}", to_text(given), key,
                           short_number(1.0 / rate), unit, short_number(std::numbers::ln2 / rate), unit);
    }
    if (converts(expected, "1"))
        return fmt::format("give a plain number: `{} = {}`", key, number);
    if (converts(given.unit, "1"))
        return fmt::format("give the unit: `{} = \"{} {}\"`", key, number, expected);
    if (converts(expected, "molecule/cell") && (converts(given.unit, "molecule") || converts(given.unit, "1/cell")))
        return fmt::format("copies are counted per cell: `{} = \"{} molecule/cell\"`", key, number);
    if (converts(expected, "ug/mL") && converts(given.unit, "uM"))
        return fmt::format("multiply by the molar mass and write it in {}", expected);
    return fmt::format("write it in {}", expected);
}

} // namespace

Problem unit_problem(Place where, std::string const& path, Quantity const& given, std::string_view expected_unit) {
    auto const dot = path.rfind('.');
    auto const key = dot == std::string::npos ? path : path.substr(dot + 1);
    auto const expected = dimension_words(expected_unit);
    auto wanted = in_sentence(expected_unit);
    auto found = in_sentence(given.unit);
    if (wanted == found) { // two kinds of concentration
        wanted = "a " + expected;
        found = "a " + dimension_words(given.unit);
    }
    return {std::move(where), "unit", fmt::format("`{}` is {}, not {}", path, wanted, found),
            fmt::format("{}; expected {}{}", dimension_words(given.unit), expected,
                        expected == expected_unit || expected_unit == "1" ? "" : fmt::format(", for example {}", expected_unit)),
            dimension_hint(key, given, expected_unit)};
}

std::string range_text(Range const& range, std::string_view unit) {
    auto const tail = unit == "1" || unit.empty() ? std::string{} : " " + std::string(unit);
    if (std::isfinite(range.low) && std::isfinite(range.high))
        return to_text(range.low) + " to " + to_text(range.high) + tail;
    if (std::isfinite(range.low))
        return to_text(range.low) + tail + " or more";
    if (std::isfinite(range.high))
        return to_text(range.high) + tail + " or less";
    return "any number";
}

std::string shortened(std::string_view text) {
    constexpr std::size_t most = 60;
    if (text.size() <= most)
        return std::string(text);
    auto cut = most - 3;
    while (cut > 0 && (text[cut] & 0xC0) == 0x80)
        --cut; // not inside a character
    return std::string(text.substr(0, cut)) + "...";
}

std::string name_list(std::vector<std::string> const& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < 12; ++i)
        out += (i == 0 ? "" : ", ") + names[i];
    return names.size() > 12 ? fmt::format("{}, and {} more", out, names.size() - 12) : out;
}

} // namespace nk::scenario
