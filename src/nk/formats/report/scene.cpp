#include "nk/formats/report/scene.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace nk::formats::report {
namespace {

TableColumn const* find_column(Table const& table, std::string const& name) {
    auto const found = std::find_if(table.columns.begin(), table.columns.end(), [&](TableColumn const& c) { return c.name == name; });
    return found == table.columns.end() ? nullptr : &*found;
}

std::vector<double> numbers(Table const& table, std::string const& name, double otherwise) {
    auto const* const column = find_column(table, name);
    if (!column)
        return std::vector<double>(table.rows(), otherwise);
    NK_EXPECT(std::holds_alternative<std::vector<double>>(column->values));
    return std::get<std::vector<double>>(column->values);
}

std::vector<std::string> texts(Table const& table, std::string const& name) {
    auto const* const column = find_column(table, name);
    if (!column)
        return std::vector<std::string>(table.rows(), "");
    NK_EXPECT(std::holds_alternative<std::vector<std::string>>(column->values));
    return std::get<std::vector<std::string>>(column->values);
}

/// Index of the name in the list, which grows by `make(index)` when the name is new.
template <class Entry, class Make> int index_of(std::vector<Entry>& list, std::string const& name, Make make) {
    auto const found = std::find_if(list.begin(), list.end(), [&](Entry const& entry) { return entry.name == name; });
    auto const index = static_cast<int>(found - list.begin());
    if (found == list.end())
        list.push_back(make(index));
    return index;
}

bool inside(Scene const& scene, Scene::Cell const& cell) {
    return cell.x >= scene.x0 && cell.x <= scene.x0 + scene.width && cell.y >= scene.y0 && cell.y <= scene.y0 + scene.height;
}

/// Different cells that are ever seen; without ids the fullest frame.
std::size_t cell_count(Scene const& scene) {
    std::set<std::int64_t> ids;
    std::size_t fullest = 0;
    for (auto const& frame : scene.frames) {
        std::size_t seen = 0;
        for (auto const& cell : frame.cells)
            if (inside(scene, cell)) {
                ++seen;
                if (cell.id >= 0)
                    ids.insert(cell.id);
            }
        fullest = std::max(fullest, seen);
    }
    return std::max(fullest, ids.size());
}

} // namespace

void Scene::add_frame(double minutes, Table const& cells) {
    for (auto const* name : {"x", "y", "radius", "kind"})
        NK_EXPECT(find_column(cells, name) != nullptr);
    auto const x = numbers(cells, "x", 0.0), y = numbers(cells, "y", 0.0), z = numbers(cells, "z", 0.0);
    auto const radius = numbers(cells, "radius", 5.0), id = numbers(cells, "id", -1.0);
    auto const kind = texts(cells, "kind"), state = texts(cells, "state");
    Frame frame{minutes, {}};
    for (std::size_t i = 0; i < cells.rows(); ++i) {
        auto const new_kind = [&](int index) { return Kind{kind[i], index}; };
        auto const new_state = [&](int index) { return State{state[i], static_cast<CellLook>(std::min(index, 3))}; };
        frame.cells.push_back({x[i], y[i], z[i], radius[i], index_of(kinds, kind[i], new_kind), index_of(states, state[i], new_state),
                               static_cast<std::int64_t>(id[i])});
    }
    frames.push_back(std::move(frame));
}

Scene reduced(Scene const& scene, std::size_t most_cells) {
    auto const all = cell_count(scene);
    if (all <= most_cells)
        return scene;
    auto part = scene;
    part.outline = Scene::Outline::rectangle;
    while (cell_count(part) > most_cells) {
        constexpr auto shrink = 0.93;
        part.x0 += part.width * (1.0 - shrink) / 2.0;
        part.y0 += part.height * (1.0 - shrink) / 2.0;
        part.width *= shrink;
        part.height *= shrink;
    }
    for (auto& frame : part.frames)
        frame.cells.erase(
            std::remove_if(frame.cells.begin(), frame.cells.end(), [&](Scene::Cell const& cell) { return !inside(part, cell); }),
            frame.cells.end());
    part.heading.note += fmt::format("{}Shown is the centre, {} by {}, with {} of {} cells.", part.heading.note.empty() ? "" : " ",
                                     length_text(part.width), length_text(part.height),
                                     number_text(static_cast<double>(cell_count(part)), 6), number_text(static_cast<double>(all), 6));
    return part;
}

double scale_bar_length(double width) {
    auto const raw = width / 5.0;
    auto const power = std::pow(10.0, std::floor(std::log10(raw)));
    auto const share = raw / power;
    return power * (share < 1.5 ? 1.0 : share < 3.5 ? 2.0 : share < 7.5 ? 5.0 : 10.0);
}

std::string length_text(double micrometres) {
    return micrometres >= 1000.0 ? number_text(micrometres / 1000.0) + "\u202fmm" : number_text(micrometres) + "\u202f\u00b5m";
}

} // namespace nk::formats::report
