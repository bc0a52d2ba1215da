#include "nk/formats/report/palette.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <span>

namespace nk::formats::report {
namespace {

struct Token {
    std::string_view name, light, dark;
};

constexpr std::array<Token, 14> tokens{{{"ink", "#1b2026", "#e8ebef"},
                                        {"muted", "#59636e", "#a3adb8"},
                                        {"grid", "#e3e7eb", "#2b323a"},
                                        {"axis", "#8a949e", "#76818c"},
                                        {"paper", "#ffffff", "#171b20"},
                                        {"panel", "#f1f4f7", "#222930"},
                                        {"c0", "#0072b2", "#4fb0ec"},
                                        {"c1", "#d55e00", "#ff8b3d"},
                                        {"c2", "#009e73", "#2fcf9f"},
                                        {"c3", "#b05a8a", "#e397c0"},
                                        {"c4", "#e69f00", "#f5bb45"},
                                        {"c5", "#56b4e9", "#8fd0f7"},
                                        {"c6", "#4a4a4a", "#c9ced4"},
                                        {"c7", "#9a8f00", "#f0e442"}}};

using Rgb = std::array<double, 3>;

/// Points of matplotlib's viridis (CC0), evenly spaced.
constexpr std::array<Rgb, 9> viridis{{{68, 1, 84},
                                      {71, 45, 123},
                                      {59, 82, 139},
                                      {44, 114, 142},
                                      {33, 145, 140},
                                      {40, 174, 128},
                                      {94, 201, 98},
                                      {173, 220, 48},
                                      {253, 231, 37}}};
constexpr std::array<Rgb, 5> blue_to_vermilion{{{0, 90, 150}, {120, 180, 220}, {246, 246, 246}, {245, 170, 110}, {196, 78, 0}}};

std::string hex(Rgb const& c) {
    return fmt::format("#{:02x}{:02x}{:02x}", static_cast<int>(std::lround(c[0])), static_cast<int>(std::lround(c[1])),
                       static_cast<int>(std::lround(c[2])));
}

std::string interpolate(std::span<Rgb const> points, double t) {
    auto const place = std::clamp(t, 0.0, 1.0) * static_cast<double>(points.size() - 1);
    auto const first = std::min(static_cast<std::size_t>(place), points.size() - 2);
    auto const share = place - static_cast<double>(first);
    Rgb mixed{};
    for (std::size_t i = 0; i < 3; ++i)
        mixed[i] = points[first][i] * (1.0 - share) + points[first + 1][i] * share;
    return hex(mixed);
}

Token const* find(std::string_view name) {
    auto const* const found = std::find_if(tokens.begin(), tokens.end(), [&](Token const& token) { return token.name == name; });
    return found == tokens.end() ? nullptr : found;
}

/// Relative luminance (WCAG 2.1) of "#rrggbb".
double luminance(std::string const& colour) {
    std::array<double, 3> linear{};
    for (std::size_t i = 0; i < 3; ++i) {
        auto byte = 0;
        std::from_chars(colour.data() + 1 + 2 * i, colour.data() + 3 + 2 * i, byte, 16);
        auto const c = byte / 255.0;
        linear[i] = c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

} // namespace

std::string series_colour(int index) {
    return "c" + std::to_string(((index % 8) + 8) % 8);
}

std::string light_colour(std::string_view token) {
    auto const* const found = find(token);
    return std::string(found ? found->light : token);
}

std::string dark_colour(std::string_view token) {
    auto const* const found = find(token);
    return std::string(found ? found->dark : token);
}

bool is_token(std::string_view text) {
    return find(text) != nullptr;
}

std::string sequential_colour(double t) {
    return std::isnan(t) ? "#9aa3ab" : interpolate(viridis, t);
}

std::string diverging_colour(double t) {
    return std::isnan(t) ? "#9aa3ab" : interpolate(blue_to_vermilion, (t + 1.0) / 2.0);
}

std::string text_colour_on(std::string const& colour) {
    auto const l = luminance(colour);
    return (l + 0.05) * (l + 0.05) > 1.05 * 0.05 ? "#000000" : "#ffffff";
}

} // namespace nk::formats::report
