#include "nk/numerics/statistics.hpp"

#include "base/moments.hpp"
#include "nk/base/error.hpp"
#include "nk/base/random.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace {

using namespace nk::numerics;
using nk::Purpose;
using nk::Random;
using nk::test::Moments;
using nk::test::most_z;
using Values = std::vector<double>;

TEST(Statistics, mean_sd_and_standard_error_of_a_small_sample) {
    Values const x{2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0};

    EXPECT_DOUBLE_EQ(mean(x), 5.0);
    EXPECT_DOUBLE_EQ(variance(x), 32.0 / 7.0);
    EXPECT_DOUBLE_EQ(sd(x), std::sqrt(32.0 / 7.0));
    EXPECT_DOUBLE_EQ(standard_error(x), std::sqrt(4.0 / 7.0));
}

TEST(Statistics, a_large_offset_does_not_spoil_the_variance) {
    Values x{1.0, 2.0, 3.0, 4.0};
    for (auto& value : x)
        value += 1e9;

    EXPECT_NEAR(variance(x), 5.0 / 3.0, 1e-6);
}

TEST(Statistics, too_few_values_break_the_contract) {
    EXPECT_THROW(mean(Values{}), nk::ContractError);
    EXPECT_THROW(sd(Values{1.0}), nk::ContractError);
    EXPECT_THROW(median(Values{}), nk::ContractError);
    EXPECT_THROW(quantile(Values{1.0}, 1.5), nk::ContractError);
    EXPECT_THROW(median(Values{1.0, std::numeric_limits<double>::quiet_NaN()}), nk::ContractError);
    EXPECT_THROW(wilson_interval(3, 2), nk::ContractError);
}

TEST(Statistics, quantiles_are_those_of_R_and_NumPy) {
    Values const x{4.0, 1.0, 3.0, 2.0};

    EXPECT_DOUBLE_EQ(quantile(x, 0.0), 1.0);
    EXPECT_DOUBLE_EQ(quantile(x, 0.25), 1.75);
    EXPECT_DOUBLE_EQ(quantile(x, 0.4), 2.2);
    EXPECT_DOUBLE_EQ(quantile(x, 1.0), 4.0);
    EXPECT_DOUBLE_EQ(median(x), 2.5);
    EXPECT_DOUBLE_EQ(median(Values{3.0, 1.0, 2.0}), 2.0);
    EXPECT_DOUBLE_EQ(quantile(Values{7.0}, 0.3), 7.0);
}

TEST(Statistics, an_infinite_value_is_a_legal_quantile) {
    auto const inf = std::numeric_limits<double>::infinity();

    EXPECT_EQ(quantile(Values{1.0, inf}, 1.0), inf);
    EXPECT_EQ(quantile(Values{1.0, inf, inf}, 0.0), 1.0);
    EXPECT_EQ(median(Values{1.0, inf, inf}), inf);
}

TEST(Statistics, the_normal_distribution_has_its_tabulated_values) {
    EXPECT_NEAR(normal_cdf(1.959963984540054), 0.975, 1e-15);
    EXPECT_NEAR(normal_cdf(-10.0) / 7.619853024160527e-24, 1.0, 1e-12);
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-13);
    EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-11);
    EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-15);
}

TEST(Statistics, the_incomplete_beta_function_has_its_closed_forms) {
    EXPECT_NEAR(beta_cdf(0.5, 2.0, 3.0), 0.6875, 1e-14);
    for (auto const x : {0.01, 0.3, 0.7, 0.99}) {
        EXPECT_NEAR(beta_cdf(x, 1.0, 1.0), x, 1e-14);
        EXPECT_NEAR(beta_cdf(x, 5.0, 1.0), std::pow(x, 5.0), 1e-14);
        EXPECT_NEAR(beta_cdf(x, 40.0, 700.0), 1.0 - beta_cdf(1.0 - x, 700.0, 40.0), 1e-12);
        EXPECT_NEAR(beta_cdf(x, 0.5, 0.5), 2.0 / std::acos(-1.0) * std::asin(std::sqrt(x)), 1e-13);
    }
}

TEST(Statistics, intervals_of_proportions_have_their_published_values) {
    auto const wilson = wilson_interval(5, 10);
    auto const exact = clopper_pearson(5, 10);

    EXPECT_NEAR(wilson.low, 0.2366, 5e-5);
    EXPECT_NEAR(wilson.high, 0.7634, 5e-5);
    EXPECT_NEAR(exact.low, 0.1871, 5e-5);
    EXPECT_NEAR(exact.high, 0.8129, 5e-5);
    EXPECT_NEAR(wilson_interval(0, 10).high, 0.2775, 5e-5);
    EXPECT_NEAR(clopper_pearson(0, 10).high, 1.0 - std::pow(0.025, 0.1), 1e-12);
    EXPECT_EQ(wilson_interval(0, 10).low, 0.0);
    EXPECT_EQ(clopper_pearson(10, 10).high, 1.0);
}

/// Probability that the interval of Binomial(n, p) counts contains p, by summing over all counts.
template <class IntervalOf> double coverage(int n, double p, IntervalOf interval_of) {
    auto covered = 0.0;
    for (int k = 0; k <= n; ++k) {
        auto const interval = interval_of(k, n, 0.95);
        auto const log_term =
            std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + k * std::log(p) + (n - k) * std::log1p(-p);
        if (interval.low <= p && p <= interval.high)
            covered += std::exp(log_term);
    }
    return covered;
}

TEST(Statistics, clopper_pearson_always_covers_and_wilson_covers_on_average) {
    auto average = 0.0;
    constexpr int points = 97;
    for (int i = 0; i < points; ++i) {
        auto const p = (i + 1.5) / (points + 2.0);
        EXPECT_GE(coverage(20, p, clopper_pearson), 0.95) << p;
        average += coverage(20, p, wilson_interval) / points;
    }

    EXPECT_NEAR(average, 0.95, 0.01);
}

Values exponential_sample(std::uint64_t entity, std::size_t n, double rate) {
    Random rng(21, entity, Purpose::test);
    Values out;
    for (std::size_t i = 0; i < n; ++i)
        out.push_back(rng.exponential() / rate);
    return out;
}

double exponential_cdf(double x) {
    return 1.0 - std::exp(-x);
}

// Each p-value is uniform when the hypothesis holds: 2000 tests at 5 % reject 100 +- 9.7; bound 5 sd, false alarm 5.7e-7.
TEST(Statistics, kolmogorov_smirnov_rejects_five_per_cent_of_true_hypotheses_and_a_rate_that_is_ten_per_cent_off) {
    constexpr int tests = 2000;
    auto rejected_one = 0;
    auto rejected_two = 0;
    for (std::uint64_t i = 0; i < tests; ++i) {
        rejected_one += kolmogorov_smirnov(exponential_sample(i, 60, 1.0), exponential_cdf).p_value < 0.05;
        rejected_two += kolmogorov_smirnov(exponential_sample(i, 200, 1.0), exponential_sample(i + 10'000, 250, 1.0)).p_value < 0.05;
    }
    auto const bound = most_z * std::sqrt(tests * 0.05 * 0.95);

    EXPECT_NEAR(rejected_one, 0.05 * tests, bound);
    EXPECT_LT(rejected_two, 0.05 * tests + bound); // discrete, so a little conservative
    EXPECT_GT(rejected_two, 0.02 * tests);
    EXPECT_LT(kolmogorov_smirnov(exponential_sample(1, 20'000, 1.1), exponential_cdf).p_value, 1e-6);
    EXPECT_LT(kolmogorov_smirnov(exponential_sample(1, 20'000, 1.1), exponential_sample(2, 20'000, 1.0)).p_value, 1e-6);
}

TEST(Statistics, the_kolmogorov_distribution_has_its_tabulated_critical_values) {
    // D = 1.358/sqrt(n) has p = 0.05 for large n (Smirnov 1948)
    Values grid;
    for (int i = 0; i < 1000; ++i)
        grid.push_back((i + 0.5) / 1000.0);
    auto const shift = 1.358 / std::sqrt(1000.0) - 0.5 / 1000.0;

    auto const result = kolmogorov_smirnov(grid, [&](double x) { return std::min(1.0, x + shift); });

    EXPECT_NEAR(result.statistic, 1.358 / std::sqrt(1000.0), 1e-9);
    EXPECT_NEAR(result.p_value, 0.05, 0.002);
    EXPECT_NEAR(kolmogorov_smirnov(grid, [](double x) { return x; }).p_value, 1.0, 1e-9);
}

TEST(Statistics, a_two_sample_distance_steps_over_ties_at_once) {
    EXPECT_DOUBLE_EQ(kolmogorov_smirnov(Values{1, 2, 2, 3}, Values{1, 2, 2, 3}).statistic, 0.0);
    EXPECT_DOUBLE_EQ(kolmogorov_smirnov(Values{1, 2, 3, 4}, Values{3, 4, 5, 6}).statistic, 0.5);
    EXPECT_DOUBLE_EQ(kolmogorov_smirnov(Values{1, 2}, Values{3, 4, 5}).statistic, 1.0);
}

TEST(Statistics, correlations_of_lines_curves_and_constants) {
    Values const x{1.0, 2.0, 3.0, 4.0, 5.0};
    Values const cubes{1.0, 8.0, 27.0, 64.0, 125.0};

    EXPECT_DOUBLE_EQ(pearson(x, Values{2.0, 4.0, 6.0, 8.0, 10.0}), 1.0);
    EXPECT_NEAR(pearson(x, cubes), 0.9431175138, 1e-9);
    EXPECT_DOUBLE_EQ(spearman(x, cubes), 1.0);
    EXPECT_DOUBLE_EQ(spearman(x, Values{5.0, 4.0, 3.0, 2.0, 1.0}), -1.0);
    EXPECT_TRUE(std::isnan(pearson(x, Values(5, 1.0))));
    EXPECT_EQ(ranks(Values{10.0, 20.0, 10.0, 5.0}), (Values{2.5, 4.0, 2.5, 1.0}));
    EXPECT_NEAR(spearman(Values{1, 2, 2, 3}, Values{1, 2, 3, 4}), 0.9486832981, 1e-9);
}

TEST(Statistics, an_ensemble_is_summarised_point_by_point) {
    std::vector<Values> curves;
    for (int member = 0; member <= 100; ++member)
        curves.push_back({static_cast<double>(member), 1.0});

    auto const band = mean_and_interval(curves);

    ASSERT_EQ(band.size(), 2U);
    EXPECT_DOUBLE_EQ(band[0].mean, 50.0);
    EXPECT_DOUBLE_EQ(band[0].low, 5.0);
    EXPECT_DOUBLE_EQ(band[0].high, 95.0);
    EXPECT_DOUBLE_EQ(band[1].low, 1.0);
    EXPECT_DOUBLE_EQ(band[1].high, 1.0);
    EXPECT_THROW(mean_and_interval(std::vector<Values>{{1.0, 2.0}, {1.0}}), nk::ContractError);
}

TEST(Statistics, a_lognormal_has_the_mean_sd_and_range_it_was_made_from) {
    auto const by_moments = lognormal_of_mean_sd(40.0, 25.0);
    auto const by_range = lognormal_of_range(3.0, 15.0);

    EXPECT_NEAR(by_moments.mean(), 40.0, 1e-12);
    EXPECT_NEAR(by_moments.sd(), 25.0, 1e-12);
    EXPECT_NEAR(by_range.quantile(0.025), 3.0, 1e-12);
    EXPECT_NEAR(by_range.quantile(0.975), 15.0, 1e-11);
    EXPECT_NEAR(by_range.median(), std::sqrt(45.0), 1e-12);
    EXPECT_DOUBLE_EQ(log_sd_of_cv(0.0), 0.0);
    EXPECT_NEAR(log_sd_of_cv(1.0), std::sqrt(std::log(2.0)), 1e-15);
    EXPECT_NEAR(geometric_mean(Values{1.0, 10.0, 100.0}), 10.0, 1e-12);
    EXPECT_THROW(geometric_mean(Values{1.0, 0.0}), nk::ContractError);
}

TEST(Statistics, lognormal_draws_have_the_mean_asked_for) {
    auto const law = lognormal_of_mean_sd(40.0, 25.0);
    Random rng(22, 0, Purpose::test);
    Moments moments;
    for (int i = 0; i < 100'000; ++i)
        moments.add(std::exp(law.mu + law.sigma * rng.normal()));

    EXPECT_LT(std::abs(moments.z(40.0)), most_z);
    EXPECT_GT(std::abs(moments.z(44.0)), most_z); // 10 % off is seen
}

} // namespace
