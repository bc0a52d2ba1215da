#include "nk/tissue/tissue.hpp"

#include <algorithm>
#include <cmath>

namespace nk::tissue {

/// Drift of a motile cell along gradients, at most at its speeds [um/min].
std::array<double, 3> Tissue::drift(std::size_t row) const {
    std::array<double, 3> out{};
    auto const voxel = fields_.voxel(cells_.of<&Cell::x>()[row], cells_.of<&Cell::y>()[row], cells_.of<&Cell::z>()[row]);
    auto const length = 2.0 * static_cast<double>(cells_.of<&Cell::radius>()[row]);
    for (auto const& taxis : kind_of(row).motility.chemotaxis) {
        auto const s = static_cast<std::size_t>(taxis.substrate);
        auto const g = fields_.gradient(s, voxel);
        auto const steepness = std::sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2]);
        if (!(steepness > 0.0))
            continue;
        auto const c = fields_.values(s)[voxel];
        auto const share = taxis.half > 0.0 ? std::min(1.0, taxis.half * length * steepness / ((taxis.half + c) * (taxis.half + c))) : 1.0;
        for (std::size_t axis = 0; axis < 3; ++axis)
            out[axis] += ruled(row, biology::Behaviour::chemotaxis, taxis.substrate, taxis.speed) * share * g[axis] / steepness;
    }
    return out;
}

/// What the matrix makes of a step of crawling: along the fibres by sqrt(1 + (d - 1) a), across them by sqrt(1 - a) in d dimensions,
/// which keeps the mean square, times the factor of the speed.
void Tissue::guide(std::size_t row, double* step) const {
    double const place[3] = {cells_.of<&Cell::x>()[row], cells_.of<&Cell::y>()[row], cells_.of<&Cell::z>()[row]};
    auto const dimensions = plan_.three_d ? 3U : 2U;
    for (auto part = plan_.matrix.rbegin(); part != plan_.matrix.rend(); ++part) {
        std::array<double, 3> out{};
        auto distance = 0.0;
        for (std::size_t axis = 0; axis < dimensions; ++axis) {
            out[axis] = plan_.box.nearest_image(place[axis] - part->centre[axis], axis);
            distance += out[axis] * out[axis];
        }
        distance = std::sqrt(distance);
        if (distance < part->inner || distance > part->radius)
            continue;
        using Pattern = MatrixPlan::Pattern;
        auto const known = part->pattern == Pattern::along_axis || distance > 0.0;
        auto const tangential = part->pattern == Pattern::tangential; // fibres in the plane across `out`
        auto const alignment = known ? part->alignment : 0.0;
        auto along = 0.0;
        for (std::size_t axis = 0; axis < dimensions; ++axis) {
            out[axis] = part->pattern == Pattern::along_axis ? (axis == part->axis ? 1.0 : 0.0) : known ? out[axis] / distance : 0.0;
            along += step[axis] * out[axis];
        }
        auto const free = tangential ? dimensions - 1.0 : 1.0; // dimensions of the fibres
        auto const more = std::sqrt(1.0 + (dimensions - free) / free * alignment);
        auto const less = std::sqrt(1.0 - alignment);
        for (std::size_t axis = 0; axis < dimensions; ++axis) {
            auto const radial = along * out[axis];
            auto const across = step[axis] - radial;
            step[axis] = part->speed * (tangential ? less * radial + more * across : more * radial + less * across);
        }
        return;
    }
}

void Tissue::move() {
    outside_.assign(cells_.size(), 0);
    executor_.for_each(cells_.size(), [&](std::size_t row) { displace(row); });
    auto const mx = cells_.of<&Cell::moved_x>();
    auto const my = cells_.of<&Cell::moved_y>();
    auto const mz = cells_.of<&Cell::moved_z>();
    auto longest = 0.0F;
    for (std::size_t row = 0; row < cells_.size(); ++row)
        longest = std::max(longest, mx[row] * mx[row] + my[row] * my[row] + mz[row] * mz[row]);
    farthest_ = std::sqrt(static_cast<double>(longest));
}

/// Adds a step of persistent motion, along gradients and fibres.
void Tissue::crawl(std::size_t row, Walker& walker, double* step) const {
    auto const& motility = kind_of(row).motility;
    auto ou = ou_[cells_.of<&Cell::kind>()[row]];
    auto speed = walker.speed;
    if (!kind_of(row).rules.empty()) {
        auto const persistence = ruled(row, biology::Behaviour::persistence, motility.persistence);
        if (persistence != motility.persistence)
            ou = OuStep(persistence, plan_.dt);
        if (motility.speed > 0.0)
            speed *= ruled(row, biology::Behaviour::speed, motility.speed) / motility.speed;
    }
    auto const a = walker.rng.four_normals();
    double own[3] = {ou.advance(walker.vx, speed, a[0], a[1]), ou.advance(walker.vy, speed, a[2], a[3]), 0.0};
    if (plan_.three_d) {
        auto const b = walker.rng.two_normals();
        own[2] = ou.advance(walker.vz, speed, b[0], b[1]);
    }
    if (!motility.chemotaxis.empty()) {
        auto const v = drift(row);
        for (std::size_t axis = 0; axis < (plan_.three_d ? 3U : 2U); ++axis)
            own[axis] += v[axis] * plan_.dt;
    }
    if (!plan_.matrix.empty())
        guide(row, own);
    for (std::size_t axis = 0; axis < 3; ++axis)
        step[axis] += own[axis];
}

void Tissue::displace(std::size_t row) {
    if (present_[row] == 0)
        return;
    auto const pushed = mechanics_.take(grid_.places()[row]);
    double step[3] = {pushed[0] * plan_.dt, pushed[1] * plan_.dt, plan_.three_d ? pushed[2] * plan_.dt : 0.0};
    auto const slot = cells_.of<&Cell::walker>()[row];
    if (kind_of(row).role == Role::nk)
        for (std::size_t axis = 0; axis < (plan_.three_d ? 3U : 2U); ++axis)
            step[axis] += plan_.dt * bonds_[cells_.of<&Cell::agent>()[row]][axis];
    if (slot != nobody && cells_.of<&Cell::state>()[row] == CellState::alive) {
        auto& walker = walkers_[slot];
        auto const& motility = kind_of(row).motility;
        auto const is_nk = kind_of(row).role == Role::nk;
        auto const held = is_nk && contacts_.nk[cells_.of<&Cell::agent>()[row]].target != nobody;
        auto const stop = walker.touches_target != 0 ? motility.stop_rate_touching : motility.stop_rate;
        auto const both = stop + motility.go_rate;
        if (both > 0.0) {
            auto const changes = (1.0 - std::exp(-both * plan_.dt)) / both * (walker.resting != 0 ? motility.go_rate : stop);
            if (walker.rng.uniform() < changes)
                walker.resting ^= 1;
        }
        if (!held && walker.resting == 0)
            crawl(row, walker, step);
    }
    double place[3] = {cells_.of<&Cell::x>()[row] + step[0], cells_.of<&Cell::y>()[row] + step[1], cells_.of<&Cell::z>()[row] + step[2]};
    double none[3] = {0.0, 0.0, 0.0};
    double* const velocity[3] = {slot != nobody ? &walkers_[slot].vx : &none[0], slot != nobody ? &walkers_[slot].vy : &none[1],
                                 slot != nobody ? &walkers_[slot].vz : &none[2]};
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (!plan_.box.keep(place[axis], *velocity[axis], axis))
            outside_[row] = 1;
    cells_.of<&Cell::moved_x>()[row] = static_cast<float>(step[0]);
    cells_.of<&Cell::moved_y>()[row] = static_cast<float>(step[1]);
    cells_.of<&Cell::moved_z>()[row] = static_cast<float>(step[2]);
    cells_.of<&Cell::x>()[row] = place[0];
    cells_.of<&Cell::y>()[row] = place[1];
    cells_.of<&Cell::z>()[row] = place[2];
}

} // namespace nk::tissue
