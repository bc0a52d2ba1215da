#pragma once
#include <string>
#include <vector>

namespace nk::formats::report {

enum class AxisScale { linear, log };
enum class TickFormat {
    plain,   ///< 0.5, 12 000, 10⁻⁶
    percent, ///< a fraction as 50 %
    ratio,   ///< 5 as 5:1 and 0.2 as 1:5, for effector : target
    hours    ///< minutes as hours: 90 is 1.5 (the title says "h")
};

/// A place on an axis; minor ticks have no text.
struct Tick {
    double value = 0.0;
    std::string text = "";
};

/// One axis of a chart.
struct Axis {
    std::string title = ""; ///< with its unit, e.g. "Time (h)"
    AxisScale scale = AxisScale::linear;
    TickFormat format = TickFormat::plain;
    /// NaN = from the data.
    double low = not_given();
    double high = not_given();
    std::vector<double> ticks_at = {}; ///< empty = chosen

    static double not_given();
};

/// The shown range and its ticks.
struct AxisTicks {
    double low = 0.0;
    double high = 1.0;
    std::vector<Tick> ticks = {};
};

enum class RangeFit {
    tight, ///< the data's range
    nice   ///< widened to whole ticks
};

/// Ticks for data in [low, high]: multiples of 1, 2 or 5 times a power of ten, about `wanted` of them; on a log axis decades
/// with minor ticks, and 2 and 5 as well when few decades are shown. A range without width is widened; on a log
/// axis values <= 0 are left out by the caller.
AxisTicks choose_ticks(Axis const& axis, double low, double high, int wanted, RangeFit fit);

/// The text of one value in the format of the axis.
std::string tick_text(double value, TickFormat format);

} // namespace nk::formats::report
