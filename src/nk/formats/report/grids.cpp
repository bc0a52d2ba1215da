#include "nk/formats/report/grids.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/report/colour_bar.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::formats::report {
namespace {

double widest(std::vector<std::string> const& texts) {
    auto most = 0.0;
    for (auto const& text : texts)
        most = std::max(most, text_width(text, 13.0));
    return most;
}

double bar_width(double left, Canvas const& canvas) {
    return std::min(320.0, canvas.width - left - 30.0);
}

/// A value that was not measured: a grey cell with a stroke through it, so that it is not taken for a colour of the scale.
void draw_missing(SvgWriter& svg, Point corner, double width, double height) {
    svg.rectangle(corner, width, height, {"panel", "grid"}, 2.0, "not measured");
    svg.line({corner.x + 3.0, corner.y + height - 3.0}, {corner.x + width - 3.0, corner.y + 3.0}, {"none", "axis"});
}

struct GridPlace {
    double left, top, cell_width, cell_height;
    Point corner(std::size_t row, std::size_t column) const {
        return {left + static_cast<double>(column) * cell_width, top + static_cast<double>(row) * cell_height};
    }
};

void draw_column_names(SvgWriter& svg, std::vector<std::string> const& names, GridPlace const& grid, bool turned) {
    for (std::size_t k = 0; k < names.size(); ++k) {
        auto const x = grid.corner(0, k).x + grid.cell_width / 2.0;
        if (turned)
            svg.text({x + 4.0, grid.top - 8.0}, names[k], {13.0, Anchor::start, "ink", false, -50.0});
        else
            svg.text({x, grid.top - 8.0}, names[k], {13.0, Anchor::middle});
    }
}

void draw_cells(SvgWriter& svg, HeatMap const& map, ColourMap const& colours, GridPlace const& grid) {
    for (std::size_t i = 0; i < map.rows.size(); ++i)
        for (std::size_t k = 0; k < map.columns.size(); ++k) {
            auto const value = map.values[i * map.columns.size() + k];
            auto const corner = grid.corner(i, k);
            Point const inner{corner.x + 1.0, corner.y + 1.0};
            if (std::isnan(value)) {
                draw_missing(svg, inner, grid.cell_width - 2.0, grid.cell_height - 2.0);
                continue;
            }
            auto const colour = colours.colour(value);
            auto const text = number_text(value, 2);
            svg.rectangle(inner, grid.cell_width - 2.0, grid.cell_height - 2.0, {colour}, 2.0,
                          map.rows[i] + ", " + map.columns[k] + ": " + number_text(value));
            if (text_width(text, 13.0) < grid.cell_width - 4.0)
                svg.text({corner.x + grid.cell_width / 2.0, corner.y + grid.cell_height / 2.0 + 4.5}, text,
                         {13.0, Anchor::middle, text_colour_on(colour)});
        }
}

} // namespace

std::string render_svg(HeatMap const& map, Canvas const& canvas) {
    NK_EXPECT(map.values.size() == map.rows.size() * map.columns.size());
    SvgWriter svg;
    auto y = draw_heading(svg, map.heading, canvas);
    auto const columns = static_cast<double>(std::max<std::size_t>(1, map.columns.size()));
    GridPlace grid{};
    grid.left = std::max(widest(map.rows), text_width(map.row_title, 14.0)) + 22.0;
    grid.cell_width = std::min(104.0, (canvas.width - grid.left - 24.0) / columns);
    grid.cell_height = std::clamp(grid.cell_width * 0.7, 24.0, 40.0);
    auto const turned = widest(map.columns) > grid.cell_width - 6.0;
    if (turned) // the last name leans out to the right
        grid.cell_width = std::min(grid.cell_width, (canvas.width - grid.left - 0.65 * widest(map.columns) - 12.0) / columns);
    if (!map.column_title.empty())
        svg.text({grid.left, y + 14.0}, map.column_title, {14.0});
    y += map.column_title.empty() ? 6.0 : 26.0;
    grid.top = y + (turned ? widest(map.columns) * 0.77 + 18.0 : 22.0);
    if (!map.row_title.empty())
        svg.text({grid.left - 12.0, grid.top - 8.0}, map.row_title, {14.0, Anchor::end});
    draw_column_names(svg, map.columns, grid, turned);
    for (std::size_t i = 0; i < map.rows.size(); ++i)
        svg.text({grid.left - 10.0, grid.corner(i, 0).y + grid.cell_height / 2.0 + 4.5}, map.rows[i], {13.0, Anchor::end});
    ColourMap const colours(map.scale, map.values);
    draw_cells(svg, map, colours, grid);
    auto const below = colours.draw_bar(svg, {grid.left, grid.corner(map.rows.size(), 0).y + 14.0}, bar_width(grid.left, canvas));
    return svg.document(canvas.width, draw_note(svg, map.heading, canvas, below), map.heading.title,
                        map.scale.title + " by " + map.row_title + " and " + map.column_title + ". " + map.heading.note);
}

std::string render_svg(PlateMap const& plate, Canvas const& canvas) {
    NK_EXPECT(plate.rows > 0 && plate.rows <= 26 && plate.columns > 0);
    auto const rows = static_cast<std::size_t>(plate.rows), columns = static_cast<std::size_t>(plate.columns);
    NK_EXPECT(plate.values.size() == rows * columns && (plate.labels.empty() || plate.labels.size() == plate.values.size()));
    SvgWriter svg;
    auto const top = draw_heading(svg, plate.heading, canvas);
    auto const pitch = std::min(58.0, (canvas.width - 52.0) / static_cast<double>(columns));
    GridPlace const grid{34.0, top + 34.0, pitch, pitch};
    svg.rectangle({4.0, top + 4.0}, pitch * static_cast<double>(columns) + 42.0, pitch * static_cast<double>(rows) + 40.0,
                  {"panel", "grid", 1.5}, 12.0);
    ColourMap const colours(plate.scale, plate.values);
    for (std::size_t k = 0; k < columns; ++k)
        svg.text({grid.corner(0, k).x + pitch / 2.0, grid.top - 10.0}, std::to_string(k + 1), {13.0, Anchor::middle, "muted"});
    for (std::size_t i = 0; i < rows; ++i) {
        auto const letter = std::string(1, static_cast<char>('A' + i));
        svg.text({grid.left - 14.0, grid.corner(i, 0).y + pitch / 2.0 + 4.5}, letter, {13.0, Anchor::middle, "muted"});
        for (std::size_t k = 0; k < columns; ++k) {
            auto const index = i * columns + k;
            auto const corner = grid.corner(i, k);
            Point const centre{corner.x + pitch / 2.0, corner.y + pitch / 2.0};
            auto const value = plate.values[index];
            auto const name =
                letter + std::to_string(k + 1) + (plate.labels.empty() || plate.labels[index].empty() ? "" : ", " + plate.labels[index]);
            if (std::isnan(value)) {
                svg.circle(centre, pitch * 0.4, {"paper", "grid", 1.5}, name + ": empty");
                continue;
            }
            auto const colour = colours.colour(value);
            svg.circle(centre, pitch * 0.42, {colour}, name + ": " + number_text(value));
            auto const text = number_text(value, 2);
            if (text_width(text, 13.0) < pitch * 0.7)
                svg.text({centre.x, centre.y + 4.5}, text, {13.0, Anchor::middle, text_colour_on(colour)});
        }
    }
    auto const below = colours.draw_bar(svg, {grid.left, grid.corner(rows, 0).y + 18.0}, bar_width(grid.left, canvas));
    return svg.document(canvas.width, draw_note(svg, plate.heading, canvas, below), plate.heading.title,
                        fmt::format("{} on a plate of {} by {} wells. {}", plate.scale.title, rows, columns, plate.heading.note));
}

} // namespace nk::formats::report
