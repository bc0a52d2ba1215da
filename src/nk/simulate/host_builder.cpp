#include "nk/simulate/host_builder.hpp"

#include "nk/base/time.hpp"
#include "nk/biology/infection.hpp"
#include "nk/biology/tissue_tables.hpp"
#include "nk/simulate/therapy_builder.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::simulate {
namespace {

constexpr char const* probe_row = "K562"; ///< the line on which NK activity is measured everywhere
constexpr double long_infected = 1e9;     ///< ligands of infected cells at their plateau [min]

/// Collects the plan; each step needs the ones before it.
class HostBuilder {
  public:
    HostBuilder(scenario::HostScenario const& scenario, ParameterBase const& base, KnownMeetings& known)
        : scenario_(scenario), base_(base), meetings_(scenario::meetings_of(scenario)), known_(known), targets_(known.targets) {}

    body::HostPlan build() {
        plan_.laws = biology::HostLaws::from(base_, scenario_.host.turnover);
        organs_ = biology::read_organs(base_, scenario_.host.species);
        name_targets();
        WellBuilder const meetings(meetings_, base_);
        plan_.contact = meetings.laws();
        families_ = biology::LigandFamilies::from(meetings.panel());
        add_organs(meetings);
        add_infections(meetings);
        add_tumours(meetings);
        plan_.probe = target_of(meetings, probe_row, {});
        add_events();
        add_habits();
        set_person();
        if (targets_.size() != known_.targets.size()) {
            known_.targets = targets_;
            known_.tables.clear();
        }
        Crews crews(scenario_, meetings_, base_, known_);
        plan_.meetings = crews.of_host();
        if (is_treated(scenario_))
            add_therapy(plan_, scenario_, base_, crews);
        return std::move(plan_);
    }

  private:
    /// Rows of the target table that are met become targets of the meetings under a name that no user gives.
    void name_targets() {
        auto const add = [&](std::string const& row) {
            if (!row.empty())
                meetings_.target["row " + row].like = row;
        };
        for (auto const& organ : organs_)
            add(organ.target);
        for (auto const& [name, infection] : scenario_.infection)
            add(biology::read_course(base_, row_of(name, infection.like)).target);
        for (auto const& [name, tumour] : scenario_.tumour)
            if (tumour.target.empty())
                add(biology::read_tumour(base_, row_of(name, tumour.like)).target);
        add(probe_row);
    }
    static std::string row_of(std::string const& name, std::string const& like) { return like.empty() ? name : like; }

    /// Index of a meeting target: the cell of a row or table, with ligands changed as asked. Equal ones are met once.
    int target_of(WellBuilder const& meetings, std::string const& row, std::string const& variant,
                  std::function<void(biology::LigandCopies&)> const& change = {}, double hits_to_kill = 0.0, std::string const& table = {},
                  bool sheds = false) {
        auto const name = (table.empty() ? row : table) + (variant.empty() ? "" : ", " + variant) + (sheds ? " (tumour)" : "");
        auto const kind = meetings.target_kind(table.empty() ? "row " + row : table);
        biology::MeetingTarget target{name, kind.ligands, kind.resistance, kind.icam1, 0.5 * kind.diameter};
        if (hits_to_kill > 0.0)
            target.resistance.hits_to_kill = hits_to_kill;
        if (change)
            change(target.ligands);
        target.sheds = sheds;
        for (std::size_t t = 0; t < targets_.size(); ++t)
            if (same(targets_[t], target))
                return static_cast<int>(t);
        targets_.push_back(target);
        return static_cast<int>(targets_.size() - 1);
    }

    static bool same(biology::MeetingTarget const& a, biology::MeetingTarget const& b) {
        return a.name == b.name && a.ligands == b.ligands && a.icam1 == b.icam1 && a.radius == b.radius && a.sheds == b.sheds &&
               a.resistance.hits_to_kill == b.resistance.hits_to_kill && a.resistance.pi9 == b.resistance.pi9 &&
               a.resistance.fas == b.resistance.fas && a.resistance.caspase_inhibitor == b.resistance.caspase_inhibitor;
    }

    std::size_t organ(std::string const& name, std::string const& where) const {
        std::vector<std::string> names;
        for (std::size_t j = 0; j < organs_.size(); ++j) {
            if (organs_[j].name == name)
                return j;
            names.push_back(organs_[j].name);
        }
        auto const near = nearest_name(name, names);
        throw ScenarioError(Problem{{},
                                    "name",
                                    fmt::format("`{}` is {}, which is no organ of this {}", where, name, scenario_.host.species),
                                    "",
                                    near.empty() ? "" : "did you mean `" + near + "`?"});
    }

    void add_organs(WellBuilder const& meetings) {
        for (auto const& row : organs_) {
            body::OrganPlan one;
            one.organ = row;
            one.drains = organ(row.drains.empty() ? "blood" : row.drains, "organ." + row.name + ".drains");
            if (!row.target.empty() && row.law.cells > 0.0)
                one.self = target_of(meetings, row.target, {});
            plan_.organs.push_back(std::move(one));
        }
        plan_.blood = organ("blood", "blood");
        auto const& blood = plan_.organs[plan_.blood].organ.law;
        auto const usual = blood.nk / (blood.volume * 1e6); // [cell/uL]
        if (scenario_.host.nk_count > 0.0)
            plan_.nk_scale = scenario_.host.nk_count / usual;
    }

    void add_infections(WellBuilder const& meetings) {
        auto const viruses = biology::read_viruses(base_);
        for (auto const& entry : scenario_.infection) {
            auto const& given = entry.second;
            body::InfectionPlan one;
            one.name = entry.first;
            one.course = biology::read_course(base_, row_of(entry.first, given.like));
            one.organ = organ(one.course.organ, "infection." + one.course.name + ".organ");
            auto const virus = std::find_if(viruses.begin(), viruses.end(), [&](auto const& v) { return v.name == one.course.virus; });
            auto const viral = virus->ligand.empty() ? -1 : meetings.panel().ligand(virus->ligand);
            one.target = static_cast<std::size_t>(target_of(
                meetings, one.course.target, "infected by " + virus->name,
                [&](auto& ligands) { ligands = biology::infected_ligands(virus->law, families_, viral, ligands, long_infected); },
                one.course.law.hits_to_kill));
            one.hla = virus->law.hla_factor;
            one.at = given.at;
            one.dose = given.dose;
            one.memory = given.memory;
            one.antibody = given.antibody;
            one.latent = given.latent;
            plan_.infections.push_back(std::move(one));
        }
        std::stable_sort(plan_.infections.begin(), plan_.infections.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
    }

    void add_tumours(WellBuilder const& meetings) {
        for (auto const& entry : scenario_.tumour) {
            auto const& given = entry.second;
            body::TumourPlan one;
            one.name = entry.first;
            one.kind = biology::read_tumour(base_, row_of(entry.first, given.like));
            if (given.growth >= 0.0)
                one.kind.law.growth = given.growth;
            one.organ = organ(given.organ, "tumour." + entry.first + ".organ");
            if (!one.kind.spreads.empty())
                one.spreads = static_cast<int>(organ(one.kind.spreads, "tumour." + one.kind.name + ".spreads"));
            one.at = given.at;
            auto const met = [&](std::string const& variant, auto lost) {
                return static_cast<std::size_t>(target_of(
                    meetings, one.kind.target, variant,
                    [&](auto& ligands) {
                        for (std::size_t l = 0; l < meetings.panel().ligands.size(); ++l)
                            if (lost(l))
                                ligands[l] = 0.0F;
                    },
                    0.0, given.target, true));
            };
            one.phenotypes.push_back({"as it began", met("", [](std::size_t) { return false; }), given.cells, 1.0, 1.0, -1, -1});
            if (given.losses) {
                auto const hla = [&](std::size_t l) { return families_.hla[l] || families_.hla_e[l]; };
                auto const nkg2d = [&](std::size_t l) { return families_.nkg2d[l]; };
                one.phenotypes[0].without_hla = 1;
                one.phenotypes[0].without_nkg2d = 2;
                one.phenotypes.push_back({"without HLA class I", met("without HLA class I", hla), 0.0, 1.0, 0.0, -1, 3});
                one.phenotypes.push_back({"without NKG2D ligands", met("without NKG2D ligands", nkg2d), 0.0, 1.0, 1.0, 3, -1});
                one.phenotypes.push_back(
                    {"without both", met("without both", [&](std::size_t l) { return hla(l) || nkg2d(l); }), 0.0, 1.0, 0.0, -1, -1});
            }
            if (auto const lost = antigens_of(scenario_, base_, meetings.panel()); given.losses && !lost.empty()) {
                one.phenotypes[0].without_antigen = static_cast<int>(one.phenotypes.size());
                auto const is_lost = [&](std::size_t l) { return std::find(lost.begin(), lost.end(), static_cast<int>(l)) != lost.end(); };
                one.phenotypes.push_back({"without the antigen", met("without the antigen", is_lost), 0.0, 1.0, 1.0, -1, -1, -1});
            }
            one.hits_to_kill = targets_[one.phenotypes[0].target].resistance.hits_to_kill;
            auto const primary = static_cast<int>(plan_.tumours.size());
            plan_.tumours.push_back(one);
            if (one.spreads >= 0)
                for (int m = 0; m < static_cast<int>(given.metastases); ++m) {
                    auto seed = one;
                    seed.name = fmt::format("{} metastasis {}", one.name, m + 1);
                    seed.organ = static_cast<std::size_t>(one.spreads);
                    seed.at = std::numeric_limits<double>::infinity();
                    seed.metastasis_of = primary;
                    plan_.tumours.push_back(std::move(seed));
                }
        }
    }

    template <class Plans>
    typename Plans::value_type& named(Plans& plans, std::string const& name, std::string const& where, std::string const& table) const {
        std::vector<std::string> names;
        for (auto& one : plans) {
            if (one.name == name)
                return one;
            names.push_back(one.name);
        }
        auto const near = nearest_name(name, names);
        throw ScenarioError(Problem{{},
                                    "name",
                                    fmt::format("`{}` names {}, which is no [{}.*] of this scenario", where, name, table),
                                    "",
                                    near.empty() ? "" : "did you mean `" + near + "`?"});
    }

    void add_events() {
        for (auto const& [name, event] : scenario_.event) {
            auto const where = "event." + name + ".of";
            body::Span const span{event.at, event.at + event.duration, event.amount};
            if (event.what == "exercise")
                plan_.exercise.push_back(span);
            else if (event.what == "nk_depletion")
                plan_.depletions.push_back({event.at, event.amount});
            else if (event.what == "surgery")
                named(plan_.tumours, event.of, where, "tumour").surgery.push_back({event.at, event.amount});
            else
                named(plan_.infections, event.of, where, "infection").blocked.push_back(span);
        }
        auto const in_order = [](auto const& a, auto const& b) { return a.from < b.from; };
        std::stable_sort(plan_.exercise.begin(), plan_.exercise.end(), in_order);
        for (auto& infection : plan_.infections)
            std::stable_sort(infection.blocked.begin(), infection.blocked.end(), in_order);
    }

    void add_habits() {
        for (auto const& [name, habit] : scenario_.habit) {
            auto const row = biology::read_modulator(base_, row_of(name, habit.like));
            body::Span const span{habit.from, habit.until, habit.strength};
            auto const known =
                std::find_if(plan_.modulators.begin(), plan_.modulators.end(), [&](auto const& m) { return m.row.name == row.name; });
            if (known == plan_.modulators.end())
                plan_.modulators.push_back({row, {span}});
            else
                known->spans.push_back(span);
        }
        for (auto& modulator : plan_.modulators)
            std::stable_sort(modulator.spans.begin(), modulator.spans.end(), [](auto const& a, auto const& b) { return a.from < b.from; });
    }

    void set_person() {
        auto const& host = scenario_.host;
        plan_.age = host.age;
        plan_.potency = host.potency;
        if (!host.deficiency.empty())
            plan_.lack = biology::read_deficiency(base_, host.deficiency).law;
        plan_.ifng_decay = base_.value("substrate.IFNg.decay", "1/day");
        plan_.stochastic = host.chance;
        plan_.few = host.few;
        plan_.seed = static_cast<std::uint64_t>(scenario_.seed);
        plan_.tolerance = host.tolerance;
    }

    scenario::HostScenario const& scenario_;
    ParameterBase const& base_;
    scenario::WellScenario meetings_;
    std::vector<biology::Organ> organs_;
    biology::LigandFamilies families_;
    KnownMeetings& known_;
    std::vector<biology::MeetingTarget> targets_;
    body::HostPlan plan_;
};

} // namespace

body::HostPlan build_host(scenario::HostScenario const& scenario, ParameterBase const& base, KnownMeetings* known) {
    KnownMeetings own;
    return HostBuilder(scenario, base, known != nullptr ? *known : own).build();
}

} // namespace nk::simulate
