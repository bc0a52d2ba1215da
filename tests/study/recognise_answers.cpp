#include "nk/study/recognise_answer.hpp"

#include "shared_base.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace nk::study {
namespace {

using test::base;

RecogniseQuestion contact(std::string const& nk, std::string const& target) {
    RecogniseQuestion question;
    question.nk = nk;
    question.target = target;
    return question;
}

RecogniseAnswer ask(RecogniseQuestion const& question, std::string const& ensemble = "") {
    return answer_recognise(question, base(), Ensemble(base(), ensemble));
}

std::vector<Problem> problems_of(RecogniseQuestion const& question) {
    try {
        ask(question);
    } catch (ScenarioError const& error) {
        return error.problems();
    }
    return {};
}

constexpr char const* c2_cell = "il2_nk, KIR2DL1+ NKG2A-";

TEST(Recognise, a_primed_kir2dl1_cell_kills_721_221_and_spares_221_cw4) {
    auto const without = ask(contact(c2_cell, "721_221"));
    auto const with = ask(contact(c2_cell, "221_Cw4"));

    EXPECT_TRUE(without.kills);
    EXPECT_GT(without.p_kill.value, 0.2);
    EXPECT_FALSE(with.kills);
    EXPECT_LT(with.p_kill.value, 0.02);
    EXPECT_DOUBLE_EQ(with.education.value, without.education.value);
}

TEST(Recognise, missing_self_wants_the_ligand_of_the_receptor_that_is_there) {
    auto const c1_cell = ask(contact("il2_nk, KIR2DL3+ NKG2A-, priming=1", "221_Cw4"));

    EXPECT_TRUE(c1_cell.kills);
}

TEST(Recognise, the_smallest_change_that_frees_221_cw4_is_less_hla_c2) {
    auto question = contact(c2_cell, "221_Cw4");
    question.flip = true;

    auto const answer = ask(question);

    ASSERT_FALSE(answer.flips.empty());
    EXPECT_LE(answer.flips.size(), 3U);
    EXPECT_EQ(answer.flips.front().ligand, "HLA_C2");
    EXPECT_LT(answer.flips.front().to, answer.flips.front().from);
    EXPECT_NEAR(answer.flips.front().p_kill, kill_threshold, 1e-3);
    EXPECT_TRUE(
        std::is_sorted(answer.flips.begin(), answer.flips.end(), [](auto const& a, auto const& b) { return a.distance < b.distance; }));
}

TEST(Recognise, a_flip_does_reverse_the_decision_when_it_is_made) {
    auto question = contact(c2_cell, "221_Cw4");
    question.flip = true;
    auto const flip = ask(question).flips.at(0);

    auto const more = ask(contact(c2_cell, "221_Cw4, HLA_C2=" + std::to_string(flip.to * 1.02)));
    auto const less = ask(contact(c2_cell, "221_Cw4, HLA_C2=" + std::to_string(flip.to * 0.98)));

    EXPECT_FALSE(more.kills);
    EXPECT_TRUE(less.kills);
}

TEST(Recognise, a_ligand_that_is_absent_may_appear) {
    auto question = contact(c2_cell, "721_221");
    question.flip = true;

    auto const flips = ask(question).flips;

    ASSERT_FALSE(flips.empty());
    EXPECT_EQ(flips.front().ligand, "HLA_C2");
    EXPECT_EQ(flips.front().from, 0.0);
}

TEST(Recognise, the_steps_of_the_waterfall_add_up_to_v) {
    auto const answer = ask(contact("il2_nk, KIR2DL1+", "221_Cw4"));

    auto sum = answer.vav_alone;
    for (auto const& [name, change] : answer.build_up)
        sum += change;

    EXPECT_NEAR(sum, answer.vav.value, 1e-9);
}

TEST(Recognise, each_receptor_pulls_the_way_of_its_sign) {
    auto const answer = ask(contact(c2_cell, "221_Cw4"));

    for (auto const& share : answer.receptors) {
        if (share.inhibitory) {
            EXPECT_GE(share.vav_without, answer.vav.value) << share.name;
        }
        if (share.bound > 0.0) {
            EXPECT_GT(share.signal, 0.0) << share.name;
        }
        EXPECT_LE(share.share, 1.0);
    }
    EXPECT_EQ(answer.receptors.front().name, "KIR2DL1");
}

TEST(Recognise, a_chimeric_receptor_and_an_antibody_turn_sparing_into_killing) {
    auto car = contact("car_nk NKG2A+", "NALM6");
    auto antibody = contact("resting_nk NKG2A+", "Raji");
    auto const bare = ask(antibody).p_kill.value;
    car.car = "CD19";
    antibody.drugs = {"rituximab=10 ug/mL"};

    EXPECT_GT(ask(car).p_kill.value, 0.5);
    EXPECT_GT(ask(antibody).p_kill.value, 5.0 * bare);
    auto const& shares = ask(antibody).receptors; // strongest effect first; NKG2A may hold back more than any one receptor drives
    EXPECT_TRUE(shares[0].name == "CD16" || shares[1].name == "CD16");
}

TEST(Recognise, a_dose_in_nm_is_the_same_as_in_ug_per_ml) {
    auto mass = contact("resting_nk NKG2A+", "Raji");
    auto molar = mass;
    mass.drugs = {"rituximab=1.45 ug/mL"};
    molar.drugs = {"rituximab = 10 nM"};

    EXPECT_NEAR(ask(mass).p_kill.value, ask(molar).p_kill.value, 1e-9);
}

TEST(Recognise, names_are_read_as_people_write_them) {
    auto const shorthand = ask(contact("2DL1+ NKG2A- DNAM-1- LIR-1+", "721.221"));
    auto const full = ask(contact("resting_nk KIR2DL1+, NKG2A-, DNAM1-, LILRB1+", "721_221"));

    EXPECT_EQ(to_json(shorthand).dump(), to_json(full).dump());
}

TEST(Recognise, copies_and_ligands_given_are_those_used) {
    auto const answer = ask(contact("resting_nk, copies.NKG2D=8000 molecule/cell priming = 0.8", "K562, ligands.MICA=0 MICB=0 ULBP1=0"));

    auto const nkg2d = std::find_if(answer.receptors.begin(), answer.receptors.end(), [](auto const& s) { return s.name == "NKG2D"; });

    ASSERT_NE(nkg2d, answer.receptors.end());
    EXPECT_DOUBLE_EQ(nkg2d->copies, 8000.0);
    EXPECT_EQ(nkg2d->bound, 0.0);
    EXPECT_DOUBLE_EQ(answer.priming, 0.8);
}

TEST(Recognise, the_typical_cell_is_educated_and_the_bare_one_is_warned_of) {
    auto question = contact("resting_nk", "K562");
    auto const bare = ask(question);
    question.typical = true;

    auto const typical = ask(question);

    EXPECT_GT(typical.education.value, 1.2 * bare.education.value);
    EXPECT_NE(typical.nk.find("NKG2A+"), std::string::npos);
    EXPECT_TRUE(std::any_of(bare.warnings.begin(), bare.warnings.end(),
                            [](auto const& w) { return w.find("hardly educated") != std::string::npos; }));
}

TEST(Recognise, every_unknown_word_is_reported_with_its_column_and_the_nearest_name) {
    auto question = contact("il2_nk KIR2DL9+, priming=3 h", "K563, MICQ=5");
    question.drugs = {"rituximb=3 s"};

    auto const problems = problems_of(question);

    ASSERT_EQ(problems.size(), 6U);
    EXPECT_EQ(problems[0].where.column, 8);
    EXPECT_EQ(problems[0].hint, "did you mean `KIR2DL1`?");
    EXPECT_EQ(problems[1].kind, "unit");
    EXPECT_EQ(problems[2].hint, "did you mean `K562`?");
    EXPECT_NE(problems[3].hint.find("MIC"), std::string::npos);
    EXPECT_EQ(problems[4].hint, "did you mean `rituximab`?");
    EXPECT_EQ(problems[5].kind, "unit");
}

TEST(Recognise, a_receptor_without_its_gene_and_a_receptor_without_a_sign_are_refused) {
    auto gene = contact("KIR2DL2+", "K562");
    gene.kir = {"A/A"};

    ASSERT_EQ(problems_of(gene).size(), 1U);
    EXPECT_EQ(problems_of(gene)[0].kind, "biology");
    EXPECT_EQ(problems_of(contact("KIR2DL1", "K562")).at(0).hint, "write `KIR2DL1+` or `KIR2DL1-`");
    EXPECT_EQ(problems_of(contact("NKG2A+ NKG2A-", "K562")).at(0).kind, "biology");
}

TEST(Recognise, json_has_the_stable_fields) {
    auto question = contact(c2_cell, "221_Cw4");
    question.flip = true;

    auto const json = to_json(ask(question));

    for (auto const* key : {"E", "I", "V", "rho", "p_hit", "contact_minutes", "p_kill"})
        EXPECT_TRUE(json[key].is_number()) << key;
    for (auto const* key : {"name", "bound", "signal"})
        EXPECT_TRUE(json["receptors"][0].contains(key)) << key;
    EXPECT_EQ(json["intervals"]["p_kill"].size(), 2U);
    EXPECT_EQ(json["flips"][0]["ligand"], "HLA_C2");
}

TEST(Recognise, the_interval_holds_what_the_parameter_sets_say) {
    auto const answer = ask(contact(c2_cell, "721_221"), "recognition.threshold\n1\n0.15\n0.32\n0.45\n");

    EXPECT_LT(answer.p_kill.interval.low, answer.p_kill.value);
    EXPECT_GT(answer.p_kill.interval.high, answer.p_kill.value);
    EXPECT_DOUBLE_EQ(answer.share_that_kill, 1.0);
}

TEST(Recognise, the_same_question_has_the_same_answer_and_the_page_holds_it) {
    auto const answer = ask(contact(c2_cell, "221_Cw4"));

    auto const page = to_html(answer, {"nk recognise"}, "0");

    EXPECT_EQ(to_json(answer).dump(), to_json(ask(contact(c2_cell, "221_Cw4"))).dump());
    EXPECT_NE(page.find("KIR2DL1 with HLA_C2"), std::string::npos);
    EXPECT_NE(to_svg(answer).find("<svg"), std::string::npos);
}

} // namespace
} // namespace nk::study
