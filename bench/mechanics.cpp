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
#include "tumour.hpp"

#include <algorithm>
#include <benchmark/benchmark.h>

namespace {

using namespace nk;
using bench::Tumour;

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
