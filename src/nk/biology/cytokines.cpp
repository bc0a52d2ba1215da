#include "nk/biology/cytokines.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace nk::biology {
namespace {

/// Converts to ng/mL; < 0 when the unit is neither mass, amount nor activity per volume.
double ng_per_ml(Cytokine const& c, Quantity const& q) {
    if (same_dimension(q.unit, "ng/mL"))
        return in_unit(q, "ng/mL");
    if (same_dimension(q.unit, "nM"))
        return in_unit(q, "nM") * c.molar_mass * 1e-3; // nmol/L times g/mol = ng/L
    if (c.activity > 0.0 && same_dimension(q.unit, "IU/mL"))
        return in_unit(q, "IU/mL") / c.activity;
    return -1.0;
}

double occupancy(double x, double half, double hill) {
    if (x <= 0.0)
        return 0.0;
    auto const p = std::pow(x / half, hill);
    return p / (1.0 + p);
}

} // namespace

double in_own_unit(Cytokine const& cytokine, Quantity const& concentration) {
    if (concentration.value == 0.0)
        return 0.0;
    auto const mass = ng_per_ml(cytokine, concentration);
    auto const per_own = ng_per_ml(cytokine, {1.0, cytokine.unit});
    if (mass < 0.0 || per_own <= 0.0)
        throw ScenarioError(Problem{{},
                                    "unit",
                                    "`" + to_text(concentration) + "` is not a concentration of " + cytokine.name,
                                    dimension_name(concentration.unit) + "; expected a concentration",
                                    "write it like \"10 ng/mL\", \"1 nM\" or \"500 IU/mL\""});
    return mass / per_own;
}

std::vector<Cytokine> read_cytokines(ParameterBase const& base) {
    std::vector<Cytokine> out;
    for (auto const& name : base.children("cytokine")) {
        auto const prefix = "cytokine." + name + ".";
        auto const& ec50 = base.at(prefix + "ec50");
        Cytokine c{name,
                   ec50.quantity.value,
                   0.0,
                   base.value(prefix + "hill", "1"),
                   base.value(prefix + "priming_max", "1"),
                   base.value(prefix + "survival_factor", "1"),
                   base.value(prefix + "theta_ifng_factor", "1"),
                   ec50.quantity.unit,
                   base.value(prefix + "molar_mass", "g/mol"),
                   base.contains(prefix + "specific_activity") ? base.value(prefix + "specific_activity", "IU/ng") : 0.0};
        c.ec50_bright = in_own_unit(c, base.at(prefix + "ec50_bright").quantity);
        out.push_back(std::move(c));
    }
    return out;
}

CytokineEffect effect_of(std::vector<Cytokine> const& table, std::map<std::string, Quantity> const& medium) {
    CytokineEffect out;
    auto silent = 1.0;
    auto silent_bright = 1.0;
    auto suppression = 1.0;
    auto unsupported = 1.0;
    for (auto const& c : table) {
        auto const given = medium.find(c.name);
        if (given == medium.end())
            continue;
        auto const x = in_own_unit(c, given->second);
        auto const dim = occupancy(x, c.ec50, c.hill);
        auto const bright = occupancy(x, c.ec50_bright, c.hill);
        if (c.priming_max >= 0.0) {
            silent *= 1.0 - std::min(1.0, c.priming_max) * dim;
            silent_bright *= 1.0 - std::min(1.0, c.priming_max) * bright;
        } else {
            suppression *= std::max(0.0, 1.0 + c.priming_max * dim);
        }
        unsupported *= 1.0 - std::clamp(c.survival, 0.0, 1.0) * dim;
        out.ifng_threshold *= 1.0 + (c.ifng_factor - 1.0) * dim;
    }
    out.priming = (1.0 - silent) * suppression;
    out.priming_bright = (1.0 - silent_bright) * suppression;
    out.support = 1.0 - unsupported;
    return out;
}

double relaxed(double now, double plateau, double minutes, double tau) {
    return plateau + (now - plateau) * std::exp(-minutes / tau);
}

} // namespace nk::biology
