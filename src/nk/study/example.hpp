#pragma once
#include "nk/study/experiment.hpp"

namespace nk::study {

/// One run of an example: its scenario with changes. A cohort runs all its arms at once; its checks tell them apart by `value`, the name of
/// the arm, or "all" for the scenario as it stands.
struct ExampleArm {
    std::string name;
    std::string label;
    std::vector<std::string> set;
    std::string as_arm;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &ExampleArm::name, "", any_number, "name of its folder, and in the checks"},
                          Field{"label", &ExampleArm::label, "", any_number, "name in the report"},
                          Field{"set", &ExampleArm::set, "", any_number, "changes of the scenario, as `nk run -s`"},
                          Field{"as_arm", &ExampleArm::as_arm, "", any_number, "name of the [arm.*] of a therapy's scenario to run"}};
    }
};

/// What stands in the expected.toml of an example: what a run shows, and for a tissue the runs that are compared.
struct Example {
    std::vector<std::string> quick;
    std::vector<ExampleArm> arm;
    std::vector<Check> check;
    static constexpr auto fields() {
        return std::tuple{Field{"quick", &Example::quick, "", any_number,
                                "changes that make the scenario small enough for the tests; also for its checks"},
                          Field{"arm", &Example::arm, "", any_number, "runs that are compared; the first is the example itself"},
                          Field{"check", &Example::check, "", any_number, "what a run must show"}};
    }
};

/// Reads the text of an expected.toml.
/// errors: ScenarioError with every problem
Example read_example(std::string const& text, ParameterBase const& base, std::string const& name);

} // namespace nk::study
