#pragma once
#include "nk/formats/report/svg.hpp"
#include "nk/formats/report/ticks.hpp"

namespace nk::formats::report {

/// The rectangle in which data are drawn [px].
struct PlotArea {
    double left = 0.0;
    double top = 0.0;
    double right = 0.0;
    double bottom = 0.0;
    double width() const { return right - left; }
    double height() const { return bottom - top; }
};

/// Turns values into pixels along one axis.
class PixelScale {
  public:
    PixelScale(AxisScale scale, AxisTicks const& ticks, double first_pixel, double last_pixel);
    double operator()(double value) const;
    /// False for NaN and for what a log axis cannot show.
    bool shows(double value) const;
    /// The value at the axis' low end: where bars of a log axis begin.
    double low() const { return low_; }
    double high() const { return high_; }

  private:
    AxisScale scale_;
    double low_, high_, first_pixel_, last_pixel_;
};

/// Horizontal axis below the area: grid, ticks, tick texts that do not run into each other, title. Returns the y below it.
double draw_x_axis(SvgWriter& svg, PlotArea const& area, AxisTicks const& ticks, PixelScale const& scale, std::string const& title);

/// Vertical axis left of the area; its title stands level above the area, where it is read without turning the head.
void draw_y_axis(SvgWriter& svg, PlotArea const& area, AxisTicks const& ticks, PixelScale const& scale);

/// Room that tick texts need left of the area.
double tick_text_width(AxisTicks const& ticks);

} // namespace nk::formats::report
