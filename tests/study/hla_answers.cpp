#include "nk/study/hla_answer.hpp"

#include "shared_base.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace nk::study {
namespace {

using test::base;

HlaAnswer ask(std::string const& hla, std::string const& kir = "2DL1 2DL3 3DL1 2DS4", std::string const& ensemble = "") {
    HlaQuestion question;
    question.hla = {hla};
    if (!kir.empty())
        question.kir = {kir};
    return HlaAnswerer(base(), Ensemble(base(), ensemble)).answer(question);
}

constexpr char const* c1_c1 = "A*01:01 A*02:01 B*08:01 B*07:02 C*07:01 C*07:02";
constexpr char const* c2_c2 = "A*01:01 A*02:01 B*08:01 B*07:02 C*04:01 C*06:02";

Combination find(HlaAnswer const& answer, std::vector<std::string> const& receptors) {
    for (auto const& combination : answer.combinations)
        if (combination.receptors == receptors)
            return combination;
    ADD_FAILURE() << "no such combination";
    return {};
}

bool senses(Combination const& combination, std::string const& loss) {
    return std::find(combination.senses_loss_of.begin(), combination.senses_loss_of.end(), loss) != combination.senses_loss_of.end();
}

TEST(HlaAnswer, kir2dl1_cells_of_a_c1_c1_donor_are_uneducated_and_those_of_a_c2_c2_donor_are_educated) {
    auto const without = ask(c1_c1);
    auto const with = ask(c2_c2);

    EXPECT_EQ(find(without, {"KIR2DL1"}).education_class, EducationClass::uneducated);
    EXPECT_EQ(find(without, {"KIR2DL3"}).education_class, EducationClass::educated);
    EXPECT_EQ(find(with, {"KIR2DL1"}).education_class, EducationClass::educated);
    EXPECT_GT(find(with, {"KIR2DL1"}).education, 1.3 * find(without, {"KIR2DL1"}).education);
}

TEST(HlaAnswer, reasons_name_the_receptor_its_ligand_and_the_allele) {
    auto const answer = ask("A*01:01 A*02:01 B*08:01 B*44:02 C*05:01 C*07:01");

    auto const reason = std::find_if(answer.reasons.begin(), answer.reasons.end(), [](auto const& r) { return r.receptor == "KIR2DL1"; });

    ASSERT_NE(reason, answer.reasons.end());
    EXPECT_EQ(reason->text, "KIR2DL1 sees C2 of C*05:01: educated");
    EXPECT_EQ(ask(c1_c1).reasons.at(1).text, "KIR2DL1 finds no C2: not educated");
}

TEST(HlaAnswer, there_is_a_row_for_every_subset_and_the_frequencies_add_up_to_one) {
    auto const answer = ask(c1_c1, "2DL1 2DL3 3DL1 2DS4");

    auto sum = 0.0;
    for (auto const& combination : answer.combinations)
        sum += combination.frequency;

    EXPECT_EQ(answer.combinations.size(), 32U); // NKG2A, 2DL1, 2DL3, 3DL1 and the framework receptor 3DL2
    EXPECT_NEAR(sum, 1.0, 1e-12);
    EXPECT_EQ(answer.combinations.front().receptors, std::vector<std::string>{"NKG2A"});
}

TEST(HlaAnswer, more_receptors_for_self_never_educate_less) {
    auto const answer = ask("A*24:02 A*03:01 B*44:02 B*08:01 C*05:01 C*07:01");
    auto const none = find(answer, {}).education;
    auto const one = find(answer, {"KIR3DL1"}).education;
    auto const two = find(answer, {"NKG2A", "KIR3DL1"}).education;

    EXPECT_LT(none, one);
    EXPECT_LT(one, two);
}

TEST(HlaAnswer, cells_notice_the_loss_of_what_their_receptor_sees_and_nothing_else) {
    auto const answer = ask("A*24:02 A*24:02 B*44:02 B*57:01 C*07:01 C*07:02");
    auto const bw4 = find(answer, {"KIR3DL1"});

    EXPECT_TRUE(senses(bw4, "HLA-Bw4"));
    EXPECT_TRUE(senses(bw4, "HLA class I"));
    EXPECT_FALSE(senses(bw4, "HLA-E"));
    EXPECT_FALSE(senses(bw4, "HLA-C2")); // this donor has none to lose
    EXPECT_TRUE(find(answer, {}).senses_loss_of.empty());
}

TEST(HlaAnswer, json_has_the_stable_fields) {
    auto const json = to_json(ask("A*24:02 B*08:01 C*07:02:01:01"));

    ASSERT_EQ(json["alleles"].size(), 3U);
    EXPECT_EQ(json["alleles"][0]["name"], "A*24:02");
    EXPECT_EQ(json["alleles"][0]["locus"], "A");
    EXPECT_EQ(json["alleles"][0]["ligand"], "Bw4-80I");
    EXPECT_TRUE(json["alleles"][0]["leader21"].is_null());
    EXPECT_EQ(json["alleles"][1]["leader21"], "M");
    EXPECT_EQ(json["alleles"][1]["resolved_by"], "group");
    EXPECT_EQ(json["alleles"][2]["ligand"], "C1");
    EXPECT_TRUE(json["alleles"][2]["also"].is_array());
    for (auto const* key : {"receptor", "ligand", "present"})
        EXPECT_TRUE(json["pairs"][0].contains(key)) << key;
    for (auto const* key : {"receptors", "frequency", "education", "low", "high", "senses_loss_of"})
        EXPECT_TRUE(json["subsets"][0].contains(key)) << key;
    EXPECT_TRUE(json["warnings"].is_array());
}

TEST(HlaAnswer, an_assumed_kir_typing_is_said) {
    auto const answer = ask(c1_c1, "");

    EXPECT_TRUE(std::any_of(answer.warnings.begin(), answer.warnings.end(),
                            [](auto const& w) { return w.find("no KIR typing was given") != std::string::npos; }));
    EXPECT_TRUE(answer.typing.kir.has("KIR2DL2"));
}

TEST(HlaAnswer, the_interval_holds_what_the_parameter_sets_say) {
    auto const answer = ask(c1_c1, "2DL1 2DL3", "education.disarming\n1\n50\n70\n100\n");
    auto const cells = find(answer, {"KIR2DL3"});

    EXPECT_LT(cells.low, cells.education);
    EXPECT_GT(cells.high, cells.education);
    EXPECT_EQ(answer.ensemble_size, 3U);
}

TEST(HlaAnswer, the_same_question_has_the_same_answer) {
    EXPECT_EQ(to_json(ask(c1_c1)).dump(), to_json(ask(c1_c1)).dump());
}

TEST(HlaAnswer, words_and_colours_say_the_same) {
    auto const answer = ask(c1_c1);
    auto painted = to_text(answer, Paint::on);

    for (auto at = painted.find('\033'); at != std::string::npos; at = painted.find('\033'))
        painted.erase(at, painted.find('m', at) - at + 1);

    EXPECT_EQ(painted, to_text(answer, Paint::off));
    EXPECT_NE(painted.find(answer.summary), std::string::npos);
}

TEST(HlaAnswer, a_name_that_cannot_be_read_is_shown_in_its_own_text) {
    try {
        ask("A*24:02 Q*03:01", "2DL1 2DL11");
        FAIL() << "was accepted";
    } catch (ScenarioError const& error) {
        ASSERT_EQ(error.problems().size(), 2U);
        EXPECT_EQ(error.problems()[0].where.file, hla_source);
        EXPECT_EQ(error.problems()[0].where.column, 9);
        EXPECT_EQ(error.problems()[1].where.file, kir_source);
        EXPECT_EQ(error.problems()[1].hint, "did you mean `KIR2DL1`?");
    }
}

TEST(People, a_table_gives_one_question_a_row) {
    auto const people = read_people("id,hla,kir,fcgr3a,cmv\nanna,\"A*01:01, C*07:01\",A/A,VV,positive\n7,C*04:01,,,\n", "people.csv");

    ASSERT_EQ(people.size(), 2U);
    EXPECT_EQ(people[0].id, "anna");
    EXPECT_EQ(people[0].kir, std::vector<std::string>{"A/A"});
    EXPECT_EQ(people[0].cmv, "positive");
    EXPECT_EQ(people[1].id, "7");
    EXPECT_TRUE(people[1].kir.empty());
    EXPECT_EQ(people[1].fcgr3a, "VF");
    EXPECT_THROW(read_people("id,typing\na,b\n", "people.csv"), ScenarioError);
}

} // namespace
} // namespace nk::study
