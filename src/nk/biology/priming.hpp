#pragma once
#include "nk/biology/cytokines.hpp"
#include "nk/biology/laws.hpp"
#include "nk/biology/tissue_laws.hpp"

#include <span>

namespace nk::biology {

/// A row of the cytokine table with its half-maximal concentrations turned into those of a field, molecule/um3.
/// errors  ScenarioError when the row's unit is no concentration
Cytokine in_field_unit(Cytokine row);

/// What the cytokines around a cell do to it in the long run: the law of `effect_of` for a mixture given as texts with units,
/// without these, because every NK cell asks for it in every step.
///
/// rows            from `in_field_unit`
/// concentrations  of the same cytokines [molecule/um3], shape (rows); values below 0 count as 0
/// expects         equal lengths
CytokineEffect effect_of(std::span<Cytokine const> rows, std::span<double const> concentrations);

/// Priming c of an NK cell after `minutes` in one place: dc/dt = (c_inf - c)/tau_c, exactly.
///
/// now, plateau  c and c_inf = `CytokineEffect::priming` or `priming_bright` [1]
double primed_after(AdaptationLaw const& law, double now, double plateau, double minutes);

/// Rate at which a quiescent NK cell enters the cycle: recruitment * Hill(IL-15).
///
/// il15     [molecule/um3]
/// returns  [1/min]
/// source   ZhaoFrench2012
double nk_cycle_entry_rate(NkGrowthLaw const& law, double il15);
/// Rate at which an NK cell in cycle divides: division * Hill(IL-15) [1/min].
double nk_division_rate(NkGrowthLaw const& law, double il15);
/// Rate at which an NK cell dies; its half-life goes from that without to that with cytokine as in a well.
///
/// support  `CytokineEffect::support`, 0..1
/// returns  [1/min]
double nk_death_rate(AdaptationLaw const& law, double support);

/// NK cells that leave the blood through one area of vessel wall: entry * blood * (1 + gain * Hill(chemokine)).
///
/// blood      NK cells in blood [1/um3]; `law.blood` in health
/// chemokine  at the wall [molecule/um3]
/// returns    [1/um2/min]
double arrivals_per_area(RecruitmentLaw const& law, double blood, double chemokine);
/// The same for a volume of tissue with `law.vessel_surface` [1/um3/min].
double arrivals_per_volume(RecruitmentLaw const& law, double blood, double chemokine);

} // namespace nk::biology
