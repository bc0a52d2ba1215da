#include "nk/biology/product.hpp"

#include "nk/base/error.hpp"
#include "nk/numerics/ode.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nk::biology {
namespace {

constexpr double few = 1e-9; ///< of the cells that a culture began with: the mean doublings of fewer are noise of the integrator

/// A share with log-normal odds about its median.
double drawn_share(double median, double spread, Random& rng) {
    auto const z = rng.normal();
    if (median <= 0.0 || median >= 1.0)
        return median;
    auto const odds = median / (1.0 - median) * std::exp(spread * z);
    return odds / (1.0 + odds);
}

double drawn_rate(double median, double spread, Random& rng) {
    return median * std::exp(spread * rng.normal());
}

/// A share of each kind of cell comes through; the rest is lost.
StepOutcome passed(CellBag bag, CellCounts const& share) {
    auto const in = bag.cells;
    bag.cells = {in.nk * share.nk, in.t * share.t, in.b * share.b, in.other * share.other};
    CellCounts const lost{in.nk - bag.cells.nk, in.t - bag.cells.t, in.b - bag.cells.b, in.other - bag.cells.other};
    return {std::move(bag), lost, {}, {}};
}

StepOutcome passed(CellBag bag, double share) {
    return passed(std::move(bag), {share, share, share, share});
}

/// Mean over a bag when a share of the cells gets another value.
double mixed(double before, double changed, double share) {
    return before + share * (changed - before);
}

/// Living cells of one kind after division and death at constant rates, with those that were born and died.
struct Growth {
    double cells;
    double born;
    double died;
};
Growth grown(double cells, double division, double death, double time) {
    auto const net = division - death;
    auto const integral = std::abs(net * time) < 1e-12 ? cells * time : cells * std::expm1(net * time) / net;
    auto const born = division * integral;
    auto const died = death * integral;
    return {std::max(0.0, cells + born - died), born, died};
}

/// Moves receptors, granules and motion towards what the culture makes of them.
void drift(CellBag& bag, Expansion const& expansion, double time) {
    auto const old = std::exp(-time / expansion.law.drift_time);
    auto const moved = [&](double from, double to) { return to + (from - to) * old; };
    bag.priming = moved(bag.priming, expansion.law.priming);
    bag.content = moved(bag.content, expansion.law.content);
    bag.motile = moved(bag.motile, expansion.law.motile);
    bag.speed = moved(bag.speed, expansion.law.speed);
    auto factors = expansion.receptors;
    for (auto const& [name, factor] : bag.receptors)
        factors.try_emplace(name, 1.0);
    for (auto const& [name, factor] : factors) {
        auto const before = bag.receptors.contains(name) ? bag.receptors.at(name) : 1.0;
        bag.receptors[name] = std::pow(before, old) * std::pow(factor, 1.0 - old);
    }
}

} // namespace

std::map<std::string, double> CellBag::receptor_factors() const {
    auto out = receptors;
    for (auto const& [name, factor] : edits)
        out[name] = factor * (out.contains(name) ? out.at(name) : 1.0);
    return out;
}

SourceLaw draw(SourceLaw law, Random& rng) {
    law.cells *= rng.lognormal_mean_one(law.cells_spread);
    law.nk = drawn_share(law.nk, law.nk_spread, rng);
    return law;
}

SelectionLaw draw(SelectionLaw law, Random& rng) {
    law.recovery = drawn_share(law.recovery, law.recovery_spread, rng);
    law.t_log = std::max(0.0, law.t_log + law.t_log_spread * rng.normal());
    auto const same = rng; // both kinds come through together
    law.b_passage = drawn_share(law.b_passage, law.passage_spread, rng);
    rng = same;
    law.other_passage = drawn_share(law.other_passage, law.passage_spread, rng);
    return law;
}

ExpansionLaw draw(ExpansionLaw law, Random& rng) {
    law.division = drawn_rate(law.division, law.division_spread, rng);
    law.limit = drawn_rate(law.limit, law.limit_spread, rng);
    return law;
}

ProductPrimingLaw draw(ProductPrimingLaw law, Random& rng) {
    law.recovery = drawn_share(law.recovery, law.recovery_spread, rng);
    return law;
}

GeneLaw draw(GeneLaw law, Random& rng) {
    law.share = drawn_share(law.share, law.share_spread, rng);
    return law;
}

StorageLaw draw(StorageLaw law, Random& rng) {
    law.viability = drawn_share(law.viability, law.viability_spread, rng);
    return law;
}

CellBag collect_cells(Source const& source) {
    auto const& law = source.law;
    auto const rest = law.cells * (1.0 - law.nk);
    CellBag bag;
    bag.cells = {law.cells * law.nk, rest * law.t, rest * law.b, rest * std::max(0.0, 1.0 - law.t - law.b)};
    bag.viability = law.viability;
    bag.uneducated = law.uneducated;
    bag.vigour = law.vigour;
    bag.priming = law.priming;
    bag.content = law.content;
    bag.motile = law.motile;
    bag.speed = law.speed;
    bag.receptors = source.receptors;
    bag.effector = source.effector;
    return bag;
}

StepOutcome select_cells(CellBag bag, SelectionLaw const& law, double site) {
    bag.viability *= law.survival;
    return passed(std::move(bag), {std::min(1.0, law.recovery * site), std::pow(10.0, -law.t_log), law.b_passage, law.other_passage});
}

Culture grow_culture(ExpansionLaw const& law, Feeding const& feeding, double vigour, double doublings) {
    NK_EXPECT(feeding.time >= 0.0 && feeding.first >= 0.0 && feeding.again >= 0.0 && feeding.restimulation > 0.0);
    auto stimulated = 1.0;
    numerics::Rhs const rhs = [&](double, double const* y, double* dydt) {
        auto const q = y[0];
        auto const d = y[1];
        auto const feeders = std::max(0.0, y[4]);
        auto const young = [&](double cells, double sum) { return std::max(0.0, 1.0 - sum / std::max(few, cells) / law.limit); };
        auto const recruited = (law.recruitment_alone + law.recruitment * feeders / (feeders + law.feeder_half)) * young(q, y[2]);
        auto const divides = law.division * vigour * young(d, y[3]);
        auto const kept = divides - law.dividing_death - law.rest;
        dydt[0] = -(recruited + law.resting_death) * q + law.rest * d;
        dydt[1] = 2.0 * recruited * q + kept * d;
        dydt[2] = -(recruited + law.resting_death) * y[2] + law.rest * y[3];
        dydt[3] = 2.0 * recruited * (y[2] + q) + kept * y[3] + divides * d / std::numbers::ln2;
        dydt[4] = -(law.feeder_kill * d / stimulated + law.feeder_loss) * feeders;
        dydt[5] = recruited * q + divides * d;
        dydt[6] = law.resting_death * q + law.dividing_death * d;
    };
    std::vector<double> y{1.0, 0.0, doublings, 0.0, feeding.first, 0.0, 0.0};
    for (double from = 0.0; from < feeding.time;) {
        auto const until = std::min(feeding.time, from + feeding.restimulation);
        y = numerics::integrate(rhs, std::move(y), from, until, {1e-11, 1e-14});
        from = until;
        if (from < feeding.time) {
            auto const now = std::max(1e-300, y[0] + y[1]);
            y[4] = y[4] * stimulated / now + feeding.again;
            stimulated = now;
        }
    }
    return {y[0], y[1], y[2], y[3], y[4], y[5], y[6]};
}

StepOutcome expand_cells(CellBag bag, Expansion const& expansion, Feeding const& feeding) {
    auto const& law = expansion.law;
    auto const in = bag.cells;
    auto const culture = grow_culture(law, feeding, bag.vigour, bag.doublings);
    auto const harvest = [&](double cells, double division, double death) {
        return grown(cells * bag.viability, division, death, feeding.time).cells;
    };
    auto const all = in.nk * bag.viability * culture.cells() + harvest(in.t, law.t_division, law.t_death) +
                     harvest(in.b, 0.0, law.b_death) + harvest(in.other, 0.0, law.other_death);
    auto const room = law.volume * 1000.0 * law.density;
    auto const used = all > room ? room / all : 1.0;
    auto const begun = used * bag.viability;
    CellCounts const lost{in.nk * (1.0 - begun), in.t * (1.0 - begun), in.b * (1.0 - begun), in.other * (1.0 - begun)};
    auto const started = in.nk * begun;
    // The integrator keeps the balance only to its tolerance; what it left open is counted as death, so that no cell is made or lost.
    auto const born = started * culture.born;
    Growth const nk{started * culture.cells(), born, started + born - started * culture.cells()};
    auto const t = grown(in.t * begun, law.t_division, law.t_death, feeding.time);
    auto const b = grown(in.b * begun, 0.0, law.b_death, feeding.time);
    auto const other = grown(in.other * begun, 0.0, law.other_death, feeding.time);
    bag.cells = {nk.cells, t.cells, b.cells, other.cells};
    bag.viability = law.viability;
    bag.alive_24h = 1.0;
    bag.doublings = culture.doublings();
    bag.senescent = std::clamp(bag.doublings / law.limit, 0.0, 1.0);
    drift(bag, expansion, feeding.time);
    return {std::move(bag), lost, {nk.born, t.born, b.born, other.born}, {nk.died, t.died, b.died, other.died}, used};
}

StepOutcome prime_cells(CellBag bag, ProductPriming const& priming) {
    auto const& law = priming.law;
    bag.viability *= law.survival;
    bag.priming = std::max(bag.priming, law.priming);
    bag.content *= law.content;
    bag.motile = std::max(bag.motile, law.motile);
    for (auto const& [name, factor] : priming.receptors)
        bag.receptors[name] = factor * (bag.receptors.contains(name) ? bag.receptors.at(name) : 1.0);
    return passed(std::move(bag), {law.recovery, law.other_recovery, law.other_recovery, law.other_recovery});
}

StepOutcome change_gene(CellBag bag, Gene const& gene, ProductCar const& car) {
    auto const& effect = gene.effect;
    auto const share = gene.law.share * mixed(gene.law.resting, 1.0, bag.priming);
    bag.viability *= gene.law.survival;
    if (effect.copies > 0.0)
        bag.car = {car.antigen, car.copies > 0.0 ? car.copies : effect.copies, share, car.kd};
    for (auto const& [name, factor] : gene.receptors)
        bag.edits[name] = mixed(1.0, factor, share) * (bag.edits.contains(name) ? bag.edits.at(name) : 1.0);
    bag.il15_secretion += share * effect.il15_secretion;
    bag.il15_signal += share * effect.il15_signal;
    bag.il15_sensitivity *= mixed(1.0, effect.il15_sensitivity, share);
    bag.death *= mixed(1.0, effect.death, share);
    bag.cd16_kept = mixed(bag.cd16_kept, std::max(bag.cd16_kept, effect.cd16_kept), share);
    return passed(std::move(bag), gene.law.recovery);
}

StepOutcome freeze_cells(CellBag bag, StorageLaw const& law) {
    bag.viability *= law.viability;
    bag.alive_24h *= law.alive_24h;
    bag.motile *= law.motile;
    bag.speed *= law.speed;
    bag.content *= law.content;
    return passed(std::move(bag), law.recovery);
}

StepOutcome irradiate_cells(CellBag bag, StorageLaw const& law) {
    auto out = freeze_cells(std::move(bag), law);
    out.bag.irradiated = true;
    return out;
}

} // namespace nk::biology
