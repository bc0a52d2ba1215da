#pragma once
#include "nk/biology/engagement.hpp"
#include "nk/biology/laws.hpp"

namespace nk::biology {

/// Alternative forms of the recognition law; with all at their defaults the others change nothing.
struct RecognitionSwitches {
    bool proofreading = true;
    bool shared_kinase = false;
    bool local_inhibition = false;
};

/// Stage at which a contact begins: 0 = adhesion, and later ones in a law with fewer stages.
inline int first_stage(RecognitionLaw const& law) {
    return 3 - static_cast<int>(law.stages + 0.5);
}

/// What the recognition law needs to know of an NK cell.
struct NkSignalState {
    double education = 1.0;     ///< responsiveness rho [1]
    double priming = 0.0;       ///< c [1], 0 resting .. 1 fully primed
    double exhaustion = 0.0;    ///< x [1], 0 .. < 1
    double content = 1.0;       ///< G: granules and their content, fraction of full [1]
    double stage_factor = 1.0;  ///< speed-up of the first stages after a kill [1]
    double degranulation = 1.0; ///< factor of the rate of the last stage, from where the cell is [1]
};

/// The decision of one NK cell about one target.
struct Recognition {
    double drive = 0.0;               ///< E [1]
    double inhibition = 0.0;          ///< I [1]
    double vav = 0.0;                 ///< V, phosphorylated Vav1 [1], in [0, 1)
    double responsiveness = 0.0;      ///< rho_eff [1]
    double decision = 0.0;            ///< H(V) [1]
    double stage_rate[3] = {0, 0, 0}; ///< adhesion, polarisation, degranulation [1/min]
    double primed_speed = 1.0;        ///< speed-up of all stages by priming [1]
    double degranulation = 1.0;       ///< factor of the rate of the last stage [1]
    double detach = 0.0;              ///< [1/min]
    double p_hit = 0.0;               ///< probability of at least one hit before detachment [1]
    double contact_time = 0.0;        ///< mean time to the first hit or detachment [min]
    double ifng = 0.0;                ///< interferon-gamma secretion, fraction of the greatest rate [1]
    template <class State> void visit_state(State& state) {
        state(drive, inhibition, vav, responsiveness, decision, stage_rate, primed_speed, degranulation, detach, p_hit, contact_time, ifng);
    }
};

/// Signals at the nodes, from bound pairs.
struct Signals {
    double site_113 = 0.0;
    double site_128 = 0.0;
    double inhibitory = 0.0;
    double inhibitory_complexes = 0.0;
    double activating_complexes = 0.0;
};

/// Sums the bound pairs of `engagement` into signals.
Signals signals_of(Panel const& panel, Engagement const& engagement, RecognitionSwitches const& switches);

/// Harmonic AND gate of the two SLP-76 sites: limited by the weaker, unbounded when both are strong.
double and_gate(double site_113, double site_128);

/// From signals to the decision and its timing.
Recognition decide(RecognitionLaw const& law, ContactGeometry const& contact, Signals const& signals, NkSignalState const& nk,
                   RecognitionSwitches const& switches);

/// The one recognition law: contact, well, tissue and body all call this.
///
/// nk_receptors, ligands  copies per cell [molecule/cell]
/// returns    drive E, inhibition I, V, stage hazards, P(hit), mean contact time
/// source     model section 3.1.2 to 3.1.5; Mesecke 2011 (Vav1), Bryceson 2006 and Kim & Long 2012 (AND gate)
Recognition recognise(Panel const& panel, Laws const& laws, ReceptorCopies const& nk_receptors, NkSignalState const& nk,
                      LigandCopies const& ligands, RecognitionSwitches const& switches);

/// The same for many cells against one target, at a fraction of the time; the bits are those of single calls.
/// `states` and `out` are as long as `nk_receptors`.
void recognise(Panel const& panel, Laws const& laws, std::span<ReceptorCopies const> nk_receptors, std::span<NkSignalState const> states,
               LigandCopies const& ligands, RecognitionSwitches const& switches, std::span<Recognition> out);

/// Probability that m exponential stages all end before detachment, and the mean time until the chain stops.
struct ChainTiming {
    double p_hit;
    double mean_time;
};
ChainTiming staged_contact(double const* stage_rate, int stages, double detach);

} // namespace nk::biology
