#include "nk/tissue/well.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nk::tissue {
double Well::nearest_image(double d, int axis) const {
    auto const size = box_.high[axis] - box_.low[axis];
    return box_.periodic ? d - size * std::round(d / size) : d;
}

void Well::update_presence() {
    auto const now = time();
    for (std::size_t id = 0; id < body_.x.size(); ++id)
        if (body_.present[id] == 0 && body_.arrives[id] <= now + dt_)
            body_.present[id] = 1;
}

void Well::rebuild_grids() {
    std::vector<numerics::GridItem> big;
    std::vector<numerics::GridItem> small;
    big.reserve(contacts_.targets.size());
    small.reserve(body_.x.size());
    for (std::uint32_t id = 0; id < body_.x.size(); ++id)
        if (body_.present[id] == 1)
            (body_.role[id] == Role::target ? big : small).push_back({body_.x[id], body_.y[id], body_.z[id], body_.radius[id], id});
    auto const reach = laws_.search.reach;
    target_grid_.build(box_, std::max(1.0, 0.5 * (widest_target_ + widest_small_) + reach), std::move(big));
    small_grid_.build(box_, std::max(1.0, 0.5 * widest_small_ + reach), std::move(small));
}

/// Sum of the repulsions on one cell, and whether it touches anything.
void Well::push_apart(std::uint32_t id) {
    auto const reach = laws_.search.reach;
    auto fx = 0.0;
    auto fy = 0.0;
    auto fz = 0.0;
    auto touching = false;
    auto touches_target = false;
    auto const radius = body_.radius[id];
    auto const visit = [&](bool target_side) {
        return [&, target_side](numerics::GridItem const& other, double dx, double dy, double dz) {
            auto const contact = radius + other.radius;
            auto const squared = dx * dx + dy * dy + dz * dz;
            auto const limit = contact + reach;
            if (squared > limit * limit || other.index == id)
                return;
            touching = true;
            touches_target = touches_target || target_side;
            if (squared >= contact * contact)
                return;
            auto const distance = std::sqrt(squared);
            if (distance < 1e-9) { // exactly on top of each other: part along x by id
                fx += other.index > id ? -contact : contact;
                return;
            }
            auto const push = (contact - distance) / distance;
            fx -= push * dx;
            fy -= push * dy;
            fz -= push * dz;
        };
    };
    auto const x = body_.x[id];
    auto const y = body_.y[id];
    auto const z = body_.z[id];
    target_grid_.near(x, y, z, radius + 0.5 * widest_target_ + reach, visit(true));
    small_grid_.near(x, y, z, radius + 0.5 * widest_small_ + reach, visit(false));
    body_.fx[id] = laws_.search.repulsion * fx;
    body_.fy[id] = laws_.search.repulsion * fy;
    body_.fz[id] = laws_.search.repulsion * fz;
    body_.touching[id] = touching ? 1 : 0;
    body_.touches_target[id] = touches_target ? 1 : 0;
}

void Well::keep_inside(std::uint32_t id) {
    if (plan_.shape == Shape::u_bottom) {
        auto const c = plan_.bowl_radius;
        auto const room = c - body_.radius[id];
        auto const dz = body_.z[id] - c;
        auto const squared = body_.x[id] * body_.x[id] + body_.y[id] * body_.y[id] + dz * dz;
        if (squared > room * room && dz < 0.0) {
            auto const scale = room / std::sqrt(squared);
            body_.x[id] *= scale;
            body_.y[id] *= scale;
            body_.z[id] = c + dz * scale;
            body_.touching[id] = 1;
        }
        return;
    }
    if (plan_.shape == Shape::microwell) {
        auto const thick = std::max(widest_target_, widest_small_);
        auto const columns = static_cast<std::uint32_t>(std::ceil(std::sqrt(static_cast<double>(plan_.microwells))));
        auto const pitch = plan_.microwell_width + 2.0 * thick;
        auto const clamp = [&](double& p, double& v, double start) {
            auto const low = start + thick + body_.radius[id];
            auto const high = std::max(low, start + thick + plan_.microwell_width - body_.radius[id]);
            if (p < low || p > high)
                v = -v;
            p = std::clamp(p, low, high);
        };
        clamp(body_.x[id], body_.vx[id], pitch * (body_.microwell[id] % columns));
        clamp(body_.y[id], body_.vy[id], pitch * (body_.microwell[id] / columns));
        return;
    }
    auto const wrap = [&](double& p, int axis) {
        auto const size = box_.high[axis] - box_.low[axis];
        if (p < box_.low[axis])
            p += size;
        else if (p >= box_.high[axis])
            p -= size;
    };
    wrap(body_.x[id], 0);
    wrap(body_.y[id], 1);
    if (plan_.shape == Shape::gel)
        wrap(body_.z[id], 2);
}

/// One step of one cell: repulsion, weight in a pellet, and for free NK cells the persistent random walk.
void Well::displace(std::uint32_t id, double dt, bool active) {
    auto const three_d = plan_.shape == Shape::u_bottom || plan_.shape == Shape::gel;
    auto mx = body_.fx[id] * dt;
    auto my = body_.fy[id] * dt;
    auto mz = three_d ? body_.fz[id] * dt : 0.0;
    if (plan_.shape == Shape::u_bottom)
        mz -= dt * (body_.touching[id] ? laws_.search.pellet_weight : laws_.search.settling_drift);
    auto const walks = active && body_.role[id] == Role::nk && body_.speed[id] > 0.0;
    if (walks) {
        auto& rng = body_.rng[id];
        auto const& search = laws_.search;
        auto const stop = body_.touches_target[id] ? search.stop_rate_touching : search.stop_rate;
        auto const both = stop + search.go_rate;
        auto const changes = both > 0.0 ? (1.0 - std::exp(-both * dt)) / both * (body_.resting[id] ? search.go_rate : stop) : 0.0;
        if (rng.uniform() < changes)
            body_.resting[id] ^= 1;
        auto const held = contacts_.nk[body_.slot[id]].target != nobody;
        // crawling needs something to crawl on; in a pellet a floating cell only sinks
        if (!held && !body_.resting[id] && (plan_.shape != Shape::u_bottom || body_.touching[id])) {
            auto const a = rng.four_normals();
            auto const speed = body_.speed[id];
            mx += ou_.advance(body_.vx[id], speed, a[0], a[1]);
            my += ou_.advance(body_.vy[id], speed, a[2], a[3]);
            if (three_d) {
                auto const b = rng.two_normals();
                mz += ou_.advance(body_.vz[id], speed, b[0], b[1]);
            }
        }
    }
    auto const most = 0.5 * body_.radius[id];
    auto const length = std::sqrt(mx * mx + my * my + mz * mz);
    if (!active && length > most) { // only while a random start relaxes: no jumps over neighbours
        mx *= most / length;
        my *= most / length;
        mz *= most / length;
    }
    body_.mx[id] = mx;
    body_.my[id] = my;
    body_.mz[id] = mz;
    body_.x[id] += mx;
    body_.y[id] += my;
    body_.z[id] += mz;
    keep_inside(id);
}

void Well::move() {
    executor_.for_each(body_.x.size(), [&](std::size_t id) {
        if (body_.present[id] == 1)
            displace(static_cast<std::uint32_t>(id), dt_, true);
    });
}

/// For every cell the forces of the next step; for free NK cells the touching of the step that just ended.
void Well::watch(bool exposures) {
    auto const pass = [&](numerics::NeighbourGrid const& grid) {
        auto const& items = grid.items();
        executor_.for_each(items.size(), [&](std::size_t n) {
            auto const id = items[n].index;
            push_apart(id);
            if (exposures && body_.role[id] == Role::nk)
                look_for_targets(id);
        });
    };
    pass(target_grid_);
    pass(small_grid_);
}

/// Integrated opening hazard of one NK cell over the step; when its patience ends, a wish to open a contact.
void Well::look_for_targets(std::uint32_t id) {
    auto const slot = body_.slot[id];
    auto& nk = contacts_.nk[slot];
    wishes_[slot].target = nobody;
    auto const now = time() + dt_;
    if (nk.target != nobody) { // the bond keeps the pair together
        auto const other = contacts_.targets[nk.target].id;
        auto const dx = nearest_image(body_.x[other] - body_.x[id], 0);
        auto const dy = nearest_image(body_.y[other] - body_.y[id], 1);
        auto const dz = nearest_image(body_.z[other] - body_.z[id], 2);
        auto const distance = std::sqrt(dx * dx + dy * dy + dz * dz);
        auto const gap = distance - body_.radius[id] - body_.radius[other];
        if (gap > 0.0 && gap < 0.5 * widest_target_) {
            body_.fx[id] += laws_.search.repulsion * gap * dx / distance;
            body_.fy[id] += laws_.search.repulsion * gap * dy / distance;
            body_.fz[id] += laws_.search.repulsion * gap * dz / distance;
        }
        return;
    }
    auto const span = now - nk.free_since; // a little more than dt when a contact closed within the step before
    nk.free_since = std::max(nk.free_since, now);
    if (span <= 0.0 || !body_.touches_target[id])
        return;
    auto const reach = laws_.search.reach;
    auto const rate = contacts_.opening_rate(nk, priming(nk, now), now);
    std::array<Contacts::Touch, Contacts::most_touching> touches;
    std::size_t count = 0;
    target_grid_.near(body_.x[id], body_.y[id], body_.z[id], body_.radius[id] + 0.5 * widest_target_ + reach,
                      [&](numerics::GridItem const& item, double dx, double dy, double dz) {
                          auto const gap = std::sqrt(dx * dx + dy * dy + dz * dz) - body_.radius[id] - item.radius;
                          if (gap > reach || count == touches.size())
                              return;
                          auto const t = body_.slot[item.index];
                          auto const& target = contacts_.targets[t];
                          if (target.is_dead(now) || static_cast<double>(target.held_by.size()) >= laws_.search.neighbour_slots ||
                              (nk.refused == t && nk.refused_until > now))
                              return;
                          auto const bx = dx - body_.mx[item.index] + body_.mx[id];
                          auto const by = dy - body_.my[item.index] + body_.my[id];
                          auto const bz = dz - body_.mz[item.index] + body_.mz[id];
                          auto const before = std::sqrt(bx * bx + by * by + bz * bz) - body_.radius[id] - item.radius;
                          auto const share = touching_share(before, gap, reach) * contacts_.icam_share(plan_.targets[target.kind].icam1);
                          touches[count++] = {t, rate * share * span};
                      });
    wishes_[slot] = contacts_.wait(slot, {touches.data(), count}, span, now);
}

Well::Touching Well::touching() const {
    auto pairs = 0.0;
    auto alive = 0.0;
    auto nk_present = 0.0;
    for (auto const& target : contacts_.targets)
        alive += body_.present[target.id] == 1 && target.dead < 0.0 ? 1.0 : 0.0;
    for (auto const& nk : contacts_.nk) {
        auto const id = nk.id;
        if (body_.present[id] != 1)
            continue;
        nk_present += 1.0;
        target_grid_.near(body_.x[id], body_.y[id], body_.z[id], body_.radius[id] + 0.5 * widest_target_ + laws_.search.reach,
                          [&](numerics::GridItem const& item, double dx, double dy, double dz) {
                              auto const gap = std::sqrt(dx * dx + dy * dy + dz * dz) - body_.radius[id] - item.radius;
                              if (gap <= laws_.search.reach && contacts_.targets[body_.slot[item.index]].dead < 0.0)
                                  pairs += 1.0;
                          });
    }
    return {alive > 0.0 ? pairs / alive : 0.0, nk_present > 0.0 ? pairs / nk_present : 0.0};
}

} // namespace nk::tissue
