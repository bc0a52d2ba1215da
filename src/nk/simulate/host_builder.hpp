#pragma once
#include "nk/body/host_plan.hpp"
#include "nk/scenario/host_scenario.hpp"

#include <map>

namespace nk::simulate {

/// Tables of meetings of one patient, kept from one plan to the next: the own NK cells and those of products, with and without drugs,
/// all against the same targets in the same order.
struct KnownMeetings {
    std::vector<biology::MeetingTarget> targets;
    std::map<std::string, std::shared_ptr<biology::MeetingTable const>> tables; ///< by all that decides them
};

/// A host from its scenario: genotype, repertoire, meetings with every kind of cell in it, organs, infections, tumours, events, therapy.
///
/// known   tables of the same person, taken where they fit and added to, to spare the work of new ones
/// errors  ScenarioError for names that do not fit together or a typing that cannot be read
body::HostPlan build_host(scenario::HostScenario const& scenario, ParameterBase const& base, KnownMeetings* known = nullptr);

} // namespace nk::simulate
