#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"

#include <string>
#include <tuple>
#include <vector>

namespace nk::biology {

// Laws of the whole body. Here times are days, amounts are cells, volumes are litres.

/// Birth, maturation and death of NK cells in health (model section 3.3). Rows of [turnover.*] are published hypotheses that exclude
/// each other.
struct TurnoverLaw {
    double dim_division;
    double dim_death;
    double bright_division;
    double bright_death;
    double transit;
    double transit_stages;
    double il15_share;
    double il15_steepness;
    double death_without_il15;
    static constexpr auto fields() {
        return std::tuple{
            Field{"dim_division", &TurnoverLaw::dim_division, "1/day", not_negative, "division of CD56dim cells at normal IL-15"},
            Field{"dim_death", &TurnoverLaw::dim_death, "1/day", not_negative, "death of CD56dim cells at normal IL-15"},
            Field{"bright_division", &TurnoverLaw::bright_division, "1/day", not_negative, "division of CD56bright cells at normal IL-15"},
            Field{"bright_death", &TurnoverLaw::bright_death, "1/day", not_negative, "death of CD56bright cells at normal IL-15"},
            Field{"transit", &TurnoverLaw::transit, "day", Range{0.01, 1000}, "last division in the marrow to appearance in blood"},
            Field{"transit_stages", &TurnoverLaw::transit_stages, "1", Range{1, 20}, "stages of that time (Erlang)"},
            Field{"il15_share", &TurnoverLaw::il15_share, "1", Range{0, 0.99},
                  "share of IL-15 that NK cells take up at their normal number"},
            Field{"il15_steepness", &TurnoverLaw::il15_steepness, "1", Range{0, 10}, "exponent of division on IL-15 near its normal level"},
            Field{"death_without_il15", &TurnoverLaw::death_without_il15, "1", Range{1, 100}, "death without any IL-15, relative"}};
    }
};

/// One organ of a species: rows [organ.SPECIES_NAME].
struct OrganLaw {
    double volume;
    double perfusion;
    double nk;
    double bright;
    double residence;
    double cells;
    double mobilised;
    static constexpr auto fields() {
        return std::tuple{Field{"volume", &OrganLaw::volume, "L", Range{1e-9, 1000}, "volume in which NK cells and targets meet"},
                          Field{"perfusion", &OrganLaw::perfusion, "L/day", not_negative, "blood flow; 0 for blood itself"},
                          Field{"nk", &OrganLaw::nk, "cell", not_negative, "NK cells in health"},
                          Field{"bright", &OrganLaw::bright, "1", fraction, "CD56bright among them"},
                          Field{"residence", &OrganLaw::residence, "day", Range{1e-4, 1e4}, "mean stay of an NK cell; blood: not used"},
                          Field{"cells", &OrganLaw::cells, "cell", not_negative, "other cells that NK cells can touch"},
                          Field{"mobilised", &OrganLaw::mobilised, "1", fraction,
                                "how far adrenaline drives NK cells out: 1 = as the marginated pool, 0 = not at all"}};
    }
};

/// One organ.
struct Organ {
    std::string name;
    std::string title;
    std::string target; ///< row of the target table of its own healthy cells, or ""
    std::string drains; ///< organ that receives what leaves it
    OrganLaw law;
};

/// Movement of NK cells between organs, and what draws them.
struct TrafficLaw {
    double adrenaline_exit;
    double adrenaline_entry;
    double adrenaline_rise;
    double adrenaline_fall;
    double bright_mobilised;
    double cortisol_entry;
    double cortisol_rise;
    double cortisol_fall;
    double recruitment;
    double recruitment_time;
    double priming_half;
    static constexpr auto fields() {
        return std::tuple{
            Field{"adrenaline_exit", &TrafficLaw::adrenaline_exit, "1", not_negative,
                  "rise of the rate at which NK cells leave the marginated pool at full adrenaline, relative"},
            Field{"adrenaline_entry", &TrafficLaw::adrenaline_entry, "1", not_negative,
                  "fall of the rate at which they enter it: entry/(1 + this)"},
            Field{"adrenaline_rise", &TrafficLaw::adrenaline_rise, "min", Range{0.1, 1000}, "time constant of the onset"},
            Field{"adrenaline_fall", &TrafficLaw::adrenaline_fall, "min", Range{0.1, 10000}, "time constant after the stop"},
            Field{"bright_mobilised", &TrafficLaw::bright_mobilised, "1", fraction, "response of CD56bright cells, relative"},
            Field{"cortisol_entry", &TrafficLaw::cortisol_entry, "1", not_negative,
                  "rise of the entry into tissues after hard exercise, relative"},
            Field{"cortisol_rise", &TrafficLaw::cortisol_rise, "min", Range{0.1, 10000}, "time constant of its onset"},
            Field{"cortisol_fall", &TrafficLaw::cortisol_fall, "min", Range{0.1, 100000}, "time constant of its end"},
            Field{"recruitment", &TrafficLaw::recruitment, "1", not_negative, "rise of the entry into an inflamed organ, relative"},
            Field{"recruitment_time", &TrafficLaw::recruitment_time, "h", Range{0.1, 1000}, "time constant of that rise"},
            Field{"priming_half", &TrafficLaw::priming_half, "1", Range{1e-6, 1e6},
                  "type I interferon of half-maximal priming; 1 = the level that halves virus production"}};
    }
};

/// Antigen-specific defence (model section 3.4), one set for all infections and tumours.
struct AdaptiveLaw {
    double precursors;
    double divisions;
    double division_rate;
    double antigen_half;
    double antigen_loss;
    double nk_help;
    double expansion;
    double capacity;
    double effector_death;
    double memory_share;
    double memory_death;
    double memory_speed;
    double memory_kill;
    double helper_rate;
    double helper_loss;
    double plasma_rate;
    double plasma_loss;
    double antibody_rate;
    double antibody_loss;
    double neutralisation;
    double opening;
    double kill;
    double contact;
    double hla_half;
    double nk_kills_t;
    static constexpr auto fields() {
        return std::tuple{
            Field{"precursors", &AdaptiveLaw::precursors, "cell", not_negative, "naive CD8 T cells that know the antigen"},
            Field{"divisions", &AdaptiveLaw::divisions, "1", Range{1, 20}, "divisions before an activated cell is an effector"},
            Field{"division_rate", &AdaptiveLaw::division_rate, "1/day", not_negative, "rate of each of these divisions"},
            Field{"antigen_half", &AdaptiveLaw::antigen_half, "cell", Range{1e-3, 1e15}, "antigen of half-maximal stimulation"},
            Field{"antigen_loss", &AdaptiveLaw::antigen_loss, "1/day", not_negative, "loss of presented antigen"},
            Field{"nk_help", &AdaptiveLaw::nk_help, "1", not_negative, "rise of presentation at saturating interferon-gamma, relative"},
            Field{"expansion", &AdaptiveLaw::expansion, "1/day", not_negative, "further division of effectors at full antigen"},
            Field{"capacity", &AdaptiveLaw::capacity, "cell", Range{1, 1e13}, "effectors at which their division stops"},
            Field{"effector_death", &AdaptiveLaw::effector_death, "1/day", not_negative, "loss of effectors"},
            Field{"memory_share", &AdaptiveLaw::memory_share, "1", fraction, "lost effectors that become memory cells"},
            Field{"memory_death", &AdaptiveLaw::memory_death, "1/day", not_negative, "loss of memory cells"},
            Field{"memory_speed", &AdaptiveLaw::memory_speed, "1/day", not_negative, "rate at which memory cells answer at full antigen"},
            Field{"memory_kill", &AdaptiveLaw::memory_kill, "1", fraction, "killing by a memory cell, relative to an effector"},
            Field{"helper_rate", &AdaptiveLaw::helper_rate, "1/day", not_negative, "rise of CD4 help at full antigen"},
            Field{"helper_loss", &AdaptiveLaw::helper_loss, "1/day", not_negative, "loss of CD4 help"},
            Field{"plasma_rate", &AdaptiveLaw::plasma_rate, "1/day", not_negative, "rise of plasma cells at full antigen and help"},
            Field{"plasma_loss", &AdaptiveLaw::plasma_loss, "1/day", not_negative, "loss of plasma cells"},
            Field{"antibody_rate", &AdaptiveLaw::antibody_rate, "1/day", not_negative, "rise of antibody to the level of its plasma cells"},
            Field{"antibody_loss", &AdaptiveLaw::antibody_loss, "1/day", not_negative, "loss of antibody"},
            Field{"neutralisation", &AdaptiveLaw::neutralisation, "1/day", not_negative, "loss of free virus at full antibody"},
            Field{"opening", &AdaptiveLaw::opening, "um3/min", not_negative, "rate coefficient at which a CD8 T cell opens a contact"},
            Field{"kill", &AdaptiveLaw::kill, "1", fraction, "chance that a contact with full HLA class I kills"},
            Field{"contact", &AdaptiveLaw::contact, "min", Range{0.01, 10000}, "mean time of such a contact"},
            Field{"hla_half", &AdaptiveLaw::hla_half, "1", Range{1e-6, 100}, "HLA class I of half-maximal recognition, relative to rest"},
            Field{"nk_kills_t", &AdaptiveLaw::nk_kills_t, "1/day", not_negative,
                  "loss of activated CD8 T cells to NK cells at the normal number of NK cells, all primed; 0 = off"}};
    }
};

/// Course of one virus in a host: rows [infection.*]; what it does to ligands stands in [virus.*].
struct CourseLaw {
    double targets;
    double inoculum;
    double entry;
    double entry_loss;
    double eclipse;
    double eclipse_stages;
    double infected_death;
    double production;
    double clearance;
    double interferon;
    double interferon_loss;
    double protection;
    double protection_loss;
    double renewal;
    double latent_share;
    double reactivation;
    double cure;
    double antigenicity;
    double presentation_delay;
    double antibody_share;
    double cytokine_damage;
    double hits_to_kill;
    double adaptive_nk;
    double detection;
    static constexpr auto fields() {
        return std::tuple{
            Field{"targets", &CourseLaw::targets, "cell", Range{1, 1e15}, "cells that can be infected"},
            Field{"inoculum", &CourseLaw::inoculum, "1", not_negative, "virus at the start, in the unit of its titre"},
            Field{"entry", &CourseLaw::entry, "1/day", not_negative, "infection of a target cell at a titre of one, beta"},
            Field{"entry_loss", &CourseLaw::entry_loss, "1", not_negative, "titre lost for each cell infected"},
            Field{"eclipse", &CourseLaw::eclipse, "1/day", Range{1e-4, 1e4}, "end of the eclipse, k"},
            Field{"eclipse_stages", &CourseLaw::eclipse_stages, "1", Range{1, 10}, "its stages (Erlang)"},
            Field{"infected_death", &CourseLaw::infected_death, "1/day", not_negative, "death of infected cells without killers, delta"},
            Field{"production", &CourseLaw::production, "1/day", not_negative, "titre made by one infected cell"},
            Field{"clearance", &CourseLaw::clearance, "1/day", not_negative, "loss of free virus, c"},
            Field{"interferon", &CourseLaw::interferon, "1/day", not_negative,
                  "rise of type I interferon when every target is infected; 1 = the level that halves virus production"},
            Field{"interferon_loss", &CourseLaw::interferon_loss, "1/day", Range{1e-3, 1e4}, "loss of type I interferon"},
            Field{"protection", &CourseLaw::protection, "1/day", not_negative, "targets that become refractory at saturating interferon"},
            Field{"protection_loss", &CourseLaw::protection_loss, "1/day", not_negative, "refractory cells that become targets again"},
            Field{"renewal", &CourseLaw::renewal, "1/day", not_negative, "regrowth of lost cells"},
            Field{"latent_share", &CourseLaw::latent_share, "1", fraction, "infected cells in which the virus rests"},
            Field{"reactivation", &CourseLaw::reactivation, "1/day", not_negative, "latent cells in which it wakes"},
            Field{"cure", &CourseLaw::cure, "1/day", not_negative, "infected cells that lose the virus at saturating interferon-gamma"},
            Field{"antigenicity", &CourseLaw::antigenicity, "1", not_negative, "antigen presented from one infected cell that dies"},
            Field{"presentation_delay", &CourseLaw::presentation_delay, "day", not_negative,
                  "mean time until T cells can see it, beyond the usual day"},
            Field{"antibody_share", &CourseLaw::antibody_share, "1", not_negative, "neutralisation by its antibody, relative"},
            Field{"cytokine_damage", &CourseLaw::cytokine_damage, "1/day", not_negative,
                  "healthy cells of the organ lost at saturating interferon-gamma"},
            Field{"hits_to_kill", &CourseLaw::hits_to_kill, "1", Range{1, 5}, "units of damage that kill an infected cell"},
            Field{"adaptive_nk", &CourseLaw::adaptive_nk, "1/day", not_negative, "division of NKG2C+ cells at saturating infection"},
            Field{"detection", &CourseLaw::detection, "1", not_negative, "lowest titre that is measured"}};
    }
};

/// One virus in a host.
struct Course {
    std::string name;
    std::string title;
    std::string virus;  ///< row of the virus table: ligands of infected cells
    std::string organ;  ///< where it multiplies
    std::string target; ///< row of the target table: ligands before infection
    std::string titre;  ///< unit of its titre, in words
    CourseLaw law;
};

/// Growth and surroundings of one kind of tumour: rows [tumour.*].
struct TumourLaw {
    double growth;
    double death;
    double capacity;
    double mutation_hla;
    double mutation_nkg2d;
    double shedding;
    double shed_half;
    double tgfb_half;
    double tgfb_floor;
    double depth;
    double density;
    double hypoxic_radius;
    double recruitment_half;
    double antigenicity;
    double circulating;
    double circulating_death;
    double seeding;
    double dormancy;
    double awakening;
    static constexpr auto fields() {
        return std::tuple{
            Field{"growth", &TumourLaw::growth, "1/day", not_negative, "growth rate of a small tumour"},
            Field{"death", &TumourLaw::death, "1/day", not_negative,
                  "death of its cells without killers; the growth rate is what division leaves after it"},
            Field{"capacity", &TumourLaw::capacity, "cell", Range{1, 1e15}, "size at which it stops growing"},
            Field{"mutation_hla", &TumourLaw::mutation_hla, "1", fraction, "loss of HLA class I per division"},
            Field{"mutation_nkg2d", &TumourLaw::mutation_nkg2d, "1", fraction, "loss of NKG2D ligands per division"},
            Field{"shedding", &TumourLaw::shedding, "1/day", not_negative,
                  "soluble NKG2D ligand set free by one cell, relative to `shed_half`"},
            Field{"shed_half", &TumourLaw::shed_half, "cell", Range{1, 1e15},
                  "tumour cells whose shed ligand halves NKG2D on the NK cells around them"},
            Field{"tgfb_half", &TumourLaw::tgfb_half, "cell", Range{1, 1e15}, "tumour cells whose TGF-beta has half its effect"},
            Field{"tgfb_floor", &TumourLaw::tgfb_floor, "1", fraction, "lytic activity under saturating TGF-beta, relative"},
            Field{"depth", &TumourLaw::depth, "um", Range{1, 1e5}, "how deep NK cells go into a nodule"},
            Field{"density", &TumourLaw::density, "cell/L", Range{1e6, 1e13}, "tumour cells in a litre of tumour"},
            Field{"hypoxic_radius", &TumourLaw::hypoxic_radius, "um", Range{1, 1e6}, "radius at which the core lacks oxygen"},
            Field{"recruitment_half", &TumourLaw::recruitment_half, "cell", Range{1, 1e15},
                  "tumour cells that draw half of the NK cells possible"},
            Field{"antigenicity", &TumourLaw::antigenicity, "1", not_negative, "antigen presented from one tumour cell that dies"},
            Field{"circulating", &TumourLaw::circulating, "1/day", not_negative, "cells that enter blood, per surface cell"},
            Field{"circulating_death", &TumourLaw::circulating_death, "1/day", not_negative, "death in blood without killers"},
            Field{"seeding", &TumourLaw::seeding, "1", fraction, "cells leaving blood that found a metastasis"},
            Field{"dormancy", &TumourLaw::dormancy, "1/day", not_negative, "cells that stop cycling"},
            Field{"awakening", &TumourLaw::awakening, "1/day", not_negative, "dormant cells that cycle again"}};
    }
};

/// One kind of tumour.
struct TumourKind {
    std::string name;
    std::string title;
    std::string target;     ///< row of the target table
    std::string growth_law; ///< "logistic", "gompertz" or "exponential"
    std::string spreads;    ///< organ in which metastases grow, or ""
    TumourLaw law;
};

/// Age (model section 3.7). Production and activity fall from `from` years on.
struct AgeingLaw {
    double from;
    double production;
    double activity;
    double count_over_50;
    static constexpr auto fields() {
        return std::tuple{
            Field{"from", &AgeingLaw::from, "year", Range{0, 120}, "age at which it begins"},
            Field{"production", &AgeingLaw::production, "1/year", Range{0, 0.05}, "loss of production a year, of the young value"},
            Field{"activity", &AgeingLaw::activity, "1/year", Range{0, 0.05},
                  "loss of lytic activity of a cell a year, of the young value"},
            Field{"count_over_50", &AgeingLaw::count_over_50, "1", Range{0.1, 10}, "NK cells beyond 50 years, relative"}};
    }
};

/// What a part of life does to NK cells: rows [modulator.*]. Factors are relative to a person without it.
struct ModulatorLaw {
    double effect;
    double onset;
    double recovery;
    static constexpr auto fields() {
        return std::tuple{Field{"effect", &ModulatorLaw::effect, "1", Range{0.01, 100}, "factor at full strength"},
                          Field{"onset", &ModulatorLaw::onset, "day", Range{1e-4, 1e4}, "time constant of its onset"},
                          Field{"recovery", &ModulatorLaw::recovery, "day", Range{1e-4, 1e4}, "time constant after its end"}};
    }
};

/// One modulator.
struct Modulator {
    std::string name;
    std::string title;
    std::string acts_on;  ///< "count", "activity", "traffic" or "production"
    std::string persons;  ///< "any", "deficient" or "replete": whose factor this is
    std::string opposite; ///< a modulator that contradicts it, or ""
    std::string grade;    ///< A randomised or experimental, B prospective, C cross-sectional, D mechanistic or animal
    double low = 1.0;     ///< published range of the factor
    double high = 1.0;
    ModulatorLaw law;
};

/// An inborn or acquired lack: rows [deficiency.*]. Factors of the healthy value.
struct DeficiencyLaw {
    double production;
    double maturation;
    double dim_survival;
    double perforin;
    double cd16;
    double t_perforin;
    static constexpr auto fields() {
        return std::tuple{Field{"production", &DeficiencyLaw::production, "1", fraction, "cells that the marrow makes"},
                          Field{"maturation", &DeficiencyLaw::maturation, "1", fraction, "CD56bright cells that become CD56dim"},
                          Field{"dim_survival", &DeficiencyLaw::dim_survival, "1", Range{0.01, 1}, "life span of CD56dim cells"},
                          Field{"perforin", &DeficiencyLaw::perforin, "1", fraction, "lytic content of the granules of NK cells"},
                          Field{"cd16", &DeficiencyLaw::cd16, "1", fraction, "CD16 copies"},
                          Field{"t_perforin", &DeficiencyLaw::t_perforin, "1", fraction, "lytic content of CD8 T cells"}};
    }
};

/// One deficiency.
struct Deficiency {
    std::string name;
    std::string title;
    DeficiencyLaw law;
};

/// All laws of the body of one species.
struct HostLaws {
    TurnoverLaw turnover;
    TrafficLaw traffic;
    AdaptiveLaw adaptive;
    AgeingLaw ageing;
    /// turnover  row of [turnover.*]
    static HostLaws from(ParameterBase const& base, std::string const& turnover);
};

/// The tables, in the order of the files.
/// errors  ScenarioError: a number is missing or out of range; a row, organ or word is not known
std::vector<Organ> read_organs(ParameterBase const& base, std::string const& species);
Course read_course(ParameterBase const& base, std::string const& name);
TumourKind read_tumour(ParameterBase const& base, std::string const& name);
Modulator read_modulator(ParameterBase const& base, std::string const& name);
Deficiency read_deficiency(ParameterBase const& base, std::string const& name);

} // namespace nk::biology
