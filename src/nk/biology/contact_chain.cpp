#include "nk/biology/contact_chain.hpp"

#include "nk/numerics/absorbing_chain.hpp"

#include <algorithm>
#include <cmath>
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

/// Layout of the transient states of one hit level: stage (3 before the first hit, 1 after), damage, receptor units.
struct Level {
    int stages;
    int damages;
    int units;
    int index(int stage, int damage, int unit) const { return (stage * damages + damage) * units + unit; }
    int size() const { return stages * damages * units; }
};

enum Absorbed { by_detachment, by_granzyme, by_necrosis, by_receptor, to_next_level, kinds };

} // namespace

ContactOutcome solve_contact(Laws const& laws, Recognition const& recognition, Lytic nk, Resistance const& target, int initial_damage) {
    auto const needed = std::max(1, static_cast<int>(std::lround(target.hits_to_kill)));
    auto const units = std::max(1, static_cast<int>(std::lround(laws.killing.receptor_units)));
    NK_EXPECT(initial_damage >= 0 && initial_damage < needed);
    ContactOutcome out;
    Level level{3, needed, units};
    std::vector<double> entering(static_cast<std::size_t>(level.size()), 0.0);
    entering[static_cast<std::size_t>(level.index(first_stage(laws.recognition), initial_damage, 0))] = 1.0;

    for (int hits = 0;; ++hits) {
        Level const next{1, needed, units};
        auto const effect = hit_effect(laws.killing, nk, target);
        numerics::AbsorbingChain chain(level.size(), kinds - 1 + next.size());
        auto const next_state = [&](int damage, int unit) { return to_next_level + next.index(0, damage, unit); };
        for (int stage = 0; stage < level.stages; ++stage)
            for (int damage = 0; damage < needed; ++damage)
                for (int unit = 0; unit < units; ++unit) {
                    auto const here = level.index(stage, damage, unit);
                    auto const rates = contact_rates(laws, recognition, {hits > 0 ? 2 : stage, hits}, nk, target, false);
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
        auto const solved = chain.solve(entering);
        out.contact_time += solved.mean_time;
        auto const lethal_by_hit = solved.absorbed[by_granzyme] + solved.absorbed[by_necrosis];
        out.p_granzyme += solved.absorbed[by_granzyme];
        out.p_necrosis += solved.absorbed[by_necrosis];
        out.p_receptor += solved.absorbed[by_receptor];
        entering.assign(solved.absorbed.begin() + to_next_level, solved.absorbed.end());
        auto alive = 0.0;
        for (auto const p : entering)
            alive += p;
        if (hits == 0)
            out.p_hit = lethal_by_hit + alive;
        out.hits += lethal_by_hit + alive;

        // what still happens while the killer holds a dying target (before the hit is spent only if the receptor killed it)
        auto after = nk;
        spend(laws.killing, after, laws.killing.granules_per_hit);
        for (auto const& [probability, cell, any_hit] :
             {std::tuple{lethal_by_hit, after, 1}, std::tuple{solved.absorbed[by_receptor], nk, hits}}) {
            auto const rates = contact_rates(laws, recognition, {2, any_hit}, cell, target, true);
            auto const more = any_hit > 0 ? rates.advance : 0.0;
            if (probability > 0.0) {
                out.contact_time += probability / rates.detach;
                out.hits += probability * more / rates.detach;
            }
        }
        nk = after;
        level = next;
        if (alive < 1e-9 || hits > 200)
            break;
    }
    out.p_kill = out.p_granzyme + out.p_necrosis + out.p_receptor;
    return out;
}

} // namespace nk::biology
