#include "nk/simulate/product_release.hpp"

#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"

#include <gtest/gtest.h>

namespace nk::simulate {
namespace {

ParameterBase const& release_base() {
    static ParameterBase const base = scenario::load_parameters();
    return base;
}

scenario::HostScenario two_products() {
    static char const* const text = R"(
kind = "therapy"
[product.given]
steps = ["selection.cd3_cd56", "priming.il2_overnight"]
donor.hla = ["A*02:01", "A*01:01", "B*07:02", "B*08:01", "C*07:01", "C*07:02"]
donor.kir = ["A/B"]
[product.kept]
steps = ["selection.cd3"]
donor.hla = ["A*02:01", "A*01:01", "B*07:02", "B*08:01", "C*07:01", "C*07:02"]
donor.kir = ["A/B"]
[infusion.given]
[arm.other]
set = ['infusion.given.product="kept"']
)";
    return scenario::read_host_scenario(text, release_base()).scenario;
}

TEST(ProductRelease, PrimedCellsKillMoreK562InTheWellOfTheReleaseTest) {
    auto cells = cells_of_product(two_products().product.at("given"), 70.0, release_base(), 1);
    auto const donor = two_products().product.at("given").donor;
    auto const primed = potency_in_well(cells, donor, release_base(), 1);
    cells.priming = 0.0;

    auto const resting = potency_in_well(cells, donor, release_base(), 1);

    EXPECT_GT(primed, resting + 0.1);
    EXPECT_GT(resting, 0.0);
    EXPECT_LE(primed, 1.0);
}

TEST(ProductRelease, RecordsTheBatchesThatAreGivenAndMeasuresTheirPotency) {
    auto const batches = batches_of(two_products(), release_base());

    ASSERT_EQ(batches.batches.size(), 1U);
    auto const& made = batches.batches.front().outcome;
    auto const table = batches.table();
    EXPECT_EQ(table.rows(), made.record.size());
    auto const json = batches.json();
    EXPECT_EQ(json["given"]["tests"].size(), made.release.size());
    auto measured = 0;
    for (auto const& test : made.release)
        measured += test.name == "potency" && test.measured ? 1 : 0;
    EXPECT_EQ(measured, 1);
}

TEST(ProductRelease, SaysWhichExpansionItsVesselLimited) {
    auto scenario = two_products();
    scenario.product.at("given").steps = {"selection.cd3", "expansion.mbil21"};
    scenario.product.at("given").expansion_time = 28.0;

    auto const limited = batches_of(scenario, release_base()).json();
    scenario.product.at("given").collected = 1e6;
    auto const small = batches_of(scenario, release_base()).json();

    ASSERT_TRUE(limited["given"].contains("limited_by_vessel"));
    EXPECT_EQ(limited["given"]["limited_by_vessel"][0]["step"], "expansion.mbil21");
    EXPECT_LT(limited["given"]["limited_by_vessel"][0]["used"].get<double>(), 1.0);
    EXPECT_FALSE(small["given"].contains("limited_by_vessel"));
}

TEST(ProductRelease, CellsOutAreCellsInAndBornLessDiedAndLostInEveryStep) {
    auto const batches = batches_of(two_products(), release_base());

    for (auto const& line : batches.batches.front().outcome.record) {
        auto const balance = line.in.nk + line.born.nk - line.died.nk - line.lost.nk;
        if (line.step.starts_with("source."))
            continue;
        EXPECT_NEAR(line.out.nk, balance, 1e-9 * (line.in.nk + line.born.nk)) << line.step;
        EXPECT_NEAR(line.out.t, line.in.t + line.born.t - line.died.t - line.lost.t, 1e-9 * (line.in.t + line.born.t)) << line.step;
    }
}

} // namespace
} // namespace nk::simulate
