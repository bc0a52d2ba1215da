#pragma once
#include "nk/base/random.hpp"
#include "nk/biology/laws.hpp"

#include <string>
#include <vector>

namespace nk::biology {

/// The lytic armoury of one NK cell.
struct Lytic {
    double granules = 200.0; ///< granules left [1]
    double content = 1.0;    ///< perforin and granzyme per granule, fraction of full [1]
    double fasl = 0.0;       ///< FasL and TRAIL on the surface, fraction of maximum [1]
    bool perforin = true;
    bool granzymes = true;
    bool death_ligands = true;
    template <class State> void visit_state(State& state) { state(granules, content, fasl, perforin, granzymes, death_ligands); }
};

/// What a target brings to its own death.
struct Resistance {
    double hits_to_kill = 1.0;      ///< units of damage that commit it to die
    double pi9 = 0.0;               ///< share of granzyme B neutralised
    double fas = 0.0;               ///< death receptors, fraction of maximum
    double caspase_inhibitor = 0.0; ///< share of caspase activity blocked
    double susceptibility = 1.0;    ///< scales the probability that a hit does damage
    template <class State> void visit_state(State& state) { state(hits_to_kill, pi9, fas, caspase_inhibitor, susceptibility); }
};

/// How a target dies.
enum class Death : unsigned char { none, granzyme, necrosis, receptor, background };
char const* to_text(Death death);

/// Filling of the armoury that drives the rate of degranulation: content times granules, fraction of full [1].
double lytic_filling(KillingLaw const& law, Lytic const& nk);
/// How much of the readiness that a kill leaves behind is left after some minutes [1], 1 right after it.
double armed_after(KillingLaw const& law, double minutes);
/// Whether another hit can be delivered.
bool can_hit(KillingLaw const& law, Lytic const& nk);

/// Probabilities of what one hit does; the rest is a sublytic hit.
struct HitEffect {
    double necrosis = 0.0; ///< [1]
    double damage = 0.0;   ///< one more unit of damage [1]
};
HitEffect hit_effect(KillingLaw const& law, Lytic const& nk, Resistance const& target);

/// Granules and content spent by a hit that released `released` granules; neither becomes negative.
void spend(KillingLaw const& law, Lytic& nk, double released);
/// Refilling towards full over `minutes` with cytokine support in [0, 1]: 1 - (1 - x) exp(-support t / refill_time).
void refill(KillingLaw const& law, Lytic& nk, double minutes, double support);
/// Surface FasL after `minutes` at decision H (0 outside contacts): df/dt = k_F H (1 - f) - (f - f_rest)/tau.
double fasl_after(KillingLaw const& law, double fasl, double decision, double minutes);
/// Granules released in one hit: log-normal around the mean, at least 1 and at most what is there.
double draw_release(KillingLaw const& law, Lytic const& nk, Random& rng);

/// Moments of a dying target, in minutes from the lethal event; all from data (Lopez 2013 for pores).
struct DeathCourse {
    double permeabilised = 0.0; ///< calcium signal of the killer to pores
    double pores_closed = 0.0;  ///< permeabilisation to repaired pores
    double rounded = 0.0;       ///< permeabilisation to rounding
    double dead = 0.0;          ///< lethal event to death
    double leaky = 0.0;         ///< lethal event to membrane failure
    template <class State> void visit_state(State& state) { state(permeabilised, pores_closed, rounded, dead, leaky); }
};
DeathCourse draw_death(KillingLaw const& law, Death death, Random& rng);

/// Units of damage that a target survives, and one more: its death. At least 1; the nearest whole number.
std::size_t damage_levels(double hits_to_kill);

/// Mean-field damage stages: probability of 0..h-1 live units after time under hits at `hit_rate` and repair `repair_rate`
/// per unit; what is missing to 1 is dead.  (model 3.1.7)
std::vector<double> damage_stages(double hit_rate, double repair_rate, int hits_to_kill, double minutes);
/// Mean time to death from no damage of a target needing two hits: (2 Lambda + rho)/Lambda^2.
double mean_time_two_hits(double hit_rate, double repair_rate);

} // namespace nk::biology
