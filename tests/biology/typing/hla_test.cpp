#include "biology/typing/rules_fixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace nk::biology {
namespace {

HlaAlleles read(std::string_view text) {
    return parse_hla(text, test::typing_rules().hla);
}

HlaAllele one(std::string_view text) {
    auto const read_alleles = read(text);
    EXPECT_EQ(read_alleles.alleles.size(), 1u) << text;
    return read_alleles.alleles.at(0);
}

std::string ligand(std::string_view text) {
    return to_text(one(text).ligand);
}

Problem problem(std::string_view text) {
    try {
        read(text);
    } catch (ScenarioError const& error) {
        return error.problems().front();
    }
    ADD_FAILURE() << "`" << text << "` was accepted";
    return {};
}

bool warns_of(HlaAlleles const& read_alleles, std::string const& part) {
    return std::any_of(read_alleles.warnings.begin(), read_alleles.warnings.end(),
                       [&](auto const& warning) { return warning.find(part) != std::string::npos; });
}

TEST(HlaLigands, an_hla_c_allotype_has_c1_or_c2_by_its_group) {
    for (auto const* name : {"C*01:02", "C*03:04", "C*07:02", "C*08:01", "C*12:03", "C*14:02", "C*16:01"})
        EXPECT_EQ(ligand(name), "C1") << name;
    for (auto const* name : {"C*02:02", "C*04:01", "C*05:01", "C*06:02", "C*15:02", "C*17:01", "C*18:01"})
        EXPECT_EQ(ligand(name), "C2") << name;
}

TEST(HlaLigands, published_exceptions_overrule_the_allele_group) {
    EXPECT_EQ(ligand("C*15:07"), "C1");
    for (auto const* name : {"C*03:07", "C*07:07", "C*07:09", "C*12:04", "C*12:05", "C*14:04", "C*16:02"})
        EXPECT_EQ(ligand(name), "C2") << name;
    EXPECT_EQ(ligand("B*27:02"), "Bw4-80I");
    EXPECT_EQ(ligand("B*38:02"), "Bw4-80T");
    EXPECT_EQ(ligand("B*27:08"), "Bw6");
    EXPECT_EQ(ligand("B*44:09"), "Bw6");
    EXPECT_EQ(ligand("B*15:13"), "Bw4-80I");
    EXPECT_EQ(ligand("B*15:01"), "Bw6");
}

TEST(HlaLigands, b_46_01_and_b_73_01_carry_the_c1_epitope) {
    EXPECT_EQ(ligand("B*46:01"), "C1");
    EXPECT_EQ(ligand("B*73:01"), "C1");
}

TEST(HlaLigands, hla_b_groups_split_into_bw4_80i_bw4_80t_and_bw6) {
    for (auto const* name : {"B*38:01", "B*49:01", "B*51:01", "B*52:01", "B*53:01", "B*57:01", "B*58:01", "B*59:01"})
        EXPECT_EQ(ligand(name), "Bw4-80I") << name;
    for (auto const* name : {"B*13:02", "B*27:05", "B*37:01", "B*44:02", "B*47:01"})
        EXPECT_EQ(ligand(name), "Bw4-80T") << name;
    for (auto const* name : {"B*07:02", "B*08:01", "B*35:01", "B*40:01", "B*81:01"})
        EXPECT_EQ(ligand(name), "Bw6") << name;
}

TEST(HlaLigands, hla_a_has_bw4_or_nothing_and_never_bw6) {
    for (auto const* name : {"A*23:01", "A*24:02", "A*32:01"})
        EXPECT_EQ(ligand(name), "Bw4-80I") << name;
    EXPECT_TRUE(one("A*25:01").weak);
    EXPECT_FALSE(one("A*24:02").weak);
    for (auto const& [name, entry] : test::typing_rules().hla.groups)
        EXPECT_FALSE(name.starts_with("A*") && entry.ligand == HlaLigand::Bw6) << name;
}

TEST(HlaLigands, a_03_and_a_11_carry_the_epitope_of_kir3dl2) {
    EXPECT_EQ(one("A*03:01").also, std::vector<std::string>{"A3/A11"});
    EXPECT_EQ(one("A11").also, std::vector<std::string>{"A3/A11"});
    EXPECT_TRUE(one("A*02:01").also.empty());
}

TEST(HlaLigands, residue_minus_21_is_told_for_hla_b_only) {
    for (auto const* name : {"B*07:02", "B*08:01", "B*14:02", "B*38:01", "B*39:01", "B*42:01", "B*48:01", "B*67:01", "B*73:01", "B*81:01"})
        EXPECT_EQ(one(name).leader21, 'M') << name;
    for (auto const* name : {"B*13:02", "B*15:01", "B*27:05", "B*44:02", "B*57:01", "B*82:01"})
        EXPECT_EQ(one(name).leader21, 'T') << name;
    EXPECT_FALSE(one("A*02:01").leader21.has_value());
    EXPECT_FALSE(one("C*07:02").leader21.has_value());
}

TEST(HlaLigands, every_hla_b_group_has_a_leader_residue) {
    for (auto const& [name, entry] : test::typing_rules().hla.groups)
        EXPECT_EQ(name.starts_with("B*"), test::typing_rules().hla.leader.contains(name)) << name;
}

TEST(HlaLigands, an_allele_that_is_not_on_the_surface_carries_no_ligand) {
    EXPECT_EQ(ligand("C*04:09N"), "none");
    EXPECT_FALSE(one("B*44:02:01:02S").on_surface);
    EXPECT_EQ(ligand("B*44:02:01:02S"), "none");
    EXPECT_FALSE(one("B*07:49N").leader21.has_value());
    EXPECT_EQ(ligand("A*24:02:01:02L"), "Bw4-80I");
    EXPECT_TRUE(warns_of(read("A*24:02:01:02L"), "low surface expression"));
}

TEST(HlaLigands, resolved_by_says_on_what_the_ligand_rests) {
    EXPECT_EQ(one("C*15:07").resolved_by, ResolvedBy::exact);
    EXPECT_EQ(one("C*15:07:01").resolved_by, ResolvedBy::two_field);
    EXPECT_EQ(one("C*15:02").resolved_by, ResolvedBy::group);
    EXPECT_EQ(one("C*15").resolved_by, ResolvedBy::group);
}

TEST(HlaLigands, a_coarse_typing_reports_what_the_group_may_carry) {
    auto const read_alleles = read("C*16");

    EXPECT_EQ(read_alleles.alleles[0].possible, (std::vector{HlaLigand::C1, HlaLigand::C2}));
    EXPECT_EQ(read_alleles.alleles[0].ligand, HlaLigand::C1);
    EXPECT_TRUE(warns_of(read_alleles, "C1 or C2"));
    EXPECT_EQ(one("C*16:01").possible, std::vector{HlaLigand::C1});
}

TEST(HlaNames, every_spelling_of_an_allele_means_the_same) {
    auto const asterisk_operator = std::string("HLA-C\xE2\x88\x97") + "07:02";
    auto const hard_hyphen = std::string("HLA\xE2\x80\x91") + "C*07:02";

    for (auto const& name :
         {std::string("C*07:02"), std::string("HLA-C*07:02"), std::string("hla-c*07:02"), std::string("Cw*0702"), std::string("Cw0702"),
          std::string("C0702"), std::string("HLA-C07:02"), std::string("C*0702"), asterisk_operator, hard_hyphen})
        EXPECT_EQ(to_text(one(name).names.front()), "C*07:02") << name;
    EXPECT_EQ(to_text(one("Cw7").names.front()), "C*07");
    EXPECT_EQ(to_text(one("B27").names.front()), "B*27");
    EXPECT_EQ(to_text(one("A2").names.front()), "A*02");
    EXPECT_EQ(to_text(one("A*02010102L").names.front()), "A*02:01:01:02L");
}

TEST(HlaNames, the_name_echoes_the_input) {
    auto const read_alleles = read("HLA-A*24:02, Cw7;B*08:01/B*08:02");

    EXPECT_EQ(read_alleles.alleles[0].name, "HLA-A*24:02");
    EXPECT_EQ(read_alleles.alleles[1].name, "Cw7");
    EXPECT_EQ(read_alleles.alleles[2].name, "B*08:01/B*08:02");
}

TEST(HlaNames, serological_splits_are_read_as_their_alleles) {
    EXPECT_EQ(ligand("B63"), "Bw4-80I");
    EXPECT_EQ(ligand("B62"), "Bw6");
    EXPECT_EQ(ligand("B77"), "Bw4-80I");
    EXPECT_EQ(ligand("B5"), "Bw4-80I");
    EXPECT_EQ(ligand("A9"), "Bw4-80I");
    EXPECT_EQ(ligand("Cw10"), "C1");
    EXPECT_EQ(one("B12").possible, (std::vector{HlaLigand::Bw4_80T, HlaLigand::Bw6})) << "B44 or B45";
}

TEST(HlaNames, p_and_g_groups_and_codes_keep_the_ligand_of_their_first_fields) {
    EXPECT_EQ(ligand("C*07:01P"), "C1");
    EXPECT_EQ(ligand("C*07:01:01G"), "C1");
    EXPECT_EQ(ligand("C*04:01:01:01g"), "C2");
    EXPECT_EQ(ligand("A*24:XYZ"), "Bw4-80I");
    EXPECT_EQ(ligand("A*24AB"), "Bw4-80I");
    EXPECT_TRUE(warns_of(read("A*02:XYZ"), "allele code"));
    EXPECT_EQ(one("A*02:XYZ").resolved_by, ResolvedBy::group);
}

TEST(HlaNames, groups_renamed_in_2010_are_found_under_their_new_name) {
    EXPECT_EQ(to_text(one("B*9513").names.front()), "B*15:113");
    EXPECT_EQ(to_text(one("A*9201").names.front()), "A*02:101");
    EXPECT_TRUE(warns_of(read("A*9201"), "now named A*02:101"));
}

TEST(HlaNames, a_bad_name_is_located_and_the_nearest_known_one_offered) {
    auto const bad = problem("A*02:01 D*07:02");
    EXPECT_EQ(bad.where.line, 1);
    EXPECT_EQ(bad.where.column, 9);
    EXPECT_EQ(bad.where.length, 7);

    auto const group = problem("A*02:01\n  C*09:02");
    EXPECT_EQ(group.where.line, 2);
    EXPECT_EQ(group.where.column, 3);
    EXPECT_NE(group.hint.find("C*0"), std::string::npos) << group.hint;
}

TEST(HlaNames, all_bad_names_are_reported_together) {
    try {
        read("A*99:01 B*98 nonsense C*07:02 A*02:01:01:01:01");
        FAIL() << "accepted";
    } catch (ScenarioError const& error) {
        EXPECT_EQ(error.problems().size(), 4u);
    }
}

TEST(HlaNames, what_is_no_name_is_refused) {
    for (auto const* text : {"A*",
                             "A",
                             "*02:01",
                             "A*02:",
                             "A*02::01",
                             "A*:01",
                             "A*021",
                             "A*02:01X",
                             "A**02",
                             "Bw4",
                             "A*02:01+",
                             "|A*02:01",
                             "A*01:01//A*01:02",
                             "A*01:01+,B*07:02",
                             "A*01:01/B*07:02",
                             "HLA-",
                             "02:01",
                             "C*07:02N:01",
                             "A*02:0a1",
                             "\xff\xfe",
                             "DRB1<script>"})
        EXPECT_THROW(read(text), ScenarioError) << text;
}

TEST(HlaNames, an_empty_typing_has_no_alleles) {
    EXPECT_TRUE(read("").alleles.empty());
    EXPECT_TRUE(read(" ,; \n").alleles.empty());
}

TEST(HlaNames, other_loci_are_left_out_with_a_warning) {
    auto const read_alleles = read("A*02:01 DRB1*15:01 DQ2 HLA-E*01:03 G*01:01 MICA*008:01 DPB1*04:01 A*01:01");

    EXPECT_EQ(read_alleles.alleles.size(), 2u);
    EXPECT_TRUE(warns_of(read_alleles, "HLA-DRB1"));
    EXPECT_TRUE(warns_of(read_alleles, "HLA-E"));
}

TEST(HlaNames, more_than_two_alleles_at_a_locus_are_accepted_with_a_warning) {
    auto const read_alleles = read("C*07:01 C*07:02 C*04:01");

    EXPECT_EQ(read_alleles.alleles.size(), 3u);
    EXPECT_TRUE(warns_of(read_alleles, "3 HLA-C alleles"));
    EXPECT_FALSE(warns_of(read("C*07:01 C*04:01"), "alleles are given"));
}

TEST(GlString, its_operators_separate_loci_copies_and_ambiguities) {
    auto const read_alleles = read("A*01:01+A*24:02^B*08:01/B*08:05+B*44:02~C*05:01^C*07:01");

    ASSERT_EQ(read_alleles.alleles.size(), 6u);
    EXPECT_EQ(read_alleles.alleles[2].names.size(), 2u);
    EXPECT_EQ(read_alleles.alleles[2].possible, std::vector{HlaLigand::Bw6});
    EXPECT_EQ(read_alleles.alleles[4].ligand, HlaLigand::C2);
}

TEST(GlString, an_ambiguity_on_which_the_ligands_differ_is_reported_with_every_possibility) {
    auto const read_alleles = read("B*08:01/B*08:02/B*08:03");

    EXPECT_EQ(read_alleles.alleles.at(0).possible, (std::vector{HlaLigand::Bw6, HlaLigand::Bw4_80T, HlaLigand::Bw4_80I}));
    EXPECT_EQ(read_alleles.alleles.at(0).ligand, HlaLigand::Bw6);
    EXPECT_TRUE(warns_of(read_alleles, "Bw6 or Bw4-80T or Bw4-80I"));
}

TEST(GlString, short_ambiguities_take_locus_and_group_from_the_name_before) {
    EXPECT_EQ(to_text(one("A*02:01/03/09").names[2]), "A*02:09");
    EXPECT_EQ(to_text(one("B*27:05/27:02").names[1]), "B*27:02");
    EXPECT_EQ(one("B*27:05/02").possible, (std::vector{HlaLigand::Bw4_80T, HlaLigand::Bw4_80I}));
}

TEST(GlString, alternative_genotypes_that_agree_on_the_ligands_are_decided) {
    auto const agree = read("C*07:01+C*04:01|C*05:01+C*08:02");
    ASSERT_EQ(agree.alleles.size(), 2u);
    EXPECT_EQ(agree.alleles[0].possible, std::vector{HlaLigand::C1});
    EXPECT_EQ(agree.alleles[1].possible, std::vector{HlaLigand::C2});

    auto const differ = read("C*07:01+C*04:01|C*07:01+C*08:02");
    EXPECT_EQ(differ.alleles[1].possible.size(), 2u);
}

RC_GTEST_PROP(HlaProperties, any_bytes_are_read_or_refused, (std::string const& bytes)) {
    try {
        read(bytes);
    } catch (ScenarioError const& error) {
        RC_ASSERT(!error.problems().empty());
        RC_ASSERT(error.problems().size() <= 20u);
    }
}

RC_GTEST_PROP(HlaProperties, any_text_of_hla_letters_is_read_or_refused, ()) {
    auto const text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABCw*:0123456789NGPX/|+~^, -HL")));
    try {
        auto const read_alleles = read(text);
        for (auto const& allele : read_alleles.alleles) {
            RC_ASSERT(!allele.possible.empty());
            RC_ASSERT(std::find(allele.possible.begin(), allele.possible.end(), allele.ligand) != allele.possible.end());
        }
    } catch (ScenarioError const&) {
    }
}

rc::Gen<HlaName> any_name() {
    std::vector<std::string> groups;
    for (auto const& [group, entry] : test::typing_rules().hla.groups)
        groups.push_back(group);
    auto const number = rc::gen::map(rc::gen::inRange(1, 1200), [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); });
    return rc::gen::map(rc::gen::tuple(rc::gen::elementOf(groups), rc::gen::container<std::vector<std::string>>(number),
                                       rc::gen::elementOf(std::string("NLSCAQPG......"))),
                        [](auto const& parts) {
                            auto const& [group, more, suffix] = parts;
                            HlaName name{group.substr(0, 1), {group.substr(2)}, "", '\0'};
                            for (std::size_t i = 0; i < more.size() && i < 3; ++i)
                                name.fields.push_back(more[i]);
                            if (name.fields.size() > 1 && suffix != '.')
                                name.suffix = suffix;
                            return name;
                        });
}

RC_GTEST_PROP(HlaProperties, a_name_is_written_and_read_back_unchanged, ()) {
    auto const name = *any_name();

    auto const word = parse_hla_word(to_text(name), test::typing_rules().hla);

    RC_ASSERT(word.names == std::vector{name});
}

RC_GTEST_PROP(HlaProperties, the_order_of_alleles_does_not_matter, ()) {
    auto names = *rc::gen::container<std::vector<HlaName>>(any_name());
    auto const text = [](std::vector<HlaName> const& list) {
        std::string out;
        for (auto const& name : list)
            out += to_text(name) + " ";
        return out;
    };
    auto const counts = [](LigandCounts const& c) { return std::vector{c.c1, c.c2, c.bw4_80i, c.bw4_80t, c.a3_a11, c.leader_m}; };
    auto const before = read(text(names)).alleles;

    std::reverse(names.begin(), names.end());
    auto after = read(text(names)).alleles;

    RC_ASSERT(counts(ligand_counts(before)) == counts(ligand_counts(after)));
    std::reverse(after.begin(), after.end());
    RC_ASSERT(before == after);
}

TEST(HlaNames, a_megabyte_of_anything_is_read_in_linear_time) {
    for (auto const* piece : {"A*02:01/", "(", "A*02:01 ", "A*02:01|", "a", "A*", "B27,"}) {
        std::string text;
        while (text.size() + 20 < 1'000'000)
            text += piece;
        EXPECT_THROW(read(text), ScenarioError) << piece;
    }
    EXPECT_THROW(read(std::string(1'000'001, ' ')), ScenarioError);
}

} // namespace
} // namespace nk::biology
