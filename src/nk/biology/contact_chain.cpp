#include "nk/biology/contact_chain.hpp"

#include "nk/numerics/absorbing_chain.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace nk::biology {

ContactRates contact_rates(Laws const& laws, Recognition const& recognition, ContactPhase const& phase, Lytic const& nk,
                           Resistance const& target, bool dying) {
    ContactRates out;
    auto const& law = laws.recognition;
    if (phase.hits > 0 || phase.stage == 2) {
        auto const filling = lytic_filling(laws.killing, nk);
        auto const fastest = recognition.decision * law.stage_rate * recognition.primed_speed * recognition.degranulation;
        out.advance = can_hit(laws.killing, nk) ? fastest * filling / (filling + law.content_half) * (1.0 + law.content_half) : 0.0;
    } else {
        out.advance = recognition.stage_rate[phase.stage];
    }
    out.detach = phase.hits > 0 ? law.detach_after_hit : recognition.detach;
    if (dying)
        out.detach += (1.0 - target.caspase_inhibitor) / laws.killing.release_time;
    if (nk.death_ligands && !dying)
        out.receptor_unit = laws.killing.receptor_rate * nk.fasl * target.fas * recognition.decision;
    return out;
}

namespace {

constexpr double least_alive = 1e-9; ///< chance of a further hit below which a contact is not followed
constexpr int most_hits = 200;

/// Layout of the transient states of one hit level: stage (3 before the first hit, 1 after), damage, receptor units.
struct Level {
    int stages;
    int damages;
    int units;
    int index(int stage, int damage, int unit) const { return (stage * damages + damage) * units + unit; }
    int size() const { return stages * damages * units; }
};

/// One contact on its way through the chain.
struct OpenContact {
    std::vector<double> entering; ///< chance of each state in which a hit level begins
    ContactOutcome outcome;
    double alive = 1.0; ///< chance that the next level is reached
};

enum Absorbed { by_detachment, by_granzyme, by_necrosis, by_receptor, to_next_level, kinds };

/// Follows contacts that begin at these damages, hit level by hit level.
void follow(Laws const& laws, Recognition const& recognition, Lytic nk, Resistance const& target, std::span<int const> damages,
            std::span<ContactOutcome> outcomes) {
    auto const needed = static_cast<int>(damage_levels(target.hits_to_kill));
    auto const units = std::max(1, static_cast<int>(std::lround(laws.killing.receptor_units)));
    Level level{3, needed, units};
    std::vector<OpenContact> contacts(damages.size());
    for (std::size_t c = 0; c < contacts.size(); ++c) {
        NK_EXPECT(damages[c] >= 0 && damages[c] < needed);
        contacts[c].entering.assign(static_cast<std::size_t>(level.size()), 0.0);
        contacts[c].entering[static_cast<std::size_t>(level.index(first_stage(laws.recognition), damages[c], 0))] = 1.0;
    }
    Level const next{1, needed, units};
    numerics::AbsorbingChain chain(level.size(), kinds);
    auto going_on = true;
    for (int hits = 0; going_on; ++hits) {
        auto const effect = hit_effect(laws.killing, nk, target);
        chain.restart(level.size(), kinds - 1 + next.size());
        auto const next_state = [&](int damage, int unit) { return to_next_level + next.index(0, damage, unit); };
        for (int stage = 0; stage < level.stages; ++stage) {
            auto const rates = contact_rates(laws, recognition, {hits > 0 ? 2 : stage, hits}, nk, target, false);
            for (int damage = 0; damage < needed; ++damage)
                for (int unit = 0; unit < units; ++unit) {
                    auto const here = level.index(stage, damage, unit);
                    chain.absorb(here, by_detachment, rates.detach);
                    if (damage > 0)
                        chain.move(here, level.index(stage, damage - 1, unit), laws.killing.repair_rate * damage);
                    if (unit > 0)
                        chain.move(here, level.index(stage, damage, unit - 1), laws.killing.receptor_decay * unit);
                    if (unit + 1 < units)
                        chain.move(here, level.index(stage, damage, unit + 1), rates.receptor_unit);
                    else
                        chain.absorb(here, by_receptor, rates.receptor_unit);
                    if (hits == 0 && stage < 2) {
                        chain.move(here, level.index(stage + 1, damage, unit), rates.advance);
                        continue;
                    }
                    chain.absorb(here, by_necrosis, rates.advance * effect.necrosis);
                    if (damage + 1 < needed)
                        chain.absorb(here, next_state(damage + 1, unit), rates.advance * effect.damage);
                    else
                        chain.absorb(here, by_granzyme, rates.advance * effect.damage);
                    chain.absorb(here, next_state(damage, unit), rates.advance * (1.0 - effect.necrosis - effect.damage));
                }
        }

        // what still happens while the killer holds a dying target (before the hit is spent only if the receptor killed it)
        auto after = nk;
        spend(laws.killing, after, laws.killing.granules_per_hit);
        auto const after_hit = contact_rates(laws, recognition, {2, 1}, after, target, true);
        auto const after_receptor = contact_rates(laws, recognition, {2, hits}, nk, target, true);
        going_on = false;
        for (auto& contact : contacts) {
            if (contact.alive < least_alive)
                continue;
            auto& out = contact.outcome;
            auto const& solved = chain.solve(contact.entering);
            auto const lethal_by_hit = solved.absorbed[by_granzyme] + solved.absorbed[by_necrosis];
            auto const by_receptors = solved.absorbed[by_receptor];
            out.p_granzyme += solved.absorbed[by_granzyme];
            out.p_necrosis += solved.absorbed[by_necrosis];
            out.p_receptor += by_receptors;
            contact.entering.assign(solved.absorbed.begin() + to_next_level, solved.absorbed.end());
            contact.alive = 0.0;
            for (auto const p : contact.entering)
                contact.alive += p;
            if (hits == 0)
                out.p_hit = lethal_by_hit + contact.alive;
            out.hits += lethal_by_hit + contact.alive;
            out.contact_time += solved.mean_time;
            if (lethal_by_hit > 0.0) {
                out.contact_time += lethal_by_hit / after_hit.detach;
                out.hits += lethal_by_hit * after_hit.advance / after_hit.detach;
            }
            if (by_receptors > 0.0) {
                out.contact_time += by_receptors / after_receptor.detach;
                out.hits += hits > 0 ? by_receptors * after_receptor.advance / after_receptor.detach : 0.0;
            }
            going_on |= contact.alive >= least_alive && hits < most_hits;
        }
        nk = after;
        level = next;
    }
    for (std::size_t c = 0; c < contacts.size(); ++c) {
        outcomes[c] = contacts[c].outcome;
        outcomes[c].p_kill = outcomes[c].p_granzyme + outcomes[c].p_necrosis + outcomes[c].p_receptor;
    }
}

} // namespace

ContactOutcome solve_contact(Laws const& laws, Recognition const& recognition, Lytic nk, Resistance const& target, int initial_damage) {
    ContactOutcome out;
    follow(laws, recognition, nk, target, std::span(&initial_damage, 1), std::span(&out, 1));
    return out;
}

std::vector<ContactOutcome> solve_contacts(Laws const& laws, Recognition const& recognition, Lytic nk, Resistance const& target) {
    std::vector<int> damages(damage_levels(target.hits_to_kill));
    std::iota(damages.begin(), damages.end(), 0);
    std::vector<ContactOutcome> out(damages.size());
    follow(laws, recognition, nk, target, damages, out);
    return out;
}

} // namespace nk::biology
