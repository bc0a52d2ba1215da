#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/run_wells.hpp"
#include "shared_base.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using nk::simulate::run_wells;
using nk::simulate::state_hash;
using nk::test::base;

std::string const assay = R"(kind = "well"
[well]
targets = 120
duration = "120 min"
[effector.il2]
like = "il2_nk"
[target.K562]
like = "K562"
[plate]
e_to_t = [2.0]
)";

std::vector<nk::simulate::WellResult> run(std::string const& text, std::vector<std::string> const& overrides = {}, int threads = 1) {
    auto const reading = nk::scenario::read_well_scenario(text, base(), overrides);
    return run_wells(reading.scenario, reading.base, threads);
}

/// Mean of a read-out over replicate wells, and its standard error.
std::pair<double, double> mean_of(std::vector<nk::simulate::WellResult> const& wells, std::string const& readout) {
    auto sum = 0.0;
    auto squares = 0.0;
    for (auto const& well : wells) {
        sum += well.readouts.at(readout);
        squares += well.readouts.at(readout) * well.readouts.at(readout);
    }
    auto const n = static_cast<double>(wells.size());
    auto const mean = sum / n;
    return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / (n - 1.0))};
}

TEST(Assay, GivesTheSameBitsForOneTwoAndThreeThreads) {
    // enough cells for the threads to share the well (small ones are left to a single thread)
    std::vector<std::string> const crowded = {"plate.e_to_t=[40]", "well.duration=15 min"};
    auto other_seed = crowded;
    other_seed.emplace_back("seed=2");

    auto const one = state_hash(run(assay, crowded, 1));

    EXPECT_EQ(one, state_hash(run(assay, crowded, 2)));
    EXPECT_EQ(one, state_hash(run(assay, crowded, 3)));
    EXPECT_NE(one, state_hash(run(assay, other_seed, 1)));
}

TEST(Assay, DoesNotDependOnTheStepOfTheMotion) {
    std::vector<std::string> const chip = {"well.geometry=microwell", "well.microwell_targets=3", "plate.e_to_t=[0.34]",
                                           "plate.replicates=12"};
    auto coarse_settings = chip;
    coarse_settings.emplace_back("well.step=1 min");
    auto fine_settings = chip;
    fine_settings.emplace_back("well.step=0.25 min");

    auto const [coarse, coarse_error] = mean_of(run(assay, coarse_settings, 2), "contacts_per_nk");
    auto const [fine, fine_error] = mean_of(run(assay, fine_settings, 2), "contacts_per_nk");

    // false alarm below 1e-4 at 4 standard errors of the difference
    EXPECT_NEAR(coarse, fine, 4.0 * std::hypot(coarse_error, fine_error));
    EXPECT_GT(fine, 0.0);
}

TEST(Assay, T30TwiceTheCellsInTwiceTheVolumeKillTheSameShare) {
    std::vector<std::string> const flat = {"well.geometry=flat", "plate.replicates=10", "plate.e_to_t=[3]"};
    auto twice = flat;
    twice.emplace_back("well.targets=240");

    auto const [small, small_error] = mean_of(run(assay, flat, 2), "specific_lysis_percent");
    auto const [large, large_error] = mean_of(run(assay, twice, 2), "specific_lysis_percent");

    // false alarm below 1e-4 at 4 standard errors of the difference
    EXPECT_NEAR(small, large, 4.0 * std::hypot(small_error, large_error));
    EXPECT_GT(small, 1.0);
}

TEST(Assay, ReleasesSpontaneouslyAtTheRateOfTheTargetRow) {
    auto const wells = run(assay, {"plate.e_to_t=[0.01]", "well.spontaneous_death=0.002 1/min", "well.targets=4000",
                                   "effector.il2.knockout=[\"perforin\", \"FasL\"]"});

    auto const expected = 100.0 * (1.0 - std::exp(-0.002 * 120.0));
    auto const error = 100.0 * std::sqrt(0.2134 * 0.7866 / 4000.0);
    EXPECT_NEAR(wells[0].readouts.at("spontaneous_release_percent"), expected, 4.0 * error);
    EXPECT_GT(std::abs(1.1 * expected - expected), 3.0 * error); // a rate 10 % off would be seen
}

TEST(Assay, KillsNothingWithoutPerforinAndDeathLigands) {
    auto const wells = run(assay, {"effector.il2.knockout=[\"perforin\", \"FasL\"]", "plate.e_to_t=[10]"});

    EXPECT_EQ(wells[0].readouts.at("kills_per_nk"), 0.0);
    EXPECT_GT(wells[0].readouts.at("hits"), 0.0); // they still degranulate
}

TEST(Assay, KillsMoreWithMoreEffectors) {
    auto const wells = run(assay, {"plate.e_to_t=[0.5, 20]", "well.duration=240 min"}, 2);

    EXPECT_GT(wells[1].readouts.at("specific_lysis_percent"), wells[0].readouts.at("specific_lysis_percent") + 10.0);
}

TEST(Assay, AddsEffectorsAndFreshTargetsAtTheirTimes) {
    std::string const later = assay + R"(
[[event]]
at = "60 min"
what = "rechallenge"
amount = 1
of = "K562"
[[event]]
at = "60 min"
what = "add_effectors"
amount = 2
of = "il2"
)";

    auto const wells = run(later);

    EXPECT_EQ(wells[0].readouts.at("targets"), 240.0);
    EXPECT_GT(wells[0].readouts.at("nk_count"), 400.0);
}

TEST(Assay, CanBeStoppedWhileThePelletOfALargeWellSettles) {
    struct Stop {};
    auto shown = 0;
    auto const reading = nk::scenario::read_well_scenario(assay, base(), {});

    EXPECT_THROW(run_wells(reading.scenario, reading.base, 1,
                           [&](double progress) {
                               EXPECT_EQ(progress, 0.0);
                               if (++shown == 3)
                                   throw Stop{};
                           }),
                 Stop);
}

TEST(Assay, LetsUnspunCellsArriveOverTheSettlingTime) {
    auto const reading =
        nk::scenario::read_well_scenario(assay, base(), {"well.settling=60 min", "well.geometry=flat", "well.spacing=20 um"});
    nk::simulate::WellBuilder const builder(reading.scenario, reading.base);
    nk::tissue::Well well(builder.plan({2.0, "il2", {"K562"}}), builder.laws(), 1, nk::backend::Executor(1));

    auto const at_start = well.cells().size();
    while (well.time() < 30.0)
        well.advance();
    auto const halfway = well.cells().size();
    while (well.time() < 70.0)
        well.advance();

    EXPECT_LT(at_start, 36u); // a tenth of 360 cells at most
    EXPECT_NEAR(static_cast<double>(halfway), 180.0, 40.0);
    EXPECT_GT(well.cells().size(), 340u);
}

TEST(Assay, KeepsCellsInsideTheirMicrowells) {
    auto const reading =
        nk::scenario::read_well_scenario(assay, base(), {"well.geometry=microwell", "well.microwell_targets=4", "plate.e_to_t=[0.25]"});
    nk::simulate::WellBuilder const builder(reading.scenario, reading.base);
    auto const plan = builder.plan({0.25, "il2", {"K562"}});
    nk::tissue::Well well(plan, builder.laws(), 1, nk::backend::Executor(1));
    while (!well.done())
        well.advance();

    // every contact joins a cell with a target of the same square
    auto const cells = well.cells();
    auto const thick = 16.0;
    for (auto const& cell : cells) {
        auto const pitch = plan.microwell_width + 2.0 * thick;
        auto const inside = std::fmod(cell.x, pitch);
        EXPECT_GE(inside, thick);
        EXPECT_LE(inside, thick + plan.microwell_width);
    }
    EXPECT_EQ(plan.microwells, 30u);
}

TEST(Assay, HealthyCellsOfTheDonorAreLeftAloneWhereK562IsKilled) {
    auto const healthy =
        run(assay, {"target.K562.like=lymphocyte", "target.K562.hla=[\"self\"]", "plate.e_to_t=[10]", "plate.effectors=[\"il2\"]"}, 2);
    auto const tumour = run(assay, {"plate.e_to_t=[10]"}, 2);

    EXPECT_LT(healthy[0].readouts.at("hits"), 0.2 * tumour[0].readouts.at("hits"));
}

} // namespace
