#pragma once
#include "nk/scenario/tissue_scenario.hpp"
#include "nk/simulate/cell_source.hpp"
#include "nk/tissue/tissue.hpp"

#include <string>
#include <vector>

namespace nk::simulate {

/// A tissue ready to run: its plan and the laws it keeps references to.
struct TissueBuild {
    tissue::TissuePlan plan;
    biology::Laws laws;
    biology::TissueLaws tissue_laws;
};

/// Builds a tissue from a scenario and the parameter base: kinds of cells, fields, vessels, and where everybody is at the start.
/// errors: ScenarioError for names that do not fit together, typings that cannot be read, places outside the box, files of cells
///         (as `read_cell_sources` and `place_listed_cells`)
TissueBuild build_tissue(scenario::TissueScenario const& scenario, ParameterBase const& base);
/// The same with the cells of files and earlier runs read already.
TissueBuild build_tissue(scenario::TissueScenario const& scenario, ParameterBase const& base, CellSources const& sources);

} // namespace nk::simulate
