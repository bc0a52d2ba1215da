#include "biology/typing/rules_fixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace nk::biology {
namespace {

KirGenes read_kir(std::string_view text) {
    return parse_kir(text, test::typing_rules().kir);
}

bool warns_of(KirGenes const& genes, std::string const& part) {
    return std::any_of(genes.warnings.begin(), genes.warnings.end(),
                       [&](auto const& warning) { return warning.find(part) != std::string::npos; });
}

TEST(KirGenes, every_spelling_of_a_gene_means_the_same) {
    for (auto const* name : {"2DL1", "KIR2DL1", "kir2dl1", "KIR2DL1*003", "KIR2DL1*00302", "KIR-2DL1", "KIR_2DL1", "CD158a"})
        EXPECT_TRUE(read_kir(name).has("KIR2DL1")) << name;
    EXPECT_TRUE(read_kir("2DL5A").has("KIR2DL5"));
    EXPECT_TRUE(read_kir("KIR2DL5B*002").has("KIR2DL5"));
    EXPECT_TRUE(read_kir("CD158b2").has("KIR2DL3"));
}

TEST(KirGenes, framework_genes_are_implied_and_pseudogenes_ignored) {
    auto const genes = read_kir("2DL1 2DL3 3DL1 2DS4 2DP1 3DP1");

    for (auto const* gene : {"KIR2DL4", "KIR3DL2", "KIR3DL3"})
        EXPECT_TRUE(genes.has(gene)) << gene;
    EXPECT_EQ(genes.present.size(), 7u);
    EXPECT_TRUE(genes.warnings.empty());
}

TEST(KirGenes, a_genotype_without_b_genes_is_a_a) {
    EXPECT_EQ(read_kir("2DL1 2DL3 3DL1 2DS4").group, KirGroup::AA);
    EXPECT_EQ(read_kir("2DL1 2DL3 3DL1 2DS4 2DS1 2DL5 2DS5 3DS1").group, KirGroup::Bx);
    EXPECT_EQ(read_kir("").group, KirGroup::unknown);
    EXPECT_FALSE(read_kir("").typed);
}

TEST(KirGenes, a_pair_of_haplotypes_stands_for_its_genes) {
    auto const aa = read_kir("A/A");
    EXPECT_EQ(aa.group, KirGroup::AA);
    EXPECT_EQ(aa.present.size(), 7u);
    EXPECT_TRUE(aa.warnings.empty());

    for (auto const* text : {"A/B", "AB", "a/b"}) {
        auto const ab = read_kir(text);
        EXPECT_EQ(ab.group, KirGroup::Bx) << text;
        EXPECT_TRUE(ab.has("KIR2DL2") && ab.has("KIR2DL3") && ab.has("KIR3DL1") && ab.has("KIR3DS1")) << text;
    }
    auto const bb = read_kir("B/B");
    EXPECT_FALSE(bb.has("KIR2DL3"));
    EXPECT_FALSE(bb.has("KIR2DS4"));
    EXPECT_TRUE(warns_of(bb, "B haplotypes differ"));
}

TEST(KirGenes, halves_of_haplotypes_can_be_named) {
    auto const genes = read_kir("cB02~tA01+cA01~tA01");

    EXPECT_TRUE(genes.has("KIR2DS2") && genes.has("KIR2DL2") && genes.has("KIR2DL3") && genes.has("KIR3DL1"));
    EXPECT_FALSE(genes.has("KIR3DS1"));
}

TEST(KirGenes, one_of_two_genes_is_decided_by_its_neighbours) {
    EXPECT_TRUE(read_kir("2DL2/3 2DL1").has("KIR2DL3"));
    EXPECT_FALSE(read_kir("2DL2/L3 2DL1").has("KIR2DL2"));
    EXPECT_TRUE(read_kir("2DL2/2DL3 2DS2").has("KIR2DL2"));
    EXPECT_TRUE(read_kir("3DL1/S1 2DS4").has("KIR3DL1"));
    EXPECT_TRUE(warns_of(read_kir("2DL2/3 2DL1"), "may be KIR2DL2 or KIR2DL3"));
    EXPECT_FALSE(warns_of(read_kir("2DL2/3 2DL3 2DL1"), "may be"));
}

TEST(KirGenes, an_absent_gene_can_be_named) {
    auto const genes = read_kir("2DL1+ 2DL3+ 2DS1- 3DL1+ 2DS4+");

    EXPECT_FALSE(genes.has("KIR2DS1"));
    EXPECT_TRUE(genes.has("KIR2DL3"));
    EXPECT_TRUE(warns_of(read_kir("2DL1 2DL1-"), "present and as absent"));
}

TEST(KirGenes, implausible_content_is_pointed_out) {
    EXPECT_TRUE(warns_of(read_kir("2DL1 3DL1 2DS4"), "neither KIR2DL2 nor KIR2DL3"));
    EXPECT_TRUE(warns_of(read_kir("2DL1 2DL3"), "neither KIR3DL1 nor KIR3DS1"));
    EXPECT_TRUE(warns_of(read_kir("2DL1 2DL3 3DL1 2DS4 2DS2"), "KIR2DS2 without KIR2DL2"));
}

TEST(KirGenes, the_deleted_2ds4_is_present_but_not_on_the_surface) {
    for (auto const* text : {"KIR2DS4*003 2DL1 2DL3 3DL1", "2DS4del 2DL1 2DL3 3DL1", "KIR1D 2DL1 2DL3 3DL1", "2DS4-del 2DL1 2DL3 3DL1"}) {
        auto const genes = read_kir(text);
        EXPECT_TRUE(genes.has("KIR2DS4")) << text;
        EXPECT_FALSE(genes.on_surface("KIR2DS4")) << text;
    }
    EXPECT_TRUE(read_kir("KIR2DS4*003 KIR2DS4*001").on_surface("KIR2DS4"));
    EXPECT_FALSE(read_kir("KIR3DL1*004").on_surface("KIR3DL1"));
}

TEST(KirGenes, a_bad_gene_is_located_and_the_nearest_offered) {
    try {
        read_kir("2DL1\n 2DL9");
        FAIL() << "accepted";
    } catch (ScenarioError const& error) {
        EXPECT_EQ(error.problems().front().where.column, 2);
        EXPECT_EQ(error.problems().front().where.line, 2);
        EXPECT_NE(error.problems().front().hint.find("KIR2DL"), std::string::npos);
    }
    for (auto const* text : {"0", "KIR", "2DL1*", "A/C", "X/X", "2DL1/2DL1", "2DL1//2DL2", "\xff", "-", "*", "/"})
        EXPECT_THROW(read_kir(text), ScenarioError) << text;
}

TEST(KirGenes, the_data_name_only_genes_that_exist) {
    auto const& rules = test::typing_rules().kir;
    auto const known = [&](std::string const& gene) {
        return std::find(rules.genes.begin(), rules.genes.end(), gene) != rules.genes.end();
    };

    EXPECT_EQ(rules.genes.size(), 14u);
    for (auto const& [name, genes] : rules.haplotypes)
        EXPECT_TRUE(std::all_of(genes.begin(), genes.end(), known)) << name;
    for (auto const& [alias, gene] : rules.aliases)
        EXPECT_TRUE(known(gene)) << alias;
    for (auto const& pair : test::typing_rules().pairs)
        EXPECT_TRUE(pair.gene.empty() || known(pair.gene)) << pair.receptor;
    for (auto const& check : rules.checks)
        EXPECT_TRUE(!check.one_of.empty() && !check.text.empty() && std::all_of(check.one_of.begin(), check.one_of.end(), known));
}

RC_GTEST_PROP(KirProperties, any_bytes_are_read_or_refused, (std::string const& bytes)) {
    try {
        RC_ASSERT(read_kir(bytes).present.size() >= 3u);
    } catch (ScenarioError const& error) {
        RC_ASSERT(!error.problems().empty());
    }
}

RC_GTEST_PROP(KirProperties, any_text_of_kir_letters_is_read_or_refused, ()) {
    auto const text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("KIR23DLSABX15*-/ +DEL_")));
    try {
        RC_ASSERT(read_kir(text).present.size() >= 3u);
    } catch (ScenarioError const& error) {
        RC_ASSERT(!error.problems().empty());
    }
}

RC_GTEST_PROP(KirProperties, genes_are_written_and_read_back_in_any_order, ()) {
    auto chosen = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(test::typing_rules().kir.genes));
    auto const text = [](std::vector<std::string> const& list) {
        std::string out;
        for (auto const& gene : list)
            out += gene + " ";
        return out;
    };
    auto const first = read_kir(text(chosen));

    std::reverse(chosen.begin(), chosen.end());
    auto const second = read_kir(text(chosen));

    RC_ASSERT(first.present == second.present);
    RC_ASSERT(first.group == second.group);
    RC_ASSERT(read_kir(text({first.present.begin(), first.present.end()})).present == first.present);
}

} // namespace
} // namespace nk::biology
