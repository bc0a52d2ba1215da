#include "nk/base/time.hpp"
#include "nk/body/conjugates.hpp"
#include "nk/body/host_equations.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::body {
namespace {

constexpr double avogadro = 6.02214076e23; // definition of the mole

/// A contact when a share of the cells is under drugs.
biology::Meeting mixed(biology::Meeting const& plain, biology::Meeting const& drugged, double share) {
    auto const mix = [&](double a, double b) { return (1.0 - share) * a + share * b; };
    return {mix(plain.kill, drugged.kill), mix(plain.hurt, drugged.hurt), mix(plain.minutes, drugged.minutes),
            mix(plain.hits, drugged.hits), mix(plain.ifng, drugged.ifng)};
}

} // namespace

/// NK cells of one origin in a room.
struct HostEquations::Crew {
    biology::MeetingTable const* meetings;
    biology::MeetingTable const* with_drugs; ///< null = no drug
    std::vector<double> cells;               ///< by class
    double priming;
    double content;
    double activity;
    double speed;
    double all; ///< that share the granules [cell]
    std::size_t content_at;
    int graft; ///< -1 = the host's own
};

std::vector<HostEquations::Crew> HostEquations::crews(std::size_t organ, Room const& room, double const* y) const {
    auto const& at = layout_.organs[organ];
    std::vector<Crew> out;
    out.push_back({plan_.meetings.get(), plan_.with_drugs.get(), class_numbers(*plan_.meetings, layout_.populations, y + at.nk),
                   std::clamp(y[at.priming], 0.0, 1.0), std::clamp(y[at.content], 0.0, 1.0), 1.0, 1.0, std::max(1.0, nk_in(organ, y)),
                   at.content, -1});
    for (auto& cells : out[0].cells)
        cells *= room.nk_share;
    for (std::size_t g = 0; g < layout_.grafts.size(); ++g) {
        if (!graft_runs[g])
            continue;
        auto const& plan = plan_.therapy->grafts[g];
        auto const& of = layout_.grafts[g];
        Crew one{plan.meetings.get(),
                 plan.with_drugs.get(),
                 class_numbers(*plan.meetings, of.populations, y + of.nk + organ * of.populations.size()),
                 std::clamp(y[of.priming], 0.0, 1.0),
                 std::clamp(y[of.content], 0.0, 1.0),
                 plan.potency,
                 plan.speed,
                 std::max(1.0, graft_everywhere(g, y)),
                 of.content,
                 static_cast<int>(g)};
        std::vector<double> injected(one.cells.size(), 0.0);
        if (room.tumour >= 0)
            injected = class_numbers(*plan.meetings, of.populations,
                                     y + of.inside + static_cast<std::size_t>(room.tumour) * of.populations.size());
        for (std::size_t q = 0; q < one.cells.size(); ++q)
            one.cells[q] = (one.cells[q] * room.nk_share + injected[q]) * plan.motile;
        out.push_back(std::move(one));
    }
    return out;
}

/// All that decides what happens in a room, as numbers: equal numbers, equal outcome.
std::vector<double> HostEquations::inputs_of(Room const& room, std::vector<Crew> const& crews, double own_activity, double under_drugs) {
    std::vector<double> out{room.volume, room.nkg2d, room.activity, own_activity, under_drugs};
    for (auto const& met : room.targets)
        out.insert(out.end(), {static_cast<double>(met.target), static_cast<double>(met.damage), met.cells, met.hla});
    for (auto const& crew : crews) {
        out.insert(out.end(), {crew.priming, crew.content, static_cast<double>(crew.graft)});
        out.insert(out.end(), crew.cells.begin(), crew.cells.end());
    }
    return out;
}

/// What NK cells of a room crawl among.
biology::Surroundings HostEquations::surroundings_of(Room const& room) const {
    biology::Surroundings out;
    for (auto const& met : room.targets)
        out.add(plan_.meetings->search(), plan_.meetings->targets()[met.target].radius,
                std::max(0.0, met.cells) / (room.volume / litre_per_um3));
    return out;
}

/// Solves the meetings of a room.
HostEquations::Met HostEquations::solve_room(Room const& room, std::vector<Crew> const& crews, double own_activity,
                                             double under_drugs) const {
    auto const count = room.targets.size();
    std::vector<double> killers, constants;
    std::vector<biology::Meeting> seen;
    std::vector<double> targets(count);
    for (std::size_t p = 0; p < count; ++p)
        targets[p] = std::max(0.0, room.targets[p].cells);
    auto const around = surroundings_of(room);
    for (auto const& crew : crews)
        for (std::size_t q = 0; q < crew.cells.size(); ++q) {
            killers.push_back(crew.cells[q]);
            for (std::size_t p = 0; p < count; ++p) {
                auto const& met = room.targets[p];
                biology::MeetingState const state{crew.priming, met.hla, crew.content, room.nkg2d};
                auto one = crew.meetings->at(q, met.target, met.damage, state);
                if (crew.with_drugs != nullptr && under_drugs > 0.0)
                    one = mixed(one, crew.with_drugs->at(q, met.target, met.damage, state), under_drugs);
                auto const opening =
                    crew.speed * crew.meetings->opening(q, met.target, crew.priming, around) * litre_per_um3 * minutes_per_day; // [L/day]
                constants.push_back(opening > 0.0 ? room.volume / (opening * one.minutes / minutes_per_day)
                                                  : std::numeric_limits<double>::infinity());
                seen.push_back(one);
            }
        }
    auto const held = conjugates(killers, targets, constants);
    Met out;
    out.killed.assign(count, 0.0);
    out.hurt.assign(count, 0.0);
    std::size_t pair = 0;
    for (auto const& crew : crews) {
        auto const potency = (crew.graft < 0 ? own_activity : crew.activity) * room.activity;
        auto hits = 0.0;
        auto killed = 0.0;
        for (std::size_t q = 0; q < crew.cells.size(); ++q)
            for (std::size_t p = 0; p < count; ++p, ++pair) {
                auto const ending = held[pair] * minutes_per_day / seen[pair].minutes; // contacts that end [1/day]
                auto const dying = std::min(1.0, seen[pair].kill * potency) * ending;
                out.killed[p] += dying;
                out.hurt[p] += std::min(1.0, seen[pair].hurt * potency) * ending;
                killed += dying;
                hits += seen[pair].hits * ending;
                out.secreting += held[pair] * seen[pair].ifng / seen[pair].minutes;
            }
        out.hits.push_back(hits);
        out.killed_by.push_back(killed);
    }
    return out;
}

/// What NK cells of an organ do to the targets of one room, and what that costs them and gives off. A room whose numbers did not change
/// since it was last asked (for one column of the Jacobian most do not) keeps its outcome.
void HostEquations::meet(std::size_t organ, double day, Room& room, double const* y, double* dydt) const {
    auto const& at = layout_.organs[organ];
    auto const all = crews(organ, room, y);
    auto const own_activity = activity(day);
    auto const under_drugs = drugs(day);
    auto& last = last_met_[room.number];
    if (auto inputs = inputs_of(room, all, own_activity, under_drugs); inputs != last.inputs) {
        last.met = solve_room(room, all, own_activity, under_drugs);
        last.inputs = std::move(inputs);
    }
    auto const& met = last.met;
    for (std::size_t p = 0; p < room.targets.size(); ++p) {
        room.targets[p].killed += met.killed[p];
        room.targets[p].hurt += met.hurt[p];
    }
    for (std::size_t c = 0; c < all.size(); ++c) {
        auto const& crew = all[c];
        dydt[crew.content_at] -= plan_.contact.killing.content_spent * crew.content * met.hits[c] / crew.all;
        if (crew.graft >= 0)
            dydt[layout_.grafts[static_cast<std::size_t>(crew.graft)].killed] += met.killed_by[c];
    }
    auto const& slow = plan_.contact.adaptation;
    auto const grams = met.secreting * slow.ifng_rate * 60.0 * minutes_per_day * slow.ifng_molar_mass / avogadro; // [g/day]
    dydt[at.ifng] += grams * 1e9 / (plan_.organs[organ].organ.law.volume * 1e3);                                  // [ng/mL/day]
}

/// NK cells of an organ among its own cells and the infected ones; a tumour is a room of its own.
void HostEquations::organ_meetings(std::size_t organ, double day, double const* y, double* dydt, HostRates* rates) const {
    auto const& at = layout_.organs[organ];
    auto const& law = plan_.organs[organ].organ.law;
    Room room;
    room.number = organ;
    room.volume = law.volume;
    auto const self = plan_.organs[organ].self;
    if (self >= 0)
        room.targets.push_back({static_cast<std::size_t>(self), 0, law.cells * y[at.alive], y[at.hla]});
    std::vector<std::size_t> first(plan_.infections.size(), 0);
    for (std::size_t i = 0; i < plan_.infections.size(); ++i) {
        auto const& infection = plan_.infections[i];
        if (!infection_runs[i] || infection_cleared[i] || infection.organ != organ)
            continue;
        first[i] = room.targets.size();
        auto const levels = biology::damage_levels(infection.course.law.hits_to_kill);
        for (std::size_t d = 0; d < levels; ++d)
            room.targets.push_back({infection.target, d, y[layout_.infections[i].infected + d], y[at.hla]});
    }
    if (room.targets.empty())
        return;
    meet(organ, day, room, y, dydt);
    if (self >= 0) {
        auto const lost = room.targets.front().killed;
        dydt[at.alive] -= lost / law.cells;
        if (rates != nullptr)
            rates->self[organ] = lost;
    }
    for (std::size_t i = 0; i < plan_.infections.size(); ++i)
        if (infection_runs[i] && !infection_cleared[i] && plan_.infections[i].organ == organ)
            infection_killed(i, room, first[i], y, dydt, rates);
}

} // namespace nk::body
