#include "nk/base/time.hpp"
#include "nk/body/conjugates.hpp"
#include "nk/body/host_equations.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::body {
namespace {

constexpr double avogadro = 6.02214076e23; // definition of the mole

} // namespace

/// What NK cells of an organ do to the targets of one room, and what that costs them and gives off.
void HostEquations::meet(std::size_t organ, double day, Room& room, double const* y, double* dydt) const {
    auto const& at = layout_.organs[organ];
    auto const classes = layout_.classes;
    auto const count = room.targets.size();
    auto const priming = std::clamp(y[at.priming], 0.0, 1.0);
    auto const content = std::clamp(y[at.content], 0.0, 1.0);
    std::vector<double> killers(classes);
    std::vector<double> targets(count);
    std::vector<double> constants(classes * count, std::numeric_limits<double>::infinity());
    std::vector<biology::Meeting> seen(classes * count);
    for (std::size_t p = 0; p < count; ++p)
        targets[p] = std::max(0.0, room.targets[p].cells);
    for (std::size_t q = 0; q < classes; ++q) {
        killers[q] = std::max(0.0, y[at.nk + q]) * room.nk_share;
        for (std::size_t p = 0; p < count; ++p) {
            auto const& met = room.targets[p];
            auto const pair = q * count + p;
            seen[pair] = plan_.meetings->at(q, met.target, met.damage, {priming, met.hla, content, room.nkg2d});
            auto const opening = plan_.meetings->opening(q, met.target, priming) * litre_per_um3 * minutes_per_day; // [L/day]
            if (opening > 0.0)
                constants[pair] = room.volume / (opening * seen[pair].minutes / minutes_per_day);
        }
    }
    auto const held = conjugates(killers, targets, constants);
    auto hits = 0.0;
    auto secreting = 0.0; // cells that secrete at the greatest rate
    auto const potency = activity(day) * room.activity;
    for (std::size_t q = 0; q < classes; ++q)
        for (std::size_t p = 0; p < count; ++p) {
            auto const pair = q * count + p;
            auto const ending = held[pair] * minutes_per_day / seen[pair].minutes; // contacts that end [1/day]
            room.targets[p].killed += std::min(1.0, seen[pair].kill * potency) * ending;
            room.targets[p].hurt += std::min(1.0, seen[pair].hurt * potency) * ending;
            hits += seen[pair].hits * ending;
            secreting += held[pair] * seen[pair].ifng / seen[pair].minutes;
        }
    auto const all = std::max(1.0, nk_in(organ, y));
    dydt[at.content] -= plan_.contact.killing.content_spent * content * hits / all;
    auto const& slow = plan_.contact.adaptation;
    auto const grams = secreting * slow.ifng_rate * 60.0 * minutes_per_day * slow.ifng_molar_mass / avogadro; // [g/day]
    dydt[at.ifng] += grams * 1e9 / (plan_.organs[organ].organ.law.volume * 1e3);                              // [ng/mL/day]
}

/// NK cells of an organ among its own cells and the infected ones; a tumour is a room of its own.
void HostEquations::organ_meetings(std::size_t organ, double day, double const* y, double* dydt, HostRates* rates) const {
    auto const& at = layout_.organs[organ];
    auto const& law = plan_.organs[organ].organ.law;
    Room room;
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
        auto const levels = damage_levels(infection.course.law.hits_to_kill);
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
