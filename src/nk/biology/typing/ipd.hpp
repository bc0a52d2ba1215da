#pragma once
#include "nk/biology/typing/hla_rules.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nk::biology {

/// Residues that decide the ligand, numbered in the mature protein; `leader` is position -21, absent in partial sequences.
struct HlaResidues {
    char r76 = '?';
    char r77 = '?';
    char r80 = '?';
    char r82 = '?';
    char r83 = '?';
    std::optional<char> leader;
};

/// Finds the residues in a class I protein sequence, complete or partial, by the conserved YYNQSEAGSHT at 84 to 94.
/// returns  nothing when the sequence does not cover 76 to 83 or leaves one of them open (X), or the motif has more than three
///          differences; of a sequence that ends within the motif, what there is must fit
std::optional<HlaResidues> residues_of(std::string_view sequence);

/// HLA-C: N80 = C1, K80 = C2. HLA-A, HLA-B: R83 with I80 or T80 = Bw4. HLA-B: V76 N80 = C1; S77 or G77 with N80 G83 = Bw6.
/// source  Gumperz1995, Mandelboim1996, Moesta2012
HlaLigand ligand_of(char locus, HlaResidues const& residues);

/// Ligands of all HLA-A, -B and -C proteins in the user's own copy of IPD-IMGT/HLA, by name.
class IpdProteins {
  public:
    /// What the records tell of a name.
    struct Found {
        std::size_t records = 0;        ///< records of that name or a finer one
        std::size_t hidden = 0;         ///< of these, alleles that do not reach the surface
        std::vector<HlaLigand> ligands; ///< of those that cover the residues, most frequent first; null alleles left out
        std::optional<char> leader;     ///< 'M' or 'T' when those that carry it agree
    };

    /// Texts of A_prot.fasta, B_prot.fasta, C_prot.fasta; an empty text is a file that is missing.
    /// errors: ScenarioError when a text that is not empty holds no record of its locus
    static IpdProteins from(std::string_view a, std::string_view b, std::string_view c);

    /// `name` without suffix, any number of fields: "C*07", "B*46:01".
    Found find(std::string_view name) const;

    std::size_t size() const { return records_.size(); }
    /// Records whose residues cannot be read.
    std::size_t undecided() const;

  private:
    struct Record {
        std::string name; ///< without suffix
        HlaLigand ligand = HlaLigand::none;
        bool decided = false;
        bool expressed = true;
        char leader = '\0';
    };
    void read(std::string_view fasta, char locus);
    std::vector<Record> records_; ///< sorted by name
};

} // namespace nk::biology
