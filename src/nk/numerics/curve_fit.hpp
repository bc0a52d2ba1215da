#pragma once
#include <optional>
#include <vector>

namespace nk::numerics {

/// Four-parameter logistic dose-response curve: bottom + (top - bottom) / (1 + (EC50/x)^slope), with slope > 0.
struct Logistic {
    double bottom;     ///< response without dose
    double top;        ///< response to an unlimited dose; below `bottom` when the dose lowers the response
    double log10_ec50; ///< log10 of the dose of half the effect [log10 unit of x]
    double slope;      ///< Hill slope [1]

    /// The response at dose x >= 0.
    double operator()(double x) const;
    double ec50() const;
};

/// A fitted curve and how well it is known.
struct LogisticFit {
    Logistic curve;
    Logistic standard_error; ///< of each parameter, from the curvature at the optimum; NaN when there are only four points
    double residual;         ///< root mean square of the differences
    double r_squared;        ///< share of the variance explained [1]
};

/// Least-squares fit of `Logistic`: a grid over EC50 and slope (bottom and top solved exactly there) gives the start of a
/// Levenberg-Marquardt descent, so that no guess is needed.
///
/// x  doses >= 0 in any order, at least three different ones > 0; y  responses; both shape (n), n >= 4
/// expects  equal lengths, finite numbers
/// errors   NumericalError when there are too few points, all responses are equal, or no optimum with an EC50 within three
///          decades of the doses is found
LogisticFit fit_logistic(std::vector<double> const& x, std::vector<double> const& y);

/// The dose where the response is halfway between its ends, without a model of the curve: the points are made monotone
/// (isotonic regression in the direction that fits better), then joined by lines over log x, or over x below the first
/// positive dose.
///
/// returns  nothing when the response does not change
/// expects  equal lengths, at least two points, finite numbers, x >= 0
std::optional<double> half_maximal(std::vector<double> const& x, std::vector<double> const& y);

/// The non-decreasing sequence nearest to `y` in least squares with these weights (pool adjacent violators).
/// expects  equal lengths; weights > 0
std::vector<double> isotonic(std::vector<double> const& y, std::vector<double> const& weights);

} // namespace nk::numerics
