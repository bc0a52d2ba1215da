#include "fixture.hpp"

using namespace fixture;
using nk::Problem;

TEST(Reader, AnEmptyTableKeepsAllDefaults) {
    auto const scenario = read(minimal()).scenario;

    EXPECT_EQ(scenario.well.duration, 240.0);
    EXPECT_EQ(scenario.effector.at("nk").like, "resting_nk");
    EXPECT_TRUE(scenario.switches.bursts);
}

TEST(Reader, QuantitiesAreConvertedIntoTheUnitOfTheirField) {
    auto const scenario =
        read(minimal("[well]\nduration = \"4 h\"\nspacing = \"0.1 mm\"\n[drug.rituximab]\nconcentration = \"1 mg/L\"\n")).scenario;

    EXPECT_DOUBLE_EQ(scenario.well.duration, 240.0);
    EXPECT_DOUBLE_EQ(scenario.well.spacing, 100.0);
    EXPECT_DOUBLE_EQ(scenario.drug.at("rituximab").concentration, 1.0);
}

TEST(Reader, APlainNumberStandsOnlyForDimensionlessValuesAndCells) {
    auto const scenario = read(minimal("[well]\ntargets = 500\ngel_speed_factor = 0.5\ngeometry = \"gel\"\n")).scenario;
    auto const problem = problem_of(minimal("[well]\nduration = 240\n"));

    EXPECT_EQ(scenario.well.targets, 500.0);
    EXPECT_EQ(scenario.well.gel_speed_factor, 0.5);
    EXPECT_EQ(problem.kind, "unit");
    EXPECT_NE(problem.hint.find("duration = \"240 min\""), std::string::npos) << problem.hint;
}

TEST(Reader, AHalfLifeGivenForARateIsAnsweredWithTheRate) {
    auto const problem = problem_of(minimal("[well]\nspontaneous_death = \"3.5 h\"\n"));

    EXPECT_EQ(problem.kind, "unit");
    EXPECT_EQ(problem.where.line, 6);
    EXPECT_EQ(problem.where.column, 21);
    EXPECT_NE(problem.what.find("a rate, not a time"), std::string::npos) << problem.what;
    EXPECT_NE(problem.hint.find("0.198 1/h"), std::string::npos) << problem.hint;
}

TEST(Reader, ARateGivenForATimeIsAnsweredWithMeanTimeAndHalfLife) {
    auto const problem = problem_of(minimal("[well]\nduration = \"0.5 1/h\"\n"));

    EXPECT_NE(problem.what.find("a time, not a rate"), std::string::npos) << problem.what;
    EXPECT_NE(problem.hint.find("duration = \"120 min\""), std::string::npos) << problem.hint;
}

TEST(Reader, AReciprocalUnitIsAnotherDimensionForParametersToo) {
    EXPECT_EQ(problem_of(minimal("[parameters]\n\"motility.speed\" = \"0.2 min/um\"\n")).kind, "unit");
    EXPECT_EQ(problem_of(minimal("[plate]\nvary = \"motility.speed\"\nvalues = [\"0.2 min/um\"]\n")).kind, "unit");
}

TEST(Reader, TheTwoKindsOfConcentrationAreToldApart) {
    auto const problem = problem_of(minimal("[drug.rituximab]\nconcentration = \"10 nM\"\n"));

    EXPECT_NE(problem.what.find("concentration (mass/volume), not a concentration (amount/volume)"), std::string::npos) << problem.what;
    EXPECT_NE(problem.hint.find("molar mass"), std::string::npos);
}

TEST(Reader, CopiesWithoutPerCellAreAnsweredWithPerCell) {
    auto const problem = problem_of(minimal("[target.raji]\nlike = \"Raji\"\nligands.MICA = \"300 molecule\"\n"));

    EXPECT_NE(problem.hint.find("MICA = \"300 molecule/cell\""), std::string::npos) << problem.hint;
}

TEST(Reader, AnUnknownKeyIsReportedWithTheNearestKnownName) {
    auto const problem = problem_of(minimal("[well]\nduratoin = \"4 h\"\n"));

    EXPECT_EQ(problem.kind, "name");
    EXPECT_EQ(problem.where.line, 6);
    EXPECT_EQ(problem.where.column, 1);
    EXPECT_EQ(problem.where.length, 8);
    EXPECT_NE(problem.hint.find("`duration`"), std::string::npos) << problem.hint;
}

TEST(Reader, AllProblemsAreReportedTogether) {
    auto const problems =
        problems_of(minimal("[well]\nduration = \"4 kg\"\ngeometry = \"round\"\nsteep = 1\ntargets = -5\n[switches]\nbursts = 1\n"));

    EXPECT_EQ(problems.size(), 5u);
}

TEST(Reader, ANumberOutsideItsRangeIsReportedWithTheRange) {
    auto const problem = problem_of(minimal("[plate]\ne_to_t = [1, 2000]\n"));

    EXPECT_EQ(problem.kind, "range");
    EXPECT_EQ(problem.where.line, 6);
    EXPECT_EQ(problem.where.column, 14);
    EXPECT_NE(problem.why.find("0 to 1000"), std::string::npos) << problem.why;
}

TEST(Reader, NotANumberAndInfinityAreRefusedEverywhere) {
    for (auto const* value : {"nan", "inf", "-inf"}) {
        EXPECT_EQ(problem_of(minimal("[plate]\nreplicates = " + std::string(value) + "\n")).kind, "range");
        EXPECT_EQ(problem_of(minimal("[parameters]\n\"recognition.theta\" = " + std::string(value) + "\n")).kind, "range");
        EXPECT_EQ(problem_of(minimal("[well]\nduration = \"" + std::string(value) + " min\"\n")).kind, "unit");
    }
}

TEST(Reader, NamesAreCheckedAgainstTheTablesOfTheData) {
    auto const list = problem_of(minimal("[effector.b]\nlike = \"resting_nk\"\npositive = [\"NKG2D\", \"NKG2X\"]\n"));
    auto const key = problem_of(minimal("[effector.b]\ncopies.NKG2F = \"5 molecule/cell\"\n"));
    auto const row = problem_of(minimal("[target.b]\nlike = \"K526\"\n"));

    EXPECT_EQ(list.where.column, 22);
    EXPECT_NE(list.what.find("no receptor called `NKG2X`"), std::string::npos) << list.what;
    EXPECT_EQ(key.where.column, 8);
    EXPECT_NE(row.hint.find("`K562`"), std::string::npos) << row.hint;
}

TEST(Reader, MixedChoicesTakeWordsAndNamesOfATable) {
    auto const effector =
        read(minimal("[effector.ko]\nlike = \"resting_nk\"\nknockout = [\"perforin\", \"NKG2A\"]\n")).scenario.effector.at("ko");

    EXPECT_EQ(effector.knockout, (std::vector<std::string>{"perforin", "NKG2A"}));
    EXPECT_EQ(problem_of(minimal("[effector.ko]\nknockout = \"perforine\"\n")).hint, "did you mean `perforin`?");
}

TEST(Reader, ASingleTextStandsForAListOfOne) {
    EXPECT_EQ(read(minimal("[target.self]\nlike = \"K562\"\nhla = \"self\"\n")).scenario.target.at("self").hla,
              std::vector<std::string>{"self"});
}

TEST(Reader, AnEventInSingleBracketsIsAnsweredWithDoubleOnes) {
    auto const problem = problem_of(minimal("[event]\nat = \"1 h\"\n"));

    EXPECT_EQ(problem.kind, "type");
    EXPECT_NE(problem.hint.find("[[event]]"), std::string::npos);
}

TEST(Reader, ParametersMayBeQuotedNamesOrTables) {
    auto const quoted = read(minimal("[parameters]\n\"recognition.theta\" = 0.3\n"));
    auto const nested = read(minimal("[parameters.recognition]\ntheta = 0.3\n"));

    EXPECT_EQ(quoted.base.value("recognition.theta", "1"), 0.3);
    EXPECT_EQ(nested.base.value("recognition.theta", "1"), 0.3);
    EXPECT_EQ(base().value("recognition.theta", "1"), 0.25);
}

TEST(Reader, AParameterGivenInBothSpellingsIsADuplicate) {
    auto const problem = problem_of(minimal("[parameters]\n\"recognition.theta\" = 0.3\nrecognition.theta = 0.4\n"));

    EXPECT_NE(problem.what.find("given twice"), std::string::npos);
    EXPECT_EQ(problem.where.line, 7);
}

TEST(Reader, ParametersAreCheckedForNameUnitAndSign) {
    EXPECT_EQ(problem_of(minimal("[parameters]\n\"recognition.teta\" = 0.3\n")).where.line, 6);
    EXPECT_EQ(problem_of(minimal("[parameters]\n\"motility.speed\" = 3\n")).kind, "unit");
    EXPECT_EQ(problem_of(minimal("[parameters]\n\"motility.speed\" = \"-3 um/min\"\n")).kind, "range");
    EXPECT_EQ(read(minimal("[parameters]\n\"motility.speed\" = \"0.05 um/s\"\n")).base.value("motility.speed", "um/min"), 3.0);
}

TEST(Reader, AParameterOutsideItsPublishedRangeIsAWarning) {
    auto const warnings = read(minimal("[parameters]\n\"recognition.theta\" = 0.9\n")).warnings;

    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].where.line, 6);
}

TEST(Reader, AFileOfAnotherKindIsOneProblem) {
    auto const problem = problem_of("kind = \"tissue\"\n[grid]\nx = 1\n");

    EXPECT_EQ(problem.where.line, 1);
    EXPECT_NE(problem.what.find("not a killing assay"), std::string::npos);
}

TEST(Reader, AMillionMistakesAreCutAtAHundredProblems) {
    std::string text = minimal("[well]\n");
    for (int i = 0; i < 50000; ++i)
        text += "wrong" + std::to_string(i) + " = 1\n";

    EXPECT_EQ(problems_of(text).size(), 100u);
}
