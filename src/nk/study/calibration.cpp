#include "nk/study/calibration.hpp"

#include "nk/scenario/reader.hpp"

#include <algorithm>
#include <cmath>

namespace nk::study {
namespace {

constexpr double differential_weight = 0.55;
constexpr double crossover = 0.75;

/// Distance of an observation from the middle of its tolerance, in half-widths; one-sided tolerances count only outside.
double distance(CheckResult const& result) {
    auto const& check = result.check;
    if (!std::isfinite(result.observed))
        return 5.0;
    auto const open_low = check.low < -1e200;
    auto const open_high = check.high > 1e200;
    if (!open_low && !open_high)
        return (result.observed - 0.5 * (check.low + check.high)) / std::max(1e-12, 0.5 * (check.high - check.low));
    auto const edge = open_low ? check.high : check.low;
    auto const scale = std::max({std::abs(check.published - edge), 0.1 * std::abs(edge), 1e-3});
    auto const outside = open_low ? result.observed - edge : edge - result.observed;
    return outside > 0.0 ? 1.0 + outside / scale : 0.0;
}

struct Judge {
    Calibration const& calibration;
    std::vector<Experiment> const& experiments;
    FileText const& files;
    ParameterBase const& base;

    void judge(Candidate& candidate, TouchingTable& touching) const {
        candidate.cost = 0.0;
        candidate.misses = 0;
        auto const changed = with_values(base, calibration, candidate.values);
        for (auto const& experiment : experiments) {
            auto const observations = observe_mixed(experiment, files, changed, touching);
            for (auto const& check : experiment.check) {
                if (!answers(observations, check))
                    continue; // a single-cell number that only agents give
                auto const result = evaluate(check, observations);
                auto const z = std::abs(distance(result));
                candidate.cost += 0.1 * std::min(z * z, 25.0) + std::pow(std::clamp(z - 1.0, 0.0, 6.0), 2);
                candidate.misses += result.pass ? 0 : 1;
            }
        }
    }
};

double reflected(double x, double low, double high) {
    if (x < low)
        x = low + std::min(low - x, 0.5 * (high - low));
    if (x > high)
        x = high - std::min(x - high, 0.5 * (high - low));
    return x;
}

} // namespace

Calibration read_calibration(std::string const& text, ParameterBase const& base, std::string const& name) {
    scenario::SourceTexts sources;
    scenario::ProblemList problems;
    auto const root = scenario::parse_toml(name, text, sources, problems);
    problems.throw_if_any();
    scenario::ValueReader values(sources, base, problems);
    auto out = scenario::read<Calibration>(values, *root);
    problems.throw_if_any();
    for (auto const& p : out.parameter) {
        (void)base.at(p.name);
        if (!(p.low > 0.0 && p.high > p.low))
            throw ScenarioError(Problem{{name}, "range", "`" + p.name + "` needs 0 < low < high", "", ""});
    }
    return out;
}

ParameterBase with_values(ParameterBase base, Calibration const& calibration, std::vector<double> const& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto const& name = calibration.parameter[i].name;
        base.set(name, {values[i], base.at(name).quantity.unit});
    }
    return base;
}

std::vector<Candidate> calibrate(Calibration const& calibration, std::vector<Experiment> const& experiments, FileText const& files, ParameterBase const& base,
                                 backend::Executor executor, std::function<void(int, std::vector<Candidate> const&, std::size_t)> const& report) {
    auto const n = static_cast<std::size_t>(std::lround(calibration.population));
    auto const dims = calibration.parameter.size();
    auto const seed = static_cast<std::uint64_t>(calibration.seed);
    Judge const judge{calibration, experiments, files, base};
    std::vector<TouchingTable> touching(n);
    std::vector<Candidate> population(n);
    std::vector<Candidate> feasible;
    auto const keep = [&](Candidate const& candidate) {
        if (candidate.misses == 0)
            feasible.push_back(candidate);
    };
    { // the table of touching cells is the same for all: measure it once
        Candidate middle;
        for (auto const& p : calibration.parameter)
            middle.values.push_back(base.at(p.name).quantity.value);
        judge.judge(middle, touching[0]);
        std::fill(touching.begin() + 1, touching.end(), touching[0]);
        population[0] = middle;
    }
    executor.for_each(n - 1, [&](std::size_t k) {
        Random rng(seed, k, Purpose::proposal);
        auto& candidate = population[k + 1];
        for (std::size_t d = 0; d < dims; ++d) {
            auto const& p = calibration.parameter[d];
            // half of the first sets lie near the base, half anywhere in the box
            auto const near = base.at(p.name).quantity.value * std::exp(0.35 * rng.normal());
            auto const anywhere = p.low * std::pow(p.high / p.low, rng.uniform());
            candidate.values.push_back(std::clamp(k % 2 == 0 ? near : anywhere, p.low, p.high));
        }
        judge.judge(candidate, touching[k + 1]);
    });
    for (auto const& candidate : population)
        keep(candidate);
    auto const wanted = static_cast<std::size_t>(std::lround(calibration.members));
    for (int generation = 1; generation <= static_cast<int>(std::lround(calibration.generations)) && feasible.size() < wanted; ++generation) {
        std::vector<Candidate> children(n);
        auto const best = static_cast<std::size_t>(std::min_element(population.begin(), population.end(), [](auto const& a, auto const& b) { return a.cost < b.cost; }) -
                                                   population.begin());
        executor.for_each(n, [&](std::size_t k) {
            Random rng(derived_seed(seed, static_cast<std::uint64_t>(generation)), k, Purpose::proposal);
            auto const a = rng.below(n);
            auto const b = rng.below(n);
            auto const c = rng.below(n);
            auto const forced = rng.below(dims);
            auto const pull = rng.uniform() < 0.5 ? 0.5 : 0.0; // every second child also leans to the best set
            auto& child = children[k];
            for (std::size_t d = 0; d < dims; ++d) {
                auto const& p = calibration.parameter[d];
                auto const at = [&](std::size_t i) { return std::log(population[i].values[d]); };
                auto const start = pull > 0.0 ? at(k) + pull * (at(best) - at(k)) : at(a);
                auto const mutant = start + differential_weight * (at(b) - at(c));
                auto const x = d == forced || rng.uniform() < crossover ? mutant : at(k);
                child.values.push_back(std::exp(reflected(x, std::log(p.low), std::log(p.high))));
            }
            judge.judge(child, touching[k]);
        });
        for (std::size_t k = 0; k < n; ++k) {
            keep(children[k]);
            if (children[k].cost <= population[k].cost)
                population[k] = children[k];
        }
        if (report)
            report(generation, population, feasible.size());
    }
    std::sort(feasible.begin(), feasible.end(), [](auto const& a, auto const& b) { return a.cost < b.cost; });
    if (feasible.size() < wanted) {
        std::sort(population.begin(), population.end(), [](auto const& a, auto const& b) { return a.cost < b.cost; });
        for (auto const& candidate : population)
            if (feasible.size() < wanted && candidate.misses > 0)
                feasible.push_back(candidate);
    }
    return feasible;
}

std::string ensemble_csv(Calibration const& calibration, std::vector<Candidate> const& members, ParameterBase const& base) {
    std::string out;
    auto const line = [&](auto const& item) {
        for (std::size_t i = 0; i < calibration.parameter.size(); ++i)
            out += (i > 0 ? "," : "") + item(i);
        out += "\n";
    };
    line([&](std::size_t i) { return calibration.parameter[i].name; });
    line([&](std::size_t i) { return base.at(calibration.parameter[i].name).quantity.unit; });
    for (auto const& member : members)
        line([&](std::size_t i) { return to_text(member.values[i]); });
    return out;
}

} // namespace nk::study
