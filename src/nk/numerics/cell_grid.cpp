#include "nk/numerics/cell_grid.hpp"

#include "nk/base/error.hpp"

#include <algorithm>

namespace nk::numerics {
namespace {

constexpr double most_grid_cells = 16e6;
constexpr double fewest_grid_cells = 4096; // a grid smaller than this is not worth making smaller
constexpr std::size_t most_buckets = 512;  // as many places are written to at a time: few enough for the first cache
constexpr std::size_t least_chunk = 4096;
constexpr std::size_t most_chunks = 64;
constexpr std::size_t buckets_a_task = 8;
constexpr double far_away = 1e9;

} // namespace

void CellGrid::build(CellBox const& box, double width, CellColumns const& cells, backend::Executor const& executor) {
    auto const n = cells.x.size();
    NK_EXPECT(width > 0.0 && std::isfinite(width));
    NK_EXPECT(n < (1ULL << 31));
    NK_EXPECT(cells.y.size() == n && cells.z.size() == n && cells.radius.size() == n);
    NK_EXPECT(cells.value.empty() || cells.value.size() == n);
    NK_EXPECT(cells.present.empty() || cells.present.size() == n);
    box_ = box;
    width_ = width;
    lay_out(width, n);
    sort_coarsely(cells, executor);
    start_[0] = 0;
    executor.for_each((buckets_ + buckets_a_task - 1) / buckets_a_task, [&](std::size_t task) {
        std::vector<Entry> entries; // of one bucket at a time: what lies in order of buckets is sorted where it is
        for (auto bucket = task * buckets_a_task; bucket < std::min(buckets_, (task + 1) * buckets_a_task); ++bucket)
            sort_bucket(bucket, entries);
    });
}

/// Grid cells are a little wider than asked, so that rounding never puts two cells in range of each other two grid cells apart.
void CellGrid::lay_out(double width, std::size_t cells) {
    auto const most = std::clamp(8.0 * static_cast<double>(cells), fewest_grid_cells, most_grid_cells);
    auto total = most + 1.0;
    for (width *= 1.000001; total > most; width *= 1.1) {
        total = 1.0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            NK_EXPECT(std::isfinite(box_.low[axis]) && std::isfinite(box_.high[axis]) && box_.high[axis] >= box_.low[axis]);
            NK_EXPECT(!box_.periodic[axis] || box_.high[axis] > box_.low[axis]);
            auto const size = std::max(box_.high[axis] - box_.low[axis], 1e-9);
            count_[axis] = static_cast<int>(std::clamp(std::floor(size / width), 1.0, 1e6));
            inverse_[axis] = count_[axis] / size;
            total *= count_[axis];
        }
    }
    auto const grid_cells = static_cast<std::size_t>(total);
    start_.resize(grid_cells + 1);
    bucket_bits_ = 0;
    while ((grid_cells - 1) >> bucket_bits_ >= most_buckets)
        ++bucket_bits_;
    buckets_ = ((grid_cells - 1) >> bucket_bits_) + 1;
}

double CellGrid::wrapped(double position, std::size_t axis) const {
    auto const low = box_.low[axis];
    auto const high = box_.high[axis];
    if (!box_.periodic[axis] || (position >= low && position < high))
        return position;
    auto const inside = position - (high - low) * std::floor((position - low) / (high - low));
    return inside >= low && inside < high ? inside : low; // rounding may leave it on the upper face
}

/// Wraps a cell into the box and gives its grid cell.
std::uint32_t CellGrid::locate(CellRecord& record) const {
    record.x = wrapped(record.x, 0);
    record.y = wrapped(record.y, 1);
    record.z = wrapped(record.z, 2);
    std::array<double, 3> const at = {record.x, record.y, record.z};
    std::array<std::uint32_t, 3> cell;
    for (std::size_t axis = 0; axis < 3; ++axis) { // bounded as a number: no conversion can overflow
        auto const last = static_cast<double>(count_[axis] - 1);
        auto const raw = (at[axis] - box_.low[axis]) * inverse_[axis];
        cell[axis] = static_cast<std::uint32_t>(static_cast<std::int32_t>(raw > 0.0 ? (raw < last ? raw : last) : 0.0));
    }
    return (cell[2] * static_cast<std::uint32_t>(count_[1]) + cell[1]) * static_cast<std::uint32_t>(count_[0]) + cell[0];
}

namespace {

CellRecord record_of(CellColumns const& cells, std::size_t slot) {
    return {cells.x[slot], cells.y[slot], cells.z[slot], cells.radius[slot], cells.value.empty() ? 0.0F : cells.value[slot]};
}

} // namespace

/// From slots in order to buckets of grid cells, each in the order of the slots.
void CellGrid::sort_coarsely(CellColumns const& cells, backend::Executor const& executor) {
    auto const n = cells.x.size();
    chunk_size_ = std::max(least_chunk, (n + most_chunks - 1) / most_chunks);
    auto const chunks = (n + chunk_size_ - 1) / chunk_size_;
    places_.resize(n);
    place_.resize(chunks * buckets_);
    bucket_at_.resize(buckets_ + 1);
    chunks_.resize(chunks);
    executor.for_each(chunks, [&](std::size_t chunk) { look_through(cells, chunk); });
    size_ = add_up(chunks);
    records_.resize(size_);
    slots_.resize(size_);
    for (auto& axis : coarse_)
        axis.resize(size_ + padding);
    executor.for_each(chunks, [&](std::size_t chunk) { distribute(cells, chunk); });
}

void CellGrid::look_through(CellColumns const& cells, std::size_t chunk) {
    auto const last = std::min(cells.x.size(), (chunk + 1) * chunk_size_);
    auto* const count = place_.data() + chunk * buckets_;
    std::fill_n(count, buckets_, 0U);
    Chunk found;
    for (auto slot = chunk * chunk_size_; slot < last; ++slot) {
        if (!cells.present.empty() && cells.present[slot] == 0) {
            places_[slot] = nowhere;
            continue;
        }
        auto record = record_of(cells, slot);
        // comparisons that fail for what is no number
        found.sound = found.sound && std::abs(record.x - box_.low[0]) <= far_away && std::abs(record.y - box_.low[1]) <= far_away &&
                      std::abs(record.z - box_.low[2]) <= far_away && record.radius >= 0.0F && record.value >= 0.0F;
        places_[slot] = locate(record);
        ++count[places_[slot] >> bucket_bits_];
        auto const away = std::max({std::abs(record.x - box_.low[0]), std::abs(record.y - box_.low[1]), std::abs(record.z - box_.low[2])});
        found.radius = std::max(found.radius, record.radius);
        found.value = std::max(found.value, record.value);
        found.farthest = std::max(found.farthest, away);
    }
    chunks_[chunk] = found;
}

/// Turns counts into places; returns the number of cells.
std::size_t CellGrid::add_up(std::size_t chunks) {
    Chunk all;
    for (auto const& chunk : chunks_) {
        all.sound = all.sound && chunk.sound;
        all.radius = std::max(all.radius, chunk.radius);
        all.value = std::max(all.value, chunk.value);
        all.farthest = std::max(all.farthest, chunk.farthest);
    }
    NK_EXPECT(all.sound);
    largest_radius_ = all.radius;
    largest_value_ = all.value;
    coarse_error_ = all.farthest * 0x1p-22; // each position is off by half a unit in the last place, 2^-25 to 2^-24 of it
    std::uint32_t next = 0;
    for (std::size_t bucket = 0; bucket < buckets_; ++bucket) {
        bucket_at_[bucket] = next;
        for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
            auto& place = place_[chunk * buckets_ + bucket];
            auto const here = place;
            place = next;
            next += here;
        }
    }
    bucket_at_[buckets_] = next;
    return next;
}

void CellGrid::distribute(CellColumns const& cells, std::size_t chunk) {
    auto const last = std::min(cells.x.size(), (chunk + 1) * chunk_size_);
    auto* const place = place_.data() + chunk * buckets_;
    for (auto slot = chunk * chunk_size_; slot < last; ++slot) {
        auto const cell = places_[slot];
        if (cell == nowhere)
            continue;
        auto const to = place[cell >> bucket_bits_]++;
        auto& record = records_[to];
        record = record_of(cells, slot);
        record.x = wrapped(record.x, 0);
        record.y = wrapped(record.y, 1);
        record.z = wrapped(record.z, 2);
        slots_[to] = static_cast<std::uint32_t>(slot);
    }
}

/// From one bucket to its grid cells. start_[c + 1] counts the cells of grid cell c, then holds where its next one goes, and so ends as
/// the end of c, which is the start of c + 1.
void CellGrid::sort_bucket(std::size_t bucket, std::vector<Entry>& entries) {
    auto const first_cell = bucket << bucket_bits_;
    auto const last_cell = std::min((bucket + 1) << bucket_bits_, start_.size() - 1);
    auto* const ends = start_.data() + 1;
    std::fill(ends + first_cell, ends + last_cell, 0U);
    entries.clear();
    for (auto n = bucket_at_[bucket]; n < bucket_at_[bucket + 1]; ++n) {
        entries.push_back({records_[n], places_[slots_[n]], slots_[n]});
        ++ends[entries.back().cell];
    }
    auto next = bucket_at_[bucket];
    for (auto cell = first_cell; cell < last_cell; ++cell) {
        auto const here = ends[cell];
        ends[cell] = next;
        next += here;
    }
    for (auto const& entry : entries) {
        auto const to = ends[entry.cell]++;
        records_[to] = entry.record;
        slots_[to] = entry.slot;
        places_[entry.slot] = to;
        coarse_[0][to] = static_cast<float>(entry.record.x - box_.low[0]);
        coarse_[1][to] = static_cast<float>(entry.record.y - box_.low[1]);
        coarse_[2][to] = static_cast<float>(entry.record.z - box_.low[2]);
    }
}

} // namespace nk::numerics
