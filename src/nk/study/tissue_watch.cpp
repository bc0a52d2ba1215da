#include "nk/study/tissue_watch.hpp"

#include "nk/base/time.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nk::study {
namespace {

using tissue::Cell;
using tissue::CellState;
using tissue::Happening;
using tissue::Role;

// How tracks are read, not biology: a usual frame interval of time-lapse films, and the usual limit below which a cell counts as arrested.
constexpr double frame_minutes = 1.0;
constexpr double arrested_below = 2.0; ///< [um/min]
constexpr double near = 10.0;          ///< surface to surface, a cell's diameter [um]

double share(double part, double whole) {
    return whole > 0.0 ? part / whole : NAN;
}

std::array<double, 3> place_of(tissue::Tissue const& tissue, std::size_t row) {
    auto const& cells = tissue.cells();
    return {cells.of<&Cell::x>()[row], cells.of<&Cell::y>()[row], cells.of<&Cell::z>()[row]};
}

double distance(tissue::Tissue const& tissue, std::array<double, 3> const& a, std::array<double, 3> const& b) {
    auto sum = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        auto const d = tissue.plan().box.nearest_image(b[axis] - a[axis], axis);
        sum += d * d;
    }
    return std::sqrt(sum);
}

/// Calls visit(row, kind, role) for every living cell.
template <class Visit> void for_living(tissue::Tissue const& tissue, Visit visit) {
    auto const& cells = tissue.cells();
    for (std::size_t row = 0; row < cells.size(); ++row)
        if (cells.of<&Cell::state>()[row] == CellState::alive) {
            auto const kind = cells.of<&Cell::kind>()[row];
            visit(row, kind, tissue.plan().kinds[kind].role);
        }
}

std::vector<double> living(tissue::Tissue const& tissue) {
    std::vector<double> out(tissue.plan().kinds.size());
    for_living(tissue, [&](std::size_t, std::size_t kind, Role) { ++out[kind]; });
    return out;
}

/// Share of living NK cells with a living target near them.
double share_near_targets(tissue::Tissue const& tissue) {
    std::vector<std::pair<std::array<double, 3>, double>> targets;
    for_living(tissue, [&](std::size_t row, std::size_t, Role role) {
        if (role == Role::target)
            targets.emplace_back(place_of(tissue, row), static_cast<double>(tissue.cells().of<&Cell::radius>()[row]));
    });
    auto close = 0.0;
    auto all = 0.0;
    for_living(tissue, [&](std::size_t row, std::size_t, Role role) {
        if (role != Role::nk)
            return;
        auto const at = place_of(tissue, row);
        auto const reach = near + static_cast<double>(tissue.cells().of<&Cell::radius>()[row]);
        all += 1.0;
        close += std::any_of(targets.begin(), targets.end(),
                             [&](auto const& target) { return distance(tissue, at, target.first) < reach + target.second; })
                     ? 1.0
                     : 0.0;
    });
    return share(close, all);
}

} // namespace

TissueWatch::TissueWatch(tissue::Tissue const& tissue) : at_start_(living(tissue)) {
    follow_tracks(tissue);
}

void TissueWatch::look(tissue::Tissue& tissue) {
    for (auto const& entry : tissue.take_ledger()) {
        ledger_.push_back(entry);
        infections_ += entry.what == Happening::infected ? 1.0 : 0.0;
        arrived_ += entry.what == Happening::arrived ? 1.0 : 0.0;
        if (entry.what == Happening::committed)
            died_at_[entry.target] = {};
    }
    if (std::any_of(died_at_.begin(), died_at_.end(), [](auto const& one) { return one.second == Place{}; }))
        for (std::size_t row = 0; row < tissue.cells().size(); ++row)
            if (auto const found = died_at_.find(tissue.cells().of<&Cell::id>()[row]); found != died_at_.end() && found->second == Place{})
                found->second = place_of(tissue, row);
    if (tissue.time() >= static_cast<double>(frame_) * frame_minutes - 1e-9)
        follow_tracks(tissue);
}

void TissueWatch::follow_tracks(tissue::Tissue const& tissue) {
    std::map<std::uint32_t, Place> now;
    for_living(tissue, [&](std::size_t row, std::size_t, Role role) {
        if (role != Role::nk)
            return;
        auto const id = tissue.cells().of<&Cell::id>()[row];
        auto const at = place_of(tissue, row);
        now.emplace(id, at);
        auto const before = track_at_.find(id);
        if (before == track_at_.end())
            return;
        auto const speed = distance(tissue, before->second, at) / frame_minutes;
        tracks_.intervals += 1.0;
        tracks_.speed += speed;
        if (speed < arrested_below)
            tracks_.arrested += 1.0;
        else
            tracks_.moving += speed;
    });
    track_at_ = std::move(now);
    ++frame_;
}

simulate::ContactHistory TissueWatch::history(tissue::Tissue const& tissue) const {
    auto const& contacts = tissue.contacts();
    simulate::ContactHistory out{ledger_, contacts.nk, contacts.targets, died_at_, contacts.ifng, tissue.time()};
    for_living(tissue, [&](std::size_t row, std::size_t, Role role) {
        if (role == Role::target)
            out.targets_at.emplace(tissue.cells().of<&Cell::id>()[row], place_of(tissue, row));
    });
    return out;
}

simulate::Readouts TissueWatch::readouts(tissue::Tissue const& tissue) const {
    simulate::Readouts out;
    simulate::add_contact_readouts(history(tissue), out);
    add_cells(tissue, out);
    add_tracks(out);
    out["nk_near_targets_percent"] = 100.0 * share_near_targets(tissue);
    for (std::size_t s = 0; s < tissue.fields().count(); ++s) {
        auto const& grid = tissue.fields().grid();
        out["mean_" + tissue.fields().plan(s).name] = tissue.fields().molecules(s) / (static_cast<double>(grid.size()) * grid.volume());
    }
    return out;
}

void TissueWatch::add_cells(tissue::Tissue const& tissue, simulate::Readouts& out) const {
    auto const alive = living(tissue);
    auto targets = 0.0;
    auto targets_at_start = 0.0;
    auto nk = 0.0;
    for (std::size_t k = 0; k < alive.size(); ++k) {
        auto const& kind = tissue.plan().kinds[k];
        out["alive_" + kind.name] = alive[k];
        out["alive_share_" + kind.name] = share(alive[k], at_start_[k]);
        if (kind.role == Role::nk) {
            nk += alive[k];
            continue;
        }
        out["killed_" + kind.name] = static_cast<double>(tissue.killed()[k]);
        out["gone_" + kind.name] = alive[k] > 0.0 ? 0.0 : 1.0;
        targets += alive[k];
        targets_at_start += at_start_[k];
    }
    auto infected = 0.0;
    for_living(tissue, [&](std::size_t row, std::size_t, Role) {
        infected += tissue.cells().of<&Cell::infection>()[row] >= biology::InfectionState::eclipse ? 1.0 : 0.0;
    });
    auto const killed = static_cast<double>(std::accumulate(tissue.killed().begin(), tissue.killed().end(), std::uint64_t{0}));
    auto const days = tissue.time() / minutes_per_day;
    out["targets"] = targets_at_start;
    out["targets_alive"] = targets;
    out["nk_alive"] = nk;
    out["nk_arrived"] = arrived_;
    out["infected_cells"] = infected;
    out["infections"] = infections_;
    out["kills_per_day"] = share(killed, days);
    out["kills_per_nk_per_day"] = share(out["kills_per_nk"], days);
    out["hits_per_million_targets_per_day"] = 1e6 * share(out["hits"], targets_at_start * days);
}

void TissueWatch::add_tracks(simulate::Readouts& out) const {
    out["nk_speed_um_per_min"] = share(tracks_.speed, tracks_.intervals);
    out["nk_speed_moving_um_per_min"] = share(tracks_.moving, tracks_.intervals - tracks_.arrested);
    out["nk_arrest_percent"] = 100.0 * share(tracks_.arrested, tracks_.intervals);
}

} // namespace nk::study
