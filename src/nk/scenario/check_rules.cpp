#include "nk/biology/panel.hpp"
#include "nk/biology/tissue_tables.hpp"
#include "nk/scenario/check.hpp"
#include "nk/scenario/rule_text.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

/// Unit of a word about that substrate; "" when the substrate is not known (said elsewhere).
std::string unit_of(std::string_view unit, std::string const& about, TissueScenario const& tissue,
                    std::vector<biology::SubstrateRow> const& rows) {
    if (!unit.starts_with("field"))
        return std::string(unit);
    auto const given = tissue.substrate.find(about);
    if (given == tissue.substrate.end())
        return "";
    auto const like = given->second.like.empty() ? about : given->second.like;
    auto const row = std::find_if(rows.begin(), rows.end(), [&](auto const& r) { return r.name == like; });
    return row == rows.end() ? "" : row->unit + std::string(unit.substr(5));
}

/// What a word is about must exist.
void check_about(CheckContext const& context, std::string const& path, biology::About about, std::string const& name,
                 TissueScenario const& tissue, biology::Panel const& panel) {
    std::vector<std::string> names;
    char const* what = "";
    switch (about) {
    case biology::About::nothing:
        return;
    case biology::About::substrate:
        what = "no [substrate.*] of this scenario";
        for (auto const& [known, value] : tissue.substrate)
            names.push_back(known);
        break;
    case biology::About::kind:
        what = "no [cell.*] or [nk.*] of this scenario";
        for (auto const& [known, value] : tissue.cell)
            names.push_back(known);
        for (auto const& [known, value] : tissue.nk)
            names.push_back(known);
        break;
    case biology::About::ligand:
        what = "no ligand";
        names = panel.ligands;
        break;
    case biology::About::receptor:
        what = "no receptor";
        for (auto const& receptor : panel.receptors)
            names.push_back(receptor.name);
        break;
    }
    if (std::find(names.begin(), names.end(), name) != names.end())
        return;
    auto const near = nearest_name(name, names);
    context.error(path, "name", fmt::format("`{}` names {}, which is {}", path, shortened(name), what), "",
                  near.empty() ? "" : "did you mean `" + near + "`?");
}

void check_unit(CheckContext const& context, std::string const& path, Quantity const& given, std::string const& unit) {
    if (unit.empty() || converts(given.unit.empty() ? "1" : given.unit, unit))
        return;
    context.error(path, "unit", fmt::format("`{}` must be in {}", path, unit == "1" ? "a plain number" : unit),
                  to_text(given) + " is " + dimension_name(given.unit));
}

/// Words that mean something for NK cells only, and those that mean nothing for them.
bool fits(biology::Behaviour behaviour, bool is_nk) {
    using enum biology::Behaviour;
    switch (behaviour) {
    case priming:
    case receptor_copies:
    case stage_rate:
    case refill_rate:
        return is_nk;
    case division_rate:
    case clearance_rate:
    case infection_resistance:
    case ligand_copies:
    case shedding:
        return !is_nk;
    default:
        return true;
    }
}

void check_rule(CheckContext const& context, TissueScenario const& tissue, std::vector<biology::SubstrateRow> const& rows,
                biology::Panel const& panel, std::string const& name, TissueRule const& rule) {
    auto const table = "rule." + name;
    auto const is_nk = tissue.nk.contains(rule.cell);
    if (!is_nk && !tissue.cell.contains(rule.cell)) {
        std::vector<std::string> names;
        for (auto const& [known, value] : tissue.cell)
            names.push_back(known);
        for (auto const& [known, value] : tissue.nk)
            names.push_back(known);
        auto const near = nearest_name(rule.cell, names);
        context.error(context.given(table + ".cell") ? table + ".cell" : table, "name",
                      rule.cell.empty() ? fmt::format("[{}] says not whose rule it is", table)
                                        : fmt::format("`{}.cell` names {}, which is no [cell.*] or [nk.*]", table, shortened(rule.cell)),
                      "", near.empty() ? "add `cell = \"...\"`, the name of a [cell.*] or [nk.*]" : "did you mean `" + near + "`?");
    }
    for (auto const* key : {"signal", "behaviour", "half"})
        if (!context.given(table + "." + key))
            context.error(table, "missing", fmt::format("[{}] has no `{}`", table, key));
    auto const words = [&](std::string const& key, auto read) {
        try {
            read();
        } catch (ScenarioError const& error) {
            for (auto const& problem : error.problems())
                context.error(table + key, problem.kind, problem.what, problem.why, problem.hint);
        }
    };
    if (!rule.signal.empty())
        words(".signal", [&] {
            auto const signal = signal_of(rule.signal);
            check_about(context, table + ".signal", signal.word.about, signal.about, tissue, panel);
            if (context.given(table + ".half"))
                check_unit(context, table + ".half", rule.half, unit_of(signal.word.unit, signal.about, tissue, rows));
            if (context.given(table + ".half") && rule.half.value <= 0.0)
                context.error(table + ".half", "range", fmt::format("`{}.half` must be above 0", table));
        });
    if (!rule.behaviour.empty())
        words(".behaviour", [&] {
            auto const behaviour = behaviour_of(rule.behaviour);
            check_about(context, table + ".behaviour", behaviour.word.about, behaviour.about, tissue, panel);
            if (!fits(behaviour.word.kind, is_nk))
                context.error(table + ".behaviour", "biology",
                              fmt::format("`{}` is {}", behaviour.word.name, is_nk ? "not for NK cells" : "for NK cells only"));
            auto const secretes = behaviour.word.kind == biology::Behaviour::secretion;
            if (context.given(table + ".to")) {
                check_unit(context, table + ".to", rule.to, unit_of(behaviour.word.unit, behaviour.about, tissue, rows));
                if (rule.to.value < 0.0 && behaviour.word.kind != biology::Behaviour::chemotaxis)
                    context.error(table + ".to", "range", fmt::format("`{}.to` cannot be negative", table));
            } else if (!secretes) {
                context.error(table, "missing", fmt::format("[{}] has no `to`", table), "",
                              "only a secretion can do without: then the rate of the cell's row holds");
            }
        });
}

} // namespace

void check_rules(CheckContext const& context, TissueScenario const& tissue) {
    if (tissue.rule.empty())
        return;
    auto const rows = biology::read_substrates(context.base);
    auto const panel = biology::Panel::from(context.base);
    for (auto const& [name, rule] : tissue.rule)
        check_rule(context, tissue, rows, panel, name, rule);
}

} // namespace nk::scenario
