#pragma once
#include "nk/biology/tissue_laws.hpp"

namespace nk::biology {

/// Share of the full cycle rate at an oxygen pressure: 0 up to `oxygen_stop`, 1 from `oxygen_full`, a straight line between.
///
/// oxygen   [mmHg]
/// returns  [1], in [0, 1]; a step where the two thresholds are equal
/// source   Ghaffarizadeh2018
double oxygen_factor(CycleLaw const& law, double oxygen);

/// Share of the full cycle rate under crowding: 1/(1 + (p/p_half)^n).
///
/// pressure  sum of overlaps with neighbours, each relative to the contact distance [1]
/// returns   [1], in (0, 1]; 1 without pressure
double crowding_factor(CycleLaw const& law, double pressure);

/// Rate at which a cell leaves its present stage of the cycle: stages/duration with oxygen and room. A cell divides on leaving the last.
///
/// oxygen    [mmHg]
/// pressure  [1]
/// returns   [1/min]
double cycle_rate(CycleLaw const& law, CellCycle const& cycle, double oxygen, double pressure);

/// Growth rate of a population that divides in this cycle without death: 2 (k/(k + s))^n = 1 at the stage rate k.
///
/// stage_rate  k, from `cycle_rate` [1/min]
/// returns     s [1/min]; ln 2 / duration for many stages, 1 / duration for one
double population_growth(CellCycle const& cycle, double stage_rate);

} // namespace nk::biology
