#include "nk/biology/typing/typing.hpp"
#include "nk/scenario/check.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

using Names = std::vector<std::string>;

bool holds(Names const& names, std::string const& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void refuse_both(CheckContext const& context, std::string const& table, Names const& one, Names const& other, std::string const& path,
                 std::string const& why) {
    for (auto const& name : one) {
        if (context.problems.full())
            return;
        if (holds(other, name))
            context.error(table + "." + path, "biology", fmt::format("`{}` asks for cells with and without {}", table, name), why,
                          "leave one of the two out");
    }
}

void refuse_twice(CheckContext const& context, std::string const& path, Names const& names) {
    Names seen;
    for (auto const& name : names) {
        if (context.problems.full())
            return;
        if (holds(seen, name))
            context.error(path, "name", fmt::format("`{}` names {} twice", path, shortened(name)));
        else
            seen.push_back(name);
    }
}

/// A sentinel of -1 means "from the row"; other negative numbers mean nothing.
void refuse_negative(CheckContext const& context, std::string const& path, double value) {
    if (value < 0.0 && value != -1.0)
        context.error(path, "range", fmt::format("`{}` cannot be negative", path), to_text(value), "leave it out to take the row's value");
}

/// [target.Raji] without `like` starts from the default row, which surprises people when a row Raji exists.
void warn_of_default_row(CheckContext const& context, std::string const& kind, std::string const& name, std::string const& like) {
    auto const table = kind + "." + name;
    if (name != like && !context.given(table + ".like") && holds(context.base.children(kind), name))
        context.warn(table, "name", fmt::format("[{}] starts from the row {}, not from {}", table, like, name), "",
                     fmt::format("write `like = \"{}\"` in it, or `like = \"{}\"` to say that this is meant", name, like));
}

bool row_carries_car(ParameterBase const& base, std::string const& row) {
    auto const prefix = "effector." + row + ".";
    for (auto at = base.all().lower_bound(prefix); at != base.all().end() && at->first.starts_with(prefix); ++at)
        if (at->first.ends_with(".CAR"))
            return true;
    return false;
}

void check_car(CheckContext const& context, std::string const& table, Effector const& effector) {
    auto const copies = effector.copies.find("CAR");
    // copies that are given as 0 are a control without the receptor, not an oversight
    auto const armed = copies != effector.copies.end() || row_carries_car(context.base, effector.like);
    auto const varied = context.scenario.plate.vary == table + ".copies.CAR";
    if (!effector.car_antigen.empty() && !armed && !varied)
        context.error(table + ".car_antigen", "biology",
                      fmt::format("`{}` names an antigen but its cells carry no chimeric antigen receptor", table), "",
                      fmt::format("add `copies.CAR = \"20000 molecule/cell\"` to [{}]", table));
    if (effector.car_antigen.empty() && copies != effector.copies.end() && copies->second > 0.0 &&
        context.base.attribute("effector." + effector.like + ".car_antigen").empty())
        context.error(table + ".copies.CAR", "biology", fmt::format("the chimeric antigen receptor of `{}` binds nothing", table), "",
                      "name the ligand it binds: `car_antigen = \"CD19\"`");
}

/// Reads the texts of a list one by one, so that each problem stands at its own text.
template <class Read> void check_texts(CheckContext const& context, std::string const& path, Names const& texts, Read const& read) {
    auto const* list = find_path(context.root, path);
    for (std::size_t i = 0; i < texts.size(); ++i)
        try {
            read(texts[i]);
        } catch (ScenarioError const& error) {
            auto const own = list != nullptr && list->is_array() && i < list->children.size();
            for (auto problem : error.problems()) {
                problem.where = context.sources.place((own ? list->children[i] : nearest_on_path(context.root, path)).where);
                context.problems.add(std::move(problem));
            }
        }
}

} // namespace

void check_typing(CheckContext const& context) {
    if (context.base.attribute("kir_gene.functional").empty())
        return; // data without typing rules cannot judge
    auto const rules = biology::TypingRules::from(context.base);
    auto const check_hla = [&](std::string const& path, Names const& hla) {
        if (!hla.empty() && hla.front() != "none" && hla.front() != "self")
            check_texts(context, path, hla, [&](std::string const& text) { biology::parse_hla(text, rules.hla); });
    };
    check_hla("donor.hla", context.scenario.donor.hla);
    check_texts(context, "donor.kir", context.scenario.donor.kir, [&](std::string const& text) { biology::parse_kir(text, rules.kir); });
    for (auto const& [name, effector] : context.scenario.effector)
        check_hla("effector." + name + ".hla", effector.hla);
    for (auto const& [name, target] : context.scenario.target)
        check_hla("target." + name + ".hla", target.hla);
}

void check_effectors(CheckContext const& context) {
    if (context.scenario.effector.empty())
        context.error("effector", "biology", "there are no effector cells", "",
                      "add a table, for example [effector.nk] with `like = \"resting_nk\"`");
    for (auto const& [name, effector] : context.scenario.effector) {
        auto const table = "effector." + name;
        warn_of_default_row(context, "effector", name, effector.like);
        refuse_twice(context, table + ".positive", effector.positive);
        refuse_twice(context, table + ".negative", effector.negative);
        refuse_twice(context, table + ".knockout", effector.knockout);
        refuse_both(context, table, effector.negative, effector.positive, "negative", "it stands in `positive` and in `negative`");
        refuse_both(context, table, effector.knockout, effector.positive, "knockout", "it stands in `positive` and in `knockout`");
        refuse_negative(context, table + ".nk_fraction", effector.nk_fraction);
        refuse_negative(context, table + ".preculture_time", effector.preculture_time);
        for (auto const& [receptor, copies] : effector.copies)
            if (copies > 0.0 && (holds(effector.negative, receptor) || holds(effector.knockout, receptor)))
                context.error(table + ".copies." + receptor, "biology",
                              fmt::format("`{}` gives copies of {} to cells that lack it", table, receptor));
        for (auto const& [cytokine, dose] : effector.preculture)
            if (!is_dose(dose))
                context.error(table + ".preculture." + cytokine, "unit", fmt::format("the dose of {} is not a concentration", cytokine),
                              dimension_name(dose.unit), "write it in IU/mL, ng/mL or nM");
        if (effector.preculture.empty() && effector.preculture_time > 0.0)
            context.warn(table + ".preculture_time", "unused", "a preculture without cytokines has no effect");
        check_car(context, table, effector);
    }
}

void check_targets(CheckContext const& context) {
    auto const& targets = context.scenario.target;
    if (targets.empty())
        context.error("target", "biology", "there are no target cells", "",
                      "add a table, for example [target.k562] with `like = \"K562\"`");
    auto const shares = std::any_of(targets.begin(), targets.end(), [](auto const& entry) { return entry.second.share > 0.0; });
    if (!targets.empty() && !shares && context.scenario.plate.targets.empty())
        context.error("target." + targets.begin()->first + ".share", "range", "every kind of target has the share 0");
    for (auto const& [name, target] : targets) {
        auto const table = "target." + name;
        warn_of_default_row(context, "target", name, target.like);
        refuse_negative(context, table + ".hits_to_kill", target.hits_to_kill);
        refuse_negative(context, table + ".pi9", target.pi9);
        refuse_negative(context, table + ".fas", target.fas);
        if (target.hits_to_kill == 0.0)
            context.error(table + ".hits_to_kill", "range", "a cell that dies of 0 hits is dead already", "", "at least 1");
        for (auto const& [ligand, factor] : target.ligand_factor)
            if (target.ligands.contains(ligand))
                context.warn(table + ".ligand_factor." + ligand, "name",
                             fmt::format("`{}` gives both copies and a factor for {}", table, ligand),
                             "the factor multiplies the copies given here");
    }
}

void check_medium(CheckContext const& context) {
    auto const& scenario = context.scenario;
    for (auto const& [name, dose] : scenario.cytokine)
        if (!is_dose(dose))
            context.error("cytokine." + name, "unit", fmt::format("the dose of {} is not a concentration", name), dimension_name(dose.unit),
                          "write it in IU/mL, ng/mL or nM");
    for (auto const& entry : scenario.drug) {
        auto const& name = entry.first; // no structured binding: clang 14 cannot capture one
        auto const& drug = entry.second;
        auto const table = "drug." + name;
        refuse_negative(context, table + ".coating", drug.coating);
        if (drug.like.empty())
            context.error(table, "name", fmt::format("`{}` does not say which drug it is", table),
                          "known: " + name_list(context.base.children("drug")), "add `like = \"...\"`");
        auto const later = std::any_of(scenario.event.begin(), scenario.event.end(), [&](Event const& event) {
            return event.what == "set_drug" && (event.of == name || event.of.empty());
        });
        auto const coats =
            context.base.text("drug." + (drug.like.empty() ? name : drug.like) + ".kind") == "redirecting"; // held by the target
        if (!coats && !context.given(table + ".concentration") && !context.given(table + ".coating") &&
            scenario.plate.vary != table + ".concentration" && !later)
            context.error(table, "biology", fmt::format("`{}` has no concentration", table), "",
                          "add `concentration = \"1 ug/mL\"`; `\"0 ug/mL\"` is the control without it");
    }
}

} // namespace nk::scenario
