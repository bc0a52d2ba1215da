#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace nk::numerics {

/// A sphere as the grid stores it: position, radius and the caller's index.
struct GridItem {
    double x, y, z;
    double radius;
    std::uint32_t index;
};

/// Axis-aligned box; periodic in x, y and z where its flag says so.
struct GridBox {
    double low[3] = {0, 0, 0};
    double high[3] = {1, 1, 1};
    bool periodic = false;
};

/// Uniform grid over a box. Items are sorted by (grid cell, index), so that neighbours come in an order that depends on
/// nothing but positions and indices: sums over them are the same for any number of threads.
class NeighbourGrid {
  public:
    /// width  side of a grid cell [um]; widened when the box would need more than `most_cells` cells
    void build(GridBox const& box, double width, std::vector<GridItem> items);

    /// Calls visit(item, dx, dy, dz) for each item in the grid cells within `range` of (x, y, z); d = item - (x, y, z),
    /// nearest image in a periodic box. Items farther than `range` are visited too: the caller tests the distance.
    template <class Visit> void near(double x, double y, double z, double range, Visit visit) const {
        if (items_.empty())
            return;
        int from[3];
        int to[3];
        double const p[3] = {x, y, z};
        for (int axis = 0; axis < 3; ++axis) {
            from[axis] = cell_of(p[axis] - range, axis);
            to[axis] = cell_of(p[axis] + range, axis);
            if (box_.periodic && to[axis] - from[axis] >= count_[axis]) {
                from[axis] = 0;
                to[axis] = count_[axis] - 1;
            }
        }
        for (int k = from[2]; k <= to[2]; ++k)
            for (int j = from[1]; j <= to[1]; ++j)
                visit_rows(from[0], to[0], j, k, p, visit);
    }
    std::vector<GridItem> const& items() const { return items_; }

  private:
    int cell_of(double position, int axis) const {
        // Bounded before the cast: a flat box has grid cells of next to no width, and a range spans billions of them.
        constexpr double far = 1e9;
        auto const raw = std::clamp((position - box_.low[axis]) * inverse_[axis], -far, far);
        auto const floor_value = raw < 0.0 ? static_cast<int>(raw) - 1 : static_cast<int>(raw);
        if (box_.periodic)
            return floor_value;
        return floor_value < 0 ? 0 : floor_value >= count_[axis] ? count_[axis] - 1 : floor_value;
    }
    static int wrapped(int i, int n) {
        i %= n;
        return i < 0 ? i + n : i;
    }
    /// Grid cells of one row lie side by side in memory: one loop over their items, two where a periodic row wraps.
    template <class Visit> void visit_rows(int from, int to, int j, int k, double const* p, Visit& visit) const {
        if (box_.periodic) {
            j = wrapped(j, count_[1]);
            k = wrapped(k, count_[2]);
        }
        auto const row = (static_cast<std::size_t>(k) * static_cast<std::size_t>(count_[1]) + static_cast<std::size_t>(j)) *
                         static_cast<std::size_t>(count_[0]);
        if (!box_.periodic) {
            for (auto n = start_[row + static_cast<std::size_t>(from)]; n < start_[row + static_cast<std::size_t>(to) + 1]; ++n)
                visit(items_[n], items_[n].x - p[0], items_[n].y - p[1], items_[n].z - p[2]);
            return;
        }
        auto const visit_run = [&](int first, int last) {
            for (auto n = start_[row + static_cast<std::size_t>(first)]; n < start_[row + static_cast<std::size_t>(last) + 1]; ++n)
                visit(items_[n], nearest(items_[n].x - p[0], 0), nearest(items_[n].y - p[1], 1), nearest(items_[n].z - p[2], 2));
        };
        auto const first = wrapped(from, count_[0]);
        auto const last = wrapped(to, count_[0]);
        if (to - from + 1 >= count_[0]) {
            visit_run(0, count_[0] - 1);
        } else if (first <= last) {
            visit_run(first, last);
        } else {
            visit_run(first, count_[0] - 1);
            visit_run(0, last);
        }
    }
    double nearest(double d, int axis) const {
        auto const size = box_.high[axis] - box_.low[axis];
        if (d > 0.5 * size)
            return d - size;
        return d < -0.5 * size ? d + size : d;
    }

    GridBox box_;
    int count_[3] = {1, 1, 1};
    double inverse_[3] = {1, 1, 1};
    std::vector<std::uint32_t> start_;
    std::vector<GridItem> items_;
    std::vector<GridItem> unsorted_;
    std::vector<std::uint32_t> cell_;
};

} // namespace nk::numerics
