#pragma once
#include "nk/simulate/host_builder.hpp"
#include "nk/study/cohort.hpp"

namespace nk::study {

/// What became of one patient.
struct Patient {
    double burden_first = 0.0;      ///< tumour cells on the first day
    double burden_last = 0.0;       ///< ... on the last
    bool responding_at_end = false; ///< partial or complete response without progression
    double il6_peak = 0.0;          ///< [pg/mL]
    double crs_2 = 1.0;             ///< IL-6 of grade 2 [pg/mL]
    double cells_given = 0.0;
};

/// The person of a cohort with this number, who is treated as `scenario` says.
/// known  tables of the person, for one base
Patient treat_patient(CohortStudy const& cohort, scenario::CohortScenario const& scenario, ParameterBase const& base, std::size_t number,
                      simulate::KnownMeetings& known);

} // namespace nk::study
