#include "nk/base/error.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/row_plots.hpp"
#include "nk/formats/report/rows.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>

namespace nk::formats::report {
namespace {

constexpr double bar_height = 16.0;

void check(BarChart const& chart) {
    for (auto const& group : chart.groups) {
        NK_EXPECT(group.values.size() == chart.categories.size());
        NK_EXPECT(group.low.size() == group.high.size() && (group.low.empty() || group.low.size() == group.values.size()));
    }
}

AxisTicks ticks_of(BarChart const& chart, Canvas const& canvas) {
    auto low = chart.value_axis.scale == AxisScale::log ? std::numeric_limits<double>::infinity() : 0.0, high = 0.0;
    for (auto const& group : chart.groups)
        for (auto const* list : {&group.values, &group.low, &group.high})
            for (auto const value : *list)
                if (std::isfinite(value) && (chart.value_axis.scale == AxisScale::linear || value > 0.0)) {
                    low = std::min(low, value);
                    high = std::max(high, value);
                }
    return choose_ticks(chart.value_axis, low, high, canvas.narrow() ? 4 : 6, RangeFit::nice);
}

void draw_bar(SvgWriter& svg, BarChart const& chart, std::size_t group_index, std::size_t i, double top, PixelScale const& x) {
    auto const& group = chart.groups[group_index];
    auto const value = group.values[i];
    auto const colour = series_colour(static_cast<int>(group_index));
    if (!x.shows(value))
        return;
    auto const base = x(x.shows(0.0) ? std::clamp(0.0, x.low(), x.high()) : x.low()), end = x(value);
    auto const shown = number_text(value);
    svg.rectangle({std::min(base, end), top}, std::max(1.0, std::abs(end - base)), bar_height - 2.0, {colour}, 1.5,
                  chart.categories[i] + (group.label.empty() ? "" : ", " + group.label) + ": " + shown);
    auto text_from = std::max(base, end);
    if (!group.low.empty() && x.shows(group.low[i]) && x.shows(group.high[i])) {
        auto const y = top + bar_height / 2.0 - 1.0, from = x(group.low[i]), to = x(group.high[i]);
        Paint const paint{"none", "ink", 1.5};
        svg.line({from, y}, {to, y}, paint);
        svg.line({from, y - 4.0}, {from, y + 4.0}, paint);
        svg.line({to, y - 4.0}, {to, y + 4.0}, paint);
        text_from = std::max(text_from, to);
    }
    svg.text({text_from + 6.0, top + bar_height - 4.5}, shown, {13.0, Anchor::start, "muted"});
}

} // namespace

std::string render_svg(BarChart const& chart, Canvas const& canvas) {
    check(chart);
    SvgWriter svg;
    auto const y = draw_heading(svg, chart.heading, canvas);
    auto const layout =
        lay_out_rows(chart.categories, y, bar_height * static_cast<double>(std::max<std::size_t>(1, chart.groups.size())), 56.0, canvas);
    auto const ticks = ticks_of(chart, canvas);
    PixelScale const x(chart.value_axis.scale, ticks, layout.area.left, layout.area.right);
    auto below = draw_x_axis(svg, layout.area, ticks, x, chart.value_axis.title);
    draw_row_names(svg, layout);
    for (std::size_t i = 0; i < chart.categories.size(); ++i)
        for (std::size_t k = 0; k < chart.groups.size(); ++k)
            draw_bar(svg, chart, k, i, layout.top[i] + static_cast<double>(k) * bar_height, x);
    if (chart.value_axis.scale == AxisScale::linear && ticks.low <= 0.0 && ticks.high >= 0.0)
        svg.line({x(0.0), layout.area.top}, {x(0.0), layout.area.bottom}, {"none", "axis", 1.2});
    std::vector<LegendEntry> legend;
    for (std::size_t k = 0; k < chart.groups.size(); ++k)
        if (!chart.groups[k].label.empty())
            legend.push_back({chart.groups[k].label, LegendEntry::Kind::box, series_colour(static_cast<int>(k))});
    if (!chart.interval_label.empty())
        legend.push_back({chart.interval_label, LegendEntry::Kind::interval, "ink"});
    if (!legend.empty())
        below += 8.0 + draw_legend(svg, {8.0, below + 8.0}, canvas.width - 16.0, legend, true);
    return svg.document(canvas.width, draw_note(svg, chart.heading, canvas, below), chart.heading.title,
                        chart.value_axis.title + " by category. " + chart.heading.note);
}

} // namespace nk::formats::report
