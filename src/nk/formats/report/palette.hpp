#pragma once
#include <string>
#include <string_view>

namespace nk::formats::report {

/// Colours are named by tokens, so that a page can restyle them for dark screens and paper, while an SVG on its own still
/// carries plain colours: "ink", "muted", "grid", "axis", "paper", "panel" and "c0".."c7" (the series colours).
/// A token that starts with '#' is a colour itself.

/// Token of the i-th series colour: Okabe & Ito's palette for all kinds of colour vision, ordered by contrast on white.
std::string series_colour(int index);

/// The colour of a token on a light page, "#rrggbb"; texts that are no token ("none", "#123456") come back unchanged.
std::string light_colour(std::string_view token);

/// The colour of a token on a dark page.
std::string dark_colour(std::string_view token);

/// True for the names listed above.
bool is_token(std::string_view text);

/// Sequential map for t in [0, 1] (viridis): dark violet to yellow, monotone in lightness. NaN gives grey.
std::string sequential_colour(double t);

/// Diverging map for t in [-1, 1]: blue for negative, near white at 0, vermilion for positive.
std::string diverging_colour(double t);

/// "#000000" or "#ffffff", whichever is read better on the colour "#rrggbb".
std::string text_colour_on(std::string const& colour);

} // namespace nk::formats::report
