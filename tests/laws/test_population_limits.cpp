#include "nk/numerics/ode.hpp"

#include <cmath>
#include <gtest/gtest.h>

// Limits with exact results, as problems for the integrator that carries the host. Their equations stand here, not in the program.

namespace nk::numerics {
namespace {

constexpr Tolerance tight{1e-11, 1e-9};

// --- Kuznetsov 1994, Bull Math Biol 56:295: effector cells and a tumour

struct Kuznetsov {
    double s = 1.3e4;     ///< influx of effectors [cell/day]
    double p = 0.1245;    ///< their greatest recruitment [1/day]
    double g = 2.019e7;   ///< tumour of half of it [cell]
    double m = 3.422e-10; ///< inactivation by tumour cells [1/(cell day)]
    double n = 1.101e-7;  ///< kill [1/(cell day)]
    double d = 0.0412;    ///< death of effectors [1/day]
    double a = 0.18;      ///< growth [1/day]
    double b = 2e-9;      ///< 1/capacity [1/cell]
    void operator()(double, double const* y, double* dydt) const {
        dydt[0] = s + p * y[0] * y[1] / (g + y[1]) - m * y[0] * y[1] - d * y[0];
        dydt[1] = a * y[1] * (1.0 - b * y[1]) - n * y[0] * y[1];
    }
};

TEST(Kuznetsov1994, ComesToRestAtARootOfItsCubic) { // model T23
    Kuznetsov const model;
    auto const end = integrate(model, {3.2e5, 5e6}, 0.0, 20000.0, {1e-10, 1e-6});

    auto const effectors = model.a / model.n * (1.0 - model.b * end[1]); // the tumour's balance
    EXPECT_NEAR(end[0] / effectors, 1.0, 1e-6);
    auto const t = end[1];
    auto const balance = (model.s + effectors * (model.p * t / (model.g + t) - model.m * t - model.d)) / model.s;
    EXPECT_NEAR(balance, 0.0, 1e-5);
    EXPECT_GT(t, 1e6);
    EXPECT_LT(t, 1e7); // the dormant state, not the large tumour
}

// --- Limits with exact results

TEST(TwoCompartments, RelaxAtTheEigenvaluesOfTheirExchange) { // model T10
    constexpr auto k12 = 3.0, k21 = 0.7, loss = 0.2, t = 2.5;
    auto const rhs = [](double, double const* y, double* dydt) {
        dydt[0] = -(k12 + loss) * y[0] + k21 * y[1];
        dydt[1] = k12 * y[0] - k21 * y[1];
    };

    auto const y = integrate(rhs, {1.0, 0.0}, 0.0, t, {1e-12, 1e-14});

    auto const sum = k12 + k21 + loss;
    auto const root = std::sqrt(sum * sum - 4.0 * k21 * loss);
    auto const fast = 0.5 * (-sum - root), slow = 0.5 * (-sum + root);
    auto const first = ((fast + k21) * std::exp(fast * t) - (slow + k21) * std::exp(slow * t)) / (fast - slow);
    EXPECT_NEAR(y[0], first, 1e-10);
}

TEST(ZhaoFrench, T11_DividingCellsFollowTheClosedForm) {
    constexpr auto q0 = 1000.0, r = 0.4, dq = 0.05, b = 0.6, dd = 0.1, t = 6.0;
    auto const rhs = [](double, double const* y, double* dydt) {
        dydt[0] = -(r + dq) * y[0];
        dydt[1] = 2.0 * r * y[0] + (b - dd) * y[1];
    };

    auto const y = integrate(rhs, {q0, 0.0}, 0.0, t, tight);

    EXPECT_NEAR(y[0], q0 * std::exp(-(r + dq) * t), 1e-7);
    auto const dividing = 2.0 * r * q0 / (r + dq + b - dd) * (std::exp((b - dd) * t) - std::exp(-(r + dq) * t));
    EXPECT_NEAR(y[1] / dividing, 1.0, 1e-9);
}

TEST(Growth, UnderAConstantKillEndsWhereTheClosedFormsSay) { // model T22
    constexpr auto r = 0.5, capacity = 1e9, kill = 0.2, t = 7.0, start = 1e6;
    auto const logistic = [](double, double const* y, double* dydt) { dydt[0] = r * y[0] * (1.0 - y[0] / capacity) - kill * y[0]; };
    auto const gompertz = [](double, double const* y, double* dydt) { dydt[0] = r * y[0] * std::log(capacity / y[0]) - kill * y[0]; };

    auto const rest = capacity * (1.0 - kill / r);
    auto const expected = rest / (1.0 + (rest / start - 1.0) * std::exp(-(r - kill) * t));
    EXPECT_NEAR(integrate(logistic, {start}, 0.0, t, tight)[0] / expected, 1.0, 1e-9);
    EXPECT_NEAR(integrate(logistic, {start}, 0.0, 400.0, tight)[0] / rest, 1.0, 1e-9);
    auto const level = std::log(capacity) - kill / r;
    auto const x = level + (std::log(start) - level) * std::exp(-r * t);
    EXPECT_NEAR(integrate(gompertz, {start}, 0.0, t, tight)[0] / std::exp(x), 1.0, 1e-9);
}

TEST(FeedForward, ReadsTheGrowthRateOfItsInputAndAdaptsToItsLevel) { // model T27, Sontag
    constexpr auto a = 1.2, b = 0.8, c = 2.0, delta = 0.5;
    auto const response = [](double growth, double level) {
        auto const rhs = [=](double t, double const* y, double* dydt) {
            auto const u = level * std::exp(growth * t);
            dydt[0] = -a * y[0] + b * u;
            dydt[1] = c * u / y[0] - delta * y[1];
        };
        return integrate(rhs, {level, 0.0}, 0.0, 40.0, {1e-11, 1e-12})[1];
    };

    EXPECT_NEAR(response(0.3, 1.0), c * (a + 0.3) / (b * delta), 1e-7);
    EXPECT_NEAR(response(0.0, 1.0), c * a / (b * delta), 1e-7);
    EXPECT_NEAR(response(0.0, 50.0), c * a / (b * delta), 1e-7); // whatever its level
}

TEST(TargetCellLimit, FinalSizeAndEarlyGrowthAreThoseOfTheClosedForms) { // model T21
    constexpr auto beta = 2e-5, k = 4.0, delta = 1.5, p = 0.02, c = 5.0, t0 = 1e8, v0 = 1e-2;
    auto const rhs = [](double, double const* y, double* dydt) {
        dydt[0] = -beta * y[0] * y[3];
        dydt[1] = beta * y[0] * y[3] - k * y[1];
        dydt[2] = k * y[1] - delta * y[2];
        dydt[3] = p * y[2] - c * y[3];
    };

    auto const end = integrate(rhs, {t0, 0.0, 0.0, v0}, 0.0, 200.0, {1e-11, 1e-9});
    auto const early = integrate_at(rhs, {t0, 0.0, 0.0, v0}, {0.0, 1.0, 1.2}, {1e-12, 1e-12});

    auto const r0 = beta * p * t0 / (c * delta);
    auto const left = end[0] / t0;
    EXPECT_NEAR(std::log(left), -r0 * (1.0 - left) - beta * v0 / c, 1e-6);
    auto const s = std::log(early[2][3] / early[1][3]) / 0.2;
    EXPECT_NEAR((s + c) * (s + delta) * (s + k) / (k * beta * p * t0), 1.0, 0.02); // other roots have died down
}

} // namespace
} // namespace nk::numerics
