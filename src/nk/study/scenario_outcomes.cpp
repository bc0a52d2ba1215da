#include "nk/study/scenario_outcomes.hpp"

#include "nk/base/time.hpp"
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/host_run.hpp"
#include "nk/simulate/infection_outcome.hpp"
#include "nk/simulate/run_wells.hpp"
#include "nk/simulate/tissue_builder.hpp"
#include "nk/study/tissue_watch.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace nk::study {
namespace {

using Numbers = std::map<std::string, double>;

// Only cells of other origin that are like healthy ones are healthy: "healthy HLA with stress ligands" is not.
bool healthy_origin(std::string const& origin) {
    return origin.starts_with("healthy") && origin.find("stress") == std::string::npos;
}

std::vector<double> picked(Numbers const& all, std::vector<OutcomeName> const& names) {
    std::vector<double> out;
    for (auto const& one : names) {
        auto const found = all.find(one.name);
        out.push_back(found == all.end() ? NAN : found->second);
    }
    return out;
}

/// The usual ones first, then all others by name.
std::vector<OutcomeName> with_usual_first(std::vector<std::string> const& usual, Numbers const& all) {
    std::vector<OutcomeName> out;
    for (auto const& name : usual)
        if (all.contains(name))
            out.push_back({name, "1", true});
    for (auto const& entry : all)
        if (std::find(usual.begin(), usual.end(), entry.first) == usual.end())
            out.push_back({entry.first, "1", false});
    return out;
}

// Wells.

struct Combination {
    std::string effector, target, value;
    double e_to_t = 0.0;
    auto operator<=>(Combination const&) const = default;
};

Combination combination_of(simulate::WellPlace const& place) {
    return {place.effector, place.targets.size() == 1 ? place.targets.front() : "mixed", place.value, place.e_to_t};
}

std::vector<OutcomeName> names_of(scenario::WellReading const& reading) {
    simulate::try_plate(reading.scenario, reading.base);
    auto const place = simulate::plate_of(reading.scenario).front();
    auto scenario = reading.scenario;
    scenario.well.targets = std::min(scenario.well.targets, 20.0); // only the names are wanted
    auto base = reading.base;
    if (!place.value.empty())
        scenario::set_value(scenario, base, scenario.plate.vary, place.value);
    simulate::WellBuilder const builder(scenario, base);
    tissue::Well const well(builder.plan({place.e_to_t, place.effector, place.targets}), builder.laws(), 1, backend::Executor(1));
    return with_usual_first({"specific_lysis_percent", "kills_per_nk", "fraction_non_killers", "cd107a_percent"}, simulate::read_out(well));
}

/// Means over wells; a number that some wells do not have, over the others.
Numbers mean_of(std::vector<simulate::WellResult const*> const& wells) {
    std::map<std::string, std::pair<double, double>> sums;
    for (auto const* well : wells)
        for (auto const& [name, value] : well->readouts)
            if (std::isfinite(value)) {
                sums[name].first += value;
                sums[name].second += 1.0;
            }
    Numbers out;
    for (auto const& [name, sum] : sums)
        out[name] = sum.first / sum.second;
    return out;
}

std::vector<ScenarioOutcome> outcomes_of_run(scenario::WellReading const& reading, std::vector<OutcomeName> const& names) {
    std::vector<Combination> order;
    std::map<Combination, std::vector<simulate::WellResult const*>> wells;
    auto const results = simulate::run_wells(reading.scenario, reading.base, 1);
    for (auto const& well : results) {
        auto const combination = combination_of(well.place);
        if (!wells.contains(combination))
            order.push_back(combination);
        wells[combination].push_back(&well);
    }
    std::vector<ScenarioOutcome> out;
    for (auto const& one : order)
        out.push_back({one.effector, one.target, one.e_to_t, one.value, picked(mean_of(wells.at(one)), names)});
    return out;
}

// Tissues.

std::vector<std::string> healthy_kinds(scenario::TissueReading const& reading) {
    std::vector<std::string> out;
    for (auto const& [name, cell] : reading.scenario.cell) {
        auto const target = reading.scenario.target.find(cell.target);
        if (target != reading.scenario.target.end() && healthy_origin(reading.base.text("target." + target->second.like + ".origin")))
            out.push_back(name);
    }
    return out;
}

Numbers tissue_numbers(TissueWatch const& watch, tissue::Tissue const& tissue, std::vector<std::string> const& healthy) {
    auto out = watch.readouts(tissue);
    auto sum = 0.0;
    for (auto const& kind : healthy)
        if (auto const killed = out.find("killed_" + kind); killed != out.end())
            sum += killed->second;
    if (!healthy.empty())
        out["healthy_killed"] = sum;
    return out;
}

std::vector<OutcomeName> names_of(scenario::TissueReading const& reading) {
    auto const build = simulate::build_tissue(reading.scenario, reading.base);
    tissue::Tissue const tissue(build.plan, build.laws, build.tissue_laws, static_cast<std::uint64_t>(reading.scenario.seed),
                                backend::Executor(1));
    std::vector<std::string> usual{"targets_alive", "nk_alive", "healthy_killed"};
    for (auto const& kind : build.plan.kinds)
        if (kind.role == tissue::Role::target)
            usual.push_back("killed_" + kind.name);
    return with_usual_first(usual, tissue_numbers(TissueWatch(tissue), tissue, healthy_kinds(reading)));
}

std::vector<ScenarioOutcome> outcomes_of_run(scenario::TissueReading const& reading, std::vector<OutcomeName> const& names) {
    auto const build = simulate::build_tissue(reading.scenario, reading.base);
    tissue::Tissue tissue(build.plan, build.laws, build.tissue_laws, static_cast<std::uint64_t>(reading.scenario.seed),
                          backend::Executor(1));
    TissueWatch watch(tissue);
    while (!tissue.done()) {
        tissue.advance();
        watch.look(tissue);
    }
    if (tissue.health().not_finite > 0)
        throw NumericalError("places of cells were no numbers: take a shorter `tissue.step`");
    return {{"", "", 0.0, "", picked(tissue_numbers(watch, tissue, healthy_kinds(reading)), names)}};
}

// Hosts.

/// What became of infections and tumours, with units; `usual` marks those a report shows.
std::vector<std::pair<OutcomeName, double>> fates_of(body::Host const& host, simulate::HostCourse const& course) {
    std::vector<std::pair<OutcomeName, double>> out;
    auto const since = [](double day, double began) { return day < 0.0 ? NAN : day - began; };
    for (std::size_t i = 0; i < host.infections().size(); ++i) {
        auto const& plan = host.plan().infections[i];
        auto const& now = host.infections()[i];
        auto const put = [&](char const* what, std::string unit, bool usual, double value) {
            out.push_back({{plan.name + "_" + what, std::move(unit), usual}, value});
        };
        put("peak_titre", plan.course.titre, true, now.peak);
        put("peak_days", "day", false, since(now.peak_day, now.began));
        auto const cleared = simulate::day_of_clearance(host, course, i);
        put("cleared", "1", true, cleared < 0.0 ? 0.0 : 1.0);
        put("cleared_days", "day", true, since(cleared, now.began));
        put("least_alive", "1", true, now.least_alive);
    }
    for (std::size_t t = 0; t < host.tumours().size() && t < host.plan().tumours.size(); ++t) {
        auto const& now = host.tumours()[t];
        out.push_back({{host.plan().tumours[t].name + "_gone", "1", true}, now.gone < 0.0 ? 0.0 : 1.0});
        out.push_back({{host.plan().tumours[t].name + "_gone_days", "day", false}, since(now.gone, now.began)});
    }
    return out;
}

std::vector<OutcomeName> names_of(scenario::HostReading const& reading) {
    body::Host const host(simulate::build_host(reading.scenario, reading.base));
    simulate::HostCourse course(host.plan());
    course.note(host);
    std::set<std::string> usual{"nk_blood", "activity"};
    for (auto const& tumour : host.plan().tumours)
        usual.insert(tumour.name + "_cells");
    std::vector<OutcomeName> out;
    for (auto const& fate : fates_of(host, course))
        out.push_back(fate.first);
    for (auto const& column : course.table().columns)
        if (column.name != "day")
            out.push_back({column.name, column.unit, usual.contains(column.name)});
    std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.usual && !b.usual; });
    return out;
}

std::vector<ScenarioOutcome> outcomes_of_run(scenario::HostReading const& reading, std::vector<OutcomeName> const& names) {
    body::Host host(simulate::build_host(reading.scenario, reading.base));
    auto const& settings = reading.scenario.host;
    auto const course = simulate::follow(host, settings.duration, settings.output_every);
    Numbers all;
    auto const last = course.last();
    for (auto const& [name, value] : last.items())
        all[name] = value.is_number() ? value.template get<double>() : NAN;
    for (auto const& [name, value] : fates_of(host, course))
        all[name.name] = value;
    return {{"", "", 0.0, "", picked(all, names)}};
}

} // namespace

std::vector<OutcomeName> outcome_names(scenario::AnyReading const& reading) {
    return std::visit([](auto const& one) { return names_of(one); }, reading);
}

std::vector<ScenarioOutcome> run_in_memory(scenario::AnyReading const& reading, std::uint64_t seed, std::vector<OutcomeName> const& names) {
    return std::visit(
        [&](auto one) {
            one.scenario.seed = static_cast<double>(seed);
            return outcomes_of_run(one, names);
        },
        reading);
}

} // namespace nk::study
