#include "nk/biology/oxygen.hpp"

#include <algorithm>

namespace nk::biology {

double oxygen_uptake(OxygenLaw const& law, double most, double oxygen) {
    return most * law.uptake_half / (law.uptake_half + std::max(0.0, oxygen));
}

double necrosis_rate(OxygenLaw const& law, double oxygen) {
    auto const greatest = law.necrosis_rate / 60.0;
    if (oxygen >= law.necrosis_start)
        return 0.0;
    if (oxygen <= law.necrosis_full)
        return greatest;
    return greatest * (law.necrosis_start - oxygen) / (law.necrosis_start - law.necrosis_full);
}

double attack_under_hypoxia(OxygenLaw const& law, double oxygen) {
    return law.attack_floor + (1.0 - law.attack_floor) * hill(oxygen, law.attack_half, law.attack_power);
}

double refill_under_hypoxia(OxygenLaw const& law, double oxygen) {
    return law.refill_floor + (1.0 - law.refill_floor) * hill(oxygen, law.refill_half, law.refill_power);
}

} // namespace nk::biology
