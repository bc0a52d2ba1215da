#pragma once
#include "nk/study/jobs.hpp"
#include "nk/study/sqlite_file.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nk::study {

/// Recognises the rows of one job, bit by bit; for finding damage and jobs that came out otherwise elsewhere, not for secrets.
class RowsHash {
  public:
    /// A row at a time, table by table; the order of the tables does not matter.
    void add_row(std::size_t table, std::size_t row, std::vector<TableColumn> const& columns, std::size_t at);
    std::uint64_t value() const { return sum_; }

  private:
    std::uint64_t sum_ = 0;
};

/// The rows of one job.
struct JobRows {
    std::size_t job = 0;
    std::vector<Table> tables;
};

/// Finished jobs of one part of a study on disk: an SQLite file with the tables `study` (kind, key, count, scenario, format), `columns`,
/// `done` (job, hash of its rows) and one for each table of the plan, with `job` and `row` before its columns. Numbers keep their bits
/// (NaN is NULL). A transaction is there wholly or not at all, whatever kills the program.
///
/// All members throw MachineError with the file and the reason.
class JobStore {
  public:
    /// Opens a store to add to, or makes it.
    JobStore(std::string const& path, JobPlan const& plan);
    /// Opens a store to read.
    explicit JobStore(std::string const& path);

    std::string const& path() const { return file_.name(); }
    bool empty() const { return !known_; } ///< killed before it knew its study: it holds nothing
    std::string kind() const { return meta("kind"); }
    std::string key() const { return meta("key"); }
    std::string scenario() const { return meta("scenario"); }
    std::size_t count() const;
    std::vector<JobTable> const& tables() const { return tables_; }

    /// Finished jobs, ascending, with the hash of their rows.
    std::vector<std::pair<std::size_t, std::uint64_t>> done() const;
    /// How many rows the jobs have in a table, ascending; jobs without rows are left out.
    std::vector<std::pair<std::size_t, std::size_t>> row_counts(std::size_t table) const;
    /// The rows of a table in the order of jobs: `take` is called for each with a table whose only row it is.
    void read(std::size_t table, std::function<void(std::size_t job, std::size_t row, Table const& cells)> const& take) const;

    /// Rows of some jobs in one transaction. A job that is there already stays as it is.
    void add(std::vector<JobRows> const& jobs);

  private:
    void make(JobPlan const& plan) const;
    void make_table(JobTable const& table, std::size_t place, std::string const& sql_table) const;
    void read_tables();
    std::string meta(std::string const& entry) const;

    SqliteFile file_;
    std::vector<JobTable> tables_;
    bool known_ = false;                  ///< to which study it belongs
    std::vector<std::string> sql_tables_; ///< their names in the file
};

/// No rows yet.
Table empty_rows(JobTable const& table);

} // namespace nk::study
