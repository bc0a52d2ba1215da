#include "nk/study/cohort_arm.hpp"

#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/product_cells.hpp"
#include "nk/study/cohort.hpp"
#include "nk/study/cohort_statistics.hpp"
#include "nk/study/hazard_cohort.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::study {
namespace {

constexpr double usual_weight = 70.0; ///< of a patient, where only cells are counted [kg]

std::string lower(std::string words) {
    std::transform(words.begin(), words.end(), words.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return words;
}

void note_largest(std::map<std::string, double>& readouts, std::string const& name, double value) {
    auto const [place, fresh] = readouts.emplace(name, value);
    if (!fresh)
        place->second = std::max(place->second, value);
}

/// The rows of one person, by label of the arm of the cohort.
std::map<std::string, std::map<std::string, double>> readouts_of_person(Table const& adtte, Table const& adrs) {
    std::map<std::string, std::map<std::string, double>> out;
    auto const &of = column_words(adrs, "TRTP"), &what = column_words(adrs, "PARAMCD");
    auto const& value = column_numbers(adrs, "AVAL");
    for (std::size_t i = 0; i < of.size(); ++i)
        note_largest(out[of[i]], lower(what[i]), value[i]);
    for (auto& [label, readouts] : out) {
        if (readouts.contains("bor")) {
            readouts["responded"] = readouts["bor"] >= 2.0 ? 1.0 : 0.0;
            readouts["complete"] = readouts["bor"] >= 3.0 ? 1.0 : 0.0;
        }
        readouts["crs2"] = readouts["crsgrade"] >= 2.0 ? 1.0 : 0.0;
        if (readouts.contains("infectns")) // who had no infection has no numbers of one: means leave them out
            for (auto const* name : {"infday", "infpeak", "infdetdy", "infclear", "infloss"})
                readouts.try_emplace(name, std::numeric_limits<double>::quiet_NaN());
        if (auto const day = readouts.find("infclear"); day != readouts.end() && day->second < 0.0)
            day->second = std::numeric_limits<double>::quiet_NaN();
    }
    auto const &whose = column_words(adtte, "TRTP"), &kind = column_words(adtte, "PARAMCD"), &why = column_words(adtte, "EVNTDESC");
    auto const &day = column_numbers(adtte, "AVAL"), &censored = column_numbers(adtte, "CNSR");
    for (std::size_t i = 0; i < whose.size(); ++i) {
        auto& readouts = out[whose[i]];
        readouts[lower(kind[i]) + "_days"] = day[i];
        readouts[lower(kind[i]) + "_event"] = 1.0 - censored[i];
        if (kind[i] == "PFS")
            readouts["relapsed"] = why[i] == "progression" ? 1.0 : 0.0;
    }
    return out;
}

std::vector<Observation> people_of(Arm const& arm, CohortStudy const& study, backend::Executor executor) {
    std::vector<std::vector<Observation>> each(study.plan.count);
    executor.for_each(each.size(), [&](std::size_t job) {
        auto const tables = study.plan.run(job);
        auto const readouts = readouts_of_person(tables.at(1), tables.at(2)); // adtte and adrs, as plan_cohort says
        for (auto const& one : study.arms) {
            Observation o;
            o.arm = arm.name;
            o.value = one.name;
            o.donor = static_cast<int>(job);
            o.readouts = readouts.at(one.label);
            each[job].push_back(std::move(o));
        }
    });
    std::vector<Observation> out;
    for (auto const& observations : each)
        out.insert(out.end(), observations.begin(), observations.end());
    return out;
}

/// Cancers of one arm and third against its lowest third.
struct ThirdCounts {
    double people = 0.0, cancers = 0.0;
    std::map<std::pair<double, std::string>, RateStratum> strata; ///< by age at entry and sex

    double ratio(std::string const& sex) const {
        std::vector<RateStratum> list;
        for (auto const& [key, stratum] : strata)
            if (sex.empty() || key.second == sex)
                list.push_back(stratum);
        return mantel_haenszel(list).value;
    }
};

std::vector<Observation> thirds_of(Arm const& arm, CohortStudy const& study) {
    std::map<std::pair<std::string, int>, ThirdCounts> counts;
    for (std::size_t job = 0; job < study.plan.count; ++job) {
        auto const table = study.plan.run(job).front();
        auto const &label = column_words(table, "TRTP"), &sex = column_words(table, "SEX");
        auto const &third = column_numbers(table, "third"), &age = column_numbers(table, "age_from");
        auto const &people = column_numbers(table, "people"), &cancers = column_numbers(table, "cancers"),
                   &years = column_numbers(table, "person_years");
        for (std::size_t i = 0; i < label.size(); ++i) {
            auto& own = counts[{label[i], static_cast<int>(third[i])}];
            own.people += people[i];
            own.cancers += cancers[i];
            own.strata[{age[i], sex[i]}].events += cancers[i];
            own.strata[{age[i], sex[i]}].time += years[i];
            for (int t = 1; third[i] == 1.0 && t <= 3; ++t) {
                auto& stratum = counts[{label[i], t}].strata[{age[i], sex[i]}];
                stratum.reference_events += cancers[i];
                stratum.reference_time += years[i];
            }
        }
    }
    std::vector<Observation> out;
    for (auto const& one : study.arms)
        for (int t = 1; t <= 3; ++t) {
            auto const& own = counts[{one.label, t}];
            auto people = 0.0, cancers = 0.0;
            for (int u = 1; u <= 3; ++u) {
                people += counts[{one.label, u}].people;
                cancers += counts[{one.label, u}].cancers;
            }
            Observation o;
            o.arm = arm.name;
            o.value = one.name;
            o.effector = t == 1 ? "low" : t == 2 ? "medium" : "high";
            o.readouts = {{"people", own.people},        {"incidence", own.cancers / own.people}, {"incidence_all", cancers / people},
                          {"rate_ratio", own.ratio("")}, {"rate_ratio_men", own.ratio("M")},      {"rate_ratio_women", own.ratio("F")}};
            out.push_back(std::move(o));
        }
    return out;
}

} // namespace

std::vector<Observation> observe_cohort(Arm const& arm, ArmFile const& file, ParameterBase const& base, backend::Executor executor) {
    if (arm.donors > 1.0 || arm.replicates > 1.0 || !arm.looks.empty() || !arm.as_arm.empty())
        throw ScenarioError(Problem{{},
                                    "arm",
                                    "arm \"" + arm.name + "\": `donors`, `replicates`, `looks` and `as_arm` do not go with a cohort",
                                    "its scenario says who is drawn and for how long",
                                    "take `cohort.people` and `host.duration`"});
    auto const reader = [&](std::vector<std::string> const& more) {
        auto set = more;
        set.insert(set.end(), arm.set.begin(), arm.set.end());
        return scenario::read_cohort_scenario(file.text, base, set, nullptr, file.path, file.open);
    };
    auto const study = plan_cohort(reader, base, "");
    return study.reading.scenario.cohort.model == "hazard" ? thirds_of(arm, study) : people_of(arm, study, executor);
}

std::vector<Observation> observe_products(Arm const& arm, ParameterBase const& base, std::uint64_t seed) {
    auto own = base;
    for (auto const& change : arm.set) {
        auto const equals = change.find('=');
        if (equals == std::string::npos || !own.contains(change.substr(0, equals)))
            throw ScenarioError(Problem{{}, "arm", "arm \"" + arm.name + "\": `" + change + "` sets no parameter", "", ""});
        own.set(change.substr(0, equals), parse_quantity(change.substr(equals + 1)));
    }
    std::vector<Observation> out;
    for (int donor = 0; donor < static_cast<int>(std::lround(arm.donors)); ++donor) {
        auto const made = simulate::manufacture(arm.product, usual_weight, own, derived_seed(seed, static_cast<std::uint64_t>(donor) + 1));
        auto const& first = made.record.front().out;
        auto fold = 1.0, kept = 1.0;
        for (auto const& step : made.record) {
            if (step.step.starts_with("expansion."))
                fold *= step.out.nk / (step.used * step.in.nk);
            if (step.step.starts_with("selection."))
                kept *= step.out.nk / step.in.nk;
        }
        auto const& bag = made.bag;
        Observation o;
        o.arm = arm.name;
        o.donor = donor;
        o.readouts = {{"nk", bag.cells.nk},
                      {"given_nk", made.given.nk},
                      {"log10_nk", std::log10(std::max(1.0, bag.cells.nk))},
                      {"log10_fold", std::log10(fold)},
                      {"purity_percent", 100.0 * bag.cells.purity()},
                      {"viability_percent", 100.0 * bag.viability},
                      {"nk_in_percent", 100.0 * first.purity()},
                      {"nk_recovery_percent", 100.0 * kept},
                      {"t_log", std::log10(std::max(1.0, first.t) / std::max(1.0, bag.cells.t))},
                      {"days", made.days}};
        out.push_back(std::move(o));
    }
    return out;
}

} // namespace nk::study
