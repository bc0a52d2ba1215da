#pragma once
#include "nk/simulate/host_run.hpp"

namespace nk::simulate {

/// What an epidemiologist would note of one infection. Days count from the first day of the scenario; -1 = never.
struct InfectionSeen {
    double began = -1.0;
    bool detected = false; ///< its titre came to the limit of detection
    double peak = 0.0;     ///< greatest titre
    double peak_day = -1.0;
    double cleared = -1.0;   ///< from here on no infected cell is left, or the titre is below detection and less than one cell infected
    double detectable = 0.0; ///< time during which the titre was not below detection [day]
    double organ_lost =
        0.0; ///< greatest share of the organ's healthy cells that was lost while it was there [1]; infected ones come on top
    double worst_day = -1.0;    ///< day of that loss among the rows of the course; that of the beginning where nothing was lost
    double infected_died = 0.0; ///< infected cells that died, of whatever, until the end of the run [cell]
    double killed_by_nk = 0.0;  ///< of them by NK cells [cell]
    double share_by_nk = 0.0;   ///< of the infected cells that died or were cured [1]
    double days_to_clear() const { return cleared < 0.0 ? -1.0 : cleared - began; }
};

/// until  day of death, or beyond the end: what came later is not seen
/// expects  the whole course of the host
InfectionSeen infection_seen(body::Host const& host, HostCourse const& course, std::size_t index, double until = 1e300);

/// The infection to which the state of an organ on a day is owed: of those with infected cells then (without any, of all that were there
/// before) the one with most infected cells, summed over its days until then. So a loss is told of one infection, though several shared it.
/// returns  its place in the plan; -1 = the organ had none
int infection_to_blame(body::Host const& host, HostCourse const& course, std::size_t organ, double day);

/// Day on which an infection is over. Latent cells may be left: of some viruses they stay for life, and nobody sees them.
double day_of_clearance(body::Host const& host, HostCourse const& course, std::size_t index);

} // namespace nk::simulate
