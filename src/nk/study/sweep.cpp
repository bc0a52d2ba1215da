#include "nk/study/sweep.hpp"

#include "nk/base/hash.hpp"
#include "nk/base/random.hpp"
#include "nk/formats/csv.hpp"
#include "nk/scenario/overrides.hpp"
#include "nk/scenario/toml_writer.hpp"
#include "nk/scenario/unit_problem.hpp"
#include "nk/simulate/assay.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <set>

namespace nk::study {
namespace {

constexpr std::size_t most_tried_points = 500; ///< read before anything runs; beyond, an unsound combination shows when its turn comes
constexpr double wide_span = 50.0;             ///< between listed values that are drawn on a logarithmic axis
constexpr std::uint64_t largest_seed = (std::uint64_t{1} << 53) - 1; ///< seeds of scenarios are whole numbers that a double holds

std::optional<Quantity> quantity_of(std::string const& text) {
    auto const node = scenario::plain_value(text, {});
    if (node.is_number())
        return Quantity{node.number, "1"};
    try {
        return parse_quantity(node.text);
    } catch (std::invalid_argument const&) {
        return std::nullopt;
    }
}

FactorColumn column_of(scenario::FactorRange const& factor, SweepPoints const& points, std::size_t index) {
    FactorColumn out{factor.name, factor.label, "1", factor.log, {}, {}, {}};
    for (auto const& row : points.texts)
        out.texts.push_back(row[index]);
    auto candidates = factor.values;
    candidates.insert(candidates.end(), out.texts.begin(), out.texts.end());
    std::set<std::string> seen;
    for (auto const& text : candidates)
        if (seen.insert(text).second)
            out.distinct.push_back(text);
    std::map<std::string, double> number;
    for (auto const& text : out.distinct) {
        auto const quantity = quantity_of(text);
        if (number.empty() && quantity)
            out.unit = quantity->unit;
        if (!quantity || !scenario::converts(quantity->unit, out.unit)) {
            out.unit = "";
            return out;
        }
        number[text] = in_unit(*quantity, out.unit);
    }
    for (auto const& text : out.texts)
        out.numbers.push_back(number.at(text));
    auto const [low, high] = std::minmax_element(out.numbers.begin(), out.numbers.end());
    out.log = out.log || (low != out.numbers.end() && *low > 0.0 && *high >= wide_span * *low);
    return out;
}

Table table_of_points(std::vector<FactorColumn> const& factors) {
    Table out{"points", {}};
    for (auto const& factor : factors)
        out.add(factor.name, factor.texts);
    return out;
}

std::vector<std::string> overrides_at(SweepStudy const& study, std::size_t point) {
    std::vector<std::string> out;
    for (std::size_t f = 0; f < study.reading.factors.size(); ++f)
        out.push_back(study.reading.factors[f].override_of(study.points.texts[point][f]));
    return out;
}

/// "dose = 1 ug/mL, ratio = 3"
std::string point_words(SweepStudy const& study, std::size_t point) {
    std::string out;
    for (std::size_t f = 0; f < study.factors.size(); ++f)
        out += (f == 0 ? "" : ", ") + study.factors[f].name + " = " + study.points.texts[point][f];
    return out;
}

/// Problems of one point, told as such: their places are of texts that nobody wrote.
[[noreturn]] void refuse_point(SweepStudy const& study, std::size_t point, ScenarioError const& error) {
    std::vector<Problem> out;
    for (auto problem : error.problems()) {
        problem.why += fmt::format("{}(at point {}: {})", problem.why.empty() ? "" : " ", point + 1, point_words(study, point));
        if (problem.where.file.starts_with("-s #"))
            problem.where = {};
        out.push_back(std::move(problem));
    }
    throw ScenarioError(std::move(out));
}

std::size_t combinations_of(scenario::AnyReading const& reading) {
    auto const* well = std::get_if<scenario::WellReading>(&reading);
    if (well == nullptr)
        return 1;
    std::set<std::tuple<std::string, std::vector<std::string>, double, std::string>> seen;
    for (auto const& place : simulate::plate_of(well->scenario))
        seen.emplace(place.effector, place.targets, place.e_to_t, place.value);
    return seen.size();
}

/// Reads the scenario at the points and returns the most rows that one run gives.
std::size_t try_points(SweepStudy const& study, ParameterBase const& base) {
    std::size_t most = 1;
    for (std::size_t p = 0; p < std::min(study.points.texts.size(), most_tried_points); ++p)
        try {
            most = std::max(most, combinations_of(study.reading.base_scenario.read(base, overrides_at(study, p))));
        } catch (ScenarioError const& error) {
            refuse_point(study, p, error);
        }
    return most;
}

/// Those asked for, in that order, or all.
std::vector<OutcomeName> chosen_outcomes(std::vector<OutcomeName> const& all, std::vector<std::string> const& wanted) {
    if (wanted.empty())
        return all;
    std::vector<std::string> known;
    for (auto const& one : all)
        known.push_back(one.name);
    std::vector<OutcomeName> out;
    std::vector<Problem> problems;
    for (auto const& name : wanted) {
        auto const found = std::find(known.begin(), known.end(), name);
        if (found != known.end()) {
            out.push_back({name, all[static_cast<std::size_t>(found - known.begin())].unit, true});
            continue;
        }
        auto const near = nearest_name(name, known);
        problems.push_back({{},
                            "name",
                            fmt::format("`sweep.outcomes`: there is no outcome called `{}`", scenario::shortened(name)),
                            "known: " + scenario::name_list(known),
                            near.empty() ? "" : "did you mean `" + near + "`?"});
    }
    if (!problems.empty())
        throw ScenarioError(problems);
    return out;
}

JobTable table_of(SweepStudy const& study) {
    JobTable out{"sweep", {{"point", "1", false}, {"replicate", "1", false}, {"seed", "1", false}}};
    for (auto const& factor : study.factors)
        out.columns.push_back({factor.name, factor.unit, factor.numbers.empty()});
    if (study.places)
        for (auto const& column :
             {JobTable::Column{"effector", "", true}, {"target", "", true}, {"e_to_t", "1", false}, {"value", "", true}})
            out.columns.push_back(column);
    for (auto const& outcome : study.outcomes)
        out.columns.push_back({outcome.name, outcome.unit, false});
    std::set<std::string> names;
    for (auto const& column : out.columns)
        if (!names.insert(column.name).second)
            throw ScenarioError(Problem{{},
                                        "name",
                                        fmt::format("a factor cannot be called `{}`", column.name),
                                        "another column of the results has that name",
                                        "name its table otherwise"});
    return out;
}

/// What the jobs of a sweep share; never changes.
struct SweepWork {
    SweepStudy study; ///< without a plan
    JobTable table;
};

Table rows_of_job(SweepWork const& work, std::size_t job) {
    auto const& study = work.study;
    auto const& settings = study.reading.scenario;
    auto const replicates = static_cast<std::size_t>(settings.sweep.replicates);
    auto const point = job / replicates;
    auto const replicate = job % replicates;
    auto const seed = sweep_seed(settings, point, replicate);
    std::vector<ScenarioOutcome> runs;
    try {
        runs = run_in_memory(study.reading.base_scenario.read(study.base, overrides_at(study, point)), seed, study.outcomes);
    } catch (ScenarioError const& error) {
        refuse_point(study, point, error);
    }
    if (!study.places && runs.size() != 1)
        throw ScenarioError(Problem{{},
                                    "range",
                                    "one point of the sweep is a plate of several combinations, the others are not",
                                    point_words(study, point),
                                    "one ratio, effector and target for each point, or a plate for all"});
    Table out{work.table.name, {}};
    auto const number = [&](std::string const& name, std::string const& unit, auto of) {
        std::vector<double> values;
        for (auto const& run : runs)
            values.push_back(of(run));
        out.add(name, unit, std::move(values));
    };
    auto const text = [&](std::string const& name, auto of) {
        std::vector<std::string> values;
        for (auto const& run : runs)
            values.push_back(of(run));
        out.add(name, std::move(values));
    };
    number("point", "1", [&](auto const&) { return static_cast<double>(point + 1); });
    number("replicate", "1", [&](auto const&) { return static_cast<double>(replicate + 1); });
    number("seed", "1", [&](auto const&) { return static_cast<double>(seed); });
    for (auto const& factor : study.factors)
        if (factor.numbers.empty())
            text(factor.name, [&](auto const&) { return factor.texts[point]; });
        else
            number(factor.name, factor.unit, [&](auto const&) { return factor.numbers[point]; });
    if (study.places) {
        text("effector", [](auto const& run) { return run.effector; });
        text("target", [](auto const& run) { return run.target; });
        number("e_to_t", "1", [](auto const& run) { return run.e_to_t; });
        text("value", [](auto const& run) { return run.value; });
    }
    for (std::size_t o = 0; o < study.outcomes.size(); ++o)
        number(study.outcomes[o].name, study.outcomes[o].unit, [&](auto const& run) { return run.numbers[o]; });
    return out;
}

/// The sweep with the scenario and the list in it: it needs no other file to be run again.
std::string kept_text(SweepStudy const& study) {
    auto scenario = study.reading.scenario;
    scenario.sweep.scenario.clear();
    scenario.sweep.text = study.reading.base_scenario.resolved;
    scenario.list = {};
    if (scenario.sweep.design == "list")
        scenario.list.text = formats::to_csv(study.points_table);
    return scenario::to_toml(scenario);
}

} // namespace

std::uint64_t sweep_seed(scenario::SweepScenario const& scenario, std::size_t point, std::size_t replicate) {
    auto const own = static_cast<std::uint64_t>(scenario.seed);
    auto const of_replicate = derived_seed(own, replicate + 1);
    return (scenario.sweep.same_seed ? of_replicate : derived_seed(of_replicate, point + 1)) & largest_seed;
}

SweepPoints sweep_points(scenario::SweepReading const& reading) {
    auto const& sweep = reading.scenario.sweep;
    SweepPoints out;
    if (sweep.design == "list")
        return {{}, reading.rows};
    auto const seed = static_cast<std::uint64_t>(reading.scenario.seed);
    auto const points = static_cast<std::size_t>(sweep.points);
    auto const factors = reading.factors.size();
    std::vector<std::size_t> levels;
    for (auto const& factor : reading.factors)
        levels.push_back(factor.values.empty() ? factor.levels : factor.values.size());
    out.unit = sweep.design == "grid"     ? numerics::grid_design(levels)
               : sweep.design == "latin"  ? numerics::latin_hypercube(seed, points, factors)
               : sweep.design == "sobol"  ? numerics::sobol_sequence(points, factors)
               : sweep.design == "random" ? numerics::random_design(seed, points, factors)
                                          : numerics::saltelli_design(points, factors);
    for (auto const& point : out.unit) {
        out.texts.emplace_back();
        for (std::size_t f = 0; f < factors; ++f)
            out.texts.back().push_back(reading.factors[f].text_at(point[f]));
    }
    return out;
}

SweepStudy plan_sweep(scenario::SweepReading const& reading, ParameterBase const& base, std::string const& version) {
    auto const work = std::make_shared<SweepWork>();
    auto& study = work->study;
    study.reading = reading;
    study.points = sweep_points(reading);
    for (std::size_t f = 0; f < reading.factors.size(); ++f)
        study.factors.push_back(column_of(reading.factors[f], study.points, f));
    study.points_table = table_of_points(study.factors);
    study.places = try_points(study, base) > 1;
    auto const first = reading.base_scenario.read(base, overrides_at(study, 0));
    study.outcomes = chosen_outcomes(outcome_names(first), reading.scenario.sweep.outcomes);
    study.base = base;
    work->table = table_of(study);
    auto out = study;
    Hasher key;
    for (auto const& text : {std::string("sweep"), version, kept_text(study), formats::to_csv(study.points_table)})
        key.add(text);
    key.add(base.hash());
    out.plan = {"sweep",
                kept_text(study),
                key.hex(),
                {work->table},
                study.points.texts.size() * static_cast<std::size_t>(reading.scenario.sweep.replicates),
                [work = std::shared_ptr<SweepWork const>(work)](std::size_t job) { return std::vector{rows_of_job(*work, job)}; }};
    return out;
}

} // namespace nk::study
