#pragma once
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/well_builder.hpp"

namespace nk::simulate {

/// Something is given to this patient: cells, cytokines or drugs.
bool is_treated(scenario::HostScenario const& scenario);

/// Doses for which the bag of their product holds too little, a sentence each.
std::vector<std::string> short_doses(scenario::HostScenario const& scenario, ParameterBase const& base);

/// Ligands that drugs and chimeric receptors of a scenario bind on tumour cells: what the tumour may lose.
std::vector<int> antigens_of(scenario::HostScenario const& scenario, ParameterBase const& base, biology::Panel const& panel);

/// NK cells of one origin against all targets of a host: tables made once and kept.
class Crews {
  public:
    /// meetings  the host as a well: donor, targets, switches
    Crews(scenario::HostScenario const& host, scenario::WellScenario meetings, ParameterBase const& base, KnownMeetings& known)
        : host_(host), meetings_(std::move(meetings)), base_(base), known_(known) {}

    std::shared_ptr<biology::MeetingTable const> of_host() { return table(meetings_); }
    std::shared_ptr<biology::MeetingTable const> of_host_under(std::map<std::string, scenario::Drug> const& drugs);
    /// NK cells of a donor with changed receptors.
    std::shared_ptr<biology::MeetingTable const> of(scenario::Donor const& donor, scenario::Effector const& cells);
    std::shared_ptr<biology::MeetingTable const> of_under(scenario::Donor const& donor, scenario::Effector const& cells,
                                                          std::map<std::string, scenario::Drug> const& drugs);

  private:
    scenario::WellScenario well_of(scenario::Donor const& donor, scenario::Effector const& cells) const;
    std::shared_ptr<biology::MeetingTable const> table(scenario::WellScenario const& well);
    std::shared_ptr<biology::MeetingTable const> under(scenario::WellScenario well, std::map<std::string, scenario::Drug> const& drugs);
    scenario::HostScenario const& host_;
    scenario::WellScenario meetings_;
    ParameterBase const& base_;
    KnownMeetings& known_;
};

/// Products, infusions and treatments of the scenario into the plan.
/// errors  ScenarioError for names and steps that do not fit together
void add_therapy(body::HostPlan& plan, scenario::HostScenario const& scenario, ParameterBase const& base, Crews& crews);

} // namespace nk::simulate
