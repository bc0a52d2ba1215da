#include "nk/tissue/mechanics.hpp"

#include "nk/base/random.hpp"
#include "nk/tissue/box.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <string>

namespace {

using nk::backend::Executor;
using nk::numerics::CellBox;
using nk::numerics::CellGrid;
using nk::tissue::Mechanics;
using nk::tissue::MechanicsLaw;
using nk::tissue::Registers;

constexpr MechanicsLaw law{1.5, 1.25, 0.3};
constexpr double unit = 0x1p-36;

struct Cells {
    std::vector<double> x, y, z;
    std::vector<float> radius, adhesion;

    void add(double at_x, double at_y, double at_z, float of_radius, float of_adhesion) {
        x.push_back(at_x);
        y.push_back(at_y);
        z.push_back(at_z);
        radius.push_back(of_radius);
        adhesion.push_back(of_adhesion);
    }
    void add(Cells const& from, std::size_t i) { add(from.x[i], from.y[i], from.z[i], from.radius[i], from.adhesion[i]); }
    std::size_t size() const { return x.size(); }
};

struct Motion {
    std::vector<double> vx, vy, vz;
    std::vector<float> pressure;
    std::vector<std::uint32_t> neighbours;

    explicit Motion(std::size_t n) : vx(n, -9.0), vy(n, -9.0), vz(n, -9.0), pressure(n, -9.0F), neighbours(n, 99) {}
    bool operator==(Motion const&) const = default;
};

Motion motion_of(Cells const& cells, CellBox const& box, Executor const& executor = Executor(1),
                 Registers registers = nk::tissue::usable_registers().front(), double wider = 0.0) {
    auto const largest = cells.size() == 0 ? 1.0F : *std::max_element(cells.radius.begin(), cells.radius.end());
    CellGrid grid;
    grid.build(box, law.range(static_cast<double>(largest)) + wider, {cells.x, cells.y, cells.z, cells.radius, cells.adhesion, {}},
               executor);
    Motion out(cells.size());
    Mechanics(registers).forces(grid, law, executor, {out.vx, out.vy, out.vz, out.pressure, out.neighbours});
    return out;
}

/// Cells of several radii and adhesions, about as dense as a tumour. Coordinates are multiples of 2^-20, so that mirrors are exact.
Cells crowd(std::size_t n, CellBox const& box, std::uint64_t seed = 3) {
    nk::Random rng(seed, 0, nk::Purpose::test);
    auto const along = [&](std::size_t axis) {
        return box.low[axis] + std::floor((box.high[axis] - box.low[axis]) * rng.uniform() * 0x1p20) * 0x1p-20;
    };
    Cells cells;
    for (std::size_t i = 0; i < n; ++i) {
        auto const x = along(0);
        auto const y = along(1);
        auto const z = along(2);
        auto const radius = static_cast<float>(3.0 + 6.0 * rng.uniform());
        cells.add(x, y, z, radius, i % 3 == 0 ? 0.0F : static_cast<float>(rng.uniform()));
    }
    return cells;
}

/// Each pair by itself in the plain words of the law; the exact sums that rounding of the pairs may change by a unit each.
struct Reference {
    std::vector<double> vx, vy, vz, pressure;
    std::vector<std::uint32_t> neighbours;
};
Reference by_all_pairs(Cells const& cells, CellBox const& box) {
    auto const n = cells.size();
    Reference out{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), std::vector<double>(n),
                  std::vector<std::uint32_t>(n)};
    auto const image = [&](double d, std::size_t axis) {
        auto const size = box.high[axis] - box.low[axis];
        return box.periodic[axis] ? d - size * std::round(d / size) : d;
    };
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            if (i == j)
                continue;
            auto const dx = image(cells.x[j] - cells.x[i], 0);
            auto const dy = image(cells.y[j] - cells.y[i], 1);
            auto const dz = image(cells.z[j] - cells.z[i], 2);
            auto const r = std::sqrt(dx * dx + dy * dy + dz * dz);
            auto const contact = static_cast<double>(cells.radius[i]) + static_cast<double>(cells.radius[j]);
            auto const adhesion = std::sqrt(static_cast<double>(cells.adhesion[i]) * static_cast<double>(cells.adhesion[j]));
            auto const away = r < contact                        ? law.repulsion * (contact - r)
                              : r < law.adhesion_reach * contact ? -adhesion * (r - contact)
                                                                 : 0.0;
            out.vx[i] -= away * dx / r;
            out.vy[i] -= away * dy / r;
            out.vz[i] -= away * dz / r;
            out.pressure[i] += std::max(0.0, contact - r) / contact;
            out.neighbours[i] += r < contact + law.touch ? 1U : 0U;
        }
    return out;
}

struct Place {
    std::string name;
    CellBox box;
    std::size_t cells;
};

class CellMechanics : public ::testing::TestWithParam<Place> {};
INSTANTIATE_TEST_SUITE_P(everywhere, CellMechanics,
                         ::testing::Values(Place{"open", {{-60, -60, -60}, {60, 60, 60}, {}}, 600},
                                           Place{"periodic", {{-60, -64, -60}, {60, 64, 60}, {true, true, true}}, 600},
                                           Place{"periodic_in_y", {{0, 0, 0}, {90, 150, 80}, {false, true, false}}, 400},
                                           Place{"periodic_in_x_and_z", {{0, 0, 0}, {90, 150, 112}, {true, false, true}}, 400},
                                           Place{"narrow", {{0, 0, 0}, {48, 150, 60}, {true, true, true}}, 250},
                                           Place{"one_grid_cell", {{0, 0, 0}, {40, 40, 40}, {}}, 60},
                                           Place{"layer", {{-100, -100, 3}, {100, 100, 3}, {}}, 200},
                                           Place{"periodic_layer", {{-100, -100, 3}, {100, 100, 3}, {true, true, false}}, 200}),
                         [](auto const& place) { return place.param.name; });

TEST_P(CellMechanics, is_the_sum_over_all_pairs_of_the_law) {
    auto const& [name, box, n] = GetParam();
    auto const cells = crowd(n, box);
    auto const expected = by_all_pairs(cells, box);

    auto const found = motion_of(cells, box);

    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_NEAR(found.vx[i], expected.vx[i], 2e-6);
        EXPECT_NEAR(found.vy[i], expected.vy[i], 2e-6);
        EXPECT_NEAR(found.vz[i], expected.vz[i], 2e-6);
        EXPECT_NEAR(static_cast<double>(found.pressure[i]), expected.pressure[i], 1e-4);
        EXPECT_EQ(found.neighbours[i], expected.neighbours[i]);
    }
}

TEST_P(CellMechanics, has_the_same_bits_with_any_number_of_threads_and_any_registers) {
    auto const& [name, box, n] = GetParam();
    auto const cells = crowd(n, box);
    auto const expected = motion_of(cells, box, Executor(1), Registers::scalar);

    for (auto const registers : nk::tissue::usable_registers())
        for (auto const threads : {1, 2, 3, 8})
            EXPECT_EQ(motion_of(cells, box, Executor(threads), registers), expected);
}

TEST_P(CellMechanics, has_the_same_bits_for_each_cell_in_any_order_of_slots) {
    auto const& [name, box, n] = GetParam();
    auto const cells = crowd(n, box);
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    nk::Random rng(8, 0, nk::Purpose::test);
    for (auto i = n; i > 1; --i)
        std::swap(order[i - 1], order[rng.below(i)]);
    Cells shuffled;
    for (auto const i : order)
        shuffled.add(cells, i);
    auto const expected = motion_of(cells, box);

    auto const found = motion_of(shuffled, box, Executor(2));

    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_EQ(found.vx[i], expected.vx[order[i]]);
        EXPECT_EQ(found.vy[i], expected.vy[order[i]]);
        EXPECT_EQ(found.vz[i], expected.vz[order[i]]);
        EXPECT_EQ(found.pressure[i], expected.pressure[order[i]]);
        EXPECT_EQ(found.neighbours[i], expected.neighbours[order[i]]);
    }
}

TEST_P(CellMechanics, has_the_same_bits_on_any_grid) {
    auto const& [name, box, n] = GetParam();
    auto const cells = crowd(n, box);

    EXPECT_EQ(motion_of(cells, box, Executor(1), nk::tissue::usable_registers().front(), 9.0), motion_of(cells, box));
    EXPECT_EQ(motion_of(cells, box, Executor(2), nk::tissue::usable_registers().front(), 900.0), motion_of(cells, box));
}

TEST_P(CellMechanics, conserves_momentum_to_the_last_bit) {
    auto const& [name, box, n] = GetParam();

    auto const found = motion_of(crowd(n, box), box);

    for (auto const* v : {&found.vx, &found.vy, &found.vz}) {
        std::int64_t sum = 0;
        for (auto const one : *v) {
            auto const units = one / unit;
            ASSERT_EQ(units, std::round(units));
            sum += static_cast<std::int64_t>(units);
        }
        EXPECT_EQ(sum, 0);
    }
}

TEST(Mechanics, of_a_mirrored_arrangement_is_exactly_mirrored) {
    CellBox const box{{-64, -64, -64}, {64, 64, 64}, {true, false, true}};
    auto const cells = crowd(500, box);
    auto mirrored = cells;
    for (auto& x : mirrored.x)
        x = -x;
    auto const expected = motion_of(cells, box);

    auto const found = motion_of(mirrored, box);

    for (std::size_t i = 0; i < cells.size(); ++i) {
        EXPECT_EQ(found.vx[i], -expected.vx[i]);
        EXPECT_EQ(found.vy[i], expected.vy[i]);
        EXPECT_EQ(found.vz[i], expected.vz[i]);
    }
}

TEST(Mechanics, of_a_cell_is_not_changed_by_a_bystander_out_of_reach) {
    CellBox const box{{-60, -60, -60}, {60, 60, 60}, {}};
    auto const cells = crowd(600, box);
    auto const expected = motion_of(cells, box);
    auto more = cells;
    more.add(5e5, -3e4, 7e3, 9.0F, 0.5F);

    auto const found = motion_of(more, box);

    EXPECT_EQ(found.vx.back(), 0.0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        EXPECT_EQ(found.vx[i], expected.vx[i]);
        EXPECT_EQ(found.vy[i], expected.vy[i]);
        EXPECT_EQ(found.vz[i], expected.vz[i]);
    }
}

TEST(Mechanics, parts_cells_in_the_same_place_along_x_by_slot) {
    CellBox const box{{-60, -60, -60}, {60, 60, 60}, {}};
    Cells cells;
    for (int i = 0; i < 3; ++i)
        cells.add(1, 2, 3, 4.0F, 0.1F);

    for (auto const registers : nk::tissue::usable_registers()) {
        auto const found = motion_of(cells, box, Executor(1), registers);

        EXPECT_NEAR(found.vx[0], -2 * 1.5 * 8.0, 1e-8);
        EXPECT_EQ(found.vx[1], 0.0);
        EXPECT_NEAR(found.vx[2], 2 * 1.5 * 8.0, 1e-8);
        EXPECT_EQ(found.vy, std::vector<double>(3, 0.0));
        EXPECT_EQ(found.neighbours, std::vector<std::uint32_t>(3, 2));
        EXPECT_EQ(found.pressure, std::vector<float>(3, 2.0F));
    }
}

TEST(Mechanics, holds_when_thousands_of_cells_are_heaped_up_in_one_place) {
    CellBox const box{{-60, -60, -60}, {60, 60, 60}, {}};
    auto const cells = crowd(3000, {{0, 0, 0}, {2, 2, 2}, {}});
    auto const expected = by_all_pairs(cells, box);

    auto const found = motion_of(cells, box);

    EXPECT_EQ(found, motion_of(cells, box, Executor(2), Registers::scalar));
    EXPECT_EQ(found.neighbours, std::vector<std::uint32_t>(3000, 2999));
    for (std::size_t i = 0; i < cells.size(); ++i)
        EXPECT_NEAR(found.vx[i], expected.vx[i], 1e-4);
}

TEST(Mechanics, of_no_cell_or_one_is_nothing) {
    CellBox const box{{0, 0, 0}, {10, 10, 10}, {true, true, true}}; // the one cell must not see its own images
    Cells one;
    one.add(5, 5, 5, 8.0F, 1.0F);

    auto const found = motion_of(one, box);

    EXPECT_EQ(motion_of({}, box), Motion(0));
    EXPECT_EQ(found.vx[0], 0.0);
    EXPECT_EQ(found.vy[0], 0.0);
    EXPECT_EQ(found.vz[0], 0.0);
    EXPECT_EQ(found.pressure[0], 0.0F);
    EXPECT_EQ(found.neighbours[0], 0U);
}

TEST(Mechanics, reaches_through_the_faces_of_a_periodic_box) {
    CellBox const box{{0, 0, 0}, {100, 100, 100}, {true, true, true}};
    Cells cells;
    cells.add(0, 50, 50, 4.0F, 0.0F);
    cells.add(100, 50, 56, 4.0F, 0.0F); // the upper face is the lower one
    cells.add(50, 99, 50, 4.0F, 0.0F);
    cells.add(50, 3, 50, 4.0F, 0.0F);

    auto const found = motion_of(cells, box);

    EXPECT_NEAR(found.vz[0], -1.5 * 2.0, 1e-8);
    EXPECT_NEAR(found.vz[1], 1.5 * 2.0, 1e-8);
    EXPECT_NEAR(found.vy[2], -1.5 * 4.0, 1e-8);
    EXPECT_NEAR(found.vy[3], 1.5 * 4.0, 1e-8);
    EXPECT_EQ(found.vx, std::vector<double>(4, 0.0));
}

TEST(Mechanics, leaves_slots_alone_that_are_not_in_the_grid) {
    CellBox const box{{-60, -60, -60}, {60, 60, 60}, {}};
    std::vector<double> const x{0, 1, 2};
    std::vector<double> const yz(3, 0.0);
    std::vector<float> const radius(3, 2.0F);
    std::vector<std::uint8_t> const present{1, 0, 1};
    CellGrid grid;
    grid.build(box, 6.0, {x, yz, yz, radius, {}, present}, Executor(1));
    Motion found(3);

    Mechanics().forces(grid, law, Executor(1), {found.vx, found.vy, found.vz, {}, {}});

    EXPECT_NEAR(found.vx[0], -3.0, 1e-8);
    EXPECT_EQ(found.vx[1], -9.0);
    EXPECT_NEAR(found.vx[2], 3.0, 1e-8);
}

TEST(Mechanics, gives_the_same_again_when_it_is_used_again) {
    CellBox const box{{-60, -60, -60}, {60, 60, 60}, {}};
    auto const cells = crowd(500, box);
    CellGrid grid;
    grid.build(box, law.range(9.0), {cells.x, cells.y, cells.z, cells.radius, cells.adhesion, {}}, Executor(2));
    Mechanics mechanics;
    Motion first(500);
    Motion second(500);

    mechanics.forces(grid, law, Executor(2), {first.vx, first.vy, first.vz, first.pressure, first.neighbours});
    mechanics.forces(grid, law, Executor(2), {second.vx, second.vy, second.vz, second.pressure, second.neighbours});

    EXPECT_EQ(first, second);
}

/// The distance less contact of two cells alone follows d' = -2 k d.
double gap_after(double gap, float adhesion, double dt, int steps) {
    CellBox const box{{-60, -60, -60}, {60, 60, 60}, {}};
    Cells cells;
    cells.add(1, 2, 3, 4.0F, adhesion);
    cells.add(1 + (10.0 + gap) * 0.6, 2, 3 - (10.0 + gap) * 0.8, 6.0F, adhesion);
    for (int step = 0; step < steps; ++step) {
        auto const v = motion_of(cells, box);
        for (std::size_t i = 0; i < 2; ++i) {
            cells.x[i] += dt * v.vx[i];
            cells.y[i] += dt * v.vy[i];
            cells.z[i] += dt * v.vz[i];
        }
    }
    return std::hypot(cells.x[1] - cells.x[0], cells.y[1] - cells.y[0], cells.z[1] - cells.z[0]) - 10.0;
}

TEST(Mechanics, relaxes_two_overlapping_cells_as_the_exact_solution_says) {
    constexpr double dt = 1e-4;
    constexpr int steps = 5000;

    // explicit steps: (1 - 2 k dt)^n is below exp(-2 k t) by a share of 2 k^2 dt t = 2e-4
    EXPECT_NEAR(gap_after(-4.0, 0.0F, dt, steps), -4.0 * std::exp(-2.0 * 1.5 * dt * steps), 4.0 * 1.2e-4);
}

TEST(Mechanics, relaxes_two_adhering_cells_as_the_exact_solution_says) {
    constexpr double dt = 1e-4;
    constexpr int steps = 5000;

    EXPECT_NEAR(gap_after(2.0, 0.5F, dt, steps), 2.0 * std::exp(-2.0 * 0.5 * dt * steps), 2.0 * 1e-4);
}

TEST(Mechanics, refuses_a_grid_too_narrow_and_numbers_too_large) {
    CellBox const box{{-60, -60, -60}, {60, 60, 60}, {}};
    auto const cells = crowd(10, box);
    CellGrid grid;
    Motion out(10);
    grid.build(box, 5.0, {cells.x, cells.y, cells.z, cells.radius, cells.adhesion, {}}, Executor(1));

    EXPECT_THROW(Mechanics().forces(grid, law, Executor(1), {out.vx, out.vy, out.vz, {}, {}}), nk::ContractError);
    grid.build(box, 50.0, {cells.x, cells.y, cells.z, cells.radius, cells.adhesion, {}}, Executor(1));
    EXPECT_THROW(Mechanics().forces(grid, {1e4, 1.25, 0.3}, Executor(1), {out.vx, out.vy, out.vz, {}, {}}), nk::ContractError);
}

} // namespace
