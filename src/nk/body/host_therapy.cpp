#include "nk/body/host_equations.hpp"

#include <algorithm>
#include <cmath>

// What is done to a patient, and what infused NK cells do there (model section 3.9). They kill through the same meetings as all others.

namespace nk::body {
namespace {

/// Course of a dose that is taken up and lost; 1 at its peak.
double after_dose(double time, double rise, double decay) {
    if (time <= 0.0)
        return 0.0;
    if (std::abs(rise - decay) < 1e-6 * decay)
        return time / decay * std::exp(1.0 - time / decay);
    auto const peak = std::log(decay / rise) * rise * decay / (decay - rise);
    auto const course = [&](double t) { return std::exp(-t / decay) - std::exp(-t / rise); };
    return course(time) / course(peak);
}

double saturating(double signal, double half) {
    return signal * signal / (signal * signal + half * half);
}

} // namespace

double HostEquations::given_il15(double day) const {
    if (!plan_.therapy)
        return 0.0;
    auto const& therapy = *plan_.therapy;
    auto tregs = 1.0;
    for (auto const& span : therapy.tregs_removed)
        if (day >= span.from && day < span.until)
            tregs = std::min(tregs, 1.0 - span.strength);
    auto out = 0.0;
    for (auto const& dose : therapy.support)
        out += dose.amount * dose.law.signal * after_dose(day - dose.at, dose.law.rise, dose.law.decay) *
               (dose.feeds_tregs ? 1.0 - therapy.laws.host.treg_brake * tregs : 1.0);
    return out;
}

double HostEquations::drugs(double day) const {
    return plan_.therapy ? level(plan_.therapy->drugs, day, 0.1, plan_.therapy->drug_decay) : 0.0;
}

HostEquations::Depletion HostEquations::depletion(double day) const {
    Depletion out{0.0, 0.0, 0.0};
    if (plan_.therapy)
        for (auto const& course : plan_.therapy->conditioning)
            if (day >= course.from && day < course.from + course.law.duration) {
                out.lymphocytes += course.law.lymphocyte_kill / course.law.duration;
                out.nk += course.law.nk_kill / course.law.duration;
                out.tumour += course.law.tumour_kill / course.law.duration;
            }
    return out;
}

double HostEquations::spared(double day) const {
    auto kill = 0.0;
    if (plan_.therapy)
        for (auto const& course : plan_.therapy->conditioning)
            kill += course.law.lymphocyte_kill * std::clamp((day - course.from) / course.law.duration, 0.0, 1.0);
    return std::exp(-kill);
}

double HostEquations::margination(double day) const {
    if (!plan_.therapy)
        return 1.0;
    auto const given = given_il15(day);
    auto const& law = plan_.therapy->laws.host;
    return 1.0 + law.margination * given / (given + law.margination_half);
}

double HostEquations::graft_in(std::size_t graft, std::size_t organ, double const* y) const {
    auto const& at = layout_.grafts[graft];
    auto out = 0.0;
    for (std::size_t q = 0; q < at.populations.size(); ++q)
        out += std::max(0.0, y[at.nk + organ * at.populations.size() + q]);
    return out;
}

double HostEquations::graft_everywhere(std::size_t graft, double const* y) const {
    auto const& at = layout_.grafts[graft];
    auto out = 0.0;
    for (auto i = at.nk; i < at.priming; ++i) // in organs, then inside tumours
        out += std::max(0.0, y[i]);
    return out;
}

void HostEquations::therapy(double day, double const* y, double* dydt) const {
    auto const& law = plan_.therapy->laws.host;
    auto const kill = depletion(day);
    auto const lymphocytes = std::max(0.0, y[layout_.lymphocytes]);
    dydt[layout_.lymphocytes] += law.regrowth * lymphocytes * (1.0 - lymphocytes) - kill.lymphocytes * lymphocytes;
    dydt[layout_.il6] -= law.il6_decay * y[layout_.il6];
    for (auto const& dose : plan_.therapy->support)
        dydt[layout_.il6] += dose.amount * dose.law.il6 * after_dose(day - dose.at, dose.law.rise, dose.law.decay);
    if (kill.nk > 0.0) {
        auto const lose = [&](std::size_t i) {
            dydt[i] -= kill.nk * y[i];
            dydt[layout_.lost] += kill.nk * y[i];
        };
        for (auto const& organ : layout_.organs)
            for (std::size_t q = 0; q < layout_.populations.size(); ++q)
                lose(organ.nk + q);
        for (std::size_t i = 0; i < layout_.populations.size() * layout_.transit_stages; ++i)
            lose(layout_.transit + i);
    }
    if (kill.lymphocytes > 0.0) { // T cells that wait for an infection to begin: Host::begin_infection
        auto const lose = [&](AdaptiveAt const& at) {
            for (auto i = at.chain; i <= at.memory; ++i)
                dydt[i] -= kill.lymphocytes * y[i];
        };
        for (std::size_t i = 0; i < layout_.infections.size(); ++i)
            if (infection_runs[i])
                lose(layout_.infections[i].adaptive);
        for (std::size_t t = 0; t < layout_.tumours.size(); ++t)
            if (tumour_runs[t])
                lose(layout_.tumours[t].adaptive);
    }
    for (std::size_t g = 0; g < layout_.grafts.size(); ++g)
        if (graft_runs[g]) {
            graft(g, day, y, dydt);
            graft_traffic(g, day, y, dydt);
        }
}

/// Division, death and rejection of infused cells; their priming and granules.
void HostEquations::graft(std::size_t index, double day, double const* y, double* dydt) const {
    auto const& plan = plan_.therapy->grafts[index];
    auto const& law = plan_.therapy->laws.graft;
    auto const& at = layout_.grafts[index];
    auto const signal = plan.sensitivity * (il15(day, y) + plan.armour);
    auto const all = graft_everywhere(index, y);
    auto const divided = std::log2(1.0 + y[at.born] / std::max(1.0, y[at.given]));
    auto const young = plan.young * std::max(0.0, 1.0 - divided / law.lifetime_divisions);
    auto const division =
        plan.irradiated ? 0.0 : law.division * saturating(signal, law.division_half) * std::max(0.0, 1.0 - all / law.capacity) * young;
    auto const death =
        plan.irradiated
            ? law.irradiated_death
            : plan.survival * (law.death_with + (law.death_without - law.death_with) * (1.0 - saturating(signal, law.death_half)));
    auto const primed = 1.0 - std::exp(-std::max(0.0, day - plan.infusions.front().at) / law.rejection_delay);
    auto const rejection = law.rejection * plan.mismatch * std::max(0.0, y[layout_.lymphocytes]) * primed;
    auto const drugged = depletion(day).nk;
    for (auto i = at.nk; i < at.priming; ++i) {
        dydt[i] += (division - death - rejection - drugged) * y[i];
        dydt[at.born] += division * y[i];
        dydt[at.lost] += (death + rejection + drugged) * y[i];
        dydt[at.rejected] += rejection * y[i];
    }
    dydt[at.priming] += (signal / (signal + law.priming_half) - y[at.priming]) * 24.0 / plan_.contact.adaptation.priming_time;
    dydt[at.content] += (1.0 - y[at.content]) * 24.0 / plan_.contact.killing.refill_time;
}

/// Infused cells move as the host's own of their stage do, changed by their homing.
void HostEquations::graft_traffic(std::size_t index, double day, double const* y, double* dydt) const {
    auto const& plan = plan_.therapy->grafts[index];
    auto const& at = layout_.grafts[index];
    auto const here = [&](std::size_t organ, std::size_t q) { return at.nk + organ * at.populations.size() + q; };
    auto const more = margination(day) * plan.motile;
    for (std::size_t j = 0; j < plan_.organs.size(); ++j) {
        if (j == plan_.blood)
            continue;
        auto const& homing = plan_.therapy->homing[j];
        auto const drawn = 1.0 + plan_.laws.traffic.recruitment * y[layout_.organs[j].inflamed];
        for (std::size_t q = 0; q < at.populations.size(); ++q) {
            auto const in = entry_[j][host_population_of_[index][q]] * homing.entry * more * drawn * y[here(plan_.blood, q)];
            auto const out = y[here(j, q)] / (plan_.organs[j].organ.law.residence * homing.residence);
            dydt[here(j, q)] += in - out;
            dydt[here(plan_.blood, q)] -= in;
            dydt[here(plan_.organs[j].drains, q)] += out;
        }
    }
    for (std::size_t t = 0; t < plan_.tumours.size(); ++t)
        for (std::size_t q = 0; q < at.populations.size(); ++q) {
            auto const i = at.inside + t * at.populations.size() + q;
            auto const out = y[i] / plan_.therapy->laws.graft.tumour_residence;
            dydt[i] -= out;
            dydt[here(plan_.tumours[t].organ, q)] += out;
        }
}

} // namespace nk::body
