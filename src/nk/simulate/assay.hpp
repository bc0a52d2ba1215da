#pragma once
#include "nk/backend/executor.hpp"
#include "nk/simulate/readouts.hpp"
#include "nk/simulate/well_builder.hpp"

#include <functional>

namespace nk::simulate {

/// One well of a plate: where it is and what is in it.
struct WellPlace {
    std::string row; ///< A, B, ... (effector, dose and target of the row)
    int column = 1;  ///< by E:T ratio and replicate
    double e_to_t = 1.0;
    std::string effector;
    std::vector<std::string> targets;
    std::string value; ///< of plate.vary, or ""
    int replicate = 1;
    std::uint64_t seed = 0;
};

/// What came out of one well.
struct WellResult {
    WellPlace place;
    Readouts readouts;
    Table course;
    std::string hash;
};

/// The whole plate in the order it is run: value, target, effector, E:T, replicate.
std::vector<WellPlace> plate_of(scenario::WellScenario const& scenario);

/// How large a plate is.
struct PlateSize {
    std::size_t wells = 0;
    double cells = 0.0; ///< in all wells, those added later included
    double most = 0.0;  ///< in the largest well
};

/// Builds every well of the plate and draws a cell for each effector, so that whatever a run would refuse is refused now.
/// errors: ScenarioError for a typing that cannot be read, a value out of range, or gates nobody passes
PlateSize try_plate(scenario::WellScenario const& scenario, ParameterBase const& base);

/// Called between steps; may throw to stop. progress in [0, 1] over the plate.
using Progress = std::function<void(double progress)>;
/// Called with every well when it is done, and, for the first well, at each frame.
using Watcher = std::function<void(tissue::Well const& well, WellPlace const& place, bool finished)>;

/// Hash over all wells: equal for any number of threads.
std::string state_hash(std::vector<WellResult> const& results);

} // namespace nk::simulate
