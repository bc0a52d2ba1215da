#include "nk/formats/report/row_plots.hpp"
#include "nk/formats/report/rows.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>

namespace nk::formats::report {
namespace {

constexpr double step_height = 22.0;

/// One drawn bar, from where to where.
struct Bar {
    std::string label;
    double from = 0.0;
    double to = 0.0;
    bool total = false;
};

std::vector<Bar> bars_of(Waterfall const& waterfall) {
    std::vector<Bar> bars;
    if (!waterfall.start_label.empty())
        bars.push_back({waterfall.start_label, 0.0, waterfall.start, true});
    auto sum = waterfall.start;
    for (auto const& step : waterfall.steps) {
        bars.push_back({step.label, sum, sum + step.change, false});
        sum += step.change;
    }
    bars.push_back({waterfall.total_label, 0.0, sum, true});
    return bars;
}

std::string signed_text(double value) {
    return value > 0.0 ? "+" + number_text(value) : number_text(value);
}

} // namespace

std::string render_svg(Waterfall const& waterfall, Canvas const& canvas) {
    SvgWriter svg;
    auto const bars = bars_of(waterfall);
    std::vector<std::string> names;
    auto low = 0.0, high = 0.0;
    for (auto const& bar : bars) {
        names.push_back(bar.label);
        low = std::min({low, bar.from, bar.to});
        high = std::max({high, bar.from, bar.to});
    }
    auto const y = draw_heading(svg, waterfall.heading, canvas);
    auto const layout = lay_out_rows(names, y, step_height, 64.0, canvas);
    auto axis = waterfall.value_axis;
    axis.scale = AxisScale::linear;
    auto const ticks = choose_ticks(axis, low, high, canvas.narrow() ? 4 : 6, RangeFit::nice);
    PixelScale const x(AxisScale::linear, ticks, layout.area.left, layout.area.right);
    auto below = draw_x_axis(svg, layout.area, ticks, x, axis.title);
    svg.line({x(0.0), layout.area.top}, {x(0.0), layout.area.bottom}, {"none", "axis", 1.2});
    draw_row_names(svg, layout);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        auto const& bar = bars[i];
        auto const change = bar.to - bar.from;
        auto const from = x(bar.from), to = x(bar.to);
        auto const text = bar.total ? number_text(bar.to) : signed_text(change);
        svg.rectangle({std::min(from, to), layout.top[i]}, std::max(1.5, std::abs(to - from)), step_height,
                      {bar.total       ? "c6"
                       : change >= 0.0 ? "c0"
                                       : "c1"},
                      2.0, bar.label + ": " + text);
        if (i + 1 < bars.size())
            svg.line({to, layout.top[i] + step_height}, {to, layout.top[i + 1]}, {"none", "muted", 1.0, "2 2"});
        svg.text({std::max(from, to) + 7.0, layout.centre(i) + 4.5}, text, {13.0, Anchor::start, bar.total ? "ink" : "muted", bar.total});
    }
    std::vector<LegendEntry> const legend{{waterfall.increase_label, LegendEntry::Kind::box, "c0"},
                                          {waterfall.decrease_label, LegendEntry::Kind::box, "c1"}};
    below += 8.0 + draw_legend(svg, {8.0, below + 8.0}, canvas.width - 16.0, legend, true);
    return svg.document(canvas.width, draw_note(svg, waterfall.heading, canvas, below), waterfall.heading.title,
                        "Contributions from " + number_text(waterfall.start) + " to " + number_text(bars.back().to) + ". " +
                            waterfall.heading.note);
}

} // namespace nk::formats::report
