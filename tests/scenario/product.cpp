#include "nk/base/quantity.hpp"
#include "nk/scenario/product_scenario.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace nk;
using namespace nk::scenario;

ProductScenario chimeric() {
    ProductScenario out;
    out.steps = {"selection.cd3", "expansion.mbil21", "gene.car", "cryo.standard"};
    out.expansion_time = 10.0;
    out.feeders = 3.0;
    out.car_antigen = "HER2";
    out.dose = 1e7;
    return out;
}

TEST(ProductScenarios, GiveEachStepWhatWasChosenForItsKind) {
    auto const plan = plan_of(chimeric(), 80.0);

    ASSERT_EQ(plan.steps.size(), 4u);
    EXPECT_EQ(plan.steps[0].time, -1.0);
    EXPECT_EQ(plan.steps[1].time, 10.0);
    EXPECT_EQ(plan.steps[1].feeders, 3.0);
    EXPECT_EQ(plan.steps[2].car.antigen, "HER2");
    EXPECT_EQ(plan.steps[3].car.antigen, "");
    EXPECT_EQ(plan.weight, 80.0);
    EXPECT_EQ(plan.dose, 1e7);
}

TEST(ProductScenarios, RefuseAnAntigenThatNoStepUses) {
    auto product = chimeric();
    product.steps = {"selection.cd3"};

    EXPECT_THROW(plan_of(product, 70.0), ScenarioError);
}

TEST(ProductScenarios, DescribeEveryKeyOnceWithAKnownUnit) {
    std::set<std::string> names;
    for_each_field<ProductScenario>([&](auto const& field) {
        EXPECT_TRUE(names.insert(std::string(field.name)).second) << field.name;
        EXPECT_FALSE(field.help.empty()) << field.name;
        EXPECT_TRUE(field.unit.empty() || same_dimension(field.unit, field.unit)) << field.unit;
    });
    EXPECT_EQ(names.size(), 15u);
}

} // namespace
