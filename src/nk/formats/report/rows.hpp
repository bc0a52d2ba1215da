#pragma once
#include "nk/formats/report/canvas.hpp"
#include "nk/formats/report/plot_area.hpp"

#include <string>
#include <vector>

namespace nk::formats::report {

/// Where the rows of a level plot stand: names on the left (above the row on a narrow canvas), bars on the right.
struct RowLayout {
    PlotArea area;
    bool names_above = false;
    std::vector<double> top;    ///< of what is drawn in each row
    std::vector<double> height; ///< of what is drawn in each row
    std::vector<std::vector<std::string>> names;
    double centre(std::size_t i) const { return top[i] + height[i] / 2.0; }
};

/// Rows whose drawn part is `drawn_height` high, beginning at `y`; `right_room` stays free on the right for numbers.
RowLayout lay_out_rows(std::vector<std::string> const& names, double y, double drawn_height, double right_room, Canvas const& canvas);

void draw_row_names(SvgWriter& svg, RowLayout const& layout);

} // namespace nk::formats::report
