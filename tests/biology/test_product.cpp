#include "nk/biology/product.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace {

using namespace nk;
using namespace nk::biology;

ExpansionLaw culture_law() {
    ExpansionLaw law{};
    law.recruitment = 1.0;
    law.feeder_half = 0.5;
    law.feeder_kill = 1.0;
    law.feeder_loss = 0.3;
    law.feeders = 2.0;
    law.feeders_again = 1.0;
    law.restimulation = 7.0;
    law.division = 0.6;
    law.dividing_death = 0.07;
    law.resting_death = 0.1;
    law.rest = 0.1;
    law.limit = 40.0;
    law.t_division = 0.2;
    law.t_death = 0.1;
    law.b_death = 0.3;
    law.other_death = 0.3;
    law.viability = 0.93;
    law.priming = 0.9;
    law.content = 1.5;
    law.motile = 0.8;
    law.speed = 1.0;
    law.drift_time = 4.0;
    law.time = 14.0;
    law.volume = 1e6; // no limit
    law.density = 1e6;
    return law;
}

/// Feeders that never change: nothing kills them.
ExpansionLaw constant_law() {
    auto law = culture_law();
    law.feeder_kill = law.feeder_loss = law.rest = 0.0;
    law.limit = 1e12;
    return law;
}

Gene gene_of(GeneEffect const& effect, std::map<std::string, double> receptors = {}) {
    return {"gene", {0.5, 0.6, 0.2, 0.9, 0.95, 2.0}, effect, std::move(receptors)};
}

/// Tables of the smallest kind in which every step exists.
ProductTables small_tables() {
    ProductTables out;
    SourceLaw blood{2e10, 0.3, 0.11, 0.4, 0.6, 0.1, 0.98, 0.0, 1.0, 0.6, 1.0, 0.0, 1.0, 0.2};
    out.source["blood"] = {"blood", "resting_nk", false, false, true, blood, {{"NKG2D", 0.6}}};
    SourceLaw line{1e7, 0.0, 0.9999, 0.0, 0.0, 0.0, 0.9, 0.9, 1.0, 0.7, 1.0, 0.0, 1.0, 0.1};
    out.source["line"] = {"line", "nk92mi", true, true, false, line, {}};
    out.selection["cd3"] = {"CD3", {0.8, 0.9, 2.7, 0.4, 0.4, 0.4, 0.3, 0.96, 0.5}};
    out.selection["cd3_cd56"] = {"both", {0.2, 0.7, 4.3, 0.5, 0.01, 0.01, 0.3, 0.96, 0.7}};
    auto law = culture_law();
    law.division_spread = 0.1;
    law.limit_spread = 0.2;
    out.expansion["feeder"] = {"feeder", false, law, {{"NKG2D", 1.5}}};
    out.expansion["line"] = {"line", true, constant_law(), {}};
    out.priming["overnight"] = {"IL-2", {0.65, 0.5, 0.6, 0.97, 0.7, 1.1, 0.8, 0.8}, {}};
    GeneEffect car;
    car.copies = 30000.0;
    out.gene["car"] = gene_of(car);
    GeneEffect armour;
    armour.il15_signal = 10.0;
    armour.death = 0.25;
    out.gene["armour"] = gene_of(armour);
    out.gene["nkg2a_knockout"] = gene_of({}, {{"NKG2A", 0.0}});
    out.cryo["standard"] = {"DMSO", {0.9, 0.85, 0.4, 0.6, 0.17, 0.9, 0.85, 1.0}};
    out.irradiation["gamma"] = {"gamma", {0.98, 0.97, 0.2, 0.7, 0.9, 1.0, 1.0, 0.1}};
    out.release["allogeneic"] = {"donor", {1e6, 0.7, 0.3, 25000.0, 1e10, 0.2}};
    out.car_antigens = {"CD19", "HER2"};
    return out;
}

Step step_of(std::string name, std::string antigen = "") {
    return {std::move(name), -1.0, -1.0, -1.0, {std::move(antigen), 0.0, 0.0, 0.0}};
}

ProductPlan plan_of(std::string source, std::vector<Step> steps) {
    ProductPlan out;
    out.source = std::move(source);
    out.steps = std::move(steps);
    return out;
}

std::vector<Problem> problems_of(ProductPlan const& plan) {
    try {
        make_product(plan, small_tables(), 1);
    } catch (ScenarioError const& error) {
        return error.problems();
    }
    return {};
}

/// Largest violation of out = in + born - died - lost over all kinds of cells, relative to the cells that moved.
double imbalance(StepRecord const& line) {
    auto worst = 0.0;
    for (auto const member : {&CellCounts::nk, &CellCounts::t, &CellCounts::b, &CellCounts::other}) {
        auto const moved = line.in.*member + line.born.*member + 1e-300;
        auto const open = line.in.*member + line.born.*member - line.died.*member - line.lost.*member - line.out.*member;
        worst = std::max(worst, std::abs(open) / moved);
    }
    return worst;
}

TEST(ProductCulture, T11_WithConstantFeedersAndWithoutAgeingIsTheClosedFormOfZhaoAndFrench) {
    auto const law = constant_law();
    auto const days = 12.0;

    auto const culture = grow_culture(law, {days, 2.0, 0.0, 100.0});

    auto const r = law.recruitment * 2.0 / (2.0 + law.feeder_half);
    auto const out = r + law.resting_death;
    auto const net = law.division - law.dividing_death;
    auto const resting = std::exp(-out * days);
    auto const dividing = 2.0 * r / (out + net) * (std::exp(net * days) - std::exp(-out * days));
    EXPECT_NEAR(culture.resting, resting, 1e-8);
    EXPECT_NEAR(culture.dividing / dividing, 1.0, 1e-8);
    EXPECT_NEAR(culture.feeders, 2.0, 1e-12);
}

TEST(ProductCulture, BalancesBirthsAndDeathsOverStimulations) {
    auto const culture = grow_culture(culture_law(), {21.0, 2.0, 1.0, 7.0});

    EXPECT_NEAR((1.0 + culture.born - culture.died) / culture.cells(), 1.0, 1e-8);
    EXPECT_GT(culture.died, 0.0);
}

TEST(ProductCulture, CountsTheDoublingsOfCellsThatAllDivideAtOneRate) {
    auto law = constant_law();
    law.recruitment = 1e4; // all enter division at once: one doubling, then those of the rate
    law.feeder_half = 1e-6;

    auto const culture = grow_culture(law, {10.0, 2.0, 0.0, 100.0}, 1.0, 3.0);

    EXPECT_NEAR(culture.doublings(), 3.0 + 1.0 + law.division * 10.0 / std::log(2.0), 1e-2);
}

TEST(ProductCulture, StopsGrowingAtItsLimitOfDoublings) {
    auto law = culture_law();
    law.limit = 8.0;

    auto const culture = grow_culture(law, {100.0, 2.0, 1.0, 7.0});

    EXPECT_LT(culture.doublings(), law.limit + 1.0);
    EXPECT_LT(culture.cells(), std::pow(2.0, law.limit));
}

TEST(ProductCulture, NeedsNewFeedersEveryWeek) {
    auto const law = culture_law();

    auto const weekly = grow_culture(law, {28.0, 2.0, 1.0, 7.0}).cells();
    auto const once = grow_culture(law, {28.0, 2.0, 0.0, 7.0}).cells();
    auto const never = grow_culture(law, {28.0, 0.0, 0.0, 7.0}).cells();

    EXPECT_GT(weekly, 1.5 * once);
    EXPECT_NEAR(never, std::exp(-law.resting_death * 28.0), 1e-8);
}

TEST(ProductCulture, GrowsMoreWithMoreFeedersAndSaturates) {
    auto const law = culture_law();
    auto const cells = [&](double feeders) { return grow_culture(law, {14.0, feeders, feeders, 7.0}).cells(); };

    EXPECT_GT(cells(1.0), 1.2 * cells(0.1));
    EXPECT_LT(cells(100.0), 1.5 * cells(10.0));
}

TEST(ProductSteps, KeepEveryCellInTheirBooksOnAnyOrder) {
    auto const tables = small_tables();
    Random rng(7, 0, Purpose::test);
    std::vector<Step> const all{step_of("selection.cd3"),       step_of("selection.cd3_cd56"), step_of("expansion.feeder"),
                                step_of("priming.overnight"),   step_of("gene.car", "CD19"),   step_of("gene.armour"),
                                step_of("gene.nkg2a_knockout"), step_of("cryo.standard")};
    auto steps_seen = 0;

    for (int trial = 0; trial < 150; ++trial) {
        auto left = all;
        std::vector<Step> steps;
        for (auto count = rng.below(all.size() + 1); count > 0; --count) {
            auto const pick = static_cast<std::ptrdiff_t>(rng.below(left.size()));
            steps.push_back(left[static_cast<std::size_t>(pick)]);
            left.erase(left.begin() + pick);
        }
        auto const out = make_product(plan_of("blood", steps), tables, static_cast<std::uint64_t>(trial));

        ASSERT_EQ(out.record.size(), steps.size() + 1);
        for (std::size_t i = 0; i < out.record.size(); ++i, ++steps_seen) {
            auto const& line = out.record[i];
            ASSERT_LT(imbalance(line), 1e-9) << line.step;
            ASSERT_GE(line.lost.nk, 0.0);
            ASSERT_GE(line.died.nk, 0.0);
            ASSERT_GE(line.out.t, 0.0);
            ASSERT_TRUE(line.viability > 0.0 && line.viability <= 1.0);
            ASSERT_EQ(line.in.nk, i == 0 ? 0.0 : out.record[i - 1].out.nk);
        }
    }
    EXPECT_GT(steps_seen, 300);
}

TEST(ProductSteps, ACultureMakesNoMoreCellsThanItsVesselHolds) {
    Expansion expansion{"feeder", false, culture_law(), {}};
    CellBag bag;
    bag.cells = {1e8, 5e7, 1e7, 2e7};
    bag.viability = 0.9;
    Feeding const feeding{14.0, 2.0, 1.0, 7.0};
    auto const free = expand_cells(bag, expansion, feeding);
    auto const all = free.bag.cells.total();

    expansion.law.volume = 2.0;
    expansion.law.density = 0.25 * all / 2000.0; // a quarter of them in 2 L
    auto const limited = expand_cells(bag, expansion, feeding);
    expansion.law.density = 1.001 * all / 2000.0;
    auto const fits = expand_cells(bag, expansion, feeding);

    EXPECT_NEAR(limited.bag.cells.total() / all, 0.25, 1e-12);
    EXPECT_NEAR(limited.used, 0.25, 1e-12);
    EXPECT_NEAR(limited.bag.cells.purity(), free.bag.cells.purity(), 1e-12);
    EXPECT_NEAR(limited.bag.doublings, free.bag.doublings, 1e-12);
    EXPECT_NEAR(limited.born.nk / free.born.nk, 0.25, 1e-12); // what is not grown is not born
    EXPECT_NEAR(limited.lost.nk, bag.cells.nk * (1.0 - 0.25 * 0.9), 1.0);
    EXPECT_EQ(fits.used, 1.0);
    EXPECT_EQ(fits.bag.cells.nk, free.bag.cells.nk); // to the bit
}

TEST(ProductSteps, FreezingLeavesRecognitionAsItWas) {
    auto const tables = small_tables();
    auto const steps = std::vector{step_of("expansion.feeder"), step_of("gene.car", "HER2"), step_of("gene.nkg2a_knockout")};
    auto frozen_steps = steps;
    frozen_steps.push_back(step_of("cryo.standard"));

    auto const fresh = make_product(plan_of("blood", steps), tables, 3).bag;
    auto const frozen = make_product(plan_of("blood", frozen_steps), tables, 3).bag;

    EXPECT_EQ(frozen.receptor_factors(), fresh.receptor_factors());
    EXPECT_EQ(frozen.car.share, fresh.car.share);
    EXPECT_EQ(frozen.priming, fresh.priming);
    EXPECT_NEAR(frozen.motile, 0.17 * fresh.motile, 1e-12);
    EXPECT_NEAR(frozen.speed, 0.9 * fresh.speed, 1e-12);
    EXPECT_NEAR(frozen.content, 0.85 * fresh.content, 1e-12);
    EXPECT_LT(frozen.viability, fresh.viability);
}

TEST(ProductSteps, CultureRestoresReceptorsOfThePatientButNotWhatAGeneTookAway) {
    auto const tables = small_tables();
    auto const law = culture_law();

    auto const bag = make_product(plan_of("blood", {step_of("gene.nkg2a_knockout"), step_of("expansion.feeder")}), tables, 3).bag;

    auto const old = std::exp(-law.time / law.drift_time);
    EXPECT_NEAR(bag.receptor_factors().at("NKG2D"), std::pow(0.6, old) * std::pow(1.5, 1.0 - old), 1e-12);
    EXPECT_LT(bag.receptor_factors().at("NKG2A"), 1.0);
}

TEST(ProductSteps, PrimedCellsTakeUpAGeneMoreOften) {
    auto const gene = small_tables().gene.at("car");
    CellBag resting;
    resting.cells.nk = 100.0;
    auto primed = resting;
    primed.priming = 1.0;

    auto const rare = change_gene(resting, gene, {"CD19", 0.0, 0.0, 0.0}).bag;
    auto const often = change_gene(primed, gene, {"CD19", 5000.0, 0.0, 2.5}).bag;

    EXPECT_NEAR(often.car.share, 0.5, 1e-12);
    EXPECT_NEAR(rare.car.share, 0.1, 1e-12);
    EXPECT_EQ(rare.car.copies, 30000.0);
    EXPECT_EQ(often.car.copies, 5000.0);
    EXPECT_EQ(often.car.kd, 2.5);
}

TEST(ProductSteps, ASiteThatRecoversMoreLosesLess) {
    auto const law = small_tables().selection.at("cd3_cd56").law;
    CellBag bag;
    bag.cells = {100.0, 500.0, 50.0, 300.0};

    auto const usual = select_cells(bag, law);
    auto const better = select_cells(bag, law, 3.0);
    auto const best = select_cells(bag, law, 30.0);

    EXPECT_NEAR(usual.bag.cells.nk, 20.0, 1e-12);
    EXPECT_NEAR(better.bag.cells.nk, 60.0, 1e-12);
    EXPECT_NEAR(best.bag.cells.nk, 100.0, 1e-12);
    EXPECT_NEAR(std::log10(bag.cells.t / usual.bag.cells.t), 4.3, 1e-12);
}

TEST(ProductPlans, AreTheSameForTheSameSeedAndDifferBetweenDonors) {
    auto const tables = small_tables();
    auto const plan = plan_of("blood", {step_of("selection.cd3"), step_of("expansion.feeder")});

    auto const a = make_product(plan, tables, 1).bag.cells.nk;
    auto const b = make_product(plan, tables, 1).bag.cells.nk;
    auto const c = make_product(plan, tables, 2).bag.cells.nk;

    EXPECT_EQ(a, b);
    EXPECT_NE(a, c);
}

TEST(ProductPlans, TakeWhatWasMeasuredOfTheDonor) {
    auto plan = plan_of("blood", {});
    plan.donor.cells = 1e10;
    plan.donor.nk = 0.2;

    auto const out = make_product(plan, small_tables(), 5);

    EXPECT_NEAR(out.bag.cells.nk, 2e9, 1.0);
    EXPECT_NEAR(out.bag.cells.total(), 1e10, 1.0);
}

TEST(ProductPlans, IrradiateALineAtTheEndUnlessAStepDid) {
    auto const tables = small_tables();

    auto const grown = make_product(plan_of("line", {step_of("expansion.line"), step_of("cryo.standard")}), tables, 1);
    auto const told = make_product(plan_of("line", {step_of("irradiation.gamma"), step_of("cryo.standard")}), tables, 1);

    EXPECT_EQ(grown.record.back().step, "irradiation.gamma");
    EXPECT_TRUE(grown.bag.irradiated);
    EXPECT_EQ(told.record.back().step, "cryo.standard");
    EXPECT_TRUE(told.bag.irradiated);
}

TEST(ProductRelease, JudgesOneDoseByItsLimits) {
    auto const tables = small_tables();
    auto plan = plan_of("blood", {step_of("selection.cd3_cd56"), step_of("expansion.feeder")});
    plan.dose = 1e7;

    auto const clean = make_product(plan, tables, 4);
    auto const raw = make_product(plan_of("blood", {}), tables, 4);

    EXPECT_NEAR(clean.given.nk / plan.weight, 1e7, 1.0);
    EXPECT_TRUE(clean.released());
    EXPECT_FALSE(raw.released()); // far too many T cells
    for (auto const& test : raw.release)
        if (test.name == "T cells") {
            EXPECT_FALSE(test.passed);
            EXPECT_NEAR(test.value, raw.bag.cells.t / 70.0, 1e-6 * test.value);
        }
}

TEST(ProductRelease, LeavesPotencyOpenUntilItIsMeasured) {
    auto plan = plan_of("blood", {step_of("selection.cd3_cd56"), step_of("expansion.feeder")});
    plan.dose = 1e7;
    auto out = make_product(plan, small_tables(), 4);
    ASSERT_FALSE(out.release.back().measured);
    auto const before = out.released();

    out.measure_potency(0.05);

    EXPECT_TRUE(before);
    EXPECT_FALSE(out.released());
    out.measure_potency(0.6);
    EXPECT_TRUE(out.released());
}

TEST(ProductRelease, GivesNoMoreNucleatedCellsThanTheLimit) {
    auto tables = small_tables();
    tables.release.at("allogeneic").law.cells_most = 1e6;

    auto const out = make_product(plan_of("blood", {step_of("selection.cd3")}), tables, 4);

    EXPECT_NEAR(out.given.total() / 70.0, 1e6, 1.0);
}

TEST(ProductMistakes, AreToldWithTheNearestName) {
    auto const step = problems_of(plan_of("blood", {step_of("selection.cd3_cd65")}));
    auto const source = problems_of(plan_of("blod", {}));
    auto const antigen = problems_of(plan_of("blood", {step_of("gene.car", "HER3")}));

    ASSERT_EQ(step.size(), 1u);
    EXPECT_EQ(step[0].kind, "name");
    EXPECT_NE(step[0].hint.find("selection.cd3_cd56"), std::string::npos);
    ASSERT_EQ(source.size(), 1u);
    EXPECT_NE(source[0].hint.find("blood"), std::string::npos);
    ASSERT_EQ(antigen.size(), 1u);
    EXPECT_NE(antigen[0].hint.find("HER2"), std::string::npos);
}

TEST(ProductMistakes, OfOrderAreRefused) {
    struct Case {
        ProductPlan plan;
        std::string said;
    };
    auto own_line = plan_of("line", {});
    own_line.autologous = true;
    std::vector<Case> const cases{{plan_of("", {step_of("selection.cd3")}), "no `source`"},
                                  {plan_of("line", {step_of("selection.cd3")}), "nothing to select"},
                                  {plan_of("blood", {step_of("gene.car")}), "no antigen"},
                                  {plan_of("line", {step_of("irradiation.gamma"), step_of("expansion.line")}), "follows irradiation"},
                                  {plan_of("line", {step_of("expansion.feeder")}), "is a cell line"},
                                  {plan_of("blood", {step_of("expansion.line")}), "is none"},
                                  {plan_of("blood", {step_of("gene.armour"), step_of("gene.armour")}), "twice"},
                                  {own_line, "cannot be the patient's own"}};

    for (auto const& one : cases) {
        auto const problems = problems_of(one.plan);

        ASSERT_EQ(problems.size(), 1u) << one.said;
        EXPECT_EQ(problems[0].kind, "biology") << one.said;
        EXPECT_NE(problems[0].what.find(one.said), std::string::npos) << problems[0].what;
    }
}

TEST(ProductMistakes, AreAllToldAtOnce) {
    auto plan = plan_of("blood", {step_of("nonsense"), step_of("gene.car")});
    plan.release = "allogenic";

    EXPECT_EQ(problems_of(plan).size(), 3u);
}

} // namespace
