#include "biology/typing/rules_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nk::biology {
namespace {

Typing person(std::vector<std::string> const& hla, std::vector<std::string> const& kir) {
    return Typing::from(hla, kir, "VF", "negative", test::typing_rules());
}

ReceptorLigandPair pair(Typing const& typing, std::string const& receptor, std::string const& ligand) {
    for (auto const& entry : receptor_ligand_pairs(typing, test::typing_rules()))
        if (entry.receptor == receptor && entry.ligand == ligand)
            return entry;
    ADD_FAILURE() << "no pair " << receptor << ":" << ligand;
    return {};
}

TEST(LigandCounts, copies_are_counted_over_all_loci) {
    auto const typing = person({"A*24:02", "A*03:01", "B*27:05", "B*07:02", "C*07:02", "C*02:02"}, {"A/A"});

    auto const counts = ligand_counts(typing.alleles);

    EXPECT_EQ(counts.c1.copies, 1);
    EXPECT_EQ(counts.c2.copies, 1);
    EXPECT_EQ(counts.bw4_80i.copies, 1);
    EXPECT_EQ(counts.bw4_80t.copies, 1);
    EXPECT_EQ(counts.a3_a11.copies, 1);
    EXPECT_EQ(counts.leader_m.copies, 1);
}

TEST(LigandCounts, a_single_allele_at_a_locus_counts_as_homozygous) {
    auto const typing = person({"C*07:02 B*08:01"}, {});

    EXPECT_EQ(ligand_counts(typing.alleles).c1.copies, 2);
    EXPECT_EQ(ligand_counts(typing.alleles).leader_m.copies, 2);
    EXPECT_EQ(ligand_counts(person({"C*07:02", "C*07:02"}, {}).alleles).c1.copies, 2);
}

TEST(LigandCounts, b_46_01_adds_a_copy_of_c1) {
    EXPECT_EQ(ligand_counts(person({"B*46:01", "B*07:02", "C*01:02", "C*07:02"}, {}).alleles).c1.copies, 3);
}

TEST(LigandCounts, an_ambiguous_typing_gives_a_range) {
    auto const counts = ligand_counts(person({"C*07:02/C*07:07", "C*04:01"}, {}).alleles);

    EXPECT_EQ(counts.c1, (LigandCopyNumber{1, 0, 1}));
    EXPECT_EQ(counts.c2, (LigandCopyNumber{1, 1, 2}));
}

TEST(LigandCounts, a_null_allele_counts_for_nothing) {
    auto const counts = ligand_counts(person({"C*04:09N", "C*07:02", "B*07:02", "B*07:49N"}, {}).alleles);

    EXPECT_EQ(counts.c2, (LigandCopyNumber{0, 0, 0}));
    EXPECT_EQ(counts.leader_m.copies, 1);
}

TEST(ReceptorLigandPairs, a_pair_needs_the_gene_and_the_ligand) {
    auto const typing = person({"C*07:02", "C*03:04", "B*07:02", "B*44:02", "A*11:01", "A*02:01"}, {"2DL1", "2DL3", "3DL1", "2DS4"});

    EXPECT_TRUE(pair(typing, "KIR2DL3", "C1").present);
    EXPECT_FALSE(pair(typing, "KIR2DL1", "C2").present);
    EXPECT_TRUE(pair(typing, "KIR2DL1", "C2").receptor_carried);
    EXPECT_FALSE(pair(typing, "KIR2DL2", "C1").present);
    EXPECT_TRUE(pair(typing, "KIR2DL2", "C1").ligand_carried);
    EXPECT_TRUE(pair(typing, "KIR3DL1", "Bw4").present);
    EXPECT_TRUE(pair(typing, "KIR3DL2", "A3/A11").present);
    EXPECT_TRUE(pair(typing, "KIR2DS4", "A*11").present);
    EXPECT_TRUE(pair(typing, "NKG2A", "HLA-E").present);
    EXPECT_FALSE(pair(typing, "KIR3DS1", "HLA-F").present);
}

TEST(ReceptorLigandPairs, cross_reactions_are_marked_as_weak) {
    auto const typing = person({"C*04:01", "C*05:01"}, {"B/B"});

    EXPECT_TRUE(pair(typing, "KIR2DL2", "C2").present);
    EXPECT_EQ(pair(typing, "KIR2DL2", "C2").strength, "weak");
    EXPECT_TRUE(pair(typing, "KIR2DS1", "C2").present);
    EXPECT_EQ(pair(typing, "KIR2DL1", "C2").strength, "strong");
}

TEST(ReceptorLigandPairs, an_allele_that_stays_inside_the_cell_makes_no_pair) {
    EXPECT_FALSE(pair(person({"A*11:01"}, {"KIR2DS4*003"}), "KIR2DS4", "A*11").present);
    EXPECT_TRUE(pair(person({"A*11:01"}, {"KIR2DS4*001"}), "KIR2DS4", "A*11").present);
    EXPECT_FALSE(pair(person({"A*11:01N"}, {"KIR2DS4*001"}), "KIR2DS4", "A*11").present);
}

TEST(ReceptorLigandPairs, a_coarse_typing_counts_for_the_usual_allele) {
    EXPECT_TRUE(pair(person({"C*16"}, {"2DS4"}), "KIR2DS4", "HLA-C (some)").present);
    EXPECT_TRUE(pair(person({"C*16:01:01:01"}, {"2DS4"}), "KIR2DS4", "HLA-C (some)").present);
    EXPECT_FALSE(pair(person({"C*16:02"}, {"2DS4"}), "KIR2DS4", "HLA-C (some)").present);
}

TEST(Typing, bad_names_of_all_fields_are_reported_together) {
    try {
        Typing::from(std::vector<std::string>{"A*99"}, std::vector<std::string>{"2DL9"}, "VG", "maybe", test::typing_rules());
        FAIL() << "accepted";
    } catch (ScenarioError const& error) {
        EXPECT_EQ(error.problems().size(), 4u);
    }
}

TEST(Typing, the_fcgr3a_genotype_gives_the_number_of_v158_alleles) {
    auto const alleles = [](std::string_view genotype) {
        return v158_alleles(Typing::from({}, {}, genotype, "positive", test::typing_rules()));
    };

    EXPECT_EQ(alleles("FF"), 0);
    EXPECT_EQ(alleles("V/F"), 1);
    EXPECT_EQ(alleles("fv"), 1);
    EXPECT_EQ(alleles("VV"), 2);
}

TEST(Typing, the_panel_names_the_ligand_of_every_allele) {
    auto const typing = person({"A*03:01 A*24:02 B*27:05 B*07:02 C*07:02 C*04:09N"}, {});
    std::vector<std::string> names;
    for (auto const& allele : typing.alleles)
        names.push_back(panel_ligand(allele));

    EXPECT_EQ(names, (std::vector<std::string>{"HLA_A3A11", "HLA_Bw4_80I", "HLA_Bw4_80T", "HLA_other", "HLA_C1", ""}));
}

TEST(TypingRules, every_rule_and_pair_names_its_source_and_confidence) {
    auto const& base = test::typing_base();
    for (auto const* table : {"hla_rule", "hla_leader", "hla_also", "kir_pair", "kir_haplotype"})
        for (auto const& name : base.children(table)) {
            auto const prefix = std::string(table) + "." + name;
            EXPECT_NE(base.text(prefix + ".source"), "") << prefix;
            auto const confidence = base.text(prefix + ".confidence");
            EXPECT_TRUE(confidence == "read" || confidence == "recalled") << prefix;
        }
}

TEST(TypingRules, a_base_without_them_is_refused) {
    EXPECT_THROW(TypingRules::from(ParameterBase{}), ScenarioError);
}

} // namespace
} // namespace nk::biology
