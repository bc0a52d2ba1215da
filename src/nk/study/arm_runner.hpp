#pragma once
#include "nk/backend/executor.hpp"
#include "nk/simulate/assay.hpp"
#include "nk/study/arm_file.hpp"

#include <map>

namespace nk::study {

/// Runs all arms of an experiment with agents: the reference.
/// errors: ScenarioError of the scenarios, with their file names
std::vector<Observation> observe_agents(Experiment const& experiment, FileText const& files, ParameterBase const& base,
                                        backend::Executor executor);

/// How many targets an NK cell touches in a well, measured once with agents and kept: it does not depend on recognition.
class TouchingTable {
  public:
    /// mixing  contacts that agents open relative to a mixed well: neighbours that die are not replaced at once
    explicit TouchingTable(double mixing = 1.0) : mixing_(mixing) {}
    struct Entry {
        double targets_per_nk;
        double nk_per_target;
    };
    Entry of(tissue::WellPlan const& plan, biology::Laws const& laws);

  private:
    double mixing_;
    std::map<std::string, Entry> known_;
};

/// The same experiment by the mixed well: chain solver on a sample of NK cells and targets. Read-outs: specific lysis,
/// CD107a, kills per NK, non-killers, top quartile. Repertoires and tissues are skipped.
std::vector<Observation> observe_mixed(Experiment const& experiment, FileText const& files, ParameterBase const& base,
                                       TouchingTable& touching);

} // namespace nk::study
