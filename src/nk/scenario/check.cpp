#include "nk/scenario/check.hpp"

#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

Problem problem_at(CheckContext const& context, std::string const& path, std::string kind, std::string what, std::string why,
                   std::string hint) {
    auto const& node = nearest_on_path(context.root, path);
    return {context.sources.place(node.where), std::move(kind), std::move(what), std::move(why), std::move(hint)};
}

void whole(CheckContext const& context, std::string const& path, double value) {
    if (value != std::floor(value))
        context.error(path, "range", fmt::format("`{}` counts things and must be a whole number", path), to_text(value));
}

void unused(CheckContext const& context, std::string const& path, std::string_view geometry) {
    if (context.given(path) && context.scenario.well.geometry != geometry)
        context.warn(path, "unused", fmt::format("`{}` has no effect", path),
                     fmt::format("it belongs to geometry = \"{}\"; this well is \"{}\"", geometry, context.scenario.well.geometry));
}

} // namespace

void CheckContext::error(std::string const& path, std::string kind, std::string what, std::string why, std::string hint) const {
    problems.add(problem_at(*this, path, std::move(kind), std::move(what), std::move(why), std::move(hint)));
}

void CheckContext::warn(std::string const& path, std::string kind, std::string what, std::string why, std::string hint) const {
    problems.warn(problem_at(*this, path, std::move(kind), std::move(what), std::move(why), std::move(hint)));
}

bool is_dose(Quantity const& quantity) {
    return converts(quantity.unit, "IU/mL") || converts(quantity.unit, "ng/mL") || converts(quantity.unit, "nM");
}

void check_settings(CheckContext const& context) {
    auto const& well = context.scenario.well;
    whole(context, "seed", context.scenario.seed);
    whole(context, "well.targets", well.targets);
    whole(context, "well.microwell_targets", well.microwell_targets);
    whole(context, "plate.replicates", context.scenario.plate.replicates);
    whole(context, "output.keep_frames", context.scenario.output.keep_frames);
    unused(context, "well.microwell_width", "microwell");
    unused(context, "well.microwell_targets", "microwell");
    unused(context, "well.gel_speed_factor", "gel");
    if (well.step > well.duration)
        context.error("well.step", "range", "`well.step` is longer than the assay",
                      fmt::format("{} min against {} min", to_text(well.step), to_text(well.duration)));
    if (well.frame_interval > well.duration)
        context.warn("well.frame_interval", "range",
                     "`well.frame_interval` is longer than the assay, so only its start and end are recorded");
    if (well.settling > well.duration)
        context.error("well.settling", "biology", "the cells are still settling when the assay ends",
                      fmt::format("{} min against {} min", to_text(well.settling), to_text(well.duration)));
    if (well.spontaneous_death < 0.0 && well.spontaneous_death != -1.0)
        context.error("well.spontaneous_death", "range", "a death rate cannot be negative", "only -1 (from the target's row) stands apart");
}

namespace {

/// Keeps the later checks, which compare every name with every other, quick for any file.
bool sensible_counts(CheckContext const& context) {
    auto const count = [&](std::string const& path, std::size_t found) {
        if (found > most_tables)
            context.error(path, "range", fmt::format("`{}` has {} entries", path, found), fmt::format("at most {}", most_tables));
        return found <= most_tables;
    };
    auto const& scenario = context.scenario;
    auto const& plate = scenario.plate;
    auto const tables = {count("effector", scenario.effector.size()),  count("target", scenario.target.size()),
                         count("drug", scenario.drug.size()),          count("event", scenario.event.size()),
                         count("compare", scenario.compare.size()),    count("plate.effectors", plate.effectors.size()),
                         count("plate.targets", plate.targets.size()), count("plate.e_to_t", plate.e_to_t.size()),
                         count("plate.values", plate.values.size())};
    return std::all_of(tables.begin(), tables.end(), [](bool fine) { return fine; });
}

} // namespace

void check_well(CheckContext const& context) {
    if (!sensible_counts(context))
        return;
    check_settings(context);
    check_typing(context);
    check_effectors(context);
    check_targets(context);
    check_medium(context);
    check_plate(context);
    check_vary(context);
    check_events(context);
    check_compare(context);
}

} // namespace nk::scenario
