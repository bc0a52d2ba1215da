#include "nk/numerics/survival.hpp"

#include "nk/base/error.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace nk::numerics {
namespace {

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

void expect_survival_times(std::vector<SurvivalTime> const& times) {
    NK_EXPECT(std::all_of(times.begin(), times.end(), [](auto const& one) { return std::isfinite(one.time) && one.time >= 0.0; }));
}

double z_of_level(double level) {
    NK_EXPECT(level > 0.0 && level < 1.0);
    return normal_quantile(0.5 + 0.5 * level);
}

/// What happens at one time of a life table.
struct LifeRow {
    double time;
    std::size_t at_risk, events, censored;
};

std::vector<LifeRow> life_table(std::vector<SurvivalTime> times) {
    std::sort(times.begin(), times.end(), [](auto const& a, auto const& b) { return a.time < b.time; });
    std::vector<LifeRow> out;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (out.empty() || out.back().time != times[i].time)
            out.push_back({times[i].time, times.size() - i, 0, 0});
        ++(times[i].event ? out.back().events : out.back().censored);
    }
    return out;
}

/// Increment of Greenwood's sum; none when everybody left has the event, where R's restricted mean takes 0 too.
double greenwood(std::size_t events, std::size_t at_risk) {
    auto const d = static_cast<double>(events);
    auto const n = static_cast<double>(at_risk);
    return events == at_risk ? 0.0 : d / (n * (n - d));
}

void push_limits(SurvivalCurve& curve, double greenwood_sum, double hazard_variance, double z) {
    auto const s = curve.survival.back();
    auto const inside = s > 0.0 && s < 1.0;
    auto const middle = inside ? std::log(-std::log(s)) : not_known;
    auto const half = inside ? z * std::sqrt(greenwood_sum) / -std::log(s) : not_known;
    curve.low.push_back(std::exp(-std::exp(middle + half)));
    curve.high.push_back(std::exp(-std::exp(middle - half)));
    auto const h = curve.hazard.back();
    auto const factor = h > 0.0 ? std::exp(z * std::sqrt(hazard_variance) / h) : not_known;
    curve.hazard_low.push_back(h / factor);
    curve.hazard_high.push_back(h * factor);
}

/// When a falling step curve reaches `target`. Survivals are products, so that a level met in exact arithmetic is met within
/// rounding only; steps are far larger than the tolerance.
std::optional<double> time_at_level(std::vector<double> const& time, std::vector<double> const& value, double target) {
    constexpr double tolerance = 1e-9;
    std::optional<std::size_t> reached;
    for (std::size_t i = 0; i < time.size(); ++i) {
        if (std::isnan(value[i]))
            continue;
        if (!reached && value[i] < target + tolerance)
            reached = i;
        if (reached && value[i] < target - tolerance)
            return 0.5 * (time[*reached] + time[i]);
    }
    return reached ? std::optional(time[*reached]) : std::nullopt;
}

/// Sums of the log-rank test; the covariance is that of observed - expected.
struct LogRankSums {
    Eigen::VectorXd observed, expected;
    Eigen::MatrixXd covariance;
};

void add_log_rank_time(LogRankSums& sums, Eigen::VectorXd const& events, Eigen::VectorXd const& at_risk) {
    auto const d = events.sum();
    auto const n = at_risk.sum();
    if (d == 0.0)
        return;
    Eigen::VectorXd const share = at_risk / n;
    sums.observed += events;
    sums.expected += d * share;
    if (n > 1.0) {
        auto const weight = d * (n - d) / (n - 1.0);
        sums.covariance += weight * (Eigen::MatrixXd(share.asDiagonal()) - share * share.transpose());
    }
}

void add_log_rank_stratum(LogRankSums& sums, std::vector<std::vector<SurvivalTime>> const& groups) {
    struct Member {
        double time;
        bool event;
        Eigen::Index group;
    };
    std::vector<Member> members;
    Eigen::VectorXd left = Eigen::VectorXd::Zero(sums.observed.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        expect_survival_times(groups[g]);
        auto const group = static_cast<Eigen::Index>(g);
        left[group] = static_cast<double>(groups[g].size());
        for (auto const& one : groups[g])
            members.push_back({one.time, one.event, group});
    }
    std::sort(members.begin(), members.end(), [](auto const& a, auto const& b) { return a.time < b.time; });
    for (std::size_t from = 0; from < members.size();) {
        Eigen::VectorXd events = Eigen::VectorXd::Zero(left.size());
        Eigen::VectorXd leaving = events;
        auto to = from;
        for (; to < members.size() && members[to].time == members[from].time; ++to) {
            leaving[members[to].group] += 1.0;
            events[members[to].group] += members[to].event ? 1.0 : 0.0;
        }
        add_log_rank_time(sums, events, left);
        left -= leaving;
        from = to;
    }
}

/// Quadratic form of observed - expected in the pseudo-inverse of the covariance, whose rank gives the degrees: groups that
/// never meet at an event cannot be compared. Scaled to correlations first, so that small groups do not vanish beside large.
LogRank log_rank_of_sums(LogRankSums const& sums) {
    LogRank out{0.0, 0.0, not_known, {}, {}};
    out.observed.assign(sums.observed.begin(), sums.observed.end());
    out.expected.assign(sums.expected.begin(), sums.expected.end());
    Eigen::VectorXd const scale = sums.covariance.diagonal().unaryExpr([](double v) { return v > 0.0 ? 1.0 / std::sqrt(v) : 0.0; });
    Eigen::MatrixXd const correlation = scale.asDiagonal() * sums.covariance * scale.asDiagonal();
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> const eigen(correlation);
    Eigen::VectorXd const part = eigen.eigenvectors().transpose() * scale.cwiseProduct(sums.observed - sums.expected);
    auto degrees = std::size_t{0};
    for (Eigen::Index i = 0; i < part.size(); ++i)
        if (eigen.eigenvalues()[i] > 1e-10) {
            out.chi_square += part[i] * part[i] / eigen.eigenvalues()[i];
            ++degrees;
        }
    out.degrees = static_cast<double>(degrees);
    if (degrees > 0)
        out.p = chi_square_tail(out.chi_square, degrees);
    return out;
}

} // namespace

SurvivalCurve kaplan_meier(std::vector<SurvivalTime> const& times, double level) {
    NK_EXPECT(!times.empty());
    expect_survival_times(times);
    auto const z = z_of_level(level);
    SurvivalCurve out;
    auto survival = 1.0;
    auto hazard = 0.0;
    auto greenwood_sum = 0.0;
    auto hazard_variance = 0.0;
    for (auto const& row : life_table(times)) {
        auto const d = static_cast<double>(row.events);
        auto const n = static_cast<double>(row.at_risk);
        survival *= (n - d) / n;
        hazard += d / n;
        greenwood_sum += greenwood(row.events, row.at_risk);
        hazard_variance += d / (n * n);
        out.time.push_back(row.time);
        out.at_risk.push_back(row.at_risk);
        out.events.push_back(row.events);
        out.censored.push_back(row.censored);
        out.survival.push_back(survival);
        out.hazard.push_back(hazard);
        push_limits(out, greenwood_sum, hazard_variance, z);
    }
    return out;
}

double survival_at(SurvivalCurve const& curve, double t) {
    NK_EXPECT(!std::isnan(t));
    auto const after = std::upper_bound(curve.time.begin(), curve.time.end(), t) - curve.time.begin();
    return after == 0 ? 1.0 : curve.survival[static_cast<std::size_t>(after - 1)];
}

Median quantile_time(SurvivalCurve const& curve, double p) {
    NK_EXPECT(p > 0.0 && p < 1.0);
    return {time_at_level(curve.time, curve.survival, 1.0 - p), time_at_level(curve.time, curve.low, 1.0 - p),
            time_at_level(curve.time, curve.high, 1.0 - p)};
}

std::vector<std::size_t> at_risk(std::vector<SurvivalTime> const& times, std::vector<double> const& grid) {
    expect_survival_times(times);
    std::vector<std::size_t> out;
    for (auto const t : grid) {
        NK_EXPECT(!std::isnan(t));
        auto const count = std::count_if(times.begin(), times.end(), [&](auto const& one) { return one.time >= t; });
        out.push_back(static_cast<std::size_t>(count));
    }
    return out;
}

RestrictedMean restricted_mean(SurvivalCurve const& curve, double until) {
    NK_EXPECT(until > 0.0 && std::isfinite(until));
    auto const rows = static_cast<std::size_t>(std::upper_bound(curve.time.begin(), curve.time.end(), until) - curve.time.begin());
    auto area = 0.0; // under the curve from the row's time to `until`
    auto variance = 0.0;
    auto right = until;
    for (auto i = rows; i-- > 0;) {
        area += curve.survival[i] * (right - curve.time[i]);
        variance += area * area * greenwood(curve.events[i], curve.at_risk[i]);
        right = curve.time[i];
    }
    return {area + right, std::sqrt(variance)};
}

double chi_square_tail(double x, std::size_t degrees) {
    NK_EXPECT(!(x < 0.0) && degrees >= 1);
    if (std::isnan(x) || x == 0.0)
        return std::isnan(x) ? x : 1.0;
    if (std::isinf(x))
        return 0.0;
    auto const half = 0.5 * x;
    auto const odd = degrees % 2 == 1; // for whole degrees the incomplete gamma function is a finite sum of positive terms
    auto out = odd ? std::erfc(std::sqrt(half)) : 0.0;
    auto log_term = odd ? 0.5 * std::log(half) - half - std::log(0.5 * std::sqrt(std::numbers::pi)) : -half;
    auto order = odd ? 1.5 : 1.0;
    for (std::size_t i = 0; i < degrees / 2; ++i, order += 1.0) {
        out += std::exp(log_term);
        log_term += std::log(half / order);
    }
    return std::min(out, 1.0);
}

LogRank log_rank(std::vector<std::vector<SurvivalTime>> const& groups) {
    return log_rank(std::vector<std::vector<std::vector<SurvivalTime>>>{groups});
}

LogRank log_rank(std::vector<std::vector<std::vector<SurvivalTime>>> const& strata) {
    NK_EXPECT(!strata.empty() && !strata.front().empty());
    auto const groups = static_cast<Eigen::Index>(strata.front().size());
    LogRankSums sums{Eigen::VectorXd::Zero(groups), Eigen::VectorXd::Zero(groups), Eigen::MatrixXd::Zero(groups, groups)};
    for (auto const& stratum : strata) {
        NK_EXPECT(stratum.size() == strata.front().size());
        add_log_rank_stratum(sums, stratum);
    }
    return log_rank_of_sums(sums);
}

Proportion exact_proportion(std::size_t successes, std::size_t n, double level) {
    auto const interval = clopper_pearson(static_cast<double>(successes), static_cast<double>(n), level);
    return {static_cast<double>(successes) / static_cast<double>(n), interval.low, interval.high};
}

Proportion difference_of_proportions(std::size_t successes_1, std::size_t n_1, std::size_t successes_2, std::size_t n_2, double level) {
    auto const first = wilson_interval(static_cast<double>(successes_1), static_cast<double>(n_1), level);
    auto const second = wilson_interval(static_cast<double>(successes_2), static_cast<double>(n_2), level);
    auto const share_1 = static_cast<double>(successes_1) / static_cast<double>(n_1);
    auto const share_2 = static_cast<double>(successes_2) / static_cast<double>(n_2);
    return {share_1 - share_2, share_1 - share_2 - std::hypot(share_1 - first.low, second.high - share_2),
            share_1 - share_2 + std::hypot(first.high - share_1, share_2 - second.low)};
}

} // namespace nk::numerics
