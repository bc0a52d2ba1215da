#include "nk/base/error.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/scene.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::formats::report {
namespace {

constexpr std::size_t most_drawn_cells = 3000;

/// From um to px of the picture.
struct View {
    Scene const& scene;
    Point offset;
    double scale;
    Point place(Scene::Cell const& cell) const { return {offset.x + (cell.x - scene.x0) * scale, offset.y + (cell.y - scene.y0) * scale}; }
};

/// A soft highlight makes discs read as cells.
void define_gradients(SvgWriter& svg, Scene const& scene) {
    for (std::size_t k = 0; k < scene.kinds.size(); ++k) {
        auto const colour = light_colour(series_colour(scene.kinds[k].colour));
        svg.define(fmt::format("<radialGradient id=\"@KEY@-k{0}\" cx=\"0.38\" cy=\"0.35\" r=\"0.75\"><stop offset=\"0\" stop-color=\"{1}\" "
                               "stop-opacity=\"0.55\"/>"
                               "<stop offset=\"1\" stop-color=\"{1}\" stop-opacity=\"0.95\"/></radialGradient>",
                               k, colour));
    }
}

void draw_cross(SvgWriter& svg, Point centre, double radius) {
    auto const d = radius * 0.6;
    svg.raw(fmt::format("<path d=\"M{0} {1}L{2} {3}M{0} {3}L{2} {1}\"/>", coordinate(centre.x - d), coordinate(centre.y - d),
                        coordinate(centre.x + d), coordinate(centre.y + d)));
}

/// All cells of one kind and state in one group, whose attributes they share: a third of the size.
void draw_group(SvgWriter& svg, View const& view, Scene::Frame const& frame, int kind, int state) {
    auto const look = view.scene.states[static_cast<std::size_t>(state)].look;
    auto const token = series_colour(view.scene.kinds[static_cast<std::size_t>(kind)].colour);
    std::vector<Scene::Cell> cells;
    for (auto const& cell : frame.cells)
        if (cell.kind == kind && cell.state == state)
            cells.push_back(cell);
    if (cells.empty())
        return;
    std::stable_sort(cells.begin(), cells.end(), [](auto const& a, auto const& b) { return a.z < b.z; });
    auto const full = look == CellLook::filled || look == CellLook::ringed;
    // A rim in the colour of the ground keeps touching cells apart; those that are gone stand back.
    auto const rim = look == CellLook::filled ? std::string("panel") : token;
    svg.begin_group(fmt::format("fill=\"{}\" stroke=\"{}\" class=\"s-{}\" stroke-width=\"{}\"",
                                full ? fmt::format("url(#@KEY@-k{})", kind) : "none", light_colour(rim), rim,
                                full ? "0.9" : "1.3\" opacity=\"0.6"));
    for (auto const& cell : cells) {
        auto const at = view.place(cell);
        auto const radius = std::max(1.2, cell.radius * view.scale);
        svg.raw(fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"/>", coordinate(at.x), coordinate(at.y), coordinate(radius)));
        if (look == CellLook::ringed)
            svg.raw(fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"none\"/>", coordinate(at.x), coordinate(at.y),
                                coordinate(radius + 2.5)));
        if (look == CellLook::crossed)
            draw_cross(svg, at, radius);
    }
    svg.end_group();
}

std::vector<LegendEntry> legend_of(Scene const& scene) {
    std::vector<LegendEntry> entries;
    for (auto const& kind : scene.kinds)
        entries.push_back({kind.name, LegendEntry::Kind::points, series_colour(kind.colour)});
    for (auto const& state : scene.states) {
        if (state.name.empty() || scene.states.size() < 2)
            continue;
        using Kind = LegendEntry::Kind;
        constexpr Kind samples[] = {Kind::points, Kind::points_ringed, Kind::ring, Kind::ring_crossed};
        entries.push_back({state.name, samples[static_cast<std::size_t>(state.look)], "muted"});
    }
    return entries;
}

void draw_scale_bar(SvgWriter& svg, Scene const& scene, Point right_end, double scale) {
    auto const length = scale_bar_length(scene.width);
    svg.line({right_end.x - length * scale, right_end.y}, right_end, {"none", "ink", 4.0});
    svg.text({right_end.x - length * scale / 2.0, right_end.y + 17.0}, length_text(length), {13.0, Anchor::middle});
}

} // namespace

std::string render_svg(Scene const& whole, Canvas const& canvas, int frame_index) {
    NK_EXPECT(!whole.frames.empty() && whole.width > 0.0 && whole.height > 0.0);
    auto const at = frame_index < 0 ? whole.frames.size() - 1 : static_cast<std::size_t>(frame_index);
    NK_EXPECT(at < whole.frames.size());
    auto still = whole;
    still.frames = {whole.frames[at]};
    auto const scene = reduced(still, most_drawn_cells);
    auto const& frame = scene.frames.front();

    SvgWriter svg;
    auto const top = draw_heading(svg, scene.heading, canvas);
    auto const room = canvas.width - 16.0;
    auto const scale = std::min(room / scene.width, (canvas.narrow() ? 350.0 : 560.0) / scene.height);
    auto const width = scene.width * scale, height = scene.height * scale;
    View const view{scene, {8.0 + (room - width) / 2.0, top + 4.0}, scale};
    define_gradients(svg, scene);
    if (scene.outline == Scene::Outline::circle)
        svg.circle({view.offset.x + width / 2.0, view.offset.y + height / 2.0}, width / 2.0, {"panel", "axis", 1.5});
    else
        svg.rectangle({view.offset.x, view.offset.y}, width, height, {"panel", "grid"}, 4.0);
    svg.begin_clip({view.offset.x, view.offset.y}, width, height);
    for (std::size_t kind = 0; kind < scene.kinds.size(); ++kind)
        for (std::size_t state = scene.states.size(); state-- > 0;)
            draw_group(svg, view, frame, static_cast<int>(kind), static_cast<int>(state));
    svg.end_group();
    auto below = view.offset.y + height + 10.0;
    svg.text({8.0, below + 14.0}, "After " + duration_text(frame.time), {14.0, Anchor::start, "ink", true});
    draw_scale_bar(svg, scene, {canvas.width - 12.0, below + 6.0}, scale);
    below += 34.0;
    below += draw_legend(svg, {8.0, below}, room, legend_of(scene), true);
    return svg.document(canvas.width, draw_note(svg, scene.heading, canvas, below), scene.heading.title,
                        fmt::format("{} cells seen from above after {}.", frame.cells.size(), duration_text(frame.time)));
}

} // namespace nk::formats::report
