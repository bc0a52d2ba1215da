#pragma once
#include "nk/backend/executor.hpp"
#include "nk/study/arm_file.hpp"

namespace nk::study {

/// Runs the replicates of an arm whose scenario is a tissue, each with its own seed, several at a time: the same numbers for any number
/// of threads.
///
/// returns  one observation for each replicate and each look, in this order
/// errors   ScenarioError of the scenario, of looks it does not reach, and of settings that only wells have; NumericalError
std::vector<Observation> observe_tissues(Arm const& arm, ArmFile const& file, ParameterBase const& base, backend::Executor executor);

} // namespace nk::study
