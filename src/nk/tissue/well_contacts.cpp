#include "nk/base/time.hpp"
#include "nk/tissue/well.hpp"

#include <algorithm>
#include <cmath>

namespace nk::tissue {
namespace {
constexpr double avogadro = 6.02214076e23;
} // namespace

/// The step, readable on one screen: move, find touching pairs, then every event of the contact scale in its order of time.
void Well::advance() {
    auto const now = time();
    while (medium_ + 1 < plan_.media.size() && plan_.media[medium_ + 1].from <= now)
        set_medium(medium_ + 1);
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

void Well::set_medium(std::size_t medium) {
    medium_ = medium;
    contacts_.set_medium(plan_.media[medium].panel, plan_.media[medium].cytokines.support);
}

void Well::act() {
    std::vector<Opening> wishes;
    for (auto const& wish : wishes_)
        if (wish.target != nobody)
            wishes.push_back(wish);
    std::sort(wishes.begin(), wishes.end(),
              [](Opening const& a, Opening const& b) { return a.time != b.time ? a.time < b.time : a.nk < b.nk; });
    contacts_.run(
        wishes, time() + dt_, [&](std::uint32_t target) { return body_.present[contacts_.targets[target].id] == 1; },
        [&](Opening const& opening) { return meeting(opening); });
    lose_nk();
}

/// NK cells that died in culture, and pairs that were pulled apart.
void Well::lose_nk() {
    auto const end = time() + dt_;
    for (std::uint32_t n = 0; n < contacts_.nk.size(); ++n) {
        auto const& nk = contacts_.nk[n];
        if (body_.present[nk.id] != 1)
            continue;
        if (nk.dies <= end) {
            if (nk.target != nobody)
                contacts_.close(n, nk.dies, Happening::contact_torn);
            body_.present[nk.id] = 2;
            contacts_.note(nk.dies, Happening::nk_died, n, nobody, 0.0);
        } else if (nk.target != nobody) {
            auto const other = contacts_.targets[nk.target].id;
            if (distance(nk.id, other) > body_.radius[nk.id] + body_.radius[other] + laws_.search.nk_diameter)
                contacts_.close(n, end, Happening::contact_torn);
        }
    }
}

double Well::distance(std::uint32_t one, std::uint32_t other) const {
    auto const dx = nearest_image(body_.x[other] - body_.x[one], 0);
    auto const dy = nearest_image(body_.y[other] - body_.y[one], 1);
    auto const dz = nearest_image(body_.z[other] - body_.z[one], 2);
    return std::sqrt(dx * dx + dy * dy + dz * dz);
}

double Well::priming(NkState const& nk, double now) const {
    auto const& row = plan_.effectors[nk.kind];
    auto const& effect = medium().cytokines;
    auto const since = std::max(0.0, now - body_.arrives[nk.id]);
    return biology::relaxed(nk.born.bright ? row.priming_bright : row.priming, nk.born.bright ? effect.priming_bright : effect.priming,
                            since, laws_.adaptation.priming_time * minutes_per_hour);
}

Meeting Well::meeting(Opening const& opening) const {
    auto const& nk = contacts_.nk[opening.nk];
    auto const c = priming(nk, opening.time);
    return {contacts_.receptors_at(nk, c, medium().receptor_factor), ligands_now(opening.target), c, medium().cytokines.ifng_threshold};
}

biology::LigandCopies Well::ligands_now(std::uint32_t t) const {
    auto const& target = contacts_.targets[t];
    auto out = medium().ligands[target.kind];
    Random rng(seed_, target.id, Purpose::target_state);
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

void Well::remove_cells(Removal const& removal) {
    for (std::uint32_t id = 0; id < body_.x.size(); ++id) {
        if (body_.present[id] != 1 || body_.arrives[id] >= removal.at) // what is added at that moment comes after the wash
            continue;
        auto const role = body_.role[id];
        auto const effector_side = removal.what != Role::target;
        if (effector_side != (role != Role::target))
            continue;
        if (role == Role::nk && contacts_.nk[body_.slot[id]].target != nobody)
            continue; // bound cells stay with their target
        if (role == Role::target) {
            auto& target = contacts_.targets[body_.slot[id]];
            if (removal.dead_only && (target.dead < 0.0 || target.dead > removal.at))
                continue;
            while (!target.held_by.empty())
                contacts_.close(target.held_by.front(), removal.at, Happening::contact_torn);
        }
        body_.present[id] = 2;
    }
}

/// Interferon-gamma in the medium raises MHC class I on all targets.
void Well::share_cytokines() {
    auto const& law = laws_.adaptation;
    auto const ng_per_ml = contacts_.ifng / avogadro * law.ifng_molar_mass * 1e9 / (plan_.volume * 1e-12);
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
            auto const& target = contacts_.targets[body_.slot[id]];
            kind = target.kind;
            state = target.dead >= 0.0 && target.dead <= time() ? 3 : target.committed >= 0.0 ? 2 : target.held_by.empty() ? 0 : 1;
        } else if (body_.role[id] == Role::nk) {
            auto const& nk = contacts_.nk[body_.slot[id]];
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
    contacts_.add_to_hash(hasher);
}

} // namespace nk::tissue
