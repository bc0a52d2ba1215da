#include "nk/simulate/assay.hpp"

#include "nk/scenario/read_scenario.hpp"

#include <cmath>

namespace nk::simulate {
namespace {

template <class Map> std::vector<std::string> keys(Map const& map) {
    std::vector<std::string> out;
    for (auto const& [name, value] : map)
        out.push_back(name);
    return out;
}

std::string row_name(std::size_t index) {
    std::string out;
    for (++index; index > 0; index = (index - 1) / 26)
        out.insert(out.begin(), static_cast<char>('A' + (index - 1) % 26));
    return out;
}

} // namespace

std::vector<WellPlace> plate_of(scenario::WellScenario const& scenario) {
    auto const& plate = scenario.plate;
    auto const effectors = plate.effectors.empty() ? keys(scenario.effector) : plate.effectors;
    auto values = plate.values;
    if (plate.vary.empty() || values.empty())
        values = {""};
    std::vector<std::vector<std::string>> targets;
    if (plate.targets.empty())
        targets.push_back(keys(scenario.target));
    for (auto const& target : plate.targets)
        targets.push_back({target});
    std::vector<WellPlace> out;
    std::size_t row = 0;
    for (auto const& value : values)
        for (auto const& target : targets)
            for (auto const& effector : effectors) {
                auto column = 0;
                for (auto const e_to_t : plate.e_to_t)
                    for (int replicate = 1; replicate <= static_cast<int>(std::lround(plate.replicates)); ++replicate)
                        out.push_back({row_name(row), ++column, e_to_t, effector, target, value, replicate,
                                       derived_seed(static_cast<std::uint64_t>(scenario.seed), out.size() + 1)});
                ++row;
            }
    return out;
}

std::vector<WellResult> run_plate(scenario::WellScenario const& scenario, ParameterBase const& base, backend::Executor executor,
                                  Progress const& progress, Watcher const& watcher, std::uint64_t donor_seed) {
    auto const places = plate_of(scenario);
    auto work = 0.0;
    for (auto const& place : places)
        work += 1.0 + place.e_to_t;
    std::vector<WellResult> results;
    auto done = 0.0;
    std::string built_for = "\n";
    std::unique_ptr<WellBuilder> builder;
    for (auto const& place : places) {
        if (place.value != built_for) {
            auto changed = scenario;
            auto changed_base = base;
            if (!place.value.empty())
                scenario::set_value(changed, changed_base, scenario.plate.vary, place.value);
            builder = std::make_unique<WellBuilder>(changed, changed_base);
            builder->randomise_donor(donor_seed);
            built_for = place.value;
        }
        tissue::Well well(builder->plan({place.e_to_t, place.effector, place.targets}), builder->laws(),
                          donor_seed > 0 ? derived_seed(place.seed, donor_seed) : place.seed, executor);
        auto next_frame = 0.0;
        while (!well.done()) {
            if (watcher && results.empty() && well.time() >= next_frame - 1e-9) {
                watcher(well, place, false);
                next_frame += scenario.well.frame_interval;
            }
            well.advance();
            if (progress)
                progress((done + (1.0 + place.e_to_t) * well.time() / well.plan().duration) / work);
        }
        done += 1.0 + place.e_to_t;
        if (watcher)
            watcher(well, place, true);
        Hasher hasher;
        well.add_to_hash(hasher);
        results.push_back({place, read_out(well), time_course(well, std::max(1.0, well.plan().duration / 60.0)), hasher.hex()});
    }
    return results;
}

std::string state_hash(std::vector<WellResult> const& results) {
    Hasher hasher;
    for (auto const& result : results)
        hasher.add(result.hash);
    return hasher.hex();
}

} // namespace nk::simulate
