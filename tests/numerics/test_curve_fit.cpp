#include "nk/numerics/curve_fit.hpp"

#include "base/moments.hpp"
#include "nk/base/error.hpp"
#include "nk/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace {

using nk::numerics::fit_logistic;
using nk::numerics::half_maximal;
using nk::numerics::isotonic;
using nk::numerics::Logistic;
using Values = std::vector<double>;

Values const doses{0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0};

Values responses(Logistic const& curve, Values const& x) {
    Values y;
    std::transform(x.begin(), x.end(), std::back_inserter(y), curve);
    return y;
}

TEST(Logistic, is_bottom_at_dose_zero_halfway_at_its_ec50_and_top_at_any_dose_beyond) {
    Logistic const curve{5.0, 80.0, 0.5, 1.7};

    EXPECT_DOUBLE_EQ(curve(0.0), 5.0);
    EXPECT_NEAR(curve(curve.ec50()), 42.5, 1e-12);
    EXPECT_NEAR(curve(1e300), 80.0, 1e-9);
    EXPECT_NEAR(curve(10.0), 5.0 + 75.0 / (1.0 + std::pow(std::sqrt(10.0) / 10.0, 1.7)), 1e-12);
}

TEST(FitLogistic, finds_the_curve_that_made_the_points) {
    for (auto const& truth :
         {Logistic{5, 80, 0.5, 1.0}, Logistic{0, 1, -0.3, 0.6}, Logistic{90, 10, 1.0, 2.5}, Logistic{-1e-3, 4e-3, 0.2, 4.0}}) {
        auto const fit = fit_logistic(doses, responses(truth, doses));

        auto const scale = std::abs(truth.top - truth.bottom);
        EXPECT_NEAR(fit.curve.bottom, truth.bottom, 1e-5 * scale);
        EXPECT_NEAR(fit.curve.top, truth.top, 1e-5 * scale);
        EXPECT_NEAR(fit.curve.log10_ec50, truth.log10_ec50, 1e-5);
        EXPECT_NEAR(fit.curve.slope, truth.slope, 1e-4);
        EXPECT_NEAR(fit.r_squared, 1.0, 1e-9);
        EXPECT_LT(fit.residual, 1e-6 * scale);
    }
}

TEST(FitLogistic, the_order_and_the_unit_of_the_doses_do_not_matter) {
    Logistic const truth{5, 80, 0.5, 1.2};
    auto y = responses(truth, doses);
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] += i % 2 == 0 ? 1.0 : -1.0;
    Values backwards(doses.rbegin(), doses.rend());
    Values scaled;
    for (auto const dose : doses)
        scaled.push_back(1000.0 * dose);

    auto const fit = fit_logistic(doses, y);
    auto const reversed = fit_logistic(backwards, Values(y.rbegin(), y.rend()));
    auto const other_unit = fit_logistic(scaled, y);

    EXPECT_NEAR(reversed.curve.log10_ec50, fit.curve.log10_ec50, 1e-6);
    EXPECT_NEAR(other_unit.curve.log10_ec50, fit.curve.log10_ec50 + 3.0, 1e-5);
}

// 200 noisy data sets: the mean estimate within 5 standard errors (false alarm 5.7e-7 a parameter), and refused when the
// EC50 tested is 10 % off.
TEST(FitLogistic, noisy_points_give_the_right_ec50_on_average_and_honest_standard_errors) {
    Logistic const truth{5, 80, 0.5, 1.2};
    nk::test::Moments log10_ec50;
    nk::test::Moments slope;
    nk::test::Moments squared_z;
    for (std::uint64_t set = 0; set < 200; ++set) {
        nk::Random rng(31, set, nk::Purpose::test);
        Values x;
        Values y;
        for (auto const dose : doses)
            for (int replicate = 0; replicate < 4; ++replicate) {
                x.push_back(dose);
                y.push_back(truth(dose) + 2.0 * rng.normal());
            }
        auto const fit = fit_logistic(x, y);
        log10_ec50.add(fit.curve.log10_ec50);
        slope.add(fit.curve.slope);
        squared_z.add(std::pow((fit.curve.log10_ec50 - truth.log10_ec50) / fit.standard_error.log10_ec50, 2.0));
    }

    EXPECT_LT(std::abs(log10_ec50.z(truth.log10_ec50)), nk::test::most_z);
    EXPECT_GT(std::abs(log10_ec50.z(truth.log10_ec50 + std::log10(1.1))), nk::test::most_z);
    EXPECT_NEAR(slope.mean(), truth.slope, 0.05);
    EXPECT_NEAR(squared_z.mean(), 1.0, 0.5); // standard errors are neither far too small nor far too large
}

TEST(FitLogistic, points_that_say_nothing_about_a_curve_are_refused) {
    EXPECT_THROW(fit_logistic({1, 2, 3}, {1, 2, 3}), nk::NumericalError);
    EXPECT_THROW(fit_logistic({0, 0, 1, 1}, {0, 0, 1, 1}), nk::NumericalError);
    EXPECT_THROW(fit_logistic({1, 2, 3, 4, 5}, {7, 7, 7, 7, 7}), nk::NumericalError);
    EXPECT_THROW(fit_logistic({1, 2}, {1, 2, 3}), nk::ContractError);
    EXPECT_THROW(fit_logistic({-1, 2, 3, 4}, {1, 2, 3, 4}), nk::ContractError);
}

TEST(HalfMaximal, of_a_straight_line_over_log_dose_is_its_middle) {
    EXPECT_NEAR(half_maximal({1, 10, 100}, {0, 1, 2}).value(), 10.0, 1e-12);
    EXPECT_NEAR(half_maximal({1, 100}, {0, 1}).value(), 10.0, 1e-12);
    EXPECT_NEAR(half_maximal({100, 1}, {0, 1}).value(), 10.0, 1e-12);
}

TEST(HalfMaximal, below_the_first_positive_dose_is_linear_in_the_dose) {
    EXPECT_NEAR(half_maximal({0, 4, 8}, {0, 8, 10}).value(), 2.5, 1e-12);
}

TEST(HalfMaximal, falling_responses_count_as_rising_ones) {
    EXPECT_NEAR(half_maximal({1, 10, 100}, {2, 1, 0}).value(), half_maximal({1, 10, 100}, {0, 1, 2}).value(), 1e-12);
}

TEST(HalfMaximal, of_a_full_curve_is_its_ec50) {
    Values x;
    for (int i = -40; i <= 40; ++i)
        x.push_back(std::pow(10.0, 0.5 + 0.1 * i));
    Logistic const truth{5, 80, 0.5, 1.2};

    EXPECT_NEAR(std::log10(half_maximal(x, responses(truth, x)).value()), 0.5, 1e-3);
}

TEST(HalfMaximal, a_dip_in_a_rising_curve_is_averaged_away) {
    auto const clean = half_maximal({1, 2, 4, 8, 16, 32}, {0, 0, 2, 8, 10, 10}).value();
    auto const dipped = half_maximal({1, 2, 4, 8, 16, 32}, {0.1, -0.1, 2, 8, 10.1, 9.9}).value();

    EXPECT_NEAR(dipped, clean, 1e-12);
}

TEST(HalfMaximal, of_equal_responses_does_not_exist) {
    EXPECT_FALSE(half_maximal({1, 2, 3}, {4, 4, 4}).has_value());
}

TEST(Isotonic, pools_neighbours_that_fall_and_keeps_the_weighted_mean) {
    EXPECT_EQ(isotonic({1, 3, 2, 4}, {1, 1, 1, 1}), (Values{1, 2.5, 2.5, 4}));
    EXPECT_EQ(isotonic({3, 1}, {1, 3}), (Values{1.5, 1.5}));
    EXPECT_EQ(isotonic({5, 4, 3, 2, 1}, {1, 1, 1, 1, 1}), (Values(5, 3.0)));
    EXPECT_TRUE(isotonic({}, {}).empty());
}

} // namespace
