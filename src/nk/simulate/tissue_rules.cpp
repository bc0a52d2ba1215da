#include "nk/simulate/tissue_rules.hpp"

#include "nk/base/error.hpp"
#include "nk/base/time.hpp"
#include "nk/scenario/rule_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::simulate {
namespace {

using biology::About;
using biology::Behaviour;

[[noreturn]] void refuse_rule(std::string what, std::string hint) {
    throw ScenarioError(Problem{{}, "biology", std::move(what), "", std::move(hint)});
}

/// Turns the rules of one scenario into those of a plan.
class RuleBuilder {
  public:
    RuleBuilder(scenario::TissueScenario const& scenario, std::vector<biology::TissueCell> const& rows,
                std::map<std::string, int> const& substrates, tissue::TissuePlan& plan)
        : scenario_(scenario), rows_(rows), substrates_(substrates), plan_(plan) {}

    void add(std::string const& name, scenario::TissueRule const& rule) {
        auto& kind = plan_.kinds[static_cast<std::size_t>(kind_named(rule.cell))];
        auto const signal = scenario::signal_of(rule.signal);
        auto const behaviour = scenario::behaviour_of(rule.behaviour);
        auto const about = index_of(behaviour.word.about, behaviour.about);
        auto const what = behaviour.word.kind;
        auto found = std::find_if(kind.rules.begin(), kind.rules.end(),
                                  [&](auto const& one) { return one.behaviour == what && one.about == about; });
        auto const from = found == kind.rules.end() ? usual(kind, what, about, name) : found->rules.front().from;
        if (found == kind.rules.end())
            found = kind.rules.insert(kind.rules.end(), {what, about, {}, {}});
        auto const half = in_unit(rule.half, unit_of(signal.word.unit, signal.about));
        auto const to = rule.to.unit.empty() ? row_secretion(rule, behaviour.about, name)
                                             : in_unit(rule.to, unit_of(behaviour.word.unit, behaviour.about));
        found->rules.push_back({half, rule.power, from, to});
        found->senses.push_back({signal.word.kind, index_of(signal.word.about, signal.about),
                                 rule.among == "infected"     ? tissue::Among::infected
                                 : rule.among == "uninfected" ? tissue::Among::uninfected
                                                              : tissue::Among::all});
    }

  private:
    int kind_named(std::string const& name) const {
        auto const found = std::find_if(plan_.kinds.begin(), plan_.kinds.end(), [&](auto const& kind) { return kind.name == name; });
        return static_cast<int>(found - plan_.kinds.begin());
    }
    int index_of(About about, std::string const& name) const {
        switch (about) {
        case About::nothing:
            return -1;
        case About::substrate:
            return substrates_.at(name);
        case About::kind:
            return kind_named(name);
        case About::ligand:
            return plan_.medium.panel.ligand(name);
        case About::receptor:
            return plan_.medium.panel.receptor(name);
        }
        return -1;
    }
    std::string unit_of(std::string_view unit, std::string const& about) const {
        return unit.starts_with("field")
                   ? plan_.substrates[static_cast<std::size_t>(substrates_.at(about))].unit + std::string(unit.substr(5))
                   : std::string(unit);
    }

    /// The kind's own value of a behaviour, in the unit of its word. Gives the kind what the rule needs to act on.
    double usual(tissue::TissueKind& kind, Behaviour behaviour, int about, std::string const& rule) const {
        switch (behaviour) {
        case Behaviour::division_rate:
            if (!kind.cycle)
                kind.cycle = biology::CellCycle{1.0, 1e300};
            return 1.0 / kind.cycle->duration;
        case Behaviour::death_rate:
            return kind.death_rate * minutes_per_hour;
        case Behaviour::clearance_rate:
            return kind.clearance > 0.0 ? minutes_per_hour / kind.clearance : 0.0;
        case Behaviour::speed:
        case Behaviour::persistence:
            if (!(kind.motility.speed > 0.0))
                refuse_rule(fmt::format("[rule.{}] changes the motion of `{}`, which does not move", rule, kind.name),
                            "give the kind a `speed` above 0");
            return behaviour == Behaviour::speed ? kind.motility.speed : kind.motility.persistence;
        case Behaviour::chemotaxis: {
            auto& all = kind.motility.chemotaxis;
            auto const found = std::find_if(all.begin(), all.end(), [&](auto const& one) { return one.substrate == about; });
            if (found != all.end())
                return found->speed;
            all.push_back({about, 0.0, 0.0}); // by the direction alone
            return 0.0;
        }
        case Behaviour::secretion:
            return exchange_of(kind, about).release;
        case Behaviour::uptake:
            return exchange_of(kind, about).uptake;
        case Behaviour::adhesion:
            return kind.adhesion;
        case Behaviour::ligand_copies:
            return static_cast<double>(plan_.medium.ligands[static_cast<std::size_t>(kind.target)][static_cast<std::size_t>(about)]);
        case Behaviour::shedding:
        case Behaviour::receptor_copies:
        case Behaviour::stage_rate:
        case Behaviour::refill_rate:
            return 1.0;
        case Behaviour::priming:
        case Behaviour::infection_resistance:
            return 0.0;
        }
        return 0.0;
    }

    double row_secretion(scenario::TissueRule const& rule, std::string const& substrate, std::string const& name) const {
        auto const cell = scenario_.cell.find(rule.cell);
        if (cell != scenario_.cell.end()) {
            auto const row = std::find_if(rows_.begin(), rows_.end(), [&](auto const& one) { return one.name == cell->second.like; });
            for (auto const& one : row->secretion)
                if (one.substrate == substrate)
                    return one.rate;
        }
        refuse_rule(fmt::format("[rule.{}] says not how much `{}` is secreted, nor does the row of its cell", name, substrate),
                    "add `to = \"... molecule/min\"`");
    }

    scenario::TissueScenario const& scenario_;
    std::vector<biology::TissueCell> const& rows_;
    std::map<std::string, int> const& substrates_;
    tissue::TissuePlan& plan_;
};

} // namespace

tissue::CellExchange& exchange_of(tissue::TissueKind& kind, int substrate) {
    auto const found =
        std::find_if(kind.exchange.begin(), kind.exchange.end(), [&](auto const& one) { return one.substrate == substrate; });
    return found != kind.exchange.end() ? *found : kind.exchange.emplace_back(tissue::CellExchange{.substrate = substrate});
}

void add_rules(scenario::TissueScenario const& scenario, std::vector<biology::TissueCell> const& rows,
               std::map<std::string, int> const& substrates, tissue::TissuePlan& plan) {
    RuleBuilder builder(scenario, rows, substrates, plan);
    for (auto const& [name, rule] : scenario.rule)
        builder.add(name, rule);
}

} // namespace nk::simulate
