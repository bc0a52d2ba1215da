#pragma once
#include "nk/scenario/tissue_scenario.hpp"
#include "nk/tissue/tissue_plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace nk::simulate {

/// What the kind does to this substrate; nothing yet when it is new.
tissue::CellExchange& exchange_of(tissue::TissueKind& kind, int substrate);

/// Gives every kind of the plan the rules of the scenario.
///
/// rows        of the table of tissue cells
/// substrates  index in the plan by name
/// plan        its kinds, targets, substrates and medium are complete
/// errors      ScenarioError: a rule on something that the kind cannot have
void add_rules(scenario::TissueScenario const& scenario, std::vector<biology::TissueCell> const& rows,
               std::map<std::string, int> const& substrates, tissue::TissuePlan& plan);

} // namespace nk::simulate
