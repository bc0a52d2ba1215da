#pragma once
#include "nk/formats/report/svg.hpp"

#include <string>
#include <vector>

namespace nk::formats::report {

/// What a figure's numbers rest on; every figure of a report opens with it.
enum class Evidence { unstated, calibrated, predicted, illustrative };

/// "calibrated on this", "predicted", "illustrative", or "".
std::string to_text(Evidence evidence);

/// Colour token of the evidence's badge.
std::string evidence_colour(Evidence evidence);

/// What all figures have.
struct Heading {
    std::string title = "";
    std::string note = ""; ///< one or two sentences below the figure: what the band holds, how many wells, ...
    Evidence evidence = Evidence::unstated;
};

enum class Titles {
    drawn,  ///< title, evidence and note are part of the picture: it stands on its own
    outside ///< a page sets them as text
};

inline constexpr double letter_size = 13.0; ///< of all text in charts [px]

/// What to draw on. Letters keep their size; a narrow canvas (360) is for phones.
struct Canvas {
    double width = 720.0;
    Titles titles = Titles::drawn;
    bool narrow() const { return width < 560.0; }
};

/// A sample in a legend.
struct LegendEntry {
    enum class Kind { line, points, line_points, band, box, interval, points_ringed, ring, ring_crossed };
    std::string label = "";
    Kind kind = Kind::line;
    std::string colour = "c0";
    std::string dash = "";
    int marker = 0;
    double opacity = 1.0;
};

/// Draws a legend from the corner to the right and down, and says how high it became. Entries stand below one another when
/// `side_by_side` is false, otherwise in rows as far as `width` allows.
double draw_legend(SvgWriter& svg, Point corner, double width, std::vector<LegendEntry> const& entries, bool side_by_side);

/// The width a legend of entries below one another wants, at most `most`.
double legend_width(std::vector<LegendEntry> const& entries, double most);

/// Draws title and badge when the canvas asks for them. Returns the y where the figure begins.
double draw_heading(SvgWriter& svg, Heading const& heading, Canvas const& canvas);

/// Draws the note below `y` when the canvas asks for it. Returns the height of the whole picture.
double draw_note(SvgWriter& svg, Heading const& heading, Canvas const& canvas, double y);

/// Lines of text below one another; returns the y below the last.
double draw_lines(SvgWriter& svg, Point first_baseline, std::vector<std::string> const& lines, Lettering const& lettering);

} // namespace nk::formats::report
