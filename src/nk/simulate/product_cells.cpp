#include "nk/simulate/product_cells.hpp"

#include "nk/biology/panel.hpp"

#include <algorithm>

namespace nk::simulate {

biology::ProductOutcome manufacture(scenario::ProductScenario const& product, double weight, ParameterBase const& base,
                                    std::uint64_t seed) {
    return biology::make_product(scenario::plan_of(product, weight), biology::ProductTables::from(base), seed);
}

ProductCells cells_of_product(scenario::ProductScenario const& product, double weight, ParameterBase const& base, std::uint64_t seed) {
    auto const made = manufacture(product, weight, base, seed);
    auto const& bag = made.bag;
    ProductCells out;
    out.nk = bag.cells.nk;
    out.viability = bag.viability;
    out.alive_24h = bag.alive_24h;
    out.priming = bag.priming;
    out.content = bag.content;
    out.motile = bag.motile;
    out.speed = bag.speed;
    out.armour = bag.il15_signal;
    out.sensitivity = bag.il15_sensitivity;
    out.survival = bag.death;
    out.young = 1.0 - bag.senescent;
    out.irradiated = bag.irradiated;
    auto const panel = biology::Panel::from(base);
    auto const gates = base.attribute("effector." + bag.effector + ".gates");
    for (auto const& gate : gates) // a line that lacks a receptor has no copies of it
        if (gate.back() == '-')
            out.effector.copies[gate.substr(0, gate.size() - 1)] = 0.0;
    for (auto const& [receptor, factor] : bag.receptor_factors())
        if (auto const r = panel.receptor(receptor); r >= 0 && !out.effector.copies.contains(receptor))
            out.effector.copies[receptor] = factor * panel.receptors[static_cast<std::size_t>(r)].copies;
    if (!bag.car.antigen.empty()) {
        out.effector.car_antigen = bag.car.antigen;
        out.effector.copies["CAR"] = bag.car.copies;
        out.frequency["CAR"] = bag.car.share;
    }
    return out;
}

} // namespace nk::simulate
