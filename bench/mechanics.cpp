// What one step of the mechanics of a tumour costs: neighbour grid, forces, positions. `./nk bench` runs it.
//
// Items are cell updates. Cells lie in hexagonal close packing at tumour density (3571 um3 a cell, radius 8.412 um, reach 1.25), so each
// has 12 neighbours in range, 6 of them ahead of it. The floor:
//   grid     reads 32 bytes of columns, writes and reads a 40-byte entry, writes a 48-byte record: 160 bytes with slots and places;
//   forces   read the record (its neighbours come from the caches), add to 32 bytes of sums and clear them, write 32 bytes: 180 bytes;
//   Euler    reads 48 bytes and writes 24.
// 400 bytes from the last cache at 15 GB/s a core: 27 ns. Operations: 35 candidates ahead in 5.3 looks of 16 lanes at 20 instructions, 0.75
// packs of 8 pairs at 150, 60 for the runs and 100 for the grid: 380 instructions, at 2.5 a cycle and 2.8 GHz 54 ns. The machine overlaps
// the two: some 18 M updates a second and core are the most to hope for.
#include "nk/tissue/mechanics.hpp"

#include "nk/base/random.hpp"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cmath>
#include <numeric>

namespace {

using namespace nk;

struct Tumour {
    std::vector<double> x, y, z, vx, vy, vz;
    std::vector<float> radius, adhesion, pressure;
    std::vector<std::uint32_t> neighbours;
    numerics::CellBox box;
    numerics::CellGrid grid;
    tissue::Mechanics mechanics;
    tissue::MechanicsLaw law{1.5, 1.25, 0.5};

    /// A cube of hexagonal layers, each cell a little off its place; `shuffled` slots know nothing of places.
    Tumour(std::size_t cells, bool shuffled) {
        auto const spacing = std::cbrt(3571.0 * std::sqrt(2.0));
        auto const side = std::cbrt(static_cast<double>(cells) * 3571.0);
        Random rng(1, 0, Purpose::test);
        for (int layer = 0; x.size() < cells; ++layer)
            for (int row = 0; row * spacing * std::sqrt(0.75) < side; ++row)
                for (int column = 0; column * spacing < side && x.size() < cells; ++column) {
                    x.push_back(spacing * (column + 0.5 * (row % 2) + 0.5 * (layer % 2)) + 0.3 * rng.normal());
                    y.push_back(spacing * std::sqrt(0.75) * (row + (layer % 2) / 3.0) + 0.3 * rng.normal());
                    z.push_back(spacing * std::sqrt(2.0 / 3.0) * layer + 0.3 * rng.normal());
                }
        radius.assign(cells, 8.412F);
        adhesion.assign(cells, 0.1F);
        vx.resize(cells);
        vy.resize(cells);
        vz.resize(cells);
        pressure.resize(cells);
        neighbours.resize(cells);
        box = {{-100, -100, -100}, {side + 100, side + 100, side + 100}, {}};
        arrange(shuffled);
    }
    void build(backend::Executor const& executor) { grid.build(box, law.range(8.412F), {x, y, z, radius, adhesion, {}}, executor); }
    void forces(backend::Executor const& executor) { mechanics.forces(grid, law, executor, {vx, vy, vz, pressure, neighbours}); }
    void euler(backend::Executor const& executor) {
        constexpr std::size_t block = 4096;
        executor.for_each((x.size() + block - 1) / block, [&](std::size_t task) {
            for (auto n = task * block; n < std::min(x.size(), (task + 1) * block); ++n) {
                x[n] += 0.01 * vx[n];
                y[n] += 0.01 * vy[n];
                z[n] += 0.01 * vz[n];
            }
        });
    }

  private:
    void arrange(bool shuffled) {
        std::vector<std::uint32_t> order(x.size());
        std::iota(order.begin(), order.end(), 0U);
        Random rng(2, 0, Purpose::test);
        for (auto n = order.size(); shuffled && n > 1; --n)
            std::swap(order[n - 1], order[rng.below(n)]);
        if (!shuffled) {
            build(backend::Executor(1));
            order.assign(grid.slots().begin(), grid.slots().end());
        }
        for (auto* column : {&x, &y, &z}) {
            auto const before = *column;
            for (std::size_t n = 0; n < order.size(); ++n)
                (*column)[n] = before[order[n]];
        }
    }
};

void count(benchmark::State& state) {
    state.counters["updates"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(state.range(0)), benchmark::Counter::kIsRate);
}

/// Grid, forces and positions; slots in the order of places or shuffled.
void step(benchmark::State& state) {
    Tumour tumour(static_cast<std::size_t>(state.range(0)), state.range(2) != 0);
    backend::Executor const executor(static_cast<int>(state.range(1)));
    for (auto _ : state) {
        tumour.build(executor);
        tumour.forces(executor);
        tumour.euler(executor);
    }
    count(state);
}
BENCHMARK(step)
    ->ArgsProduct({{25'000, 200'000, 1'000'000}, {1, 2}, {0, 1}})
    ->ArgNames({"cells", "threads", "shuffled"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void grid(benchmark::State& state) {
    Tumour tumour(static_cast<std::size_t>(state.range(0)), state.range(2) != 0);
    backend::Executor const executor(static_cast<int>(state.range(1)));
    for (auto _ : state)
        tumour.build(executor);
    count(state);
}
BENCHMARK(grid)
    ->ArgsProduct({{200'000, 1'000'000}, {1, 2}, {0, 1}})
    ->ArgNames({"cells", "threads", "shuffled"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// Forces alone, by registers (0 scalar, 1 AVX2, 2 AVX-512).
void forces(benchmark::State& state) {
    Tumour tumour(static_cast<std::size_t>(state.range(0)), false);
    backend::Executor const executor(static_cast<int>(state.range(1)));
    auto const registers = static_cast<tissue::Registers>(state.range(2));
    auto const usable = tissue::usable_registers();
    if (std::find(usable.begin(), usable.end(), registers) == usable.end()) {
        state.SkipWithError("this machine has no such registers");
        return;
    }
    tumour.mechanics = tissue::Mechanics(registers);
    tumour.build(executor);
    for (auto _ : state)
        tumour.forces(executor);
    count(state);
}
BENCHMARK(forces)
    ->ArgsProduct({{200'000}, {1, 2}, {0, 1, 2}})
    ->ArgNames({"cells", "threads", "registers"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

} // namespace
