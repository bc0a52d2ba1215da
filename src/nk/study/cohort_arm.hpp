#pragma once
#include "nk/backend/executor.hpp"
#include "nk/study/arm_file.hpp"

namespace nk::study {

/// Runs the persons of an arm whose scenario is a cohort; `value` is the arm of the cohort ("all" for the scenario as it stands).
///
/// With model "body": one observation for each person and arm of the cohort. Read-outs: the parameters of `adrs` in lower case (bor,
/// bestchg, crsgrade, peaknk, lastnk, infectns, infloss, ...; the largest over products and viruses, none for who had no infection),
/// `responded`, `complete` and `crs2` as 0 or 1, and for each kind of event of `adtte` NAME_days, NAME_event; `relapsed` is a progression
/// before the end. With model "hazard": one observation for each third of NK activity, `effector` "low", "medium" or "high". Read-outs:
/// rate_ratio, rate_ratio_men, rate_ratio_women (against the lowest third), incidence and incidence_all (shares with cancer), people.
/// errors   ScenarioError of the scenario, and of settings that only others have
std::vector<Observation> observe_cohort(Arm const& arm, ArmFile const& file, ParameterBase const& base, backend::Executor executor);

/// Makes the product of an arm once for each donor. Read-outs: log10_nk, log10_fold (NK cells over all expansions), purity_percent,
/// viability_percent, nk_in_percent, nk_recovery_percent (over all selections), t_log (T cells at the start over those at the end), nk,
/// days.
std::vector<Observation> observe_products(Arm const& arm, ParameterBase const& base, std::uint64_t seed);

} // namespace nk::study
