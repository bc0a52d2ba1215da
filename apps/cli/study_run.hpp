#pragma once
#include "context.hpp"

#include "nk/formats/run_directory.hpp"
#include "nk/study/jobs.hpp"

#include <functional>
#include <optional>
#include <string>

namespace nk::cli {

/// What `nk sweep`, `nk cohort` and `nk plan` share: jobs into a folder, tables and report when all are there.
struct StudyRequest {
    std::string name;                 ///< of the study, for the folder: runs/NAME-N
    std::string folder;               ///< as the user gave it; "" = runs/NAME, where a study of this key goes on
    std::optional<std::string> shard; ///< "2/8"
    std::string title;                ///< of the scenario
    double seed = 1;
};

/// What is made of a study's tables: more tables (statistics), a summary, and the report.
struct StudyResult {
    std::vector<Table> tables;
    nlohmann::json summary;
    std::string report; ///< page; "" = none
};
using StudyFinish = std::function<StudyResult(study::MergedJobs const& merged, nlohmann::json summary)>;

/// Runs what is left of the study. When no job is missing any more, `finish` makes its results, which are written into the folder.
///
/// errors  simulate::Interrupted when a signal stopped it: what is done is kept, the same command goes on
void run_study(Context& context, study::JobPlan const& plan, StudyRequest const& request, StudyFinish const& finish);

/// Writes the results of a whole study into a folder.
///
/// title, seed  of its scenario; without a title the study has that of its kind
void finish_study(Context& context, study::MergedJobs const& merged, std::string const& folder, std::string const& title, double seed,
                  StudyFinish const& finish);

} // namespace nk::cli
