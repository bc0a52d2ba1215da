#include "nk/simulate/host_run.hpp"

#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/infection_outcome.hpp"
#include "nk/simulate/product_release.hpp"
#include "nk/simulate/therapy_builder.hpp"
#include "nk/simulate/therapy_outcome.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace nk::simulate {
namespace {

std::string hash_of(body::Host& host) {
    StateHasher hasher;
    host.visit_state(hasher);
    return hasher.hasher.hex();
}

/// The classes that the repertoire was put into.
Table classes_table(body::HostPlan const& plan) {
    Table out{"classes", {}};
    std::vector<std::string> name;
    std::vector<double> bright, adaptive, share, education;
    for (auto const& one : plan.meetings->classes()) {
        name.push_back(one.name);
        bright.push_back(one.bright ? 1.0 : 0.0);
        adaptive.push_back(one.adaptive ? 1.0 : 0.0);
        share.push_back(one.share);
        education.push_back(one.education);
    }
    out.add("class", name);
    out.add("bright", "1", bright);
    out.add("adaptive", "1", adaptive);
    out.add("share_of_stage", "1", share);
    out.add("education", "1", education);
    for (std::size_t t = 0; t < plan.meetings->targets().size(); ++t)
        for (auto const priming : {0.0, 1.0}) {
            std::vector<double> kill;
            for (std::size_t q = 0; q < plan.meetings->classes().size(); ++q)
                kill.push_back(plan.meetings->at(q, t, 0, {.priming = priming}).kill);
            out.add(fmt::format("p_kill {}, {}", plan.meetings->targets()[t].name, priming > 0.0 ? "primed" : "resting"), "1", kill);
        }
    return out;
}

/// The same host without one thing.
struct Without {
    std::string what, name;
    scenario::HostScenario scenario;
};

std::vector<Without> each_left_out(scenario::HostScenario const& scenario) {
    std::vector<Without> out;
    auto const add = [&](char const* what, auto member) {
        for (auto const& entry : scenario.*member) { // no structured binding: clang 14 cannot capture one
            auto const& name = entry.first;
            Without one{what, name, scenario};
            (one.scenario.*member).erase(name);
            if constexpr (std::is_same_v<decltype(member), decltype(&scenario::HostScenario::infection)> ||
                          std::is_same_v<decltype(member), decltype(&scenario::HostScenario::tumour)>) {
                std::erase_if(one.scenario.event, [&](auto const& event) { return event.second.of == name; });
                std::erase_if(one.scenario.site,
                              [&](auto const& site) { return (site.second.tumour.empty() ? site.first : site.second.tumour) == name; });
                std::erase_if(one.scenario.infusion, [&](auto const& infusion) { return infusion.second.tumour == name; });
            }
            out.push_back(std::move(one));
        }
    };
    add("infection", &scenario::HostScenario::infection);
    add("tumour", &scenario::HostScenario::tumour);
    add("event", &scenario::HostScenario::event);
    add("habit", &scenario::HostScenario::habit);
    add("infusion", &scenario::HostScenario::infusion);
    add("treatment", &scenario::HostScenario::treatment);
    add("site", &scenario::HostScenario::site);
    return out;
}

/// What runs are compared by.
struct Outcome {
    std::string name, unit;
    double value;
};

std::vector<Outcome> outcomes_of(body::Host const& host, HostCourse const& course) {
    auto const mean = [](std::vector<double> const& values) {
        auto sum = 0.0;
        for (auto const value : values)
            sum += value;
        return sum / static_cast<double>(values.size());
    };
    std::vector<Outcome> out{
        {"nk_blood, mean", "cell/uL", mean(course.values("nk_blood"))},
        {"nk_blood, last", "cell/uL", course.values("nk_blood").back()},
        {"activity, mean", "1", mean(course.values("activity"))},
        {"activity, lowest", "1", *std::min_element(course.values("activity").begin(), course.values("activity").end())},
        {"adaptive_of_nk_blood, last", "1", course.values("adaptive_of_nk_blood").back()}};
    for (std::size_t i = 0; i < host.plan().infections.size(); ++i) {
        auto const& plan = host.plan().infections[i];
        auto const& now = host.infections()[i];
        out.push_back({plan.name + ", peak titre", plan.course.titre, now.peak});
        auto const cleared = day_of_clearance(host, course, i);
        out.push_back({plan.name + ", days until cleared", "day", cleared < 0.0 ? -1.0 : cleared - now.began});
        out.push_back({plan.name + ", least of the organ alive", "1", now.least_alive});
    }
    for (auto const& plan : host.plan().tumours)
        out.push_back({plan.name + ", cells, last", "cell", course.values(plan.name + "_cells").back()});
    return out;
}

/// changes.csv: each thing left out in turn, with the meetings of the whole host, which do not depend on what happens.
Table changes_table(scenario::HostReading const& reading, body::Host const& host, HostCourse const& course, KnownMeetings const& known,
                    backend::Executor executor) {
    std::vector<std::string> what, name, outcome, unit;
    std::vector<double> with, without;
    auto const before = outcomes_of(host, course);
    auto const all = each_left_out(reading.scenario);
    std::vector<std::vector<Outcome>> outcomes(all.size());
    executor.for_each(all.size(), [&](std::size_t i) {
        auto tables = known;
        CoupledHost other(build_host(all[i].scenario, reading.base, &tables), all[i].scenario, reading.base, backend::Executor(1));
        auto const course_without = follow(other, host.day(), reading.scenario.host.output_every);
        outcomes[i] = outcomes_of(other.host(), course_without);
    });
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& left_out = all[i];
        auto const& after = outcomes[i];
        for (auto const& one : before) {
            auto const found = std::find_if(after.begin(), after.end(), [&](auto const& o) { return o.name == one.name; });
            if (found == after.end())
                continue;
            what.push_back(left_out.what);
            name.push_back(left_out.name);
            outcome.push_back(one.name);
            unit.push_back(one.unit);
            with.push_back(one.value);
            without.push_back(found->value);
        }
    }
    Table out{"changes", {}};
    out.add("what", what);
    out.add("name", name);
    out.add("outcome", outcome);
    out.add("unit", unit);
    out.add("with", "1", with);
    out.add("without", "1", without);
    return out;
}

nlohmann::json infections_json(body::Host const& host, HostCourse const& course) {
    auto out = nlohmann::json::object();
    auto const& layout = host.equations().layout();
    for (std::size_t i = 0; i < host.plan().infections.size(); ++i) {
        auto const& plan = host.plan().infections[i];
        auto const& now = host.infections()[i];
        auto const& at = layout.infections[i];
        auto const& y = host.values();
        auto const day = [&](double value) { return value < 0.0 ? nlohmann::json() : nlohmann::json(value - now.began); };
        auto const killed = y[at.by_nk] + y[at.by_cd8] + y[at.by_virus] + y[at.by_cure];
        auto const share = [&](std::size_t place) { return killed > 0.0 ? y[place] / killed : 0.0; };
        out[plan.name] = {{"title", plan.course.title},
                          {"organ", plan.course.organ},
                          {"unit_of_titre", plan.course.titre},
                          {"detection", plan.course.law.detection},
                          {"began_day", now.began < 0.0 ? nlohmann::json() : nlohmann::json(now.began)},
                          {"days_until_cleared", day(day_of_clearance(host, course, i))},
                          {"latent_cells", y[at.latent]},
                          {"takeover_days", day(now.takeover)},
                          {"killed_by_nk_before_takeover", now.handed_over},
                          {"peak_titre", now.peak},
                          {"days_until_peak", day(now.peak_day)},
                          {"least_of_organ_alive", now.least_alive},
                          {"share_killed_by_nk", share(at.by_nk)},
                          {"share_killed_by_cd8", share(at.by_cd8)},
                          {"share_died_by_virus", share(at.by_virus)},
                          {"share_cured", share(at.by_cure)}};
    }
    return out;
}

nlohmann::json tumours_json(body::Host const& host) {
    auto out = nlohmann::json::object();
    for (std::size_t t = 0; t < host.plan().tumours.size(); ++t) {
        auto const& plan = host.plan().tumours[t];
        auto const& now = host.tumours()[t];
        auto const day = [](double value) { return value < 0.0 ? nlohmann::json() : nlohmann::json(value); };
        out[plan.name] = {{"title", plan.kind.title},
                          {"organ", host.plan().organs[plan.organ].organ.name},
                          {"began_day", day(now.began)},
                          {"gone_day", day(now.gone)},
                          {"cells", host.equations().tumour_cells(t, host.values().data())}};
    }
    return out;
}

nlohmann::json modulators_json(body::HostPlan const& plan) {
    auto out = nlohmann::json::array();
    for (auto const& modulator : plan.modulators)
        out.push_back({{"name", modulator.row.name},
                       {"title", modulator.row.title},
                       {"acts_on", modulator.row.acts_on},
                       {"effect", modulator.row.law.effect},
                       {"low", modulator.row.low},
                       {"high", modulator.row.high},
                       {"grade", modulator.row.grade}});
    return out;
}

nlohmann::json therapy_json(scenario::HostReading const& reading, body::Host const& host, HostCourse const& course) {
    if (reading.scenario.kind != "therapy" && !host.plan().therapy)
        return nullptr;
    auto const none = nlohmann::json::object();
    nlohmann::json out{{"tumours", none},           {"products", none}, {"titles", none},
                       {"il6_peak_pg_per_ml", 0.0}, {"crs_grade", 0},   {"warnings", nlohmann::json::array()}};
    if (!host.plan().therapy) // an arm in which nothing is given
        return out;
    auto const& therapy = *host.plan().therapy;
    for (auto const& [name, treatment] : reading.scenario.treatment) {
        auto const row = treatment.like.empty() ? name : treatment.like;
        auto const table = treatment.what == "cytokine" ? "support" : treatment.what;
        out["titles"][treatment.what + "." + row] = reading.base.text(table + "." + row + ".title", row);
    }
    auto const outcome = therapy_outcome(host, course);
    auto const day = [](double value) { return value < 0.0 ? nlohmann::json() : nlohmann::json(value); };
    for (std::size_t t = 0; t < outcome.tumours.size(); ++t) {
        auto const& one = outcome.tumours[t];
        out["tumours"][host.plan().tumours[t].name] = {{"response", one.response},
                                                       {"best_change_percent", 100.0 * (one.best - 1.0)},
                                                       {"response_day", day(one.responded)},
                                                       {"progression_day", day(one.progressed)}};
    }
    for (std::size_t g = 0; g < outcome.grafts.size(); ++g) {
        auto const& one = outcome.grafts[g];
        out["products"][therapy.grafts[g].name] = {{"peak_blood_per_ul", one.peak},  {"peak_day", day(one.peak_day)},
                                                   {"expanded", one.expanded},       {"last_seen_day", day(one.last_seen)},
                                                   {"rejected_share", one.rejected}, {"mass_error", host.graft_error(g)}};
    }
    out["il6_peak_pg_per_ml"] = outcome.il6_peak;
    out["crs_grade"] = outcome.crs_grade;
    out["warnings"] = short_doses(reading.scenario, reading.base);
    return out;
}

nlohmann::json summary_of(scenario::HostReading const& reading, RunSettings const& settings, RunOutcome const& outcome,
                          body::Host const& host, HostCourse const& course) {
    auto const& scenario = reading.scenario;
    auto const health = host.health();
    return {
        {"kind", scenario.kind},
        {"title", scenario.title},
        {"question", scenario.question},
        {"version", settings.version},
        {"command_line", settings.command_line},
        {"seed", static_cast<std::uint64_t>(scenario.seed)},
        {"threads", settings.threads},
        {"wall_seconds", outcome.wall_seconds},
        {"simulated_minutes", outcome.simulated_minutes},
        {"simulated_days", host.day()},
        {"state_hash", outcome.state_hash},
        {"parameter_hash", reading.base.hash()},
        {"species", scenario.host.species},
        {"turnover", scenario.host.turnover},
        {"deficiency", scenario.host.deficiency},
        {"chance", scenario.host.chance},
        {"unexplained_by_classes", host.plan().meetings->unexplained()},
        {"infections", infections_json(host, course)},
        {"tumours", tumours_json(host)},
        {"modulators", modulators_json(host.plan())},
        {"therapy", therapy_json(reading, host, course)},
        {"last", course.last()},
        {"health", {{"mass_error", host.mass_error()}, {"clipped", health.clipped}, {"solvers", health.solvers}, {"steps", health.steps}}}};
}

} // namespace

RunOutcome run_host(scenario::HostReading const& reading, ParameterBase const& standard, RunSettings const& settings,
                    Progress const& progress) {
    auto const start = std::chrono::steady_clock::now();
    KnownMeetings known;
    // whatever is refused is refused before there is a folder
    CoupledHost coupled(build_host(reading.scenario, reading.base, &known), reading.scenario, reading.base,
                        backend::Executor(settings.threads));
    auto& host = coupled.host();
    auto const directory = folder_of(settings);
    directory.write_scenario(scenario_text(reading.base, reading.resolved_text, settings));
    RunOutcome outcome;
    outcome.folder = directory.path();
    auto const duration = std::min(reading.scenario.host.duration, settings.until.value_or(1e300) / (24.0 * 60.0));
    std::optional<HostCourse> course;
    Table changes;
    Batches batches;
    try {
        course = follow(coupled, duration, reading.scenario.host.output_every, progress);
        batches = batches_of(reading.scenario, reading.base);
        changes = changes_table(reading, host, *course, known, backend::Executor(settings.threads));
    } catch (Interrupted const& error) {
        throw Interrupted(fmt::format("{}; {} holds the scenario", error.what(), outcome.folder));
    }
    outcome.state_hash = hash_of(host);
    outcome.simulated_minutes = duration * 24.0 * 60.0;
    outcome.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    outcome.summary = summary_of(reading, settings, outcome, host, *course);
    std::vector<Table> tables{course->table(), classes_table(host.plan()), std::move(changes), parameters_table(reading.base, standard)};
    if (!batches.batches.empty()) {
        outcome.summary["therapy"]["release"] = batches.json();
        tables.push_back(batches.table());
    }
    if (!coupled.sites().empty())
        tables.push_back(sites_table(coupled));
    directory.finish({outcome.summary, reading.scenario.title.empty() ? "Host" : reading.scenario.title, settings.created, settings.version,
                      settings.command_line, settings.inputs},
                     tables);
    return outcome;
}

} // namespace nk::simulate
