#pragma once
#include "nk/biology/laws.hpp"

namespace nk::biology {

/// Responsiveness of a cell that has lived for long with self-targets giving drive `drive` and brake
/// `brake` = k0 + k_I I (model section 3.1.6): the positive root of rho (1 + alpha V(rho)) = rho_max.
///
/// expects  drive >= 0, brake >= 0, not both 0
/// returns  rho in [rho_max/(1+alpha), rho_max]
double educated_responsiveness(EducationLaw const& law, double drive, double brake);

/// Responsiveness after `minutes` in an environment with constant drive and brake (re-education), by adaptive
/// integration of d rho/dt = k_rho [rho_max - rho (1 + alpha V(rho))].
double re_educate(EducationLaw const& law, double responsiveness, double drive, double brake, double minutes);

/// Rate of return to the educated state after a small disturbance: k_rho [1 + alpha (V + rho dV/drho)]  [1/min].
double relaxation_rate(EducationLaw const& law, double drive, double brake);

} // namespace nk::biology
