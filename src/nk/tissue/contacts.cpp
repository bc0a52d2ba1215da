#include "nk/tissue/contacts.hpp"
#include "nk/base/time.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace nk::tissue {
char const* to_text(Happening what) {
    static constexpr char const* words[] = {
        "contact opened",  "contact detached", "contact released", "contact torn", "hit",  "sublethal damage", "committed to die", "died",
        "membrane failed", "NK cell died",     "divided",          "arrived",      "left", "infected",         "cleared"};
    return words[static_cast<int>(what)];
}

double touching_share(double gap_before, double gap_now, double reach) {
    auto const in_before = gap_before <= reach;
    auto const in_now = gap_now <= reach;
    if (in_before && in_now)
        return 1.0;
    if (!in_before && !in_now)
        return 0.0;
    auto const crossing = (reach - gap_before) / (gap_now - gap_before);
    return in_now ? 1.0 - crossing : crossing;
}

double Contacts::opening_rate(NkState const& cell, double priming, double now) const {
    auto const& search = laws_.search;
    return search.attach_rate * cell.born.attach_factor * (1.0 + (search.attach_primed_factor - 1.0) * priming) *
           (1.0 + search.attach_burst_gain * armed(cell, now));
}

Opening Contacts::wait(std::uint32_t n, std::span<Touch const> touches, double span, double now) {
    auto& cell = nk[n];
    auto total = 0.0;
    for (auto const& touch : touches)
        total += touch.hazard;
    if (total < cell.patience) {
        cell.patience -= total;
        return {0.0, n, nobody};
    }
    auto const when = now - span * (1.0 - cell.patience / total);
    auto pick = cell.opening.uniform() * total;
    auto chosen = touches.back().target;
    for (auto const& touch : touches) {
        pick -= touch.hazard;
        if (pick < 0.0) {
            chosen = touch.target;
            break;
        }
    }
    cell.patience = cell.opening.exponential();
    return {when, n, chosen};
}

void Contacts::note(double time, Happening what, std::uint32_t n, std::uint32_t t, double value) {
    ledger.push_back({time, what, n == nobody ? nobody : nk[n].id, t == nobody ? nobody : targets[t].id, value});
}

void Contacts::push(Due const& due) {
    due_.push_back(due);
    std::push_heap(due_.begin(), due_.end(), std::greater<>());
}

void Contacts::happen_next() {
    auto const due = due_.front();
    std::pop_heap(due_.begin(), due_.end(), std::greater<>());
    due_.pop_back();
    if (due.death)
        die(due.slot, due.time);
    else if (nk[due.slot].target != nobody && nk[due.slot].version == due.version && nk[due.slot].dies > due.time) // the dead do nothing
        happen(due.slot, due.time);
}

double Contacts::armed(NkState const& cell, double now) const {
    return switches_.bursts && cell.kills > 0 ? biology::armed_after(laws_.killing, now - cell.last_kill) : 0.0;
}

biology::ReceptorCopies Contacts::receptors_at(NkState const& cell, double c, biology::ReceptorCopies const& factor) const {
    auto out = cell.born.copies;
    for (std::size_t r = 0; r < panel_->receptors.size(); ++r)
        out[r] *= static_cast<float>((1.0 + (panel_->receptors[r].primed_factor - 1.0) * c) * (1.0 - static_cast<double>(cell.lost[r]))) *
                  factor[r];
    return out;
}

void Contacts::catch_up(NkState& cell, double now) const {
    auto const minutes = now - cell.changed;
    cell.changed = now;
    if (minutes <= 0.0)
        return;
    biology::refill(laws_.killing, cell.lytic, minutes, support_ * cell.refilling);
    cell.lytic.fasl = biology::fasl_after(laws_.killing, cell.lytic.fasl, 0.0, minutes);
    cell.exhaustion *= std::exp(-minutes / (laws_.adaptation.exhaustion_recovery * minutes_per_day));
    auto const kept = static_cast<float>(std::exp(-minutes * laws_.adaptation.receptor_recovery / minutes_per_hour));
    for (auto& lost : cell.lost)
        lost *= kept;
}

void Contacts::set_refilling(NkState& cell, double factor, double now) const {
    if (cell.refilling == factor)
        return;
    if (cell.target == nobody)
        catch_up(cell, now);
    cell.refilling = factor;
}

void Contacts::hand_over(std::uint32_t n, std::uint32_t t) {
    auto& holders = targets[nk[n].target].held_by;
    holders.erase(std::find(holders.begin(), holders.end(), n));
    nk[n].target = t;
    targets[t].held_by.push_back(n);
}

bool Contacts::is_free(Opening const& wish) const {
    auto const& target = targets[wish.target];
    return nk[wish.nk].target == nobody && nk[wish.nk].dies > wish.time && !target.is_dead(wish.time) &&
           static_cast<double>(target.held_by.size()) < laws_.search.neighbour_slots;
}

void Contacts::open(Opening const& wish, Meeting const& meeting) {
    auto& cell = nk[wish.nk];
    auto const burst = 1.0 + laws_.killing.burst_gain * armed(cell, wish.time);
    biology::NkSignalState const state{
        cell.born.education,  meeting.priming, cell.exhaustion, biology::lytic_filling(laws_.killing, cell.lytic), burst,
        meeting.degranulation};
    biology::Engagement engagement;
    biology::engage(*panel_, laws_.contact, meeting.receptors, meeting.ligands, engagement);
    auto law = laws_.recognition;
    law.ifng_threshold *= meeting.ifng_threshold;
    cell.seen =
        biology::decide(law, laws_.contact, biology::signals_of(*panel_, engagement, switches_.recognition), state, switches_.recognition);
    cell.engaged.fill(0.0F);
    for (std::size_t b = 0; b < panel_->bindings.size(); ++b)
        if (auto const r = panel_->bindings[b].receptor; meeting.receptors[r] > 0.0F)
            cell.engaged[r] += engagement.bound[b] / meeting.receptors[r];
    cell.target = wish.target;
    cell.opened = wish.time;
    cell.phase = {biology::first_stage(laws_.recognition), 0};
    ++cell.contacts;
    targets[wish.target].held_by.push_back(wish.nk);
    note(wish.time, Happening::contact_opened, wish.nk, wish.target, cell.seen.vav);
    schedule(wish.nk, wish.time);
}

void Contacts::schedule(std::uint32_t n, double now) {
    auto& cell = nk[n];
    auto const& target = targets[cell.target];
    cell.rates = biology::contact_rates(laws_, cell.seen, cell.phase, cell.lytic, target.resistance, target.committed >= 0.0);
    ++cell.version;
    if (auto const total = cell.rates.total(); total > 0.0)
        push({now + cell.contact.exponential() / total, n, cell.version, false});
}

void Contacts::happen(std::uint32_t n, double now) {
    auto& cell = nk[n];
    auto u = cell.contact.uniform() * cell.rates.total();
    if ((u -= cell.rates.advance) < 0.0) {
        if (cell.phase.hits == 0 && cell.phase.stage < 2) {
            ++cell.phase.stage;
            schedule(n, now);
        } else {
            hit(n, now);
        }
        return;
    }
    if ((u -= cell.rates.detach) < 0.0) {
        close(n, now, targets[cell.target].committed >= 0.0 ? Happening::contact_released : Happening::contact_detached);
        return;
    }
    auto const t = cell.target;
    auto& target = targets[t];
    age_damage(target, now);
    if (++target.receptor_units >= static_cast<int>(std::lround(laws_.killing.receptor_units)))
        commit(t, n, biology::Death::receptor, now);
    else
        schedule(n, now);
}

/// Removes the units of damage repaired since the last change: each lives an exponential time, so the rest is binomial.
void Contacts::age_damage(TargetState& target, double now) const {
    auto const minutes = now - target.changed;
    target.changed = now;
    if (minutes <= 0.0)
        return;
    auto const thin = [&](int& units, double rate) {
        auto const survives = std::exp(-rate * minutes);
        auto left = 0;
        for (int i = 0; i < units; ++i)
            left += target.rng.uniform() < survives ? 1 : 0;
        units = left;
    };
    thin(target.damage, laws_.killing.repair_rate);
    thin(target.receptor_units, laws_.killing.receptor_decay);
    target.shot_damage *= std::exp(-laws_.killing.repair_rate * minutes);
}

void Contacts::hit(std::uint32_t n, double now) {
    auto& cell = nk[n];
    auto const t = cell.target;
    auto& target = targets[t];
    auto const effect = biology::hit_effect(laws_.killing, cell.lytic, target.resistance);
    auto const released = biology::draw_release(laws_.killing, cell.lytic, cell.contact);
    biology::spend(laws_.killing, cell.lytic, released);
    ++cell.hits;
    ++cell.phase.hits;
    cell.phase.stage = 2;
    note(now, Happening::hit, n, t, released);
    if (target.committed >= 0.0) {
        schedule(n, now);
        return;
    }
    age_damage(target, now);
    auto const u = cell.contact.uniform();
    auto killed = biology::Death::none;
    if (u < effect.necrosis) {
        killed = biology::Death::necrosis;
    } else if (switches_.shot_noise_damage) {
        auto const shape = laws_.killing.hit_size_shape;
        target.shot_damage += effect.damage * cell.contact.gamma(shape) / shape;
        if (target.shot_damage >= target.resistance.hits_to_kill)
            killed = biology::Death::granzyme;
    } else if (u < effect.necrosis + effect.damage) {
        if (++target.damage >= static_cast<int>(biology::damage_levels(target.resistance.hits_to_kill)))
            killed = biology::Death::granzyme;
    }
    if (killed != biology::Death::none) {
        commit(t, n, killed, now);
    } else {
        note(now, Happening::sublethal_damage, n, t, switches_.shot_noise_damage ? target.shot_damage : target.damage);
        schedule(n, now);
    }
}

void Contacts::commit(std::uint32_t t, std::uint32_t n, biology::Death death, double now) {
    auto& target = targets[t];
    target.committed = now;
    target.death = death;
    target.killer = nk[n].id;
    auto const course = biology::draw_death(laws_.killing, death, target.rng);
    target.course = course;
    target.dead = now + course.dead;
    target.leaky = now + course.leaky;
    push({target.dead, t, 1, true});
    ++nk[n].kills;
    nk[n].last_kill = now;
    note(now, Happening::committed, n, t, static_cast<double>(death));
    for (auto const holder : target.held_by) // a dying target lets go: every clock on it changes
        schedule(holder, now);
}

void Contacts::die(std::uint32_t t, double now) {
    auto& target = targets[t];
    if (target.committed < 0.0) {
        target.committed = now;
        target.death = biology::Death::background;
        target.dead = target.leaky = now;
    } else if (target.dead != now) {
        return; // a background death that came after the lethal hit
    }
    while (!target.held_by.empty())
        close(target.held_by.front(), now, Happening::contact_released);
    note(now, Happening::died, nobody, t, static_cast<double>(target.death));
}

/// What a contact leaves in the NK cell: receptors lost, exhaustion, FasL, interferon.
void Contacts::remember_contact(NkState& cell, double now) {
    auto const minutes = now - cell.opened;
    auto const& law = laws_.adaptation;
    for (std::size_t r = 0; r < panel_->receptors.size(); ++r) {
        auto rate = panel_->receptors[r].inhibitory ? 0.0 : law.internalisation * static_cast<double>(cell.engaged[r]);
        if (panel_->receptors[r].name == "CD16")
            rate += law.shedding_cd16 * cell.seen.decision;
        if (rate > 0.0)
            cell.lost[r] = static_cast<float>(1.0 - (1.0 - static_cast<double>(cell.lost[r])) * std::exp(-rate * minutes));
    }
    auto const push_rate = law.exhaustion_rate / minutes_per_day * cell.seen.vav;
    auto const rate = push_rate + 1.0 / (law.exhaustion_recovery * minutes_per_day);
    cell.exhaustion = push_rate / rate + (cell.exhaustion - push_rate / rate) * std::exp(-rate * minutes);
    biology::refill(laws_.killing, cell.lytic, minutes, support_ * cell.refilling);
    cell.lytic.fasl = biology::fasl_after(laws_.killing, cell.lytic.fasl, cell.seen.decision, minutes);
    auto const secreted = law.ifng_rate * 60.0 * cell.seen.ifng * minutes;
    cell.ifng += secreted;
    ifng += secreted;
    cell.changed = now;
}

void Contacts::close(std::uint32_t n, double now, Happening how) {
    auto& cell = nk[n];
    now = std::min(now, std::max(cell.opened, cell.dies));
    auto& holders = targets[cell.target].held_by;
    holders.erase(std::find(holders.begin(), holders.end(), n));
    remember_contact(cell, now);
    note(now, how, n, cell.target, now - cell.opened);
    if (cell.phase.hits == 0) {
        cell.refused = cell.target;
        cell.refused_until = now + laws_.search.refractory;
    }
    cell.target = nobody;
    cell.free_since = now;
    ++cell.version;
}

void Contacts::add_to_hash(Hasher& hasher) const {
    for (auto const& target : targets) {
        hasher.add(target.committed);
        hasher.add(target.leaky);
        hasher.add(static_cast<std::uint64_t>(target.damage));
    }
    for (auto const& cell : nk) {
        hasher.add(cell.lytic.content);
        hasher.add(cell.patience);
        hasher.add(cell.exhaustion);
        hasher.add(static_cast<std::uint64_t>(cell.kills));
        hasher.add(static_cast<std::uint64_t>(cell.contacts));
    }
    hasher.add(ifng);
}

} // namespace nk::tissue
