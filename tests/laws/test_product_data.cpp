#include "nk/biology/product.hpp"
#include "shared_base.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;
using namespace nk::biology;

constexpr int all_donors = 200;

struct Sample {
    std::vector<double> values;
    double mean() const {
        auto sum = 0.0;
        for (auto const x : values)
            sum += x;
        return sum / static_cast<double>(values.size());
    }
    double sd() const {
        auto sum = 0.0;
        for (auto const x : values)
            sum += (x - mean()) * (x - mean());
        return std::sqrt(sum / static_cast<double>(values.size() - 1));
    }
    double median() const {
        auto sorted = values;
        std::sort(sorted.begin(), sorted.end());
        return 0.5 * (sorted[sorted.size() / 2] + sorted[(sorted.size() - 1) / 2]);
    }
};

ProductPlan plan_of(std::vector<std::string> const& steps, double time = -1.0) {
    ProductPlan out;
    for (auto const& name : steps)
        out.steps.push_back({name, time, -1.0, -1.0, {}});
    return out;
}

std::vector<ProductOutcome> products(ProductPlan const& plan, ProductTables const& tables, int donors = all_donors) {
    std::vector<ProductOutcome> out;
    for (int donor = 0; donor < donors; ++donor)
        out.push_back(make_product(plan, tables, derived_seed(20, static_cast<std::uint64_t>(donor))));
    return out;
}

template <class Value> Sample sample_of(std::vector<ProductOutcome> const& all, Value value) {
    Sample out;
    for (auto const& one : all)
        out.values.push_back(value(one));
    return out;
}

ProductTables const& tables() {
    static auto const read = ProductTables::from(test::base());
    return read;
}

/// log10 of the expansion of NK cells, living or dead, for living NK cells put in.
Sample log_folds(std::string const& expansion, double time, int donors = all_donors) {
    return sample_of(products(plan_of({"selection.cd3", "expansion." + expansion}, time), tables(), donors), [](ProductOutcome const& one) {
        auto const& line = one.record.back();
        return std::log10(line.out.nk / (line.in.nk - line.lost.nk));
    });
}

// V37: calibrated on this.
TEST(ProductData, ExpandsWithMembraneBoundInterleukinsAsTwentyTwoDonorsDid) {
    auto const il21 = log_folds("mbil21", 21.0);
    auto const il15 = log_folds("mbil15", 21.0);

    EXPECT_NEAR(il21.median(), std::log10(31747.0), std::log10(2.5));
    EXPECT_NEAR(il15.median(), std::log10(325.0), std::log10(2.5));
    auto const ratio = std::pow(10.0, il21.median() - il15.median());
    EXPECT_TRUE(ratio > 30.0 && ratio < 300.0) << ratio;
    for (auto const* sample : {&il21, &il15})
        EXPECT_TRUE(sample->sd() > 0.3 && sample->sd() < 0.5) << sample->sd();
    RecordProperty("mbil21", std::to_string(std::pow(10.0, il21.median())) + " sd " + std::to_string(il21.sd()));
    RecordProperty("mbil15", std::to_string(std::pow(10.0, il15.median())) + " sd " + std::to_string(il15.sd()));
}

// V37, the other cultures: calibrated on these.
TEST(ProductData, ExpandsInOtherCulturesAsPublished) {
    struct Case {
        char const* expansion;
        double day;
        double fold;
        double within;
    };
    for (auto const& one : {Case{"mbil15_41bbl", 7.0, 21.6, 2.5}, Case{"mbil15_41bbl", 21.0, 277.0, 2.5},
                            Case{"il2_okt3", 21.0, 106.0, 2.0}, Case{"il15", 16.0, 100.0, 2.5}, Case{"early_il21", 42.0, 3744.0, 2.5}}) {
        auto const median = log_folds(one.expansion, one.day, 60).median();
        EXPECT_NEAR(median, std::log10(one.fold), std::log10(one.within)) << one.expansion << " day " << one.day;
        RecordProperty(std::string(one.expansion) + "_" + std::to_string(static_cast<int>(one.day)),
                       std::to_string(std::pow(10.0, median)));
    }
}

TEST(ProductData, GrowsTCellsAlongWhenAntiCd3DrivesThem) {
    auto const raw =
        sample_of(products(plan_of({"expansion.il2_okt3"}), tables(), 60), [](auto const& one) { return one.bag.cells.purity(); });
    auto const pure = sample_of(products(plan_of({"selection.cd3", "expansion.mbil21"}, 14.0), tables(), 60),
                                [](auto const& one) { return one.bag.cells.purity(); });

    EXPECT_TRUE(raw.median() > 0.05 && raw.median() < 0.52) << raw.median();
    EXPECT_GT(pure.median(), 0.85);
}

TEST(ProductData, SixWeeksOnFeedersMakeNoMoreThanAVesselHolds) {
    auto const made = make_product(plan_of({"selection.cd3", "expansion.mbil21"}, 42.0), tables(), 1);

    auto const& law = tables().expansion.at("mbil21").law;
    EXPECT_NEAR(made.bag.cells.total() / (1000.0 * law.volume * law.density), 1.0, 1e-9);
    EXPECT_LT(made.record.back().used, 0.1);
}

// Log-phase growth for 6 weeks with IL-21 and none with IL-15 (Denman 2012): the direction, not fitted.
TEST(ProductData, AgesLessWithInterleukin21) {
    auto const weekly = [](std::string const& expansion, double day) {
        auto const& law = tables().expansion.at(expansion).law;
        auto const cells = [&](double until) {
            return grow_culture(law, {until, law.feeders, law.feeders_again, law.restimulation}).cells();
        };
        return std::log(cells(day) / cells(day - 7.0)) / 7.0;
    };

    EXPECT_GT(weekly("mbil21", 42.0), 0.7 * weekly("mbil21", 14.0));
    EXPECT_LT(weekly("mbil15", 42.0), 0.2 * weekly("mbil15", 14.0));
}

// V38: calibrated on this (Transfusion 2018, table 1).
struct Published {
    char const* selection;
    double apheresis;
    double nk_in, nk_in_sd;
    double purity, purity_sd;
    double recovery, recovery_sd;
    double t_log, t_log_sd;
    double infused, infused_sd;
    char const* release;
};

class ProductSelection : public testing::TestWithParam<Published> {};

TEST_P(ProductSelection, GivesTheCellsOfThePublishedTable) {
    auto const& published = GetParam();
    auto base = test::base();
    base.set("source.leukapheresis.cells", {published.apheresis, "cell"});
    auto plan = plan_of({std::string("selection.") + published.selection, "priming.il2_overnight"});
    plan.release = published.release;

    auto const all = products(plan, ProductTables::from(base));

    auto const purity = sample_of(all, [](auto const& one) { return 100.0 * one.record[1].purity; });
    auto const recovery = sample_of(all, [](auto const& one) { return 100.0 * one.record[1].out.nk / one.record[1].in.nk; });
    auto const t_log = sample_of(all, [](auto const& one) { return std::log10(one.record[1].in.t / one.record[1].out.t); });
    auto const infused = sample_of(all, [](auto const& one) { return one.given.nk / 1e7; });
    auto const nk_in = sample_of(all, [](auto const& one) { return 100.0 * one.record[0].purity; });
    EXPECT_NEAR(nk_in.mean(), published.nk_in, published.nk_in_sd);
    EXPECT_NEAR(purity.mean(), published.purity, published.purity_sd);
    EXPECT_NEAR(recovery.mean(), published.recovery, published.recovery_sd);
    EXPECT_NEAR(t_log.mean(), published.t_log, published.t_log_sd);
    EXPECT_NEAR(infused.mean(), published.infused, published.infused_sd);
    // The spread between runs is part of the table too.
    EXPECT_NEAR(std::log(recovery.sd() / published.recovery_sd), 0.0, std::log(1.5));
    EXPECT_NEAR(std::log(t_log.sd() / published.t_log_sd), 0.0, std::log(1.5));
    auto const text = [](Sample const& one) { return std::to_string(one.mean()) + " sd " + std::to_string(one.sd()); };
    RecordProperty("row", std::string(published.selection) + " in " + text(nk_in) + " purity " + text(purity) + " recovery " +
                              text(recovery) + " log " + text(t_log) + " infused " + text(infused));
}

INSTANTIATE_TEST_SUITE_P(Transfusion2018, ProductSelection,
                         testing::Values(Published{"cd3", 2.0e10, 11, 4, 38, 13, 79, 15, 2.7, 0.4, 68.7, 26.5, "cd3_depleted"},
                                         Published{"cd3_cd56", 2.4e10, 12, 6, 90, 7, 19, 11, 4.3, 0.5, 25.3, 14.0, "cd3_depleted"},
                                         Published{"cd3_cd19", 2.3e10, 12, 5, 39, 15, 74, 15, 3.5, 0.5, 158, 110, "cd3_cd19_depleted"}),
                         [](auto const& tested) { return std::string(tested.param.selection); });

// V39: predicted, nothing fitted to it (Koehl 2013, 40 products of two steps at other sites).
TEST(ProductData, PredictsTheTwoStepProductOfOtherSites) {
    auto const all = products(plan_of({"selection.cd3_cd56"}), tables());

    auto const nk = sample_of(all, [](auto const& one) { return one.bag.cells.nk; });
    auto const t_log = sample_of(all, [](auto const& one) { return std::log10(one.record[1].in.t / one.record[1].out.t); });
    auto const purity = sample_of(all, [](auto const& one) { return one.bag.cells.purity(); });
    auto const viability = sample_of(all, [](auto const& one) { return one.bag.viability; });
    EXPECT_TRUE(nk.median() > 4e8 && nk.median() < 1.5e9) << nk.median();
    EXPECT_TRUE(t_log.median() > 3.5 && t_log.median() < 5.2) << t_log.median();
    EXPECT_NEAR(purity.median(), 0.94, 0.05);
    RecordProperty("product", std::to_string(nk.median()) + " log " + std::to_string(t_log.median()) + " purity " +
                                  std::to_string(purity.median()) + " viability " + std::to_string(viability.median()));
}

TEST(ProductData, MakesEverySourceIntoABagByItsUsualWay) {
    struct Case {
        char const* source;
        std::vector<std::string> steps;
    };
    for (auto const& one :
         {Case{"leukapheresis", {"selection.cd3_cd56", "expansion.mbil21", "gene.car", "gene.il15_armour", "cryo.standard"}},
          Case{"leukapheresis_patient", {"selection.cd3", "expansion.mbil21"}},
          Case{"cord_blood", {"selection.cd56", "expansion.mbil15_41bbl", "gene.car", "cryo.standard"}},
          Case{"ipsc", {"gene.cd16_noncleavable", "expansion.mbil21", "gene.cish_knockout", "cryo.standard"}},
          Case{"nk92", {"expansion.line", "cryo.standard"}},
          Case{"leukapheresis", {"selection.cd3_cd19", "priming.memory_like", "gene.nkg2a_knockout"}}}) {
        auto plan = plan_of(one.steps);
        plan.source = one.source;
        for (auto& step : plan.steps)
            if (step.name == "gene.car")
                step.car.antigen = "CD19";

        auto const out = make_product(plan, tables(), 5);

        EXPECT_GT(out.bag.living_nk(), 1e7) << one.source;
        EXPECT_GT(out.bag.cells.purity(), 0.2) << one.source;
        EXPECT_EQ(out.bag.irradiated, std::string(one.source) == "nk92");
        EXPECT_TRUE(std::is_sorted(out.record.begin(), out.record.end(), [](auto const& a, auto const& b) { return a.day < b.day; }));
    }
}

} // namespace
