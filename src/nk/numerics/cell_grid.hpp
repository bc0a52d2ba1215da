#pragma once
#include "nk/backend/executor.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nk::numerics {

/// Axis-aligned box, each axis periodic or open. A layer (2-D) has one open axis of next to no length.
struct CellBox {
    std::array<double, 3> low = {0, 0, 0};  ///< [um]
    std::array<double, 3> high = {1, 1, 1}; ///< [um]
    std::array<bool, 3> periodic = {false, false, false};
};

/// The caller's cells, one number a slot. On open axes cells may lie outside of the box; on periodic axes they are wrapped.
struct CellColumns {
    std::span<double const> x, y, z;       ///< [um], finite, |position - low| <= 1e9
    std::span<float const> radius;         ///< [um], >= 0
    std::span<float const> value;          ///< a number that travels with the cell, such as its adhesion, >= 0; empty: 0
    std::span<std::uint8_t const> present; ///< 0 leaves a slot out; empty: all are in
};

/// A cell as the grid stores it. One record is half a cache line: whoever looks at a neighbour needs all of it.
struct alignas(32) CellRecord {
    double x, y, z; ///< [um], wrapped into the box on periodic axes
    float radius;   ///< [um]
    float value;
};

/// Uniform grid over a box whose cells are sorted by (grid cell, slot), x fastest, so that the cells of grid cells side by side in a row
/// are one run in memory. A stable counting sort, the same for any number of threads. Memory is reused between builds.
class CellGrid {
  public:
    /// width  least side of a grid cell [um], > 0: the range of the interaction. Sides are wider where the box would need too
    ///        many grid cells (8 for each cell, 16 million at most).
    /// expects  fewer than 2^31 cells; columns of equal length
    void build(CellBox const& box, double width, CellColumns const& cells, backend::Executor const& executor);

    std::size_t size() const { return size_; }
    double width() const { return width_; } ///< what `build` was asked for [um]
    CellBox const& box() const { return box_; }
    std::array<int, 3> const& counts() const { return count_; } ///< grid cells along x, y, z
    float largest_radius() const { return largest_radius_; }    ///< 0 without cells
    float largest_value() const { return largest_value_; }

    /// In sorted order, `size()` numbers each.
    std::span<CellRecord const> records() const { return {records_.data(), size_}; }
    std::span<std::uint32_t const> slots() const { return {slots_.data(), size_}; }
    /// By slot: where its cell is in sorted order, or `nowhere`.
    std::span<std::uint32_t const> places() const { return places_; }
    static constexpr std::uint32_t nowhere = 0xffffffffU;
    /// First cell of each grid cell (x fastest) and the end of the last one: product of `counts()` + 1 numbers.
    std::span<std::uint32_t const> starts() const { return start_; }
    /// Positions less `box().low` in single precision, for a first look at many candidates: along one axis two of them differ
    /// by at most `coarse_error()` [um] more or less than the records do. `padding` readable numbers follow the last cell.
    std::array<float const*, 3> coarse() const { return {coarse_[0].data(), coarse_[1].data(), coarse_[2].data()}; }
    double coarse_error() const { return coarse_error_; }
    static constexpr std::size_t padding = 16;

    /// Calls visit(begin, end, shift) for runs of sorted cells that together hold every cell within `range` [um] of a place, and
    /// others; records [begin, end) lie at their position + shift[axis]. On a periodic axis every image of a cell is in a run of its
    /// own, so a cell comes more than once only where `range` reaches around the box.
    template <class Visit> void runs(double x, double y, double z, double range, Visit visit) const {
        if (size_ == 0)
            return;
        std::array<double, 3> const at = {x, y, z};
        std::array<int, 3> from;
        std::array<int, 3> to;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            from[axis] = cell_of(at[axis] - range, axis);
            to[axis] = cell_of(at[axis] + range, axis);
        }
        std::array<double, 3> shift;
        for (int k = from[2]; k <= to[2]; ++k)
            for (int j = from[1]; j <= to[1]; ++j) {
                auto const row =
                    (wrap(k, 2, shift) * static_cast<std::size_t>(count_[1]) + wrap(j, 1, shift)) * static_cast<std::size_t>(count_[0]);
                for (int i = from[0]; i <= to[0];) { // up to the end of the row, then on in the next image
                    auto const first = wrap(i, 0, shift);
                    auto const cells = std::min(to[0] - i + 1, count_[0] - static_cast<int>(first));
                    visit(start_[row + first], start_[row + first + static_cast<std::size_t>(cells)], shift);
                    i += cells;
                }
            }
    }

    /// Calls visit(record, slot, dx, dy, dz) for each cell in the grid cells within `range` [um] of a place; d = cell - place. Cells
    /// farther than `range` are visited too: the caller tests the distance. Where `range` reaches around a periodic box each image is
    /// visited.
    template <class Visit> void near(double x, double y, double z, double range, Visit visit) const {
        runs(x, y, z, range, [&](std::uint32_t begin, std::uint32_t end, std::array<double, 3> const& shift) {
            for (auto n = begin; n < end; ++n) {
                auto const& cell = records_[n];
                visit(cell, slots_[n], (cell.x - x) + shift[0], (cell.y - y) + shift[1], (cell.z - z) + shift[2]);
            }
        });
    }

  private:
    struct Entry {
        CellRecord record;
        std::uint32_t cell;
        std::uint32_t slot;
    };
    struct Chunk { ///< what a block of slots adds up to
        float radius = 0.0F;
        float value = 0.0F;
        double farthest = 0.0;
        bool sound = true;
    };

    void lay_out(double width, std::size_t cells);
    void sort_coarsely(CellColumns const& cells, backend::Executor const& executor);
    void look_through(CellColumns const& cells, std::size_t chunk);
    std::size_t add_up(std::size_t chunks);
    void distribute(CellColumns const& cells, std::size_t chunk);
    void sort_bucket(std::size_t bucket, std::vector<Entry>& entries);
    std::uint32_t locate(CellRecord& record) const;
    double wrapped(double position, std::size_t axis) const;

    /// Along one axis; on periodic axes not yet wrapped. The bound before the cast: a flat box has grid cells of next to no
    /// width, and a range spans billions of them.
    int cell_of(double position, std::size_t axis) const {
        constexpr double far = 1e9;
        auto const raw = std::min(std::max((position - box_.low[axis]) * inverse_[axis], -far), far);
        auto const cell = static_cast<int>(std::floor(raw));
        return box_.periodic[axis] ? cell : std::min(std::max(cell, 0), count_[axis] - 1);
    }
    std::size_t wrap(int cell, std::size_t axis, std::array<double, 3>& shift) const {
        shift[axis] = 0.0;
        if (cell >= 0 && cell < count_[axis])
            return static_cast<std::size_t>(cell);
        auto const turns = cell >= 0 ? cell / count_[axis] : -((count_[axis] - 1 - cell) / count_[axis]);
        shift[axis] = turns * (box_.high[axis] - box_.low[axis]);
        return static_cast<std::size_t>(cell - turns * count_[axis]);
    }

    CellBox box_;
    double width_ = 0.0;
    std::size_t size_ = 0;
    std::array<int, 3> count_ = {1, 1, 1};
    std::array<double, 3> inverse_ = {1, 1, 1}; ///< grid cells per um
    float largest_radius_ = 0.0F;
    float largest_value_ = 0.0F;
    double coarse_error_ = 0.0;
    std::vector<CellRecord> records_;
    std::vector<std::uint32_t> slots_;
    std::vector<std::uint32_t> places_; ///< while the grid is built: the grid cell of each slot
    std::vector<std::uint32_t> start_ = {0, 0};
    std::array<std::vector<float>, 3> coarse_;
    // between the steps of a build
    unsigned bucket_bits_ = 0; ///< a bucket is 2^bits grid cells in a row
    std::size_t buckets_ = 1;
    std::size_t chunk_size_ = 1;
    std::vector<std::uint32_t> place_;     ///< [chunk][bucket]: cells, then where the next one goes
    std::vector<std::uint32_t> bucket_at_; ///< first cell of each bucket
    std::vector<Chunk> chunks_;
};

} // namespace nk::numerics
