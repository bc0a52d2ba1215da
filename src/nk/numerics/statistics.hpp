#pragma once
#include <functional>
#include <span>
#include <vector>

/// Plain statistics of samples. All are pure; samples need not be sorted; a sample with a value that is not a number gives a
/// result that is not a number, unless stated otherwise.
namespace nk::numerics {

/// An interval with both ends in it.
struct Interval {
    double low;
    double high;
};

/// Arithmetic mean.  expects at least one value
double mean(std::span<double const> values);
/// Variance with n - 1 in the denominator (Welford 1962, no cancellation).  expects at least two values
double variance(std::span<double const> values);
/// Standard deviation: the root of `variance`.  expects at least two values
double sd(std::span<double const> values);
/// Standard error of the mean, sd/sqrt(n).  expects at least two values
double standard_error(std::span<double const> values);

/// Quantile of type 7 of Hyndman & Fan 1996: linear between the order statistics, as R and NumPy by default.
/// expects  at least one value, none NaN; p in [0, 1]
double quantile(std::span<double const> values, double p);
double median(std::span<double const> values);

/// Standard normal distribution function, accurate in the lower tail.
double normal_cdf(double z);
/// Its inverse.  expects p in (0, 1)
double normal_quantile(double p);
/// Regularised incomplete beta function I_x(a, b): distribution function of Beta(a, b).  expects a, b > 0; x in [0, 1]
double beta_cdf(double x, double a, double b);

/// Score interval of a proportion (Wilson 1927): near-nominal coverage for small n too.
/// expects  0 <= successes <= trials, trials > 0 (real numbers, so that weighted counts pass); confidence in (0, 1)
Interval wilson_interval(double successes, double trials, double confidence = 0.95);
/// Interval of a proportion that covers at least nominally (Clopper & Pearson 1934).  expects as above
Interval clopper_pearson(double successes, double trials, double confidence = 0.95);

/// Outcome of a test: its statistic and the probability of one at least as extreme when the hypothesis holds.
struct TestResult {
    double statistic;
    double p_value;
};
/// Kolmogorov-Smirnov test that `values` come from the continuous distribution function `cdf`. The p-value is the asymptotic
/// one with Stephens' correction (1970), within about 0.01 for n >= 8.  expects at least one value, none NaN
TestResult kolmogorov_smirnov(std::span<double const> values, std::function<double(double)> const& cdf);
/// Kolmogorov-Smirnov test that two samples come from one continuous distribution; with ties the p-value is too large.
/// expects  at least one value each, none NaN
TestResult kolmogorov_smirnov(std::span<double const> a, std::span<double const> b);

/// Linear correlation in [-1, 1]; NaN when a sample does not vary.  expects equal lengths, at least two
double pearson(std::span<double const> x, std::span<double const> y);
/// Rank correlation: `pearson` of the ranks, ties with their mean rank.  expects as above
double spearman(std::span<double const> x, std::span<double const> y);
/// Ranks 1..n, ties with their mean rank.  expects no NaN
std::vector<double> ranks(std::span<double const> values);

/// One quantity over an ensemble: its mean and the range of the middle 90 %.
struct MeanAndInterval {
    double mean;
    double low;  ///< 5 % quantile
    double high; ///< 95 % quantile
};
/// expects  at least one value, none NaN
MeanAndInterval mean_and_interval(std::span<double const> values);
/// The same point by point over curves.  curves: shape (members, points), all of one length, at least one member
std::vector<MeanAndInterval> mean_and_interval(std::vector<std::vector<double>> const& curves);

/// A log-normal distribution: exp(mu + sigma z).
struct LogNormal {
    double mu;    ///< mean of ln x
    double sigma; ///< sd of ln x
    double mean() const;
    double sd() const;
    double median() const;
    double quantile(double p) const;
};
/// The log-normal with this mean and sd.  expects mean > 0, sd >= 0
LogNormal lognormal_of_mean_sd(double mean, double sd);
/// The log-normal with `low` and `high` as ends of its central `confidence`.  expects 0 < low <= high
LogNormal lognormal_of_range(double low, double high, double confidence = 0.95);
/// sd of ln x at coefficient of variation `cv`: sqrt(ln(1 + cv^2)).  expects cv >= 0
double log_sd_of_cv(double cv);
/// exp of the mean of the logarithms.  expects at least one value, all > 0
double geometric_mean(std::span<double const> values);

} // namespace nk::numerics
