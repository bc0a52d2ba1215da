#pragma once
#include "nk/formats/run_directory.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace nk::study {

/// What NK cells did to one kind of cell up to the end of a run.
struct MetCells {
    double contacts = 0.0;  ///< opened
    double hits = 0.0;      ///< lethal hits, whether the cell died or not
    double kills = 0.0;     ///< cells that died of it
    double cell_days = 0.0; ///< living cells times time [cell day]

    /// Hits on a million living cells in a day.
    double hits_per_million_per_day() const { return cell_days > 0.0 ? 1e6 * hits / cell_days : 0.0; }
};

/// One hit of an NK cell.
struct Hit {
    double time; ///< [min]
    std::string kind;
    bool infected; ///< at that moment
};

/// A tissue's run as its report needs it, from its directory alone.
struct TissueRunData {
    std::string label; ///< what is particular to it among the runs it is compared with
    nlohmann::json summary;
    Table course, parameters;
    std::vector<formats::StoredFrame> frames;
    std::string picture; ///< bytes of picture.png, or nothing
    bool with_ledger = false;
    std::map<std::string, MetCells> met; ///< by kind, of cells that are no NK cells; contacts and hits need the ledger
    MetCells met_infected;               ///< of these, those with virus inside
    std::vector<Hit> hits;               ///< in order of time
    double infections = 0.0;             ///< with those at the start
    std::vector<TissueRunData> compared; ///< other runs of the same question

    std::string kind_label(std::string const& kind) const;
    /// Names of all kinds: a colour for each, the same in all figures.
    std::vector<std::string> kinds() const;
    /// Kinds that are no NK cells.
    std::vector<std::string> targets() const;
    bool with_virus() const { return has("infected"); }
    bool has(std::string const& column) const { return !numbers(column).empty(); }
    /// A column of the time course, or nothing.
    std::vector<double> const& numbers(std::string const& column) const;
    std::vector<double> hours() const;
    /// Living cells that are no NK cells, over time.
    std::vector<double> living_targets() const;
    /// What NK cells did to uninfected and to infected cells, or to each kind where there is no virus, by the name for readers.
    std::vector<std::pair<std::string, MetCells>> met_groups() const;
};

/// Reads a run, and those in `arms/` that `arms.json` names.
/// errors  MachineError, nlohmann::json::exception where the summary is not as a run wrote it
TissueRunData read_tissue_run(formats::RunDirectory const& directory);

/// Numbers of a table by name, or nothing.
std::vector<double> const& numbers_of(Table const& table, std::string const& name);
/// Texts of a table by name, or nothing.
std::vector<std::string> const& texts_of(Table const& table, std::string const& name);

/// The 95 % interval of the mean of a Poisson count (Garwood 1936).
std::pair<double, double> poisson_interval(double count);

} // namespace nk::study
