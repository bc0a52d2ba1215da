// What one recognition, one contact and one simulated hour of a well cost. `./nk bench` runs it.
#include "pair.hpp"

#include "nk/biology/contact_chain.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/assay.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace nk;
using bench::base;
using bench::Pair;

void recognise(benchmark::State& state) {
    Pair const pair(static_cast<std::size_t>(state.range(0)));
    std::size_t i = 0;
    for (auto _ : state) {
        auto seen = biology::recognise(pair.panel, pair.laws, pair.nk[i++ % 64], pair.state, pair.target, {});
        benchmark::DoNotOptimize(seen);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(recognise)->Arg(6)->Arg(12)->Arg(28)->ArgName("ligands");

/// The same cells and targets in one call, as repertoires, plates of the solver and bodies need them.
void recognise_many(benchmark::State& state) {
    Pair const pair(static_cast<std::size_t>(state.range(0)));
    std::vector<biology::NkSignalState> const states(pair.nk.size(), pair.state);
    std::vector<biology::Recognition> seen(pair.nk.size());
    for (auto _ : state) {
        biology::recognise(pair.panel, pair.laws, pair.nk, states, pair.target, {}, seen);
        benchmark::DoNotOptimize(seen.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pair.nk.size()));
}
BENCHMARK(recognise_many)->Arg(6)->Arg(12)->Arg(28)->ArgName("ligands");

void solve_contact(benchmark::State& state) {
    Pair const pair(12);
    auto const seen = biology::recognise(pair.panel, pair.laws, pair.nk[0], pair.state, pair.target, {});
    biology::Lytic const lytic;
    for (auto _ : state) {
        auto outcome = biology::solve_contact(pair.laws, seen, lytic, {static_cast<double>(state.range(0)), 0.0, 0.2});
        benchmark::DoNotOptimize(outcome);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(solve_contact)->Arg(1)->Arg(3)->ArgName("hits_to_kill");

/// A pellet of 500 targets; items are cells times steps.
void well(benchmark::State& state) {
    auto const text = "kind = \"well\"\n[well]\ntargets = 500\nduration = \"60 min\"\n[effector.il2]\nlike = "
                      "\"il2_nk\"\n[target.K562]\nlike = \"K562\"\n";
    auto const reading = scenario::read_well_scenario(text, base());
    simulate::WellBuilder const builder(reading.scenario, reading.base);
    auto const e_to_t = static_cast<double>(state.range(0));
    auto cells = 0.0;
    auto contacts = 0.0;
    for (auto _ : state) {
        state.PauseTiming();
        tissue::Well well(builder.plan({e_to_t, "il2", {"K562"}}), builder.laws(), 1, backend::Executor(static_cast<int>(state.range(1))));
        state.ResumeTiming();
        while (!well.done())
            well.advance();
        cells += static_cast<double>(well.cells().size());
        for (auto const& nk : well.nk())
            contacts += nk.contacts;
    }
    state.counters["cell_hours/s"] = benchmark::Counter(cells, benchmark::Counter::kIsRate);
    state.counters["contacts/s"] = benchmark::Counter(contacts, benchmark::Counter::kIsRate);
}
BENCHMARK(well)->Args({1, 1})->Args({20, 1})->Args({20, 2})->ArgNames({"e_to_t", "threads"})->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
