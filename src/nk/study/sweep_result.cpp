#include "nk/study/sweep_result.hpp"

#include "nk/base/error.hpp"
#include "nk/study/sweep_report.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

/// Smallest and largest finite value; nothing when there is none.
nlohmann::json range_of(std::vector<double> const& values) {
    double low = NAN;
    double high = NAN;
    for (auto const value : values) {
        low = std::fmin(low, value);
        high = std::fmax(high, value);
    }
    if (!std::isfinite(low) || !std::isfinite(high))
        return nullptr;
    return nlohmann::json::array({low, high});
}

nlohmann::json outcomes_json(SweepStudy const& study, SweepRuns const& runs) {
    auto out = nlohmann::json::object();
    for (std::size_t o = 0; o < study.outcomes.size(); ++o)
        for (std::size_t g = 0; g < runs.groups.size(); ++g) {
            auto const& group = runs.groups[g];
            out[study.outcomes[o].name + (group.empty() ? "" : " (" + group + ")")] = range_of(runs.means(g, o));
        }
    return out;
}

nlohmann::json factors_json(SweepStudy const& study) {
    auto out = nlohmann::json::array();
    for (std::size_t f = 0; f < study.factors.size(); ++f)
        out.push_back({{"name", study.factors[f].name}, {"key", study.reading.factors[f].key}, {"unit", study.factors[f].unit}});
    return out;
}

/// For each combination the range of the first outcome and what each factor does to it.
std::string sweep_words(SweepStudy const& study, SweepRuns const& runs) {
    std::string out;
    std::size_t widest = 8;
    for (auto const& factor : study.factors)
        widest = std::max(widest, factor.name.size());
    for (std::size_t g = 0; g < runs.groups.size(); ++g) {
        auto const range = range_of(runs.means(g, 0));
        out += study.outcomes[0].name + (runs.groups[g].empty() ? "" : " at " + runs.groups[g]);
        out += range.is_null() ? ": no run gave a number\n"
                               : fmt::format(": {:.4g} to {:.4g} over {} points\n", range[0].get<double>(), range[1].get<double>(),
                                             study.points.texts.size());
        for (std::size_t f = 0; f < study.factors.size() && !range.is_null(); ++f) {
            auto const effect = sweep_effect(study, runs, g, 0, f);
            out += fmt::format("  {:{}}  means {:.4g} to {:.4g}", study.factors[f].name, widest, effect.lowest, effect.highest);
            out += std::isfinite(effect.rank_correlation) ? fmt::format("; rank correlation {:.2f}\n", effect.rank_correlation) : "\n";
        }
    }
    return out;
}

} // namespace

StudyWords sweep_result(SweepStudy const& study, MergedJobs const& merged, nlohmann::json summary) {
    auto const& table = merged.tables.at(0);
    auto const runs = sweep_runs(study, table);
    StudyWords out;
    out.tables = {sweep_means_table(study, runs), sweep_effects_table(study, runs), study.points_table};
    if (auto indices = sweep_indices_table(study, runs); !indices.columns.empty())
        out.tables.push_back(std::move(indices));
    summary["design"] = study.reading.scenario.sweep.design;
    summary["points"] = study.points.texts.size();
    summary["replicates"] = study.reading.scenario.sweep.replicates;
    summary["base_kind"] = study.reading.base_scenario.kind;
    summary["factors"] = factors_json(study);
    summary["outcomes"] = outcomes_json(study, runs);
    out.report = sweep_report(study, table, summary);
    out.words = sweep_words(study, runs);
    out.summary = std::move(summary);
    return out;
}

SweepStudy sweep_of(MergedJobs const& merged, ParameterBase const& base, std::string const& version) {
    auto study = plan_sweep(scenario::read_sweep(merged.scenario, base, {}, nullptr, "scenario.toml", {}), base, version);
    if (study.plan.key != merged.key)
        throw ScenarioError(Problem{{"scenario.toml", 0, 0, 1},
                                    "output",
                                    "this sweep was run with other parameters or by another version",
                                    "its key is " + merged.key + ", now it would be " + study.plan.key,
                                    "give the --data it was run with, or run it again"});
    return study;
}

} // namespace nk::study
