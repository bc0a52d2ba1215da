#pragma once
#include "nk/base/parameters.hpp"

#include <map>
#include <string>
#include <vector>

namespace nk::biology {

/// One row of the cytokine table.
struct Cytokine {
    std::string name;
    double ec50;        ///< half-maximal effect on CD56dim cells [its own unit]
    double ec50_bright; ///< on CD56bright cells [its own unit]
    double hill;        ///< [1]
    double priming_max; ///< plateau of priming reached alone; negative suppresses [1]
    double survival;    ///< support of survival and refilling at saturation [1]
    double ifng_factor; ///< factor on the interferon-gamma threshold at saturation [1]
    std::string unit;   ///< unit of ec50
    double molar_mass;  ///< [g/mol]
    double activity;    ///< [IU/ng], 0 = not sold by activity
};

/// A concentration in the unit of the cytokine's ec50; mass, amount and activity units convert through the row.
/// errors  ScenarioError when the unit is none of these
double in_own_unit(Cytokine const& cytokine, Quantity const& concentration);

std::vector<Cytokine> read_cytokines(ParameterBase const& base);

/// What a mixture of cytokines does to NK cells in the long run.
struct CytokineEffect {
    double priming = 0.0;        ///< plateau of c for CD56dim cells [1]
    double priming_bright = 0.0; ///< plateau of c for CD56bright cells [1]
    double support = 0.0;        ///< survival and refilling, 0..1
    double ifng_threshold = 1.0; ///< factor on the interferon-gamma threshold [1]
};

/// Combines by independent action (Bliss): 1 - prod(1 - e_i); suppressors multiply by (1 - e_i).
CytokineEffect effect_of(std::vector<Cytokine> const& table, std::map<std::string, Quantity> const& medium);

/// Priming after `minutes` towards `plateau` with time constant `tau` (same unit).
double relaxed(double now, double plateau, double minutes, double tau);

} // namespace nk::biology
