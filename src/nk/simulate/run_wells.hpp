#pragma once
#include "nk/simulate/assay.hpp"

namespace nk::simulate {

/// How the threads of a run are shared out.
struct ThreadShare {
    int wells = 1;  ///< wells simulated at the same time
    int inside = 1; ///< threads that share one well
};

/// Wells are independent, so with enough of them each thread takes its own; a large well alone is shared by the threads,
/// as long as its cells are worth it.
///
/// cells  in the largest well
ThreadShare share_threads(int threads, std::size_t wells, double cells);

/// Runs all wells of a scenario, several at a time: the same results for any number of threads.
///
/// progress    called by one thread at a time
/// watcher     frames of the first well by its own thread; `finished` by one thread at a time, in any order of wells
/// donor_seed  0 = the mean donor, else a random donor of that genotype
/// returns     one result a well, in the order of `plate_of`
/// errors      ScenarioError from building; whatever the callbacks throw
std::vector<WellResult> run_wells(scenario::WellScenario const& scenario, ParameterBase const& base, int threads,
                                  Progress const& progress = {}, Watcher const& watcher = {}, std::uint64_t donor_seed = 0);

} // namespace nk::simulate
