#pragma once
#include "nk/biology/typing/hla.hpp"
#include "nk/biology/typing/kir.hpp"

#include <span>
#include <string>
#include <vector>

namespace nk::biology {

/// A receptor of NK cells and one of its ligands (data/kir.toml).
struct KirPairRule {
    std::string receptor;
    std::string ligand;
    std::string gene;              ///< KIR gene needed, "" when everybody carries the receptor
    std::vector<std::string> seen; ///< ligand groups ("C1", "A3/A11"), allele names ("A*11"), or "everybody"
    std::string strength;          ///< strong, weak, peptide (seen with some peptides only), induced (on stressed cells)
};

/// Everything of data/hla.toml and data/kir.toml that typing needs.
struct TypingRules {
    HlaRules hla;
    KirRules kir;
    std::vector<KirPairRule> pairs;
    static TypingRules from(ParameterBase const& base);
};

/// Copies of a ligand in the genome: the value used, and the least and most that an ambiguous typing allows.
struct LigandCopyNumber {
    int copies = 0;
    int least = 0;
    int most = 0;
    friend bool operator==(LigandCopyNumber const&, LigandCopyNumber const&) = default;
};

/// How often each ligand is encoded. A single allele at a locus counts as two copies. C1 exceeds two when HLA-B carries it (B*46:01).
struct LigandCounts {
    LigandCopyNumber c1;
    LigandCopyNumber c2;
    LigandCopyNumber bw4_80i;
    LigandCopyNumber bw4_80t;
    LigandCopyNumber a3_a11;
    LigandCopyNumber leader_m; ///< HLA-B with M at -21: supplies HLA-E, in addition to HLA-A and HLA-C
};

/// One line of the receptor-ligand table of a person.
struct ReceptorLigandPair {
    std::string receptor;
    std::string ligand;
    std::string strength;
    bool receptor_carried = false;
    bool ligand_carried = false;
    bool present = false; ///< both
};

/// Immunogenetic typing of a person.
struct Typing {
    std::vector<HlaAllele> alleles;
    KirGenes kir;
    std::string fcgr3a; ///< FCGR3A-158: "VV", "VF", "FF"
    std::string cmv;    ///< "negative", "positive"
    std::vector<std::string> warnings;

    /// hla, kir  texts as in a scenario; any number of names in each
    /// errors    ScenarioError with all bad names of both, or a bad fcgr3a or cmv
    static Typing from(std::span<std::string const> hla, std::span<std::string const> kir, std::string_view fcgr3a, std::string_view cmv,
                       TypingRules const& rules, IpdProteins const* ipd = nullptr);
};

LigandCounts ligand_counts(std::span<HlaAllele const> alleles);
/// One entry a rule, in the order of the data.
std::vector<ReceptorLigandPair> receptor_ligand_pairs(Typing const& typing, TypingRules const& rules);
/// FCGR3A-158V alleles, 0 to 2.
int v158_alleles(Typing const& typing);
/// Name of the ligand on the panel of receptors: HLA_C1, HLA_C2, HLA_Bw4_80I, HLA_Bw4_80T, HLA_A3A11, HLA_other, or "" when not on the
/// surface.
std::string panel_ligand(HlaAllele const& allele);

} // namespace nk::biology
