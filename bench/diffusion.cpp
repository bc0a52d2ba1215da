// What one implicit step of diffusing substrates costs. `./nk bench` runs it.
//
// Items are voxel-substrates: one full step (reaction, x, y, z) of one voxel of one substrate. The field is read and written twice
// a step, once for the plane (x and y, about 45 kB in double at 75 x 75, which stays in the cache of the core) and once for z: 32 bytes
// a voxel-substrate in double, 16 in float. At 10 GB/s a core that floor is 310 M/s (double) and 620 M/s (float) a core where
// the fields come from memory; two fields of 75^3 are 6.8 MB (double) and come from the last cache instead. The arithmetic is 13
// operations in 2 (4) lanes of the registers every x86-64 has: 6.5 (3.25) issues at two a cycle, 3.3 (1.6) cycles. Rates of cells add
// 3 fields to read, 24 (12) bytes, and one division.
#include "nk/numerics/diffusion.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace nk::numerics;

template <class T> Diffusion<T> tissue(int side, std::size_t substrates) {
    Diffusion<T> diffusion({side, side, side, 20.0}, std::vector<Substrate>(substrates, Substrate{600.0, 0.01, {}}));
    for (std::size_t s = 0; s < substrates; ++s)
        for (std::size_t i = 0; i < diffusion.grid().size(); ++i)
            diffusion.field(s)[i] = static_cast<T>(1 + (i * 7919 + s) % 101);
    return diffusion;
}

void count(benchmark::State& state, std::size_t voxels, std::size_t substrates) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(voxels * substrates));
}

template <class T> void step(benchmark::State& state) {
    auto diffusion = tissue<T>(static_cast<int>(state.range(0)), 2);
    nk::backend::Executor const executor(static_cast<int>(state.range(1)));
    for (auto _ : state)
        diffusion.step(0.1, executor);
    count(state, diffusion.grid().size(), 2);
}
BENCHMARK_TEMPLATE(step, double)->Args({75, 1})->Args({75, 2})->Args({128, 2})->ArgNames({"side", "threads"})->UseRealTime();
BENCHMARK_TEMPLATE(step, float)->Args({75, 1})->Args({75, 2})->Args({128, 2})->ArgNames({"side", "threads"})->UseRealTime();

/// Every voxel with uptake, secretion and supply.
template <class T> void step_with_cells(benchmark::State& state) {
    auto diffusion = tissue<T>(75, 2);
    std::vector<T> const rate(diffusion.grid().size(), T(0.1));
    std::vector<Exchange<T>> const exchange(2, {rate, rate, rate, {}, {}});
    nk::backend::Executor const executor(static_cast<int>(state.range(0)));
    for (auto _ : state)
        diffusion.step(0.1, executor, exchange);
    count(state, diffusion.grid().size(), 2);
}
BENCHMARK_TEMPLATE(step_with_cells, double)->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime();
BENCHMARK_TEMPLATE(step_with_cells, float)->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime();

/// One voxel in a hundred is a vessel: half of all lines hold one.
void step_with_vessels(benchmark::State& state) {
    auto diffusion = tissue<double>(75, 2);
    std::vector<std::uint8_t> mask(diffusion.grid().size());
    for (std::size_t i = 0; i < mask.size(); ++i)
        mask[i] = i * 7919 % 100 == 0;
    std::vector<double> const value(mask.size(), 1.0);
    for (std::size_t s = 0; s < 2; ++s)
        diffusion.hold(s, mask, value);
    nk::backend::Executor const executor(static_cast<int>(state.range(0)));
    for (auto _ : state)
        diffusion.step(0.1, executor);
    count(state, diffusion.grid().size(), 2);
}
BENCHMARK(step_with_vessels)->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime();

/// Items are voxels of one solve to a residual of 1e-8.
void steady_state(benchmark::State& state) {
    auto diffusion = tissue<double>(75, 1);
    std::vector<double> supply(diffusion.grid().size(), 0.0);
    supply[diffusion.grid().index(37, 37, 37)] = 1.0;
    nk::backend::Executor const executor(static_cast<int>(state.range(0)));
    for (auto _ : state) {
        auto report = diffusion.steady_state(0, {{}, {}, supply, {}, {}}, 1e-8, executor);
        state.counters["iterations"] = report.iterations;
    }
    count(state, diffusion.grid().size(), 1);
}
BENCHMARK(steady_state)->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
