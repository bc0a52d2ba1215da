#include "nk/formats/report/row_plots.hpp"
#include "nk/formats/report/rows.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>

namespace nk::formats::report {
namespace {

using Row = IntervalPlot::Row;

constexpr double row_height = 26.0;
constexpr double overshoot = 0.75; ///< how far `by_band` shows beyond the band, in widths of the band

/// x of a value of a row: on the shared axis, or relative to the row's own band.
class RowScale {
  public:
    RowScale(IntervalPlot const& plot, PlotArea const& area, Canvas const& canvas) : plot_(&plot), area_(area) {
        auto low = std::numeric_limits<double>::infinity(), high = -low;
        for (auto const& row : plot.rows)
            for (auto const value : {row.low, row.high, row.observed, row.observed_low, row.observed_high})
                if (std::isfinite(value) && (plot.value_axis.scale == AxisScale::linear || value > 0.0)) {
                    low = std::min(low, value);
                    high = std::max(high, value);
                }
        ticks_ = choose_ticks(plot.value_axis, low, high, canvas.narrow() ? 4 : 6, RangeFit::nice);
    }
    bool shared() const { return plot_->positions == IntervalPlot::Positions::shared; }
    AxisTicks const& ticks() const { return ticks_; }
    PixelScale pixels() const { return {plot_->value_axis.scale, ticks_, area_.left, area_.right}; }

    double operator()(Row const& row, double value) const {
        if (shared())
            return pixels()(value);
        auto const width = row.high - row.low;
        auto const share = width > 0.0 ? (value - row.low) / width : value < row.low ? -1.0 : value > row.high ? 2.0 : 0.5;
        return area_.left + (std::clamp(share, -overshoot, 1.0 + overshoot) + overshoot) / (1.0 + 2.0 * overshoot) * area_.width();
    }
    /// The value lies beyond what is shown: -1 left, 1 right, 0 inside.
    int beyond(Row const& row, double value) const {
        auto const width = row.high - row.low;
        if (shared() || width <= 0.0)
            return 0;
        auto const share = (value - row.low) / width;
        return share < -overshoot ? -1 : share > 1.0 + overshoot ? 1 : 0;
    }

  private:
    IntervalPlot const* plot_;
    PlotArea area_;
    AxisTicks ticks_;
};

void draw_row(SvgWriter& svg, Row const& row, RowScale const& x, double y) {
    auto const from = x(row, row.low), to = x(row, row.high);
    auto const colour = row.pass() ? "c2" : "c1";
    auto const unit = row.unit.empty() || row.unit == "1" ? "" : " " + row.unit;
    svg.rectangle({from, y - 9.0}, std::max(3.0, to - from), 18.0, {"c5", "none", 1.0, "", 0.4}, 3.0,
                  "published: " + number_text(row.low) + " to " + number_text(row.high) + unit);
    if (std::isfinite(row.published))
        svg.line({x(row, row.published), y - 9.0}, {x(row, row.published), y + 9.0}, {"none", "c0", 2.0});
    if (!std::isfinite(row.observed))
        return;
    if (std::isfinite(row.observed_low) && std::isfinite(row.observed_high))
        svg.line({x(row, row.observed_low), y}, {x(row, row.observed_high), y}, {"none", colour, 2.4});
    Point const at{x(row, row.observed), y};
    auto const tooltip = row.label + ": " + number_text(row.observed) + unit + (row.pass() ? ", inside" : ", outside");
    if (auto const side = x.beyond(row, row.observed); side != 0) // an arrow head at the edge: further out than shown
        svg.polygon({{at.x + side * 9.0, y}, {at.x - side * 4.0, y - 7.5}, {at.x - side * 4.0, y + 7.5}}, {colour, "paper"}, tooltip);
    else
        svg.marker(row.pass() ? 0 : 3, at, 6.0, colour, tooltip);
}

std::string numbers_of(Row const& row) {
    auto const unit = row.unit.empty() || row.unit == "1" ? "" : " " + row.unit;
    return number_text(row.observed) + unit + "  [" + number_text(row.low) + "\u2013" + number_text(row.high) + "]";
}

} // namespace

std::string render_svg(IntervalPlot const& plot, Canvas const& canvas) {
    SvgWriter svg;
    std::vector<std::string> names;
    auto room = 0.0;
    for (auto const& row : plot.rows) {
        names.push_back(canvas.narrow() ? row.label + ": " + numbers_of(row) : row.label);
        room = std::max(room, canvas.narrow() ? 0.0 : text_width(numbers_of(row), 13.0) + 12.0);
    }
    auto const y = draw_heading(svg, plot.heading, canvas);
    auto const layout = lay_out_rows(names, y, row_height, room, canvas);
    RowScale const x(plot, layout.area, canvas);
    auto below = layout.area.bottom;
    if (x.shared())
        below = draw_x_axis(svg, layout.area, x.ticks(), x.pixels(), plot.value_axis.title);
    draw_row_names(svg, layout);
    for (std::size_t i = 0; i < plot.rows.size(); ++i) {
        auto const middle = layout.centre(i);
        svg.line({layout.area.left, middle}, {layout.area.right, middle}, {"none", "grid"});
        draw_row(svg, plot.rows[i], x, middle);
        if (!canvas.narrow())
            svg.text({layout.area.right + 14.0, middle + 4.5}, numbers_of(plot.rows[i]), {13.0, Anchor::start, "muted"});
    }
    using Kind = LegendEntry::Kind;
    std::vector<LegendEntry> const legend{{"published tolerance", Kind::band, "c5", "", 0, 0.4},
                                          {"simulated, inside", Kind::points, "c2", "", 0},
                                          {"simulated, outside", Kind::points, "c1", "", 3}};
    below += 8.0 + draw_legend(svg, {8.0, below + 8.0}, canvas.width - 16.0, legend, true);
    auto const hits = std::count_if(plot.rows.begin(), plot.rows.end(), [](Row const& row) { return row.pass(); });
    return svg.document(canvas.width, draw_note(svg, plot.heading, canvas, below), plot.heading.title,
                        std::to_string(hits) + " of " + std::to_string(plot.rows.size()) + " results lie inside the published tolerance. " +
                            plot.heading.note);
}

} // namespace nk::formats::report
