#pragma once
#include "nk/biology/people.hpp"
#include "nk/simulate/infection_outcome.hpp"
#include "nk/simulate/therapy_outcome.hpp"
#include "nk/study/hazard_cohort.hpp"
#include "nk/study/jobs.hpp"

#include <set>
#include <string>
#include <vector>

namespace nk::study {

/// One infection of a person in one arm, as the tables tell it.
struct CohortInfection {
    std::string name;  ///< of its table: "influenza 2"
    std::string virus; ///< row of the table of infections
    std::string organ;
    std::string unit; ///< of its titre
    double detection = 0.0;
    simulate::InfectionSeen seen;
    bool severe = false; ///< so much of the organ was lost
    bool fatal = false;  ///< the person died of it
};

/// What a person of a cohort went through in one arm.
struct CohortEnd {
    double death = -1.0; ///< day; -1 = alive at the end
    std::string cause;   ///< "" where alive
    std::vector<CohortInfection> infections;
};

/// Rows of one person of a cohort, in the columns that trial statisticians expect.
class CohortRows {
  public:
    explicit CohortRows(std::size_t person);
    static std::vector<JobTable> tables();

    void subject(std::string const& arm, biology::Person const& person, scenario::HostScenario const& host, double activity,
                 CohortEnd const& end);
    /// event  whether it happened; else the time is that of the last look
    void event(std::string const& arm, char const* parameter, double day, bool happened, std::string const& what);
    /// short_doses  for which the bag held too little
    /// until        day of death or the end: no cells are given later
    void responses(std::string const& arm, body::Host const& host, simulate::TherapyOutcome const& outcome, std::size_t short_doses,
                   double until);
    /// One row for each infection, and what adrs tells of each virus.
    /// viruses  those that anybody may meet in this arm
    void infections(std::string const& arm, std::vector<CohortInfection> const& seen, std::set<std::string> const& viruses);
    /// until  day of death or the end
    void course(std::string const& arm, body::Host const& host, simulate::HostCourse const& course, double until);
    std::vector<Table> take() { return std::move(tables_); }

  private:
    void put(std::size_t table, std::size_t column, double value);
    void put(std::size_t table, std::size_t column, std::string value);
    void response(std::string const& arm, char const* parameter, double value, std::string const& text);
    std::string id_;
    std::vector<Table> tables_;
};

/// Table `counts` of the model "hazard": one row for each arm, sex, third of activity and band of age.
std::vector<JobTable> hazard_tables();
std::vector<Table> hazard_rows(HazardResult const& result);

} // namespace nk::study
