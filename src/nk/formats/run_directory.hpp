#pragma once
#include "nk/base/table.hpp"
#include "nk/formats/ro_crate.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nk::formats {

/// What to do with a folder that is not empty.
enum class ExistingFolder {
    refuse, ///< an error
    replace ///< an earlier run in it is removed (its own files only); a folder that holds no run is still refused
};

/// One keyframe as read back.
struct StoredFrame {
    int index = 0;
    double time = 0.0;
    std::vector<Table> tables;
};

/// What is known about a run at its end, beside its tables.
struct RunRecord {
    nlohmann::json summary;
    std::string title;
    std::string created;                  ///< ISO 8601; the caller reads the clock
    std::string version;                  ///< of the program
    std::string command_line;             ///< as the user typed it
    std::vector<std::string> input_paths; ///< files that were read; hashed by `finish`
};

/// The folder of one run: `scenario.toml`, `frames/NNNN.h5`, `run.h5` linking them, one CSV for each series, `summary.json`,
/// `ro-crate-metadata.json`. Every file appears whole or not at all, so the folder of a killed run is readable: the
/// scenario and all frames written until then.
///
/// All members throw MachineError with the path for what the disk refuses.
class RunDirectory {
  public:
    /// Makes the folder.  errors: ScenarioError when it holds something and `existing` does not allow for it
    static RunDirectory create(std::string const& path, ExistingFolder existing = ExistingFolder::refuse);
    /// Opens a run, finished or not, to read or to go on writing.  errors: ScenarioError when the folder holds no run
    static RunDirectory open(std::string const& path);

    std::string const& path() const { return path_; }
    std::string path_of(std::string const& name) const { return path_ + "/" + name; }

    void write_scenario(std::string const& text) const;
    /// Writes `frames/NNNN.h5`; `time` in `time_unit`. An existing frame of that index is replaced.
    void write_frame(int index, double time, std::string const& time_unit, std::vector<Table> const& tables) const;
    /// Writes another file of the run, e.g. "report.html".
    void write_text(std::string const& name, std::string_view bytes) const;
    /// Writes run.h5, `<table name>.csv` for each series, summary.json and last the metadata.
    void finish(RunRecord const& record, std::vector<Table> const& series) const;

    bool finished() const; ///< `finish` came to its end
    std::string scenario() const;
    nlohmann::json summary() const;              ///< null while the run is not finished
    std::vector<Table> series() const;           ///< empty while the run is not finished
    Table series(std::string const& name) const; ///< errors: ScenarioError with the nearest name
    std::vector<int> frame_indices() const;
    StoredFrame frame(int index) const;

  private:
    explicit RunDirectory(std::string path) : path_(std::move(path)) {}
    void remove_run() const;
    void write_archive(RunRecord const& record, std::vector<Table> const& series) const;
    Crate crate_of(RunRecord const& record, std::vector<std::string> const& outputs) const;
    std::string path_;
};

} // namespace nk::formats
