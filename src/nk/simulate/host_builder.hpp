#pragma once
#include "nk/backend/executor.hpp"
#include "nk/body/host_plan.hpp"
#include "nk/scenario/host_scenario.hpp"

namespace nk::simulate {

/// A host from its scenario: genotype, repertoire, meetings with every kind of cell in it, organs, infections, tumours, events.
///
/// errors  ScenarioError for names that do not fit together or a typing that cannot be read
/// known   a table of the same person that has every kind of cell of this scenario, to spare the work of a new one
body::HostPlan build_host(scenario::HostScenario const& scenario, ParameterBase const& base,
                          std::shared_ptr<biology::MeetingTable const> known = nullptr);

} // namespace nk::simulate
