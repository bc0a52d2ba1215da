#include "nk/base/error.hpp"
#include "nk/numerics/survival.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace nk::numerics {
namespace {

using CoxMatrix = Eigen::MatrixXd;
using CoxVector = Eigen::VectorXd;
using Eigen::Index;

constexpr double cox_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double cox_infinity = std::numeric_limits<double>::infinity();

/// Persons by stratum, within it from the last time to the first, so that the set at risk only grows.
struct CoxData {
    std::vector<SurvivalTime> times;
    std::vector<int> strata;
    CoxMatrix x; ///< (covariates, persons), centred and divided by scale
    CoxVector scale;
    std::size_t events = 0;
};

/// Order that depends on the persons' data only, so that sums come out the same bit for bit however the persons are listed.
std::vector<std::size_t> order_of_persons(std::vector<SurvivalTime> const& times, std::vector<std::vector<double>> const& covariates,
                                          std::vector<int> const& strata) {
    std::vector<std::size_t> order(times.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
        auto const stratum_i = strata.empty() ? 0 : strata[i];
        auto const stratum_j = strata.empty() ? 0 : strata[j];
        return std::tie(stratum_i, times[j].time, times[j].event, covariates[j]) <
               std::tie(stratum_j, times[i].time, times[i].event, covariates[i]);
    });
    return order;
}

CoxData cox_data(std::vector<SurvivalTime> const& times, std::vector<std::vector<double>> const& covariates,
                 std::vector<int> const& strata) {
    CoxData out;
    auto const persons = static_cast<Index>(times.size());
    auto const width = static_cast<Index>(covariates.front().size());
    out.x.resize(width, persons);
    for (auto const i : order_of_persons(times, covariates, strata)) {
        auto const column = static_cast<Index>(out.times.size());
        out.times.push_back(times[i]);
        out.strata.push_back(strata.empty() ? 0 : strata[i]);
        out.x.col(column) = Eigen::Map<CoxVector const>(covariates[i].data(), width);
        out.events += times[i].event ? 1 : 0;
    }
    CoxVector const largest = out.x.rowwise().lpNorm<Eigen::Infinity>(); // first to about 1, as squares of 1e200 overflow
    out.scale = largest.unaryExpr([](double v) { return v > 0.0 ? v : 1.0; });
    out.x = out.scale.cwiseInverse().asDiagonal() * out.x;
    CoxVector const mean = out.x.rowwise().mean();
    out.x.colwise() -= mean;
    CoxVector const spread = (out.x.rowwise().squaredNorm() / static_cast<double>(persons)).cwiseSqrt();
    CoxVector const second = spread.unaryExpr([](double v) { return v > 1e-14 ? v : 1.0; }); // else constant within rounding
    out.x = second.cwiseInverse().asDiagonal() * out.x;
    out.scale = out.scale.cwiseProduct(second);
    return out;
}

/// Partial likelihood at one point with its first two derivatives.
struct CoxLikelihood {
    double value = 0.0;
    CoxVector score;
    CoxMatrix information;
};

/// Sums over a set of persons of weight, weight x and weight x x'.
struct RiskSums {
    double weight = 0.0;
    CoxVector first;
    CoxMatrix second;
    explicit RiskSums(Index width) : first(CoxVector::Zero(width)), second(CoxMatrix::Zero(width, width)) {}
    void add(double w, CoxVector const& x) {
        weight += w;
        first += w * x;
        second += w * x * x.transpose();
    }
};

/// Efron's factors of one time with `deaths` tied: each in turn leaves the share k/deaths of the dying out of the set at risk.
void add_efron_factors(CoxLikelihood& out, RiskSums const& risk, RiskSums const& dying, std::size_t deaths) {
    for (std::size_t k = 0; k < deaths; ++k) {
        auto const share = static_cast<double>(k) / static_cast<double>(deaths);
        auto const weight = risk.weight - share * dying.weight;
        CoxVector const mean = (risk.first - share * dying.first) / weight;
        out.value -= std::log(weight);
        out.score -= mean;
        out.information += (risk.second - share * dying.second) / weight - mean * mean.transpose();
    }
}

void add_cox_stratum(CoxLikelihood& out, CoxData const& data, CoxVector const& eta, Index from, Index to) {
    auto const shift = eta.segment(from, to - from).maxCoeff(); // cancels in the likelihood, keeps exp in range
    RiskSums risk(data.x.rows());
    for (auto i = from; i < to;) {
        RiskSums dying(data.x.rows());
        std::size_t deaths = 0;
        auto const time = data.times[static_cast<std::size_t>(i)].time;
        for (; i < to && data.times[static_cast<std::size_t>(i)].time == time; ++i) {
            auto const weight = std::exp(eta[i] - shift);
            risk.add(weight, data.x.col(i));
            if (!data.times[static_cast<std::size_t>(i)].event)
                continue;
            dying.add(weight, data.x.col(i));
            out.value += eta[i] - shift;
            out.score += data.x.col(i);
            ++deaths;
        }
        add_efron_factors(out, risk, dying, deaths);
    }
}

CoxLikelihood cox_likelihood(CoxData const& data, CoxVector const& beta) {
    auto const width = data.x.rows();
    CoxLikelihood out{0.0, CoxVector::Zero(width), CoxMatrix::Zero(width, width)};
    CoxVector const eta = data.x.transpose() * beta;
    auto const persons = data.x.cols();
    for (Index from = 0; from < persons;) {
        auto to = from;
        while (to < persons && data.strata[static_cast<std::size_t>(to)] == data.strata[static_cast<std::size_t>(from)])
            ++to;
        add_cox_stratum(out, data, eta, from, to);
        from = to;
    }
    return out;
}

/// Covariates that are not combinations of those before them, by Cholesky factoring of the information in their own order. What
/// is singular at coefficients 0 is so everywhere, as it means a combination constant within each set at risk.
std::vector<Index> free_covariates(CoxMatrix information, double events) {
    std::vector<Index> out;
    CoxVector const diagonal = information.diagonal();
    for (Index j = 0; j < information.rows(); ++j) {
        auto const pivot = information(j, j);
        if (!(pivot > 1e-11 * events && pivot > 1e-11 * diagonal[j]))
            continue;
        out.push_back(j);
        CoxVector const column = information.col(j) / pivot;
        information -= pivot * column * column.transpose();
    }
    return out;
}

/// Where Newton's method came to: coefficients of the scaled covariates and those on their way to infinity.
struct CoxFit {
    CoxVector beta;
    CoxLikelihood at;
    std::vector<bool> infinite;
    bool stuck = false;
};

CoxVector newton_step(CoxLikelihood const& at, double damping = 0.0) {
    CoxMatrix damped = at.information;
    damped.diagonal().array() += damping * at.information.diagonal().maxCoeff();
    return damped.ldlt().solve(at.score);
}

/// One step uphill, halved until the likelihood gains; false where rounding leaves none. A step changes no log hazard by more than
/// a factor e^8, beyond which the quadratic model is worthless; damping helps where the information is singular within rounding.
bool climb(CoxFit& fit, CoxData const& data) {
    for (auto const damping : {0.0, 1e-10, 1e-6, 1e-2}) {
        CoxVector step = newton_step(fit.at, damping);
        step *= std::min(1.0, 8.0 / (data.x.transpose() * step).lpNorm<Eigen::Infinity>());
        for (int halving = 0; halving < 20; ++halving, step *= 0.5) {
            auto next = cox_likelihood(data, fit.beta + step);
            if (!(next.value > fit.at.value && next.information.allFinite())) // not a number where exp left its range
                continue;
            fit.beta += step;
            fit.at = std::move(next);
            return true;
        }
    }
    return false;
}

/// The likelihood is concave, so that the gain to expect dries up at the maximum or, without one, towards the supremum. The next
/// step tells which: near a maximum it is tiny, as steps shrink quadratically; on the way to infinity each adds about 1 to a log
/// hazard.
CoxFit fit_cox(CoxData const& data, CoxLikelihood const& start) {
    CoxFit fit{CoxVector::Zero(data.x.rows()), start, std::vector<bool>(static_cast<std::size_t>(data.x.rows()), false)};
    auto flat = false;
    for (int iteration = 0; iteration < 200; ++iteration) {
        flat = std::abs(fit.at.score.dot(newton_step(fit.at))) <= 1e-11 * (1.0 + std::abs(fit.at.value));
        if (flat || !climb(fit, data))
            break;
    }
    CoxVector const last = newton_step(fit.at);
    auto worst = 0.0;
    for (Index j = 0; j < last.size(); ++j) {
        auto const change = std::abs(last[j]) * data.x.row(j).lpNorm<Eigen::Infinity>();
        fit.infinite[static_cast<std::size_t>(j)] = flat && !(change <= 1e-3);
        worst = std::isnan(change) ? change : std::max(worst, change);
    }
    fit.stuck = !flat && !(worst <= 1e-6);
    if (worst <= 1e-3) {
        fit.beta += last;
        fit.at = cox_likelihood(data, fit.beta);
    }
    return fit;
}

/// The data with these covariates only.
CoxData with_covariates(CoxData const& data, std::vector<Index> const& kept) {
    auto out = data;
    out.x = data.x(kept, Eigen::all);
    out.scale = data.scale(kept);
    return out;
}

std::string listed(std::vector<std::size_t> const& covariates) {
    std::string out = covariates.size() == 1 ? "covariate " : "covariates ";
    for (std::size_t i = 0; i < covariates.size(); ++i)
        out += (i == 0 ? "" : i + 1 == covariates.size() ? " and " : ", ") + std::to_string(covariates[i] + 1);
    return out;
}

std::string cox_warning(Cox const& cox, std::size_t events, bool stuck) {
    if (events == 0)
        return "nobody has the event, so that no hazard ratio can be estimated";
    std::vector<std::size_t> infinite;
    std::vector<std::size_t> aliased;
    for (std::size_t j = 0; j < cox.coefficient.size(); ++j) {
        if (std::isinf(cox.coefficient[j]))
            infinite.push_back(j);
        if (std::isnan(cox.coefficient[j]))
            aliased.push_back(j);
    }
    std::vector<std::string> parts;
    if (!infinite.empty())
        parts.push_back("the likelihood has no maximum in " + listed(infinite) +
                        ": the events are separated, the hazard ratio is 0 or infinite; the likelihood ratio test holds all the same");
    if (!aliased.empty())
        parts.push_back(listed(aliased) + " left out: constant among those at risk, or a combination of the covariates before");
    if (stuck)
        parts.push_back("the search for the maximum did not converge");
    std::string out;
    for (auto const& part : parts)
        out += (out.empty() ? "" : "; ") + part;
    return out;
}

void write_coefficient(Cox& out, std::size_t j, double coefficient, double standard_error, double z) {
    out.coefficient[j] = coefficient;
    out.standard_error[j] = standard_error;
    out.hazard_ratio[j] = std::exp(coefficient);
    out.low[j] = std::exp(coefficient - z * standard_error);
    out.high[j] = std::exp(coefficient + z * standard_error);
    out.p[j] = 2.0 * normal_cdf(-std::abs(coefficient / standard_error));
}

void write_infinite(Cox& out, std::size_t j, bool rising) {
    out.coefficient[j] = rising ? cox_infinity : -cox_infinity;
    out.hazard_ratio[j] = rising ? cox_infinity : 0.0;
    out.low[j] = 0.0;
    out.high[j] = cox_infinity;
}

void write_fit(Cox& out, CoxData const& data, std::vector<Index> const& kept, double z) {
    auto const start = cox_likelihood(data, CoxVector::Zero(data.x.rows()));
    auto const fit = fit_cox(data, start);
    auto const width = static_cast<Index>(kept.size());
    CoxMatrix const covariance = fit.at.information.ldlt().solve(CoxMatrix::Identity(width, width));
    auto any_infinite = false;
    for (Index k = 0; k < width; ++k) {
        auto const j = static_cast<std::size_t>(kept[static_cast<std::size_t>(k)]);
        auto const infinite = fit.infinite[static_cast<std::size_t>(k)];
        any_infinite = any_infinite || infinite;
        if (infinite)
            write_infinite(out, j, fit.beta[k] > 0.0);
        else
            write_coefficient(out, j, fit.beta[k] / data.scale[k], std::sqrt(covariance(k, k)) / data.scale[k], z);
    }
    out.degrees = static_cast<double>(width);
    out.log_likelihood = fit.at.value;
    out.score_test = start.score.dot(newton_step(start));
    out.wald_test = any_infinite ? cox_nan : fit.beta.dot(fit.at.information * fit.beta);
    out.likelihood_ratio = 2.0 * (fit.at.value - start.value);
    out.warning = cox_warning(out, data.events, fit.stuck);
    out.converged = !any_infinite && !fit.stuck;
}

} // namespace

Cox cox_regression(std::vector<SurvivalTime> const& times, std::vector<std::vector<double>> const& covariates, double level,
                   std::vector<int> const& strata) {
    NK_EXPECT(!times.empty() && covariates.size() == times.size() && (strata.empty() || strata.size() == times.size()));
    NK_EXPECT(level > 0.0 && level < 1.0 && !covariates.front().empty());
    auto const width = covariates.front().size();
    for (std::size_t i = 0; i < times.size(); ++i) {
        NK_EXPECT(std::isfinite(times[i].time) && times[i].time >= 0.0 && covariates[i].size() == width);
        NK_EXPECT(std::all_of(covariates[i].begin(), covariates[i].end(), [](double v) { return std::isfinite(v); }));
    }
    auto const data = cox_data(times, covariates, strata);
    auto const start = cox_likelihood(data, CoxVector::Zero(data.x.rows()));
    std::vector<double> const nothing(width, cox_nan);
    Cox out{nothing, nothing, nothing, nothing, nothing, nothing, start.value, start.value, cox_nan, cox_nan, cox_nan, 0.0, false, {}};
    auto const kept = free_covariates(start.information, static_cast<double>(data.events));
    if (kept.empty())
        out.warning = cox_warning(out, data.events, false);
    else
        write_fit(out, with_covariates(data, kept), kept, normal_quantile(0.5 + 0.5 * level));
    out.converged = out.converged && kept.size() == width;
    return out;
}

} // namespace nk::numerics
