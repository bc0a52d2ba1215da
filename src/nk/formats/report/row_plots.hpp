#pragma once
#include "nk/formats/report/canvas.hpp"
#include "nk/formats/report/ticks.hpp"

#include <string>
#include <vector>

namespace nk::formats::report {

/// Bars side by side for each category, drawn level, so that long names are read straight.
struct BarChart {
    struct Group {
        std::string label = "";
        std::vector<double> values = {};         ///< one for each category; NaN = none
        std::vector<double> low = {}, high = {}; ///< empty, or intervals
    };
    Heading heading = {};
    Axis value_axis = {};
    std::vector<std::string> categories = {};
    std::vector<Group> groups = {};
    std::string interval_label = ""; ///< what the intervals hold
};

/// How contributions add up from a start to a total: each bar begins where the one above it ended.
struct Waterfall {
    struct Step {
        std::string label = "";
        double change = 0.0;
    };
    Heading heading = {};
    Axis value_axis = {};
    std::string start_label = ""; ///< "" = begins at 0 without a bar of its own
    double start = 0.0;
    std::vector<Step> steps = {};
    std::string total_label = "Total";
    std::string increase_label = "raises"; ///< legend
    std::string decrease_label = "lowers";
};

/// Published against simulated, one line each: the published tolerance as a band, the result as a point with its interval.
struct IntervalPlot {
    struct Row {
        std::string label = "";
        std::string unit = "";
        double published = 0.0; ///< NaN = only a range was published
        double low = 0.0;       ///< tolerance band
        double high = 0.0;
        double observed = 0.0;
        double observed_low = Axis::not_given(); ///< interval of the result; NaN = none
        double observed_high = Axis::not_given();
        bool pass() const { return observed >= low && observed <= high; }
    };
    enum class Positions {
        shared, ///< one value axis for all rows
        by_band ///< every row is scaled so that its band fills the same width: for rows of different units
    };
    Heading heading = {};
    Axis value_axis = {}; ///< used by `shared`
    Positions positions = Positions::by_band;
    std::vector<Row> rows = {};
};

/// expects (all): lists of equal length
std::string render_svg(BarChart const& chart, Canvas const& canvas = {});
std::string render_svg(Waterfall const& waterfall, Canvas const& canvas = {});
std::string render_svg(IntervalPlot const& plot, Canvas const& canvas = {});

} // namespace nk::formats::report
