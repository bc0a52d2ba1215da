#pragma once
#include "nk/backend/executor.hpp"
#include "nk/study/experiment.hpp"

namespace nk::study {

/// Generates repertoires of random donors and reads them as flow cytometry would: one observation a donor.
std::vector<Observation> observe_repertoires(Arm const& arm, ParameterBase const& base, std::uint64_t seed, backend::Executor executor);

} // namespace nk::study
