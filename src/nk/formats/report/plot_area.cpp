#include "nk/formats/report/plot_area.hpp"

#include "nk/formats/report/canvas.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::formats::report {
PixelScale::PixelScale(AxisScale scale, AxisTicks const& ticks, double first_pixel, double last_pixel)
    : scale_(scale), low_(ticks.low), high_(ticks.high), first_pixel_(first_pixel), last_pixel_(last_pixel) {}

double PixelScale::operator()(double value) const {
    auto const share = scale_ == AxisScale::log ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
    // Far outside the plot a bound keeps numbers short; what is outside is clipped anyway.
    return first_pixel_ + std::clamp(share, -20.0, 20.0) * (last_pixel_ - first_pixel_);
}

bool PixelScale::shows(double value) const {
    return std::isfinite(value) && (scale_ == AxisScale::linear || value > 0.0);
}

double tick_text_width(AxisTicks const& ticks) {
    auto widest = 0.0;
    for (auto const& tick : ticks.ticks)
        widest = std::max(widest, text_width(tick.text, letter_size));
    return widest;
}

double draw_x_axis(SvgWriter& svg, PlotArea const& area, AxisTicks const& ticks, PixelScale const& scale, std::string const& title) {
    auto end_of_last = -std::numeric_limits<double>::infinity();
    for (auto const& tick : ticks.ticks) {
        auto const x = scale(tick.value);
        auto const major = !tick.text.empty();
        if (major)
            svg.line({x, area.top}, {x, area.bottom}, {"none", "grid"});
        svg.line({x, area.bottom}, {x, area.bottom + (major ? 6.0 : 3.5)}, {"none", "axis"});
        auto const half = text_width(tick.text, letter_size) / 2.0;
        if (!major || x - half < end_of_last + 6.0)
            continue;
        svg.text({x, area.bottom + 20.0}, tick.text, {letter_size, Anchor::middle, "muted"});
        end_of_last = x + half;
    }
    svg.line({area.left, area.bottom}, {area.right, area.bottom}, {"none", "axis", 1.2});
    if (title.empty())
        return area.bottom + 26.0;
    auto const half = (area.right - area.left) / 2.0;
    // Centred under the plot; a title wider than the plot may use the room of the tick texts on the left.
    auto const wide = text_width(title, 14.0) > 2.0 * half;
    Lettering const lettering{14.0, wide ? Anchor::end : Anchor::middle, "ink"};
    return draw_lines(svg, {wide ? area.right : area.left + half, area.bottom + 42.0}, wrapped(title, 14.0, area.right - 8.0), lettering) -
           12.0;
}

void draw_y_axis(SvgWriter& svg, PlotArea const& area, AxisTicks const& ticks, PixelScale const& scale) {
    auto last_text = std::numeric_limits<double>::infinity();
    for (auto const& tick : ticks.ticks) {
        auto const y = scale(tick.value);
        auto const major = !tick.text.empty();
        if (major)
            svg.line({area.left, y}, {area.right, y}, {"none", "grid"});
        else
            svg.line({area.left - 3.5, y}, {area.left, y}, {"none", "axis"});
        if (!major || y > last_text - letter_size)
            continue;
        svg.text({area.left - 8.0, y + 4.5}, tick.text, {letter_size, Anchor::end, "muted"});
        last_text = y;
    }
}

} // namespace nk::formats::report
