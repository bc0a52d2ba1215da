#include "nk/numerics/statistics.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace nk::numerics {
namespace {

bool has_nan(std::span<double const> values) {
    return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

std::vector<double> sorted(std::span<double const> values) {
    NK_EXPECT(!values.empty() && !has_nan(values));
    std::vector<double> out(values.begin(), values.end());
    std::sort(out.begin(), out.end());
    return out;
}

double quantile_of_sorted(std::vector<double> const& values, double p) {
    auto const position = p * static_cast<double>(values.size() - 1);
    auto const below = static_cast<std::size_t>(position);
    auto const above = std::min(below + 1, values.size() - 1);
    auto const share = position - static_cast<double>(below);
    return share == 0.0 ? values[below] : values[below] + share * (values[above] - values[below]);
}

/// Probability that the Kolmogorov statistic exceeds lambda, by the series that converges fast on each side.
double kolmogorov_tail(double lambda) {
    if (lambda < 1e-6)
        return 1.0;
    auto sum = 0.0;
    if (lambda < 1.18) {
        auto const w = std::numbers::pi * std::numbers::pi / (8.0 * lambda * lambda);
        for (int k = 1; k <= 7; k += 2)
            sum += std::exp(-k * k * w);
        return 1.0 - std::sqrt(2.0 * std::numbers::pi) / lambda * sum;
    }
    for (int k = 1; k <= 6; ++k)
        sum += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * lambda * lambda);
    return std::clamp(sum, 0.0, 1.0);
}

double kolmogorov_p(double distance, double effective_n) {
    auto const root = std::sqrt(effective_n);
    return kolmogorov_tail((root + 0.12 + 0.11 / root) * distance);
}

/// Continued fraction of the incomplete beta function (Lentz; DLMF 8.17.22), for x < (a+1)/(a+b+2).
double beta_fraction(double x, double a, double b) {
    constexpr double tiny = 1e-300;
    auto const safe = [](double value) { return std::abs(value) < tiny ? tiny : value; };
    auto c = 1.0;
    auto d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    auto out = d;
    for (int m = 1; m <= 10000; ++m) {
        auto const even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m));
        d = 1.0 / safe(1.0 + even * d);
        c = safe(1.0 + even / c);
        out *= d * c;
        auto const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0));
        d = 1.0 / safe(1.0 + odd * d);
        c = safe(1.0 + odd / c);
        out *= d * c;
        if (std::abs(d * c - 1.0) < 1e-15)
            return out;
    }
    throw NumericalError("the incomplete beta function does not converge");
}

/// ln Gamma without the global sign that std::lgamma writes (a data race between threads).
double log_gamma(double x) {
    int sign = 0;
    return ::lgamma_r(x, &sign);
}

double beta_quantile(double p, double a, double b) {
    auto low = 0.0;
    auto high = 1.0;
    for (int i = 0; i < 200 && high - low > 1e-16 * high; ++i) {
        auto const middle = 0.5 * (low + high);
        (beta_cdf(middle, a, b) < p ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

void expect_proportion(double successes, double trials, double confidence) {
    NK_EXPECT(trials > 0.0 && successes >= 0.0 && successes <= trials);
    NK_EXPECT(confidence > 0.0 && confidence < 1.0);
}

} // namespace

double mean(std::span<double const> values) {
    NK_EXPECT(!values.empty());
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance(std::span<double const> values) {
    NK_EXPECT(values.size() >= 2);
    auto running = 0.0;
    auto squares = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto const step = values[i] - running;
        running += step / static_cast<double>(i + 1);
        squares += step * (values[i] - running);
    }
    return squares / static_cast<double>(values.size() - 1);
}

double sd(std::span<double const> values) {
    return std::sqrt(variance(values));
}

double standard_error(std::span<double const> values) {
    return sd(values) / std::sqrt(static_cast<double>(values.size()));
}

double quantile(std::span<double const> values, double p) {
    NK_EXPECT(p >= 0.0 && p <= 1.0);
    return quantile_of_sorted(sorted(values), p);
}

double median(std::span<double const> values) {
    return quantile(values, 0.5);
}

double normal_cdf(double z) {
    return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

double normal_quantile(double p) {
    NK_EXPECT(p > 0.0 && p < 1.0);
    if (p > 0.5)
        return -normal_quantile(1.0 - p);
    auto const t = std::sqrt(-2.0 * std::log(p)); // start: Abramowitz & Stegun 26.2.23, to 4.5e-4
    auto z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    for (int i = 0; i < 3; ++i) { // Halley steps
        auto const density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
        auto const error = (normal_cdf(z) - p) / density;
        z -= error / (1.0 + 0.5 * z * error);
    }
    return z;
}

double beta_cdf(double x, double a, double b) {
    NK_EXPECT(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0);
    if (x == 0.0 || x == 1.0)
        return x;
    auto const front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1.0) / (a + b + 2.0))
        return front * beta_fraction(x, a, b) / a;
    return 1.0 - front * beta_fraction(1.0 - x, b, a) / b;
}

Interval wilson_interval(double successes, double trials, double confidence) {
    expect_proportion(successes, trials, confidence);
    auto const z = normal_quantile(0.5 + 0.5 * confidence);
    auto const share = successes / trials;
    auto const centre = share + z * z / (2.0 * trials);
    auto const half = z * std::sqrt(share * (1.0 - share) / trials + z * z / (4.0 * trials * trials));
    auto const scale = 1.0 + z * z / trials;
    return {successes == 0.0 ? 0.0 : (centre - half) / scale, successes == trials ? 1.0 : (centre + half) / scale};
}

Interval clopper_pearson(double successes, double trials, double confidence) {
    expect_proportion(successes, trials, confidence);
    auto const tail = 0.5 * (1.0 - confidence);
    return {successes == 0.0 ? 0.0 : beta_quantile(tail, successes, trials - successes + 1.0),
            successes == trials ? 1.0 : beta_quantile(1.0 - tail, successes + 1.0, trials - successes)};
}

TestResult kolmogorov_smirnov(std::span<double const> values, std::function<double(double)> const& cdf) {
    auto const x = sorted(values);
    auto const n = static_cast<double>(x.size());
    auto distance = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        auto const expected = cdf(x[i]);
        distance = std::max({distance, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
    }
    return {distance, kolmogorov_p(distance, n)};
}

TestResult kolmogorov_smirnov(std::span<double const> a, std::span<double const> b) {
    auto const x = sorted(a);
    auto const y = sorted(b);
    auto const n = static_cast<double>(x.size());
    auto const m = static_cast<double>(y.size());
    auto distance = 0.0;
    for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
        auto const at = std::min(x[i], y[j]);
        while (i < x.size() && x[i] == at)
            ++i;
        while (j < y.size() && y[j] == at)
            ++j;
        distance = std::max(distance, std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m));
    }
    return {distance, kolmogorov_p(distance, n * m / (n + m))};
}

double pearson(std::span<double const> x, std::span<double const> y) {
    NK_EXPECT(x.size() == y.size() && x.size() >= 2);
    auto const mean_x = mean(x);
    auto const mean_y = mean(y);
    auto xx = 0.0;
    auto yy = 0.0;
    auto xy = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        auto const dx = x[i] - mean_x;
        auto const dy = y[i] - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    if (xx == 0.0 || yy == 0.0)
        return std::numeric_limits<double>::quiet_NaN();
    auto const r = xy / (std::sqrt(xx) * std::sqrt(yy));
    return std::isnan(r) ? r : std::clamp(r, -1.0, 1.0);
}

std::vector<double> ranks(std::span<double const> values) {
    NK_EXPECT(!has_nan(values));
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
    std::vector<double> out(values.size());
    for (std::size_t from = 0; from < order.size();) {
        auto to = from;
        while (to < order.size() && values[order[to]] == values[order[from]])
            ++to;
        for (auto i = from; i < to; ++i)
            out[order[i]] = 0.5 * static_cast<double>(from + 1 + to);
        from = to;
    }
    return out;
}

double spearman(std::span<double const> x, std::span<double const> y) {
    NK_EXPECT(x.size() == y.size());
    return pearson(ranks(x), ranks(y));
}

MeanAndInterval mean_and_interval(std::span<double const> values) {
    auto const x = sorted(values);
    return {mean(x), quantile_of_sorted(x, 0.05), quantile_of_sorted(x, 0.95)};
}

std::vector<MeanAndInterval> mean_and_interval(std::vector<std::vector<double>> const& curves) {
    NK_EXPECT(!curves.empty());
    auto const points = curves.front().size();
    std::vector<MeanAndInterval> out;
    out.reserve(points);
    std::vector<double> column(curves.size());
    for (std::size_t point = 0; point < points; ++point) {
        for (std::size_t member = 0; member < curves.size(); ++member) {
            NK_EXPECT(curves[member].size() == points);
            column[member] = curves[member][point];
        }
        out.push_back(mean_and_interval(std::span<double const>(column)));
    }
    return out;
}

double LogNormal::mean() const {
    return std::exp(mu + 0.5 * sigma * sigma);
}
double LogNormal::sd() const {
    return mean() * std::sqrt(std::expm1(sigma * sigma));
}
double LogNormal::median() const {
    return std::exp(mu);
}
double LogNormal::quantile(double p) const {
    return std::exp(mu + sigma * normal_quantile(p));
}

double log_sd_of_cv(double cv) {
    NK_EXPECT(cv >= 0.0);
    return std::sqrt(std::log1p(cv * cv));
}

LogNormal lognormal_of_mean_sd(double mean, double sd) {
    NK_EXPECT(mean > 0.0);
    auto const sigma = log_sd_of_cv(sd / mean);
    return {std::log(mean) - 0.5 * sigma * sigma, sigma};
}

LogNormal lognormal_of_range(double low, double high, double confidence) {
    NK_EXPECT(low > 0.0 && high >= low && confidence > 0.0 && confidence < 1.0);
    auto const z = normal_quantile(0.5 + 0.5 * confidence);
    return {0.5 * (std::log(low) + std::log(high)), 0.5 * (std::log(high) - std::log(low)) / z};
}

double geometric_mean(std::span<double const> values) {
    NK_EXPECT(!values.empty() && std::all_of(values.begin(), values.end(), [](double value) { return value > 0.0; }));
    auto sum = 0.0;
    for (auto const value : values)
        sum += std::log(value);
    return std::exp(sum / static_cast<double>(values.size()));
}

} // namespace nk::numerics
