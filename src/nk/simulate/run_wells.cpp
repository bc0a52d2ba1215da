#include "nk/simulate/run_wells.hpp"

#include "nk/scenario/read_scenario.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <numeric>

namespace nk::simulate {
namespace {

constexpr double cells_worth_a_thread = 2000.0; ///< below, threads wait for each other longer than they work
constexpr double most_cells_at_once = 1e6;      ///< in all wells that are in memory together

double work_of(WellPlace const& place) {
    return 1.0 + place.e_to_t;
}

/// Gives each well its builder; wells of the same value of plate.vary share one while any of them runs.
class Builders {
  public:
    Builders(scenario::WellScenario const& scenario, ParameterBase const& base, std::uint64_t donor_seed)
        : scenario_(scenario), base_(base), donor_seed_(donor_seed) {}

    std::shared_ptr<WellBuilder const> of(std::string const& value) {
        std::lock_guard const guard(lock_);
        if (auto known = builders_[value].lock())
            return known;
        auto changed = scenario_;
        auto changed_base = base_;
        if (!value.empty())
            scenario::set_value(changed, changed_base, scenario_.plate.vary, value);
        auto made = std::make_shared<WellBuilder>(changed, changed_base);
        made->randomise_donor(donor_seed_);
        builders_[value] = made;
        return made;
    }

  private:
    scenario::WellScenario const& scenario_;
    ParameterBase const& base_;
    std::uint64_t donor_seed_;
    std::mutex lock_;
    std::map<std::string, std::weak_ptr<WellBuilder const>> builders_;
};

/// Adds up the progress of wells that run at the same time.
class SharedProgress {
  public:
    SharedProgress(Progress const& progress, std::vector<WellPlace> const& places) : progress_(progress), done_(places.size(), 0.0) {
        for (auto const& place : places)
            whole_ += work_of(place);
    }
    void show(std::size_t well, double work_done) {
        if (!progress_)
            return;
        std::lock_guard const guard(lock_);
        sum_ += work_done - done_[well];
        done_[well] = work_done;
        progress_(std::min(1.0, sum_ / whole_));
    }

  private:
    Progress const& progress_;
    std::mutex lock_;
    std::vector<double> done_;
    double sum_ = 0.0;
    double whole_ = 0.0;
};

} // namespace

ThreadShare share_threads(int threads, std::size_t wells, double cells) {
    auto const fitting = static_cast<int>(std::clamp(most_cells_at_once / std::max(1.0, cells), 1.0, 4096.0));
    auto const at_once = std::min(threads, fitting);
    if (threads > 1 && at_once > 1 && wells >= static_cast<std::size_t>(at_once))
        return {at_once, 1};
    return {1, static_cast<int>(std::clamp(cells / cells_worth_a_thread, 1.0, static_cast<double>(threads)))};
}

std::vector<WellResult> run_wells(scenario::WellScenario const& scenario, ParameterBase const& base, int threads, Progress const& progress,
                                  Watcher const& watcher, std::uint64_t donor_seed) {
    auto const places = plate_of(scenario);
    auto largest = 0.0;
    for (auto const& place : places)
        largest = std::max(largest, scenario.well.targets * work_of(place));
    auto const share = share_threads(threads, places.size(), largest);
    // The longest wells first, so that no thread begins one when the others are done.
    std::vector<std::size_t> order(places.size());
    std::iota(order.begin(), order.end(), 0);
    // The first of all is the one that is watched: a run that is stopped early has frames of it.
    if (share.wells > 1)
        std::stable_sort(order.begin() + 1, order.end(), [&](auto a, auto b) { return work_of(places[a]) > work_of(places[b]); });

    Builders builders(scenario, base, donor_seed);
    SharedProgress shown(progress, places);
    std::mutex finishing;
    std::vector<WellResult> results(places.size());
    backend::Executor(share.wells).for_each(order.size(), [&](std::size_t turn) {
        auto const index = order[turn];
        auto const& place = places[index];
        auto const builder = builders.of(place.value);
        tissue::Well well(builder->plan({place.e_to_t, place.effector, place.targets}), builder->laws(),
                          donor_seed > 0 ? derived_seed(place.seed, donor_seed) : place.seed, backend::Executor(share.inside),
                          [&] { shown.show(index, 0.0); });
        auto next_frame = 0.0;
        while (!well.done()) {
            if (watcher && index == 0 && well.time() >= next_frame - 1e-9) {
                watcher(well, place, false);
                next_frame += scenario.well.frame_interval;
            }
            well.advance();
            shown.show(index, work_of(place) * well.time() / well.plan().duration);
        }
        Hasher hasher;
        well.add_to_hash(hasher);
        results[index] = {place, read_out(well), time_course(well, std::max(1.0, well.plan().duration / 60.0)), hasher.hex()};
        if (watcher) {
            std::lock_guard const guard(finishing);
            watcher(well, place, true);
        }
    });
    return results;
}

} // namespace nk::simulate
