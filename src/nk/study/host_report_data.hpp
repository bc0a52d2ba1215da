#pragma once
#include "nk/formats/run_directory.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nk::study {

/// One thing that a scenario lets happen to a host.
struct HostHappening {
    std::string what;               ///< "infection", "tumour", "event", "habit", "infusion" or "treatment"
    std::string name;               ///< of its table in the scenario
    std::string row;                ///< of the table of data that it is; "" for events
    std::string title;              ///< for readers
    double from = 0.0;              ///< [day]
    double until = 0.0;             ///< [day]; as `from` for what takes no time, or whose end is a result
    std::vector<double> doses = {}; ///< days of the single doses of an infusion or treatment
    double strength = 1.0;          ///< share of the full effect, or of what is removed [1]
};

/// A host's run as its report needs it, from its directory alone.
struct HostRunData {
    nlohmann::json summary;
    Table course, classes, changes, parameters;
    Table sites;                           ///< boxes of agents, one row an exchange; empty without them
    Table products_made;                   ///< batch records; empty without infused cells
    std::string label;                     ///< of the run among its arms; "" where it has none
    std::vector<HostRunData> arms;         ///< the same host treated otherwise, without arms of their own
    std::vector<HostHappening> happenings; ///< in order of time, those within the run; the place in the list is their number

    /// A column of the course, or nothing.
    std::vector<double> const& numbers(std::string const& column) const;
    double first_day() const;
    double last_day() const;
    /// Longer than three years: figures of the whole run count years.
    bool in_years() const;
    /// A day on the time axis of the whole run.
    double time(double day) const;
    std::string time_title() const;
    /// The length of the run: "60 days", "10 years".
    std::string length_words() const;
    /// Organs with NK cells that are counted, blood left out.
    std::vector<std::string> organs() const;
    /// Infections or tumours that began, in order of their first day.
    /// table  "infections" or "tumours"
    std::vector<std::string> begun(std::string const& table) const;
    /// The name for readers of an infection or tumour; two of the same kind are told apart by the names of the scenario.
    std::string title_of(std::string const& table, std::string const& name) const;
    /// Products of infused cells, by name.
    std::vector<std::string> products() const;
    /// An infection whose infected cells were gone once has some again at the end: then it must not be called cleared.
    bool came_back(std::string const& infection) const;
};

/// Reads a run, and those arms of it that are finished.
/// errors  ScenarioError when it is not finished or is of another kind; MachineError, nlohmann::json::exception where its files are
/// not as a run wrote them
HostRunData read_host_run(formats::RunDirectory const& directory);

/// A number of the summary, or nothing where it stands as null: what did not happen.
std::optional<double> number_in(nlohmann::json const& object, std::string const& key);

/// A curve of about `most` points: of each stretch the lowest and the highest, so that no spike is lost.
/// expects  x and y of equal length, most >= 4
std::pair<std::vector<double>, std::vector<double>> thinned_course(std::vector<double> const& x, std::vector<double> const& y,
                                                                   std::size_t most = 600);

/// A name of the data as words: `bone_marrow` is "bone marrow".
std::string as_words(std::string name);

/// "leukaemia cells", but "B cells".
std::string named_cells(std::string const& what);

/// A number of no more than so many significant digits, zeros in place of the others.
std::string rounded_text(double value, int digits);

/// With a capital letter, as a sentence begins.
std::string capitalised(std::string words);

} // namespace nk::study
