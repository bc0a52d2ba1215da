#include "small_tissue.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <stdexcept>

/// T7 of the table of limiting cases: cells that breathe at the same rate wherever there is oxygen leave a core without any.
///
/// The engine's uptake is q c/(K + c) (Michaelis-Menten); q alone is its limit for K -> 0. There the edge of the core is where both c
/// and its slope are 0.
namespace {

using namespace nk;
using namespace nk::test;

constexpr double outside = 38.0;    ///< c0 [mmHg]
constexpr double diffusion = 1e5;   ///< D [um2/min]
constexpr double breathing = 2e3;   ///< q [mmHg/min]
constexpr double thickness = 120.0; ///< of the slab, twice the depth that oxygen reaches [um]

/// One resting cell in each voxel whose centre `is_tissue`.
template <class IsTissue> TissuePlan packed_plan(std::array<int, 3> n, double voxel, IsTissue is_tissue) {
    auto plan = small_plan({.tumour = 0, .nk = 0});
    plan.voxels = {n[0], n[1], n[2], voxel, {0.0, 0.0, 0.0}};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        plan.box.low[axis] = 0.0;
        plan.box.high[axis] = n[axis] * voxel;
        plan.box.boundary[axis] = Boundary::reflecting;
    }
    plan.substrates = {{"oxygen", "mmHg", {diffusion, 0.0, {}}, outside}};
    plan.substrates[0].solver = tissue::FieldSolver::steady;
    plan.oxygen = 0;
    auto& cell = plan.kinds[0];
    cell.cycle.reset();
    cell.radius = 0.4 * voxel;
    cell.radius_sd = cell.adhesion = cell.death_rate = 0.0;
    cell.clearance = 1e9;
    cell.needs_oxygen = true;
    cell.exchange.clear();
    for (int k = 0; k < n[2]; ++k)
        for (int j = 0; j < n[1]; ++j)
            for (int i = 0; i < n[0]; ++i) {
                auto const x = (i + 0.5) * voxel, y = (j + 0.5) * voxel, z = (k + 0.5) * voxel;
                if (is_tissue(x, y, z))
                    plan.cells.push_back({x, y, z, 0, false, {}});
                else
                    plan.substrates[0].held.push_back(static_cast<std::uint32_t>((k * n[1] + j) * n[0] + i));
            }
    plan.substrates[0].held_value = outside;
    return plan;
}

/// Uptake with half-saturation `half`, and no necrosis.
biology::TissueLaws breathing_laws(double half) {
    auto out = tissue_laws();
    out.mechanics.repulsion = 0.0;
    out.oxygen.uptake_half = half;
    out.oxygen.necrosis_rate = 0.0;
    return out;
}

/// So that full voxels take up q.
void breathe(TissuePlan& plan, double half) {
    auto const share = 4.0 / 3.0 * std::numbers::pi * 0.064; // of a voxel in its cell
    plan.kinds[0].exchange = {{.substrate = 0, .uptake = breathing / half / share}};
}

/// The oxygen of a plan after the uptake has settled with it: the uptake of each step is that of the oxygen before.
std::vector<double> settled(TissuePlan plan, double half) {
    breathe(plan, half);
    auto const laws = breathing_laws(half);
    Tissue tissue(std::move(plan), shared_laws(), laws, 1, backend::Executor(1));
    std::vector<double> oxygen(tissue.fields().grid().size(), outside);
    for (auto change = 1.0; change > 1e-5 * outside;) {
        if (tissue.step() == 100)
            throw std::runtime_error("the uptake does not settle");
        tissue.advance();
        change = 0.0;
        for (std::size_t v = 0; v < oxygen.size(); ++v) {
            change = std::max(change, std::abs(tissue.fields().values(0)[v] - oxygen[v]));
            oxygen[v] = tissue.fields().values(0)[v];
        }
    }
    return oxygen;
}

/// Depth below the surface of a thick slab at which the oxygen has fallen to `threshold`; voxels of width `voxel`, one row of them.
double depth_in_slab(double voxel, double half, double threshold) {
    auto const n = static_cast<int>(std::lround(thickness / voxel));
    auto plan = packed_plan({n, 1, 1}, voxel, [](double, double, double) { return true; });
    plan.substrates[0].physics.faces[0] = {numerics::FaceKind::held, outside};
    auto const oxygen = settled(plan, half);
    std::size_t i = 1;
    while (oxygen[i] > threshold)
        ++i;
    auto const share = (oxygen[i - 1] - threshold) / (oxygen[i - 1] - oxygen[i]);
    return (static_cast<double>(i) - 0.5 + share) * voxel;
}

/// The same from the first integral of D c'' = q c/(K + c), which is D c'^2/2 = q (c - K ln(1 + c/K)) in a slab without end.
double exact_depth_in_slab(double half, double threshold) {
    constexpr int parts = 20000; // midpoints in the square root of c, where the integrand is flat
    auto const from = std::sqrt(threshold);
    auto const width = (std::sqrt(outside) - from) / parts;
    auto out = 0.0;
    for (int i = 0; i < parts; ++i) {
        auto const root = from + (i + 0.5) * width;
        auto const c = root * root;
        out += width * 2.0 * root / std::sqrt(2.0 * breathing / diffusion * (c - half * std::log1p(c / half)));
    }
    return out;
}

/// Without K the slope is that of a parabola.
double zero_order_depth(double threshold) {
    return std::sqrt(2.0 * diffusion / breathing) * (std::sqrt(outside) - std::sqrt(threshold));
}

TEST(NecroticCore, in_a_slab_oxygen_falls_over_the_exact_depth_for_any_saturation_of_the_uptake) {
    for (auto const half : {4.0, 1.0, 0.25})
        for (auto const threshold : {10.0, 2.5}) {
            auto const exact = exact_depth_in_slab(half, threshold);

            auto const coarse = std::abs(depth_in_slab(10.0, half, threshold) / exact - 1.0);
            auto const fine = std::abs(depth_in_slab(2.5, half, threshold) / exact - 1.0);

            EXPECT_LT(coarse, 0.01) << half << " " << threshold;
            EXPECT_LT(fine, 0.001) << half << " " << threshold; // of second order, a sixteenth but for the straight line between voxels
        }
}

TEST(NecroticCore, of_a_slab_has_the_thickness_of_uptake_of_order_zero_when_it_saturates_at_once) {
    for (auto const threshold : {5.0, 0.5}) {
        auto const exact = zero_order_depth(threshold);
        auto farther = 1e300;
        for (auto const half : {1.0, 0.1, 0.01, 0.001}) {
            auto const off = std::abs(depth_in_slab(2.5, half, threshold) / exact - 1.0);
            EXPECT_LT(off, farther) << half << " " << threshold;
            farther = off;
        }
        EXPECT_LT(farther, 0.005) << threshold;
    }
}

/// Oxygen at distance r from the middle of a ball that breathes at q outside of its core.
double oxygen_in_ball(double r, double core) {
    return breathing / (6.0 * diffusion) * (r * r + 2.0 * core * core * core / r - 3.0 * core * core);
}
/// The radius at which f, which goes through 0 once from `low` to `high`, is 0.
template <class F> double zero_between(double low, double high, F f) {
    auto const rises = f(high) > 0.0;
    for (int i = 0; i < 60; ++i) {
        auto const middle = 0.5 * (low + high);
        ((f(middle) > 0.0) == rises ? high : low) = middle;
    }
    return low;
}
/// Radius of the oxygen-free core of a ball of radius R with c0 at its surface; there is one from R = sqrt(6 D c0/q) on.
double core_of_ball(double radius) {
    return zero_between(0.0, radius, [&](double core) { return outside - oxygen_in_ball(radius, core); });
}
double radius_of_oxygen(double radius, double threshold) {
    auto const core = core_of_ball(radius);
    return zero_between(core, radius, [&](double r) { return oxygen_in_ball(r, core) - threshold; });
}

/// An eighth of a ball, its middle in the corner of the box.
TissuePlan ball_plan(double radius, double voxel) {
    auto const n = static_cast<int>(std::lround(radius / voxel)) + 1;
    return packed_plan({n, n, n}, voxel, [&](double x, double y, double z) { return x * x + y * y + z * z < radius * radius; });
}

/// The radius of a ball as large as the voxels below the threshold.
double radius_below(std::vector<double> const& oxygen, double voxel, double threshold) {
    auto const below = std::count_if(oxygen.begin(), oxygen.end(), [&](double c) { return c < threshold; });
    return voxel * std::cbrt(8.0 * static_cast<double>(below) * 3.0 / (4.0 * std::numbers::pi));
}

constexpr double ball = 160.0;      ///< radius [um]
constexpr double saturation = 0.02; ///< K, next to the limit [mmHg]

TEST(NecroticCore, of_a_ball_has_its_exact_radius_to_half_a_voxel_and_voxels_of_half_the_width_halve_the_error) {
    auto const coarse = settled(ball_plan(ball, 20.0), saturation);
    auto const middle = settled(ball_plan(ball, 10.0), saturation);
    auto const fine = settled(ball_plan(ball, 5.0), saturation);

    for (auto const threshold : {0.5, 2.5, 5.0, 15.0}) {
        auto const exact = radius_of_oxygen(ball, threshold);
        std::array const errors{radius_below(coarse, 20.0, threshold) - exact, radius_below(middle, 10.0, threshold) - exact,
                                radius_below(fine, 5.0, threshold) - exact};
        EXPECT_LT(std::abs(errors[0]), 10.0) << threshold; // the surface is a staircase, held up to a voxel outside of it
        EXPECT_LT(std::abs(errors[1]), 5.0) << threshold;
        EXPECT_LT(std::abs(errors[2]), 2.5) << threshold;
        EXPECT_LT(std::abs(errors[2]), 0.6 * std::abs(errors[1])) << threshold;
        EXPECT_LT(std::abs(errors[1]), 0.6 * std::abs(errors[0])) << threshold;
    }
}

TEST(NecroticCore, is_none_in_a_ball_below_the_critical_radius) {
    auto const critical = std::sqrt(6.0 * diffusion * outside / breathing); // 107 um

    auto const below = settled(ball_plan(0.9 * critical, 10.0), saturation);
    auto const above = settled(ball_plan(1.2 * critical, 10.0), saturation);

    EXPECT_LT(below[0], outside * (1.0 - 0.9 * 0.9)); // the staircase of its surface lies up to a voxel outside, half of one in the mean
    EXPECT_GT(below[0], outside * (1.0 - std::pow(0.9 + 5.0 / critical, 2)));
    EXPECT_LT(above[0], 1e-3 * outside);
}

TEST(NecroticCore, the_cells_that_die_of_lack_of_oxygen_are_those_of_the_core) {
    constexpr double voxel = 10.0;
    auto plan = ball_plan(ball, voxel);
    breathe(plan, saturation);
    plan.phenotype_every = 30;
    auto laws = breathing_laws(saturation);
    laws.oxygen.necrosis_start = laws.oxygen.necrosis_full = 0.1;
    laws.oxygen.necrosis_rate = 60.0 * 4.0; // almost all within the first stretch of 3 min
    Tissue tissue(std::move(plan), shared_laws(), laws, 1, backend::Executor(1));

    run(tissue, 200);

    std::size_t dead = 0;
    auto farthest_dead = 0.0, nearest_alive = 1e300;
    for (std::size_t row = 0; row < tissue.cells().size(); ++row) {
        auto const cell = tissue.cells().load(row);
        auto const r = std::sqrt(cell.x * cell.x + cell.y * cell.y + cell.z * cell.z);
        if (cell.state == CellState::dead) {
            ++dead;
            farthest_dead = std::max(farthest_dead, r);
        } else {
            nearest_alive = std::min(nearest_alive, r);
        }
    }
    auto const radius = voxel * std::cbrt(8.0 * static_cast<double>(dead) * 3.0 / (4.0 * std::numbers::pi));
    EXPECT_NEAR(radius, radius_of_oxygen(ball, 0.1), 0.5 * voxel); // the core, and 3 um of its edge
    EXPECT_LT(farthest_dead, nearest_alive + voxel);
}

} // namespace
