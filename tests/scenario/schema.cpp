#include "nk/scenario/schema.hpp"

#include "fixture.hpp"

#include <nlohmann/json.hpp>

using namespace nk::scenario;

TEST(Schema, IsJsonThatClosesEveryTableAndListsTheNamesOfTheData) {
    auto const schema = nlohmann::json::parse(scenario_schema("well", fixture::base()));

    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema["additionalProperties"], false);
    auto const& effector = schema["properties"]["effector"]["additionalProperties"];
    EXPECT_EQ(effector["additionalProperties"], false);
    EXPECT_EQ(effector["properties"]["like"]["enum"], (nlohmann::json{"resting_nk", "car_nk"}));
    EXPECT_EQ(effector["properties"]["copies"]["propertyNames"]["enum"].size(), 5u);
    EXPECT_EQ(schema["properties"]["event"]["type"], "array");
    EXPECT_EQ(schema["properties"]["well"]["properties"]["duration"]["default"], "240 min");
}

TEST(Schema, TheReferencePageShowsUnitRangeDefaultAndHelp) {
    auto const page = scenario_reference("well");

    EXPECT_NE(page.find("## `[effector.NAME]`"), std::string::npos);
    EXPECT_NE(page.find("## `[[event]]`"), std::string::npos);
    EXPECT_NE(page.find("| `duration` | quantity | min | 0.5 to 525600 min | `\"240 min\"` | length of the assay |"), std::string::npos)
        << page;
    EXPECT_NE(page.find("u_bottom\\|flat\\|microwell\\|gel"), std::string::npos);
}

TEST(Schema, EveryKindOfScenarioHasOneAndNoOther) {
    auto const schema = nlohmann::json::parse(scenario_schema("tissue", fixture::base()));

    EXPECT_EQ(schema["properties"]["tissue"]["properties"]["voxel"]["default"], "20 um");
    EXPECT_NE(scenario_reference("tissue").find("## `[vessel.NAME]`"), std::string::npos);
    EXPECT_NE(scenario_schema("body", fixture::base()).find("infection"), std::string::npos);
    for (auto const* kind : {"cohort", "plan", "sweep"}) {
        EXPECT_NE(scenario_reference(kind).find("kind = \"" + std::string(kind)), std::string::npos);
        EXPECT_NE(scenario_schema(kind, fixture::base()).find("\"properties\""), std::string::npos) << kind;
    }
    EXPECT_THROW(scenario_schema("organ", fixture::base()), nk::ScenarioError);
    EXPECT_THROW(scenario_reference(""), nk::ScenarioError);
}

TEST(Schema, ParametersAreListedWithTheirProvenance) {
    auto const json = nlohmann::json::parse(parameters_json(fixture::base()));

    EXPECT_EQ(json.size(), fixture::base().names().size());
    EXPECT_NE(parameters_markdown(fixture::base()).find("| `motility.speed` | 5 um/min | 2 | 8 | recalled | assumption |  |"),
              std::string::npos);
}
