#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nk::formats::report {

/// How a shape is painted. Colours are tokens of palette.hpp, "#rrggbb" or "none".
struct Paint {
    std::string fill = "none";
    std::string stroke = "none";
    double width = 1.0;    ///< of the stroke [px]
    std::string dash = ""; ///< SVG dash pattern, e.g. "6 3"; "" = solid
    double opacity = 1.0;
};

enum class Anchor { start, middle, end };

/// How a line of text is set.
struct Lettering {
    double size = 13.0; ///< [px]
    Anchor anchor = Anchor::start;
    std::string colour = "ink";
    bool bold = false;
    double angle = 0.0; ///< clockwise [degrees]
    bool halo = false;  ///< a rim in the colour of the paper, for words that may cross a line
};

struct Point {
    double x = 0.0;
    double y = 0.0;
};

/// Writes one SVG document. All coordinates in px of the viewBox; all text is escaped.
class SvgWriter {
  public:
    void line(Point from, Point to, Paint const& paint);
    void rectangle(Point corner, double width, double height, Paint const& paint, double rounding = 0.0, std::string const& tooltip = "");
    void circle(Point centre, double radius, Paint const& paint, std::string const& tooltip = "");
    /// An open path through the points; consecutive points that fall on the same tenth of a pixel are written once.
    void polyline(std::vector<Point> const& points, Paint const& paint);
    void polygon(std::vector<Point> const& points, Paint const& paint, std::string const& tooltip = "");
    /// Text with its baseline at the point.
    void text(Point place, std::string_view words, Lettering const& lettering = {});
    /// The i-th marker shape (circle, square, triangle, diamond, ...): tells series apart without colour.
    void marker(int shape, Point centre, double radius, std::string const& colour, std::string const& tooltip = "");
    /// Everything until `end_group` is clipped to the rectangle.
    void begin_clip(Point corner, double width, double height);
    void begin_group(std::string const& raw_attributes);
    void end_group();
    /// Markup for <defs>. `@KEY@` in it and in what refers to it becomes a name unique to this picture, since a page holds many.
    void define(std::string_view markup) { definitions_ += markup; }
    /// Markup that is already valid SVG.
    void raw(std::string_view markup) { body_ += markup; }

    /// The document. `title` and `description` are for screen readers.
    std::string document(double width, double height, std::string const& title, std::string const& description) const;

  private:
    void shape(std::string_view open, Paint const& paint, std::string const& tooltip);
    std::string body_;
    std::string definitions_;
    int clip_count_ = 0;
};

/// A coordinate for SVG: at most two decimals, no trailing zeros.
std::string coordinate(double value);

/// ` fill="#0072b2" class="..."`: the paint as attributes, with the classes by which a page restyles tokens.
std::string paint_attributes(Paint const& paint);

/// Dash pattern that tells the i-th line apart without colour; "" for the first (solid).
std::string series_dash(int index);

} // namespace nk::formats::report
