#pragma once
#include "nk/study/cohort_report.hpp"
#include "nk/study/sweep.hpp"

namespace nk::study {

/// What a sweep says when all its jobs are there: tables `means`, `effects`, `indices` (design "sobol-indices") and `points`, in the
/// summary the design, factors and ranges of outcomes, the report, and for the terminal what each factor does to the first outcome.
StudyWords sweep_result(SweepStudy const& study, MergedJobs const& merged, nlohmann::json summary);

/// A sweep from what the folders of its study hold alone.
///
/// base, version  as the sweep was planned with
/// errors         ScenarioError when the study was made with other parameters or by another version
SweepStudy sweep_of(MergedJobs const& merged, ParameterBase const& base, std::string const& version);

} // namespace nk::study
