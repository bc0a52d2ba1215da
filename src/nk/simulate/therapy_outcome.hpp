#pragma once
#include "nk/simulate/host_run.hpp"

#include <string>
#include <vector>

namespace nk::simulate {

/// What a trial would note of one patient. Days count from the first day of the scenario; -1 = never.
struct TherapyOutcome {
    struct Tumour {
        std::string response;     ///< "complete", "partial", "stable" or "progressive"
        double best = 1.0;        ///< fewest cells after treatment, of those at its start [1]
        double responded = -1.0;  ///< day of the first partial or complete response
        double progressed = -1.0; ///< day of progression or relapse
    };
    struct Graft {
        double peak = 0.0; ///< in blood, after the day of the last infusion [cell/uL]
        double peak_day = -1.0;
        bool expanded = false;
        double last_seen = -1.0; ///< last day above one cell in 10 uL of blood
        double rejected = 0.0;   ///< of those lost [1]
    };
    std::vector<Tumour> tumours;
    std::vector<Graft> grafts;
    double il6_peak = 0.0; ///< [pg/mL]
    int crs_grade = 0;     ///< 0 to 4
};

/// expects  a host with a therapy, and its whole course
TherapyOutcome therapy_outcome(body::Host const& host, HostCourse const& course);

} // namespace nk::simulate
