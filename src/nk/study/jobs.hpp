#pragma once
#include "nk/backend/communicator.hpp"
#include "nk/base/table.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nk::study {

/// A table that every job of a study adds rows to: names and units of its columns, without rows.
/// A column of texts has the unit "".
struct JobTable {
    struct Column {
        std::string name;
        std::string unit = "1";
        bool text = false;
    };
    std::string name;
    std::vector<Column> columns;
};

/// Many simulations that know nothing of each other: points of a sweep, persons of a cohort, candidates of a plan.
struct JobPlan {
    std::string kind;     ///< "sweep", "cohort", ...
    std::string scenario; ///< resolved text of the study: written into its folder
    std::string key;      ///< hash of all that decides its results (scenario, parameters, version): two folders with one key are one study
    std::vector<JobTable> tables;
    std::size_t count = 0; ///< jobs 0 .. count-1
    /// The rows of one job: as many tables as `tables`, in their order, with the same columns. Depends on the number of the job alone;
    /// called from several threads at once.
    std::function<std::vector<Table>(std::size_t job)> run;
};

/// The part of a study that one process works on: jobs whose number leaves the remainder `index` when divided by `count`.
struct Shard {
    std::size_t index = 0; ///< from 0
    std::size_t count = 1;
    /// "2/8" (from 1, as people count).  errors: ScenarioError when it is not of that form or index > count
    static Shard parse(std::string const& text);
};

struct JobSettings {
    Shard shard;
    int threads = 1;
    /// Asked between jobs, by any thread: true stops the study, whose finished jobs are kept.
    std::function<bool()> stop = {};
    /// Told after every job, by one thread at a time: jobs done until now in this process (with those of earlier runs) of those it has to
    /// do.
    std::function<void(std::size_t done, std::size_t all)> progress = {};
};

struct JobOutcome {
    std::size_t done = 0;  ///< jobs of this shard in its stores, of all ranks
    std::size_t all = 0;   ///< jobs of this shard
    std::size_t fresh = 0; ///< run now, not in an earlier run
    bool stopped = false;  ///< by `stop` of any rank
};

/// Runs what is left of a shard into `folder`/jobs-I-of-N.sqlite, one transaction for some jobs: a killed study goes on where its last
/// transaction ended. Ranks of `world` share the jobs of the shard (each has its own file).
///
/// errors  ScenarioError when the folder holds another study (another key)
///         MachineError for what the disk refuses; whatever `run` throws, with the number of the job
JobOutcome run_jobs(JobPlan const& plan, std::string const& folder, JobSettings const& settings, backend::Communicator const& world);

/// The tables of a study out of all stores of some folders, rows in the order of jobs: the same for any sharding and any ranks.
///
/// errors  ScenarioError when the folders hold different studies, or jobs are missing (named: which shard to run again)
struct MergedJobs {
    std::string kind, scenario, key;
    std::size_t count = 0;
    std::vector<Table> tables;
    std::vector<std::vector<std::size_t>> jobs = {}; ///< of each row of each table
};
MergedJobs merge_jobs(std::vector<std::string> const& folders);

} // namespace nk::study
