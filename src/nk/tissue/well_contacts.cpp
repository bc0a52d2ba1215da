#include "nk/tissue/well.hpp"

#include <algorithm>
#include <cmath>

namespace nk::tissue {
namespace {
constexpr double minutes_per_day = 1440.0;
constexpr double minutes_per_hour = 60.0;
constexpr double avogadro = 6.02214076e23;
} // namespace

void Well::note(double time, Happening what, std::uint32_t nk, std::uint32_t target, double value) {
    ledger_.push_back({time, what, nk == nobody ? nobody : nk_id_[nk], target == nobody ? nobody : target_id_[target], value});
}

/// The step, readable on one screen: move, find touching pairs, then every event of the contact scale in its order of time.
void Well::advance() {
    auto const now = time();
    while (medium_ + 1 < plan_.media.size() && plan_.media[medium_ + 1].from <= now)
        ++medium_;
    while (removal_ < plan_.removals.size() && plan_.removals[removal_].at <= now)
        remove_cells(plan_.removals[removal_++]);
    update_presence();
    move();
    rebuild_grids();
    watch(true);
    act();
    share_cytokines();
    ++step_;
}

void Well::act() {
    auto const end = time() + dt_;
    std::vector<Opening> wishes;
    for (auto const& wish : wishes_)
        if (wish.target != nobody)
            wishes.push_back(wish);
    std::sort(wishes.begin(), wishes.end(),
              [](Opening const& a, Opening const& b) { return a.time != b.time ? a.time < b.time : a.nk < b.nk; });
    std::size_t next = 0;
    for (;;) {
        auto const wish_time = next < wishes.size() ? wishes[next].time : 1e300;
        auto const due_time = due_.empty() ? 1e300 : due_.top().time;
        if (std::min(wish_time, due_time) > end)
            break;
        if (wish_time <= due_time) {
            open(wishes[next++]);
            continue;
        }
        auto const due = due_.top();
        due_.pop();
        if (due.order >= nk_.size()) {
            auto const t = static_cast<std::uint32_t>(due.order - nk_.size());
            die(t, due.time);
        } else if (nk_[due.order].target != nobody && nk_[due.order].version == due.version) {
            happen(due.order, due.time);
        }
    }
    for (std::uint32_t n = 0; n < nk_.size(); ++n) { // cells that died in culture, and pairs that were pulled apart
        auto const id = nk_id_[n];
        if (body_.present[id] != 1)
            continue;
        if (nk_[n].dies <= end) {
            if (nk_[n].target != nobody)
                close(n, nk_[n].dies, Happening::contact_torn);
            body_.present[id] = 2;
            note(nk_[n].dies, Happening::nk_died, n, nobody, 0.0);
        } else if (nk_[n].target != nobody) {
            auto const other = target_id_[nk_[n].target];
            auto const dx = nearest_image(body_.x[other] - body_.x[id], 0);
            auto const dy = nearest_image(body_.y[other] - body_.y[id], 1);
            auto const dz = nearest_image(body_.z[other] - body_.z[id], 2);
            if (std::sqrt(dx * dx + dy * dy + dz * dz) > body_.radius[id] + body_.radius[other] + laws_.search.nk_diameter)
                close(n, end, Happening::contact_torn);
        }
    }
}

double Well::priming(NkState const& nk, double now) const {
    auto const& row = plan_.effectors[nk.kind];
    auto const& effect = medium().cytokines;
    auto const since = std::max(0.0, now - body_.arrives[nk_id_[static_cast<std::size_t>(&nk - nk_.data())]]);
    return biology::relaxed(nk.born.bright ? row.priming_bright : row.priming, nk.born.bright ? effect.priming_bright : effect.priming,
                            since, laws_.adaptation.priming_time * minutes_per_hour);
}

double Well::armed(NkState const& nk, double now) const {
    return plan_.bursts && nk.kills > 0 ? biology::armed_after(laws_.killing, now - nk.last_kill) : 0.0;
}

biology::ReceptorCopies Well::receptors_now(NkState const& nk, double c) const {
    auto out = nk.born.copies;
    auto const& panel = medium().panel;
    for (std::size_t r = 0; r < panel.receptors.size(); ++r)
        out[r] *= static_cast<float>((1.0 + (panel.receptors[r].primed_factor - 1.0) * c) * (1.0 - static_cast<double>(nk.lost[r]))) *
                  medium().receptor_factor[r];
    return out;
}

biology::LigandCopies Well::ligands_now(std::uint32_t t) const {
    auto const& target = targets_[t];
    auto out = medium().ligands[target.kind];
    Random rng(seed_, target_id_[t], Purpose::target_state);
    auto const sd = plan_.targets[target.kind].ligand_sd;
    auto const& panel = medium().panel;
    for (std::size_t l = 0; l < panel.ligands.size(); ++l) {
        auto const own = rng.lognormal_mean_one(sd); // drawn for every ligand, so that adding one leaves the others
        if (panel.ligand_family[l] != "antibody")
            out[l] *= static_cast<float>(own);
        if (panel.ligand_family[l] == "MHC")
            out[l] *= static_cast<float>(mhc_);
    }
    return out;
}

/// Brings an NK cell's slow state from its last change to `now`, outside contacts.
void Well::catch_up(NkState& nk, double now) const {
    auto const minutes = now - nk.changed;
    nk.changed = now;
    if (minutes <= 0.0)
        return;
    biology::refill(laws_.killing, nk.lytic, minutes, medium().cytokines.support);
    nk.lytic.fasl = biology::fasl_after(laws_.killing, nk.lytic.fasl, 0.0, minutes);
    nk.exhaustion *= std::exp(-minutes / (laws_.adaptation.exhaustion_recovery * minutes_per_day));
    auto const kept = static_cast<float>(std::exp(-minutes * laws_.adaptation.receptor_recovery / minutes_per_hour));
    for (auto& lost : nk.lost)
        lost *= kept;
}

void Well::open(Opening const& wish) {
    auto& nk = nk_[wish.nk];
    auto& target = targets_[wish.target];
    auto const dead = target.dead >= 0.0 && target.dead <= wish.time;
    if (nk.target != nobody || dead || static_cast<double>(target.held_by.size()) >= laws_.search.neighbour_slots ||
        body_.present[target_id_[wish.target]] != 1)
        return;
    catch_up(nk, wish.time);
    auto const c = priming(nk, wish.time);
    auto const receptors = receptors_now(nk, c);
    auto const burst = 1.0 + laws_.killing.burst_gain * armed(nk, wish.time);
    biology::NkSignalState const state{nk.born.education, c, nk.exhaustion, biology::lytic_filling(laws_.killing, nk.lytic), burst};
    biology::Engagement engagement;
    auto const& panel = medium().panel;
    biology::engage(panel, laws_.contact, receptors, ligands_now(wish.target), engagement);
    auto law = laws_.recognition;
    law.ifng_threshold *= medium().cytokines.ifng_threshold;
    nk.seen = biology::decide(law, laws_.contact, biology::signals_of(panel, engagement, plan_.switches), state, plan_.switches);
    nk.engaged.fill(0.0F);
    for (std::size_t b = 0; b < panel.bindings.size(); ++b)
        if (auto const r = panel.bindings[b].receptor; receptors[r] > 0.0F)
            nk.engaged[r] += engagement.bound[b] / receptors[r];
    nk.target = wish.target;
    nk.opened = wish.time;
    nk.phase = {};
    ++nk.contacts;
    target.held_by.push_back(wish.nk);
    note(wish.time, Happening::contact_opened, wish.nk, wish.target, nk.seen.vav);
    schedule(wish.nk, wish.time);
}

void Well::schedule(std::uint32_t n, double now) {
    auto& nk = nk_[n];
    auto const& target = targets_[nk.target];
    auto resistance = plan_.targets[target.kind].resistance;
    resistance.susceptibility = target.susceptibility;
    nk.rates = biology::contact_rates(laws_, nk.seen, nk.phase, nk.lytic, resistance, target.committed >= 0.0);
    ++nk.version;
    if (auto const total = nk.rates.total(); total > 0.0)
        due_.push({now + nk.contact.exponential() / total, n, nk.version});
}

void Well::happen(std::uint32_t n, double now) {
    auto& nk = nk_[n];
    auto u = nk.contact.uniform() * nk.rates.total();
    if ((u -= nk.rates.advance) < 0.0) {
        if (nk.phase.hits == 0 && nk.phase.stage < 2) {
            ++nk.phase.stage;
            schedule(n, now);
        } else {
            hit(n, now);
        }
        return;
    }
    if ((u -= nk.rates.detach) < 0.0) {
        close(n, now, targets_[nk.target].committed >= 0.0 ? Happening::contact_released : Happening::contact_detached);
        return;
    }
    auto const t = nk.target;
    auto& target = targets_[t];
    age_damage(target, now);
    if (++target.receptor_units >= static_cast<int>(std::lround(laws_.killing.receptor_units)))
        commit(t, n, biology::Death::receptor, now);
    else
        schedule(n, now);
}

/// Removes the units of damage repaired since the last change: each lives an exponential time, so the rest is binomial.
void Well::age_damage(TargetState& target, double now) {
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

void Well::hit(std::uint32_t n, double now) {
    auto& nk = nk_[n];
    auto const t = nk.target;
    auto& target = targets_[t];
    auto resistance = plan_.targets[target.kind].resistance;
    resistance.susceptibility = target.susceptibility;
    auto const effect = biology::hit_effect(laws_.killing, nk.lytic, resistance);
    auto const released = biology::draw_release(laws_.killing, nk.lytic, nk.contact);
    biology::spend(laws_.killing, nk.lytic, released);
    ++nk.hits;
    ++nk.phase.hits;
    nk.phase.stage = 2;
    note(now, Happening::hit, n, t, released);
    if (target.committed >= 0.0) {
        schedule(n, now);
        return;
    }
    age_damage(target, now);
    auto const u = nk.contact.uniform();
    auto killed = biology::Death::none;
    if (u < effect.necrosis) {
        killed = biology::Death::necrosis;
    } else if (plan_.shot_noise_damage) {
        auto const shape = laws_.killing.hit_size_shape;
        target.shot_damage += effect.damage * nk.contact.gamma(shape) / shape;
        if (target.shot_damage >= resistance.hits_to_kill)
            killed = biology::Death::granzyme;
    } else if (u < effect.necrosis + effect.damage) {
        if (++target.damage >= static_cast<int>(std::lround(resistance.hits_to_kill)))
            killed = biology::Death::granzyme;
    }
    if (killed != biology::Death::none) {
        commit(t, n, killed, now);
    } else {
        note(now, Happening::sublethal_damage, n, t, plan_.shot_noise_damage ? target.shot_damage : target.damage);
        schedule(n, now);
    }
}

void Well::commit(std::uint32_t t, std::uint32_t n, biology::Death death, double now) {
    auto& target = targets_[t];
    target.committed = now;
    target.death = death;
    target.killer = nk_id_[n];
    auto const course = biology::draw_death(laws_.killing, death, target.rng);
    target.course = course;
    target.dead = now + course.dead;
    target.leaky = now + course.leaky;
    due_.push({target.dead, static_cast<std::uint32_t>(nk_.size() + t), 1});
    ++nk_[n].kills;
    nk_[n].last_kill = now;
    note(now, Happening::committed, n, t, static_cast<double>(death));
    for (auto const holder : target.held_by) // a dying target lets go: every clock on it changes
        schedule(holder, now);
}

void Well::die(std::uint32_t t, double now) {
    auto& target = targets_[t];
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
void Well::remember_contact(NkState& nk, double now) {
    auto const minutes = now - nk.opened;
    auto const& law = laws_.adaptation;
    auto const& panel = medium().panel;
    for (std::size_t r = 0; r < panel.receptors.size(); ++r) {
        auto rate = panel.receptors[r].inhibitory ? 0.0 : law.internalisation * static_cast<double>(nk.engaged[r]);
        if (panel.receptors[r].name == "CD16")
            rate += law.shedding_cd16 * nk.seen.decision;
        if (rate > 0.0)
            nk.lost[r] = static_cast<float>(1.0 - (1.0 - static_cast<double>(nk.lost[r])) * std::exp(-rate * minutes));
    }
    auto const push = law.exhaustion_rate / minutes_per_day * nk.seen.vav;
    auto const rate = push + 1.0 / (law.exhaustion_recovery * minutes_per_day);
    nk.exhaustion = push / rate + (nk.exhaustion - push / rate) * std::exp(-rate * minutes);
    biology::refill(laws_.killing, nk.lytic, minutes, medium().cytokines.support);
    nk.lytic.fasl = biology::fasl_after(laws_.killing, nk.lytic.fasl, nk.seen.decision, minutes);
    auto const secreted = law.ifng_rate * 60.0 * nk.seen.ifng * minutes;
    nk.ifng += secreted;
    ifng_ += secreted;
    nk.changed = now;
}

void Well::close(std::uint32_t n, double now, Happening how) {
    auto& nk = nk_[n];
    auto& holders = targets_[nk.target].held_by;
    holders.erase(std::find(holders.begin(), holders.end(), n));
    remember_contact(nk, now);
    note(now, how, n, nk.target, now - nk.opened);
    if (nk.phase.hits == 0) {
        nk.refused = nk.target;
        nk.refused_until = now + laws_.search.refractory;
    }
    nk.target = nobody;
    nk.free_since = now;
    ++nk.version;
}

void Well::remove_cells(Removal const& removal) {
    for (std::uint32_t id = 0; id < body_.x.size(); ++id) {
        if (body_.present[id] != 1 || body_.arrives[id] >= removal.at) // what is added at that moment comes after the wash
            continue;
        auto const role = body_.role[id];
        auto const effector_side = removal.what != Role::target;
        if (effector_side != (role != Role::target))
            continue;
        if (role == Role::nk && nk_[body_.slot[id]].target != nobody)
            continue; // bound cells stay with their target
        if (role == Role::target) {
            auto& target = targets_[body_.slot[id]];
            if (removal.dead_only && (target.dead < 0.0 || target.dead > removal.at))
                continue;
            while (!target.held_by.empty())
                close(target.held_by.front(), removal.at, Happening::contact_torn);
        }
        body_.present[id] = 2;
    }
}

/// Interferon-gamma in the medium raises MHC class I on all targets.
void Well::share_cytokines() {
    auto const& law = laws_.adaptation;
    auto const ng_per_ml = ifng_ / avogadro * law.ifng_molar_mass * 1e9 / (plan_.volume * 1e-12);
    auto const plateau = 1.0 + (law.mhc_max - 1.0) * ng_per_ml / (ng_per_ml + law.mhc_half);
    mhc_ = biology::relaxed(mhc_, plateau, dt_, law.mhc_time * minutes_per_hour);
}

std::vector<Well::CellView> Well::cells() const {
    std::vector<CellView> out;
    for (std::uint32_t id = 0; id < body_.x.size(); ++id) {
        if (body_.present[id] != 1)
            continue;
        auto state = 0;
        auto kind = 0;
        if (body_.role[id] == Role::target) {
            auto const& target = targets_[body_.slot[id]];
            kind = target.kind;
            state = target.dead >= 0.0 && target.dead <= time() ? 3 : target.committed >= 0.0 ? 2 : target.held_by.empty() ? 0 : 1;
        } else if (body_.role[id] == Role::nk) {
            auto const& nk = nk_[body_.slot[id]];
            kind = nk.kind;
            state = nk.target != nobody ? 1 : nk.kills > 0 ? 2 : 0;
        }
        out.push_back({id, body_.role[id], kind, state, body_.x[id], body_.y[id], body_.z[id], body_.radius[id]});
    }
    return out;
}

void Well::add_to_hash(Hasher& hasher) const {
    for (auto const* column : {&body_.x, &body_.y, &body_.z, &body_.vx, &body_.vy, &body_.vz})
        hasher.add(std::span<double const>(*column));
    for (auto const& target : targets_) {
        hasher.add(target.committed);
        hasher.add(target.leaky);
        hasher.add(static_cast<std::uint64_t>(target.damage));
    }
    for (auto const& nk : nk_) {
        hasher.add(nk.lytic.content);
        hasher.add(nk.patience);
        hasher.add(nk.exhaustion);
        hasher.add(static_cast<std::uint64_t>(nk.kills));
        hasher.add(static_cast<std::uint64_t>(nk.contacts));
    }
    hasher.add(ifng_);
}

} // namespace nk::tissue
