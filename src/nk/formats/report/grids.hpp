#pragma once
#include "nk/formats/report/canvas.hpp"
#include "nk/formats/report/ticks.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nk::formats::report {

/// How values become colours.
struct ColourScale {
    std::string title = "";         ///< with its unit
    double low = Axis::not_given(); ///< NaN = from the data
    double high = Axis::not_given();
    bool diverging = false; ///< symmetric about 0, for values of both signs
};

/// A matrix as coloured cells with their values.
struct HeatMap {
    Heading heading = {};
    ColourScale scale = {};
    std::string row_title = "", column_title = "";
    std::vector<std::string> rows = {}, columns = {};
    std::vector<double> values = {}; ///< row by row; NaN = not measured (hatched)
};

/// A multi-well plate, wells coloured by a value.
struct PlateMap {
    Heading heading = {};
    ColourScale scale = {};
    int rows = 8; ///< A, B, C, ...
    int columns = 12;
    std::vector<double> values = {};      ///< row by row, shape (rows, columns); NaN = empty well
    std::vector<std::string> labels = {}; ///< empty, or a word for each well (tooltip), e.g. "E:T 5:1"
};

/// expects: as many values as rows x columns
std::string render_svg(HeatMap const& map, Canvas const& canvas = {});
std::string render_svg(PlateMap const& plate, Canvas const& canvas = {});

} // namespace nk::formats::report
