#include "nk/scenario/assign.hpp"
#include "nk/scenario/check.hpp"
#include "nk/scenario/overrides.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

template <class Value> std::vector<std::string> keys(std::map<std::string, Value> const& map) {
    std::vector<std::string> out;
    for (auto const& [name, value] : map)
        out.push_back(name);
    return out;
}

void refuse_unknown_name(CheckContext const& context, std::string const& path, std::string const& kind, std::string const& name,
                         std::vector<std::string> const& known) {
    if (std::find(known.begin(), known.end(), name) != known.end() || context.problems.full())
        return;
    auto const near = nearest_name(name, known);
    context.error(path, "name", fmt::format("there is no [{}.{}] in this scenario", kind, shortened(name)),
                  known.empty() ? fmt::format("the scenario has no [{}.*] table", kind) : "there are: " + name_list(known),
                  near.empty() ? "" : "did you mean `" + near + "`?");
}

void check_names(CheckContext const& context, std::string const& path, std::string const& kind, std::vector<std::string> const& names,
                 std::vector<std::string> const& known) {
    for (std::size_t i = 0; i < names.size() && !context.problems.full(); ++i) {
        auto const here = context.given(path + "." + std::to_string(i)) ? path + "." + std::to_string(i) : path;
        refuse_unknown_name(context, here, kind, names[i], known);
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
            names.begin() + static_cast<std::ptrdiff_t>(i))
            context.error(here, "name", fmt::format("`{}` names `{}` twice", path, shortened(names[i])), "",
                          "use plate.replicates for more wells of the same kind");
    }
    if (names.empty())
        return;
    for (auto const& name : known)
        if (std::find(names.begin(), names.end(), name) == names.end())
            context.warn(kind + "." + name, "unused", fmt::format("[{}.{}] is in no well", kind, name),
                         fmt::format("`{}` does not name it", path));
}

double largest_ratio(Plate const& plate) {
    return plate.e_to_t.empty() ? 0.0 : *std::max_element(plate.e_to_t.begin(), plate.e_to_t.end());
}

void check_size(CheckContext const& context) {
    auto const& scenario = context.scenario;
    auto const& plate = scenario.plate;
    auto per_target = 1.0 + largest_ratio(plate);
    for (auto const& event : scenario.event)
        if (event.what.starts_with("add_") || event.what == "rechallenge")
            per_target += event.amount.value;
    auto const cells = scenario.well.targets * per_target;
    if (cells > most_cells_in_a_well)
        context.error("well.targets", "range", fmt::format("a well would hold {:.3g} cells", cells),
                      fmt::format("at most {:.3g}", most_cells_in_a_well),
                      "a fraction of the well at the same density gives the same ratios: lower `well.targets`");
    auto const kinds = [](std::vector<std::string> const& named, std::size_t all) {
        return static_cast<double>(named.empty() ? all : named.size());
    };
    auto const targets = plate.targets.empty() ? 1.0 : static_cast<double>(plate.targets.size());
    auto const values = plate.vary.empty() ? 1.0 : static_cast<double>(std::max<std::size_t>(1, plate.values.size()));
    auto const wells =
        plate.replicates * static_cast<double>(plate.e_to_t.size()) * kinds(plate.effectors, scenario.effector.size()) * targets * values;
    if (wells > most_wells)
        context.error("plate", "range", fmt::format("the plate would have {:.3g} wells", wells), fmt::format("at most {:.3g}", most_wells));
}

} // namespace

void check_plate(CheckContext const& context) {
    auto const& plate = context.scenario.plate;
    if (plate.e_to_t.empty())
        context.error("plate.e_to_t", "range", "`plate.e_to_t` is empty, so there are no wells", "", "for example `e_to_t = [1, 5, 10]`");
    check_names(context, "plate.effectors", "effector", plate.effectors, keys(context.scenario.effector));
    check_names(context, "plate.targets", "target", plate.targets, keys(context.scenario.target));
    check_size(context);
}

namespace {

/// Keys that describe the whole plate and cannot change from well to well.
bool concerns_all_wells(std::string_view path) {
    static constexpr std::array<std::string_view, 7> tables{"kind", "title", "question", "seed", "plate", "compare", "output"};
    auto const first = path.substr(0, path.find('.'));
    return std::find(tables.begin(), tables.end(), first) != tables.end();
}

/// Tries one value of plate.vary on a copy; problems get the value's own place.
/// returns false when the path is no key of the scenario and no parameter
bool try_value(CheckContext const& context, ValueReader& reader, WellScenario& copy, std::string const& text, Mark const& where) {
    auto const& path = context.scenario.plate.vary;
    auto const node = plain_value(text, where);
    if (assign(reader, copy, path, node))
        return true;
    if (!context.base.contains(path))
        return false;
    ParameterBase one;
    one.add(context.base.at(path));
    try {
        auto const quantity = node.is_number() ? Quantity{node.number, "1"} : parse_quantity(node.text);
        if (!converts(quantity.unit, one.at(path).quantity.unit))
            context.problems.add(unit_problem(context.sources.place(where), path, quantity, one.at(path).quantity.unit));
        else
            one.set(path, quantity, context.sources.place(where));
    } catch (ScenarioError const& error) {
        for (auto const& problem : error.problems())
            context.problems.add(problem);
    } catch (std::invalid_argument const& error) {
        context.problems.add({context.sources.place(where), "unit", fmt::format("`{}` cannot be read: {}", path, error.what()), "",
                              "write it like `" + to_text(one.at(path).quantity) + "`"});
    }
    return true;
}

} // namespace

void check_vary(CheckContext const& context) {
    auto const& plate = context.scenario.plate;
    if (plate.vary.empty()) {
        if (!plate.values.empty())
            context.error("plate.values", "name", "`plate.values` are given, but not which key they belong to", "",
                          "add `vary = \"drug.NAME.concentration\"` or another key");
        return;
    }
    if (plate.values.empty())
        return context.error("plate.vary", "name", "`plate.vary` is given without `plate.values`", "",
                             "list the values, each as it would stand in the scenario");
    if (concerns_all_wells(plate.vary))
        return context.error("plate.vary", "name", fmt::format("`{}` cannot change from well to well", shortened(plate.vary)));
    auto copy = context.scenario;
    ValueReader reader(context.sources, context.base, context.problems);
    for (std::size_t i = 0; i < plate.values.size() && !context.problems.full(); ++i) {
        auto const& place = nearest_on_path(context.root, "plate.values." + std::to_string(i)).where;
        if (!try_value(context, reader, copy, plate.values[i], place))
            return context.error("plate.vary", "name", fmt::format("`{}` is no key of this scenario", shortened(plate.vary)),
                                 "tables in it must exist in the scenario",
                                 "for example `drug.rituximab.concentration` with a table [drug.rituximab], or the name of a parameter");
    }
}

namespace {

void check_event_amount(CheckContext const& context, std::string const& path, Event const& event) {
    auto const wanted = [&](std::string const& words) {
        context.error(path + ".amount", "unit", fmt::format("the amount of `{}` must be {}", event.what, words),
                      "this is " + dimension_name(event.amount.unit));
    };
    auto const adds = event.what.starts_with("add_") || event.what == "rechallenge";
    if (event.what.starts_with("wash_")) {
        if (context.given(path + ".amount") && event.amount.value != 0.0)
            context.warn(path + ".amount", "unused", fmt::format("`{}` removes everything; its amount has no effect", event.what));
        return;
    }
    if (!context.given(path + ".amount"))
        return context.error(path, "biology", fmt::format("`{}` does not say how much", event.what), "",
                             adds ? "add `amount = 1` (cells per first target)" : "add `amount`, for example \"100 IU/mL\" or \"1 ug/mL\"");
    if (adds && !converts(event.amount.unit, "1"))
        wanted("a plain number: cells per first target");
    if (event.what == "set_cytokine" && !is_dose(event.amount))
        wanted("a concentration in IU/mL, ng/mL or nM");
    if (event.what == "set_drug" && !converts(event.amount.unit, "ug/mL"))
        wanted("a concentration in ug/mL");
}

void check_event_of(CheckContext const& context, std::string const& path, Event const& event) {
    auto const& scenario = context.scenario;
    auto const refers = [&](std::string const& kind, std::vector<std::string> const& known) {
        if (!event.of.empty())
            return refuse_unknown_name(context, path + ".of", kind, event.of, known);
        if (known.size() > 1)
            context.error(path, "name", fmt::format("`{}` does not say which {}", event.what, kind), "there are: " + name_list(known),
                          "add `of = \"" + known.front() + "\"`");
    };
    if (event.what == "add_effectors")
        refers("effector", keys(scenario.effector));
    else if (event.what == "add_targets" || event.what == "rechallenge") {
        if (!event.of.empty())
            refers("target", keys(scenario.target));
    } else if (event.what == "set_drug")
        refers("drug", keys(scenario.drug));
    else if (event.what == "set_cytokine") {
        auto const& known = context.base.children("cytokine");
        if (std::find(known.begin(), known.end(), event.of) == known.end())
            context.error(path + ".of", "name",
                          event.of.empty() ? "`set_cytokine` does not say which cytokine"
                                           : fmt::format("there is no cytokine called `{}`", shortened(event.of)),
                          "known: " + name_list(known));
    }
}

} // namespace

void check_events(CheckContext const& context) {
    auto const& events = context.scenario.event;
    for (std::size_t i = 0; i < events.size() && !context.problems.full(); ++i) {
        auto const path = "event." + std::to_string(i);
        if (events[i].at > context.scenario.well.duration)
            context.error(path + ".at", "range", "this event comes after the end of the assay",
                          fmt::format("{} min; the assay lasts {} min", to_text(events[i].at), to_text(context.scenario.well.duration)));
        check_event_of(context, path, events[i]);
        check_event_amount(context, path, events[i]);
    }
}

void check_compare(CheckContext const& context) {
    auto const& compare = context.scenario.compare;
    auto const effectors = keys(context.scenario.effector);
    for (std::size_t i = 0; i < compare.size() && !context.problems.full(); ++i) {
        auto const path = "compare." + std::to_string(i);
        auto const& points = compare[i];
        if (!points.effector.empty())
            refuse_unknown_name(context, path + ".effector", "effector", points.effector, effectors);
        else if (effectors.size() > 1)
            context.error(path, "name", "the published points do not say to which effector they belong",
                          "there are: " + name_list(effectors), "add `effector = \"" + effectors.front() + "\"`");
        if (points.x.size() != points.y.size())
            context.error(path + ".y", "range", "`x` and `y` have different lengths",
                          fmt::format("{} and {} values", points.x.size(), points.y.size()));
        if (!points.sd.empty() && points.sd.size() != points.y.size())
            context.error(path + ".sd", "range", "`sd` and `y` have different lengths",
                          fmt::format("{} and {} values", points.sd.size(), points.y.size()));
        if (points.x.empty() && points.y.empty())
            context.error(path, "range", "there are no published points in this table", "", "give `x` and `y`");
        if (points.source.empty())
            context.warn(path, "source", "the published points have no source", "", "add `source = \"...\"`");
    }
}

} // namespace nk::scenario
