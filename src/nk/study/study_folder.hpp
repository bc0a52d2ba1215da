#pragma once
#include "nk/formats/run_directory.hpp"
#include "nk/study/jobs.hpp"

#include <set>
#include <string>
#include <vector>

namespace nk::study {

// The folder of a study: `scenario.toml`, the stores of its jobs `jobs-I-of-N[-rank-R-of-M].sqlite`, and when it is whole what
// every run has (run.h5, a CSV for each table, summary.json, metadata) with all tables as `study.sqlite`.

/// Where a part of a study keeps its jobs.
std::string store_path(std::string const& folder, Shard const& shard, backend::Communicator const& world);

/// All stores in a folder.  errors: ScenarioError when there is no such folder; MachineError when it cannot be read
std::vector<std::string> store_paths(std::string const& folder);

/// Makes the folder of a study or finds it; several processes may do so at the same time.
///
/// errors  ScenarioError when it holds a run, another study, results whose jobs are elsewhere, or files of the user
///         MachineError
void begin_study(JobPlan const& plan, std::string const& folder);

/// The jobs that are done in a folder, by whatever part of the study.
/// errors  ScenarioError when a store belongs to another study; MachineError
std::set<std::size_t> jobs_done(JobPlan const& plan, std::string const& folder);

/// Writes the results of a whole study into its folder: study.sqlite and the report, then all that RunDirectory::finish writes, whose
/// metadata lists both.
///
/// more    tables made of the study's own, e.g. statistics
/// report  page; "" = none
/// errors  MachineError
void write_study(std::string const& folder, MergedJobs const& merged, std::vector<Table> const& more, formats::RunRecord record,
                 std::string const& report = {});

/// Writes tables into an SQLite file, wholly or not at all: one table each with its columns, before which those of the study have `job`
/// (from 0, indexed), and `units` (tab, name, unit). Names that SQL would not keep apart get numbers (`il2_2`).
void write_database(std::string const& path, MergedJobs const& merged, std::vector<Table> const& more);

} // namespace nk::study
