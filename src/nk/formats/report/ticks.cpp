#include "nk/formats/report/ticks.hpp"

#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::formats::report {
namespace {

constexpr double minutes_per_hour = 60.0;

double unit_of(TickFormat format) {
    // Ticks fall on round numbers of what is shown: whole hours, whole percents.
    return format == TickFormat::hours ? minutes_per_hour : format == TickFormat::percent ? 0.01 : 1.0;
}

double nice_step(double span, int wanted, TickFormat format) {
    auto const raw = span / std::max(1, wanted);
    auto const power = std::pow(10.0, std::floor(std::log10(raw)));
    auto const share = raw / power;
    if (format == TickFormat::hours && raw > 2.0) {
        for (auto const hours : {3.0, 6.0, 12.0, 24.0, 48.0, 72.0, 168.0})
            if (raw <= hours * 1.2)
                return hours;
    }
    return power * (share < 1.5 ? 1.0 : share < 3.5 ? 2.0 : share < 7.5 ? 5.0 : 10.0);
}

/// Decimals a multiple of the step needs.
int decimals_of(double step) {
    for (auto decimals = 0; decimals < 8; ++decimals) {
        auto const scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled)
            return decimals;
    }
    return 8;
}

std::string linear_text(double shown, double step, double largest, TickFormat format) {
    auto const plain = format == TickFormat::plain;
    auto text = plain && (step < 1e-4 || largest >= 1e6) ? number_text(shown, 4) : fixed_text(shown, decimals_of(step));
    return format == TickFormat::percent ? text + "\u202f%" : format == TickFormat::ratio ? tick_text(shown, format) : text;
}

AxisTicks linear_ticks(Axis const& axis, double low, double high, int wanted, RangeFit fit) {
    auto const unit = unit_of(axis.format);
    auto const step = nice_step((high - low) / unit, wanted, axis.format) * unit;
    AxisTicks out{low, high, {}};
    constexpr auto slack = 1e-9;
    if (fit == RangeFit::nice) {
        out.low = std::isnan(axis.low) ? std::floor(low / step + slack) * step : low;
        out.high = std::isnan(axis.high) ? std::ceil(high / step - slack) * step : high;
    }
    auto const largest = std::max(std::abs(out.low), std::abs(out.high));
    auto const first = std::ceil(out.low / step - slack), last = std::floor(out.high / step + slack);
    for (auto i = first; i <= last; i += 1.0)
        out.ticks.push_back({i * step, linear_text(i * step / unit, step / unit, largest, axis.format)});
    return out;
}

std::string log_text(double value, int exponent, TickFormat format) {
    if (format != TickFormat::plain || (exponent >= -3 && exponent <= 4))
        return tick_text(value, format);
    auto const mantissa = std::round(value / std::pow(10.0, exponent));
    return mantissa == 1.0 ? power_of_ten(exponent) : number_text(value, 1);
}

AxisTicks log_ticks(Axis const& axis, double low, double high, int wanted, RangeFit fit) {
    AxisTicks out{low, high, {}};
    if (fit == RangeFit::nice) {
        // Widened to the next 1, 2 or 5, not to whole decades, which would waste half the plot.
        auto const outward = [](double value, bool up) {
            auto const power = std::pow(10.0, std::floor(std::log10(value) + 1e-9));
            auto const share = value / power;
            if (up)
                return power * (share <= 1.0 + 1e-9 ? 1.0 : share <= 2.0 ? 2.0 : share <= 5.0 ? 5.0 : 10.0);
            return power * (share < 2.0 ? 1.0 : share < 5.0 ? 2.0 : 5.0);
        };
        out.low = std::isnan(axis.low) ? outward(low, false) : low;
        out.high = std::isnan(axis.high) ? outward(high, true) : high;
    }
    auto const decades = std::log10(out.high / out.low);
    auto const stride = std::max(1, static_cast<int>(std::ceil(decades / std::max(1, wanted))));
    auto const first = static_cast<int>(std::floor(std::log10(out.low))) - 1, last = static_cast<int>(std::ceil(std::log10(out.high))) + 1;
    for (auto exponent = first; exponent <= last; ++exponent)
        for (auto mantissa = 1; mantissa < 10; ++mantissa) {
            auto const value = mantissa * std::pow(10.0, exponent);
            if (value < out.low * (1.0 - 1e-9) || value > out.high * (1.0 + 1e-9))
                continue;
            auto const decade = mantissa == 1 && exponent % stride == 0;
            auto const between = decades < (wanted > 4 ? 3.0 : 1.5) && (mantissa == 2 || mantissa == 5);
            auto const crowded = decades < 0.4;
            if (decade || between || crowded || decades < 5.0)
                out.ticks.push_back({value, decade || between || crowded ? log_text(value, exponent, axis.format) : ""});
        }
    return out;
}

} // namespace

double Axis::not_given() {
    return std::numeric_limits<double>::quiet_NaN();
}

std::string tick_text(double value, TickFormat format) {
    switch (format) {
    case TickFormat::percent:
        return number_text(value * 100.0, 3) + "\u202f%";
    case TickFormat::hours:
        return number_text(value / minutes_per_hour, 3);
    case TickFormat::ratio:
        return value >= 1.0 || value <= 0.0 ? number_text(value, 3) + ":1" : "1:" + number_text(1.0 / value, 3);
    case TickFormat::plain:
        break;
    }
    return number_text(value, 4);
}

AxisTicks choose_ticks(Axis const& axis, double low, double high, int wanted, RangeFit fit) {
    auto const logarithmic = axis.scale == AxisScale::log;
    low = std::isnan(axis.low) ? low : axis.low;
    high = std::isnan(axis.high) ? high : axis.high;
    if (!std::isfinite(low) || !std::isfinite(high) || (logarithmic && low <= 0.0)) {
        low = logarithmic ? 1.0 : 0.0;
        high = logarithmic ? 10.0 : 1.0;
    }
    if (!(high > low)) {
        auto const centre = low;
        auto const half = logarithmic ? 0.0 : centre == 0.0 ? 1.0 : std::abs(centre) * 0.1;
        low = logarithmic ? centre / 2.0 : centre - half;
        high = logarithmic ? centre * 2.0 : centre + half;
    }
    if (axis.ticks_at.empty())
        return logarithmic ? log_ticks(axis, low, high, wanted, fit) : linear_ticks(axis, low, high, wanted, fit);
    AxisTicks out{std::min(low, axis.ticks_at.front()), std::max(high, axis.ticks_at.back()), {}};
    for (auto const value : axis.ticks_at)
        out.ticks.push_back({value, tick_text(value, axis.format)});
    return out;
}

} // namespace nk::formats::report
