#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"

#include <gtest/gtest.h>

namespace nk::scenario {
namespace {

ParameterBase const& data() {
    static ParameterBase const base = load_parameters();
    return base;
}

/// The problems of a host, each as "kind: what".
std::string host_problems(std::string const& text) {
    try {
        read_host_scenario("kind = \"body\"\n" + text, data());
    } catch (ScenarioError const& error) {
        std::string out;
        for (auto const& problem : error.problems())
            out += problem.kind + ": " + problem.what + "\n";
        return out;
    }
    return "";
}

std::string host_warnings(std::string const& text) {
    std::string out;
    for (auto const& problem : read_host_scenario("kind = \"body\"\n" + text, data()).warnings)
        out += problem.what + "\n";
    return out;
}

TEST(HostScenario, OfNothingIsAHealthyPerson) {
    auto const reading = read_host_scenario("kind = \"body\"\n", data());

    EXPECT_EQ(reading.scenario.host.species, "human");
    EXPECT_TRUE(reading.warnings.empty());
    EXPECT_EQ(read_host_scenario(reading.resolved_text, data()).resolved_text, reading.resolved_text);
}

TEST(HostScenario, TemplateIsReadWithoutAWarning) {
    EXPECT_TRUE(read_host_scenario(data_text("data/templates/body.toml"), data()).warnings.empty());
}

TEST(HostScenario, TableWithoutARowSaysSoWithTheNearestName) {
    auto const text = host_problems("[infection.influenca]\nat = \"1 day\"\n");

    EXPECT_NE(text.find("[infection.influenca] is no row"), std::string::npos) << text;
}

TEST(HostScenario, SurgeryNamesATumourThatIsThere) {
    EXPECT_NE(host_problems("[event.operation]\nwhat = \"surgery\"\n").find("does not say of which tumour"), std::string::npos);
    EXPECT_NE(host_problems("[event.operation]\nwhat = \"surgery\"\nof = \"lung\"\n").find("no [tumour.*]"), std::string::npos);
    EXPECT_EQ(host_problems("[tumour.carcinoma]\n[event.operation]\nwhat = \"surgery\"\nof = \"carcinoma\"\n"), "");
}

TEST(HostScenario, ExerciseLastsAndDepletionDoesNot) {
    EXPECT_NE(host_problems("[event.run]\nwhat = \"exercise\"\n").find("has no duration"), std::string::npos);
    EXPECT_NE(host_problems("[event.x]\nwhat = \"nk_depletion\"\nduration = \"1 day\"\n").find("happens at once"), std::string::npos);
}

TEST(HostScenario, HabitsThatContradictEachOtherAreAnError) {
    for (auto const& row : data().children("modulator"))
        if (auto const opposite = data().text("modulator." + row + ".opposite"); !opposite.empty()) {
            auto const both = "[habit." + row + "]\nuntil = \"10 day\"\n[habit." + opposite + "]\n";

            EXPECT_NE(host_problems(both + "from = \"5 day\"\n").find("contradict"), std::string::npos) << row;
            EXPECT_EQ(host_problems(both + "from = \"10 day\"\n"), "") << row;
            return;
        }
    FAIL() << "no modulator has an opposite";
}

TEST(HostScenario, MoreThanTwoPartsOfLifeGiveAWarning) {
    EXPECT_EQ(host_warnings("[habit.sleep_loss]\n[habit.training]\n"), "");
    EXPECT_NE(host_warnings("[habit.sleep_loss]\n[habit.training]\n[habit.zinc]\n").find("3 parts of life"), std::string::npos);
}

TEST(HostScenario, UnitsOfTheWrongDimensionAreErrors) {
    EXPECT_NE(host_problems("[host]\nage = \"30 kg\"\n"), "");
    EXPECT_NE(host_problems("[host]\nduration = 30\n"), "");
    EXPECT_NE(host_problems("parameters = { \"organ.human_lung.perfusion\" = \"-1 kg\" }\n"), "");
}

} // namespace
} // namespace nk::scenario
