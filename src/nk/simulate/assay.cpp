#include "nk/simulate/assay.hpp"

#include "nk/scenario/read_scenario.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>

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

/// Cells of one well at its start and added later.
double cells_of(tissue::WellPlan const& plan) {
    auto cells = 0.0;
    for (auto const& batch : plan.batches)
        cells += static_cast<double>(batch.count);
    return cells;
}

constexpr std::uint64_t most_draws = 200000; ///< as a well draws for one cell

/// Draws until one cell passes the gates; where receptors are common this is the first few.
void try_gates(tissue::EffectorKind const& effector, std::uint64_t seed) {
    for (std::uint64_t draw = 0; draw < most_draws; ++draw) {
        auto const cell = effector.repertoire->cell(seed, draw);
        auto const carried = [&](int r) { return cell.copies[r] > 0.0F; };
        if (std::all_of(effector.required.begin(), effector.required.end(), carried) &&
            std::none_of(effector.forbidden.begin(), effector.forbidden.end(), carried))
            return;
    }
    throw ScenarioError(Problem{{},
                                "biology",
                                "no NK cell of this donor passes the gates of effector `" + effector.name + "`",
                                "a receptor asked for is absent from the genotype, or too rare",
                                "change [donor] kir, or the lists positive and negative"});
}

} // namespace

PlateSize try_plate(scenario::WellScenario const& scenario, ParameterBase const& base) {
    PlateSize out;
    std::map<std::string, double> known;
    std::string built_for;
    std::optional<WellBuilder> builder;
    for (auto const& place : plate_of(scenario)) {
        auto key = fmt::format("{}\n{}\n{}", place.value, place.effector, place.e_to_t);
        for (auto const& target : place.targets)
            key += "\n" + target;
        if (!known.contains(key)) {
            if (!builder || place.value != built_for) {
                auto changed = scenario;
                auto changed_base = base;
                if (!place.value.empty())
                    scenario::set_value(changed, changed_base, scenario.plate.vary, place.value);
                builder.emplace(changed, changed_base);
                built_for = place.value;
            }
            auto const plan = builder->plan({place.e_to_t, place.effector, place.targets});
            for (auto const& effector : plan.effectors)
                try_gates(effector, place.seed);
            known[key] = cells_of(plan);
        }
        ++out.wells;
        out.cells += known[key];
        out.most = std::max(out.most, known[key]);
    }
    return out;
}

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

std::string state_hash(std::vector<WellResult> const& results) {
    Hasher hasher;
    for (auto const& result : results)
        hasher.add(result.hash);
    return hasher.hex();
}

} // namespace nk::simulate
