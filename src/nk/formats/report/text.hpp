#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace nk::formats::report {

/// The text with & < > " ' escaped and control characters dropped, for HTML and XML content and attributes.
std::string escaped(std::string_view text);

/// Estimated width of UTF-8 text in a system sans-serif font [px]; on the wide side, so that what is laid out by it fits.
double text_width(std::string_view text, double font_size);

/// Breaks text at blanks into lines no wider than `width`; a single word that is wider stays whole. At least one line.
std::vector<std::string> wrapped(std::string_view text, double font_size, double width);

/// A number for people: `digits` significant digits, a true minus sign, thin blanks between thousands, powers of ten
/// (1.2×10⁻⁵) outside 0.001..999 999; NaN is an en dash.
std::string number_text(double value, int digits = 3);

/// A number with a fixed count of decimals, otherwise as `number_text`.
std::string fixed_text(double value, int decimals);

/// "10⁻³"
std::string power_of_ten(int exponent);

/// Minutes as "2 h 35 min", "3 d 4 h" or "12 min".
std::string duration_text(double minutes);

} // namespace nk::formats::report
