#include "nk/study/donors.hpp"

#include "nk/scenario/parameter_reader.hpp"
#include "nk/study/hla_answer.hpp"
#include "shared_base.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace nk::study {
namespace {

using scenario::DonorEntry;
using test::base;

// Everybody is A*01 A*02 B*07 B*08: Bw4 comes only with B*44:02, and HLA-C decides between C1 and C2.
constexpr char const* patient_c1_c1 = "A*01:01 A*02:01 B*07:02 B*08:01 C*07:01 C*07:02";
constexpr char const* c1_c2 = "A*01:01 A*02:01 B*07:02 B*08:01 C*07:01 C*04:01";
constexpr char const* patient_c2_c2 = "A*01:01 A*02:01 B*07:02 B*08:01 C*04:01 C*06:02";
constexpr char const* c1_c1_bw4 = "A*01:01 A*02:01 B*44:02 B*08:01 C*07:01 C*07:02";
constexpr char const* kir_a = "2DL1 2DL3 3DL1 2DS4";
constexpr char const* kir_a_without_3dl1 = "2DL1 2DL3 3DS1 2DS1 2DL5 2DS5";

DonorEntry donor(std::string name, std::string const& hla, std::string const& kir = kir_a) {
    DonorEntry out;
    out.name = std::move(name);
    out.hla = {hla};
    if (!kir.empty())
        out.kir = {kir};
    return out;
}

DonorRanking rank(std::string const& patient, std::vector<DonorEntry> const& donors, std::string const& ensemble = "") {
    return DonorRanker(base(), Ensemble(base(), ensemble)).rank({patient}, donors);
}

DonorAssessment one(std::string const& patient, std::string const& hla, std::string const& kir = kir_a) {
    return rank(patient, {donor("donor", hla, kir)}).donors.front();
}

biology::Typing typing(std::string const& hla, std::string const& kir = "") {
    std::vector<std::string> const hla_texts{hla}, kir_texts{kir};
    return biology::Typing::from(hla_texts, kir_texts, "VF", "negative", biology::TypingRules::from(base()));
}

KirMotifs motifs(std::string const& kir) {
    return kir_motifs(typing(patient_c1_c1, kir).kir, base());
}

std::vector<std::string> names(DonorRanking const& ranking) {
    std::vector<std::string> out;
    for (auto const& donor : ranking.donors)
        out.push_back(donor.name);
    return out;
}

std::vector<Problem> donor_problems(std::string const& text) {
    scenario::SourceTexts sources;
    try {
        scenario::read_donors("donors.toml", text, base(), sources);
    } catch (ScenarioError const& error) {
        return error.problems();
    }
    ADD_FAILURE() << "was accepted";
    return {};
}

TEST(Donors, AC1DonorWithKir2dl3IsAlloreactiveToAPatientWithC2Alone) {
    auto const cells = one(patient_c2_c2, patient_c1_c1).cells;

    EXPECT_GT(cells.of_educated, 0.1);
    ASSERT_EQ(cells.licensed.size(), 1U);
    EXPECT_EQ(cells.licensed[0].receptor, "KIR2DL3");
    EXPECT_EQ(cells.licensed[0].ligand, "C1");
}

TEST(Donors, AC2DonorWithKir2dl1IsAlloreactiveToAPatientWithC1Alone) {
    auto const cells = one(patient_c1_c1, patient_c2_c2).cells;

    EXPECT_GT(cells.of_educated, 0.1);
    ASSERT_EQ(cells.licensed.size(), 1U);
    EXPECT_EQ(cells.licensed[0].receptor, "KIR2DL1");
}

TEST(Donors, CellsThatNkg2aOrAnotherKirStillInhibitsDoNotCount) {
    HlaQuestion question;
    question.hla = {c1_c2};
    question.kir = {kir_a};
    auto expected = 0.0;
    for (auto const& c : HlaAnswerer(base(), Ensemble(base(), "")).answer(question).combinations) {
        auto const has = [&](char const* name) { return std::find(c.receptors.begin(), c.receptors.end(), name) != c.receptors.end(); };
        if (c.education_class == EducationClass::educated && has("KIR2DL1") && !has("NKG2A") && !has("KIR2DL3"))
            expected += c.frequency;
    }

    auto const cells = one(patient_c1_c1, c1_c2).cells; // KIR2DL1 misses C2, NKG2A and KIR2DL3 miss nothing

    EXPECT_GT(expected, 0.01);
    EXPECT_NEAR(cells.alloreactive, expected, 1e-12);
}

TEST(Donors, APatientWithEveryKirLigandOfTheDonorIsSafeFromItsCells) {
    auto const cells = one(c1_c2, patient_c1_c1).cells;

    EXPECT_EQ(cells.alloreactive, 0.0);
    EXPECT_FALSE(cells.p_hit_patient.has_value());
}

TEST(Donors, ADonorWithoutKir3dl1IsNotAlloreactiveToAPatientWithoutBw4) {
    auto const without = one(patient_c1_c1, c1_c1_bw4, kir_a_without_3dl1);
    auto const with = one(patient_c1_c1, c1_c1_bw4, kir_a);

    EXPECT_EQ(without.missing_in_patient, std::vector<std::string>{"Bw4"});
    EXPECT_EQ(without.cells.of_educated, 0.0);
    EXPECT_GT(with.cells.of_educated, 0.02);
    EXPECT_EQ(with.cells.licensed.at(0).receptor, "KIR3DL1");
}

TEST(Donors, CellsOfADonorThatLacksTheLigandTooAreUnlicensedAndDoNotCount) {
    auto const donor = one(patient_c1_c1, patient_c1_c1);

    EXPECT_EQ(donor.cells.of_educated, 0.0);
    EXPECT_GT(donor.cells.unlicensed, 0.02);
    std::vector<std::string> receptors;
    for (auto const& missing : donor.cells.uneducated)
        receptors.push_back(missing.receptor);
    EXPECT_EQ(receptors, (std::vector<std::string>{"KIR2DL1", "KIR3DL1"}));
}

TEST(Donors, AnIdenticalSiblingHasNoAlloreactiveCellsAndNoMismatch) {
    auto const twin = one(c1_c2, c1_c2);

    EXPECT_EQ(twin.cells.of_educated, 0.0);
    EXPECT_TRUE(twin.missing_in_patient.empty());
    EXPECT_EQ(twin.rejection.count, 0);
    EXPECT_EQ(twin.against_host.count, 0);
}

TEST(Donors, TheEducatedShareIsThatOfTheAnswerAboutOnePerson) {
    HlaQuestion question;
    question.hla = {c1_c1_bw4};
    question.kir = {kir_a};

    auto const person = HlaAnswerer(base(), Ensemble(base(), "")).answer(question);

    EXPECT_NEAR(one(patient_c2_c2, c1_c1_bw4).cells.educated, person.educated_share, 1e-12);
}

TEST(Donors, AlloreactiveCellsHitThePatientsCellsMoreOftenThanTheDonorsOwn) {
    auto const cells = one(patient_c2_c2, patient_c1_c1).cells;

    ASSERT_TRUE(cells.p_hit_patient && cells.p_hit_self);
    EXPECT_GT(*cells.p_hit_patient, 1.2 * *cells.p_hit_self);
    EXPECT_GT(*cells.p_hit_patient, cells.p_hit_all);
}

TEST(Donors, WithoutEducationInTheModelNobodyIsAlloreactive) {
    auto lawless = base();
    lawless.set("education.disarming", {0.0, "1"});

    auto const ranking = DonorRanker(lawless, Ensemble(lawless, "")).rank({patient_c2_c2}, {donor("donor", patient_c1_c1)});

    EXPECT_EQ(ranking.donors[0].cells.of_educated, 0.0);
    EXPECT_GT(ranking.donors[0].cells.unlicensed, 0.1);
}

TEST(Donors, TheOrderInTheFileDoesNotMatter) {
    std::vector<DonorEntry> donors{donor("ida", patient_c1_c1), donor("jon", patient_c2_c2), donor("kai", c1_c1_bw4),
                                   donor("lea", patient_c2_c2)};
    auto const before = to_json(rank(patient_c2_c2, donors)).dump();

    std::reverse(donors.begin(), donors.end());

    EXPECT_EQ(to_json(rank(patient_c2_c2, donors)).dump(), before);
}

TEST(Donors, AlloreactivityComesBeforeMismatchesAndMismatchesBeforeKirB) {
    // nobody but `far` is alloreactive; `near` and `best` differ in KIR alone, `other` in one allele more
    auto const ranking =
        rank(patient_c2_c2, {donor("near", patient_c2_c2, "A/A"), donor("other", "A*01:01 A*03:01 B*07:02 B*08:01 C*04:01 C*06:02", "B/B"),
                             donor("best", patient_c2_c2, "B/B"), donor("far", patient_c1_c1, kir_a)});

    EXPECT_EQ(names(ranking), (std::vector<std::string>{"far", "best", "near", "other"}));
    EXPECT_EQ(ranking.donors[3].rank, 4);
}

TEST(Donors, ThoseThatNoCriterionTellsApartShareARank) {
    auto const ranking = rank(patient_c2_c2, {donor("b", patient_c2_c2), donor("a", patient_c2_c2), donor("c", c1_c2)});

    EXPECT_EQ(names(ranking), (std::vector<std::string>{"c", "a", "b"}));
    EXPECT_EQ(ranking.donors[0].rank, 1);
    EXPECT_EQ(ranking.donors[1].rank, 2);
    EXPECT_EQ(ranking.donors[2].rank, 2);
}

TEST(Donors, ParameterSetsThatDisagreeWithTheOrderAreCounted) {
    // without disarming nothing educates, so that in one set of two the first donor is no better than the second
    auto const ranking =
        rank(patient_c2_c2, {donor("far", patient_c1_c1), donor("twin", patient_c2_c2)}, "education.disarming\n1\n0\n70\n");

    ASSERT_TRUE(ranking.donors[0].above_next.has_value());
    EXPECT_EQ(*ranking.donors[0].above_next, 0.5);
    EXPECT_FALSE(ranking.donors[1].above_next.has_value());
    EXPECT_LT(ranking.donors[0].cells.of_educated_interval.low, ranking.donors[0].cells.of_educated);
}

TEST(Donors, MismatchesAreCountedInTheirDirection) {
    auto const homozygous = typing("A*02:01 A*02:01 B*07:02 B*08:01 C*07:01 C*07:02");
    auto const patient = typing("A*02:01 A*03:01 B*07:02 B*08:01 C*07:01 C*07:02");

    EXPECT_EQ(hla_mismatches(homozygous, patient).count, 0);
    EXPECT_EQ(hla_mismatches(homozygous, patient).of, 5);
    EXPECT_EQ(hla_mismatches(patient, homozygous).count, 1);
    EXPECT_EQ(hla_mismatches(patient, homozygous).alleles, std::vector<std::string>{"A*03:01"});
}

TEST(Donors, AHomozygousDonorIsNotRejectedForWhatThePatientHasBesides) {
    auto const donor = one(patient_c1_c1, "A*01:01 A*01:01 B*07:02 B*08:01 C*07:01 C*07:02");

    EXPECT_EQ(donor.rejection.count, 0);
    EXPECT_EQ(donor.against_host.alleles, std::vector<std::string>{"A*02:01"});
}

TEST(Donors, AllelesAreComparedByTheProteinAndACoarseTypingStaysOpen) {
    auto const patient = typing("A*02:01 C*07:01");

    EXPECT_EQ(hla_mismatches(typing("A*02:01:01:01 C*07:01"), patient).open, 0);
    EXPECT_EQ(hla_mismatches(typing("A*02:05 C*07:01"), patient).count, 1);
    EXPECT_EQ(hla_mismatches(typing("A*02 C*07:01"), patient).count, 0);
    EXPECT_EQ(hla_mismatches(typing("A*02 C*07:01"), patient).open, 1);
}

TEST(Donors, ANullAlleleAndALocusThatIsNotTypedAreForeignToNobody) {
    auto const null_allele = hla_mismatches(typing("A*02:01 A*24:09N"), typing("A*02:01 A*03:01"));
    auto const untyped = hla_mismatches(typing("A*02:01 B*07:02"), typing("A*02:01"));

    EXPECT_EQ(null_allele.count, 0);
    EXPECT_EQ(untyped.count, 0);
    EXPECT_EQ(untyped.of, 1);
}

TEST(Donors, KirMotifsFollowTheCentromericAndTelomericGenes) {
    EXPECT_EQ(motifs("A/A").word, "neutral");
    EXPECT_EQ(motifs("B/B").word, "best");
    EXPECT_EQ(motifs("A/B").word, "better");
    EXPECT_EQ(motifs("cA01~tA01 cA01~tB01").word, "neutral");
    EXPECT_EQ(motifs("cA01~tB01 cA01~tB01").telomeric, 2);
    EXPECT_EQ(motifs("cA01~tB01 cA01~tB01").word, "better");
    EXPECT_EQ(motifs("cB02~tA01 cB02~tA01").centromeric, 2);
    EXPECT_EQ(motifs("cB02~tA01 cB02~tA01").word, "best");
    EXPECT_EQ(motifs("").word, "unknown");
    EXPECT_EQ(motifs("2DL1 3DL1 2DS4").centromeric, std::nullopt);
}

TEST(Donors, Kir2ds1CountsOnlyWithC2OfThePatient) {
    EXPECT_EQ(one(c1_c2, patient_c1_c1, kir_a_without_3dl1).kir2ds1_sees, true);
    EXPECT_EQ(one(patient_c1_c1, patient_c1_c1, kir_a_without_3dl1).kir2ds1_sees, false);
    EXPECT_EQ(one(c1_c2, patient_c1_c1, kir_a).kir2ds1_sees, false);
    EXPECT_EQ(one(c1_c2, patient_c1_c1, "").kir2ds1_sees, std::nullopt);
    EXPECT_TRUE(one(c1_c2, patient_c2_c2, kir_a_without_3dl1).c2_only);
}

TEST(Donors, WhatIsNotKnownIsSaidAndNotAssumedToBeKnown) {
    auto const ranking = rank(patient_c2_c2, {donor("donor", patient_c1_c1, "")});
    auto const json = to_json(ranking);

    EXPECT_TRUE(std::any_of(ranking.donors[0].warnings.begin(), ranking.donors[0].warnings.end(),
                            [](auto const& w) { return w.find("reference donor are assumed") != std::string::npos; }));
    EXPECT_TRUE(json["donors"][0]["cmv"].is_null());
    EXPECT_TRUE(json["donors"][0]["cd16"].is_null());
    EXPECT_TRUE(json["donors"][0]["age"].is_null());
    EXPECT_TRUE(json["donors"][0]["kir_b"]["centromeric"].is_null());
    EXPECT_EQ(json["donors"][0]["kir_b"]["word"], "unknown");
}

TEST(Donors, EveryCriterionHasAFindingAGradeAndSourcesOfTheBibliography) {
    std::ifstream file(NK_SOURCE_DIR "/data/references.bib");
    std::stringstream bibliography;
    bibliography << file.rdbuf();
    auto const known = scenario::bibliography_keys(bibliography.str());

    auto const json = to_json(rank(patient_c2_c2, {donor("donor", patient_c1_c1)}));

    ASSERT_EQ(json["criteria"].size(), 9U);
    EXPECT_EQ(json["criteria"][0]["use"], "ranks");
    for (auto const& criterion : json["criteria"]) {
        auto const key = criterion["key"].get<std::string>();
        EXPECT_NE(std::string("ABCD").find(criterion["evidence"].get<std::string>()), std::string::npos) << key;
        EXPECT_FALSE(criterion["note"].get<std::string>().empty()) << key;
        EXPECT_FALSE(criterion["source"].empty()) << key;
        for (auto const& source : criterion["source"])
            EXPECT_TRUE(known.contains(source.get<std::string>())) << source;
        EXPECT_FALSE(json["donors"][0]["findings"][key].get<std::string>().empty()) << key;
    }
}

TEST(Donors, TheTextFitsATerminalAndSaysThatItIsNoAdvice) {
    auto longest = donor("a donor with a name longer than any table likes", c1_c1_bw4, "2DL1 2DL2 2DL3 3DL1 2DS4");
    longest.fcgr3a = "VF";
    longest.cmv = "negative";
    longest.age = 51.0;
    auto const text = to_text(rank(patient_c2_c2, {longest, donor("b", patient_c2_c2, "")}), false);

    std::stringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 120U) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
    }
    EXPECT_NE(text.find("not a recommendation"), std::string::npos);
    EXPECT_NE(text.find("for research use only"), std::string::npos);
    EXPECT_NE(text.find("moves no donor"), std::string::npos);
    EXPECT_EQ(text.back(), '\n');
}

TEST(Donors, ALocusOfThePatientThatIsNotTypedIsNoMissingLigand) {
    try {
        rank("A*01:01 A*02:01 B*07:02 B*08:01", {donor("donor", patient_c1_c1)});
        FAIL() << "was accepted";
    } catch (ScenarioError const& error) {
        ASSERT_EQ(error.problems().size(), 1U);
        EXPECT_EQ(error.problems()[0].what, "the patient's typing has no HLA-C allele");
    }
}

TEST(DonorFile, IsReadWithItsPatient) {
    scenario::SourceTexts sources;

    auto const file = scenario::read_donors("donors.toml",
                                            "[patient]\nhla = [\"C*04:01\"]\n[[donor]]\nname = \"ida\"\nhla = \"C*07:01\"\nage = \"40 "
                                            "year\"\n[[donor]]\nname = \"jon\"\nhla = [\"C*07:01\"]\n",
                                            base(), sources);

    EXPECT_EQ(file.patient.hla, std::vector<std::string>{"C*04:01"});
    ASSERT_EQ(file.donor.size(), 2U);
    EXPECT_EQ(file.donor[0].age, 40.0);
    EXPECT_TRUE(std::isnan(file.donor[1].age));
    EXPECT_EQ(file.donor[1].cmv, "");
}

TEST(DonorFile, AnAlleleThatCannotBeReadIsShownWhereItStands) {
    auto const problems = donor_problems("[[donor]]\nname = \"ida\"\nhla = [\"A*02:01\",\n       \"Q*03:01\"]\nkir = [\"2DL11\"]\n");

    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].where.file, "donors.toml");
    EXPECT_EQ(problems[0].where.line, 4);
    EXPECT_EQ(problems[0].where.column, 8);
    EXPECT_EQ(problems[1].where.line, 5);
    EXPECT_EQ(problems[1].hint, "did you mean `KIR2DL1`?");
}

TEST(DonorFile, AnAgeThatIsNoTimeIsRefused) {
    auto const problems = donor_problems("[[donor]]\nname = \"ida\"\nhla = \"C*07:01\"\nage = \"60 kg\"\n");

    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].kind, "unit");
    EXPECT_EQ(problems[0].where.line, 4);
}

TEST(DonorFile, ANameGivenTwiceIsShownWithItsFirstPlace) {
    auto const problems = donor_problems("[[donor]]\nname = \"ida\"\nhla = \"C*07:01\"\n[[donor]]\nname = \"ida\"\nhla = \"C*04:01\"\n");

    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].where.line, 5);
    EXPECT_EQ(problems[0].why, "first in line 2");
}

TEST(DonorFile, AnUnknownKeyGetsTheNearestOneAsHint) {
    auto const problems = donor_problems("[[donor]]\nname = \"ida\"\nhla = \"C*07:01\"\nfcgr3 = \"VV\"\n");

    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].where.line, 4);
    EXPECT_NE(problems[0].hint.find("fcgr3a"), std::string::npos);
}

TEST(DonorFile, AnEmptyListAndADonorWithoutNameOrHlaAreRefused) {
    auto const nobody = donor_problems("[patient]\nhla = [\"C*04:01\"]\n");
    auto const nameless = donor_problems("[[donor]]\nkir = [\"A/A\"]\n");

    ASSERT_EQ(nobody.size(), 1U);
    EXPECT_EQ(nobody[0].what, "there is no donor in the file");
    ASSERT_EQ(nameless.size(), 2U);
    EXPECT_EQ(nameless[0].what, "a donor has no name");
    EXPECT_EQ(nameless[1].what, "a donor has no HLA-A, -B or -C allele");
    EXPECT_EQ(nameless[1].where.line, 1);
}

} // namespace
} // namespace nk::study
