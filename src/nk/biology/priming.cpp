#include "nk/biology/priming.hpp"

#include "nk/base/error.hpp"
#include "nk/base/time.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nk::biology {

Cytokine in_field_unit(Cytokine row) {
    static constexpr auto field_unit = "molecule/um3";
    auto const per_molecule = in_own_unit(row, {1.0, field_unit}); // [own unit] of one molecule/um3
    row.ec50 /= per_molecule;
    row.ec50_bright /= per_molecule;
    row.unit = field_unit;
    return row;
}

CytokineEffect effect_of(std::span<Cytokine const> rows, std::span<double const> concentrations) {
    NK_EXPECT(rows.size() == concentrations.size());
    CytokineEffect out;
    auto silent = 1.0;
    auto silent_bright = 1.0;
    auto suppression = 1.0;
    auto unsupported = 1.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const& row = rows[i];
        auto const dim = hill(concentrations[i], row.ec50, row.hill);
        auto const bright = hill(concentrations[i], row.ec50_bright, row.hill);
        auto const most = std::min(1.0, row.priming_max);
        if (row.priming_max >= 0.0) {
            silent *= 1.0 - most * dim;
            silent_bright *= 1.0 - most * bright;
        } else {
            suppression *= std::max(0.0, 1.0 + row.priming_max * dim);
        }
        unsupported *= 1.0 - std::clamp(row.survival, 0.0, 1.0) * dim;
        out.ifng_threshold *= 1.0 + (row.ifng_factor - 1.0) * dim;
    }
    out.priming = (1.0 - silent) * suppression;
    out.priming_bright = (1.0 - silent_bright) * suppression;
    out.support = 1.0 - unsupported;
    return out;
}

double primed_after(AdaptationLaw const& law, double now, double plateau, double minutes) {
    return relaxed(now, plateau, minutes, law.priming_time * minutes_per_hour);
}

double nk_cycle_entry_rate(NkGrowthLaw const& law, double il15) {
    return law.recruitment / minutes_per_hour * hill(il15, law.half, law.power);
}

double nk_division_rate(NkGrowthLaw const& law, double il15) {
    return law.division / minutes_per_day * hill(il15, law.half, law.power);
}

double nk_death_rate(AdaptationLaw const& law, double support) {
    auto const half_life = law.survival_no_cytokine + (law.survival_cytokine - law.survival_no_cytokine) * support;
    return std::numbers::ln2 / (half_life * minutes_per_day);
}

double arrivals_per_area(RecruitmentLaw const& law, double blood, double chemokine) {
    return law.entry * blood * (1.0 + law.gain * hill(chemokine, law.half, law.power));
}

double arrivals_per_volume(RecruitmentLaw const& law, double blood, double chemokine) {
    return law.vessel_surface * arrivals_per_area(law, blood, chemokine);
}

} // namespace nk::biology
