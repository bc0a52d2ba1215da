#pragma once
#include "nk/scenario/tissue_scenario.hpp"
#include "nk/tissue/tissue_plan.hpp"

namespace nk::simulate {

/// Adds the cells of one [place.*] to the plan.
///
/// index  of the place, which names its random numbers
/// kind   of its cells
void place_cells(scenario::CellPlace const& place, std::uint64_t index, std::uint16_t kind, std::uint64_t seed, tissue::TissuePlan& plan);

} // namespace nk::simulate
