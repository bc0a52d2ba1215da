#pragma once
#include "nk/base/table.hpp"
#include "nk/formats/ro_crate.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace nk::formats {

/// What to do with a folder that is not empty.
enum class ExistingFolder {
    refuse, ///< an error
    replace ///< an earlier run or study in it is removed (its own files only); a folder that holds none is still refused
};

/// One keyframe as read back.
struct StoredFrame {
    int index = 0;
    double time = 0.0;
    std::vector<Table> tables;
};

/// A file that a run read, as it was then: the disk may hold another text when the run ends.
struct RunInput {
    std::string path;
    std::string text;
    std::string sha256 = {}; ///< in place of the text, when that is too long to keep
    long long bytes = 0;     ///< the same
};

/// What is known about a run at its end, beside its tables.
struct RunRecord {
    nlohmann::json summary;
    std::string title;
    std::string created;          ///< ISO 8601; the caller reads the clock
    std::string version;          ///< of the program
    std::string command_line;     ///< as the user typed it
    std::vector<RunInput> inputs; ///< hashed by `finish`
    /// Results that the caller wrote into the folder before, such as "study.sqlite": the metadata lists them with the others.
    std::vector<std::string> written = {};
};

/// Whether a file of this name holds finished jobs of a part of a study: "jobs-I-of-N.sqlite", or of one process of several
/// "jobs-I-of-N-rank-R-of-M.sqlite".
bool is_job_store(std::string_view name);

/// The folder of one run: `scenario.toml`, `cells/PLACE.csv`, `frames/NNNN.h5`, `run.h5` linking them, one CSV for each series,
/// `summary.json`, `ro-crate-metadata.json`. Every file appears whole or not at all, so the folder of a killed run is readable: the
/// scenario and all frames written until then.
///
/// All members throw MachineError with the path for what the disk refuses.
class RunDirectory {
  public:
    /// Makes the folder.  errors: ScenarioError when it holds something and `existing` does not allow for it, or when another
    /// run takes it at the same moment
    static RunDirectory create(std::string const& path, ExistingFolder existing = ExistingFolder::refuse);
    /// Makes the first folder that nobody has of `base`, `base`-2, `base`-3, ...; with `numbered` it begins at `base`-1.
    static RunDirectory create_free(std::string const& base, bool numbered);
    /// Opens a run, finished or not, to read or to go on writing.  errors: ScenarioError when the folder holds no run
    static RunDirectory open(std::string const& path);

    std::string const& path() const { return path_; }
    std::string path_of(std::string const& name) const { return path_ + "/" + name; }

    void write_scenario(std::string const& text) const;
    /// Writes `cells/PLACE.csv`: cells that the run took from a file.
    void write_cells(std::string const& place, std::string_view csv) const;
    /// Writes `frames/NNNN.h5`; `time` in `time_unit`. An existing frame of that index is replaced.
    void write_frame(int index, double time, std::string const& time_unit, std::vector<Table> const& tables) const;
    /// Writes another file of the run, e.g. "report.html".
    void write_text(std::string const& name, std::string_view bytes) const;
    /// Takes the run or study back: its files and, when nothing else is in it, the folder.
    void discard() const;
    /// Writes run.h5, `<table name>.csv` for each series, summary.json and last the metadata.
    void finish(RunRecord const& record, std::vector<Table> const& series) const;

    bool finished() const; ///< `finish` came to its end
    std::string scenario() const;
    nlohmann::json summary() const; ///< null while the run is not finished
    /// Does `work`, which takes values out of the summary.  errors: MachineError where the summary is not as `finish` wrote it
    template <class Work> auto reading_summary(Work work) const {
        try {
            return work();
        } catch (nlohmann::json::exception const& error) {
            strange_summary(error.what());
        }
    }
    std::vector<Table> series() const;           ///< empty while the run is not finished
    Table series(std::string const& name) const; ///< errors: ScenarioError with the nearest name
    std::vector<int> frame_indices() const;
    double frame_time(int index) const; ///< without its tables
    StoredFrame frame(int index) const;

  private:
    explicit RunDirectory(std::string path) : path_(std::move(path)) {}
    void remove_run() const;
    std::vector<std::string> listed_results() const;
    std::vector<std::string> cell_files() const;
    [[noreturn]] void strange_summary(std::string const& reason) const;
    void write_archive(RunRecord const& record, std::vector<Table> const& series) const;
    Crate crate_of(RunRecord const& record, std::vector<std::string> const& outputs) const;
    std::string path_;
};

} // namespace nk::formats
