#include "nk/biology/recognition.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nk::biology {

Signals signals_of(Panel const& panel, Engagement const& engagement, RecognitionSwitches const& switches) {
    Signals s;
    for (std::size_t i = 0; i < panel.signals.size(); ++i) {
        auto const bound = static_cast<double>(engagement.bound[i]);
        auto const& pair = panel.signals[i];
        auto const signalling = switches.proofreading ? bound * pair.competent : bound;
        s.site_113 += pair.sigma_113 * signalling;
        s.site_128 += pair.sigma_128 * signalling;
        s.inhibitory += pair.omega * signalling;
        (pair.inhibitory ? s.inhibitory_complexes : s.activating_complexes) += signalling;
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

namespace {

/// Powers of the half points: the same for all cells of a law.
struct HalfPoints {
    double decision;
    double ifng;

    explicit HalfPoints(RecognitionLaw const& law)
        : decision(std::pow(law.threshold, law.steepness)), ifng(std::pow(law.ifng_threshold, law.steepness)) {}
};

Recognition decide(RecognitionLaw const& law, HalfPoints const& half, ContactGeometry const& contact, Signals const& signals,
                   NkSignalState const& nk, RecognitionSwitches const& switches) {
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
    out.decision = v / (v + half.decision);
    out.ifng = v / (v + half.ifng);

    out.primed_speed = 1.0 + (law.stage_rate_primed_factor - 1.0) * nk.priming;
    auto const fastest = law.stage_rate * out.primed_speed * out.decision;
    out.stage_rate[0] = fastest * nk.stage_factor;
    out.stage_rate[1] = fastest * nk.stage_factor;
    out.degranulation = nk.degranulation;
    out.stage_rate[2] = fastest * nk.degranulation * nk.content / (nk.content + law.content_half) * (1.0 + law.content_half);
    out.detach = law.detach_high * (1.0 - out.decision) + law.detach_low * out.decision;
    auto const timing = staged_contact(out.stage_rate + first_stage(law), 3 - first_stage(law), out.detach);
    out.p_hit = timing.p_hit;
    out.contact_time = timing.mean_time;
    return out;
}

} // namespace

Recognition decide(RecognitionLaw const& law, ContactGeometry const& contact, Signals const& signals, NkSignalState const& nk,
                   RecognitionSwitches const& switches) {
    return decide(law, HalfPoints(law), contact, signals, nk, switches);
}

Recognition recognise(Panel const& panel, Laws const& laws, ReceptorCopies const& nk_receptors, NkSignalState const& nk,
                      LigandCopies const& ligands, RecognitionSwitches const& switches) {
    Engagement engagement;
    engage(panel, laws.contact, nk_receptors, ligands, engagement);
    return decide(laws.recognition, laws.contact, signals_of(panel, engagement, switches), nk, switches);
}

void recognise(Panel const& panel, Laws const& laws, std::span<ReceptorCopies const> nk_receptors, std::span<NkSignalState const> states,
               LigandCopies const& ligands, RecognitionSwitches const& switches, std::span<Recognition> out) {
    constexpr std::size_t at_a_time = 64; // the engagements stay in the nearest cache
    std::array<Engagement, at_a_time> engagements;
    HalfPoints const half(laws.recognition);
    for (std::size_t from = 0; from < nk_receptors.size(); from += at_a_time) {
        auto const n = std::min(at_a_time, nk_receptors.size() - from);
        engage(panel, laws.contact, nk_receptors.subspan(from, n), ligands, std::span(engagements).first(n));
        for (std::size_t i = 0; i < n; ++i)
            out[from + i] =
                decide(laws.recognition, half, laws.contact, signals_of(panel, engagements[i], switches), states[from + i], switches);
    }
}

} // namespace nk::biology
