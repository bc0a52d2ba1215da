#include "biology/typing/rules_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace nk::biology {
namespace {

/// A made-up class I protein: only the residues that decide vary.
struct Protein {
    std::string leader = "MRVTAPRTVLLLLSGALALTETWA"; ///< 24 residues; position -21 is the fourth
    std::string helix = "ESLRNLRG";                  ///< 76 to 83

    std::string mature() const {
        std::string out = "GSHSMRYF";
        while (out.size() < 75)
            out += "AKDEGQLVPW"[out.size() % 10];
        return out + helix + "YYNQSEAGSHTLQRMYGCDVGPDGRLLRGHDQSAYDGKDYIALNEDLSSWTAADTAAQITQRKWEAAREAEQ";
    }
    std::string complete() const { return leader + mature(); }
    std::string partial() const { return mature().substr(1); } ///< from mature position 2 on, as most partial records
};

Protein with_helix(std::string const& helix) {
    return {"MRVTAPRTVLLLLSGALALTETWA", helix};
}

std::string record(std::string const& name, std::string const& sequence) {
    auto out = ">HLA:HLA00001 " + name + " " + std::to_string(sequence.size()) + " bp\n";
    for (std::size_t at = 0; at < sequence.size(); at += 60)
        out += sequence.substr(at, 60) + "\n";
    return out;
}

HlaAlleles read(std::string_view text, IpdProteins const& ipd) {
    return parse_hla(text, test::typing_rules().hla, &ipd);
}

TEST(IpdSequences, residues_decide_the_ligand) {
    EXPECT_EQ(ligand_of('C', *residues_of(with_helix("VSLRNLRG").complete())), HlaLigand::C1);
    EXPECT_EQ(ligand_of('C', *residues_of(with_helix("VNLRKLRG").complete())), HlaLigand::C2);
    EXPECT_EQ(ligand_of('B', *residues_of(with_helix("ENLRIALR").complete())), HlaLigand::Bw4_80I);
    EXPECT_EQ(ligand_of('B', *residues_of(with_helix("EDLRTLLR").complete())), HlaLigand::Bw4_80T);
    EXPECT_EQ(ligand_of('B', *residues_of(with_helix("ESLRNLRG").complete())), HlaLigand::Bw6);
    EXPECT_EQ(ligand_of('B', *residues_of(with_helix("VSLRNLRG").complete())), HlaLigand::C1);
    EXPECT_EQ(ligand_of('A', *residues_of(with_helix("ANLGTLRG").complete())), HlaLigand::none);
    EXPECT_EQ(ligand_of('A', *residues_of(with_helix("ESLRIALR").complete())), HlaLigand::Bw4_80I);
}

TEST(IpdSequences, the_leader_residue_is_read_when_the_record_reaches_it) {
    Protein const threonine;
    Protein const methionine{"MLVMAPRTVLLLLSAALALTETWA", "ESLRNLRG"};

    EXPECT_EQ(residues_of(threonine.complete())->leader, 'T');
    EXPECT_EQ(residues_of(methionine.complete())->leader, 'M');
    EXPECT_FALSE(residues_of(methionine.partial())->leader.has_value());
    EXPECT_FALSE(residues_of(methionine.complete().substr(8))->leader.has_value()) << "begins within the leader";
}

TEST(IpdSequences, partial_records_are_aligned_wherever_they_begin) {
    auto const complete = with_helix("ENLRIALR").complete();

    for (std::size_t cut = 0; cut <= 24 + 75; ++cut) {
        auto const residues = residues_of(std::string_view(complete).substr(cut));

        ASSERT_TRUE(residues.has_value()) << cut;
        EXPECT_EQ(residues->r80, 'I') << cut;
        EXPECT_EQ(residues->r83, 'R') << cut;
    }
    EXPECT_FALSE(residues_of(std::string_view(complete).substr(24 + 76)).has_value()) << "76 is missing";
}

TEST(IpdSequences, a_residue_that_is_not_known_decides_nothing) {
    auto const sequence = with_helix("VSLRXLRG").complete();
    auto const ipd = IpdProteins::from("", "", record("C*07:02", sequence));

    auto const typing = read("C*07:02", ipd);

    EXPECT_FALSE(residues_of(sequence).has_value());
    EXPECT_EQ(ipd.undecided(), 1U);
    EXPECT_EQ(typing.alleles.at(0).ligand, HlaLigand::C1) << "by the rule of its group";
    EXPECT_NE(typing.warnings.at(0).find("76 to 83"), std::string::npos);
}

TEST(IpdSequences, that_end_within_the_motif_are_decided) {
    auto const whole = with_helix("ENLRIALR");
    for (auto const& sequence : {whole.complete(), whole.partial(), whole.mature()}) {
        auto const end = sequence.find("YYNQSEAGSHT");
        for (std::size_t kept = 0; kept <= 11; ++kept) {
            auto const residues = residues_of(std::string_view(sequence).substr(0, end + kept));
            ASSERT_TRUE(residues.has_value()) << kept;
            EXPECT_EQ(residues->r80, 'I') << kept;
        }
    }
    auto const cut = whole.complete();
    EXPECT_FALSE(residues_of(std::string_view(cut).substr(0, 24 + 82)).has_value()) << "83 is missing";
    EXPECT_EQ(residues_of(std::string_view(cut).substr(24 + 40, 48))->r83, 'R') << "placed by the motif alone";
}

TEST(IpdSequences, an_allele_known_only_as_null_is_named_when_typed_without_its_letter) {
    auto const ipd = IpdProteins::from("", "", record("C*04:09N", with_helix("VNLRKLRG").complete()));

    auto const plain = read("C*04:09", ipd), lettered = read("C*04:09N", ipd);

    EXPECT_NE(plain.warnings.at(0).find("C*04:09N"), std::string::npos) << plain.warnings.at(0);
    EXPECT_EQ(lettered.warnings.at(0).find("76 to 83"), std::string::npos) << lettered.warnings.at(0);
    EXPECT_FALSE(lettered.alleles.at(0).on_surface);
}

TEST(IpdSequences, a_byte_order_mark_is_no_part_of_the_first_record) {
    auto const ipd = IpdProteins::from("", "", "\xEF\xBB\xBF" + record("C*07:02", with_helix("VSLRNLRG").complete()));

    EXPECT_EQ(ipd.size(), 1U);
}

TEST(IpdSequences, an_insertion_before_the_helix_shifts_neither_helix_nor_leader) {
    auto sequence = Protein{"MLVMAPRTVLLLLSAALALTETWA", "EDLRTLLR"}.complete();
    sequence.insert(50, "Q");

    auto const residues = residues_of(sequence);

    ASSERT_TRUE(residues.has_value());
    EXPECT_EQ(residues->r80, 'T');
    EXPECT_EQ(residues->leader, 'M');
}

TEST(IpdSequences, a_sequence_without_the_motif_is_undecided) {
    EXPECT_FALSE(residues_of("").has_value());
    EXPECT_FALSE(residues_of("SHSMRX").has_value());
    EXPECT_FALSE(residues_of(std::string(400, 'A')).has_value());
}

TEST(IpdSequences, a_sequence_overrules_the_group_rule) {
    auto const ipd = IpdProteins::from(
        "", "", record("C*07:99", with_helix("VNLRKLRG").complete()) + record("C*07:02:01:01", with_helix("VSLRNLRG").complete()));

    auto const alleles = read("C*07:99 C*07:02", ipd).alleles;

    EXPECT_EQ(alleles[0].ligand, HlaLigand::C2);
    EXPECT_EQ(alleles[0].resolved_by, ResolvedBy::sequence);
    EXPECT_EQ(alleles[1].ligand, HlaLigand::C1);
    EXPECT_EQ(alleles[1].resolved_by, ResolvedBy::sequence);
}

TEST(IpdSequences, the_leader_of_the_sequence_overrules_the_group_rule) {
    auto const ipd = IpdProteins::from("", record("B*15:180", Protein{"MLVMAPRTVLLLLSAALALTETWA", "ESLRNLRG"}.complete()), "");

    EXPECT_EQ(read("B*15:180", ipd).alleles[0].leader21, 'M');
    EXPECT_EQ(parse_hla("B*15:180", test::typing_rules().hla).alleles[0].leader21, 'T');
}

TEST(IpdSequences, a_coarse_name_on_which_the_records_differ_stays_open) {
    auto const ipd = IpdProteins::from(
        "", "", record("C*07:99", with_helix("VNLRKLRG").partial()) + record("C*07:02", with_helix("VSLRNLRG").partial()));

    auto const read_alleles = read("C*07", ipd);

    EXPECT_EQ(read_alleles.alleles[0].possible, (std::vector{HlaLigand::C1, HlaLigand::C2}));
    EXPECT_EQ(read_alleles.alleles[0].resolved_by, ResolvedBy::group);
}

TEST(IpdSequences, a_name_does_not_stand_for_longer_numbers) {
    auto const ipd =
        IpdProteins::from("",
                          record("B*15:18", with_helix("ESLRNLRG").partial()) + record("B*15:180", with_helix("ENLRIALR").partial()) +
                              record("B*15:18:01", with_helix("ESLRNLRG").partial()),
                          "");

    EXPECT_EQ(ipd.find("B*15:18").records, 2u);
    EXPECT_EQ(ipd.find("B*15:18").ligands, std::vector{HlaLigand::Bw6});
    EXPECT_EQ(ipd.find("B*15").records, 3u);
}

TEST(IpdSequences, null_alleles_do_not_speak_for_their_group) {
    auto const ipd = IpdProteins::from(
        "", "", record("C*04:01", with_helix("VNLRKLRG").complete()) + record("C*04:09N", with_helix("VSLRNLRG").complete()));

    EXPECT_EQ(ipd.find("C*04").ligands, std::vector{HlaLigand::C2});
    EXPECT_EQ(read("C*04:09N", ipd).alleles[0].ligand, HlaLigand::none);
}

TEST(IpdSequences, where_they_cannot_decide_the_rule_stands_in_and_says_so) {
    auto const ipd = IpdProteins::from("", "", record("C*16:02", "SHSMRYF"));

    auto const unread = read("C*16:02", ipd);
    auto const missing = read("C*05:01", ipd);

    EXPECT_EQ(unread.alleles[0].ligand, HlaLigand::C2);
    EXPECT_EQ(unread.alleles[0].resolved_by, ResolvedBy::exact);
    EXPECT_NE(unread.warnings.front().find("does not cover"), std::string::npos);
    EXPECT_EQ(missing.alleles[0].ligand, HlaLigand::C2);
    EXPECT_NE(missing.warnings.front().find("not among"), std::string::npos);
    EXPECT_EQ(ipd.undecided(), 1u);
}

TEST(IpdSequences, line_ends_of_other_systems_do_not_matter) {
    auto text = record("C*07:02", with_helix("VSLRNLRG").complete());
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
        text.insert(at, "\r");

    EXPECT_EQ(IpdProteins::from("", "", text).find("C*07:02").ligands, std::vector{HlaLigand::C1});
}

TEST(IpdSequences, a_text_without_proteins_of_its_locus_is_refused) {
    EXPECT_THROW(IpdProteins::from("no fasta", "", ""), ScenarioError);
    EXPECT_THROW(IpdProteins::from(record("B*07:02", Protein{}.complete()), "", ""), ScenarioError);
    EXPECT_EQ(IpdProteins::from("", "", "").size(), 0u);
}

TEST(IpdSequences, twenty_five_thousand_records_are_read_in_under_two_seconds) {
    std::string text;
    auto const complete = with_helix("ESLRNLRG").complete() + std::string(200, 'L');
    auto const partial = with_helix("ENLRIALR").complete().substr(11) + std::string(200, 'L');
    for (int i = 0; i < 25'000; ++i)
        text += record("B*15:" + std::to_string(100 + i), i % 2 == 0 ? complete : partial);
    auto const start = std::chrono::steady_clock::now();

    auto const ipd = IpdProteins::from("", text, "");

    std::chrono::duration<double> const taken = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(ipd.size(), 25'000u);
    EXPECT_EQ(ipd.undecided(), 0u);
    EXPECT_LT(taken.count(), 2.0);
}

} // namespace
} // namespace nk::biology
