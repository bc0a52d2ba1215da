#include "nk/biology/rules.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <array>

namespace nk::biology {
namespace {

constexpr std::array signal_words{
    RuleWord<Signal>{Signal::concentration, "concentration", About::substrate, "field", "concentration of a substrate at the cell"},
    RuleWord<Signal>{Signal::gradient, "gradient", About::substrate, "field/um", "steepness of a substrate at the cell"},
    RuleWord<Signal>{Signal::pressure, "pressure", About::nothing, "1",
                     "overlaps with neighbours, each relative to the contact distance, summed"},
    RuleWord<Signal>{Signal::contact, "contact", About::kind, "1", "living neighbours of a kind that touch the cell"},
    RuleWord<Signal>{Signal::contact_dead, "contact_dead", About::nothing, "1", "dead neighbours that touch the cell"},
    RuleWord<Signal>{Signal::contact_infected, "contact_infected", About::nothing, "1", "infected neighbours that touch the cell"},
    RuleWord<Signal>{Signal::damage, "damage", About::nothing, "1", "live units of damage"},
    RuleWord<Signal>{Signal::infection_time, "infection_time", About::nothing, "h", "time since the virus entered; 0 without infection"},
    RuleWord<Signal>{Signal::interferon_protection, "interferon_protection", About::nothing, "1",
                     "1 while refractory to infection, else 0"},
    RuleWord<Signal>{Signal::priming, "priming", About::nothing, "1", "priming state c of an NK cell"},
    RuleWord<Signal>{Signal::granules, "granules", About::nothing, "1", "filling of the lytic granules, fraction of full"},
    RuleWord<Signal>{Signal::exhaustion, "exhaustion", About::nothing, "1", "exhaustion x of an NK cell"},
    RuleWord<Signal>{Signal::divisions, "divisions", About::nothing, "1", "divisions since the start of the simulation"},
    RuleWord<Signal>{Signal::age, "age", About::nothing, "h", "time since birth, division or arrival"}};

constexpr std::array behaviour_words{
    RuleWord<Behaviour>{Behaviour::division_rate, "division_rate", About::nothing, "1/h",
                        "rate of the whole cycle, stages over mean duration apart"},
    RuleWord<Behaviour>{Behaviour::death_rate, "death_rate", About::nothing, "1/h", "rate of death without killers"},
    RuleWord<Behaviour>{Behaviour::clearance_rate, "clearance_rate", About::nothing, "1/h", "rate at which a dead body disappears"},
    RuleWord<Behaviour>{Behaviour::speed, "speed", About::nothing, "um/min", "root-mean-square speed while moving"},
    RuleWord<Behaviour>{Behaviour::persistence, "persistence", About::nothing, "min", "persistence time of the direction"},
    RuleWord<Behaviour>{Behaviour::chemotaxis, "chemotaxis", About::substrate, "um/min", "greatest drift up the gradient; negative: down"},
    RuleWord<Behaviour>{Behaviour::secretion, "secretion", About::substrate, "molecule/min", "molecules of a substrate set free"},
    RuleWord<Behaviour>{Behaviour::uptake, "uptake", About::substrate, "1/min",
                        "first-order uptake of a substrate in the cell's own volume"},
    RuleWord<Behaviour>{Behaviour::adhesion, "adhesion", About::nothing, "1/min", "pull of bonded neighbours"},
    RuleWord<Behaviour>{Behaviour::priming, "priming", About::nothing, "1",
                        "priming of an NK cell that this adds in the long run, independent of the cytokines'"},
    RuleWord<Behaviour>{Behaviour::infection_resistance, "infection_resistance", About::nothing, "1", "share of virus entries that fail"},
    RuleWord<Behaviour>{Behaviour::ligand_copies, "ligand_copies", About::ligand, "molecule/cell", "copies of a ligand on the surface"},
    RuleWord<Behaviour>{Behaviour::shedding, "shedding", About::nothing, "1", "shedding of ligands of NKG2D, relative to the usual rate"},
    RuleWord<Behaviour>{Behaviour::receptor_copies, "receptor_copies", About::receptor, "1",
                        "copies of a receptor on an NK cell, relative to its own"},
    RuleWord<Behaviour>{Behaviour::stage_rate, "stage_rate", About::nothing, "1", "factor of the degranulation stage of an NK cell"},
    RuleWord<Behaviour>{Behaviour::refill_rate, "refill_rate", About::nothing, "1", "factor of the refilling of granules of an NK cell"}};

template <class Words> auto find(Words const& words, std::string_view name) {
    auto const found = std::find_if(words.begin(), words.end(), [&](auto const& word) { return word.name == name; });
    return found == words.end() ? std::nullopt : std::optional{*found};
}

/// Odds of the share `weight` of a Hill response: w h/(1 - w h), written without h so that nothing cancels near saturation.
double odds(HillRule const& rule, double signal, double weight) {
    if (!(signal > 0.0) || weight <= 0.0)
        return 0.0;
    auto const x = std::pow(signal / rule.half, rule.power);
    if (std::isinf(x))
        return weight < 1.0 ? weight / (1.0 - weight) : x;
    return weight * x / (1.0 + (1.0 - weight) * x);
}

double share(double total_odds) {
    return std::isinf(total_odds) ? 1.0 : total_odds / (1.0 + total_odds);
}

} // namespace

double respond(HillRule const& rule, double signal) {
    return rule.from + (rule.to - rule.from) * hill(signal, rule.half, rule.power);
}

double respond(std::span<HillRule const> rules, std::span<double const> signals) {
    NK_EXPECT(!rules.empty() && rules.size() == signals.size());
    auto const base = rules.front().from;
    auto highest = base;
    auto lowest = base;
    for (auto const& rule : rules) {
        NK_EXPECT(rule.from == base);
        highest = std::max(highest, rule.to);
        lowest = std::min(lowest, rule.to);
    }
    auto up = 0.0;
    auto down = 0.0;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        auto const& rule = rules[i];
        if (rule.to > base)
            up += odds(rule, signals[i], (rule.to - base) / (highest - base));
        else if (rule.to < base)
            down += odds(rule, signals[i], (base - rule.to) / (base - lowest));
    }
    auto const u = share(up);
    auto const d = share(down);
    return (1.0 - d) * ((1.0 - u) * base + u * highest) + d * lowest;
}

std::span<RuleWord<Signal> const> signals() {
    return signal_words;
}

std::span<RuleWord<Behaviour> const> behaviours() {
    return behaviour_words;
}

std::optional<RuleWord<Signal>> find_signal(std::string_view name) {
    return find(signal_words, name);
}

std::optional<RuleWord<Behaviour>> find_behaviour(std::string_view name) {
    return find(behaviour_words, name);
}

std::string_view to_text(Signal signal) {
    return signal_words[static_cast<std::size_t>(signal)].name;
}

std::string_view to_text(Behaviour behaviour) {
    return behaviour_words[static_cast<std::size_t>(behaviour)].name;
}

} // namespace nk::biology
