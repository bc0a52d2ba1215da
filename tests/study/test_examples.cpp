#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/run_wells.hpp"
#include "nk/study/cohort_arm.hpp"
#include "nk/study/example.hpp"
#include "nk/study/host_arm.hpp"
#include "nk/study/tissue_arm.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;

std::vector<std::string> example_folders() {
    std::vector<std::string> out;
    for (auto const& file : scenario::embedded_files())
        if (file.path.starts_with("examples/") && file.path.ends_with("/expected.toml"))
            out.emplace_back(file.path.substr(0, file.path.size() - std::string_view("/expected.toml").size()));
    return out;
}

class Example : public testing::TestWithParam<std::string> {};

std::vector<study::Observation> observe_wells(std::string const& text, std::vector<std::string> const& quick, ParameterBase const& base) {
    auto const reading = scenario::read_well_scenario(text, base, quick);
    std::vector<study::Observation> out;
    for (auto const& well : simulate::run_wells(reading.scenario, reading.base, 2)) {
        study::Observation o;
        o.effector = well.place.effector;
        o.target = well.place.targets.size() == 1 ? well.place.targets.front() : "mixed";
        o.value = well.place.value;
        o.e_to_t = well.place.e_to_t;
        o.readouts = well.readouts;
        out.push_back(o);
    }
    return out;
}

/// The arms, each with the changes that make it quick.
std::vector<study::Observation> observe_arms(std::string const& kind, std::string const& text, study::Example const& example,
                                             ParameterBase const& base) {
    std::vector<study::Observation> out;
    for (auto const& one : example.arm) {
        study::Arm arm;
        arm.name = one.name;
        arm.set = one.set;
        arm.as_arm = one.as_arm;
        arm.set.insert(arm.set.end(), example.quick.begin(), example.quick.end());
        auto const observe = kind == "cohort"                      ? study::observe_cohort
                             : kind == "body" || kind == "therapy" ? study::observe_hosts
                                                                   : study::observe_tissues;
        auto const observations = observe(arm, {one.name, text, {}, kind}, base, backend::Executor(1));
        out.insert(out.end(), observations.begin(), observations.end());
    }
    return out;
}

TEST_P(Example, ShowsWhatItsExpectedFileSays) {
    auto const base = scenario::load_parameters();
    std::string const text(scenario::data_text(GetParam() + "/scenario.toml"));
    auto const example = study::read_example(std::string(scenario::data_text(GetParam() + "/expected.toml")), base, GetParam());

    auto const kind = scenario::scenario_kind(text);
    auto const observations = kind == "well" ? observe_wells(text, {"well.targets=200"}, base) : observe_arms(kind, text, example, base);

    EXPECT_FALSE(example.check.empty());
    for (auto const& check : example.check) {
        auto const result = study::evaluate(check, observations);
        EXPECT_TRUE(result.pass) << check.name << ": " << result.observed << ", expected " << check.low << " to " << check.high;
    }
}

INSTANTIATE_TEST_SUITE_P(All, Example, testing::ValuesIn(example_folders()), [](auto const& example) {
    std::string name;
    for (auto const c : example.param)
        name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return name;
});

} // namespace
