#include "nk/biology/search.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nk::biology {
namespace {

/// Distance of the centres when the two cells touch [um].
double touch_distance(SearchLaw const& law, double target_radius) {
    return 0.5 * law.nk_diameter + target_radius;
}

double ball(double radius) {
    return 4.0 / 3.0 * std::numbers::pi * radius * radius * radius;
}

} // namespace

double touching_volume(SearchLaw const& law, double target_radius) {
    auto const touch = touch_distance(law, target_radius);
    auto const shell = ball(touch + law.reach) - ball(touch);
    // against a wall, cells whose velocity has the persistence time P are as many as in a layer of sqrt(pi/2) speed P (AOUP, hard wall)
    auto const wall = std::sqrt(0.5 * std::numbers::pi / 3.0) * law.speed_gel * law.persistence;
    // straight paths slide along the ball, pi L^3, and leave it tangentially, pi L^2 sqrt(2 L reach); as a layer, without the shell
    auto const slides_off = 0.25 * (touch + std::sqrt(2.0 * touch * law.reach)) - law.reach;
    // between the two, within 8 % of walks that were simulated
    auto const layer = wall > 0.0 && slides_off > 0.0 ? 1.0 / std::hypot(1.0 / wall, 1.0 / slides_off) : 0.0;
    return shell + 4.0 * std::numbers::pi * touch * touch * layer;
}

void Surroundings::add(SearchLaw const& law, double target_radius, double density) {
    swept += density * touching_volume(law, target_radius);
    neighbours += density * ball(touch_distance(law, target_radius) + law.reach);
}

double search_rate(SearchLaw const& law, double target_radius, double priming) {
    auto const speed = law.speed_gel * (1.0 + (law.speed_primed_factor - 1.0) * priming);
    auto const touch = touch_distance(law, target_radius);
    auto const kinetic = std::numbers::pi * touch * touch * speed;
    auto const diffusive = 4.0 * std::numbers::pi * (speed * speed * law.persistence / 3.0) * touch;
    return kinetic > 0.0 ? 1.0 / (1.0 / kinetic + 1.0 / diffusive) : 0.0;
}

double opening_coefficient(SearchLaw const& law, double target_radius, double icam1, double priming, double attach,
                           Surroundings const& around) {
    auto const rests = [&](double stop) { return law.go_rate > 0.0 ? stop / law.go_rate : 0.0; }; // for each time of moving
    auto const free = 1.0 + rests(law.stop_rate);
    auto const touching = 1.0 + rests(law.stop_rate_touching);
    auto const all = free + around.swept * touching; // time, in units of that in which it moves and touches nobody
    auto const search = search_rate(law, target_radius, priming) * (1.0 + around.swept) / all;
    auto const at_once = 1.0 + std::min(around.neighbours, law.neighbour_slots);
    auto const rate = law.attach_rate * law.attach_in_tissue * attach * (1.0 + (law.attach_primed_factor - 1.0) * priming) * icam1 /
                      (icam1 + law.icam_half);
    auto const attachment = rate * touching_volume(law, target_radius) * touching / all * at_once;
    return attachment > 0.0 && search > 0.0 ? 1.0 / (1.0 / search + 1.0 / attachment) : 0.0;
}

} // namespace nk::biology
