// T3 education fixed point, T28 its step response.
#include "nk/biology/education.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace nk::biology;

constexpr EducationLaw education{70.0, 1.5, 1.0 / 80.0, 24.0};

double vav(double rho, double drive, double brake) {
    return rho * drive / (rho * drive + brake);
}

rc::Gen<double> wide(int from, int to) {
    return rc::gen::map(rc::gen::inRange(1000 * from, 1000 * to + 1), [](int milli) { return std::pow(10.0, milli / 1000.0); });
}

RC_GTEST_PROP(T3Education, the_root_solves_its_equation_and_lies_between_its_limits, ()) {
    auto const drive = *wide(-5, 5);
    auto const brake = *wide(-5, 8);
    auto const rho = educated_responsiveness(education, drive, brake);

    RC_ASSERT(rho <= education.maximum * (1.0 + 1e-14));
    RC_ASSERT(rho >= education.maximum / (1.0 + education.disarming) * (1.0 - 1e-14));
    RC_ASSERT(std::abs(rho * (1.0 + education.disarming * vav(rho, drive, brake)) / education.maximum - 1.0) < 1e-9);
}

RC_GTEST_PROP(T3Education, more_self_inhibition_arms_and_more_self_activation_disarms, ()) {
    auto const drive = *wide(-3, 3);
    auto const brake = *wide(-3, 5);
    auto const rho = educated_responsiveness(education, drive, brake);

    RC_ASSERT(educated_responsiveness(education, drive, 1.2 * brake) >= rho * (1.0 - 1e-13));
    RC_ASSERT(educated_responsiveness(education, 1.2 * drive, brake) <= rho * (1.0 + 1e-13));
}

TEST(T3Education, has_its_limits) {
    EXPECT_NEAR(educated_responsiveness(education, 0.3, 1e15), education.maximum, 1e-12);
    EXPECT_NEAR(educated_responsiveness(education, 0.3, 0.0), education.maximum / (1.0 + education.disarming), 1e-14);
    EXPECT_NEAR(educated_responsiveness(education, 0.0, 0.6), education.maximum, 1e-14);
    EXPECT_THROW(educated_responsiveness(education, 0.0, 0.0), nk::ContractError);
}

TEST(T3Education, integrating_for_long_ends_at_the_root_from_either_side) {
    for (auto const brake : {0.6, 2.0, 20.0})
        for (auto const start : {0.01, 1.5}) {
            auto const root = educated_responsiveness(education, 0.3, brake);

            EXPECT_NEAR(re_educate(education, start, 0.3, brake, 3e6), root, 1e-7 * root);
        }
}

TEST(T3Education, no_time_changes_nothing_and_two_steps_are_one) {
    auto const whole = re_educate(education, 0.2, 0.3, 5.0, 20'000.0);
    auto const halves = re_educate(education, re_educate(education, 0.2, 0.3, 5.0, 10'000.0), 0.3, 5.0, 10'000.0);

    EXPECT_EQ(re_educate(education, 0.2, 0.3, 5.0, 0.0), 0.2);
    EXPECT_NEAR(halves, whole, 1e-7 * whole);
}

TEST(T28EducationResponse, a_small_disturbance_returns_at_the_linearised_rate) {
    for (auto const brake : {0.6, 3.0, 30.0}) {
        auto const root = educated_responsiveness(education, 0.3, brake);
        auto const rate = relaxation_rate(education, 0.3, brake);
        auto const minutes = 1.0 / rate;

        auto const left = (re_educate(education, root * 1.0001, 0.3, brake, minutes) - root) / (root * 0.0001);

        EXPECT_NEAR(left, std::exp(-1.0), 2e-4) << brake;
        EXPECT_GT(std::abs(left - std::exp(-1.1)), 0.01); // a rate 10 % off is seen
    }
}

TEST(T28EducationResponse, a_transferred_cell_retunes_within_five_to_ten_days_at_the_starting_set) {
    auto const days = 1.0 / relaxation_rate(education, 0.3, 0.6) / 1440.0;

    EXPECT_GT(days, 1.0);
    EXPECT_LT(days, 10.0);
}

} // namespace
