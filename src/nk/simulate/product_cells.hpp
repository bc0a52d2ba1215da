#pragma once
#include "nk/base/parameters.hpp"
#include "nk/biology/product.hpp"
#include "nk/scenario/host_scenario.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace nk::simulate {

/// NK cells of a product as a body and a well take them up.
struct ProductCells {
    double nk = 0.0;        ///< made, for all doses [cell]
    double viability = 1.0; ///< of them alive when given [1]
    double priming = 0.0;
    double content = 1.0;
    double motile = 1.0;
    double speed = 1.0;
    double armour = 0.0;      ///< IL-15 signal of their own
    double sensitivity = 1.0; ///< IL-15 signal felt, relative
    double survival = 1.0;    ///< factor of their death rate
    double alive_24h = 1.0;   ///< of those alive when given, after a day
    double young = 1.0;       ///< share that still divides
    bool irradiated = false;
    scenario::Effector effector;             ///< receptors as they are after all steps
    std::map<std::string, double> frequency; ///< share of cells with a receptor that was put in
};

/// A product as its steps make it, of the donor and run with this seed.
/// errors  ScenarioError for steps that do not fit together
/// weight  of the patient [kg]
ProductCells cells_of_product(scenario::ProductScenario const& product, double weight, ParameterBase const& base, std::uint64_t seed);
/// The same with the batch record and the release tests.
biology::ProductOutcome manufacture(scenario::ProductScenario const& product, double weight, ParameterBase const& base, std::uint64_t seed);

} // namespace nk::simulate
