#include "nk/study/calibration.hpp"

#include "nk/numerics/statistics.hpp"
#include "nk/scenario/reader.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

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

constexpr double edge_weight = 3.0;   ///< leaving a tolerance counts more than being off its middle
constexpr double press_weight = 20.0; ///< the same where a last search presses what is outside into its tolerance

/// A parameter set in logarithms, judged.
struct Point {
    Eigen::VectorXd x;
    Eigen::VectorXd residuals;
    double cost = 0.0;
    int misses = 0;
};

class Judge {
  public:
    Judge(Calibration const& calibration, std::vector<Experiment> const& experiments, FileText const& files, ParameterBase const& base,
          double mixing, double edge = edge_weight)
        : calibration_(calibration), experiments_(experiments), files_(files), base_(base),
          origin_(static_cast<Eigen::Index>(calibration.parameter.size())), touching_(mixing), edge_(edge) {
        for (std::size_t d = 0; d < calibration.parameter.size(); ++d) {
            auto const& p = calibration.parameter[d];
            origin_[static_cast<Eigen::Index>(d)] = std::log(p.start > 0.0 ? p.start : base.at(p.name).quantity.value);
        }
        (void)judge(origin_); // fills the table of touching cells, which is the same for all sets
    }
    Eigen::VectorXd const& origin() const { return origin_; }

    Point judge(Eigen::VectorXd const& x) {
        auto touching = touching_;
        auto out = judge(x, touching);
        touching_ = std::move(touching);
        return out;
    }
    Point judge(Eigen::VectorXd const& x, TouchingTable& touching) const {
        Point out;
        out.x = x;
        std::vector<double> residuals;
        auto const changed = with_values(base_, calibration_, values_of(x));
        for (auto const& experiment : experiments_) {
            auto const observations = observe_mixed(experiment, files_, changed, touching);
            for (auto const& check : experiment.check) {
                if (!check.fitted || !answers(observations, check))
                    continue; // for comparison only, or a single-cell number that only agents give
                auto const result = evaluate(check, observations);
                auto const z = std::clamp(distance(result), -8.0, 8.0);
                residuals.push_back(z / 3.0);
                residuals.push_back(edge_ * std::max(0.0, std::abs(z) - 0.9));
                out.misses += result.pass ? 0 : 1;
            }
        }
        for (Eigen::Index d = 0; d < x.size(); ++d)
            residuals.push_back((x[d] - origin_[d]) / calibration_.spread);
        out.residuals = Eigen::Map<Eigen::VectorXd const>(residuals.data(), static_cast<Eigen::Index>(residuals.size()));
        out.cost = out.residuals.squaredNorm();
        return out;
    }
    TouchingTable const& touching() const { return touching_; }
    Eigen::VectorXd inside(Eigen::VectorXd x) const {
        for (Eigen::Index d = 0; d < x.size(); ++d) {
            auto const& p = calibration_.parameter[static_cast<std::size_t>(d)];
            x[d] = std::clamp(x[d], std::log(p.low), std::log(p.high));
        }
        return x;
    }
    static std::vector<double> values_of(Eigen::VectorXd const& x) {
        std::vector<double> out;
        for (Eigen::Index d = 0; d < x.size(); ++d)
            out.push_back(std::exp(x[d]));
        return out;
    }

  private:
    Calibration const& calibration_;
    std::vector<Experiment> const& experiments_;
    FileText const& files_;
    ParameterBase const& base_;
    Eigen::VectorXd origin_;
    TouchingTable touching_;
    double edge_;
};

constexpr double difference_step = 0.04;

Eigen::MatrixXd jacobian(Judge const& judge, Point const& at, backend::Executor executor) {
    Eigen::MatrixXd out(at.residuals.size(), at.x.size());
    executor.for_each(static_cast<std::size_t>(at.x.size()), [&](std::size_t d) {
        auto touching = judge.touching();
        auto const k = static_cast<Eigen::Index>(d);
        auto moved = at.x;
        moved[k] += difference_step;
        auto const step = judge.inside(moved)[k] < moved[k] ? -difference_step : difference_step; // stay inside the bounds
        moved[k] = at.x[k] + step;
        out.col(k) = (judge.judge(moved, touching).residuals - at.residuals) / step;
    });
    return out;
}

Candidate candidate_of(Point const& point) {
    return {Judge::values_of(point.x), point.cost, point.misses};
}

} // namespace

Calibration read_calibration(std::string const& text, ParameterBase const& base, std::string const& name) {
    auto out = scenario::read_document<Calibration>(name, text, base);
    if (out.parameter.empty())
        throw ScenarioError(Problem{{name}, "name", "no parameter to move", "", "list them as `parameter = [{ name, low, high }]`"});
    if (out.experiments.empty())
        throw ScenarioError(Problem{{name}, "name", "no experiment to meet", "", "for example `experiments = [\"V01\"]`"});
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

namespace {

using Tell = std::function<void(std::string const& line, std::vector<Candidate> const& so_far)>;

/// Levenberg-Marquardt in ln x.
Point fit(Judge& judge, Eigen::VectorXd const& start, int rounds, backend::Executor executor, std::string const& name, Tell const& tell) {
    auto best = judge.judge(judge.inside(start));
    auto damping = 0.1;
    for (int round = 1; round <= rounds; ++round) {
        auto const slopes = jacobian(judge, best, executor);
        auto improved = false;
        auto const before = best.cost;
        for (int attempt = 0; attempt < 5 && !improved; ++attempt) {
            Eigen::MatrixXd normal = slopes.transpose() * slopes;
            normal.diagonal() *= 1.0 + damping;
            Eigen::VectorXd step = -normal.ldlt().solve(slopes.transpose() * best.residuals);
            step *= std::min(1.0, 0.7 / std::max(1e-12, step.cwiseAbs().maxCoeff())); // at most a factor 2 a round
            auto const next = judge.judge(judge.inside(best.x + step));
            improved = next.cost < best.cost * (1.0 - 1e-4);
            if (improved)
                best = next;
            damping = improved ? std::max(1e-3, 0.3 * damping) : 4.0 * damping;
        }
        tell(fmt::format("{}, round {}: cost {:.3f}, {} misses", name, round, best.cost, best.misses), {candidate_of(best)});
        if (!improved || best.cost > before * (1.0 - 1e-3))
            break;
    }
    return best;
}

/// Whether one set is better than another: fewer misses, then less cost.
bool better(Point const& a, Point const& b) {
    return a.misses != b.misses ? a.misses < b.misses : a.cost < b.cost;
}

/// Median of the death rates of targets among agents over those in the mixed well, where neither few nor nearly all die.
double agents_over_mixed(std::vector<Experiment> const& experiments, FileText const& files, ParameterBase const& base,
                         TouchingTable touching, backend::Executor executor) {
    constexpr auto lysis = "specific_lysis_percent";
    auto const rate = [](double percent) { return -std::log1p(-percent / 100.0); };
    auto const tells = [](double percent) { return percent > 5.0 && percent < 85.0; };
    std::vector<double> ratios;
    for (auto const& experiment : experiments) {
        auto const agents = observe_agents(experiment, files, base, executor);
        for (auto const& mixed : observe_mixed(experiment, files, base, touching)) {
            std::vector<double> seen;
            for (auto const& one : agents)
                if (one.arm == mixed.arm && one.effector == mixed.effector && one.target == mixed.target && one.value == mixed.value &&
                    one.e_to_t == mixed.e_to_t && one.readouts.contains(lysis))
                    seen.push_back(one.readouts.at(lysis));
            if (seen.empty())
                continue;
            auto const mean = numerics::mean(seen);
            auto const expected = mixed.readouts.at(lysis);
            if (tells(mean) && tells(expected))
                ratios.push_back(rate(mean) / rate(expected));
        }
    }
    return ratios.empty() ? 1.0 : numerics::quantile(ratios, 0.5);
}

/// A walk through the feasible region: each draw starts from a set that was kept.
std::vector<Candidate> walk(Judge const& judge, std::vector<Point> const& optima, Calibration const& calibration,
                            backend::Executor executor, Tell const& tell) {
    auto best = *std::min_element(optima.begin(), optima.end(), better);
    auto const slopes = jacobian(judge, best, executor);
    Eigen::LLT<Eigen::MatrixXd> const precision((slopes.transpose() * slopes).eval());
    std::vector<Candidate> members{candidate_of(best)};
    std::vector<Eigen::VectorXd> found{best.x};
    for (auto const& other : optima)
        if (other.misses <= best.misses && other.x != best.x) {
            members.push_back(candidate_of(other));
            found.push_back(other.x);
        }
    auto const wanted = static_cast<std::size_t>(std::lround(calibration.members));
    constexpr std::size_t batch = 32;
    auto scale = 0.5;
    for (std::size_t tried = 0; tried < static_cast<std::size_t>(calibration.proposals) && members.size() < wanted; tried += batch) {
        std::vector<Point> points(batch);
        executor.for_each(batch, [&](std::size_t k) {
            Random rng(static_cast<std::uint64_t>(calibration.seed), tried + k, Purpose::proposal);
            Eigen::VectorXd z(best.x.size());
            for (Eigen::Index d = 0; d < z.size(); ++d)
                z[d] = rng.normal();
            auto touching = judge.touching();
            auto const& from = found[rng.below(found.size())];
            points[k] = judge.judge(judge.inside(from + scale * precision.matrixU().solve(z)), touching);
        });
        auto kept = 0;
        for (auto const& point : points) {
            if (point.misses < best.misses) { // inside where the best set was just outside: begin again from here
                best = point;
                members.clear();
                found.clear();
            }
            if (point.misses <= best.misses && members.size() < wanted) {
                members.push_back(candidate_of(point));
                found.push_back(point.x);
                ++kept;
            }
        }
        scale *= kept < 3 ? 0.8 : kept > 10 ? 1.2 : 1.0; // steps as wide as the feasible region allows
        tell(fmt::format("{} of {} members with {} misses after {} proposals, scale {:.2f}", members.size(), wanted, best.misses,
                         tried + batch, scale),
             members);
    }
    return members;
}

} // namespace

std::vector<Candidate> calibrate(Calibration const& calibration, std::vector<Experiment> const& experiments, FileText const& files,
                                 ParameterBase const& base, backend::Executor executor,
                                 std::function<void(std::string const&, std::vector<Candidate> const&)> const& report) {
    Tell const tell = [&](std::string const& line, std::vector<Candidate> const& so_far) {
        if (report)
            report(line, so_far);
    };
    auto const rounds = static_cast<int>(std::lround(calibration.rounds));
    auto const passes = static_cast<int>(std::lround(calibration.passes));
    auto mixing = calibration.mixing;
    std::optional<Judge> judge(std::in_place, calibration, experiments, files, base, mixing);
    std::vector<Point> optima{fit(*judge, judge->origin(), rounds, executor, "pass 1", tell)};
    for (int pass = 2; pass <= passes; ++pass) {
        auto const now = with_values(base, calibration, Judge::values_of(optima.front().x));
        mixing *= agents_over_mixed(experiments, files, now, judge->touching(), executor);
        tell(fmt::format("mixing {:.3f}, measured with agents", mixing), {candidate_of(optima.front())});
        judge.emplace(calibration, experiments, files, base, mixing);
        optima.front() = fit(*judge, optima.front().x, rounds, executor, fmt::format("pass {}", pass), tell);
    }
    if (optima.front().misses > 0) {
        Judge pressing(calibration, experiments, files, base, mixing, press_weight);
        auto const pressed = judge->judge(fit(pressing, optima.front().x, rounds, executor, "pressing", tell).x);
        if (better(pressed, optima.front()))
            optima.front() = pressed;
    }
    for (int start = 2; start <= static_cast<int>(std::lround(calibration.starts)); ++start) {
        Random rng(static_cast<std::uint64_t>(calibration.seed), static_cast<std::uint64_t>(start), Purpose::starting_point);
        auto from = optima.front().x;
        for (auto& x : from)
            x += 0.3 * calibration.spread * rng.normal();
        optima.push_back(fit(*judge, from, rounds, executor, fmt::format("start {}", start), tell));
    }
    return walk(*judge, optima, calibration, executor, tell);
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
