#include "nk/numerics/ode.hpp"

#include "nk/base/error.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using nk::numerics::integrate;
using nk::numerics::integrate_at;

void decay(double, double const* y, double* slope) {
    slope[0] = -y[0];
}

TEST(Integrate, decay_is_exponential) {
    EXPECT_NEAR(integrate(decay, {1.0}, 0.0, 5.0)[0], std::exp(-5.0), 1e-8);
}

TEST(Integrate, a_tighter_tolerance_gives_a_smaller_error) {
    auto const error = [](double tolerance) {
        return std::abs(integrate(decay, {1.0}, 0.0, 3.0, {.relative = tolerance, .absolute = 1e-3 * tolerance})[0] - std::exp(-3.0));
    };

    EXPECT_LT(error(1e-10), 1e-9);
    EXPECT_LT(error(1e-10), 0.01 * error(1e-5));
}

TEST(Integrate, an_oscillator_comes_back_after_one_period) {
    auto const rhs = [](double, double const* y, double* slope) {
        slope[0] = y[1];
        slope[1] = -y[0];
    };

    auto const y = integrate(rhs, {1.0, 0.0}, 0.0, 2.0 * std::acos(-1.0), {.relative = 1e-10, .absolute = 1e-12});

    EXPECT_NEAR(y[0], 1.0, 1e-7);
    EXPECT_NEAR(y[1], 0.0, 1e-7);
}

TEST(Integrate, robertsons_stiff_kinetics_reach_the_published_values) {
    auto calls = 0;
    auto const rhs = [&](double, double const* y, double* slope) {
        ++calls;
        slope[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
        slope[2] = 3e7 * y[1] * y[1];
        slope[1] = -slope[0] - slope[2];
    };

    auto const y = integrate(rhs, {1.0, 0.0, 0.0}, 0.0, 40.0, {.relative = 1e-9, .absolute = 1e-14});

    // Hairer & Wanner, Solving ODEs II, IV.10 (t = 40)
    EXPECT_NEAR(y[0], 0.7158270688, 1e-7);
    EXPECT_NEAR(y[1], 9.185534764e-6, 1e-11);
    EXPECT_NEAR(y[2], 0.2841637458, 1e-7);
    EXPECT_NEAR(y[0] + y[1] + y[2], 1.0, 1e-10);
    EXPECT_LT(calls, 10'000);
}

TEST(Integrate, an_explicit_time_is_passed_on) {
    auto const y = integrate([](double t, double const*, double* slope) { slope[0] = 3.0 * t * t; }, {0.0}, 1.0, 3.0);

    EXPECT_NEAR(y[0], 26.0, 1e-6);
}

TEST(Integrate, the_right_hand_side_is_never_asked_beyond_the_end) {
    auto latest = 0.0;

    integrate(
        [&](double t, double const* y, double* slope) {
            latest = std::max(latest, t);
            slope[0] = -y[0];
        },
        {1.0}, 0.0, 2.0);

    EXPECT_LE(latest, 2.0);
}

TEST(Integrate, no_time_or_no_equations_give_back_the_start) {
    auto const never = [](double, double const*, double*) { FAIL() << "must not be called"; };

    EXPECT_EQ(integrate(never, {3.0, 4.0}, 1.0, 1.0), (std::vector<double>{3.0, 4.0}));
    EXPECT_TRUE(integrate(never, {}, 0.0, 1.0).empty());
}

TEST(Integrate, a_time_span_below_rounding_changes_nothing) {
    auto const next = std::nextafter(1000.0, 2000.0);

    EXPECT_EQ(integrate(decay, {1.0}, 1000.0, next), std::vector<double>{1.0});
}

TEST(Integrate, the_solution_at_many_times_is_that_of_separate_integrations) {
    std::vector<double> const times{0.0, 0.5, 0.5, 2.0, 7.0};

    auto const rows = integrate_at(decay, {2.0}, times);

    ASSERT_EQ(rows.size(), times.size());
    EXPECT_EQ(rows[0], std::vector<double>{2.0});
    EXPECT_EQ(rows[1], rows[2]);
    for (std::size_t i = 0; i < times.size(); ++i)
        EXPECT_NEAR(rows[i][0], 2.0 * std::exp(-times[i]), 1e-7);
}

TEST(Integrate, a_solution_that_explodes_is_a_numerical_error_that_names_the_time) {
    try {
        integrate([](double, double const* y, double* slope) { slope[0] = y[0] * y[0]; }, {1.0}, 0.0, 2.0);
        FAIL() << "no error";
    } catch (nk::NumericalError const& error) {
        EXPECT_NE(std::string(error.what()).find("t = "), std::string::npos) << error.what();
    }
}

TEST(Integrate, a_right_hand_side_that_is_not_a_number_is_a_numerical_error) {
    auto const nan = [](double, double const*, double* slope) { slope[0] = std::numeric_limits<double>::quiet_NaN(); };

    EXPECT_THROW(integrate(nan, {1.0}, 0.0, 1.0), nk::NumericalError);
}

TEST(Integrate, nothing_is_printed_when_it_fails) {
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();

    EXPECT_THROW(integrate([](double, double const*, double* slope) { slope[0] = std::sqrt(-1.0); }, {1.0}, 0.0, 1.0), nk::NumericalError);

    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Integrate, an_exception_of_the_right_hand_side_reaches_the_caller) {
    auto const thrower = [](double t, double const* y, double* slope) {
        if (t > 0.3)
            throw std::out_of_range("the law does not hold there");
        slope[0] = y[0];
    };

    EXPECT_THROW(integrate(thrower, {1.0}, 0.0, 1.0), std::out_of_range);
}

TEST(Integrate, wrong_arguments_break_the_contract) {
    auto const nan = std::numeric_limits<double>::quiet_NaN();

    EXPECT_THROW(integrate(decay, {1.0}, 1.0, 0.0), nk::ContractError);
    EXPECT_THROW(integrate(decay, {nan}, 0.0, 1.0), nk::ContractError);
    EXPECT_THROW(integrate(decay, {1.0}, 0.0, nan), nk::ContractError);
    EXPECT_THROW(integrate(decay, {1.0}, 0.0, 1.0, {.relative = 1e-6, .absolute = 0.0}), nk::ContractError);
}

TEST(Integrate, threads_may_integrate_at_the_same_time_with_equal_results) {
    auto const rhs = [](double t, double const* y, double* slope) { slope[0] = std::sin(t) - 50.0 * y[0]; };
    auto const expected = integrate(rhs, {1.0}, 0.0, 20.0)[0];
    std::vector<double> results(4, 0.0);
    std::vector<std::thread> threads;
    for (auto& result : results)
        threads.emplace_back([&] { result = integrate(rhs, {1.0}, 0.0, 20.0)[0]; });
    for (auto& thread : threads)
        thread.join();

    for (auto const result : results)
        EXPECT_EQ(result, expected);
}

// An incoherent feed-forward loop adapts perfectly (Sontag); a test of the integrator.
TEST(Integrate, T27_a_feed_forward_loop_adapts_to_constant_and_follows_exponential_input) {
    constexpr double a = 0.7;
    constexpr double b = 1.3;
    constexpr double c = 2.0;
    constexpr double delta = 0.9;
    auto const loop = [&](auto input) {
        return [=](double t, double const* s, double* slope) { // x follows the input u; y is driven by u/x
            slope[0] = b * input(t) - a * s[0];
            slope[1] = c * input(t) / s[0] - delta * s[1];
        };
    };

    for (auto const level : {0.1, 1.0, 25.0}) {
        auto const y = integrate(loop([=](double) { return level; }), {1.0, 0.0}, 0.0, 60.0);
        EXPECT_NEAR(y[1], c * a / (b * delta), 1e-6) << level;
    }
    for (auto const lambda : {0.1, 0.5}) {
        auto const y = integrate(loop([=](double t) { return std::exp(lambda * t); }), {1.0, 0.0}, 0.0, 40.0);
        EXPECT_NEAR(std::exp(lambda * 40.0) / y[0], (a + lambda) / b, 1e-6);
        EXPECT_NEAR(y[1], c * (a + lambda) / (b * delta), 1e-6);
    }
}

} // namespace
