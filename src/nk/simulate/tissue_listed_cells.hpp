#pragma once
#include "nk/simulate/cell_source.hpp"
#include "nk/tissue/tissue_plan.hpp"

namespace nk::simulate {

/// Adds the cells of a file or an earlier run to the plan, moved by x, y, z of their place. What a source leaves open is drawn as for
/// other cells.
///
/// name    of the place
/// errors  ScenarioError, one problem for each thing that is wrong, at the first cell where it is: outside the box, kinds that there
///         are not, no numbers, infected cells without a virus, radii and factors out of range
void place_listed_cells(CellSource const& source, scenario::CellPlace const& place, std::string const& name, std::uint64_t seed,
                        tissue::TissuePlan& plan);

} // namespace nk::simulate
