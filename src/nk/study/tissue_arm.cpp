#include "nk/study/tissue_arm.hpp"

#include "nk/base/time.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/tissue_builder.hpp"
#include "nk/study/tissue_watch.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

[[noreturn]] void refuse(Arm const& arm, std::string const& what, std::string const& hint) {
    throw ScenarioError(Problem{{}, "arm", "arm \"" + arm.name + "\": " + what, "", hint});
}

/// Seeds of scenarios are whole numbers that a double holds.
double seed_of(double seed, std::uint64_t replicate) {
    constexpr std::uint64_t largest = (std::uint64_t{1} << 53) - 1;
    return static_cast<double>(derived_seed(static_cast<std::uint64_t>(seed), replicate + 1) & largest);
}

/// Names of the kinds of one role, or "mixed".
std::string only_kind(tissue::TissuePlan const& plan, tissue::Role role) {
    std::string out;
    for (auto const& kind : plan.kinds)
        if (kind.role == role)
            out = out.empty() ? kind.name : "mixed";
    return out;
}

std::vector<double> looks_of(Arm const& arm, scenario::TissueScenario const& scenario) {
    if (arm.looks.empty())
        return {scenario.tissue.duration / minutes_per_hour};
    auto looks = arm.looks;
    std::sort(looks.begin(), looks.end());
    if (looks.back() * minutes_per_hour > scenario.tissue.duration + 1e-9)
        refuse(arm,
               fmt::format("a look at {:g} h comes after the end of its tissue at {:g} h", looks.back(),
                           scenario.tissue.duration / minutes_per_hour),
               "lengthen `tissue.duration`");
    return looks;
}

std::vector<Observation> observe_one(Arm const& arm, scenario::TissueScenario const& scenario, ParameterBase const& base,
                                     std::vector<double> const& looks) {
    auto const build = simulate::build_tissue(scenario, base);
    tissue::Tissue tissue(build.plan, build.laws, build.tissue_laws, static_cast<std::uint64_t>(scenario.seed), backend::Executor(1));
    TissueWatch watch(tissue);
    std::vector<Observation> out;
    for (auto const look : looks) {
        while (!tissue.done() && tissue.time() < look * minutes_per_hour - 1e-9) {
            tissue.advance();
            watch.look(tissue);
        }
        if (tissue.health().not_finite > 0)
            throw NumericalError(fmt::format("arm \"{}\": places of cells were no numbers: take a shorter `tissue.step`", arm.name));
        Observation o;
        o.arm = arm.name;
        o.effector = only_kind(build.plan, tissue::Role::nk);
        o.target = only_kind(build.plan, tissue::Role::target);
        o.hour = look;
        o.readouts = watch.readouts(tissue);
        out.push_back(std::move(o));
    }
    return out;
}

} // namespace

std::vector<Observation> observe_tissues(Arm const& arm, ArmFile const& file, ParameterBase const& base, backend::Executor executor) {
    if (arm.donors > 1.0)
        refuse(arm, "a tissue has no random donors", "take `replicates`, or give `donor` in the scenario");
    auto const reading = scenario::read_tissue_scenario(file.text, base, arm.set, nullptr, file.path, file.open);
    auto const looks = looks_of(arm, reading.scenario);
    std::vector<std::vector<Observation>> each(static_cast<std::size_t>(std::lround(arm.replicates)));
    executor.for_each(each.size(), [&](std::size_t replicate) {
        auto scenario = reading.scenario;
        scenario.seed = seed_of(reading.scenario.seed, replicate);
        each[replicate] = observe_one(arm, scenario, reading.base, looks);
    });
    std::vector<Observation> out;
    for (auto const& observations : each)
        out.insert(out.end(), observations.begin(), observations.end());
    return out;
}

} // namespace nk::study
