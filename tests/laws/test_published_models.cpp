#include "laws/published_models.hpp"

#include "nk/numerics/ode.hpp"

#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <vector>

// Published models, integrated by CVODE and compared twice: with values that an independent Runge-Kutta run of each model's BioModels file
// gave (to all digits kept), and with a Runge-Kutta run of fixed steps made here (to eight digits).

namespace nk::published {
namespace {

using State = std::vector<double>;

/// A reference value and how many significant digits of it were kept.
struct Kept {
    double value;
    int digits;
};
struct Moment {
    double time; ///< [day]
    std::vector<Kept> values;
};

template <class Model> State cvode(Model const& model, double time) {
    return numerics::integrate(model, model.start(), 0.0, time, {.relative = 1e-12, .absolute = 1e-20});
}

/// Classical Runge-Kutta in equal steps. `f` does not depend on time.
template <class Model> State runge_kutta(Model const& f, double time, int steps) {
    auto y = f.start();
    auto const n = y.size();
    auto const h = time / steps;
    State k1(n), k2(n), k3(n), k4(n), between(n);
    auto const slope_at = [&](State const& slope, double fraction, State& out) {
        for (std::size_t i = 0; i < n; ++i)
            between[i] = y[i] + fraction * h * slope[i];
        f(0.0, between.data(), out.data());
    };
    for (int step = 0; step < steps; ++step) {
        f(0.0, y.data(), k1.data());
        slope_at(k1, 0.5, k2);
        slope_at(k2, 0.5, k3);
        slope_at(k3, 1.0, k4);
        for (std::size_t i = 0; i < n; ++i)
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
    return y;
}

/// Every value of the solution rounds to the digits kept.
template <class Model> void expect_digits(Model const& model, std::vector<Moment> const& reference) {
    for (auto const& moment : reference) {
        auto const y = cvode(model, moment.time);

        ASSERT_EQ(y.size(), moment.values.size());
        for (std::size_t i = 0; i < y.size(); ++i) {
            auto const [value, digits] = moment.values[i];
            auto const last_place = value == 0.0 ? 1e-30 : std::pow(10.0, std::floor(std::log10(value)) + 1.0 - digits);
            EXPECT_NEAR(y[i], value, 0.501 * last_place) << "number " << i << " at t = " << moment.time;
        }
    }
}

/// CVODE agrees with fixed steps to eight digits, and the fixed steps with half as many of them to ten.
template <class Model> void expect_fixed_steps_agree(Model const& model, double time, int steps) {
    auto const fine = runge_kutta(model, time, steps), coarse = runge_kutta(model, time, steps / 2);

    auto const y = cvode(model, time);

    for (std::size_t i = 0; i < y.size(); ++i) {
        EXPECT_NEAR(coarse[i], fine[i], 1e-10 * std::abs(fine[i])) << "fixed steps, number " << i;
        EXPECT_NEAR(y[i], fine[i], 1e-8 * std::abs(fine[i]) + 1e-30) << "number " << i << " at t = " << time;
    }
}

TEST(Kuznetsov1994, spirals_towards_dormancy_as_its_file_does) {
    expect_digits(Kuznetsov1994{}, {{10.0, {{442083.98, 8}, {19333687.0, 8}}},
                                    {50.0, {{2399348.0, 7}, {46003940.0, 8}}},
                                    {100.0, {{1218234.1, 8}, {1305212.8, 8}}},
                                    {200.0, {{1589372.9, 8}, {2972936.8, 8}}}});
}

TEST(Kuznetsov1994, fixed_steps_give_the_same_eight_digits) {
    for (auto const time : {10.0, 50.0, 100.0, 200.0})
        expect_fixed_steps_agree(Kuznetsov1994{}, time, 10'000);
}

TEST(DePillis2009, tumour_outgrows_nk_cells_as_its_file_has_it) {
    expect_digits(DePillis2009{}, {{10.0, {{4.25389e8, 6}, {2.5005785e8, 8}, {439602.27, 8}, {2.25e9, 9}, {0.0, 1}, {624.35979, 8}}},
                                   {100.0, {{9.8022653e8, 8}, {2.5042055e8, 8}, {526177.77, 8}, {2.25e9, 9}, {0.0, 1}, {1168.23, 6}}}});
}

TEST(DePillis2009, fixed_steps_give_the_same_eight_digits) {
    for (auto const time : {10.0, 100.0})
        expect_fixed_steps_agree(DePillis2009{}, time, 40'000);
}

TEST(DePillis2009, fixed_steps_give_the_same_eight_digits_with_every_term_at_work) { // doses at will, and the paper's turnover
    DePillis2009 model;
    model.turnover = model.theta;
    model.d = 2.0;
    model.l = 1.5;
    model.s = 0.05;
    model.v_M = 0.5;
    model.v_L = 1e6;
    model.v_I = 1e5;

    expect_fixed_steps_agree(model, 10.0, 60'000);
}

TEST(DePillis2009, the_drug_rises_to_infusion_over_excretion) {
    DePillis2009 model;
    model.v_M = 2.0;

    EXPECT_NEAR(cvode(model, 3.0)[4], model.v_M / model.gamma * (1.0 - std::exp(-3.0 * model.gamma)), 1e-10);
}

TEST(DePillis2009, the_wrong_constant_in_the_turnover_of_its_file_shows_in_the_tenth_digit_only) {
    DePillis2009 as_in_the_paper;
    as_in_the_paper.turnover = as_in_the_paper.theta;

    auto const paper = cvode(as_in_the_paper, 100.0), file = cvode(DePillis2009{}, 100.0);

    EXPECT_NEAR(paper[2] / file[2], 1.0, 1e-9);
    EXPECT_LT(paper[2] / file[2], 1.0 - 1e-10);
}

TEST(Hoffman2018, antibody_lets_conjugates_kill_as_its_file_does) {
    expect_digits(Hoffman2018{}, {{1.0, {{0.99947058, 8}, {0.00052950, 5}, {0.99935226, 8}, {0.99308244, 8}}},
                                  {100.0, {{0.99930685, 8}, {0.00069348, 5}, {0.87224548, 8}, {0.86680901, 8}}}});
}

TEST(Hoffman2018, fixed_steps_give_the_same_eight_digits) {
    expect_fixed_steps_agree(Hoffman2018{}, 1.0, 10'000);
    expect_fixed_steps_agree(Hoffman2018{}, 20.0, 100'000);
}

TEST(HernandezVargas2012, influenza_runs_its_course_as_its_file_does) {
    expect_digits(
        HernandezVargas2012{},
        {{1.0, {{2.0356523e8, 8}, {1.3757109e8, 8}, {4793903.4, 8}, {1.2637882e8, 8}, {2546.3699, 8}, {0.81302193, 8}, {800343.14, 8}}},
         {10.0, {{2464765.6, 8}, {869992.72, 8}, {178756.39, 8}, {2.1474917e8, 8}, {345.79694, 8}, {0.13515583, 8}, {815649.41, 8}}}});
}

TEST(HernandezVargas2012, fixed_steps_give_the_same_eight_digits) {
    for (auto const time : {1.0, 10.0})
        expect_fixed_steps_agree(HernandezVargas2012{}, time, 40'000);
}

TEST(FatehiChenar2018, hepatitis_b_meets_nk_cells_as_in_its_file) {
    expect_digits(FatehiChenar2018{}, {{1.0,
                                        {{0.11290931, 8},
                                         {0.14797801, 8},
                                         {0.046148103, 8},
                                         {0.15917656, 8},
                                         {0.25407542, 8},
                                         {0.38683351, 8},
                                         {0.17655845, 8},
                                         {0.61289216, 8},
                                         {0.64370335, 8}}}});
}

TEST(FatehiChenar2018, fixed_steps_give_the_same_eight_digits) {
    for (auto const time : {1.0, 4.0})
        expect_fixed_steps_agree(FatehiChenar2018{}, time, 10'000);
}

TEST(FatehiChenar2018, a_virus_once_cleared_leaves_nk_cells_and_interferon_at_their_balance) {
    FatehiChenar2018 const model;

    auto const y = cvode(model, 100.0);

    // N = 1 + q_2 F2 and delta_2 F2 = p_2 + p_3 N, with E = 1 and without F1
    auto const f2 = (model.p_2 + model.p_3) / (model.delta_2 - model.p_3 * model.q_2);
    EXPECT_NEAR(y[1], 0.0, 1e-12);
    EXPECT_NEAR(y[3] / f2, 1.0, 1e-9);
    EXPECT_NEAR(y[4] / (1.0 + model.q_2 * f2), 1.0, 1e-9);
    EXPECT_NEAR(y[5], 1.0, 1e-9);
}

} // namespace
} // namespace nk::published
