#pragma once
#include "nk/formats/report/canvas.hpp"
#include "nk/formats/report/ticks.hpp"

#include <string>
#include <vector>

namespace nk::formats::report {

enum class SeriesStyle { line, points, line_points, step, bar };

/// One series of a chart. x and y have equal length; NaN makes a gap.
struct Series {
    std::string label = ""; ///< "" = not in the legend
    std::vector<double> x = {};
    std::vector<double> y = {};
    /// Empty, or as long as y. A band for lines and steps, error bars for points and bars.
    std::vector<double> low = {}, high = {};
    std::vector<double> sd = {}; ///< empty, or the interval y - sd to y + sd: a band for plain lines and steps, else error bars
    SeriesStyle style = SeriesStyle::line;
    int colour = -1;             ///< index of the series colour, marker and dash; -1 = the series' place in the list
    bool dashed = false;         ///< force a dash (expectation, control)
    std::string band_label = ""; ///< what the band holds, e.g. "90 % of simulated wells (stochastic)"
};

/// A line across the plot, such as a threshold.
struct ReferenceLine {
    enum class Direction { horizontal, vertical };
    double value = 0.0;
    std::string label = "";
    Direction direction = Direction::horizontal;
};

/// A chart of y against x.
struct Chart {
    Heading heading = {};
    Axis x_axis = {};
    Axis y_axis = {};
    std::vector<Series> series = {};
    std::vector<ReferenceLine> lines = {};
};

/// The chart as SVG. The legend stands right of the plot, or below it on a narrow canvas: never on data.
/// expects: x and y (and low, high, sd where given) of equal length
std::string render_svg(Chart const& chart, Canvas const& canvas = {});

/// Values of one group of a histogram.
struct HistogramGroup {
    std::string label = "";
    std::vector<double> values = {};
};

enum class HistogramBins {
    whole_numbers, ///< one bar for each whole number (kills per NK cell), as long as they span no more than 200
    equal_widths   ///< nice edges, about as many as Freedman & Diaconis advise
};

/// A histogram as a chart of bars, in percent of each group's values. NaN is left out.
Chart histogram(Heading heading, Axis x_axis, std::vector<HistogramGroup> const& groups, HistogramBins bins);

} // namespace nk::formats::report
