#include "nk/study/well_report_figures.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr char const* bystander_prefix = "other cells of ";
constexpr double margin = 10.0; ///< around the outermost cells [um]

/// The cells of one keyframe with names for readers and the few states that a picture can tell apart.
Table for_readers(ReportedRun const& run, Table table) {
    for (auto& column : table.columns) {
        if (column.name != "kind" && column.name != "state")
            continue;
        for (auto& word : std::get<std::vector<std::string>>(column.values))
            if (column.name == "kind")
                word = word.starts_with(bystander_prefix)         ? std::string("other effector cells")
                       : run.summary.at("targets").contains(word) ? run.target_label(word)
                                                                  : run.effector_label(word);
            else if (word == "held by an NK cell")
                word = "in contact";
            else if (word != "in contact" && word != "dying" && word != "dead")
                word = "free";
    }
    return table;
}

/// Shows the part of the plane that holds all cells at all times; a round well as a disc.
void frame_cells(Scene& scene, bool round) {
    auto low_x = std::numeric_limits<double>::infinity(), low_y = low_x, high_x = -low_x, high_y = -low_x;
    for (auto const& frame : scene.frames)
        for (auto const& cell : frame.cells) {
            low_x = std::min(low_x, cell.x);
            high_x = std::max(high_x, cell.x);
            low_y = std::min(low_y, cell.y);
            high_y = std::max(high_y, cell.y);
        }
    scene.x0 = low_x - margin;
    scene.y0 = low_y - margin;
    scene.width = high_x - low_x + 2.0 * margin;
    scene.height = high_y - low_y + 2.0 * margin;
    if (!round)
        return;
    auto const side = std::max(scene.width, scene.height);
    scene.x0 -= (side - scene.width) / 2.0;
    scene.y0 -= (side - scene.height) / 2.0;
    scene.width = scene.height = side;
    scene.outline = Scene::Outline::circle;
}

/// The effector keeps the colour it has in the charts; targets and other cells take colours that no chart of theirs uses.
std::vector<Scene::Kind> kinds_of(ReportedRun const& run, ReportedWell const& well) {
    std::vector<Scene::Kind> out{{"other effector cells", 7}};
    auto colour = 4;
    for (auto const& [name, label] : run.summary.at("targets").items())
        if (well.target == name || well.target.find(name) != std::string::npos)
            out.push_back({label.get<std::string>(), colour++});
    auto const effector =
        std::find_if(run.curves.begin(), run.curves.end(), [&](auto const& curve) { return curve.effector == well.effector; });
    out.push_back({run.effector_label(well.effector), effector == run.curves.end() ? 0 : static_cast<int>(effector->colour)});
    return out;
}

} // namespace

std::optional<Scene> film(ReportedRun const& run) {
    if (run.frames.empty())
        return std::nullopt;
    auto const& well = run.wells.front();
    Scene scene{{fmt::format("Well {}{}: {}, E:T {}", well.row, well.column, run.effector_label(well.effector), ratio_text(well.e_to_t)),
                 "The simulated part of the well from above.", Evidence::illustrative}};
    scene.kinds = kinds_of(run, well);
    scene.states = {{"free", CellLook::filled}, {"in contact", CellLook::ringed}, {"dying", CellLook::hollow}, {"dead", CellLook::crossed}};
    for (auto const& frame : run.frames)
        for (auto const& table : frame.tables)
            scene.add_frame(frame.time, for_readers(run, table));
    frame_cells(scene, run.summary.value("geometry", "") == "u_bottom");
    return scene;
}

} // namespace nk::study
