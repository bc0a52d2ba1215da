#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/scenario/reader.hpp"
#include "nk/simulate/run_wells.hpp"
#include "nk/study/arm_runner.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;

/// examples/*/expected.toml
struct Expected {
    std::vector<study::Check> check;
    static constexpr auto fields() { return std::tuple{Field{"check", &Expected::check, "", any_number, "what a run must show"}}; }
};

std::vector<std::string> example_folders() {
    std::vector<std::string> out;
    for (auto const& file : scenario::embedded_files())
        if (file.path.starts_with("examples/") && file.path.ends_with("/expected.toml"))
            out.emplace_back(file.path.substr(0, file.path.size() - std::string_view("/expected.toml").size()));
    return out;
}

class Example : public testing::TestWithParam<std::string> {};

TEST_P(Example, ShowsWhatItsExpectedFileSays) {
    auto const base = scenario::load_parameters();
    auto const reading = scenario::read_well_scenario(scenario::data_text(GetParam() + "/scenario.toml"), base, {"well.targets=200"});
    auto const expected = scenario::read_document<Expected>(GetParam(), scenario::data_text(GetParam() + "/expected.toml"), base);

    std::vector<study::Observation> observations;
    for (auto const& well : simulate::run_wells(reading.scenario, reading.base, 2)) {
        study::Observation o;
        o.effector = well.place.effector;
        o.target = well.place.targets.size() == 1 ? well.place.targets.front() : "mixed";
        o.value = well.place.value;
        o.e_to_t = well.place.e_to_t;
        o.readouts = well.readouts;
        observations.push_back(o);
    }

    EXPECT_FALSE(expected.check.empty());
    for (auto const& check : expected.check) {
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
