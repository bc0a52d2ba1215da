#include "nk/study/sweep_tables.hpp"

#include "nk/base/error.hpp"
#include "nk/numerics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace nk::study {
namespace {

TableColumn const& sweep_column(Table const& table, std::string const& name) {
    auto const found = std::find_if(table.columns.begin(), table.columns.end(), [&](auto const& c) { return c.name == name; });
    if (found == table.columns.end())
        throw ScenarioError(Problem{{}, "output", "the table of runs is not of this sweep", "it has no column `" + name + "`", ""});
    return *found;
}
std::vector<double> const& sweep_numbers(Table const& table, std::string const& name) {
    if (auto const* out = std::get_if<std::vector<double>>(&sweep_column(table, name).values))
        return *out;
    throw ScenarioError(Problem{{}, "output", "the table of runs is not of this sweep", "`" + name + "` holds no numbers", ""});
}
/// Texts; numbers as texts, since a column of a CSV file whose texts all look like numbers may come back as numbers.
std::vector<std::string> sweep_texts(Table const& table, std::string const& name) {
    auto const& column = sweep_column(table, name);
    if (auto const* out = std::get_if<std::vector<std::string>>(&column.values))
        return *out;
    std::vector<std::string> out;
    for (auto const value : std::get<std::vector<double>>(column.values))
        out.push_back(std::isnan(value) ? "" : nk::to_text(value));
    return out;
}

/// Words for each row: what tells its combination of the plate from the others.
std::vector<std::string> group_words(SweepStudy const& study, Table const& runs) {
    std::vector<std::string> out(runs.rows());
    if (!study.places)
        return out;
    auto const& ratio = sweep_numbers(runs, "e_to_t");
    std::map<std::string, std::vector<std::string>> parts{{"1", sweep_texts(runs, "effector")}, {"2", sweep_texts(runs, "target")}};
    for (auto const value : ratio)
        parts["3"].push_back(nk::to_text(value) + ":1");
    parts["4"] = sweep_texts(runs, "value");
    for (auto const& entry : parts) {
        auto const& words = entry.second;
        if (std::all_of(words.begin(), words.end(), [&](auto const& w) { return w == words.front(); }))
            continue;
        for (std::size_t r = 0; r < out.size(); ++r)
            out[r] += (out[r].empty() ? "" : ", ") + words[r];
    }
    return out;
}

void finish_point(SweepRuns::Point& point) {
    point.mean = point.values.empty() ? NAN : numerics::mean(point.values);
    point.sd = point.values.size() < 2 ? NAN : numerics::sd(point.values);
}

/// Calls visit(outcome, group, factor) and adds the names of the three to a table.
template <class Visit> Table named_rows(SweepStudy const& study, SweepRuns const& runs, std::string const& name, Visit visit) {
    std::vector<std::string> outcome, group, factor;
    for (std::size_t o = 0; o < study.outcomes.size(); ++o)
        for (std::size_t g = 0; g < runs.groups.size(); ++g)
            for (std::size_t f = 0; f < study.factors.size(); ++f) {
                outcome.push_back(study.outcomes[o].name);
                group.push_back(runs.groups[g]);
                factor.push_back(study.factors[f].name);
                visit(o, g, f);
            }
    Table out{name, {}};
    out.add("outcome", std::move(outcome));
    if (study.places)
        out.add("combination", std::move(group));
    out.add("factor", std::move(factor));
    return out;
}

} // namespace

std::vector<double> SweepRuns::means(std::size_t group, std::size_t outcome) const {
    std::vector<double> out;
    for (auto const& point : by_group.at(group).at(outcome))
        out.push_back(point.mean);
    return out;
}

SweepRuns sweep_runs(SweepStudy const& study, Table const& runs) {
    auto const points = study.points.texts.size();
    auto const words = group_words(study, runs);
    auto const& point = sweep_numbers(runs, "point");
    SweepRuns out;
    std::vector<std::size_t> group_of;
    for (auto const& word : words) {
        auto const found = std::find(out.groups.begin(), out.groups.end(), word);
        group_of.push_back(static_cast<std::size_t>(found - out.groups.begin()));
        if (found == out.groups.end())
            out.groups.push_back(word);
    }
    out.by_group.assign(out.groups.size(), std::vector(study.outcomes.size(), std::vector<SweepRuns::Point>(points)));
    for (std::size_t o = 0; o < study.outcomes.size(); ++o) {
        auto const& values = sweep_numbers(runs, study.outcomes[o].name);
        for (std::size_t r = 0; r < values.size(); ++r) {
            auto const p = static_cast<std::size_t>(std::lround(point[r] - 1.0));
            if (!(point[r] >= 1.0) || p >= points)
                throw ScenarioError(Problem{{}, "output", "the table of runs is not of this sweep", fmt::format("point {}", point[r]), ""});
            if (std::isfinite(values[r]))
                out.by_group[group_of[r]][o][p].values.push_back(values[r]);
        }
    }
    for (auto& outcomes : out.by_group)
        for (auto& all : outcomes)
            std::for_each(all.begin(), all.end(), finish_point);
    out.runs = study.plan.count;
    return out;
}

SweepChance sweep_chance(SweepRuns const& runs, std::size_t group, std::size_t outcome) {
    std::vector<double> means;
    auto variance = 0.0;
    auto repeated = 0.0;
    for (auto const& point : runs.by_group.at(group).at(outcome)) {
        if (std::isfinite(point.mean))
            means.push_back(point.mean);
        if (std::isfinite(point.sd)) {
            variance += point.sd * point.sd;
            repeated += 1.0;
        }
    }
    return {means.size() < 2 ? NAN : numerics::sd(means), repeated > 0.0 ? std::sqrt(variance / repeated) : NAN};
}

numerics::FactorEffect sweep_effect(SweepStudy const& study, SweepRuns const& runs, std::size_t group, std::size_t outcome,
                                    std::size_t factor) {
    auto const& column = study.factors.at(factor);
    auto const means = runs.means(group, outcome);
    if (!column.numbers.empty())
        return numerics::factor_effect(column.numbers, means);
    std::vector<std::vector<double>> by_value(column.distinct.size());
    for (std::size_t p = 0; p < means.size(); ++p)
        if (std::isfinite(means[p])) {
            auto const found = std::find(column.distinct.begin(), column.distinct.end(), column.texts[p]);
            by_value.at(static_cast<std::size_t>(found - column.distinct.begin())).push_back(means[p]);
        }
    numerics::FactorEffect out{NAN, NAN, NAN, NAN, {}, {}, {}};
    for (std::size_t v = 0; v < by_value.size(); ++v)
        if (!by_value[v].empty()) {
            out.levels.push_back(static_cast<double>(v));
            out.means.push_back(numerics::mean(by_value[v]));
            out.count.push_back(by_value[v].size());
        }
    if (!out.means.empty()) {
        out.lowest = *std::min_element(out.means.begin(), out.means.end());
        out.highest = *std::max_element(out.means.begin(), out.means.end());
    }
    return out;
}

numerics::SobolIndices sweep_indices(SweepStudy const& study, SweepRuns const& runs, std::size_t group, std::size_t outcome) {
    NK_EXPECT(study.reading.scenario.sweep.design == "sobol-indices");
    return numerics::sobol_indices(runs.means(group, outcome), study.factors.size(),
                                   static_cast<std::uint64_t>(study.reading.scenario.seed));
}

Table sweep_means_table(SweepStudy const& study, SweepRuns const& runs) {
    auto const points = study.points.texts.size();
    auto const groups = runs.groups.size();
    Table out{"means", {}};
    auto const repeated = [&](auto of) { // of(group, point) in the order of rows
        std::vector<std::decay_t<decltype(of(0U, 0U))>> column;
        for (std::size_t p = 0; p < points; ++p)
            for (std::size_t g = 0; g < groups; ++g)
                column.push_back(of(g, p));
        return column;
    };
    out.add("point", "1", repeated([](std::size_t, std::size_t p) { return static_cast<double>(p + 1); }));
    if (study.places)
        out.add("combination", repeated([&](std::size_t g, std::size_t) { return runs.groups[g]; }));
    for (auto const& factor : study.factors)
        if (factor.numbers.empty())
            out.add(factor.name, repeated([&](std::size_t, std::size_t p) { return factor.texts[p]; }));
        else
            out.add(factor.name, factor.unit, repeated([&](std::size_t, std::size_t p) { return factor.numbers[p]; }));
    for (std::size_t o = 0; o < study.outcomes.size(); ++o) {
        auto const& outcome = study.outcomes[o];
        auto const at = [&](std::size_t g, std::size_t p) -> SweepRuns::Point const& { return runs.by_group[g][o][p]; };
        out.add(outcome.name, outcome.unit, repeated([&](std::size_t g, std::size_t p) { return at(g, p).mean; }));
        if (study.reading.scenario.sweep.replicates > 1.0) {
            out.add(outcome.name + "_sd", outcome.unit, repeated([&](std::size_t g, std::size_t p) { return at(g, p).sd; }));
            out.add(outcome.name + "_n", "1",
                    repeated([&](std::size_t g, std::size_t p) { return static_cast<double>(at(g, p).values.size()); }));
        }
    }
    return out;
}

Table sweep_effects_table(SweepStudy const& study, SweepRuns const& runs) {
    std::vector<double> correlation, p_value, lowest, highest;
    auto out = named_rows(study, runs, "effects", [&](std::size_t o, std::size_t g, std::size_t f) {
        auto const effect = sweep_effect(study, runs, g, o, f);
        correlation.push_back(effect.rank_correlation);
        p_value.push_back(effect.p_value);
        lowest.push_back(effect.lowest);
        highest.push_back(effect.highest);
    });
    out.add("rank_correlation", "1", std::move(correlation));
    out.add("p_value", "1", std::move(p_value));
    out.add("lowest_mean", "1", std::move(lowest));
    out.add("highest_mean", "1", std::move(highest));
    return out;
}

Table sweep_indices_table(SweepStudy const& study, SweepRuns const& runs) {
    if (study.reading.scenario.sweep.design != "sobol-indices")
        return {"indices", {}};
    std::vector<std::vector<double>> columns(7);
    numerics::SobolIndices indices;
    auto out = named_rows(study, runs, "indices", [&](std::size_t o, std::size_t g, std::size_t f) {
        if (f == 0)
            indices = sweep_indices(study, runs, g, o);
        auto const& one = indices.factors[f];
        auto const row = {one.first.value,
                          one.first.low,
                          one.first.high,
                          one.total.value,
                          one.total.low,
                          one.total.high,
                          static_cast<double>(indices.samples)};
        std::size_t c = 0;
        for (auto const value : row)
            columns[c++].push_back(value);
    });
    std::size_t c = 0;
    for (auto const* name : {"first", "first_low", "first_high", "total", "total_low", "total_high", "rows"})
        out.add(name, "1", std::move(columns[c++]));
    return out;
}

} // namespace nk::study
