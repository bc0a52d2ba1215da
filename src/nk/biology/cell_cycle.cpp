#include "nk/biology/cell_cycle.hpp"

#include <algorithm>

namespace nk::biology {

double oxygen_factor(CycleLaw const& law, double oxygen) {
    if (oxygen >= law.oxygen_full)
        return 1.0;
    if (oxygen <= law.oxygen_stop)
        return 0.0;
    return (oxygen - law.oxygen_stop) / (law.oxygen_full - law.oxygen_stop);
}

double crowding_factor(CycleLaw const& law, double pressure) {
    return 1.0 - hill(pressure, law.pressure_half, law.pressure_power);
}

double cycle_rate(CycleLaw const& law, CellCycle const& cycle, double oxygen, double pressure) {
    auto const minutes = 60.0 * cycle.duration;
    return cycle.stages / minutes * oxygen_factor(law, oxygen) * crowding_factor(law, pressure);
}

double population_growth(CellCycle const& cycle, double stage_rate) {
    return stage_rate * (std::exp2(1.0 / cycle.stages) - 1.0);
}

} // namespace nk::biology
