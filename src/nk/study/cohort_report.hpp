#pragma once
#include "nk/study/cohort.hpp"

#include <nlohmann/json.hpp>

namespace nk::study {

/// What a study says when all its jobs are there.
struct StudyWords {
    std::vector<Table> tables; ///< statistics, beside the tables of the jobs
    nlohmann::json summary;
    std::string report; ///< page
    std::string words;  ///< the outcome for a terminal, lines
};

/// Statistics as the field reports them (Kaplan-Meier, log-rank, Cox, Nelson-Aalen, exact intervals) and the report of a cohort.
/// The first arm is the reference of every comparison.
StudyWords cohort_result(scenario::CohortReading const& reading, MergedJobs const& merged, nlohmann::json summary);

} // namespace nk::study
