#include "nk/base/time.hpp"
#include "nk/body/conjugates.hpp"
#include "nk/body/host_equations.hpp"

#include <algorithm>
#include <cmath>

namespace nk::body {
double HostEquations::infected_cells(std::size_t index, double const* y) const {
    auto const& at = layout_.infections[index];
    auto out = 0.0;
    for (auto i = at.eclipse; i < at.virus; ++i) // eclipse, then infected
        out += std::max(0.0, y[i]);
    return out;
}

/// Infected cells that NK cells killed or hurt in the room of their organ.
void HostEquations::infection_killed(std::size_t index, Room const& room, std::size_t first, double const*, double* dydt,
                                     HostRates* rates) const {
    auto const& at = layout_.infections[index];
    auto const levels = biology::damage_levels(plan_.infections[index].course.law.hits_to_kill);
    auto killed = 0.0;
    for (std::size_t d = 0; d < levels; ++d) {
        auto const& met = room.targets[first + d];
        killed += met.killed;
        dydt[at.infected + d] -= met.killed;
        if (d + 1 < levels) {
            dydt[at.infected + d] -= met.hurt;
            dydt[at.infected + d + 1] += met.hurt;
        }
    }
    dydt[at.by_nk] += killed;
    if (rates != nullptr)
        rates->infections[index].nk = killed;
}

/// Virus, its target cells and interferon (model section 3.3: target cells, refractory cells, eclipse, infected cells in stages of
/// damage, virus, type I interferon), with a latent pool and cure without killing.
/// source  Baccam2006, Pawelek2012 (interferon), Dahari2007 (renewal), FatehiChenar2018 (cure by interferon-gamma), model 3.1.7 (damage)
void HostEquations::infection(std::size_t index, double day, double const* y, double* dydt, HostRates* rates) const {
    auto const& plan = plan_.infections[index];
    auto const& law = plan.course.law;
    auto const& at = layout_.infections[index];
    auto const& organ = layout_.organs[plan.organ];
    if (infection_cleared[index])
        return adaptive(at.adaptive, {0.0, 0.0, law.presentation_delay, 0.0}, day, y, dydt);
    auto const stages = eclipse_stages(plan);
    auto const levels = biology::damage_levels(law.hits_to_kill);
    auto const virus = std::max(0.0, y[at.virus]);
    auto const interferon = std::max(0.0, y[at.interferon]);
    auto const ifng = std::max(0.0, y[organ.ifng]);
    auto const ifng_effect = ifng / (ifng + plan_.contact.adaptation.mhc_half);
    auto const entering = law.entry * y[at.targets] * virus;
    auto const protecting = law.protection * interferon / (1.0 + interferon) * y[at.targets];
    auto infected = 0.0;
    for (std::size_t d = 0; d < levels; ++d)
        infected += y[at.infected + d];
    auto in_eclipse = 0.0;
    for (std::size_t s = 0; s < stages; ++s)
        in_eclipse += y[at.eclipse + s];
    auto const living = y[at.targets] + y[at.refractory] + in_eclipse + infected + y[at.latent];

    // bystanders: killed with the organ's own cells, and harmed by interferon-gamma and what comes with it
    auto const healthy = y[at.targets] + y[at.refractory];
    auto const bystanders = law.cytokine_damage * ifng_effect * healthy;
    auto const renewed = law.renewal * healthy * std::max(0.0, 1.0 - living / law.targets);
    auto const protection_lost = law.protection_loss * y[at.refractory];
    auto const harmed = healthy > 0.0 ? bystanders / healthy : 0.0;
    dydt[at.targets] += renewed - entering - protecting + protection_lost - harmed * y[at.targets];
    dydt[at.refractory] += protecting - protection_lost - harmed * y[at.refractory];
    dydt[organ.alive] -= bystanders / std::max(law.targets, plan_.organs[plan.organ].organ.law.cells);

    auto const cured = law.cure * ifng_effect;
    auto flow = entering * (1.0 - law.latent_share);
    auto const pace = law.eclipse * static_cast<double>(stages);
    for (std::size_t s = 0; s < stages; ++s) {
        auto const i = at.eclipse + s;
        dydt[i] += flow - (pace + cured) * y[i];
        flow = pace * y[i];
    }
    auto const waking = law.reactivation * y[at.latent];
    dydt[at.latent] += law.latent_share * entering - waking;
    dydt[at.infected] += flow + waking;
    auto const cd8 =
        infected > 0.0 ? cd8_kills(at.adaptive, infected, plan.hla * y[organ.hla], plan_.organs[plan.organ].organ.law.volume, y) : 0.0;
    auto const repair = plan_.contact.killing.repair_rate * minutes_per_day;
    for (std::size_t d = 0; d < levels; ++d) {
        auto const i = at.infected + d;
        auto const share = infected > 0.0 ? y[i] / infected : 0.0;
        dydt[i] -= (law.infected_death + cured) * y[i] + cd8 * share;
        if (d > 0) {
            dydt[i] -= repair * static_cast<double>(d) * y[i];
            dydt[i - 1] += repair * static_cast<double>(d) * y[i];
        }
    }
    dydt[at.targets] += cured * (in_eclipse + infected);
    dydt[at.by_cure] += cured * (in_eclipse + infected);
    dydt[at.by_cd8] += cd8;
    dydt[at.by_virus] += law.infected_death * infected;

    auto const blocked = level(plan.blocked, day, 1e-3, 1e-3);
    auto const neutralised = plan_.laws.adaptive.neutralisation * law.antibody_share * y[at.adaptive.antibody];
    dydt[at.virus] += law.production * infected * (1.0 - blocked) / (1.0 + interferon) - (law.clearance + neutralised) * y[at.virus] -
                      law.entry_loss * entering;
    dydt[at.interferon] += law.interferon * infected / law.targets - law.interferon_loss * y[at.interferon];
    auto const nk = dydt[at.by_nk]; // set by the meetings of the organ
    adaptive(at.adaptive, {nk + cd8 + law.infected_death * infected, law.antigenicity, law.presentation_delay, ifng_effect}, day, y, dydt);
    if (rates != nullptr) {
        rates->infections[index].cd8 = cd8;
        rates->infections[index].virus = law.infected_death * infected;
    }
}

double HostEquations::cd8_kills(AdaptiveAt const& at, double cells, double hla, double volume, double const* y) const {
    auto const& law = plan_.laws.adaptive;
    auto const opening = law.opening * litre_per_um3 * minutes_per_day; // [L/day]
    auto const killers = y[at.effector] + law.memory_kill * y[at.memory];
    if (opening <= 0.0 || killers <= 0.0)
        return 0.0;
    auto const contact = law.contact / minutes_per_day;
    auto const held = conjugates(killers, cells, volume / (opening * contact));
    auto const seen = hla / (hla + law.hla_half) * (1.0 + law.hla_half); // 1 at the HLA class I of a healthy cell
    return std::min(1.0, law.kill * seen) * plan_.lack.t_perforin * held / contact;
}

/// CD8 T cells in a chain of divisions, effectors and memory; CD4 help, plasma cells and antibody.
/// source  Wodarz2007 (division programme), model section 3.4; help and antibody in the simplest form that waits for both antigen and help
/// (Lee2009)
void HostEquations::adaptive(AdaptiveAt const& at, Antigen const& antigen, double, double const* y, double* dydt) const {
    auto const& law = plan_.laws.adaptive;
    auto const waiting = 1.0 / (1.0 + antigen.delay);
    auto const presented = waiting * y[at.waiting];
    dydt[at.waiting] += antigen.amount * antigen.deaths * (1.0 + law.nk_help * antigen.ifng) - presented;
    dydt[at.antigen] += presented - law.antigen_loss * y[at.antigen];
    auto const amount = std::max(0.0, y[at.antigen]);
    auto const seen = amount / (amount + law.antigen_half);
    auto flow = 2.0 * law.division_rate * seen * law.precursors; // the naive pool is refilled by the thymus
    for (std::size_t k = 0; k < layout_.divisions; ++k) {
        auto const i = at.chain + k;
        dydt[i] += flow - law.division_rate * y[i];
        flow = 2.0 * law.division_rate * y[i];
    }
    auto primed = 0.0;
    for (std::size_t j = 0; j < layout_.organs.size(); ++j)
        primed += nk_in(j, y) * y[layout_.organs[j].priming];
    auto const by_nk = law.nk_kills_t * (normal_nk_ > 0.0 ? primed / normal_nk_ : 0.0);
    auto const recalled = law.memory_speed * seen * y[at.memory]; // of two daughters one stays a memory cell
    auto const ended = law.effector_death * (1.0 - seen) * y[at.effector];
    auto const room = std::max(0.0, 1.0 - y[at.effector] / law.capacity);
    dydt[at.effector] += 0.5 * flow + recalled * room + law.expansion * seen * room * y[at.effector] - ended - by_nk * y[at.effector];
    dydt[at.memory] += law.memory_share * ended - law.memory_death * y[at.memory];
    dydt[at.help] += law.helper_rate * seen * (1.0 - y[at.help]) - law.helper_loss * y[at.help];
    dydt[at.plasma] += law.plasma_rate * seen * y[at.help] * (1.0 - y[at.plasma]) - law.plasma_loss * y[at.plasma];
    dydt[at.antibody] += law.antibody_rate * y[at.plasma] * (1.0 - y[at.antibody]) - law.antibody_loss * y[at.antibody];
}

} // namespace nk::body
