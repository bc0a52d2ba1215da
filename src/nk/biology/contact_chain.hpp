#pragma once
#include "nk/biology/killing.hpp"
#include "nk/biology/recognition.hpp"

#include <vector>

namespace nk::biology {

/// Where an open contact stands.
struct ContactPhase {
    int stage = 0; ///< 0 adhesion, 1 polarisation, 2 degranulation
    int hits = 0;  ///< hits delivered so far; after the first the killer holds on and can hit again
    template <class State> void visit_state(State& state) { state(stage, hits); }
};

/// Rates of everything that can happen next in a contact [1/min].
struct ContactRates {
    double advance = 0.0;       ///< next stage, or a hit when at the last one
    double detach = 0.0;        ///< letting go
    double receptor_unit = 0.0; ///< one unit of death-receptor signal
    double total() const { return advance + detach + receptor_unit; }
    template <class State> void visit_state(State& state) { state(advance, detach, receptor_unit); }
};

/// The clocks of a contact now. After a hit detachment falls to its post-hit rate; a dying target releases its killer.
///
/// recognition  as of contact opening (its degranulation rate is rescaled to the present filling)
/// dying        the target is committed to die by caspases or necrosis
ContactRates contact_rates(Laws const& laws, Recognition const& recognition, ContactPhase const& phase, Lytic const& nk,
                           Resistance const& target, bool dying);

/// Outcome of one contact of an NK cell with an undamaged target, from the absorbing chain over
/// (hits so far, stage, damage, death-receptor units).
struct ContactOutcome {
    double p_hit = 0.0;        ///< at least one hit [1]
    double p_kill = 0.0;       ///< target committed to die during the contact [1]
    double p_granzyme = 0.0;   ///< by granzymes
    double p_necrosis = 0.0;   ///< by perforin
    double p_receptor = 0.0;   ///< by death receptors
    double hits = 0.0;         ///< expected hits, those into a dying target included [1]
    double contact_time = 0.0; ///< mean time from opening to closing [min]
};

/// Solves the chain exactly (small linear systems, one a hit level).
///
/// initial_damage  units the target already carries, < hits_to_kill
/// The content falls by its mean share with each hit; the number of granules by its mean.
ContactOutcome solve_contact(Laws const& laws, Recognition const& recognition, Lytic nk, Resistance const& target, int initial_damage = 0);

/// The same for each initial damage 0 .. hits_to_kill - 1, at little more than the price of one.
std::vector<ContactOutcome> solve_contacts(Laws const& laws, Recognition const& recognition, Lytic nk, Resistance const& target);

} // namespace nk::biology
