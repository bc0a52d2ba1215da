#include "nk/numerics/neighbour_grid.hpp"

#include "nk/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>

namespace {

using nk::numerics::GridBox;
using nk::numerics::GridItem;
using nk::numerics::NeighbourGrid;

constexpr GridBox open_box{{-10, 0, 5}, {90, 60, 45}, false};
constexpr GridBox periodic_box{{-10, 0, 5}, {90, 60, 45}, true};

std::vector<GridItem> scattered(std::uint32_t n, std::uint64_t seed, GridBox const& box, double overhang) {
    nk::Random rng(seed, 0, nk::Purpose::test);
    std::vector<GridItem> items;
    auto const along = [&](int axis) { return box.low[axis] - overhang + (box.high[axis] - box.low[axis] + 2 * overhang) * rng.uniform(); };
    for (std::uint32_t i = 0; i < n; ++i)
        items.push_back({along(0), along(1), along(2), 3.0 + rng.uniform(), i});
    return items;
}

double image(double d, double size) {
    return d - size * std::round(d / size);
}

std::set<std::uint32_t> within(std::vector<GridItem> const& items, GridBox const& box, GridItem const& at, double range) {
    std::set<std::uint32_t> out;
    for (auto const& item : items) {
        double d[3] = {item.x - at.x, item.y - at.y, item.z - at.z};
        for (int axis = 0; box.periodic && axis < 3; ++axis)
            d[axis] = image(d[axis], box.high[axis] - box.low[axis]);
        if (std::hypot(d[0], d[1], d[2]) <= range)
            out.insert(item.index);
    }
    return out;
}

/// Indices found within `range`; each must be visited once.
std::vector<std::uint32_t> found(NeighbourGrid const& grid, GridItem const& at, double range) {
    std::vector<std::uint32_t> out;
    grid.near(at.x, at.y, at.z, range, [&](GridItem const& item, double dx, double dy, double dz) {
        if (std::hypot(dx, dy, dz) <= range)
            out.push_back(item.index);
    });
    return out;
}

class Grids : public ::testing::TestWithParam<bool> {};

TEST_P(Grids, find_each_neighbour_that_a_search_through_all_finds_and_each_once) {
    auto const& box = GetParam() ? periodic_box : open_box;
    auto const items = scattered(400, 5, box, GetParam() ? 0.0 : 15.0); // an open box takes items outside of it too
    for (auto const width : {4.0, 11.0, 500.0}) {
        NeighbourGrid grid;
        grid.build(box, width, items);
        for (auto const range : {0.5, 9.0, 19.9})
            for (std::size_t i = 0; i < items.size(); i += 7) {
                auto const got = found(grid, items[i], range);
                std::set<std::uint32_t> const unique(got.begin(), got.end());

                ASSERT_EQ(unique.size(), got.size()) << "visited twice";
                ASSERT_EQ(unique, within(items, box, items[i], range)) << "width " << width << " range " << range;
            }
    }
}

TEST_P(Grids, visit_in_an_order_that_depends_on_positions_and_indices_only) {
    auto const& box = GetParam() ? periodic_box : open_box;
    auto const items = scattered(300, 6, box, 0.0);
    NeighbourGrid fresh;
    fresh.build(box, 8.0, items);
    NeighbourGrid used;
    used.build(box, 3.0, scattered(900, 7, box, 0.0));

    used.build(box, 8.0, items);

    for (std::size_t i = 0; i < items.size(); i += 11)
        EXPECT_EQ(found(used, items[i], 12.0), found(fresh, items[i], 12.0));
}

INSTANTIATE_TEST_SUITE_P(OpenAndPeriodic, Grids, ::testing::Bool());

TEST(NeighbourGrid, an_empty_grid_has_no_neighbours) {
    NeighbourGrid grid;
    grid.build(open_box, 5.0, {});

    EXPECT_TRUE(found(grid, {0, 0, 0, 1, 0}, 100.0).empty());
}

TEST(NeighbourGrid, a_flat_box_is_a_grid_of_one_layer) {
    GridBox const flat{{0, 0, 0}, {100, 100, 0}, false};
    auto items = scattered(200, 8, flat, 0.0);

    NeighbourGrid grid;
    grid.build(flat, 10.0, items);

    for (auto const& item : items) {
        auto const got = found(grid, item, 15.0);
        EXPECT_EQ(std::set<std::uint32_t>(got.begin(), got.end()), within(items, flat, item, 15.0));
    }
}

TEST(NeighbourGrid, a_huge_box_with_narrow_cells_stays_in_memory) {
    GridBox const huge{{0, 0, 0}, {1e5, 1e5, 1e5}, false};
    auto const items = scattered(50, 9, huge, 0.0);

    NeighbourGrid grid;
    grid.build(huge, 1.0, items);

    EXPECT_EQ(grid.items().size(), items.size());
    EXPECT_FALSE(found(grid, items[3], 1.0).empty());
}

} // namespace
