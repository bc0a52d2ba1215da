#pragma once
#include "nk/biology/contact_chain.hpp"
#include "nk/study/ensemble.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nk::study {

/// One contact as people describe it.
struct RecogniseQuestion {
    std::string nk = "resting_nk";  ///< "il2_nk, KIR2DL1+ NKG2A-, priming=0.8, copies.NKG2D=8000"
    std::string target = "K562";    ///< "221_Cw4, ligands.HLA_C2=30000, MICA=0"
    std::vector<std::string> drugs; ///< "rituximab=10 ug/mL"
    std::vector<std::string> hla;   ///< the NK cell's donor; empty = the reference donor
    std::vector<std::string> kir;
    std::string fcgr3a = "VF";
    std::string cmv = "negative";
    std::string car;      ///< antigen of a chimeric receptor, or ""
    bool flip = false;    ///< look for the smallest ligand changes that reverse the decision
    bool typical = false; ///< the commonest combination of NKG2A and inhibitory KIRs, instead of none of them
};

/// Everything the recognition law needs to know of one contact.
struct ContactCase {
    biology::Panel panel; ///< with the drugs in the medium
    biology::Laws laws;
    biology::ReceptorCopies receptors{}; ///< now, primed and under drugs [molecule/cell]
    biology::LigandCopies ligands{};     ///< now, under drugs [molecule/cell]
    biology::NkSignalState state;
    biology::Lytic lytic;
    biology::Resistance resistance;
    double without_receptors = 0.0; ///< rho of the same cell without inhibitory receptors for self [1]
    std::size_t plain_ligands = 0;  ///< ligands below this index are the target's own, the others antibody coats
    std::string title_nk, title_target;
};

/// The numbers of one contact.
struct ContactNumbers {
    biology::Recognition recognition;
    biology::ContactOutcome outcome;
};
ContactNumbers evaluate(ContactCase const& contact);

/// What one receptor does in this contact.
struct ReceptorShare {
    std::string name;
    bool inhibitory = false;
    double copies = 0.0;                                 ///< [molecule/cell]
    double bound = 0.0;                                  ///< complexes in the contact [molecule]
    double share = 0.0;                                  ///< of its copies that are in the contact [1]
    double signal = 0.0;                                 ///< inhibitory: its part of I; activating: its signal at both sites [1]
    double vav_without = 0.0;                            ///< V without this receptor, education held [1]
    double p_hit_without = 0.0;                          ///< [1]
    std::vector<std::pair<std::string, double>> ligands; ///< complexes by ligand [molecule]
};

/// A change of one ligand that reverses the decision.
struct LigandFlip {
    std::string ligand;
    double from = 0.0;     ///< [molecule/cell]
    double to = 0.0;       ///< nearest number at which the decision is the other one [molecule/cell]
    double p_kill = 0.0;   ///< there [1]
    double distance = 0.0; ///< |log10((to + 100)/(from + 100))|
};

/// One number with what 90 % of the parameter sets say.
struct Estimate {
    double value = 0.0;
    Interval interval;
};

/// The answer of `nk recognise`.
struct RecogniseAnswer {
    std::string nk, target; ///< in words
    ContactNumbers numbers;
    Estimate drive, inhibition, vav, education, p_hit, contact_minutes, p_kill, hits;
    std::vector<ReceptorShare> receptors;                 ///< by falling effect on P(hit), then on V
    std::vector<std::pair<std::string, double>> build_up; ///< change of V as receptors are added one after the other
    double vav_alone = 0.0;                               ///< V without any receptor
    double priming = 0.0;
    bool kills = false;
    double share_that_kill = 0.0; ///< of the parameter sets [1]
    bool flip_asked = false;
    std::vector<LigandFlip> flips; ///< at most three, the smallest first
    std::size_t ensemble_size = 1;
    std::string summary;
    std::vector<std::string> warnings;
};

/// A contact "kills" from this probability of a lethal contact on.
inline constexpr double kill_threshold = 0.05;

/// The contact that the words describe: one typical (median) CD56dim cell of the donor and one mean target. The cell carries the
/// receptors that at least half of the donor's cells carry, those of the effector's row and of `+`, and lacks those of `-`; it was
/// educated on the donor's own lymphocytes.
/// errors  ScenarioError with every word that cannot be read, the nearest names, and receptors whose gene the donor lacks
ContactCase contact_case(RecogniseQuestion const& question, ParameterBase const& base);

/// Explains one contact with intervals over the ensemble.  errors: as contact_case
RecogniseAnswer answer_recognise(RecogniseQuestion const& question, ParameterBase const& base, Ensemble const& ensemble);

/// The nearest crossing of the decision for every ligand that a receptor of the cell binds, alone and from 0 to 1e6 copies.
std::vector<LigandFlip> find_flips(ContactCase const& contact);

/// The stable JSON (interfaces: `nk recognise --json`).
nlohmann::ordered_json to_json(RecogniseAnswer const& answer);
/// For people; colour: with terminal colours.
std::string to_text(RecogniseAnswer const& answer, bool colour);
/// The waterfall of V as one SVG picture.
std::string to_svg(RecogniseAnswer const& answer);
/// A self-contained page. commands: how to run it again
std::string to_html(RecogniseAnswer const& answer, std::vector<std::string> const& commands, std::string const& version);

} // namespace nk::study
