#include "nk/study/sweep.hpp"

#include "nk/formats/csv.hpp"
#include "nk/simulate/run_wells.hpp"
#include "nk/study/sweep_report.hpp"
#include "nk/study/sweep_tables.hpp"
#include "shared_base.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

namespace nk::study {
namespace {

using test::base;

constexpr char const* tiny_well = R"(kind = "well"
title = "tiny"
[well]
targets = "40 cell"
duration = "1 h"
[effector.nk]
like = "resting_nk"
[target.k562]
like = "K562"
[drug.rituximab]
concentration = "0 ug/mL"
[plate]
e_to_t = [2]
)";

constexpr char const* tiny_body = R"(kind = "body"
[host]
duration = "2 day"
output_every = "1 day"
sample = "16 cell"
classes = 2
)";

constexpr char const* tiny_tissue = R"(kind = "tissue"
[tissue]
width = "100 um"
height = "100 um"
depth = "0 um"
duration = "10 min"
[effector.resting]
like = "resting_nk"
[target.lung]
like = "epithelium"
hla = "self"
[cell.lung]
like = "leukaemia"
target = "lung"
[nk.resting]
[place.lung]
of = "lung"
shape = "box"
count = "30 cell"
[place.resting]
shape = "box"
count = "5 cell"
)";

/// Files that exist in these tests only.
scenario::FileOpener files(std::map<std::string, std::string> more = {}) {
    more.emplace("folder/well.toml", tiny_well);
    more.emplace("folder/body.toml", tiny_body);
    more.emplace("folder/tissue.toml", tiny_tissue);
    return [more](std::filesystem::path const& path) -> std::optional<std::string> {
        auto const found = more.find(path.lexically_normal().string());
        return found == more.end() ? std::nullopt : std::optional(found->second);
    };
}

scenario::SweepReading read(std::string const& text, scenario::FileOpener const& open = files(),
                            std::vector<std::string> const& overrides = {}) {
    return scenario::read_sweep(text, base(), overrides, nullptr, "folder/sweep.toml", open);
}

std::string sweep_of(std::string const& factors, std::string const& settings = "") {
    return "kind = \"sweep\"\nseed = 5\n[sweep]\nscenario = \"well.toml\"\n" + settings + factors;
}

std::string const ratio = "[factor.ratio]\nkey = \"plate.e_to_t\"\nvalues = [1, 4]\n";

/// All jobs, one after the other: what the merged tables of a study hold.
Table run_all(SweepStudy const& study) {
    Table out;
    for (std::size_t job = 0; job < study.plan.count; ++job) {
        auto const rows = study.plan.run(job).at(0);
        if (job == 0) {
            out = rows;
            continue;
        }
        for (std::size_t c = 0; c < out.columns.size(); ++c)
            std::visit(
                [&](auto& to) {
                    auto const& from = std::get<std::decay_t<decltype(to)>>(rows.columns.at(c).values);
                    to.insert(to.end(), from.begin(), from.end());
                },
                out.columns[c].values);
    }
    return out;
}

std::vector<double> numbers(Table const& table, std::string const& name) {
    for (auto const& column : table.columns)
        if (column.name == name)
            return std::get<std::vector<double>>(column.values);
    ADD_FAILURE() << "no column " << name;
    return {};
}

std::vector<Problem> problems_of(std::string const& text, scenario::FileOpener const& open = files()) {
    try {
        plan_sweep(read(text, open), base(), "test");
    } catch (ScenarioError const& error) {
        return error.problems();
    }
    return {};
}

TEST(Sweep, AGridOfTwoFactorsGivesWhatEachWellGivesByItself) {
    auto const study =
        plan_sweep(read(sweep_of(ratio + "[factor.threshold]\nkey = \"recognition.threshold\"\nvalues = [0.2, 0.6]\n")), base(), "test");

    auto const table = run_all(study);

    ASSERT_EQ(table.rows(), 4U);
    auto const lysis = numbers(table, "specific_lysis_percent");
    auto const kills = numbers(table, "kills_per_nk");
    for (std::size_t p = 0; p < 4; ++p) {
        auto const alone = scenario::read_well_scenario(tiny_well, base(),
                                                        {"plate.e_to_t=[" + study.points.texts[p][0] + "]",
                                                         "recognition.threshold=" + study.points.texts[p][1],
                                                         "seed=" + std::to_string(sweep_seed(study.reading.scenario, p, 0))});
        auto const wells = simulate::run_wells(alone.scenario, alone.base, 1);
        EXPECT_EQ(lysis[p], wells.at(0).readouts.at("specific_lysis_percent"));
        EXPECT_EQ(kills[p], wells.at(0).readouts.at("kills_per_nk"));
    }
    EXPECT_GT(std::set(lysis.begin(), lysis.end()).size(), 1U);
    EXPECT_EQ(numbers(table, "ratio"), (std::vector<double>{1, 1, 4, 4}));
    EXPECT_EQ(numbers(table, "threshold"), (std::vector<double>{0.2, 0.6, 0.2, 0.6}));
}

TEST(Sweep, AJobHasTheColumnsThatItsPlanPromisesAndTheSameRowsEveryTime) {
    auto const study = plan_sweep(read(sweep_of(ratio, "replicates = 2\n")), base(), "test");

    auto const first = study.plan.run(3).at(0);
    auto const again = study.plan.run(3).at(0);

    ASSERT_EQ(study.plan.count, 4U);
    ASSERT_EQ(first.columns.size(), study.plan.tables.at(0).columns.size());
    for (std::size_t c = 0; c < first.columns.size(); ++c) {
        auto const& promised = study.plan.tables[0].columns[c];
        EXPECT_EQ(first.columns[c].name, promised.name);
        EXPECT_EQ(first.columns[c].unit, promised.unit);
        EXPECT_EQ(std::holds_alternative<std::vector<std::string>>(first.columns[c].values), promised.text);
    }
    EXPECT_EQ(formats::to_csv(first), formats::to_csv(again));
    EXPECT_EQ(numbers(first, "point"), std::vector{2.0});
    EXPECT_EQ(numbers(first, "replicate"), std::vector{2.0});
}

TEST(Sweep, PointsShareTheirSeedsOnlyWhenTheSweepSaysSo) {
    auto const same = read(sweep_of(ratio)).scenario;
    auto const different = read(sweep_of(ratio, "same_seed = false\n")).scenario;

    EXPECT_EQ(sweep_seed(same, 0, 1), sweep_seed(same, 7, 1));
    EXPECT_NE(sweep_seed(same, 0, 0), sweep_seed(same, 0, 1));
    EXPECT_NE(sweep_seed(different, 0, 1), sweep_seed(different, 7, 1));
    EXPECT_LT(sweep_seed(different, 3, 4), std::uint64_t{1} << 53);
}

TEST(Sweep, AParameterThatDoesNotExistIsRefusedWithTheNearestName) {
    auto const found = problems_of(sweep_of("[factor.a]\nkey = \"recognition.treshold\"\nvalues = [0.2]\n"));

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].where.file, "folder/sweep.toml");
    EXPECT_EQ(found[0].where.line, 6);
    EXPECT_NE(found[0].hint.find("recognition.threshold"), std::string::npos);
}

TEST(Sweep, AKeyThatWouldMakeANewTableIsRefused) {
    auto const found = problems_of(sweep_of("[factor.a]\nkey = \"drug.rituximap.concentration\"\nvalues = [\"1 ug/mL\"]\n"));

    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].hint.find("drug.rituximab.concentration"), std::string::npos);
}

TEST(Sweep, AllValuesThatDoNotFitAreFoundAtTheirPlaces) {
    auto const found = problems_of(sweep_of("[factor.dose]\nkey = \"drug.rituximab.concentration\"\n"
                                            "values = [\"1 ug/mL\", \"2 min\", \"-3 ug/mL\"]\n"
                                            "[factor.time]\nkey = \"well.duration\"\nvalues = [\"2 h\", \"five\"]\n"));

    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].kind, "unit");
    EXPECT_EQ(found[0].where.file, "folder/sweep.toml");
    EXPECT_EQ(found[0].where.line, 7);
    EXPECT_EQ(found[0].where.column, 22);
    EXPECT_EQ(found[1].kind, "range");
    EXPECT_EQ(found[1].where.line, 7);
    EXPECT_EQ(found[2].where.line, 10);
}

TEST(Sweep, EndsAreRefusedWhenTheyAreTurnedRoundMissingOrOfAnotherKind) {
    auto const refused = [](std::string const& ends) {
        auto const found = problems_of(sweep_of("[factor.dose]\nkey = \"drug.rituximab.concentration\"\n" + ends));
        return found.size() == 1 ? found[0].kind : std::to_string(found.size()) + " problems";
    };

    EXPECT_EQ(refused("low = \"2 ug/mL\"\nhigh = \"1 ug/mL\"\n"), "range");
    EXPECT_EQ(refused("low = \"2 ug/mL\"\nhigh = \"1 min\"\n"), "unit");
    EXPECT_EQ(refused("low = \"0 ug/mL\"\nhigh = \"1 ug/mL\"\nscale = \"log\"\n"), "range");
    EXPECT_EQ(refused("low = \"2 ug/mL\"\n"), "name");
    EXPECT_EQ(refused("values = []\n"), "range");
    EXPECT_EQ(refused("values = [\"1 ug/mL\"]\nlow = \"1 ug/mL\"\n"), "name");
    EXPECT_EQ(refused("low = \"1 ng/mL\"\nhigh = \"1 ug/mL\"\n"), "0 problems");
}

TEST(Sweep, OneKeyCannotBeTwoFactorsAndTheSeedCannotBeOne) {
    auto const twice = problems_of(sweep_of(ratio + "[factor.again]\nkey = \"plate.e_to_t\"\nvalues = [3]\n"));
    auto const seed = problems_of(sweep_of("[factor.chance]\nkey = \"seed\"\nvalues = [3]\n"));
    auto const none = problems_of(sweep_of(""));
    auto const taken = problems_of(sweep_of("[factor.kills_per_nk]\nkey = \"plate.e_to_t\"\nvalues = [3]\n"));

    ASSERT_EQ(twice.size(), 1U);
    EXPECT_NE(twice[0].what.find("plate.e_to_t"), std::string::npos);
    EXPECT_EQ(seed.size(), 1U);
    EXPECT_EQ(none.size(), 1U);
    EXPECT_EQ(taken.size(), 1U);
}

TEST(Sweep, AScenarioThatIsNotThereOrIsWrongIsRefusedAtItsOwnPlace) {
    auto const missing = problems_of("kind = \"sweep\"\n[sweep]\nscenario = \"wall.toml\"\n" + ratio);
    auto const wrong = problems_of(sweep_of(ratio), files({{"folder/well.toml", "kind = \"well\"\n[wel]\n"}}));

    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].where.line, 3);
    ASSERT_GE(wrong.size(), 1U);
    EXPECT_EQ(wrong[0].where.file, "folder/well.toml");
    EXPECT_EQ(wrong[0].where.line, 2);
}

TEST(Sweep, ACombinationThatDoesNotFitTogetherIsFoundBeforeAnythingRuns) {
    auto const found = problems_of(sweep_of("[factor.time]\nkey = \"well.duration\"\nvalues = [\"30 min\", \"4 h\"]\n"
                                            "[factor.step]\nkey = \"well.settling\"\nvalues = [\"0 min\", \"45 min\"]\n"));

    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].why.find("point 3"), std::string::npos); // settling, the first by name, is slowest: [0, 30], [0, 240], [45, 30]
}

TEST(Sweep, AnOutcomeThatThereIsNotIsRefusedWithTheNearestName) {
    auto const found = problems_of(sweep_of(ratio, "outcomes = [\"kills_per_nk\", \"cd107_percent\"]\n"));

    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].hint.find("cd107a_percent"), std::string::npos);
}

TEST(Sweep, CountsBetweenLowAndHighNeedWholeNumbers) {
    std::string const targets = "[factor.n]\nkey = \"well.targets\"\nlow = \"10 cell\"\nhigh = \"20 cell\"\n";

    auto const refused = problems_of(sweep_of(targets, "design = \"latin\"\npoints = 3\n"));
    auto const study = plan_sweep(read(sweep_of(targets + "whole = true\n", "design = \"latin\"\npoints = 3\n")), base(), "test");

    ASSERT_EQ(refused.size(), 1U);
    EXPECT_NE(refused[0].hint.find("whole = true"), std::string::npos);
    for (auto const value : study.factors[0].numbers)
        EXPECT_EQ(value, std::round(value));
}

TEST(Sweep, ALogarithmicFactorHasEqualRatiosAndKeepsItsUnit) {
    auto const reading = read(sweep_of("[factor.dose]\nkey = \"drug.rituximab.concentration\"\nlow = \"1 ng/mL\"\nhigh = \"1 ug/mL\"\n"
                                       "scale = \"log\"\nlevels = 4\n"));

    auto const study = plan_sweep(reading, base(), "test");

    ASSERT_EQ(study.factors[0].numbers.size(), 4U);
    EXPECT_EQ(study.factors[0].unit, "ng/mL");
    EXPECT_EQ(study.points.texts.front()[0], "1 ng/mL");
    EXPECT_EQ(study.factors[0].numbers.back(), 1000.0);
    EXPECT_NEAR(study.factors[0].numbers[1], 10.0, 1e-9);
}

TEST(Sweep, AListGivesItsRowsAsPointsWithUnitsOfItsHeader) {
    auto const reading = read(sweep_of("[factor.dose]\nkey = \"drug.rituximab.concentration\"\n[factor.ratio]\nkey = \"plate.e_to_t\"\n"
                                       "[list]\nfile = \"points.csv\"\n",
                                       "design = \"list\"\n"),
                              files({{"folder/points.csv", "ratio,dose[ug/mL]\n1,0.5\n4,0\n"}}));

    auto const points = sweep_points(reading);

    ASSERT_EQ(points.texts.size(), 2U);
    EXPECT_EQ(points.texts[0], (std::vector<std::string>{"0.5 ug/mL", "1"}));
    EXPECT_EQ(points.texts[1], (std::vector<std::string>{"0 ug/mL", "4"}));
}

TEST(Sweep, MistakesOfAListAreToldAtTheirCells) {
    auto const found = problems_of(
        sweep_of("[factor.dose]\nkey = \"drug.rituximab.concentration\"\n[list]\nfile = \"points.csv\"\n", "design = \"list\"\n"),
        files({{"folder/points.csv", "dose\n1 ug/mL\n-2 ug/mL\n"}}));
    auto const column = problems_of(
        sweep_of("[factor.dose]\nkey = \"drug.rituximab.concentration\"\n[list]\nfile = \"points.csv\"\n", "design = \"list\"\n"),
        files({{"folder/points.csv", "does\n1 ug/mL\n"}}));

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].where.file, "folder/points.csv");
    EXPECT_EQ(found[0].where.line, 3);
    ASSERT_EQ(column.size(), 2U);
    EXPECT_EQ(column[0].hint, "did you mean `dose`?");
}

TEST(Sweep, WhatIsKeptOfAStudyReadsBackToTheSameStudy) {
    auto const study =
        plan_sweep(read(sweep_of(ratio + "[parameters]\n\"recognition.threshold\" = 0.4\n", "replicates = 3\n")), base(), "test");

    auto const again = plan_sweep(scenario::read_sweep(study.plan.scenario, base(), {}, nullptr, "scenario.toml", {}), base(), "test");

    EXPECT_EQ(again.plan.key, study.plan.key);
    EXPECT_EQ(again.plan.count, study.plan.count);
    EXPECT_EQ(again.points.texts, study.points.texts);
}

TEST(Sweep, TheKeyOfAStudyFollowsWhatDecidesItsResults) {
    auto const key = [](std::string const& text, scenario::FileOpener const& open = files()) {
        return plan_sweep(read(text, open), base(), "test").plan.key;
    };
    auto other_well = std::string(tiny_well);
    other_well.replace(other_well.find("40 cell"), 2, "50");

    EXPECT_EQ(key(sweep_of(ratio)), key(sweep_of(ratio)));
    EXPECT_NE(key(sweep_of(ratio)), key(sweep_of(ratio, "replicates = 2\n")));
    EXPECT_NE(key(sweep_of(ratio)), key(sweep_of(ratio), files({{"folder/well.toml", other_well}})));
    EXPECT_NE(key(sweep_of(ratio)), key(sweep_of(ratio + "[parameters]\n\"well.targets\" = 30\n")));
}

TEST(Sweep, APlateOfSeveralCombinationsGivesARowForEach) {
    auto text = std::string(tiny_well);
    text.replace(text.find("[2]"), 3, "[1, 3]\nreplicates = 2");
    auto const study = plan_sweep(
        read(sweep_of("[factor.threshold]\nkey = \"recognition.threshold\"\nvalues = [0.2, 0.6]\n"), files({{"folder/well.toml", text}})),
        base(), "test");

    auto const table = run_all(study);
    auto const runs = sweep_runs(study, table);

    EXPECT_EQ(numbers(table, "e_to_t"), (std::vector<double>{1, 3, 1, 3}));
    EXPECT_EQ(runs.groups, (std::vector<std::string>{"1:1", "3:1"}));
    EXPECT_EQ(runs.means(1, 0), (std::vector{numbers(table, study.outcomes[0].name)[1], numbers(table, study.outcomes[0].name)[3]}));
}

TEST(Sweep, TissuesTellOfHealthyCellsAndHostsOfTheirBlood) {
    auto const tissue = plan_sweep(read("kind = \"sweep\"\n[sweep]\nscenario = \"tissue.toml\"\n"
                                        "[factor.n]\nkey = \"place.resting.count\"\nvalues = [\"3 cell\", \"6 cell\"]\n"),
                                   base(), "test");

    auto const table = run_all(tissue);

    EXPECT_EQ(numbers(table, "nk_alive"), (std::vector<double>{3, 6}));
    EXPECT_EQ(numbers(table, "targets_alive").size(), 2U);
    EXPECT_EQ(numbers(table, "healthy_killed"), numbers(table, "killed_lung"));
}

TEST(Sweep, AHostIsRunToItsEndWithTheFactor) {
    auto const body = plan_sweep(read("kind = \"sweep\"\n[sweep]\nscenario = \"body.toml\"\n"
                                      "[factor.count]\nkey = \"host.nk_count\"\nvalues = [\"100 cell/uL\", \"300 cell/uL\"]\n"),
                                 base(), "test");

    auto const blood = numbers(run_all(body), "nk_blood");

    EXPECT_NEAR(blood.at(0), 100.0, 15.0);
    EXPECT_NEAR(blood.at(1), 300.0, 45.0);
}

TEST(SweepTables, EffectsMeansAndChanceAreThoseOfTheRuns) {
    auto const study = plan_sweep(read(sweep_of(ratio + "[factor.fcgr3a]\nkey = \"donor.fcgr3a\"\nvalues = [\"VV\", \"FF\"]\n",
                                                "outcomes = [\"kills_per_nk\"]\nreplicates = 2\n")),
                                  base(), "test");
    Table table{"sweep", {}}; // points: (VV, 1), (VV, 4), (FF, 1), (FF, 4)
    table.add("point", "1", {1, 1, 2, 2, 3, 3, 4, 4});
    table.add("kills_per_nk", "1", {1, 3, 5, 7, 2, 4, NAN, 9});

    auto const runs = sweep_runs(study, table);
    auto const fcgr3a = sweep_effect(study, runs, 0, 0, 0);
    auto const of_ratio = sweep_effect(study, runs, 0, 0, 1);
    auto const chance = sweep_chance(runs, 0, 0);

    EXPECT_EQ(runs.means(0, 0), (std::vector<double>{2, 6, 3, 9}));
    EXPECT_EQ(fcgr3a.means, (std::vector<double>{4, 6}));
    EXPECT_TRUE(std::isnan(fcgr3a.rank_correlation));
    EXPECT_EQ(of_ratio.levels, (std::vector<double>{1, 4}));
    EXPECT_EQ(of_ratio.means, (std::vector<double>{2.5, 7.5}));
    EXPECT_NEAR(chance.within, std::sqrt(2.0), 1e-12);
    EXPECT_NEAR(chance.between, std::sqrt((9.0 + 1.0 + 4.0 + 16.0) / 3.0), 1e-12);
    EXPECT_EQ(sweep_effects_table(study, runs).rows(), 2U);
    EXPECT_EQ(numbers(sweep_means_table(study, runs), "kills_per_nk_n"), (std::vector<double>{2, 2, 2, 1}));
}

TEST(SweepTables, SobolIndicesFollowTheOneFactorThatMatters) {
    auto const study = plan_sweep(read(sweep_of("[factor.a]\nkey = \"recognition.threshold\"\nlow = 0.2\nhigh = 0.6\n"
                                                "[factor.b]\nkey = \"well.duration\"\nlow = \"1 h\"\nhigh = \"2 h\"\n",
                                                "design = \"sobol-indices\"\npoints = 64\noutcomes = [\"kills_per_nk\"]\n")),
                                  base(), "test");
    Table table{"sweep", {}};
    std::vector<double> point, outcome;
    for (std::size_t p = 0; p < study.points.texts.size(); ++p) {
        point.push_back(static_cast<double>(p + 1));
        outcome.push_back(10.0 * study.factors[0].numbers[p]);
    }
    table.add("point", "1", point);
    table.add("kills_per_nk", "1", outcome);

    auto const indices = sweep_indices_table(study, sweep_runs(study, table));

    ASSERT_EQ(study.points.texts.size(), 64U * 4U);
    EXPECT_NEAR(numbers(indices, "total").at(0), 1.0, 0.05);
    EXPECT_EQ(numbers(indices, "total").at(1), 0.0);
}

TEST(SweepReport, ShowsEveryFactorTheHeatMapAndHowToReproduce) {
    auto const study = plan_sweep(
        read(sweep_of("[factor.dose]\nkey = \"recognition.threshold\"\nvalues = [0.2, 0.4]\n" + ratio, "outcomes = [\"kills_per_nk\"]\n")),
        base(), "test");
    Table table{"sweep", {}};
    table.add("point", "1", {1, 2, 3, 4});
    table.add("kills_per_nk", "1", {0.5, 1.5, 0.25, 1.0});

    auto const html = sweep_report(study, table, {{"command_line", "nk sweep s.toml"}, {"version", "1.2.3"}});

    EXPECT_NE(html.find("nk sweep s.toml"), std::string::npos);
    EXPECT_NE(html.find("Rank correlation"), std::string::npos);
    EXPECT_NE(html.find("recognition.threshold"), std::string::npos);
    EXPECT_NE(html.find(study.plan.key), std::string::npos);
    EXPECT_EQ(html.find("nan"), std::string::npos);
}

} // namespace
} // namespace nk::study
