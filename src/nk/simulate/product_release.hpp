#pragma once
#include "nk/base/table.hpp"
#include "nk/simulate/product_cells.hpp"

#include <nlohmann/json.hpp>
#include <vector>

namespace nk::simulate {

/// Specific lysis of K562 by the living NK cells of a product, 4 h at 10 to 1 in a plate: the potency of a release test, by agents.
///
/// donor    of the cells
/// returns  share of the targets [1]
double potency_in_well(ProductCells const& cells, scenario::Donor const& donor, ParameterBase const& base, std::uint64_t seed);

/// The batches of all products of a scenario that are given, as the host receives them.
struct Batches {
    struct Batch {
        std::string product;
        biology::ProductOutcome outcome; ///< potency measured
    };
    std::vector<Batch> batches;
    /// products: one row for each step of each product: cells in and out, purity, viability, share of the cells that it began with
    Table table() const;
    /// For each product its release tests with their limits, whether all are passed, and the steps that their vessel limited.
    nlohmann::json json() const;
};
Batches batches_of(scenario::HostScenario const& scenario, ParameterBase const& base);

} // namespace nk::simulate
