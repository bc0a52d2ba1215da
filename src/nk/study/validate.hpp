#pragma once
#include "nk/study/arm_runner.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace nk::study {

/// A check with what was observed, and over the parameter ensemble the interval in which it lies.
struct ValidatedCheck {
    CheckResult result;
    double low = 0.0;  ///< 5 % quantile over the members run; NaN when only the base was run
    double high = 0.0; ///< 95 % quantile
};

/// One published experiment, simulated and judged.
struct Validation {
    Experiment experiment;
    std::vector<ValidatedCheck> checks;
    double seconds = 0.0;
};

/// Ids of the experiments that are there, in order: V01, V02, ...
std::vector<std::string> experiment_ids(std::vector<std::string> const& paths);

/// Reads validation/ID/experiment.toml.
/// errors: ScenarioError when there is none, naming the nearest id
Experiment load_experiment(std::string const& id, std::vector<std::string> const& known, FileText const& files, ParameterBase const& base);

/// Runs one experiment with agents. members: parameter sets of the ensemble beside the base (may be empty).
Validation validate(Experiment const& experiment, FileText const& files, ParameterBase const& base,
                    std::vector<ParameterBase> const& members, backend::Executor executor);

/// Name of a check in validation/status.toml: "V01: resting NK cells, E:T 10".
std::string check_name(Experiment const& experiment, Check const& check);
/// Checks that status.toml lists as known misses.
/// errors: ScenarioError when the text is not as expected
std::set<std::string> known_misses(std::string const& status_text);
/// Differences from the known status: a new miss, or a miss that has become a hit; empty when all is as expected.
std::vector<std::string> unexpected(std::vector<Validation> const& validations, std::set<std::string> const& misses);
/// The text of status.toml for these results.
std::string status_text(std::vector<Validation> const& validations);

/// The validation page: every experiment with its published bands and what the simulation gave, hits and misses alike.
std::string validation_page(std::vector<Validation> const& validations, std::string const& version, std::string const& base_hash);

} // namespace nk::study
