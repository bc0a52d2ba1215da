#include "nk/numerics/cell_grid.hpp"

#include "nk/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>

namespace cell_grid_tests {

using nk::backend::Executor;
using nk::numerics::CellBox;
using nk::numerics::CellColumns;
using nk::numerics::CellGrid;
using nk::numerics::CellRecord;

constexpr CellBox open_box{{-10, 0, 5}, {90, 60, 45}, {false, false, false}};
constexpr CellBox periodic_box{{-10, 0, 5}, {90, 60, 45}, {true, true, true}};
constexpr CellBox mixed_box{{-10, 0, 5}, {90, 60, 45}, {true, false, true}};
constexpr CellBox layer{{-10, 0, 5}, {90, 60, 5}, {true, true, false}};

struct Cells {
    std::vector<double> x, y, z;
    std::vector<float> radius, value;
    std::vector<std::uint8_t> present;

    CellColumns columns() const { return {x, y, z, radius, value, present}; }
};

/// Evenly in the box, and beyond it by `overhang` on open axes.
Cells scattered(std::size_t n, CellBox const& box, double overhang, std::uint64_t seed = 5) {
    nk::Random rng(seed, 0, nk::Purpose::test);
    Cells cells;
    std::vector<double>* const columns[3] = {&cells.x, &cells.y, &cells.z};
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            auto const more = box.periodic[axis] || box.high[axis] == box.low[axis] ? 0.0 : overhang;
            columns[axis]->push_back(box.low[axis] - more + (box.high[axis] - box.low[axis] + 2.0 * more) * rng.uniform());
        }
        cells.radius.push_back(static_cast<float>(3.0 + rng.uniform()));
        cells.value.push_back(static_cast<float>(rng.uniform()));
    }
    return cells;
}

double image(double d, CellBox const& box, std::size_t axis) {
    auto const size = box.high[axis] - box.low[axis];
    return box.periodic[axis] ? d - size * std::round(d / size) : d;
}

std::vector<std::uint32_t> searched_through(Cells const& cells, CellBox const& box, std::size_t at, double range) {
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < cells.x.size(); ++i)
        if (std::hypot(image(cells.x[i] - cells.x[at], box, 0), image(cells.y[i] - cells.y[at], box, 1),
                       image(cells.z[i] - cells.z[at], box, 2)) <= range)
            out.push_back(static_cast<std::uint32_t>(i));
    return out;
}

std::vector<std::uint32_t> found(CellGrid const& grid, Cells const& cells, std::size_t at, double range) {
    std::vector<std::uint32_t> out;
    grid.near(cells.x[at], cells.y[at], cells.z[at], range, [&](CellRecord const&, std::uint32_t slot, double dx, double dy, double dz) {
        if (std::hypot(dx, dy, dz) <= range)
            out.push_back(slot);
    });
    std::sort(out.begin(), out.end());
    return out;
}

class CellGrids : public ::testing::TestWithParam<CellBox> {};
INSTANTIATE_TEST_SUITE_P(all_kinds, CellGrids, ::testing::Values(open_box, periodic_box, mixed_box, layer));

TEST_P(CellGrids, find_each_neighbour_that_a_search_through_all_finds_and_each_once) {
    auto const cells = scattered(500, GetParam(), 15.0);
    for (auto const width : {4.0, 11.0, 500.0}) {
        CellGrid grid;

        grid.build(GetParam(), width, cells.columns(), Executor(1));

        for (std::size_t at = 0; at < cells.x.size(); at += 7)
            for (auto const range : {0.5, width, 14.0})
                EXPECT_EQ(found(grid, cells, at, std::min(range, 14.0)), searched_through(cells, GetParam(), at, std::min(range, 14.0)));
    }
}

TEST_P(CellGrids, hold_every_cell_with_its_numbers_in_order_of_slots_within_a_grid_cell) {
    auto const cells = scattered(500, GetParam(), 15.0);
    CellGrid grid;

    grid.build(GetParam(), 20.0, cells.columns(), Executor(2));

    ASSERT_EQ(grid.size(), 500U);
    ASSERT_EQ(grid.starts().size(), static_cast<std::size_t>(grid.counts()[0] * grid.counts()[1] * grid.counts()[2]) + 1);
    EXPECT_EQ(grid.starts().front(), 0U);
    EXPECT_EQ(grid.starts().back(), 500U);
    for (std::size_t c = 0; c + 1 < grid.starts().size(); ++c)
        EXPECT_TRUE(std::is_sorted(&grid.slots()[0] + grid.starts()[c], &grid.slots()[0] + grid.starts()[c + 1]));
    std::vector<std::uint32_t> slots(grid.slots().begin(), grid.slots().end());
    std::sort(slots.begin(), slots.end());
    std::vector<std::uint32_t> all(500);
    std::iota(all.begin(), all.end(), 0U);
    EXPECT_EQ(slots, all);
    for (std::size_t n = 0; n < grid.size(); ++n) {
        auto const slot = grid.slots()[n];
        EXPECT_EQ(grid.records()[n].x, cells.x[slot]);
        EXPECT_EQ(grid.records()[n].radius, cells.radius[slot]);
        EXPECT_EQ(grid.records()[n].value, cells.value[slot]);
    }
}

TEST_P(CellGrids, are_the_same_for_every_number_of_threads) {
    auto const cells = scattered(50'000, GetParam(), 15.0);
    CellGrid one;
    one.build(GetParam(), 2.0, cells.columns(), Executor(1));

    for (auto const threads : {2, 3, 8}) {
        CellGrid many;
        many.build(GetParam(), 2.0, cells.columns(), Executor(threads));

        EXPECT_TRUE(std::equal(one.slots().begin(), one.slots().end(), many.slots().begin(), many.slots().end()));
        EXPECT_TRUE(std::equal(one.starts().begin(), one.starts().end(), many.starts().begin(), many.starts().end()));
        EXPECT_TRUE(std::equal(one.records().begin(), one.records().end(), many.records().begin(), many.records().end(),
                               [](CellRecord const& a, CellRecord const& b) { return a.x == b.x && a.y == b.y && a.z == b.z; }));
    }
}

TEST_P(CellGrids, leave_out_the_slots_that_are_not_present) {
    auto cells = scattered(500, GetParam(), 0.0);
    for (std::size_t i = 0; i < 500; ++i)
        cells.present.push_back(i % 3 == 0);
    CellGrid grid;

    grid.build(GetParam(), 8.0, cells.columns(), Executor(1));

    EXPECT_EQ(grid.size(), 167U);
    for (auto const slot : grid.slots())
        EXPECT_EQ(slot % 3, 0U);
}

TEST_P(CellGrids, give_coarse_positions_within_their_error) {
    auto const cells = scattered(500, GetParam(), 1000.0);
    CellGrid grid;

    grid.build(GetParam(), 8.0, cells.columns(), Executor(1));

    for (std::size_t n = 0; n + 1 < grid.size(); ++n) {
        auto const coarse = static_cast<double>(grid.coarse()[0][n + 1] - grid.coarse()[0][n]);
        EXPECT_LE(std::abs(coarse - (grid.records()[n + 1].x - grid.records()[n].x)), grid.coarse_error());
    }
    EXPECT_LT(grid.coarse_error(), 1e-3);
}

TEST(CellGrid, wraps_cells_on_the_faces_of_a_periodic_box_and_beyond_them) {
    Cells const cells{{-10, 90, 90.5, -10.5, 90 + 700}, {0, 60, 30, 30, 30}, {5, 45, 20, 20, 20}, {1, 1, 1, 1, 1}, {}, {}};
    CellGrid grid;

    grid.build(periodic_box, 10.0, cells.columns(), Executor(1));

    for (std::size_t n = 0; n < grid.size(); ++n) {
        constexpr double expected[5] = {-10, -10, -9.5, 89.5, -10};
        EXPECT_DOUBLE_EQ(grid.records()[n].x, expected[grid.slots()[n]]);
        EXPECT_LT(grid.records()[n].y, 60.0);
        EXPECT_LT(grid.records()[n].z, 45.0);
    }
    EXPECT_EQ(found(grid, cells, 0, 0.1), (std::vector<std::uint32_t>{0, 1}));
}

TEST(CellGrid, shifts_runs_to_the_image_in_range) {
    Cells const cells{{-9}, {30}, {20}, {1}, {}, {}};
    CellGrid grid;
    grid.build(periodic_box, 10.0, cells.columns(), Executor(1));
    auto seen = 0;

    grid.runs(89.0, 30.0, 20.0, 5.0, [&](std::uint32_t begin, std::uint32_t end, std::array<double, 3> const& shift) {
        for (auto n = begin; n < end; ++n, ++seen) {
            EXPECT_EQ(grid.records()[n].x + shift[0], 91.0);
            EXPECT_EQ(shift[1], 0.0);
        }
    });

    EXPECT_EQ(seen, 1);
}

TEST(CellGrid, of_no_cells_finds_none) {
    CellGrid grid;

    grid.build(open_box, 3.0, {}, Executor(2));

    EXPECT_EQ(grid.size(), 0U);
    EXPECT_EQ(grid.largest_radius(), 0.0F);
    grid.near(0, 0, 0, 1e6, [](auto const&...) { FAIL(); });
}

TEST(CellGrid, that_was_never_built_finds_none) {
    CellGrid const grid;

    grid.near(0, 0, 0, 1.0, [](auto const&...) { FAIL(); });

    EXPECT_EQ(grid.size(), 0U);
}

TEST(CellGrid, keeps_its_memory_between_builds) {
    auto const cells = scattered(20'000, periodic_box, 0.0, 1);
    auto const moved = scattered(20'000, periodic_box, 0.0, 2);
    CellGrid grid;
    grid.build(periodic_box, 3.0, cells.columns(), Executor(2));
    auto const* const records = grid.records().data();
    auto const* const starts = grid.starts().data();

    grid.build(periodic_box, 3.0, moved.columns(), Executor(2));

    EXPECT_EQ(grid.records().data(), records);
    EXPECT_EQ(grid.starts().data(), starts);
}

TEST(CellGrid, of_a_huge_box_has_a_bounded_number_of_grid_cells) {
    auto const cells = scattered(100, {{0, 0, 0}, {1e5, 1e5, 1e5}, {}}, 0.0);
    CellGrid grid;

    grid.build({{0, 0, 0}, {1e5, 1e5, 1e5}, {}}, 1.0, cells.columns(), Executor(1));

    EXPECT_LE(grid.starts().size(), 4097U);
    EXPECT_EQ(found(grid, cells, 3, 2e4), searched_through(cells, grid.box(), 3, 2e4));
}

TEST(CellGrid, refuses_what_is_no_place) {
    CellGrid grid;

    for (auto const bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e10}) {
        Cells const cells{{1, bad}, {1, 1}, {1, 1}, {1, 1}, {}, {}};
        EXPECT_THROW(grid.build(open_box, 3.0, cells.columns(), Executor(1)), nk::ContractError);
        EXPECT_THROW(grid.build(periodic_box, 3.0, cells.columns(), Executor(2)), nk::ContractError);
    }
    EXPECT_THROW(grid.build(open_box, 0.0, {}, Executor(1)), nk::ContractError);
}

} // namespace cell_grid_tests
