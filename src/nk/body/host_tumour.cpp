#include "nk/base/time.hpp"
#include "nk/body/host_equations.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nk::body {
namespace {

/// Radius of a ball of so many cells [um].
double radius_of(double cells, double density) {
    return std::cbrt(3.0 * cells / density / litre_per_um3 / (4.0 * std::numbers::pi));
}

/// Share of a ball that lies within `depth` of its surface.
double rim(double radius, double depth) {
    auto const core = std::max(0.0, 1.0 - depth / radius);
    return radius > 0.0 ? 1.0 - core * core * core : 1.0;
}

double growth_factor(biology::TumourKind const& kind, double cells) {
    if (kind.growth_law == "exponential")
        return 1.0;
    auto const full = cells / kind.law.capacity;
    return kind.growth_law == "gompertz" ? -std::log(std::clamp(full, 1e-15, 1.0)) / std::log(kind.law.capacity) : 1.0 - full;
}

} // namespace

double HostEquations::tumour_cells(std::size_t index, double const* y) const {
    auto const& at = layout_.tumours[index];
    auto out = 0.0;
    for (auto i = at.cells; i < at.circulating; ++i) // cycling, then dormant
        out += std::max(0.0, y[i]);
    return out;
}

/// Growth, mutation, dormancy, spread and killing of one tumour (model sections 3.3 and 3.8). NK cells are as dense in the nodule as in
/// the organ around it, denser as it draws them, and reach a rim of it.
void HostEquations::tumour(std::size_t index, double day, double const* y, double* dydt, HostRates* rates) const {
    auto const& plan = plan_.tumours[index];
    auto const& law = plan.kind.law;
    auto const& at = layout_.tumours[index];
    auto const& organ = plan_.organs[plan.organ];
    auto const cells = tumour_cells(index, y);
    if (cells <= 0.0)
        return;
    if (tumour_in_box[index]) {
        auto const seeding = spread(index, day, y, dydt);
        feed_adaptive(index, box_killed[index], day, y, dydt);
        if (rates != nullptr)
            rates->tumours[index] = {box_killed[index], 0.0, seeding};
        return;
    }
    auto const levels = biology::damage_levels(plan.hits_to_kill);
    auto const radius = radius_of(cells, law.density);
    auto const reached = rim(radius, law.depth);
    auto const oxygenated = rim(radius, law.hypoxic_radius);

    Room room;
    room.tumour = static_cast<int>(index);
    room.number = plan_.organs.size() + 2 * index;
    room.volume = std::max(cells / law.density, 1e-12);
    room.nk_share = std::min(1.0, room.volume / organ.organ.law.volume *
                                      (1.0 + plan_.laws.traffic.recruitment * cells / (cells + law.recruitment_half)));
    room.nkg2d = 1.0 / (1.0 + law.shedding * cells / law.shed_half);
    room.activity = law.tgfb_floor + (1.0 - law.tgfb_floor) / (1.0 + cells / law.tgfb_half);
    for (std::size_t p = 0; p < plan.phenotypes.size(); ++p)
        for (std::size_t d = 0; d < levels; ++d)
            room.targets.push_back(
                {plan.phenotypes[p].target, d, reached * y[at.cells + p * levels + d], y[layout_.organs[plan.organ].hla]});
    meet(plan.organ, day, room, y, dydt);

    auto const repair = plan_.contact.killing.repair_rate * minutes_per_day;
    auto const drug_kill = depletion(day).tumour;
    auto by_nk = 0.0;
    auto by_cd8 = 0.0;
    for (std::size_t p = 0; p < plan.phenotypes.size(); ++p) {
        auto const& phenotype = plan.phenotypes[p];
        auto own = 0.0;
        for (std::size_t d = 0; d < levels; ++d)
            own += y[at.cells + p * levels + d];
        auto const cd8 =
            own > 0.0 ? cd8_kills(at.adaptive, reached * own, phenotype.hla * y[layout_.organs[plan.organ].hla], organ.organ.law.volume, y)
                      : 0.0;
        auto const divisions = law.growth * phenotype.growth * oxygenated * std::max(0.0, own);
        auto const born = divisions * growth_factor(plan.kind, cells);
        auto const lost_hla = phenotype.without_hla >= 0 ? law.mutation_hla * divisions : 0.0;
        auto const lost_nkg2d = phenotype.without_nkg2d >= 0 ? law.mutation_nkg2d * divisions : 0.0;
        auto const lost_antigen = phenotype.without_antigen >= 0 ? plan_.therapy->laws.host.antigen_loss * divisions : 0.0;
        dydt[at.cells + p * levels] += born - lost_hla - lost_nkg2d - lost_antigen + law.awakening * y[at.dormant + p];
        if (phenotype.without_antigen >= 0)
            dydt[at.cells + static_cast<std::size_t>(phenotype.without_antigen) * levels] += lost_antigen;
        if (phenotype.without_hla >= 0)
            dydt[at.cells + static_cast<std::size_t>(phenotype.without_hla) * levels] += lost_hla;
        if (phenotype.without_nkg2d >= 0)
            dydt[at.cells + static_cast<std::size_t>(phenotype.without_nkg2d) * levels] += lost_nkg2d;
        dydt[at.dormant + p] -= (law.awakening + drug_kill) * y[at.dormant + p];
        for (std::size_t d = 0; d < levels; ++d) {
            auto const i = at.cells + p * levels + d;
            auto const& met = room.targets[p * levels + d];
            auto const share = own > 0.0 ? y[i] / own : 0.0;
            dydt[i] -= met.killed + cd8 * share + (law.dormancy + drug_kill) * y[i];
            dydt[at.dormant + p] += law.dormancy * y[i];
            by_nk += met.killed;
            if (d + 1 < levels) {
                dydt[i] -= met.hurt;
                dydt[i + 1] += met.hurt;
            }
            if (d > 0) {
                dydt[i] -= repair * static_cast<double>(d) * y[i];
                dydt[i - 1] += repair * static_cast<double>(d) * y[i];
            }
        }
        by_cd8 += cd8;
    }
    auto const seeding = spread(index, day, y, dydt);
    dydt[at.by_nk] += by_nk;
    if (plan_.therapy)
        dydt[layout_.il6] += plan_.therapy->laws.host.il6_per_kill * 1e-9 * by_nk;
    dydt[at.by_cd8] += by_cd8;
    feed_adaptive(index, by_nk + by_cd8, day, y, dydt);
    if (rates != nullptr)
        rates->tumours[index] = {by_nk, by_cd8, seeding};
}

/// Antigen of killed cells reaches T cells.
void HostEquations::feed_adaptive(std::size_t index, double killed, double day, double const* y, double* dydt) const {
    auto const& plan = plan_.tumours[index];
    auto const ifng = std::max(0.0, y[layout_.organs[plan.organ].ifng]);
    adaptive(layout_.tumours[index].adaptive, {killed, plan.kind.law.antigenicity, 0.0, ifng / (ifng + plan_.contact.adaptation.mhc_half)},
             day, y, dydt);
}

/// Cells leave from the surface, live in blood for a while and rarely found a metastasis; NK cells of that organ meet them there.
double HostEquations::spread(std::size_t index, double day, double const* y, double* dydt) const {
    auto const& plan = plan_.tumours[index];
    auto const& law = plan.kind.law;
    auto const& at = layout_.tumours[index];
    auto const cells = tumour_cells(index, y);
    auto const surface = std::pow(cells, 2.0 / 3.0);
    auto const released = law.circulating * surface;
    auto const circulating = std::max(0.0, y[at.circulating]);
    Room lodged;
    lodged.number = plan_.organs.size() + 2 * index + 1;
    auto const where = plan.spreads >= 0 ? static_cast<std::size_t>(plan.spreads) : plan_.blood;
    lodged.volume = plan_.organs[where].organ.law.volume;
    lodged.targets.push_back({plan.phenotypes.front().target, 0, circulating, 1.0});
    meet(where, day, lodged, y, dydt);
    auto const leaving = (law.circulating_death + depletion(day).tumour) * circulating;
    dydt[at.circulating] += released - leaving - lodged.targets.front().killed;
    dydt[at.founded] += law.seeding * leaving;
    return law.seeding * leaving;
}

HostEquations::TumourHazard HostEquations::tumour_hazard(std::size_t index, double day, double const* y) const {
    auto const& plan = plan_.tumours[index];
    auto const& organ = plan_.organs[plan.organ].organ;
    auto const cells = tumour_cells(index, y);
    auto const reached = cells * rim(radius_of(cells, plan.kind.law.density), plan.kind.law.depth);
    auto const hla = y[layout_.organs[plan.organ].hla];
    auto const killed = reached > 0.0 ? cd8_kills(layout_.tumours[index].adaptive, reached, hla, organ.law.volume, y) : 0.0;
    return {depletion(day).tumour, cells > 0.0 ? killed / cells : 0.0};
}

} // namespace nk::body
