#pragma once
#include "nk/formats/report/grids.hpp"

namespace nk::formats::report {

/// The settled colour scale of a figure.
class ColourMap {
  public:
    /// Ranges that are not given come from the finite values.
    ColourMap(ColourScale scale, std::vector<double> const& values);
    std::string colour(double value) const;
    /// The scale as a level bar with ticks and title. Returns the y below it.
    double draw_bar(SvgWriter& svg, Point corner, double width) const;

  private:
    ColourScale scale_;
    AxisTicks ticks_;
};

} // namespace nk::formats::report
