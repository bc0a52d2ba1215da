#pragma once
#include "nk/biology/typing/typing.hpp"
#include "nk/scenario/read_donors.hpp"
#include "nk/study/ensemble.hpp"
#include "nk/study/hla_answer_cells.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nk::study {

/// One thing donors are compared by, and what is known of it: rows [donor_criterion.*] of data/donors.toml.
struct DonorCriterion {
    std::string key;      ///< "alloreactivity"
    std::string title;    ///< in words
    std::string use;      ///< "ranks", "breaks ties" or "shown"
    std::string evidence; ///< A to D, that it changes the outcome of a patient
    std::string source;   ///< keys of references.bib
    std::string confidence;
    std::string note;
};

/// A receptor whose ligand the patient lacks.
struct MissingLigand {
    std::string receptor; ///< "KIR2DL3"
    std::string ligand;   ///< "C1"
    double share = 0.0;   ///< NK cells with it that nothing of the patient inhibits through another KIR or NKG2A, of all [1]
};

/// HLA-A, -B, -C alleles of one person that the other does not have. A null allele is foreign to nobody.
struct HlaMismatches {
    int count = 0;                    ///< distinct alleles
    int of = 0;                       ///< distinct alleles at the loci that are typed in both
    int open = 0;                     ///< alleles that match as far as the typing goes but may differ
    std::vector<std::string> alleles; ///< as typed
};

/// B motifs of the KIR genes (Cooley 2010): 0 to 2 each; nothing = the genes do not tell.
struct KirMotifs {
    std::optional<int> centromeric;
    std::optional<int> telomeric;
    std::string word; ///< "best", "better", "neutral"; "unknown" without KIR typing or with a half that cannot be read
    int order = -1;   ///< larger is ranked higher; -1 = unknown
};

/// What the NK cells of a donor would do with the patient's cells, over the typical cells of all combinations of receptors.
struct DonorCells {
    double educated = 0.0;                 ///< of all NK cells [1]
    double alloreactive = 0.0;             ///< of all NK cells [1]
    double of_educated = 0.0;              ///< alloreactive ones among the educated [1]; 0 when none is educated
    Interval of_educated_interval;         ///< over the parameter sets
    std::vector<double> by_member;         ///< alloreactive among educated under each parameter set; empty without an ensemble
    std::vector<MissingLigand> licensed;   ///< through which they are alloreactive; a cell counts for each
    double unlicensed = 0.0;               ///< miss a ligand and are not inhibited, but were not educated by it, of all NK cells [1]
    std::vector<MissingLigand> uneducated; ///< KIRs of these whose ligand the patient lacks; a cell counts for each
    std::optional<double> p_hit_patient;   ///< of primed alloreactive cells on a B-cell line with the patient's HLA [1]
    std::optional<double> p_hit_self;      ///< the same with the donor's HLA [1]
    double p_hit_all = 0.0;                ///< of all NK cells, primed, on the line with the patient's HLA [1]
    double adaptive = 0.0;                 ///< NKG2C+ cells expected with this serostatus [1]
};

/// One donor against one patient.
struct DonorAssessment {
    int rank = 0; ///< from 1; donors that no criterion tells apart share one
    /// Parameter sets in which more of its educated cells are alloreactive than of the next one's [1]; nothing where ties decide.
    std::optional<double> above_next;
    std::string name;
    biology::Typing typing;
    bool fcgr3a_known = false;
    bool cmv_known = false;
    std::optional<double> age; ///< [year]
    DonorCells cells;
    std::vector<std::string> missing_in_patient; ///< KIR ligands of the donor: graft-versus-host
    std::vector<std::string> missing_in_donor;   ///< KIR ligands of the patient: host-versus-graft
    HlaMismatches rejection;                     ///< the donor's alleles that the patient lacks: host-versus-graft
    HlaMismatches against_host;                  ///< the patient's alleles that the donor lacks: graft-versus-host
    KirMotifs motifs;
    std::optional<bool> kir2ds1_sees; ///< KIR2DS1 of the donor with C2 of the patient; nothing = KIR not typed
    bool c2_only = false;             ///< the donor's HLA-C is C2 alone: KIR2DS1 cells are tolerant
    std::vector<std::string> warnings;
};

/// The answer of `nk hla PATIENT --donors FILE`.
struct DonorRanking {
    biology::Typing patient;
    std::vector<std::string> patient_ligands; ///< C1, C2, Bw4 that the patient has
    std::vector<DonorAssessment> donors;      ///< by rank, equal ones by name
    std::vector<DonorCriterion> criteria;
    std::size_t ensemble_size = 1;
    std::vector<std::string> warnings; ///< of the patient's typing
};

/// Compares donors for a patient; what depends on neither is made once.
///
/// Alloreactive is a cell that (1) is educated: the typical cell with its combination of inhibitory receptors is at least `educated_ratio`
/// times as responsive as the one without any, (2) carries an inhibitory KIR whose ligand the donor has and the patient lacks, and (3) has
/// neither NKG2A nor an inhibitory KIR whose ligand the patient has. Ligands are those of the pairs called strong in data/kir.toml: what is
/// weak or depends on the peptide neither licenses nor blocks here, but it counts in education and P(hit), which follow the law.
///
/// Ranked by alloreactive cells among the educated, in whole per cent; then by fewer mismatches host-versus-graft, then graft-versus-host;
/// then by KIR B motifs (best, better, neutral by their number, unknown). The order of the donors given does not matter.
/// source  Ruggeri 2002, 2007 (alloreactive clones); Cooley 2010 (motifs); model section 3.1.6 (education)
class DonorRanker {
  public:
    /// ipd     the user's own protein sequences, or null; must outlive this
    /// errors  ScenarioError when the data lack the criteria
    DonorRanker(ParameterBase base, Ensemble const& ensemble, biology::IpdProteins const* ipd = nullptr);

    /// expects  at least one donor, each with HLA (scenario::read_donors sees to it)
    /// errors   ScenarioError for names that cannot be read, or a patient without HLA-A, -B or -C
    DonorRanking rank(std::vector<std::string> const& patient_hla, std::vector<scenario::DonorEntry> const& donors) const;

  private:
    struct Model {
        ParameterBase base;
        CellModel cells;
    };
    DonorAssessment assess(biology::Typing const& patient, scenario::DonorEntry const& entry) const;
    DonorCells cells_of(biology::Typing const& patient, biology::Typing const& donor) const;

    Model model_;
    biology::TypingRules rules_;
    biology::IpdProteins const* ipd_;
    std::vector<Model> members_;
};

/// KIR ligands C1, C2 and Bw4 on the surface of a person's cells.
std::vector<std::string> kir_ligands(biology::Typing const& typing);
/// Alleles of `from` that `to` lacks, compared by two fields where both are known that far; loci that are typed in both.
HlaMismatches hla_mismatches(biology::Typing const& from, biology::Typing const& to);
/// B motifs by the genes of [donor_motif.*].
KirMotifs kir_motifs(biology::KirGenes const& genes, ParameterBase const& base);

/// The stable JSON (interfaces: `nk hla PATIENT --donors FILE --json`).
nlohmann::ordered_json to_json(DonorRanking const& ranking);
/// Tables for people, at most 120 columns wide, ending in a newline. colour: with terminal colours
std::string to_text(DonorRanking const& ranking, bool colour);

} // namespace nk::study
