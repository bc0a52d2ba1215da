#pragma once
#include "nk/base/random.hpp"
#include "nk/biology/recognition.hpp"

#include <cmath>
#include <string>
#include <vector>

/// Panels, cells and laws written by hand or drawn at random, so that the tests of laws do not depend on data/.
namespace nk::test {

using biology::ContactGeometry;
using biology::Laws;
using biology::LigandCopies;
using biology::Panel;
using biology::Receptor;
using biology::ReceptorCopies;
using biology::RecognitionLaw;

inline constexpr ContactGeometry contact{40.0, 300.0, 700.0, 0.01, 1.0};

/// The starting set of the recognition law.
inline RecognitionLaw recognition_law() {
    RecognitionLaw law{};
    law.brake = 0.6;
    law.inhibition = 0.005;
    law.drive_rest = 0.07;
    law.drive_primed = 0.16;
    law.priming_gain = 0.9;
    law.steepness = 2.4;
    law.threshold = 0.32;
    law.stages = 3;
    law.stage_rate = 0.12;
    law.stage_rate_primed_factor = 1.0;
    law.detach_high = 0.08;
    law.detach_low = 0.008;
    law.detach_after_hit = 1.0 / 45.0;
    law.content_half = 0.2;
    law.kinase_base = 1.0;
    law.kinase_half = 50.0;
    law.inhibition_radius = 0.1;
    law.ifng_threshold = 0.5;
    return law;
}

inline Laws laws() {
    Laws out{};
    out.contact = contact;
    out.recognition = recognition_law();
    out.education = {70.0, 1.5, 1.0 / 80.0, 24.0};
    out.killing.granules = 200.0;
    out.killing.granules_per_hit = 10.0;
    out.killing.content_spent = 0.16;
    out.killing.refill_time = 24.0;
    out.killing.potency = 1.0;
    out.killing.release_time = 3.0;
    out.killing.receptor_units = 1.0;
    out.killing.fasl_rise = 0.01;
    out.killing.fasl_decay = 0.002;
    out.killing.fasl_rest = 0.1;
    return out;
}

inline Receptor receptor(std::string name, bool inhibitory, double sigma_113, double sigma_128, double omega) {
    Receptor out{};
    out.title = name;
    out.name = std::move(name);
    out.inhibitory = inhibitory;
    out.sigma_113 = sigma_113;
    out.sigma_128 = sigma_128;
    out.omega = omega;
    out.proofreading_rate = 3.0;
    out.proofreading_steps = 1.0;
    return out;
}

/// A panel with a cell and a target.
struct Encounter {
    Panel panel;
    ReceptorCopies nk{};
    LigandCopies target{};
};

inline double log_uniform(Random& rng, double low, double high) {
    return low * std::pow(high / low, rng.uniform());
}

/// A random bipartite panel: `receptors` x `ligands`, each pair bound with probability `density`; dissociation constants over
/// six decades (0.001 to 1000 uM), copies over four, a tenth of them absent.
///
/// mixed  receptors of both signs; otherwise all activate or all inhibit as `inhibitory` says
inline Encounter random_encounter(std::uint64_t seed, int receptors, int ligands, double density, bool mixed, bool inhibitory) {
    Random rng(seed, 0, Purpose::test);
    Encounter out;
    for (int r = 0; r < receptors; ++r) {
        auto const brakes = mixed ? rng.uniform() < 0.5 : inhibitory;
        auto const name = "R" + std::to_string(r);
        out.panel.receptors.push_back(brakes ? receptor(name, true, 0.0, 0.0, log_uniform(rng, 0.01, 1.0))
                                             : receptor(name, false, log_uniform(rng, 1e-4, 0.03), log_uniform(rng, 1e-4, 0.03), 0.0));
        out.nk[static_cast<std::size_t>(r)] = rng.uniform() < 0.1 ? 0.0F : static_cast<float>(log_uniform(rng, 10.0, 1e5));
    }
    for (int l = 0; l < ligands; ++l) {
        out.panel.add_ligand("L" + std::to_string(l));
        out.target[static_cast<std::size_t>(l)] = rng.uniform() < 0.1 ? 0.0F : static_cast<float>(log_uniform(rng, 10.0, 1e5));
    }
    for (int r = 0; r < receptors; ++r)
        for (int l = 0; l < ligands; ++l)
            if (rng.uniform() < density)
                out.panel.set_binding(
                    {r, l, log_uniform(rng, 0.001, 1000.0) * 602.214, log_uniform(rng, 1e-3, 10.0), 0.2 + 0.8 * rng.uniform()});
    return out;
}

} // namespace nk::test
