#pragma once
#include "nk/numerics/statistics.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Statistics of times to an event that not everybody reaches while observed (right censoring). All are pure and depend neither
/// on the order of the persons nor, but for times themselves, on the unit of time. Two times are tied when they are equal bit for
/// bit. A quantity that the data do not determine is not a number (NaN) or empty, never a guess.
namespace nk::numerics {

/// One person: when the event came, or until when it had not come.
struct SurvivalTime {
    double time; ///< finite, not negative, any unit
    bool event;  ///< false: censored
};

/// Estimates at each distinct time, ascending; all columns have one row each per time. Limits are pointwise; they are NaN where
/// the survival is 1 or 0 and where the hazard is 0, as no variance is known there.
struct SurvivalCurve {
    std::vector<double> time;
    std::vector<double> survival;      ///< Kaplan & Meier 1958: P(no event up to and at time)
    std::vector<double> low, high;     ///< Greenwood variance on the scale ln(-ln S), so that limits stay within [0, 1]
    std::vector<double> hazard;        ///< cumulative hazard of Nelson & Aalen
    std::vector<double> hazard_low;    ///< limits on the scale ln H, variance sum of events/at_risk^2
    std::vector<double> hazard_high;   ///< as `hazard_low`
    std::vector<std::size_t> at_risk;  ///< persons just before time
    std::vector<std::size_t> events;   ///< at time
    std::vector<std::size_t> censored; ///< at time; they count as at risk then
};

/// expects  at least one person; level in (0, 1)
SurvivalCurve kaplan_meier(std::vector<SurvivalTime> const& times, double level = 0.95);
/// Survival at and after the last step up to t; 1 before the first time; the last value beyond the last time.
double survival_at(SurvivalCurve const& curve, double t);

/// A time with its limits, each empty when the curve (or its limit) never falls so far.
struct Median {
    std::optional<double> value, low, high;
};
/// When the share p has had the event (p = 0.5: the median): first time with survival <= 1 - p, or the middle of the step when
/// the survival stays at 1 - p until it falls further. Limits of Brookmeyer & Crowley 1982 from those of the curve.
/// expects p in (0, 1)
Median quantile_time(SurvivalCurve const& curve, double p);

/// Persons with time >= each grid point, as under a survival plot; those censored at the point count.  grid: in any order
std::vector<std::size_t> at_risk(std::vector<SurvivalTime> const& times, std::vector<double> const& grid);

/// A mean and its standard error.
struct RestrictedMean {
    double value, standard_error;
};
/// Mean of min(time, until): area under the curve. Beyond the last time the last survival is carried on, so `until` should not
/// lie there unless that is 0.  expects until > 0
RestrictedMean restricted_mean(SurvivalCurve const& curve, double until);

/// P(chi-square with `degrees` > x), to about 1e-13 relative.  expects x >= 0 (or NaN, which is returned), degrees >= 1
double chi_square_tail(double x, std::size_t degrees);

/// Log-rank test that all groups have one hazard.
struct LogRank {
    double chi_square;
    double degrees; ///< comparable groups - 1; 0 (then p is NaN) when there is nothing to compare
    double p;
    std::vector<double> observed, expected; ///< events of each group, summed over strata; shape (groups)
};
/// Groups with nobody in them have observed = expected = 0 and no degree.
LogRank log_rank(std::vector<std::vector<SurvivalTime>> const& groups);
/// The same within strata, e.g. centres: strata[stratum][group].  expects the same number of groups in each
LogRank log_rank(std::vector<std::vector<std::vector<SurvivalTime>>> const& strata);

/// Proportional hazards: hazard = baseline(t) exp(coefficient . covariates). All per-covariate columns have shape (covariates).
struct Cox {
    /// Log hazard ratio per unit of the covariate; -inf or +inf when the likelihood has no maximum in it; NaN when it follows from
    /// the covariates before it, or does not vary among those at risk. Its other columns are then NaN, but for the hazard ratio
    /// (0 or inf) and the interval (0, inf) of an infinite one.
    std::vector<double> coefficient;
    std::vector<double> standard_error;
    std::vector<double> hazard_ratio, low, high; ///< exp(coefficient) and its Wald interval
    std::vector<double> p;                       ///< Wald, two-sided
    double log_likelihood, null_log_likelihood;  ///< partial; the first is the supremum when a coefficient is infinite
    /// Chi-square statistics of the hypothesis that all coefficients are 0, see `chi_square_tail`. The Wald test is NaN when a
    /// coefficient is infinite; the other two hold then too. All are NaN without degrees.
    double score_test, wald_test, likelihood_ratio;
    double degrees;      ///< of the three tests: coefficients that are not NaN
    bool converged;      ///< all coefficients are finite and maximise the likelihood
    std::string warning; ///< what is odd about the fit; covariates count from 1; empty when nothing is
};
/// Cox 1972 with ties after Efron 1977, by Newton's method with step halving. Never throws for what the data are like: a
/// covariate that separates the events, follows from others or never varies is told in `warning`.
///
/// covariates  shape (persons, covariates), finite; scaled within, so any units do
/// strata      empty, or one label per person: each label has a baseline of its own
/// expects     at least one person; a covariate row each, of one length above 0; level in (0, 1)
Cox cox_regression(std::vector<SurvivalTime> const& times, std::vector<std::vector<double>> const& covariates, double level = 0.95,
                   std::vector<int> const& strata = {});

/// An estimate in [0, 1], or a difference in [-1, 1], with its limits.
struct Proportion {
    double value, low, high;
};
/// successes/n with the interval of Clopper & Pearson 1934, which covers at least nominally.  expects successes <= n, n > 0
Proportion exact_proportion(std::size_t successes, std::size_t n, double level = 0.95);
/// First minus second share, interval by the square-and-add of two Wilson intervals (Newcombe 1998, method 10).  expects as above
Proportion difference_of_proportions(std::size_t successes_1, std::size_t n_1, std::size_t successes_2, std::size_t n_2,
                                     double level = 0.95);

} // namespace nk::numerics
