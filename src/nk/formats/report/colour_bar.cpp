#include "nk/formats/report/colour_bar.hpp"

#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/plot_area.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::formats::report {

ColourMap::ColourMap(ColourScale scale, std::vector<double> const& values) : scale_(std::move(scale)) {
    auto low = std::numeric_limits<double>::infinity(), high = -low;
    for (auto const value : values)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (scale_.diverging && std::isfinite(low)) {
        high = std::max(std::abs(low), std::abs(high));
        low = -high;
    }
    Axis axis;
    axis.low = scale_.low;
    axis.high = scale_.high;
    ticks_ = choose_ticks(axis, low, high, 5, RangeFit::nice);
}

std::string ColourMap::colour(double value) const {
    auto const share = (value - ticks_.low) / (ticks_.high - ticks_.low);
    return scale_.diverging ? diverging_colour(2.0 * share - 1.0) : sequential_colour(share);
}

double ColourMap::draw_bar(SvgWriter& svg, Point corner, double width) const {
    constexpr auto pieces = 64;
    auto const y = corner.y + 22.0;
    svg.text({corner.x, corner.y + 14.0}, scale_.title, {13.0});
    for (auto i = 0; i < pieces; ++i) {
        auto const value = ticks_.low + (i + 0.5) / pieces * (ticks_.high - ticks_.low);
        // A little overlap hides the seams that rounding leaves.
        svg.rectangle({corner.x + width * i / pieces, y}, width / pieces + (i + 1 < pieces ? 0.6 : 0.0), 12.0, {colour(value)});
    }
    PixelScale const x(AxisScale::linear, ticks_, corner.x, corner.x + width);
    for (auto const& tick : ticks_.ticks) {
        svg.line({x(tick.value), y + 12.0}, {x(tick.value), y + 17.0}, {"none", "axis"});
        svg.text({x(tick.value), y + 31.0}, tick.text, {13.0, Anchor::middle, "muted"});
    }
    return y + 38.0;
}

} // namespace nk::formats::report
