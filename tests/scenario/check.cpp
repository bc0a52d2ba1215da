#include "fixture.hpp"

using namespace fixture;

TEST(Check, AScenarioWithoutEffectorsOrTargetsIsRefused) {
    auto const problems = problems_of("title = \"nothing\"\n");

    ASSERT_EQ(problems.size(), 2u);
    EXPECT_EQ(problems[0].kind, "biology");
    EXPECT_EQ(problems[0].where.line, 1);
}

TEST(Check, ThePlateNamesOnlyTablesThatExist) {
    auto const problem = problem_of(minimal("[plate]\neffectors = [\"nk\", \"nkk\"]\n"));

    EXPECT_EQ(problem.where.line, 6);
    EXPECT_EQ(problem.where.column, 20);
    EXPECT_EQ(problem.hint, "did you mean `nk`?");
    EXPECT_EQ(problem_of(minimal("[plate]\ntargets = [\"raji\"]\n")).kind, "name");
}

TEST(Check, ATableThatStandsInNoWellIsAWarning) {
    auto const warnings = read(minimal("[effector.other]\nlike = \"car_nk\"\n[plate]\neffectors = [\"nk\"]\n")).warnings;

    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_NE(warnings[0].what.find("[effector.other] is in no well"), std::string::npos);
    EXPECT_EQ(warnings[0].where.line, 5);
}

TEST(Check, ValuesOfVaryAreReadAsTheKeyWouldBe) {
    auto const drug = "[drug.rituximab]\n[plate]\nvary = \"drug.rituximab.concentration\"\n";

    EXPECT_NO_THROW(read(minimal(drug + std::string("values = [\"0 ug/mL\", \"1 mg/L\"]\n"))));
    auto const problem = problem_of(minimal(drug + std::string("values = [\"0 ug/mL\", \"1 nM\"]\n")));
    EXPECT_EQ(problem.kind, "unit");
    EXPECT_EQ(problem.where.line, 8);
    EXPECT_EQ(problem.where.column, 22);
}

TEST(Check, VaryReachesNestedMapsListsFlagsAndParameters) {
    for (auto const* more : {"[plate]\nvary = \"target.k562.ligands.HLA_E\"\nvalues = [\"0 molecule/cell\", \"5000 molecule/cell\"]\n",
                             "[[event]]\namount = 1\n[plate]\nvary = \"event.0.at\"\nvalues = [\"1 h\", \"2 h\"]\n",
                             "[plate]\nvary = \"switches.bursts\"\nvalues = [\"true\", \"false\"]\n",
                             "[plate]\nvary = \"recognition.theta\"\nvalues = [\"0.2\", \"0.3\"]\n",
                             "[plate]\nvary = \"motility.speed\"\nvalues = [\"2 um/min\"]\n",
                             "[plate]\nvary = \"effector.nk.positive\"\nvalues = [\"NKG2A\", '[\"NKG2D\", \"CD16\"]']\n"})
        EXPECT_NO_THROW(read(minimal(more))) << more;
}

TEST(Check, VaryOfAKeyThatDoesNotExistIsRefused) {
    for (auto const* path : {"drug.rituximab.concentration", "well.durations", "event.0.at", "target.k562", "target", "plate.e_to_t",
                             "recognition.teta", "effector.nk2.like"})
        EXPECT_EQ(problem_of(minimal("[plate]\nvary = \"" + std::string(path) + "\"\nvalues = [\"1\"]\n")).kind, "name") << path;
}

TEST(Check, VaryAndValuesComeTogether) {
    EXPECT_EQ(problem_of(minimal("[plate]\nvary = \"well.duration\"\n")).where.line, 6);
    EXPECT_EQ(problem_of(minimal("[plate]\nvalues = [\"1 h\"]\n")).where.line, 6);
}

TEST(Check, PublishedPointsHaveEqualLengthsAndAKnownEffector) {
    auto const good = "[[compare]]\neffector = \"nk\"\nx = [1, 5]\ny = [10, 40]\nsd = [1, 2]\nsource = \"a paper\"\n";

    EXPECT_TRUE(read(minimal(good)).warnings.empty());
    EXPECT_EQ(problem_of(minimal("[[compare]]\neffector = \"car\"\nx = [1]\ny = [1]\n")).where.line, 6);
    EXPECT_EQ(problem_of(minimal("[[compare]]\nx = [1, 2]\ny = [1]\n")).where.line, 7);
    EXPECT_EQ(problem_of(minimal("[[compare]]\nx = [1]\ny = [1]\nsd = [1, 2]\n")).where.line, 8);
}

TEST(Check, EventsLieWithinTheAssayAndReferToWhatIsThere) {
    EXPECT_NO_THROW(read(minimal("[[event]]\nat = \"2 h\"\nwhat = \"set_cytokine\"\nof = \"IL2\"\namount = \"100 IU/mL\"\n")));
    EXPECT_EQ(problem_of(minimal("[[event]]\nat = \"5 h\"\namount = 1\n")).where.line, 6);
    EXPECT_EQ(problem_of(minimal("[[event]]\nwhat = \"add_effectors\"\nof = \"nk2\"\namount = 1\n")).where.line, 7);
    EXPECT_EQ(problem_of(minimal("[[event]]\nwhat = \"set_cytokine\"\nof = \"IL3\"\namount = \"1 nM\"\n")).where.line, 7);
    EXPECT_EQ(problem_of(minimal("[[event]]\nwhat = \"set_drug\"\nof = \"rituximab\"\namount = \"1 ug/mL\"\n")).where.line, 7);
    EXPECT_EQ(problem_of(minimal("[[event]]\namount = \"1 h\"\n")).kind, "unit");
    EXPECT_EQ(problem_of(minimal("[[event]]\n")).kind, "biology");
}

TEST(Check, AnAntigenNeedsAChimericReceptorAndTheOtherWayRound) {
    EXPECT_EQ(problem_of(minimal("[effector.b]\ncar_antigen = \"CD19\"\n")).where.line, 6);
    EXPECT_EQ(problem_of(minimal("[effector.b]\ncopies.CAR = \"20000 molecule/cell\"\n")).where.line, 6);
    EXPECT_NO_THROW(read(minimal("[effector.b]\ncar_antigen = \"CD19\"\ncopies.CAR = \"20000 molecule/cell\"\n")));
    EXPECT_NO_THROW(read(minimal("[effector.b]\nlike = \"car_nk\"\ncar_antigen = \"CD19\"\n")));
}

TEST(Check, ADrugHasAConcentrationAndAName) {
    EXPECT_EQ(problem_of(minimal("[drug.rituximab]\n")).kind, "biology");
    EXPECT_NO_THROW(read(minimal("[drug.rituximab]\nconcentration = \"0 ug/mL\"\n")));
    EXPECT_EQ(problem_of(minimal("[drug.mine]\nconcentration = \"0 ug/mL\"\n")).kind, "name");
    EXPECT_NO_THROW(read(minimal("[drug.mine]\nlike = \"rituximab\"\ncoating = \"100 molecule/cell\"\n")));
}

TEST(Check, CellsCannotBeSortedForAndAgainstTheSameReceptor) {
    auto const problem = problem_of(minimal("[effector.b]\npositive = [\"NKG2A\"]\nnegative = [\"NKG2A\"]\n"));

    EXPECT_EQ(problem.kind, "biology");
    EXPECT_EQ(problem.where.line, 7);
    EXPECT_EQ(problem_of(minimal("[effector.b]\npositive = [\"NKG2A\"]\nknockout = [\"NKG2A\"]\n")).where.line, 7);
}

TEST(Check, NamingAReceptorTwiceIsRefusedAndLongListsStayQuick) {
    std::string many;
    for (int i = 0; i < 20000; ++i)
        many += "\"NKG2D\",";

    EXPECT_EQ(problem_of(minimal("[effector.b]\npositive = [\"NKG2D\", \"NKG2D\"]\n")).where.line, 6);
    EXPECT_EQ(problems_of(minimal("[effector.b]\npositive = [" + many + "]\nnegative = [" + many + "]\n")).size(), 100u);
}

TEST(Check, AWellHoldsAtMostFiveMillionCells) {
    EXPECT_NO_THROW(read(minimal("[well]\ntargets = 400000\n[plate]\ne_to_t = [10]\n")));
    EXPECT_EQ(problem_of(minimal("[well]\ntargets = 500000\n[plate]\ne_to_t = [10]\n")).kind, "range");
}

TEST(Check, CountsAreWholeNumbers) {
    EXPECT_EQ(problem_of(minimal("[plate]\nreplicates = 2.5\n")).where.line, 6);
    EXPECT_EQ(problem_of("seed = 0.5\n" + minimal()).where.line, 1);
}

TEST(Check, ADoseIsAConcentration) {
    EXPECT_EQ(problem_of(minimal("[cytokine]\nIL2 = \"5 h\"\n")).kind, "unit");
    EXPECT_EQ(problem_of(minimal("[effector.b]\npreculture.IL15 = 5\n")).kind, "unit");
    EXPECT_NO_THROW(read(minimal("[cytokine]\nIL2 = \"200 IU/mL\"\nIL15 = \"10 ng/mL\"\n")));
}

TEST(Check, OnlyMinusOneStandsForFromTheRow) {
    EXPECT_EQ(problem_of(minimal("[effector.b]\nnk_fraction = -0.5\n")).kind, "range");
    EXPECT_NO_THROW(read(minimal("[effector.b]\nnk_fraction = -1\n")));
}

TEST(Check, ATargetNamedAfterARowButNotLikeItIsAWarning) {
    auto const warnings = read("[effector.nk]\n[target.Raji]\n").warnings;

    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].where.line, 2);
    EXPECT_NE(warnings[0].what.find("starts from the row K562, not from Raji"), std::string::npos);
}

TEST(Check, SettingsOfAnotherGeometryAreAWarning) {
    EXPECT_EQ(read(minimal("[well]\nmicrowell_width = \"80 um\"\n")).warnings.size(), 1u);
    EXPECT_TRUE(read(minimal("[well]\ngeometry = \"microwell\"\nmicrowell_width = \"80 um\"\n")).warnings.empty());
}

TEST(Check, SetValueChangesAScenarioOrElseTheBase) {
    auto reading = read(minimal("[drug.rituximab]\nconcentration = \"0 ug/mL\"\n"));

    nk::scenario::set_value(reading.scenario, reading.base, "drug.rituximab.concentration", "2 ug/mL");
    nk::scenario::set_value(reading.scenario, reading.base, "recognition.theta", "0.4");

    EXPECT_EQ(reading.scenario.drug.at("rituximab").concentration, 2.0);
    EXPECT_EQ(reading.base.value("recognition.theta", "1"), 0.4);
    EXPECT_THROW(nk::scenario::set_value(reading.scenario, reading.base, "drug.x.concentration", "2 ug/mL"), nk::ScenarioError);
    EXPECT_THROW(nk::scenario::set_value(reading.scenario, reading.base, "well.duration", "2 ug/mL"), nk::ScenarioError);
}
