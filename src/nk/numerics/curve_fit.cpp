#include "nk/numerics/curve_fit.hpp"

#include "nk/base/error.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <unsupported/Eigen/LevenbergMarquardt>

namespace nk::numerics {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
constexpr double ln10 = 2.302585092994045684;

/// Share of the effect reached at a dose with this log10 (-inf for dose 0).
double share_at(double log10_x, double log10_ec50, double slope) {
    return 1.0 / (1.0 + std::exp(ln10 * slope * (log10_ec50 - log10_x)));
}

/// The least-squares problem in the parameters (bottom, top, log10 EC50, ln slope).
struct Problem4 : Eigen::DenseFunctor<double> {
    VectorXd const& log10_x;
    VectorXd const& y;
    Problem4(VectorXd const& doses, VectorXd const& responses)
        : DenseFunctor<double>(4, static_cast<int>(responses.size())), log10_x(doses), y(responses) {}

    int operator()(VectorXd const& p, VectorXd& difference) const {
        for (Eigen::Index i = 0; i < y.size(); ++i)
            difference[i] = p[0] + (p[1] - p[0]) * share_at(log10_x[i], p[2], std::exp(p[3])) - y[i];
        return 0;
    }
    int df(VectorXd const& p, MatrixXd& jacobian) const {
        auto const slope = std::exp(p[3]);
        for (Eigen::Index i = 0; i < y.size(); ++i) {
            auto const share = share_at(log10_x[i], p[2], slope);
            auto const flank = (p[1] - p[0]) * share * (1.0 - share) * ln10 * slope;
            jacobian(i, 0) = 1.0 - share;
            jacobian(i, 1) = share;
            jacobian(i, 2) = -flank;
            jacobian(i, 3) = flank == 0.0 ? 0.0 : flank * (log10_x[i] - p[2]); // at dose 0: 0 times infinity
        }
        return 0;
    }
};

/// Bottom and top that fit best at a given EC50 and slope; returns the sum of squares.
double best_ends(VectorXd const& log10_x, VectorXd const& y, VectorXd& p) {
    MatrixXd design(y.size(), 2);
    for (Eigen::Index i = 0; i < y.size(); ++i) {
        design(i, 1) = share_at(log10_x[i], p[2], std::exp(p[3]));
        design(i, 0) = 1.0 - design(i, 1);
    }
    VectorXd const ends = design.colPivHouseholderQr().solve(y);
    p[0] = ends[0];
    p[1] = ends[1];
    return (design * ends - y).squaredNorm();
}

/// The best of a grid over the range of the doses. Ends far outside the responses are left out: there the curve is a line
/// and says nothing about EC50.
VectorXd grid_start(VectorXd const& log10_x, VectorXd const& y, double low, double high) {
    VectorXd best(4);
    auto least = std::numeric_limits<double>::infinity();
    auto const reach = 1.5 * (y.maxCoeff() - y.minCoeff());
    for (auto const slope : {0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0})
        for (int step = 0; step <= 40; ++step) {
            VectorXd p(4);
            p[2] = low + (high - low) * step / 40.0;
            p[3] = std::log(slope);
            auto const squares = best_ends(log10_x, y, p);
            auto const far = std::max(p[0], p[1]) > y.maxCoeff() + reach || std::min(p[0], p[1]) < y.minCoeff() - reach;
            if (!far && squares < least) {
                least = squares;
                best = p;
            }
        }
    if (!std::isfinite(least))
        throw NumericalError("no dose-response curve fits these points");
    return best;
}

Logistic errors_of(Problem4 const& problem, VectorXd const& p, double squares) {
    auto const n = problem.y.size();
    MatrixXd jacobian(n, 4);
    problem.df(p, jacobian);
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    Eigen::FullPivLU<MatrixXd> const normal(jacobian.transpose() * jacobian);
    if (n <= 4 || !normal.isInvertible())
        return {nan, nan, nan, nan};
    VectorXd const sd = (normal.inverse().diagonal() * (squares / static_cast<double>(n - 4))).cwiseSqrt();
    return {sd[0], sd[1], sd[2], sd[3] * std::exp(p[3])};
}

/// Positive doses of a curve, which must be enough to fit one.
std::set<double> positive_doses(std::vector<double> const& x) {
    std::set<double> out;
    for (auto const dose : x)
        if (dose > 0.0)
            out.insert(dose);
    return out;
}

void expect_points(std::vector<double> const& x, std::vector<double> const& y) {
    NK_EXPECT(x.size() == y.size());
    NK_EXPECT(std::all_of(x.begin(), x.end(), [](double dose) { return std::isfinite(dose) && dose >= 0.0; }));
    NK_EXPECT(std::all_of(y.begin(), y.end(), [](double response) { return std::isfinite(response); }));
}

double squares_between(std::vector<double> const& a, std::vector<double> const& b, std::vector<double> const& weights) {
    auto sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += weights[i] * (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

} // namespace

double Logistic::operator()(double x) const {
    return bottom + (top - bottom) * share_at(std::log10(x), log10_ec50, slope);
}
double Logistic::ec50() const {
    return std::pow(10.0, log10_ec50);
}

LogisticFit fit_logistic(std::vector<double> const& x, std::vector<double> const& y) {
    expect_points(x, y);
    auto const doses = positive_doses(x);
    if (x.size() < 4 || doses.size() < 3)
        throw NumericalError("a dose-response curve needs four points and three different positive doses");
    VectorXd const responses = Eigen::Map<VectorXd const>(y.data(), static_cast<Eigen::Index>(y.size()));
    auto const spread = responses.maxCoeff() - responses.minCoeff();
    if (!(spread > 1e-12 * responses.cwiseAbs().maxCoeff()))
        throw NumericalError("the response does not change with the dose");
    VectorXd log10_x(responses.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        log10_x[static_cast<Eigen::Index>(i)] = std::log10(x[i]); // -inf at dose 0
    auto const low = std::log10(*doses.begin());
    auto const high = std::log10(*doses.rbegin());

    VectorXd p = grid_start(log10_x, responses, low, high);
    Problem4 problem(log10_x, responses);
    Eigen::LevenbergMarquardt<Problem4> descent(problem);
    descent.setMaxfev(2000);
    descent.setXtol(1e-12);
    descent.setFtol(1e-14);
    auto const status = descent.minimize(p);

    if (!p.allFinite() || status == Eigen::LevenbergMarquardtSpace::ImproperInputParameters ||
        status == Eigen::LevenbergMarquardtSpace::TooManyFunctionEvaluation || p[2] < low - 3.0 || p[2] > high + 3.0)
        throw NumericalError("the fit of the dose-response curve does not converge: do the doses reach half the effect?");
    VectorXd difference(responses.size());
    problem(p, difference);
    auto const squares = difference.squaredNorm();
    auto const total = (responses.array() - responses.mean()).matrix().squaredNorm();
    return {{p[0], p[1], p[2], std::exp(p[3])},
            errors_of(problem, p, squares),
            std::sqrt(squares / static_cast<double>(y.size())),
            1.0 - squares / total};
}

std::vector<double> isotonic(std::vector<double> const& y, std::vector<double> const& weights) {
    NK_EXPECT(y.size() == weights.size());
    struct Pool {
        double mean;
        double weight;
        std::size_t members;
    };
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < y.size(); ++i) {
        NK_EXPECT(weights[i] > 0.0);
        Pool last{y[i], weights[i], 1};
        while (!pools.empty() && pools.back().mean > last.mean) {
            auto const& before = pools.back();
            auto const weight = before.weight + last.weight;
            last = {(before.mean * before.weight + last.mean * last.weight) / weight, weight, before.members + last.members};
            pools.pop_back();
        }
        pools.push_back(last);
    }
    std::vector<double> out;
    out.reserve(y.size());
    for (auto const& pool : pools)
        out.insert(out.end(), pool.members, pool.mean);
    return out;
}

std::optional<double> half_maximal(std::vector<double> const& x, std::vector<double> const& y) {
    expect_points(x, y);
    NK_EXPECT(x.size() >= 2);
    std::map<double, std::pair<double, double>> at_dose; // dose -> sum of responses, number
    for (std::size_t i = 0; i < x.size(); ++i) {
        at_dose[x[i]].first += y[i];
        at_dose[x[i]].second += 1.0;
    }
    std::vector<double> dose;
    std::vector<double> rising;
    std::vector<double> falling;
    std::vector<double> weight;
    for (auto const& [d, sum] : at_dose) {
        dose.push_back(d);
        rising.push_back(sum.first / sum.second);
        falling.push_back(-rising.back());
        weight.push_back(sum.second);
    }
    auto const up = isotonic(rising, weight);
    auto const down = isotonic(falling, weight);
    auto const& curve = squares_between(up, rising, weight) <= squares_between(down, falling, weight) ? up : down;
    if (!(curve.back() > curve.front()))
        return std::nullopt;
    auto const half = 0.5 * (curve.front() + curve.back());
    auto const above = static_cast<std::size_t>(std::lower_bound(curve.begin(), curve.end(), half) - curve.begin());
    auto const share = (half - curve[above - 1]) / (curve[above] - curve[above - 1]);
    auto const from = dose[above - 1];
    auto const to = dose[above];
    return from > 0.0 ? from * std::pow(to / from, share) : to * share;
}

} // namespace nk::numerics
