#include "nk/formats/report/canvas.hpp"

#include "nk/formats/report/text.hpp"

#include <algorithm>

namespace nk::formats::report {
namespace {

constexpr double sample_width = 30.0;
constexpr double line_height = 18.0;
constexpr double entry_gap = 5.0;

void draw_sample(SvgWriter& svg, Point left, LegendEntry const& entry) {
    using Kind = LegendEntry::Kind;
    Point const right{left.x + 24.0, left.y}, middle{left.x + 12.0, left.y};
    Paint const stroke{"none", entry.colour, 2.4, entry.dash, entry.opacity};
    switch (entry.kind) {
    case Kind::line:
        svg.line(left, right, stroke);
        break;
    case Kind::points:
        svg.marker(entry.marker, middle, 4.5, entry.colour);
        break;
    case Kind::line_points:
        svg.line(left, right, stroke);
        svg.marker(entry.marker, middle, 4.5, entry.colour);
        break;
    case Kind::band:
        svg.rectangle({left.x, left.y - 6.0}, 24.0, 12.0, {entry.colour, "none", 1.0, "", entry.opacity}, 2.0);
        break;
    case Kind::box:
        svg.rectangle({left.x + 5.0, left.y - 7.0}, 14.0, 14.0, {entry.colour, "none", 1.0, "", entry.opacity}, 3.0);
        break;
    case Kind::points_ringed:
        svg.circle(middle, 4.0, {entry.colour});
        svg.circle(middle, 7.0, {"none", entry.colour, 1.5});
        break;
    case Kind::ring:
        svg.circle(middle, 6.0, {"none", entry.colour, 1.8});
        break;
    case Kind::ring_crossed:
        svg.circle(middle, 6.0, {"none", entry.colour, 1.8});
        svg.line({middle.x - 3.5, middle.y - 3.5}, {middle.x + 3.5, middle.y + 3.5}, {"none", entry.colour, 1.5});
        svg.line({middle.x - 3.5, middle.y + 3.5}, {middle.x + 3.5, middle.y - 3.5}, {"none", entry.colour, 1.5});
        break;
    case Kind::interval:
        svg.line(left, right, stroke);
        svg.line({left.x, left.y - 5.0}, {left.x, left.y + 5.0}, {"none", entry.colour, 1.6});
        svg.line({right.x, left.y - 5.0}, {right.x, left.y + 5.0}, {"none", entry.colour, 1.6});
        break;
    }
}

} // namespace

std::string to_text(Evidence evidence) {
    switch (evidence) {
    case Evidence::calibrated:
        return "calibrated on this";
    case Evidence::predicted:
        return "predicted";
    case Evidence::illustrative:
        return "illustrative";
    case Evidence::unstated:
        break;
    }
    return "";
}

std::string evidence_colour(Evidence evidence) {
    return evidence == Evidence::calibrated     ? "c2"
           : evidence == Evidence::predicted    ? "c0"
           : evidence == Evidence::illustrative ? "c4"
                                                : "muted";
}

double draw_lines(SvgWriter& svg, Point first_baseline, std::vector<std::string> const& lines, Lettering const& lettering) {
    auto y = first_baseline.y;
    for (auto const& line : lines) {
        svg.text({first_baseline.x, y}, line, lettering);
        y += lettering.size * 1.38;
    }
    return y;
}

double legend_width(std::vector<LegendEntry> const& entries, double most) {
    auto widest = 0.0;
    for (auto const& entry : entries)
        widest = std::max(widest, text_width(entry.label, letter_size));
    return std::min(most, sample_width + widest + 2.0);
}

double draw_legend(SvgWriter& svg, Point corner, double width, std::vector<LegendEntry> const& entries, bool side_by_side) {
    auto x = corner.x, y = corner.y, row = 0.0;
    for (auto const& entry : entries) {
        auto const lines = wrapped(entry.label, letter_size, width - sample_width);
        auto const height = static_cast<double>(lines.size()) * line_height + entry_gap;
        auto widest = 0.0;
        for (auto const& line : lines)
            widest = std::max(widest, text_width(line, letter_size));
        if (x > corner.x && (!side_by_side || x + sample_width + widest > corner.x + width)) {
            x = corner.x;
            y += row;
            row = 0.0;
        }
        draw_sample(svg, {x, y + 9.0}, entry);
        draw_lines(svg, {x + sample_width, y + 13.5}, lines, {letter_size});
        x += sample_width + widest + 18.0;
        row = std::max(row, height);
    }
    return y + row - corner.y;
}

double draw_heading(SvgWriter& svg, Heading const& heading, Canvas const& canvas) {
    if (canvas.titles == Titles::outside)
        return 4.0;
    auto y = draw_lines(svg, {8.0, 24.0}, wrapped(heading.title, 17.0, canvas.width - 16.0), {17.0, Anchor::start, "ink", true}) - 14.0;
    if (auto const label = to_text(heading.evidence); !label.empty()) {
        svg.circle({13.0, y + 12.0}, 4.5, {evidence_colour(heading.evidence)});
        svg.text({23.0, y + 16.5}, label, {13.0, Anchor::start, "muted"});
        y += 24.0;
    }
    return y + 6.0;
}

double draw_note(SvgWriter& svg, Heading const& heading, Canvas const& canvas, double y) {
    if (canvas.titles == Titles::outside || heading.note.empty())
        return y + 4.0;
    return draw_lines(svg, {8.0, y + 20.0}, wrapped(heading.note, 13.0, canvas.width - 16.0), {13.0, Anchor::start, "muted"});
}

} // namespace nk::formats::report
