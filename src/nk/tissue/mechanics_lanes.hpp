#pragma once
#include "nk/numerics/cell_grid.hpp"

#include <bit>
#include <cstdint>

/// The force kernel, written once for registers of any width. `Lanes` brings the types and the few operations that differ; it lives in
/// an unnamed namespace of its own file, so that what depends on it belongs to that file alone. The rest is inlined by force: no
/// function compiled for wide registers may be taken for another by the linker.
///
/// Two loops: the first looks through the candidates of a few cells in single precision and lists the pairs that may be in range, the
/// second computes them in full packs. On the side of the cell that looked the sums come as differences of one running sum, exact since
/// they are integers.
namespace nk::tissue::lanes {

/// All that the kernel reads and writes, as plain pointers.
struct Frame {
    float const* coarse[3];
    numerics::CellRecord const* records;
    std::uint32_t const* slots;
    std::uint32_t const* start;
    int count[3];
    bool periodic[3];
    bool narrow;      ///< a periodic axis has less than three grid cells
    double size[3];   ///< of the box on periodic axes, else 0 [um]
    double half[3];   ///< half of it, else infinity
    float search;     ///< squared distance beyond which no pair matters, errors of `coarse` included [um2]
    double repulsion; ///< [1/min]
    double adhesion_reach;
    double touch;       ///< [um]
    std::int64_t* sums; ///< x, y, z [2^-36 um/min]; pressure [2^-20] + 2^40 for each touching neighbour
};

/// Row (j, k) of grid cells with itself and the rows ahead of it.
using PushRow = void (*)(Frame const&, int j, int k);

void push_row_scalar(Frame const& frame, int j, int k);
void push_row_avx2(Frame const& frame, int j, int k);
void push_row_avx512(Frame const& frame, int j, int k);

inline constexpr std::int64_t one_touch = 1LL << 40;
// Adding 1.5 * 2^52 units and taking it off again rounds to whole units, halves to even, alike for both signs.
inline constexpr double force_magic = 0x1.8p16;    // units of 2^-36
inline constexpr double pressure_magic = 0x1.8p32; // units of 2^-20
inline constexpr auto force_bits = std::bit_cast<std::int64_t>(force_magic);
inline constexpr auto pressure_bits = std::bit_cast<std::int64_t>(pressure_magic);
inline constexpr double same_place = 0x1p-60;    // 9e-10 um, squared
inline constexpr std::uint32_t most_pairs = 256; ///< of a batch: its lists and sums stay in the first cache

/// Sorted cells [begin, end) whose images lie at + shift.
struct Run {
    std::uint32_t begin;
    std::uint32_t end;
    bool behind; ///< holds cells up to the one that looks: only those after it are its pairs
    float shift[3];
};

struct Runs {
    Run run[27];
    int count = 0;
    bool wraps = false;
};

/// Rows of grid cells that hold pairs of a row: itself and those ahead of it.
struct Rows {
    std::uint32_t const* start[5];
    float shift[5][3];
    int count = 0;
    bool wraps = false;
};

/// The pairs of some cells, collected before they are computed, so that both loops run without surprises.
template <class Lanes> struct Batch {
    std::uint32_t cell[most_pairs + 64];         ///< of each pair: the one that looked
    std::uint32_t other[most_pairs + 64];        ///< and the one it found
    typename Lanes::Sum before[most_pairs + 64]; ///< sum over all pairs before each: integers, so that differences are exact
    std::uint32_t looked[most_pairs + 64];       ///< cells that looked
    std::uint32_t end[most_pairs + 64];          ///< and the end of their pairs
    std::uint32_t pairs = 0;
    std::uint32_t cells = 0;

    Batch() { looked[0] = 0; }
};

[[gnu::always_inline]] inline std::uint32_t const* row_start(Frame const& f, int j, int k) {
    return f.start + (static_cast<std::size_t>(k) * static_cast<std::size_t>(f.count[1]) + static_cast<std::size_t>(j)) *
                         static_cast<std::size_t>(f.count[0]);
}

/// Half of the 8 rows around, so that each pair of rows comes once.
[[gnu::always_inline]] inline void rows_ahead(Frame const& f, int j, int k, Rows& rows) {
    constexpr int ahead[5][2] = {{0, 0}, {1, 0}, {-1, 1}, {0, 1}, {1, 1}};
    rows.count = 0;
    rows.wraps = false;
    for (auto const& step : ahead) {
        auto y = j + step[0];
        auto z = k + step[1];
        auto* const shift = rows.shift[rows.count];
        shift[0] = shift[1] = shift[2] = 0.0F;
        if (y < 0 || y >= f.count[1]) {
            if (!f.periodic[1])
                continue;
            shift[1] = static_cast<float>(y < 0 ? -f.size[1] : f.size[1]);
            y += y < 0 ? f.count[1] : -f.count[1];
            rows.wraps = true;
        }
        if (z >= f.count[2]) {
            if (!f.periodic[2])
                continue;
            shift[2] = static_cast<float>(f.size[2]);
            z -= f.count[2];
            rows.wraps = true;
        }
        rows.start[rows.count++] = row_start(f, y, z);
    }
}

[[gnu::always_inline]] inline void add_run(Runs& runs, std::uint32_t const* start, int first, int last, bool behind, float const* shift) {
    auto& run = runs.run[runs.count];
    run.begin = start[first];
    run.end = start[last + 1];
    run.behind = behind;
    for (int axis = 0; axis < 3; ++axis)
        run.shift[axis] = shift[axis];
    runs.count += run.begin < run.end ? 1 : 0;
}

/// Of grid cell i with half of its 26 neighbours.
[[gnu::always_inline]] inline void runs_ahead(Frame const& f, int i, Rows const& rows, Runs& runs) {
    auto const last = f.count[0] - 1;
    runs.count = 0;
    runs.wraps = rows.wraps || (f.periodic[0] && (i == 0 || i == last));
    auto const to = i == last ? last : i + 1;
    for (int n = 0; n < rows.count; ++n) {
        add_run(runs, rows.start[n], n == 0 || i == 0 ? i : i - 1, to, n == 0, rows.shift[n]);
        if (!f.periodic[0])
            continue;
        float shift[3] = {static_cast<float>(f.size[0]), rows.shift[n][1], rows.shift[n][2]};
        if (i == last)
            add_run(runs, rows.start[n], 0, 0, false, shift);
        shift[0] = -shift[0];
        if (i == 0 && n > 0)
            add_run(runs, rows.start[n], last, last, false, shift);
    }
}

/// Where a periodic axis has one or two grid cells the neighbours on both sides are the same: all grid cells around, each once, and of
/// their cells those after the one that looks. Which image is near only the exact distance tells.
[[gnu::always_inline]] inline void runs_around(Frame const& f, int i, int j, int k, Runs& runs) {
    float const shift[3] = {0, 0, 0};
    int const at[3] = {i, j, k};
    int cells[3][3];
    int many[3] = {0, 0, 0};
    for (int axis = 0; axis < 3; ++axis)
        for (int step = -1; step <= 1; ++step) {
            auto cell = at[axis] + step;
            if (f.periodic[axis])
                cell = (cell + f.count[axis]) % f.count[axis];
            auto known = cell < 0 || cell >= f.count[axis];
            for (int n = 0; n < many[axis]; ++n)
                known = known || cells[axis][n] == cell;
            if (!known)
                cells[axis][many[axis]++] = cell;
        }
    runs.count = 0;
    runs.wraps = true;
    for (int z = 0; z < many[2]; ++z)
        for (int y = 0; y < many[1]; ++y)
            for (int x = 0; x < many[0]; ++x)
                add_run(runs, row_start(f, cells[1][y], cells[2][z]), cells[0][x], cells[0][x], true, shift);
}

/// What the law says of some pairs: displacement of the other away from the cell, pressure and touching, as integers.
template <class Lanes> struct Pushes { typename Lanes::I x, y, z, pressed; };

/// d = the nearest image of other - cell: the difference first, so that it is exactly opposite seen from the other cell.
template <class Lanes> [[gnu::always_inline]] inline void nearest_image(Frame const& f, int axis, typename Lanes::V& d) {
    d = d > f.half[axis] ? d - f.size[axis] : d;
    d = d < -f.half[axis] ? d + f.size[axis] : d;
}

/// Pairs at next to no distance, which have no line of centres: along x by slot.
template <class Lanes>
[[gnu::always_inline]] inline void part(Frame const& f, std::uint32_t const* cell, std::uint32_t const* other, typename Lanes::V& dx,
                                        typename Lanes::V& dy, typename Lanes::V& dz, typename Lanes::V& squared) {
    for (int n = 0; n < Lanes::width; ++n) {
        if (!(Lanes::lane(squared, n) < same_place))
            continue;
        Lanes::lane(dx, n) = f.slots[other[n]] > f.slots[cell[n]] ? 0x1p-30 : -0x1p-30;
        Lanes::lane(dy, n) = 0.0;
        Lanes::lane(dz, n) = 0.0;
        Lanes::lane(squared, n) = same_place;
    }
}

template <class Lanes, bool wraps>
[[gnu::always_inline]] inline void push_pairs(Frame const& f, std::uint32_t const* cell, std::uint32_t const* other, std::uint32_t many,
                                              Pushes<Lanes>& out) {
    using V = typename Lanes::V;
    using I = typename Lanes::I;
    typename Lanes::V x, y, z, dx, dy, dz;
    typename Lanes::F own_radius, own_value, radius, value;
    Lanes::load(f.records, cell, x, y, z, own_radius, own_value);
    Lanes::load(f.records, other, dx, dy, dz, radius, value);
    dx -= x;
    dy -= y;
    dz -= z;
    if constexpr (wraps) {
        nearest_image<Lanes>(f, 0, dx);
        nearest_image<Lanes>(f, 1, dy);
        nearest_image<Lanes>(f, 2, dz);
    }
    V squared = dx * dx + dy * dy + dz * dz;
    if (Lanes::any(squared < same_place)) [[unlikely]]
        part<Lanes>(f, cell, other, dx, dy, dz, squared);
    V const zero{};
    I const none{};
    auto const used = Lanes::numbers() < static_cast<double>(static_cast<int>(many));
    // 1/r from single precision and one step of Newton's method, good to 1e-14: no long divisions, and IEEE to the last bit
    V const coarse = Lanes::doubles(1.0F / Lanes::root(Lanes::floats(squared)));
    V const inverse = coarse * (1.5 - (0.5 * squared) * (coarse * coarse));
    V const contact = Lanes::doubles(radius) + Lanes::doubles(own_radius);
    V const overlap = contact - squared * inverse;
    V const adhesion = Lanes::doubles(Lanes::root(value * own_value));
    V const touching = contact + f.touch;
    V const limit = contact * f.adhesion_reach;
    V const spring = overlap > zero ? zero + f.repulsion : adhesion;
    V push = (spring * overlap) * inverse;
    push = (used & (squared < limit * limit)) ? push : zero;
    V pressure = Lanes::doubles(Lanes::floats(overlap) / Lanes::floats(contact));
    pressure = (used & (overlap > zero)) ? pressure : zero;
    out.x = std::bit_cast<I>(push * dx + force_magic) - force_bits;
    out.y = std::bit_cast<I>(push * dy + force_magic) - force_bits;
    out.z = std::bit_cast<I>(push * dz + force_magic) - force_bits;
    out.pressed =
        std::bit_cast<I>(pressure + pressure_magic) - pressure_bits + ((used & (squared < touching * touching)) ? none + one_touch : none);
}

/// Computes a batch: to each other cell what it gets, to each that looked what all its pairs take.
template <class Lanes, bool wraps> [[gnu::noinline]] static void push_batch(Frame const& f, Batch<Lanes>& batch) {
    for (int n = 0; n < Lanes::width; ++n) { // the last pack is filled up with pairs that do not count
        batch.cell[batch.pairs + static_cast<std::uint32_t>(n)] = batch.looked[0];
        batch.other[batch.pairs + static_cast<std::uint32_t>(n)] = batch.looked[0];
    }
    typename Lanes::Sum sum{};
    for (std::uint32_t first = 0; first < batch.pairs; first += Lanes::width) {
        Pushes<Lanes> pushes;
        push_pairs<Lanes, wraps>(f, batch.cell + first, batch.other + first, batch.pairs - first, pushes);
        Lanes::spread(f.sums, batch.other + first, pushes, sum, batch.before + first);
    }
    batch.before[batch.pairs] = sum;
    std::uint32_t begin = 0;
    for (std::uint32_t n = 0; n < batch.cells; ++n) {
        Lanes::take(f.sums, batch.looked[n], batch.before[begin], batch.before[batch.end[n]]);
        begin = batch.end[n];
    }
    batch.pairs = 0;
    batch.cells = 0;
}

/// Adds the candidates of cell i; computes the batch whenever it is full.
template <class Lanes, bool wraps>
[[gnu::always_inline]] inline void collect(Frame const& f, Runs const& runs, std::uint32_t i, Batch<Lanes>& batch) {
    batch.looked[batch.cells] = i;
    auto pairs = batch.pairs;
    for (int n = 0; n < runs.count; ++n) {
        auto const& run = runs.run[n];
        float at[3];
        for (int axis = 0; axis < 3; ++axis)
            at[axis] = wraps ? f.coarse[axis][i] - run.shift[axis] : f.coarse[axis][i];
        for (auto first = run.behind && run.begin <= i ? i + 1 : run.begin; first < run.end; first += Lanes::searched) {
            pairs += Lanes::find(f.coarse, first, run.end, at, f.search, i, batch.cell + pairs, batch.other + pairs);
            if (pairs >= most_pairs) [[unlikely]] {
                batch.pairs = pairs;
                batch.end[batch.cells++] = pairs;
                push_batch<Lanes, wraps>(f, batch);
                batch.looked[0] = i;
                pairs = 0;
            }
        }
    }
    batch.pairs = pairs;
    batch.end[batch.cells++] = pairs;
    if (batch.cells == most_pairs) [[unlikely]]
        push_batch<Lanes, wraps>(f, batch);
}

template <class Lanes> [[gnu::always_inline]] inline void push_row(Frame const& f, int j, int k) {
    auto const* const start = row_start(f, j, k);
    Rows rows;
    Runs runs;
    Batch<Lanes> batch;
    rows_ahead(f, j, k, rows);
    auto wrapped = false; // of the pairs in the batch
    for (int cell = 0; cell < f.count[0]; ++cell) {
        if (start[cell] == start[cell + 1])
            continue;
        if (f.narrow)
            runs_around(f, cell, j, k, runs);
        else
            runs_ahead(f, cell, rows, runs);
        if (runs.wraps != wrapped) {
            wrapped ? push_batch<Lanes, true>(f, batch) : push_batch<Lanes, false>(f, batch);
            wrapped = runs.wraps;
        }
        for (auto i = start[cell]; i < start[cell + 1]; ++i) {
            if (wrapped)
                collect<Lanes, true>(f, runs, i, batch);
            else
                collect<Lanes, false>(f, runs, i, batch);
        }
    }
    wrapped ? push_batch<Lanes, true>(f, batch) : push_batch<Lanes, false>(f, batch);
}

} // namespace nk::tissue::lanes
