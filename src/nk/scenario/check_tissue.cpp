#include "nk/scenario/check.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

/// Most voxels times substrates: 8 bytes each, and as much again for what cells do.
constexpr double most_voxels = 4e8;

std::vector<std::string> names_of(TissueScenario const& tissue) {
    std::vector<std::string> out;
    for (auto const& [name, cell] : tissue.cell)
        out.push_back(name);
    for (auto const& [name, nk] : tissue.nk)
        out.push_back(name);
    return out;
}

template <class Map>
void expect_name(CheckContext const& context, std::string const& path, std::string const& name, Map const& map, std::string const& table) {
    if (name.empty() || map.contains(name))
        return;
    std::vector<std::string> names;
    for (auto const& [known, value] : map)
        names.push_back(known);
    auto const near = nearest_name(name, names);
    context.error(path, "name", fmt::format("`{}` names {}, which is no [{}.*] of this scenario", path, shortened(name), table), "",
                  near.empty() ? fmt::format("add a table [{}.{}]", table, shortened(name)) : "did you mean `" + near + "`?");
}

void refuse_between(CheckContext const& context, std::string const& path, double value) {
    if (value < 0.0 && value != -1.0)
        context.error(path, "range", fmt::format("`{}` cannot be negative", path), to_text(value), "leave it out to take the row's value");
}

void check_space(CheckContext const& context, TissueScenario const& tissue) {
    auto const& space = tissue.tissue;
    auto const voxels = std::ceil(space.width / space.voxel) * std::ceil(space.height / space.voxel) *
                        std::max(1.0, std::ceil(space.depth / space.voxel)) * static_cast<double>(tissue.substrate.size());
    if (voxels > most_voxels)
        context.error("tissue.voxel", "range", fmt::format("the fields would need {:.3g} numbers", voxels),
                      fmt::format("at most {:.3g}", most_voxels), "take larger voxels or a smaller box");
    if (space.life_step < space.step)
        context.error("tissue.life_step", "range", "`tissue.life_step` is shorter than `tissue.step`");
    if (space.step > space.duration)
        context.error("tissue.step", "range", "`tissue.step` is longer than the run");
    if (context.scenario.seed != std::floor(context.scenario.seed))
        context.error("seed", "range", "`seed` must be a whole number", to_text(context.scenario.seed));
    if (tissue.output.keep_frames != std::floor(tissue.output.keep_frames))
        context.error("output.keep_frames", "range", "`output.keep_frames` counts things and must be a whole number");
    if (auto const every = tissue.output.tracks_every; every > 0.0 && every < space.step)
        context.error("output.tracks_every", "range", "`output.tracks_every` is shorter than `tissue.step`", to_text(every));
    if (tissue.output.tracks_every > 0.0 && !tissue.output.tracks)
        context.warn("output.tracks_every", "unused", "`output.tracks_every` has no effect", "`tracks` is false");
}

void check_kinds(CheckContext const& context, TissueScenario const& tissue) {
    if (tissue.cell.empty() && tissue.nk.empty())
        context.error("cell", "biology", "there are no cells", "", "add a table, for example [cell.tumour] with `like = \"carcinoma\"`");
    for (auto const& [name, cell] : tissue.cell) {
        auto const table = "cell." + name;
        if (tissue.nk.contains(name))
            context.error("nk." + name, "name", fmt::format("[nk.{}] and [cell.{}] have the same name", name, name));
        expect_name(context, table + ".target", cell.target, tissue.target, "target");
        if (!cell.virus.empty() && !tissue.substrate.contains("virus"))
            context.error(table + ".virus", "biology", "a virus needs a field to spread in", "", "add [substrate.virus]");
        for (auto const& [field, rates] : {std::pair{".uptake.", &cell.uptake}, std::pair{".secretion.", &cell.secretion},
                                           std::pair{".secretion_rate.", &cell.secretion_rate}})
            for (auto const& [what, rate] : *rates)
                expect_name(context, table + field + what, what, tissue.substrate, "substrate");
        for (auto const& [what, rate] : cell.secretion_rate)
            if (!cell.secretion_level.contains(what))
                context.error(table + ".secretion_rate." + what, "missing", fmt::format("[{}] has no `secretion_level.{}`", table, what),
                              "", "secretion at a rate stops at a level; `secretion` goes on for ever");
        for (auto const& [what, level] : cell.secretion_level)
            if (!cell.secretion_rate.contains(what))
                context.error(table + ".secretion_level." + what, "missing", fmt::format("[{}] has no `secretion_rate.{}`", table, what));
        expect_name(context, table + ".towards", cell.towards, tissue.substrate, "substrate");
        if (!cell.towards.empty() && cell.pull == 0.0)
            context.warn(table + ".towards", "unused", fmt::format("`{}.towards` has no effect", table), "`pull` is 0");
        for (auto const& [field, value] :
             {std::pair{".radius", cell.radius}, std::pair{".adhesion", cell.adhesion}, std::pair{".division_time", cell.division_time},
              std::pair{".death_rate", cell.death_rate}, std::pair{".clearance", cell.clearance}, std::pair{".speed", cell.speed},
              std::pair{".persistence", cell.persistence}})
            refuse_between(context, table + field, value);
        if (cell.radius == 0.0)
            context.error(table + ".radius", "range", "a cell needs a radius");
    }
    for (auto const& [name, nk] : tissue.nk) {
        auto const table = "nk." + name;
        auto const effector = nk.effector.empty() ? name : nk.effector;
        expect_name(context, nk.effector.empty() ? table : table + ".effector", effector, tissue.effector, "effector");
        expect_name(context, table + ".towards", nk.towards, tissue.substrate, "substrate");
        refuse_between(context, table + ".speed", nk.speed);
        if (!nk.towards.empty() && nk.pull <= 0.0)
            context.warn(table + ".towards", "unused", fmt::format("`{}.towards` has no effect", table), "`pull` is 0");
    }
}

/// Cells that come from a file or an earlier run; what they hold is looked at when it is read.
void check_source(CheckContext const& context, TissueScenario const& tissue, std::string const& table, CellPlace const& place) {
    if (!place.file.empty() && !place.run.empty())
        context.error(table + ".run", "biology", fmt::format("[{}] has a `file` and a `run`", table), "",
                      "take one of them, or make two tables");
    CellPlace const usual;
    for (auto const& [field, value] : {std::pair{".count", place.count}, std::pair{".infected", place.infected}})
        if (value > 0.0)
            context.error(table + field, "biology", fmt::format("`{}{}` does not go with a `file` or `run`", table, field), "",
                          "the file says which cells there are, and in its column `infected` which of them are infected");
    for (auto const& [field, differs] :
         {std::pair{".shape", place.shape != usual.shape}, std::pair{".radius", place.radius != usual.radius},
          std::pair{".inner", place.inner != usual.inner}, std::pair{".spacing", place.spacing != usual.spacing}})
        if (differs)
            context.warn(table + field, "unused", fmt::format("`{}{}` has no effect", table, field), "the cells come from a file or run");
    auto const names = names_of(tissue);
    for (auto const& kind : place.only)
        if (std::find(names.begin(), names.end(), kind) == names.end())
            context.error(table + ".only", "name",
                          fmt::format("`{}.only` names {}, which is no [cell.*] or [nk.*]", table, shortened(kind)), "",
                          "the kinds are " + name_list(names));
    if (!place.of.empty() && !place.only.empty())
        context.error(table + ".only", "biology", fmt::format("`{}.only` does not go with `of`", table),
                      "`of` makes all cells one kind, whatever the file says", "leave one of them out");
    for (auto const& [field, given] : {std::pair{".kinds", !place.kinds.empty()}, std::pair{".pixel", place.pixel > 0.0},
                                       std::pair{".slice", place.slice > 0.0}, std::pair{".sizes", place.sizes}})
        if (given && place.file.empty())
            context.error(table + field, "biology", fmt::format("`{}{}` is for the mask of a `file`", table, field));
}

void check_place(CheckContext const& context, TissueScenario const& tissue, std::string const& name, CellPlace const& place) {
    auto const table = "place." + name;
    auto const listed = !place.file.empty() || !place.run.empty();
    auto const of = place.of.empty() ? name : place.of;
    if ((!listed || !place.of.empty()) && !tissue.cell.contains(of) && !tissue.nk.contains(of)) {
        auto const near = nearest_name(of, names_of(tissue));
        context.error(place.of.empty() ? table : table + ".of", "name",
                      fmt::format("[{}] is of {}, which is no [cell.*] or [nk.*]", table, shortened(of)), "",
                      near.empty() ? "" : "did you mean `" + near + "`?");
    }
    if (listed)
        return check_source(context, tissue, table, place);
    for (auto const& [field, given] :
         {std::pair{".kinds", !place.kinds.empty()}, std::pair{".pixel", place.pixel > 0.0}, std::pair{".slice", place.slice > 0.0},
          std::pair{".sizes", place.sizes}, std::pair{".only", !place.only.empty()}, std::pair{".sha256", !place.sha256.empty()}})
        if (given)
            context.error(table + field, "missing", fmt::format("[{}] has no `file`", table), "", "add `file`, or leave this out");
    if (place.inner >= place.radius && place.shape == "ball")
        context.error(table + ".inner", "range", fmt::format("`{}.inner` leaves no room inside `radius`", table));
    for (auto const& [field, value] : {std::pair{".count", place.count}, std::pair{".infected", place.infected}})
        if (value != std::floor(value))
            context.error(table + field, "range", fmt::format("`{}{}` counts cells and must be a whole number", table, field),
                          to_text(value));
    auto const cell = tissue.cell.find(of);
    if (place.infected > 0.0 && (cell == tissue.cell.end() || cell->second.virus.empty()))
        context.error(table + ".infected", "biology", fmt::format("the cells of [{}] have no virus to be infected with", table));
}

void check_places(CheckContext const& context, TissueScenario const& tissue) {
    auto total = 0.0;
    for (auto const& [name, place] : tissue.place) {
        check_place(context, tissue, name, place);
        total += place.count;
    }
    if (tissue.place.empty() && tissue.vessel.empty())
        context.error("place", "biology", "the tissue is empty", "", "add a table [place.NAME] with `of = \"...\"`");
    if (total > most_cells_in_a_tissue)
        context.error("place", "range", fmt::format("{:.3g} cells are more than one tissue may hold", total),
                      fmt::format("at most {:.3g}", most_cells_in_a_tissue));
}

void check_vessels(CheckContext const& context, TissueScenario const& tissue) {
    for (auto const& [name, vessel] : tissue.vessel) {
        auto const table = "vessel." + name;
        expect_name(context, table + ".nk", vessel.nk, tissue.nk, "nk");
        expect_name(context, table + ".attractant", vessel.attractant, tissue.substrate, "substrate");
        refuse_between(context, table + ".arrivals", vessel.arrivals);
        for (auto const& what : vessel.supplies)
            expect_name(context, table + ".supplies", what, tissue.substrate, "substrate");
        if (std::abs(vessel.x) > 0.5 * tissue.tissue.width || std::abs(vessel.y) > 0.5 * tissue.tissue.height)
            context.error(table, "range", fmt::format("[{}] lies outside the box", table), "", "the middle of the box is the origin");
    }
}

} // namespace

void check_tissue(CheckContext const& context, TissueScenario const& tissue) {
    check_space(context, tissue);
    check_typing(context);
    if (!tissue.effector.empty())
        check_effectors(context);
    if (!tissue.target.empty())
        check_targets(context);
    check_medium(context);
    check_kinds(context, tissue);
    check_places(context, tissue);
    check_vessels(context, tissue);
    check_rules(context, tissue);
}

} // namespace nk::scenario
