#pragma once
#include "nk/simulate/coupling.hpp"
#include "nk/simulate/run.hpp"

namespace nk::simulate {

/// What of a host is followed through time, one row a reading: the columns of `course.csv`.
class HostCourse {
  public:
    explicit HostCourse(body::HostPlan const& plan);
    void note(body::Host const& host);
    /// Table `course` with units.
    Table table() const;
    /// The last row by name.
    nlohmann::json last() const;
    /// A number of every row; expects a name that is there.
    std::vector<double> const& values(std::string const& column) const;

  private:
    struct Column {
        std::string name, unit;
        std::vector<double> values;
    };
    void put(std::string const& name, std::string const& unit, double value);
    void note_organs(body::Host const& host);
    void note_therapy(body::Host const& host);
    void note_infections(body::Host const& host, body::HostRates const& rates);
    void note_tumours(body::Host const& host, body::HostRates const& rates);
    std::vector<Column> columns_;
    std::size_t next_ = 0;
    double first_probe_ = 0.0;
};

/// Runs a host into a run directory: scenario.toml, course.csv, classes.csv, changes.csv (what each infection, tumour, event and habit
/// changed against the same host without it, with the same random numbers), parameters.csv, summary, metadata.
///
/// errors  as `run_scenario`
RunOutcome run_host(scenario::HostReading const& reading, ParameterBase const& standard, RunSettings const& settings,
                    Progress const& progress = {});

/// Follows a host to its end.
/// every  time between rows [day]
HostCourse follow(CoupledHost& host, double duration, double every, Progress const& progress = {});
HostCourse follow(body::Host& host, double duration, double every, Progress const& progress = {});

} // namespace nk::simulate
