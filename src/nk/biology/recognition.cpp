#include "nk/biology/recognition.hpp"

#include <cmath>
#include <numbers>

namespace nk::biology {

double competent_share(Receptor const& receptor, Binding const& binding, bool proofreading) {
    if (!proofreading || receptor.proofreading_steps <= 0.0)
        return 1.0;
    auto const one_step = receptor.proofreading_rate / (receptor.proofreading_rate + binding.koff);
    return receptor.proofreading_steps == 1.0 ? one_step : std::pow(one_step, receptor.proofreading_steps);
}

Signals signals_of(Panel const& panel, Engagement const& engagement, RecognitionSwitches const& switches) {
    Signals s;
    for (std::size_t i = 0; i < panel.bindings.size(); ++i) {
        auto const bound = static_cast<double>(engagement.bound[i]);
        if (bound <= 0.0)
            continue;
        auto const& receptor = panel.receptors[panel.bindings[i].receptor];
        auto const signalling = bound * competent_share(receptor, panel.bindings[i], switches.proofreading);
        s.site_113 += receptor.sigma_113 * signalling;
        s.site_128 += receptor.sigma_128 * signalling;
        s.inhibitory += receptor.omega * signalling;
        (receptor.inhibitory ? s.inhibitory_complexes : s.activating_complexes) += signalling;
    }
    return s;
}

double and_gate(double site_113, double site_128) {
    auto const sum = site_113 + site_128;
    return sum > 0.0 ? site_113 * site_128 / sum : 0.0;
}

ChainTiming staged_contact(double const* stage_rate, int stages, double detach) {
    ChainTiming out{1.0, 0.0};
    for (int k = 0; k < stages; ++k) {
        auto const total = stage_rate[k] + detach;
        if (total <= 0.0)
            return {0.0, INFINITY};
        out.mean_time += out.p_hit / total;
        out.p_hit *= stage_rate[k] / total;
    }
    return out;
}

Recognition decide(RecognitionLaw const& law, ContactGeometry const& contact, Signals const& signals, NkSignalState const& nk,
                   RecognitionSwitches const& switches) {
    Recognition out;
    auto const basal = law.drive_rest + (law.drive_primed - law.drive_rest) * nk.priming;
    out.drive = and_gate(basal + signals.site_113, basal + signals.site_128);
    out.inhibition = signals.inhibitory;
    if (switches.shared_kinase) {
        auto const kinase = law.kinase_base + signals.activating_complexes;
        out.inhibition *= kinase / (kinase + law.kinase_half);
    }
    auto brake = law.brake + law.inhibition * out.inhibition;
    if (switches.local_inhibition) {
        auto const reach = std::numbers::pi * law.inhibition_radius * law.inhibition_radius;
        out.drive *= std::exp(-reach * signals.inhibitory_complexes / contact.area);
        brake = law.brake;
    }
    out.responsiveness = nk.education * (1.0 + law.priming_gain * nk.priming) * (1.0 - nk.exhaustion);
    auto const push = out.responsiveness * out.drive;
    out.vav = push / (push + brake);
    auto const v = std::pow(out.vav, law.steepness);
    out.decision = v / (v + std::pow(law.threshold, law.steepness));
    out.ifng = v / (v + std::pow(law.ifng_threshold, law.steepness));

    out.primed_speed = 1.0 + (law.stage_rate_primed_factor - 1.0) * nk.priming;
    auto const fastest = law.stage_rate * out.primed_speed * out.decision;
    out.stage_rate[0] = fastest * nk.stage_factor;
    out.stage_rate[1] = fastest * nk.stage_factor;
    out.stage_rate[2] = fastest * nk.content / (nk.content + law.content_half) * (1.0 + law.content_half);
    out.detach = law.detach_high * (1.0 - out.decision) + law.detach_low * out.decision;
    auto const timing = staged_contact(out.stage_rate, 3, out.detach);
    out.p_hit = timing.p_hit;
    out.contact_time = timing.mean_time;
    return out;
}

Recognition recognise(Panel const& panel, Laws const& laws, ReceptorCopies const& nk_receptors, NkSignalState const& nk,
                      LigandCopies const& ligands, RecognitionSwitches const& switches) {
    Engagement engagement;
    engage(panel, laws.contact, nk_receptors, ligands, engagement);
    return decide(laws.recognition, laws.contact, signals_of(panel, engagement, switches), nk, switches);
}

} // namespace nk::biology
