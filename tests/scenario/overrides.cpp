#include "fixture.hpp"
#include "nk/scenario/diagnostics.hpp"

using namespace fixture;

TEST(Overrides, QuotesAroundAValueWithAUnitAreNotNeeded) {
    EXPECT_EQ(read(minimal(), {"well.duration=2 h"}).scenario.well.duration, 120.0);
    EXPECT_EQ(read(minimal(), {"well.duration = \"2 h\""}).scenario.well.duration, 120.0);
}

TEST(Overrides, ListsNumbersAndFlagsAreRead) {
    auto const scenario = read(minimal(), {"plate.e_to_t=[1, 5]", "seed=7", "switches.bursts=false", "title=5"}).scenario;

    EXPECT_EQ(scenario.plate.e_to_t, (std::vector<double>{1, 5}));
    EXPECT_EQ(scenario.seed, 7.0);
    EXPECT_FALSE(scenario.switches.bursts);
    EXPECT_EQ(scenario.title, "5");
}

TEST(Overrides, ThePreviousValueGivesWayAndLaterOverridesWin) {
    auto const scenario = read(minimal("[well]\nduration = \"4 h\"\n"), {"well.duration=2 h", "well.duration=3 h"}).scenario;

    EXPECT_EQ(scenario.well.duration, 180.0);
}

TEST(Overrides, ANewTableMayBeBegun) {
    auto const scenario = read(minimal(), {"drug.rituximab.concentration=1 ug/mL"}).scenario;

    EXPECT_EQ(scenario.drug.at("rituximab").like, "rituximab");
}

TEST(Overrides, ANameOfTheDataGoesToTheParameters) {
    auto const reading = read(minimal(), {"recognition.theta=0.3", "motility.speed=4 um/min"});

    EXPECT_EQ(reading.base.value("recognition.theta", "1"), 0.3);
    EXPECT_EQ(reading.base.value("motility.speed", "um/min"), 4.0);
    EXPECT_EQ(reading.scenario.parameters.at("recognition.theta"), "0.3");
}

TEST(Overrides, AParameterOfTheFileIsReplacedInEitherSpelling) {
    EXPECT_EQ(read(minimal("[parameters]\n\"recognition.theta\" = 0.2\n"), {"recognition.theta=0.3"}).base.value("recognition.theta", "1"),
              0.3);
    EXPECT_EQ(read(minimal("[parameters.recognition]\ntheta = 0.2\n"), {"recognition.theta=0.3"}).base.value("recognition.theta", "1"),
              0.3);
}

TEST(Overrides, AnElementOfAListIsReachedByItsNumber) {
    auto const scenario = read(minimal("[[event]]\nat = \"1 h\"\namount = 1\n"), {"event.0.at=2 h"}).scenario;

    EXPECT_EQ(scenario.event.at(0).at, 120.0);
    EXPECT_EQ(scenario.event.at(0).amount.value, 1.0);
}

TEST(Overrides, ProblemsNameTheOverrideAndItsColumn) {
    auto const problem = problem_of(minimal(), {"seed=3", "well.duration=2 kg"});

    EXPECT_EQ(problem.where.file, "-s #2");
    EXPECT_EQ(problem.where.line, 1);
    EXPECT_EQ(problem.where.column, 15);
    EXPECT_EQ(problem.where.length, 4);
}

TEST(Overrides, AnElementOfAListHasItsOwnPlace) {
    auto const problem = problem_of(minimal(), {"plate.e_to_t = [1, 5000]"});

    EXPECT_EQ(problem.where.column, 20);
    EXPECT_EQ(problem.where.length, 4);
}

TEST(Overrides, AMisspeltTableIsReportedWithTheNearestOne) {
    EXPECT_EQ(problem_of(minimal(), {"wel.duration=2 h"}).hint, "did you mean `well`?");
    EXPECT_NE(problem_of(minimal(), {"recognition.teta=2"}).hint.find("recognition.theta"), std::string::npos);
}

TEST(Overrides, WhatIsNoKeyAndValueIsASyntaxProblem) {
    for (auto const* text : {"well.duration", "=3", "a b=3", "well..x=1", "x=1\ny=2", "title=\xff\xfe"})
        EXPECT_EQ(problem_of(minimal(), {text}).kind, "syntax") << text;
}
