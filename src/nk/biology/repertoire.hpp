#pragma once
#include "nk/base/random.hpp"
#include "nk/biology/genotype.hpp"
#include "nk/biology/laws.hpp"
#include "nk/biology/panel.hpp"
#include "nk/biology/recognition.hpp"

#include <map>
#include <optional>

namespace nk::biology {

/// How NK cells come to their KIRs.
enum class Acquisition { independent, beta_binomial, sequential };
Acquisition acquisition_from(std::string const& text);

/// Numbers of the repertoire (table [repertoire]).
struct RepertoireLaw {
    double bright_fraction;
    double bright_fraction_sd;
    double cd57_of_dim;
    double cd57_sd;
    double kir_alpha_beta_total;
    double kir_alpha_beta_total_sd;
    double nkg2a_kir_odds;
    double kir2dl2_suppression_of_2dl1;
    double nkg2c_cmv_negative;
    double nkg2c_cmv_positive;
    double nkg2c_donor_sd;
    double copies_donor_sd;
    double sequential_self_signal;
    double adaptive_nkg2a_odds;
    double adaptive_cd57;
    double v_allele_copies_factor;
    double potency_donor_sd;
    static constexpr auto fields() {
        return std::tuple{
            Field{"bright_fraction", &RepertoireLaw::bright_fraction, "1", fraction, "CD56bright among blood NK cells"},
            Field{"bright_fraction_sd", &RepertoireLaw::bright_fraction_sd, "1", not_negative, "sd of logit of that share between donors"},
            Field{"cd57_of_dim", &RepertoireLaw::cd57_of_dim, "1", fraction, "CD57+ among CD56dim cells"},
            Field{"cd57_sd", &RepertoireLaw::cd57_sd, "1", not_negative, "sd of logit of that share between donors"},
            Field{"kir_alpha_beta_total", &RepertoireLaw::kir_alpha_beta_total, "1", Range{0.1, 1e6},
                  "a + b of the beta-binomial number of KIRs; small = strong co-expression"},
            Field{"kir_alpha_beta_total_sd", &RepertoireLaw::kir_alpha_beta_total_sd, "1", not_negative, "sd of its ln between donors"},
            Field{"nkg2a_kir_odds", &RepertoireLaw::nkg2a_kir_odds, "1", Range{0.01, 100},
                  "odds of NKG2A in KIR-negative relative to KIR-positive cells"},
            Field{"kir2dl2_suppression_of_2dl1", &RepertoireLaw::kir2dl2_suppression_of_2dl1, "1", Range{0, 2},
                  "share of KIR2DL1 cells in carriers of KIR2DL2, relative"},
            Field{"nkg2c_cmv_negative", &RepertoireLaw::nkg2c_cmv_negative, "1", fraction, "NKG2C+ cells without CMV (median)"},
            Field{"nkg2c_cmv_positive", &RepertoireLaw::nkg2c_cmv_positive, "1", fraction, "NKG2C+ cells with CMV (median)"},
            Field{"nkg2c_donor_sd", &RepertoireLaw::nkg2c_donor_sd, "1", not_negative, "sd of logit of that share between donors"},
            Field{"copies_donor_sd", &RepertoireLaw::copies_donor_sd, "1", not_negative, "sd of ln copies between donors"},
            Field{"sequential_self_signal", &RepertoireLaw::sequential_self_signal, "1", not_negative,
                  "inhibitory signal at which sequential acquisition stops"},
            Field{"adaptive_nkg2a_odds", &RepertoireLaw::adaptive_nkg2a_odds, "1", Range{0, 100},
                  "odds of NKG2A in adaptive cells, relative to other CD56dim cells"},
            Field{"adaptive_cd57", &RepertoireLaw::adaptive_cd57, "1", fraction, "CD57+ among adaptive cells"},
            Field{"v_allele_copies_factor", &RepertoireLaw::v_allele_copies_factor, "1", Range{0.1, 10},
                  "CD16 copies of V158 carriers relative to F158 homozygotes"},
            Field{"potency_donor_sd", &RepertoireLaw::potency_donor_sd, "1", not_negative, "sd of ln responsiveness between donors"}};
    }
};

/// Shares of one donor; a random donor deviates from the mean one.
struct DonorTraits {
    std::vector<double> frequency_dim;    ///< by receptor index
    std::vector<double> frequency_bright; ///< by receptor index
    std::vector<double> frequency_primed; ///< by receptor index
    std::vector<double> copies_factor;    ///< by receptor index
    double bright = 0.0;
    double cd57 = 0.0;
    double kir_concentration = 10.0;
    double nkg2c = 0.0;
    double potency = 1.0; ///< factor on responsiveness
};

/// Traits of a donor with this genotype: the mean person, or with `rng` a random one.
DonorTraits donor_traits(Panel const& panel, RepertoireLaw const& law, Genotype const& genotype,
                         std::map<std::string, double> const& frequency, Random* rng);

/// One NK cell as it left the marrow: what it carries for life.
struct NkPhenotype {
    ReceptorCopies copies{}; ///< resting copies; 0 = negative
    float attach_factor = 1; ///< heritable factor of contact opening, log-normal with mean 1
    float education = 1;     ///< responsiveness rho
    bool bright = false;
    bool cd57 = false;
    bool adaptive = false; ///< NKG2C+CD57+ after CMV
    template <class State> void visit_state(State& state) { state(copies, attach_factor, education, bright, cd57, adaptive); }
};

/// Draws NK cells of one donor.
class Repertoire {
  public:
    /// self  ligands of the donor's own healthy cells, which select (switch) and educate
    Repertoire(Panel panel, Laws const& laws, RepertoireLaw const& law, DonorTraits donor, LigandCopies const& self,
               RecognitionSwitches const& switches, Acquisition acquisition, double selection_strength, bool education, double priming);

    /// Cell number `index` of the donor with seed `seed`: the same whatever else is drawn.
    NkPhenotype cell(std::uint64_t seed, std::uint64_t index) const;
    /// Education and its drive and brake for a phenotype against the donor's self.
    double educate(ReceptorCopies const& resting) const;
    double frequency_dim(int receptor) const { return donor_.frequency_dim[static_cast<std::size_t>(receptor)]; }
    LigandCopies const& self() const { return self_; }

  private:
    void acquire_kirs(Random& rng, NkPhenotype& cell) const;
    double kir_signal(int receptor) const;
    Panel panel_;
    Laws laws_;
    RepertoireLaw law_;
    DonorTraits donor_;
    LigandCopies self_;
    RecognitionSwitches switches_;
    Acquisition acquisition_;
    double selection_;
    bool education_;
    double priming_;
    std::vector<int> kirs_;
    std::vector<double> kir_share_; ///< after selection
    double kir_mean_ = 0.0;
    double nkg2a_without_kir_ = 0.0;
    double nkg2a_with_kir_ = 0.0;
    int nkg2a_ = -1;
    int nkg2c_ = -1;
};

} // namespace nk::biology
