#pragma once
#include "nk/biology/tissue_laws.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace nk::biology {

/// One rule: a signal moves a behaviour from its base value towards another one, by a Hill response.
struct HillRule {
    double half;  ///< signal of half the response [unit of the signal]
    double power; ///< Hill exponent [1]
    double from;  ///< without the signal [unit of the behaviour]
    double to;    ///< at saturation [unit of the behaviour]; above `from` the rule promotes, below it inhibits
};

/// The behaviour under one rule alone: from + (to - from) Hill(signal). A signal below 0 counts as 0.
double respond(HillRule const& rule, double signal);

/// A behaviour under several rules at once. With b0 = from, bM the highest `to` of the promoters and bm the lowest `to` of the
/// inhibitors: B = (1 - U) b0 + U bM, then (1 - D) B + D bm. U and D join the single responses u_i by their odds,
/// U/(1-U) = sum u_i/(1-u_i); a rule that ends before bM or bm brings in its share w of that way, u_i = w Hill.
///
/// The result does not depend on the order of the rules, lies between bm (or b0) and bM (or b0), rises with every promoting and
/// falls with every inhibiting signal; with one rule it is `respond`.
///
/// rules    of one behaviour of one kind of cell
/// signals  shape (rules)
/// expects  at least one rule, one signal for each, all with the same `from`
/// source   Johnson2025 (there all promoters share bM and all inhibitors bm: w = 1)
double respond(std::span<HillRule const> rules, std::span<double const> signals);

/// What a cell can sense.
enum class Signal : unsigned char {
    concentration,
    gradient,
    pressure,
    contact,
    contact_dead,
    contact_infected,
    damage,
    infection_time,
    interferon_protection,
    priming,
    granules,
    exhaustion,
    divisions,
    age
};

/// What rules can change in a cell.
enum class Behaviour : unsigned char {
    division_rate,
    death_rate,
    clearance_rate,
    speed,
    persistence,
    chemotaxis,
    secretion,
    uptake,
    adhesion,
    priming,
    infection_resistance,
    ligand_copies,
    shedding,
    receptor_copies,
    stage_rate,
    refill_rate
};

/// What the name of a signal or behaviour must be completed with.
enum class About : unsigned char { nothing, substrate, kind, ligand, receptor };

/// One line of the lists below: everything that readers, checks and help need to know.
template <class Kind> struct RuleWord {
    Kind kind;
    std::string_view name;
    About about;
    std::string_view unit; ///< "field": that of the substrate
    std::string_view help;
};

/// Every signal and every behaviour, in the order of the enumeration.
std::span<RuleWord<Signal> const> signals();
std::span<RuleWord<Behaviour> const> behaviours();

/// The word of that name, or nothing.
std::optional<RuleWord<Signal>> find_signal(std::string_view name);
std::optional<RuleWord<Behaviour>> find_behaviour(std::string_view name);
std::string_view to_text(Signal signal);
std::string_view to_text(Behaviour behaviour);

} // namespace nk::biology
