#pragma once
#include "nk/formats/report/chart.hpp"
#include "nk/formats/report/plot_area.hpp"

#include <utility>

namespace nk::formats::report {

/// Colour, marker and dash of one series: together they tell it apart without colour vision.
struct SeriesLook {
    std::string colour;
    int marker = 0;
    std::string dash;
};

SeriesLook look_of(Series const& series, std::size_t place);

/// The interval at a point (low..high, or y ± sd), or NaNs.
std::pair<double, double> interval_at(Series const& series, std::size_t i);

/// Smallest distance of two bars' centres; 1 when there is only one.
double bar_spacing(std::vector<Series> const& all);

/// Bands first, then bars, lines, error bars and markers, so that nothing hides a point.
void draw_series(SvgWriter& svg, std::vector<Series> const& all, PlotArea const& area, PixelScale const& x, PixelScale const& y);

/// Fewer points with the same picture: for each pixel column the first, lowest, highest and last.
std::vector<Point> thinned(std::vector<Point> const& points);

} // namespace nk::formats::report
