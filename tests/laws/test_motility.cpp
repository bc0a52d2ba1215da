// T5 persistent random walk with Ornstein-Uhlenbeck velocity.
#include "base/moments.hpp"
#include "nk/biology/search.hpp"
#include "nk/tissue/motility.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using nk::Purpose;
using nk::Random;
using nk::test::Moments;
using nk::test::most_z;
using nk::tissue::OuStep;

constexpr double persistence = 3.0; // min
constexpr double speed = 5.0;       // um/min, rms over three axes

double displacement_squared(double minutes) {
    return 2.0 * speed * speed * persistence * (minutes - persistence * (1.0 - std::exp(-minutes / persistence)));
}

/// Mean and covariance of (position, velocity) along one axis of unit per-axis speed.
struct Joint {
    double x = 0.0;
    double v = 1.0;
    double xx = 0.0;
    double xv = 0.0;
    double vv = 0.0;
};

Joint stepped(Joint s, OuStep const& step) {
    auto const noise_vv = step.v_sd * step.v_sd;
    auto const noise_xv = step.x_from_v * noise_vv;
    auto const noise_xx = step.x_from_v * noise_xv + step.x_sd * step.x_sd;
    return {s.x + step.carry * s.v, step.keep * s.v, s.xx + 2.0 * step.carry * s.xv + step.carry * step.carry * s.vv + noise_xx,
            step.keep * (s.xv + step.carry * s.vv) + noise_xv, step.keep * step.keep * s.vv + noise_vv};
}

TEST(T5Walk, n_short_steps_have_the_joint_distribution_of_one_long_one) {
    for (auto const steps : {2, 10, 1000}) {
        Joint many;
        for (int i = 0; i < steps; ++i)
            many = stepped(many, OuStep(persistence, 2.0 / steps));
        auto const one = stepped({}, OuStep(persistence, 2.0));

        EXPECT_NEAR(many.x, one.x, 1e-9) << steps;
        EXPECT_NEAR(many.v, one.v, 1e-12) << steps;
        EXPECT_NEAR(many.xx, one.xx, 1e-7) << steps;
        EXPECT_NEAR(many.xv, one.xv, 1e-8) << steps;
        EXPECT_NEAR(many.vv, one.vv, 1e-10) << steps;
    }
}

TEST(T5Walk, the_noise_has_its_closed_form) {
    auto const dt = 0.7;
    auto const a = std::exp(-dt / persistence);
    OuStep const step(persistence, dt);

    EXPECT_NEAR(step.v_sd * step.v_sd, 1.0 - a * a, 1e-14);
    EXPECT_NEAR(step.x_from_v * (1.0 - a * a), persistence * (1.0 - a) * (1.0 - a), 1e-14);
    EXPECT_NEAR(step.x_sd * step.x_sd + step.x_from_v * step.x_from_v * (1.0 - a * a),
                2.0 * persistence * dt - persistence * persistence * (3.0 - 4.0 * a + a * a), 1e-13);
}

TEST(T5Walk, steps_far_below_the_persistence_time_move_straight_with_finite_noise) {
    for (auto const ratio : {1e-3, 1e-5, 1e-7}) {
        OuStep const step(persistence, ratio * persistence);

        EXPECT_NEAR(step.carry / (ratio * persistence), 1.0, 2.0 * ratio);
        EXPECT_TRUE(std::isfinite(step.x_from_v));
        EXPECT_TRUE(std::isfinite(step.x_sd));
        EXPECT_LT(step.x_sd, ratio * persistence);
    }
}

/// Squared displacements in 12 min of 20,000 cells with a stationary start, in steps of dt.
Moments walked(double dt, std::uint64_t seed) {
    OuStep const step(persistence, dt);
    auto const axis_speed = speed / std::sqrt(3.0);
    auto const steps = static_cast<int>(std::lround(12.0 / dt));
    Moments moments;
    for (std::uint64_t cell = 0; cell < 20'000; ++cell) {
        Random rng(seed, cell, Purpose::test);
        auto squared = 0.0;
        for (int axis = 0; axis < 3; ++axis) {
            auto velocity = axis_speed * rng.normal();
            auto position = 0.0;
            for (int i = 0; i < steps; ++i) {
                auto const z = rng.two_normals();
                position += step.advance(velocity, axis_speed, z[0], z[1]);
            }
            squared += position * position;
        }
        moments.add(squared);
    }
    return moments;
}

// |z| < 5: false alarm 5.7e-7 for each step.
TEST(T5Walk, the_mean_squared_displacement_is_exact_at_any_step) {
    for (auto const dt : {12.0, 4.0, 0.75}) {
        auto const moments = walked(dt, static_cast<std::uint64_t>(100.0 * dt));

        EXPECT_LT(std::abs(moments.z(displacement_squared(12.0))), most_z) << dt;
        EXPECT_GT(std::abs(moments.z(1.1 * displacement_squared(12.0))), most_z) << dt;
    }
}

/// Volume around a hard ball in which a walker of one position counts as touching it, from the share of time in a periodic box.
double simulated_touching_volume(nk::biology::SearchLaw const& law, double radius) {
    constexpr double box = 80.0, dt = 0.05;
    constexpr int steps = 4'000'000;
    auto const touch = 0.5 * law.nk_diameter + radius;
    OuStep const step(law.persistence, dt);
    auto const sd = law.speed_gel / std::sqrt(3.0);
    Random rng(8, 1, Purpose::test);
    double x[3] = {30.0, 0.0, 0.0}, v[3] = {sd, 0.0, 0.0};
    auto touching = 0.0;
    for (int i = 0; i < steps; ++i) {
        auto const noise = rng.four_normals();
        auto square = 0.0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            v[axis] = step.keep * v[axis] + step.v_sd * sd * noise[axis];
            x[axis] += dt * v[axis];
            x[axis] -= box * std::round(x[axis] / box);
            square += x[axis] * x[axis];
        }
        auto const distance = std::sqrt(square);
        if (distance < touch) // pushed out: the ball is hard
            for (auto& along : x)
                along *= touch / distance;
        touching += std::max(distance, touch) < touch + law.reach ? 1.0 : 0.0;
    }
    auto const share = touching / steps;
    auto const far = touch + law.reach;
    auto const outside = box * box * box - 4.0 / 3.0 * 3.14159265358979 * far * far * far;
    return share / (1.0 - share) * outside;
}

TEST(T5Walk, touches_a_ball_for_as_long_as_its_law_says) {
    nk::biology::SearchLaw law{};
    law.nk_diameter = 7.5;
    law.reach = 0.5;
    for (auto const& [walking, turning] : {std::pair{5.0, 5.0}, std::pair{15.0, 5.0}, std::pair{15.0, 0.3}}) {
        law.speed_gel = walking;
        law.persistence = turning;

        auto const volume = nk::biology::touching_volume(law, 8.0);

        EXPECT_NEAR(simulated_touching_volume(law, 8.0), volume, 0.1 * volume) << walking << " um/min, " << turning << " min";
    }
}

} // namespace
