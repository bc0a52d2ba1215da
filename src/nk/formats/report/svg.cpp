#include "nk/formats/report/svg.hpp"

#include "nk/base/hash.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/text.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace nk::formats::report {
namespace {

constexpr std::string_view font = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif";

std::string points_text(std::vector<Point> const& points) {
    std::string out;
    auto last_x = std::nan(""), last_y = std::nan("");
    for (auto const& point : points) {
        auto const x = std::round(point.x * 10.0) / 10.0, y = std::round(point.y * 10.0) / 10.0;
        if (x == last_x && y == last_y)
            continue;
        out += (out.empty() ? "" : " ") + coordinate(x) + "," + coordinate(y);
        last_x = x;
        last_y = y;
    }
    return out;
}

/// Corner points of a regular or star-like marker, as (angle in turns, relative radius).
std::vector<Point> marker_outline(int shape, Point centre, double radius) {
    struct Form {
        int corners;
        double turn;
        double size;
    };
    constexpr std::array<Form, 5> forms{{{4, 0.125, 1.25}, {3, -0.25, 1.35}, {4, 0.0, 1.3}, {3, 0.25, 1.35}, {6, 0.0, 1.1}}};
    auto const& form = forms[static_cast<std::size_t>(shape) % forms.size()];
    std::vector<Point> points;
    for (auto i = 0; i < form.corners; ++i) {
        auto const angle = 2.0 * 3.14159265358979 * (form.turn + static_cast<double>(i) / form.corners);
        points.push_back({centre.x + form.size * radius * std::cos(angle), centre.y + form.size * radius * std::sin(angle)});
    }
    return points;
}

} // namespace

std::string coordinate(double value) {
    auto text = fmt::format("{:.2f}", std::isfinite(value) ? value : 0.0);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string series_dash(int index) {
    constexpr std::array<char const*, 6> dashes{"", "8 4", "2 3", "10 3 2 3", "5 2", "12 4 2 4 2 4"};
    return dashes[static_cast<std::size_t>(((index % 6) + 6) % 6)];
}

std::string paint_attributes(Paint const& paint) {
    std::string classes;
    if (is_token(paint.fill))
        classes += "f-" + paint.fill;
    if (is_token(paint.stroke))
        classes += (classes.empty() ? "s-" : " s-") + paint.stroke;
    auto out = " fill=\"" + escaped(light_colour(paint.fill)) + "\"";
    if (paint.stroke != "none") {
        out += " stroke=\"" + escaped(light_colour(paint.stroke)) + "\"";
        if (paint.width != 1.0)
            out += " stroke-width=\"" + coordinate(paint.width) + "\"";
        if (!paint.dash.empty())
            out += " stroke-dasharray=\"" + escaped(paint.dash) + "\"";
    }
    if (paint.opacity != 1.0)
        out += " opacity=\"" + coordinate(paint.opacity) + "\"";
    if (!classes.empty())
        out += " class=\"" + classes + "\"";
    return out;
}

void SvgWriter::shape(std::string_view open, Paint const& paint, std::string const& tooltip) {
    body_ += open;
    body_ += paint_attributes(paint);
    auto const name = open.substr(1, open.find(' ') - 1);
    body_ += tooltip.empty() ? "/>\n" : fmt::format("><title>{}</title></{}>\n", escaped(tooltip), name);
}

void SvgWriter::line(Point from, Point to, Paint const& paint) {
    shape(fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"", coordinate(from.x), coordinate(from.y), coordinate(to.x),
                      coordinate(to.y)),
          paint, "");
}

void SvgWriter::rectangle(Point corner, double width, double height, Paint const& paint, double rounding, std::string const& tooltip) {
    auto const round = rounding > 0.0 ? fmt::format(" rx=\"{}\"", coordinate(rounding)) : "";
    shape(fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}", coordinate(corner.x), coordinate(corner.y),
                      coordinate(std::max(0.0, width)), coordinate(std::max(0.0, height)), round),
          paint, tooltip);
}

void SvgWriter::circle(Point centre, double radius, Paint const& paint, std::string const& tooltip) {
    shape(fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", coordinate(centre.x), coordinate(centre.y), coordinate(radius)), paint,
          tooltip);
}

void SvgWriter::polyline(std::vector<Point> const& points, Paint const& paint) {
    if (!points.empty())
        shape("<polyline stroke-linejoin=\"round\" stroke-linecap=\"round\" points=\"" + points_text(points) + "\"", paint, "");
}

void SvgWriter::polygon(std::vector<Point> const& points, Paint const& paint, std::string const& tooltip) {
    if (!points.empty())
        shape("<polygon points=\"" + points_text(points) + "\"", paint, tooltip);
}

void SvgWriter::text(Point place, std::string_view words, Lettering const& lettering) {
    constexpr std::array<char const*, 3> anchors{"start", "middle", "end"};
    auto const turn = lettering.angle == 0.0 ? ""
                                             : fmt::format(" transform=\"rotate({} {} {})\"", coordinate(lettering.angle),
                                                           coordinate(place.x), coordinate(place.y));
    auto const rim = lettering.halo ? Paint{lettering.colour, "paper", 4.0} : Paint{lettering.colour};
    auto const order = lettering.halo ? " paint-order=\"stroke\" stroke-linejoin=\"round\"" : "";
    body_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{}\"{}{}{}{}>{}</text>\n", coordinate(place.x),
                         coordinate(place.y), coordinate(lettering.size), anchors[static_cast<std::size_t>(lettering.anchor)],
                         lettering.bold ? " font-weight=\"600\"" : "", turn, order, paint_attributes(rim), escaped(words));
}

void SvgWriter::marker(int shape_index, Point centre, double radius, std::string const& colour, std::string const& tooltip) {
    Paint const paint{colour, "paper", 1.0, "", 1.0};
    auto const index = ((shape_index % 6) + 6) % 6;
    if (index == 0)
        circle(centre, radius, paint, tooltip);
    else
        polygon(marker_outline(index - 1, centre, radius), paint, tooltip);
}

void SvgWriter::begin_clip(Point corner, double width, double height) {
    auto const id = fmt::format("@KEY@-clip{}", clip_count_++);
    define(fmt::format("<clipPath id=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>", id, coordinate(corner.x),
                       coordinate(corner.y), coordinate(width), coordinate(height)));
    body_ += "<g clip-path=\"url(#" + id + ")\">\n";
}

void SvgWriter::begin_group(std::string const& raw_attributes) {
    body_ += "<g " + raw_attributes + ">\n";
}

void SvgWriter::end_group() {
    body_ += "</g>\n";
}

std::string SvgWriter::document(double width, double height, std::string const& title, std::string const& description) const {
    Hasher hasher;
    hasher.add(title);
    hasher.add(body_);
    auto const key = "k" + hasher.hex().substr(0, 10);
    auto out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" font-family=\"{2}\" "
        "aria-labelledby=\"{3}-t {3}-d\">\n<title id=\"{3}-t\">{4}</title>\n<desc id=\"{3}-d\">{5}</desc>\n",
        coordinate(width), coordinate(height), font, key, escaped(title), escaped(description));
    auto content = (definitions_.empty() ? "" : "<defs>" + definitions_ + "</defs>\n") + body_;
    for (auto at = content.find("@KEY@"); at != std::string::npos; at = content.find("@KEY@", at))
        content.replace(at, 5, key);
    return out + "<rect width=\"100%\" height=\"100%\"" + paint_attributes({"paper"}) + "/>\n" + content + "</svg>\n";
}

} // namespace nk::formats::report
