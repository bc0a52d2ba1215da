#pragma once
#include "nk/biology/contact_chain.hpp"

#include <vector>

namespace nk::body {

/// One NK cell of a sample, ready to meet targets.
struct MixedKiller {
    biology::ReceptorCopies receptors; ///< as they are in the assay, drugs included [molecule/cell]
    biology::NkSignalState state;
    biology::Lytic lytic;
    double opening_rate; ///< rate at which it opens a contact with one touching target [1/min]
};

/// One target cell of a sample.
struct MixedTarget {
    biology::LigandCopies ligands; ///< drugs and coats included [molecule/cell]
    biology::Resistance resistance;
};

/// A well without positions: every NK cell touches the same mean number of targets. The limit of the agents for thorough
/// mixing; used for calibration, where thousands of wells are needed.
struct MixedWell {
    std::vector<MixedKiller> killers; ///< equally weighted sample
    std::vector<MixedTarget> targets; ///< equally weighted sample
    double nk_per_target = 1.0;       ///< NK cells in the well for each target
    double touching = 1.0;            ///< targets that an NK cell touches on average
    double minutes = 240.0;
    bool bursts = true; ///< a kill makes the next contact open sooner (search.attach_burst_gain)
};

/// What the mixed well predicts; names as the read-outs of a well of agents.
struct MixedOutcome {
    double lysis = 0.0;  ///< share of targets whose membrane has failed
    double cd107a = 0.0; ///< share of NK cells with at least one hit
    double kills_per_nk = 0.0;
    double non_killers = 0.0;       ///< share of NK cells without a kill
    double top_quartile = 0.0;      ///< share of kills done by the best quarter
    double top_decile = 0.0;        ///< share of kills done by the best tenth
    std::vector<double> kill_share; ///< share of NK cells with 0, 1, 2, ... kills
    double hit_probability = 0.0;   ///< per contact
    double contact_minutes = 0.0;
};

/// Rates from the absorbing contact chain, then kills that are independent but for the bursts of each killer: a target survives with
/// exp(-Lambda t), an NK cell is busy for its contact times. Delays from contact to membrane failure enter by their means.
MixedOutcome solve(MixedWell const& well, biology::Panel const& panel, biology::Laws const& laws,
                   biology::RecognitionSwitches const& switches);

} // namespace nk::body
