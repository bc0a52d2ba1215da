#include "nk/formats/report/chart.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/plot_area.hpp"
#include "nk/formats/report/series_shapes.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::formats::report {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Extent {
    double low = infinity;
    double high = -infinity;
    void include(double value, AxisScale scale) {
        if (!std::isfinite(value) || (scale == AxisScale::log && value <= 0.0))
            return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

bool has_bars(Chart const& chart) {
    return std::any_of(chart.series.begin(), chart.series.end(), [](Series const& s) { return s.style == SeriesStyle::bar; });
}

bool only_lines(Chart const& chart) {
    return std::all_of(chart.series.begin(), chart.series.end(),
                       [](Series const& s) { return s.style == SeriesStyle::line || s.style == SeriesStyle::step; });
}

Extent x_extent(Chart const& chart) {
    Extent extent;
    for (auto const& series : chart.series)
        for (auto const x : series.x)
            extent.include(x, chart.x_axis.scale);
    auto const logarithmic = chart.x_axis.scale == AxisScale::log;
    // Markers and bars need room at the ends; lines run from edge to edge.
    if (has_bars(chart)) {
        auto const half = bar_spacing(chart.series) * 0.6;
        extent = {extent.low - half, extent.high + half};
    } else if (!only_lines(chart) && logarithmic && extent.low > 0.0 && std::isfinite(extent.low)) {
        auto const room = std::pow(std::max(extent.high / extent.low, 2.0), 0.04);
        extent = {extent.low / room, extent.high * room};
    } else if (!only_lines(chart)) {
        auto const room = 0.03 * (extent.high - extent.low);
        extent = {extent.low - room, extent.high + room};
    }
    return extent;
}

Extent y_extent(Chart const& chart) {
    Extent extent;
    auto const scale = chart.y_axis.scale;
    for (auto const& series : chart.series)
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            extent.include(series.y[i], scale);
            auto const [low, high] = interval_at(series, i);
            extent.include(low, scale);
            extent.include(high, scale);
        }
    for (auto const& line : chart.lines)
        if (line.direction == ReferenceLine::Direction::horizontal)
            extent.include(line.value, scale);
    // Zero belongs to bars always, and to other data that come near it.
    if (scale == AxisScale::linear && extent.low > 0.0 && (has_bars(chart) || extent.low < 0.4 * extent.high))
        extent.low = 0.0;
    if (scale == AxisScale::linear && extent.high < 0.0 && has_bars(chart))
        extent.high = 0.0;
    return extent;
}

std::vector<LegendEntry> legend_of(Chart const& chart) {
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        auto const& series = chart.series[i];
        auto const look = look_of(series, i);
        using Kind = LegendEntry::Kind;
        auto const kind = series.style == SeriesStyle::points        ? Kind::points
                          : series.style == SeriesStyle::line_points ? Kind::line_points
                          : series.style == SeriesStyle::bar         ? Kind::box
                                                                     : Kind::line;
        if (!series.label.empty())
            entries.push_back({series.label, kind, look.colour, look.dash, look.marker});
        if (series.band_label.empty())
            continue;
        auto const bars = series.style == SeriesStyle::points || series.style == SeriesStyle::bar;
        entries.push_back({series.band_label, bars ? Kind::interval : Kind::band, look.colour, "", 0, bars ? 1.0 : 0.3});
    }
    return entries;
}

void draw_reference_lines(SvgWriter& svg, Chart const& chart, PlotArea const& area, PixelScale const& x, PixelScale const& y) {
    for (auto const& line : chart.lines) {
        auto const level = line.direction == ReferenceLine::Direction::horizontal;
        auto const& scale = level ? y : x;
        if (!scale.shows(line.value) || line.value < scale.low() || line.value > scale.high())
            continue;
        auto const at = scale(line.value);
        svg.line(level ? Point{area.left, at} : Point{at, area.top}, level ? Point{area.right, at} : Point{at, area.bottom},
                 {"none", "muted", 1.3, "4 4"});
        if (level)
            svg.text({area.right - 4.0, at - 5.0}, line.label, {13.0, Anchor::end, "muted", false, 0.0, true});
        else
            svg.text({at + (at > (area.left + area.right) / 2.0 ? -5.0 : 5.0), area.top + 14.0}, line.label,
                     {13.0, at > (area.left + area.right) / 2.0 ? Anchor::end : Anchor::start, "muted", false, 0.0, true});
    }
}

void check(Chart const& chart) {
    for (auto const& series : chart.series) {
        NK_EXPECT(series.x.size() == series.y.size());
        for (auto const* list : {&series.low, &series.high, &series.sd})
            NK_EXPECT(list->empty() || list->size() == series.y.size());
        NK_EXPECT(series.low.size() == series.high.size());
    }
}

std::string description_of(Chart const& chart) {
    std::string out = chart.y_axis.title + " against " + chart.x_axis.title + ".";
    for (auto const& series : chart.series)
        if (!series.label.empty() && !series.y.empty())
            out += " " + series.label + ": from " + number_text(series.y.front()) + " to " + number_text(series.y.back()) + ".";
    return out + (chart.heading.note.empty() ? "" : " " + chart.heading.note);
}

} // namespace

std::string render_svg(Chart const& chart, Canvas const& canvas) {
    check(chart);
    SvgWriter svg;
    auto const top = draw_heading(svg, chart.heading, canvas);
    auto const legend = legend_of(chart);
    auto const beside = !canvas.narrow() && !legend.empty();
    auto const legend_room = beside ? legend_width(legend, canvas.width * 0.28) + 20.0 : 0.0;

    auto const ys = y_extent(chart);
    auto const y_ticks = choose_ticks(chart.y_axis, ys.low, ys.high, canvas.narrow() ? 4 : 6, RangeFit::nice);
    auto const left = std::max(30.0, tick_text_width(y_ticks) + 16.0);
    auto const y_title = wrapped(chart.y_axis.title, 14.0, canvas.width - 16.0);
    PlotArea area{left, top, canvas.width - legend_room - 16.0, 0.0};
    area.top += chart.y_axis.title.empty() ? 10.0 : 20.0 * static_cast<double>(y_title.size()) + 10.0;
    area.bottom = area.top + (canvas.narrow() ? 230.0 : 320.0);
    auto const xs = x_extent(chart);
    auto const x_ticks = choose_ticks(chart.x_axis, xs.low, xs.high, canvas.narrow() ? 4 : 7, RangeFit::tight);
    PixelScale const x(chart.x_axis.scale, x_ticks, area.left, area.right);
    PixelScale const y(chart.y_axis.scale, y_ticks, area.bottom, area.top);

    if (!chart.y_axis.title.empty())
        draw_lines(svg, {8.0, top + 14.0}, y_title, {14.0});
    draw_y_axis(svg, area, y_ticks, y);
    auto below = draw_x_axis(svg, area, x_ticks, x, chart.x_axis.title);
    svg.begin_clip({area.left - 6.0, area.top - 8.0}, area.width() + 12.0, area.height() + 14.0);
    draw_series(svg, chart.series, area, x, y);
    svg.end_group();
    draw_reference_lines(svg, chart, area, x, y);
    if (beside) {
        auto const height = draw_legend(svg, {area.right + 20.0, area.top}, legend_room - 14.0, legend, false);
        below = std::max(below, area.top + height);
    } else if (!legend.empty()) {
        below += 8.0 + draw_legend(svg, {8.0, below + 8.0}, canvas.width - 16.0, legend, true);
    }
    return svg.document(canvas.width, draw_note(svg, chart.heading, canvas, below), chart.heading.title, description_of(chart));
}

} // namespace nk::formats::report
