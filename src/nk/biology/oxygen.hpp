#pragma once
#include "nk/biology/tissue_laws.hpp"

namespace nk::biology {

/// First-order rate of oxygen uptake of a cell, in its own volume: most * K/(K + c), so that the uptake itself saturates.
///
/// most     uptake rate at low oxygen, of the kind of cell [1/min]
/// oxygen   [mmHg]
/// returns  [1/min]; times oxygen and the cell's share of the voxel it is what the field loses
double oxygen_uptake(OxygenLaw const& law, double most, double oxygen);

/// Rate of necrosis: 0 from `necrosis_start`, greatest up to `necrosis_full`, a straight line between.
///
/// oxygen   [mmHg]
/// returns  [1/min]
/// source   Ghaffarizadeh2018
double necrosis_rate(OxygenLaw const& law, double oxygen);

/// Factor of the degranulation stage (lambda_3) of an NK cell under lack of oxygen: floor + (1 - floor) Hill.
///
/// oxygen   [mmHg]
/// returns  [1], in [floor, 1)
double attack_under_hypoxia(OxygenLaw const& law, double oxygen);

/// Factor of the refilling of granules under lack of oxygen.
double refill_under_hypoxia(OxygenLaw const& law, double oxygen);

} // namespace nk::biology
