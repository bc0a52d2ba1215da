#include "nk/numerics/neighbour_grid.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace nk::numerics {
namespace {
constexpr double most_cells = 8e6;
}

void NeighbourGrid::build(GridBox const& box, double width, std::vector<GridItem> items) {
    NK_EXPECT(width > 0.0);
    box_ = box;
    for (double cells = most_cells + 1.0; cells > most_cells; width *= 1.3) {
        cells = 1.0;
        for (int axis = 0; axis < 3; ++axis) {
            auto const size = std::max(box.high[axis] - box.low[axis], 1e-9);
            count_[axis] = static_cast<int>(std::clamp(std::floor(size / width), 1.0, 1e6));
            inverse_[axis] = count_[axis] / size;
            cells *= count_[axis];
        }
    }
    auto const cells = static_cast<std::size_t>(count_[0]) * count_[1] * static_cast<std::size_t>(count_[2]);
    unsorted_ = std::move(items);
    start_.assign(cells + 1, 0);
    cell_.resize(unsorted_.size());
    for (std::size_t n = 0; n < unsorted_.size(); ++n) {
        auto const& item = unsorted_[n];
        int index[3] = {cell_of(item.x, 0), cell_of(item.y, 1), cell_of(item.z, 2)};
        for (int axis = 0; axis < 3; ++axis)
            index[axis] = box_.periodic ? wrapped(index[axis], count_[axis]) : index[axis];
        cell_[n] = static_cast<std::uint32_t>((index[2] * count_[1] + index[1]) * count_[0] + index[0]);
        ++start_[cell_[n] + 1];
    }
    for (std::size_t c = 0; c < cells; ++c)
        start_[c + 1] += start_[c];
    items_.resize(unsorted_.size());
    auto next = start_; // items arrive in index order, so each grid cell ends up sorted by index
    for (std::size_t n = 0; n < unsorted_.size(); ++n)
        items_[next[cell_[n]]++] = unsorted_[n];
}

} // namespace nk::numerics
