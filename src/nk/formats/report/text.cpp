#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace nk::formats::report {
namespace {

constexpr char const* thin_blank = "\u202f";

/// Puts thin blanks between thousands of a plain decimal text of five or more digits, and uses a true minus sign.
std::string grouped(std::string const& plain) {
    auto const negative = plain.starts_with('-');
    auto const digits = negative ? plain.substr(1) : plain;
    auto const whole = std::min(digits.find('.'), digits.size());
    std::string out = negative ? "\u2212" : "";
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (whole > 4 && i > 0 && i < whole && (whole - i) % 3 == 0)
            out += thin_blank;
        out += digits[i];
    }
    return out;
}

std::string without_trailing_zeros(std::string text) {
    if (text.find('.') == std::string::npos)
        return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return text;
}

/// Width of a code point in units of the font size, after Helvetica's metrics.
double relative_width(char32_t c) {
    constexpr std::string_view slim_letters = "iljI|!.,:;'` ()[]{}ftr/";
    constexpr std::string_view broad_letters = "mwMW%@";
    if (c >= 0x0300 && c < 0x0370)
        return 0.0;
    if (c >= 0x1100)
        return c >= 0x2000 && c < 0x2100 ? 0.5 : 0.8;
    if (c >= 0x80)
        return 0.62;
    auto const letter = static_cast<char>(c);
    if (slim_letters.find(letter) != std::string_view::npos)
        return 0.34;
    if (broad_letters.find(letter) != std::string_view::npos)
        return 0.9;
    return letter >= 'A' && letter <= 'Z' ? 0.7 : 0.58;
}

} // namespace

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (auto const c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
                out += c;
        }
    }
    return out;
}

double text_width(std::string_view text, double font_size) {
    auto width = 0.0;
    for (std::size_t i = 0; i < text.size();) {
        auto const first = static_cast<unsigned char>(text[i]);
        auto const length = first < 0x80 ? 1u : first < 0xe0 ? 2u : first < 0xf0 ? 3u : 4u;
        auto code = static_cast<char32_t>(length == 1 ? first : first & (0xff >> (length + 1)));
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
            code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3f);
        width += relative_width(code);
        i += length;
    }
    return width * font_size;
}

std::vector<std::string> wrapped(std::string_view text, double font_size, double width) {
    std::vector<std::string> lines{""};
    for (std::size_t i = 0; i < text.size();) {
        auto const end = std::min(text.find(' ', i), text.size());
        auto const word = std::string(text.substr(i, end - i));
        auto const longer = lines.back().empty() ? word : lines.back() + " " + word;
        if (lines.back().empty() || text_width(longer, font_size) <= width)
            lines.back() = longer;
        else
            lines.push_back(word);
        i = end + 1;
    }
    // A last line of a letter or two, such as a unit, takes the word before it along.
    if (lines.size() > 1 && lines.back().size() <= 3)
        if (auto const blank = lines[lines.size() - 2].rfind(' '); blank != std::string::npos) {
            auto& before = lines[lines.size() - 2];
            lines.back() = before.substr(blank + 1) + " " + lines.back();
            before.erase(blank);
        }
    return lines;
}

std::string power_of_ten(int exponent) {
    constexpr std::array<char const*, 10> raised{"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                                 "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    std::string out = exponent < 0 ? "10\u207b" : "10";
    for (auto const c : std::to_string(std::abs(exponent)))
        out += raised[static_cast<std::size_t>(c - '0')];
    return out;
}

std::string fixed_text(double value, int decimals) {
    if (!std::isfinite(value))
        return number_text(value);
    auto const text = fmt::format("{:.{}f}", value, std::clamp(decimals, 0, 12));
    auto const zero = text.find_first_not_of("-0.") == std::string::npos;
    return grouped(zero && text.starts_with('-') ? text.substr(1) : text);
}

std::string number_text(double value, int digits) {
    if (std::isnan(value))
        return "\u2013";
    if (std::isinf(value))
        return value > 0 ? "\u221e" : "\u2212\u221e";
    if (value == 0.0)
        return "0";
    // The exponent after rounding, so that 999.96 with 4 digits is 1000.
    auto const scientific = fmt::format("{:.{}e}", value, digits - 1);
    auto const mark = scientific.find('e');
    auto const exponent = std::stoi(scientific.substr(mark + 1));
    if (exponent >= 6 || exponent < -3) {
        auto const mantissa = without_trailing_zeros(scientific.substr(0, mark));
        return grouped(mantissa) + "\u00d7" + power_of_ten(exponent);
    }
    return grouped(without_trailing_zeros(fmt::format("{:.{}f}", value, std::max(0, digits - 1 - exponent))));
}

std::string duration_text(double minutes) {
    auto const total = std::lround(minutes);
    auto const days = total / 1440, hours = total % 1440 / 60, rest = total % 60;
    if (days > 0)
        return hours > 0 ? fmt::format("{} d {} h", days, hours) : fmt::format("{} d", days);
    if (hours > 0)
        return rest > 0 ? fmt::format("{} h {} min", hours, rest) : fmt::format("{} h", hours);
    return fmt::format("{} min", rest);
}

} // namespace nk::formats::report
