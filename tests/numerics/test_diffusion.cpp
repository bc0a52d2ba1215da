#include "nk/numerics/diffusion.hpp"

#include "nk/base/error.hpp"
#include "nk/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <vector>

namespace {

using namespace nk::numerics;
using nk::backend::Executor;
using Mask = std::vector<std::uint8_t>;

Executor const serial(1);

double random_unit(std::uint64_t i) {
    return nk::Random(5, i, nk::Purpose::test).uniform();
}

constexpr Face closed{};
constexpr Face ring{FaceKind::periodic, 0.0};

Substrate substrate(double diffusion, double decay, Face face = closed) {
    return {diffusion, decay, {face, face, face, face, face, face}};
}

template <class T> void fill_randomly(Diffusion<T>& diffusion) {
    for (std::size_t s = 0; s < diffusion.substrates().size(); ++s)
        for (std::size_t i = 0; i < diffusion.grid().size(); ++i)
            if (!diffusion.is_blocked(i))
                diffusion.field(s)[i] = static_cast<T>(random_unit(i + 1'000'000 * s));
}

double largest_difference(std::span<double const> a, std::span<double const> b) {
    auto most = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

/// Largest error of a spreading Gauss curve, relative to its peak: from t = start to start + 1 min in a box of side 12 um.
double green_error(int dimensions, int side, int steps, TimeScheme scheme) {
    auto const d = 0.4;
    auto const gamma = 0.3;
    auto const start = 1.0;
    auto const width = 12.0 / side;
    VoxelGrid const grid{side, dimensions > 1 ? side : 1, dimensions > 2 ? side : 1, width, {-6.0, -6.0, -6.0}};
    Diffusion<double> diffusion(grid, {substrate(d, gamma)});
    auto const exact = [&](std::size_t i, double t) {
        int const at[] = {static_cast<int>(i) % side, static_cast<int>(i) / side % side, static_cast<int>(i) / (side * side)};
        auto r2 = 0.0;
        for (int axis = 0; axis < dimensions; ++axis)
            r2 += std::pow((at[axis] + 0.5) * width - 6.0, 2);
        return std::exp(-r2 / (4.0 * d * t) - gamma * t) / std::pow(4.0 * std::numbers::pi * d * t, 0.5 * dimensions);
    };
    for (std::size_t i = 0; i < grid.size(); ++i)
        diffusion.field(0)[i] = exact(i, start);
    for (int i = 0; i < steps; ++i)
        diffusion.step(1.0 / steps, serial, {}, scheme);
    auto most = 0.0;
    auto peak = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        most = std::max(most, std::abs(diffusion.field(0)[i] - exact(i, start + 1.0)));
        peak = std::max(peak, exact(i, start + 1.0));
    }
    return most / peak;
}

TEST(Diffusion, a_point_spreads_as_greens_function_in_one_two_and_three_dimensions) {
    for (int dimensions = 1; dimensions <= 3; ++dimensions) {
        auto const error = green_error(dimensions, dimensions == 3 ? 48 : 120, 20, TimeScheme::second_order);
        EXPECT_LT(error, dimensions == 3 ? 0.015 : 0.004) << dimensions;
    }
}

TEST(Diffusion, the_error_falls_with_the_square_of_the_voxel) {
    auto const coarse = green_error(2, 24, 100, TimeScheme::second_order);
    auto const fine = green_error(2, 48, 100, TimeScheme::second_order);

    EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.15);
}

/// Error of one minute in `steps` steps, against 2048 second-order steps on the same grid.
double time_error(int steps, TimeScheme scheme) {
    auto const run = [](int n, TimeScheme how) {
        Diffusion<double> diffusion({20, 16, 12, 1.0}, {substrate(2.0, 0.5)});
        std::vector<double> uptake(diffusion.grid().size());
        std::vector<double> supply(uptake.size());
        for (std::size_t i = 0; i < uptake.size(); ++i) {
            auto const x = static_cast<double>(i % 20) / 20.0;
            auto const y = static_cast<double>(i / 20 % 16) / 16.0;
            diffusion.field(0)[i] = 1.0 + std::cos(3.0 * x) * std::sin(2.0 * y);
            uptake[i] = 1.0 + x;
            supply[i] = y * y;
        }
        std::vector<Exchange<double>> const exchange{{uptake, {}, supply, {}, {}}};
        for (int i = 0; i < n; ++i)
            diffusion.step(1.0 / n, serial, exchange, how);
        return std::vector<double>(diffusion.field(0).begin(), diffusion.field(0).end());
    };
    auto const exact = run(512, TimeScheme::second_order);
    return largest_difference(run(steps, scheme), exact);
}

TEST(Diffusion, the_error_falls_with_the_step_and_with_its_square_when_extrapolated) {
    EXPECT_NEAR(std::log2(time_error(32, TimeScheme::first_order) / time_error(64, TimeScheme::first_order)), 1.0, 0.1);
    EXPECT_NEAR(std::log2(time_error(16, TimeScheme::second_order) / time_error(32, TimeScheme::second_order)), 2.0, 0.2);
}

TEST(Diffusion, a_point_source_in_space_has_its_exponential_profile) {
    auto const side = 61;
    auto const lambda = 6.0;
    Diffusion<double> diffusion({side, side, side, 1.0}, {substrate(36.0, 1.0)});
    std::vector<double> supply(diffusion.grid().size(), 0.0);
    supply[diffusion.grid().index(30, 30, 30)] = 100.0;

    EXPECT_LT(diffusion.steady_state(0, {{}, {}, supply, {}, {}}, 1e-10, serial).iterations, 40);

    for (int r : {4, 6, 8, 12}) {
        auto const exact = 100.0 / (4.0 * std::numbers::pi * 36.0 * r) * std::exp(-r / lambda);
        EXPECT_NEAR(diffusion.field(0)[diffusion.grid().index(30 + r, 30, 30)] / exact, 1.0, 0.4 / (r * r) + 0.08 / r)
            << r; // the lattice along its axis
    }
    EXPECT_NEAR(diffusion.molecules(0, serial), 100.0, 1e-6); // what comes in decays at 1/min
}

TEST(Diffusion, a_line_source_has_the_profile_of_k0) {
    auto const side = 161;
    auto const lambda = 10.0;
    Diffusion<double> diffusion({side, side, 1, 1.0}, {substrate(100.0, 1.0)});
    std::vector<double> supply(diffusion.grid().size(), 0.0);
    supply[diffusion.grid().index(80, 80, 0)] = 50.0;

    diffusion.steady_state(0, {{}, {}, supply, {}, {}}, 1e-10, serial);

    for (int r : {4, 8, 16, 25}) {
        auto const exact = 50.0 / (2.0 * std::numbers::pi * 100.0) * std::cyl_bessel_k(0.0, r / lambda);
        EXPECT_NEAR(diffusion.field(0)[diffusion.grid().index(80 + r, 80, 0)] / exact, 1.0, 0.01) << r;
    }
}

/// Largest error at voxels inside a sphere of radius 10 um with uptake, held at 1 outside, relative to 1.
double sphere_error(int side) {
    auto const radius = 10.0;
    auto const lambda = 4.0;
    auto const width = 24.0 / side;
    VoxelGrid const grid{side, side, side, width, {-12.0, -12.0, -12.0}};
    Diffusion<double> diffusion(grid, {substrate(16.0, 0.0)});
    std::vector<double> uptake(grid.size(), 1.0);
    Mask outside(grid.size());
    std::vector<double> const value(grid.size(), 1.0);
    auto const n = static_cast<std::size_t>(side);
    auto const at = [&](std::size_t k) { return (static_cast<double>(k) + 0.5) * width - 12.0; };
    auto const distance = [&](std::size_t i) { return std::hypot(at(i % n), at(i / n % n), at(i / (n * n))); };
    for (std::size_t i = 0; i < grid.size(); ++i)
        outside[i] = distance(i) >= radius;
    diffusion.hold(0, outside, value);
    diffusion.steady_state(0, {uptake, {}, {}, {}, {}}, 1e-10, serial);
    auto most = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i)
        if (auto const r = distance(i); r < 0.8 * radius)
            most = std::max(most, std::abs(diffusion.field(0)[i] - radius * std::sinh(r / lambda) / (r * std::sinh(radius / lambda))));
    return most;
}

TEST(Diffusion, a_sphere_that_takes_up_has_the_profile_of_sinh) {
    EXPECT_LT(sphere_error(48), 0.025); // the border is one of voxels: its place errs by a part of one
    EXPECT_LT(sphere_error(48), 0.8 * sphere_error(24));
}

TEST(Diffusion, between_held_faces_lies_a_catenary) {
    Substrate law{1.0, 0.2, {}};
    law.faces[0] = {FaceKind::held, 2.0};
    law.faces[1] = {FaceKind::held, 1.0};
    Diffusion<double> stepped({40, 1, 1, 0.1}, {law});
    auto solved = stepped;
    for (int i = 0; i < 2000; ++i)
        stepped.step(0.02, serial);
    solved.steady_state(0, {}, 1e-12, serial);

    EXPECT_LT(largest_difference(stepped.field(0), solved.field(0)), 0.01); // the fixed point of split steps is off by O(dt)
    auto const k = std::sqrt(0.2);                                          // c = 2 cosh(k x) + b sinh(k x)
    auto const b = (1.0 - 2.0 * std::cosh(4.0 * k)) / std::sinh(4.0 * k);
    for (std::size_t i = 0; i < 40; ++i) {
        auto const x = (static_cast<double>(i) + 0.5) * 0.1;
        EXPECT_NEAR(solved.field(0)[i], 2.0 * std::cosh(k * x) + b * std::sinh(k * x), 5e-4);
    }
}

TEST(Diffusion, without_cells_molecules_decay_by_one_over_one_plus_gamma_dt_each_step) {
    Diffusion<double> diffusion({19, 17, 13, 2.0}, {substrate(300.0, 0.7)});
    fill_randomly(diffusion);
    auto expected = diffusion.molecules(0, serial);
    for (int i = 0; i < 50; ++i) {
        diffusion.step(0.1, serial);
        expected /= 1.07;
        EXPECT_NEAR(diffusion.molecules(0, serial) / expected, 1.0, 1e-12);
    }
}

template <class T> void expect_balance(TimeScheme scheme, Face face, double tolerance) {
    Diffusion<T> diffusion({21, 18, 14, 10.0}, {substrate(900.0, 0.0, face)});
    auto const n = diffusion.grid().size();
    Mask walls(n);
    std::vector<T> uptake(n), secretion(n), supply(n);
    for (std::size_t i = 0; i < n; ++i) {
        walls[i] = random_unit(i + 7'000'000) < 0.05;
        uptake[i] = static_cast<T>(random_unit(i + 1) < 0.2 ? 3.0 : 0.0);
        secretion[i] = static_cast<T>(random_unit(i + 2) < 0.1 ? 1.0 : 0.0);
        supply[i] = T(2) * secretion[i];
    }
    diffusion.block(walls);
    fill_randomly(diffusion);
    std::vector<double> taken(n), secreted(n), more(n);
    std::vector<Exchange<T>> const exchange{{uptake, secretion, supply, taken, secreted}};
    auto balance = diffusion.molecules(0, serial);
    for (std::uint64_t step = 0; step < 200; ++step) {
        auto const x = 210.0 * random_unit(3 * step);
        balance += diffusion.deposit(0, x, 95.0, 35.0, 12345.0);
        balance -= diffusion.take_up(0, 210.0 - x, 60.0, 100.0, 500.0);
        diffusion.take_up(0, std::span<T const>(uptake), 0.01, more, serial);
        diffusion.step(0.05, serial, exchange, scheme);
        for (std::size_t i = 0; i < n; ++i)
            balance += secreted[i] - taken[i] - more[i];
    }
    EXPECT_NEAR(diffusion.molecules(0, serial) / balance, 1.0, tolerance);
    for (std::size_t i = 0; i < n; ++i)
        EXPECT_GE(diffusion.field(0)[i], T(0));
}

TEST(Diffusion, molecules_are_conserved_through_walls_deposits_and_uptake) {
    expect_balance<double>(TimeScheme::first_order, closed, 1e-12);
    expect_balance<double>(TimeScheme::second_order, closed, 1e-12);
    expect_balance<double>(TimeScheme::first_order, ring, 1e-12);
    expect_balance<float>(TimeScheme::first_order, closed, 2e-5);
}

TEST(Diffusion, a_point_on_a_ring_keeps_its_molecules_at_any_step) {
    for (double dt : {1e-3, 1.0, 1e3}) {
        Diffusion<double> diffusion({75, 2, 3, 1.0}, {substrate(10.0, 0.0, ring)});
        diffusion.deposit(0, 9.0, 1.0, 1.0, 1.0);
        auto const first = diffusion.step(dt, serial, {}, TimeScheme::second_order);
        EXPECT_TRUE(dt != 1.0 || first.clipped > 1e-6); // the far tail would be negative
        for (int i = 0; i < 100; ++i)
            diffusion.step(dt, serial);
        EXPECT_NEAR(diffusion.molecules(0, serial), 1.0, 1e-11) << dt;
    }
}

TEST(Diffusion, steps_of_a_thousand_explicit_limits_stay_positive_and_bounded) {
    for (auto const scheme : {TimeScheme::first_order, TimeScheme::second_order}) {
        Diffusion<double> diffusion({23, 19, 17, 5.0}, {substrate(500.0, 0.02)});
        auto const n = diffusion.grid().size();
        std::vector<double> supply(n), uptake(n);
        for (std::size_t i = 0; i < n; ++i) {
            supply[i] = random_unit(i) < 0.02 ? 10.0 : 0.0;
            uptake[i] = random_unit(i + n) < 0.1 ? 50.0 : 0.1;
        }
        std::vector<Exchange<double>> const exchange{{uptake, {}, supply, {}, {}}};
        auto const dt = 1000.0 * 25.0 / (6.0 * 500.0);
        for (int step = 0; step < 100; ++step) {
            diffusion.step(dt, serial, exchange, scheme);
            for (auto const c : diffusion.field(0)) {
                ASSERT_GE(c, 0.0);
                ASSERT_LT(c, 10.0 / 0.12); // of the equation: the largest supply over the smallest loss
            }
        }
    }
}

template <class T> void expect_same_bits_for_any_threads() {
    auto const run = [](int threads) {
        Executor const executor(threads);
        auto odd = substrate(400.0, 0.1);
        odd.faces[2] = {FaceKind::held, 0.5};
        Diffusion<T> diffusion({37, 29, 11, 10.0}, {substrate(900.0, 0.0), odd});
        auto const n = diffusion.grid().size();
        Mask vessels(n);
        for (std::size_t i = 0; i < n; ++i)
            vessels[i] = random_unit(i) < 0.004;
        diffusion.hold(1, vessels, std::vector<T>(n, T(1)));
        fill_randomly(diffusion);
        for (int i = 0; i < 3; ++i)
            diffusion.step(0.3, executor);
        diffusion.step(0.3, executor, {}, TimeScheme::second_order);
        diffusion.steady_state(1, {}, 1e-6, executor);
        std::vector<T> all(diffusion.field(0).begin(), diffusion.field(0).end());
        all.insert(all.end(), diffusion.field(1).begin(), diffusion.field(1).end());
        all.push_back(static_cast<T>(diffusion.molecules(0, executor)));
        return all;
    };
    auto const one = run(1);
    EXPECT_EQ(one, run(2));
    EXPECT_EQ(one, run(3));
}

TEST(Diffusion, the_number_of_threads_changes_no_bit) {
    expect_same_bits_for_any_threads<double>();
    expect_same_bits_for_any_threads<float>();
}

/// f(voxel, image(x, y, z)) for all voxels
template <class Image, class F> void for_images(VoxelGrid const& grid, Image image, F f) {
    for (std::size_t i = 0; i < grid.size(); ++i) {
        auto const row = static_cast<int>(i) / grid.nx;
        f(i, image(static_cast<int>(i) % grid.nx, row % grid.ny, row / grid.ny));
    }
}

TEST(Diffusion, what_is_mirrored_stays_mirrored) {
    VoxelGrid const grid{33, 20, 9, 1.0};
    Diffusion<double> left(grid, {substrate(3.0, 0.1)});
    fill_randomly(left);
    auto right = left;
    auto const mirrored = [&](int x, int y, int z) { return grid.index(grid.nx - 1 - x, grid.ny - 1 - y, grid.nz - 1 - z); };
    for_images(grid, mirrored, [&](std::size_t i, std::size_t j) { right.field(0)[j] = left.field(0)[i]; });

    for (int i = 0; i < 20; ++i) {
        left.step(0.5, serial);
        right.step(0.5, serial);
    }

    for_images(grid, mirrored, [&](std::size_t i, std::size_t j) { EXPECT_NEAR(right.field(0)[j], left.field(0)[i], 1e-13); });
}

TEST(Diffusion, a_ring_knows_no_beginning) {
    VoxelGrid const grid{35, 18, 7, 1.0};
    Diffusion<double> one(grid, {substrate(3.0, 0.1, ring)});
    fill_randomly(one);
    auto other = one;
    Mask mask(grid.size());
    Mask moved_mask(grid.size());
    auto const moved = [&](int x, int y, int z) { return grid.index((x + 5) % 35, (y + 11) % 18, (z + 3) % 7); };
    for_images(grid, moved, [&](std::size_t i, std::size_t j) {
        mask[i] = moved_mask[j] = random_unit(i + 77) < 0.03;
        other.field(0)[j] = one.field(0)[i];
    });
    for (bool with_walls : {false, true}) {
        if (with_walls) {
            one.block(mask);
            other.block(moved_mask);
        }
        for (int i = 0; i < 10; ++i) {
            one.step(0.7, serial);
            other.step(0.7, serial);
        }
        for_images(grid, moved,
                   [&](std::size_t i, std::size_t j) { ASSERT_NEAR(other.field(0)[j], one.field(0)[i], 1e-13) << with_walls; });
    }
}

TEST(Diffusion, vessels_keep_their_value_and_feed_the_tissue) {
    Diffusion<double> diffusion({20, 15, 10, 5.0}, {substrate(100.0, 0.3)});
    auto const n = diffusion.grid().size();
    Mask vessels(n);
    std::vector<double> value(n);
    for (int z = 0; z < 10; ++z) {
        vessels[diffusion.grid().index(7, 8, z)] = 1;
        value[diffusion.grid().index(7, 8, z)] = 2.5;
    }
    diffusion.hold(0, vessels, value);
    std::vector<double> const uptake(n, 0.2);
    std::vector<Exchange<double>> const exchange{{uptake, {}, {}, {}, {}}};

    for (int i = 0; i < 20; ++i) {
        diffusion.step(0.5, serial, exchange, i % 2 == 0 ? TimeScheme::first_order : TimeScheme::second_order);
        EXPECT_EQ(diffusion.field(0)[diffusion.grid().index(7, 8, 4)], 2.5);
    }
    diffusion.steady_state(0, exchange[0], 1e-10, serial);
    EXPECT_EQ(diffusion.field(0)[diffusion.grid().index(7, 8, 4)], 2.5);
    EXPECT_LT(*std::max_element(diffusion.field(0).begin(), diffusion.field(0).end()), 2.5 + 1e-9);
}

TEST(Diffusion, nothing_passes_a_wall) {
    Diffusion<double> diffusion({20, 9, 8, 1.0}, {substrate(10.0, 0.0)});
    Mask walls(diffusion.grid().size());
    for (std::size_t i = 0; i < walls.size(); ++i)
        walls[i] = i % 20 == 9;
    diffusion.block(walls);
    EXPECT_EQ(diffusion.deposit(0, 9.5, 4.5, 4.5, 10.0), 0.0);
    EXPECT_NEAR(diffusion.deposit(0, 3.5, 4.5, 4.5, 10.0), 10.0, 1e-12);

    for (int i = 0; i < 50; ++i)
        diffusion.step(1.0, serial);

    for (std::size_t i = 0; i < walls.size(); ++i) {
        if (i % 20 >= 9)
            EXPECT_EQ(diffusion.field(0)[i], 0.0);
        else
            EXPECT_NEAR(diffusion.field(0)[i], 10.0 / (9 * 9 * 8), 1e-6);
    }
}

TEST(Diffusion, a_line_with_a_mask_that_hinders_nothing_is_solved_as_one_without) {
    auto law = substrate(5.0, 0.1);
    law.faces[0] = {FaceKind::held, 0.7};
    law.faces[1] = {FaceKind::held, 0.2};
    Diffusion<double> without({22, 1, 1, 1.0}, {law});
    Diffusion<double> with({22, 2, 1, 1.0}, {law}); // the second row is a wall but for one voxel, so columns are masked
    Mask walls(44);
    for (std::size_t i = 22; i < 44; ++i)
        walls[i] = 1;
    with.block(walls);
    for (std::size_t i = 0; i < 22; ++i)
        without.field(0)[i] = with.field(0)[i] = random_unit(i);

    for (int i = 0; i < 10; ++i) {
        without.step(0.4, serial);
        with.step(0.4, serial);
    }

    EXPECT_LT(largest_difference(without.field(0), with.field(0).first(22)), 1e-15);
}

TEST(Diffusion, cells_secrete_up_to_their_saturation) {
    Diffusion<double> diffusion({8, 8, 8, 1.0}, {substrate(50.0, 0.0)});
    std::vector<double> const rate(512, 2.0);
    std::vector<double> const supply(512, 2.0 * 3.0);
    std::vector<Exchange<double>> const exchange{{{}, rate, supply, {}, {}}};

    diffusion.step(0.1, serial, exchange);
    EXPECT_NEAR(diffusion.field(0)[100], 0.1 * 6.0 / 1.2, 1e-14); // (c + dt s c_sat) / (1 + dt s)
    for (int i = 0; i < 300; ++i)
        diffusion.step(0.1, serial, exchange);
    EXPECT_NEAR(diffusion.field(0)[100], 3.0, 1e-12);
}

TEST(Diffusion, the_estimated_errors_are_near_the_true_ones) {
    Diffusion<double> diffusion({30, 30, 1, 1.0}, {substrate(4.0, 0.3)});
    diffusion.deposit(0, 15.0, 15.0, 0.5, 100.0);
    diffusion.step(0.5, serial);
    auto halves = diffusion;
    auto exact = diffusion;

    auto const estimate = diffusion.time_error(0, 0.2, serial);
    for (int i = 0; i < 2; ++i)
        halves.step(0.1, serial);
    for (int i = 0; i < 256; ++i)
        exact.step(0.2 / 256, serial, {}, TimeScheme::second_order);
    auto const truth = largest_difference(halves.field(0), exact.field(0));

    EXPECT_GT(estimate, 0.5 * truth);
    EXPECT_LT(estimate, 2.0 * truth);

    auto rough = diffusion;
    auto fine = diffusion;
    std::vector<double> const supply(diffusion.field(0).begin(), diffusion.field(0).end());
    auto const report = rough.steady_state(0, {{}, {}, supply, {}, {}}, 1e-4, serial);
    fine.steady_state(0, {{}, {}, supply, {}, {}}, 1e-12, serial);
    auto const steady_truth = largest_difference(rough.field(0), fine.field(0));
    EXPECT_GT(report.error, 0.3 * steady_truth);
    EXPECT_LT(report.error, 10.0 * steady_truth);
}

TEST(Diffusion, advancing_chooses_the_method_and_keeps_its_tolerance) {
    Diffusion<double> fast({12, 12, 12, 10.0}, {substrate(1000.0, 5.0)});
    std::vector<double> supply(fast.grid().size(), 0.0);
    supply[5] = 4.0;
    Exchange<double> const exchange{{}, {}, supply, {}, {}};
    auto steady = fast;
    steady.steady_state(0, exchange, 1e-12, serial);

    auto const report = fast.advance(0, 10.0, 1e-6, serial, exchange);

    EXPECT_EQ(report.method, DiffusionMethod::quasi_steady);
    EXPECT_LT(largest_difference(fast.field(0), steady.field(0)), 1e-5);

    Diffusion<double> slow({40, 40, 1, 10.0}, {substrate(60.0, 0.01)});
    slow.deposit(0, 200.0, 200.0, 5.0, 1e4);
    auto exact = slow;
    auto const stepped = slow.advance(0, 10.0, 0.02, serial);
    for (int i = 0; i < 1000; ++i)
        exact.step(0.01, serial, {}, TimeScheme::second_order);
    EXPECT_EQ(stepped.method, DiffusionMethod::second_order);
    EXPECT_LT(largest_difference(slow.field(0), exact.field(0)), stepped.error);
}

TEST(Diffusion, what_has_no_steady_state_is_a_numerical_error) {
    Diffusion<double> diffusion({10, 10, 1, 1.0}, {substrate(1.0, 0.0)});
    std::vector<double> const supply(100, 1.0);

    EXPECT_THROW(diffusion.steady_state(0, {{}, {}, supply, {}, {}}, 1e-6, serial), nk::NumericalError);
}

TEST(Diffusion, wrong_arguments_break_the_contract) {
    auto half_ring = substrate(1.0, 0.0);
    half_ring.faces[0] = ring;
    EXPECT_THROW(Diffusion<double>({4, 4, 4, 1.0}, {half_ring}), nk::ContractError);
    EXPECT_THROW(Diffusion<double>({4, 4, 4, 1.0}, {substrate(-1.0, 0.0)}), nk::ContractError);
    Diffusion<double> diffusion({4, 4, 4, 1.0}, {substrate(1.0, 0.0)});
    std::vector<double> const too_few(3, 0.0);
    std::vector<Exchange<double>> const exchange{{too_few, {}, {}, {}, {}}};
    EXPECT_THROW(diffusion.step(0.1, serial, exchange), nk::ContractError);
}

} // namespace
