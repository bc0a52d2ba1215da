#pragma once
#include "nk/biology/heredity.hpp"

namespace nk::biology {

/// Where a cell stands with a virus; `refractory` is the state of cells that type I interferon protects.
enum class InfectionState : unsigned char { target, refractory, eclipse, productive };
char const* to_text(InfectionState state);

/// Rate at which a target cell is infected: beta v.
///
/// virus    infectious virions around it [molecule/um3]
/// returns  [1/min]; over dt the probability is 1 - exp(-rate dt)
double infection_rate(InfectionLaw const& law, double virus);
/// Rate at which a cell leaves its present stage of the eclipse or of the productive phase [1/min]; leaving the last productive one is
/// death.
double eclipse_rate(InfectionLaw const& law);
double productive_rate(InfectionLaw const& law);
/// Infectious virions that a cell sets free [molecule/min]: only a productive one does.
double virus_release(InfectionLaw const& law, InfectionState state);
/// Type I interferon that an infected cell secretes `infected` minutes after entry [molecule/min].
double interferon_release(InfectionLaw const& law, double infected);

/// Rate at which a target cell becomes refractory: phi F/(F + K).
///
/// interferon  [molecule/um3]
/// returns     [1/min]
double protection_rate(InterferonLaw const& law, double interferon);
/// Rate at which a refractory cell becomes a target again [1/min].
double protection_loss_rate(InterferonLaw const& law);
/// HLA class I relative to rest after `minutes` more at `interferon` [molecule/um3]: towards 1 + (max - 1) F/(F + K).
double hla_under_interferon(InterferonLaw const& law, double now, double interferon, double minutes);

/// Ligands of a cell `infected` minutes after entry: each factor goes from 1 to its plateau with time constant `ligand_time`.
///
/// viral_ligand  panel index of the virus's own ligand, or -1
/// copies        before infection [molecule/cell]
/// returns       [molecule/cell]
LigandCopies infected_ligands(InfectionLaw const& law, LigandFamilies const& families, int viral_ligand, LigandCopies const& copies,
                              double infected);

/// The mixed medium around target cells in which an infection runs, for the exact results below.
struct MixedMedium {
    double targets;   ///< T0, target cells at the start [1/um3]
    double clearance; ///< c, loss of free virus [1/min]
};

/// Infected cells that one infected cell causes among targets only: beta p tau T0/(c + n beta T0), with n virions lost on entry.
///
/// returns  R0 [1]
/// source   Baccam2006; model T21
double basic_reproduction(InfectionLaw const& law, MixedMedium const& medium);

/// What the final size must make zero: ln x + (beta/c) ((p tau - n) T0 (1 - x) + V0), x = T(end)/T0; without loss on entry
/// ln x + R0 (1 - x) + beta V0/c. Holds for any number of stages.
///
/// left     x, share of targets never infected, in (0, 1]
/// virus    V0, virions at the start [molecule/um3]
double final_size_residual(InfectionLaw const& law, MixedMedium const& medium, double left, double virus);
/// The share of targets never infected: the root of the residual, in (0, 1].
double final_size(InfectionLaw const& law, MixedMedium const& medium, double virus);

/// Early exponential growth of an infection: the largest s with s + c + n beta T0 = beta T0 p (k/(k+s))^e (1 - (d/(d+s))^f)/s,
/// k, d the rates of the e stages of the eclipse and the f productive ones; for e = f = 1
/// (s + c)(s + delta)(s + k) = k beta p T0.
///
/// returns  [1/min], negative when R0 < 1
double early_growth(InfectionLaw const& law, MixedMedium const& medium);

} // namespace nk::biology
