#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"

#include <tuple>

namespace nk::biology {

/// Geometry of the immune synapse.
struct ContactGeometry {
    double area;
    double nk_membrane;
    double target_membrane;
    double confinement;
    double accessible;
    static constexpr auto fields() {
        return std::tuple{
            Field{"area", &ContactGeometry::area, "um2", Range{0.1, 1000}, "area of the contact"},
            Field{"nk_membrane", &ContactGeometry::nk_membrane, "um2", Range{1, 10000}, "membrane area of an NK cell"},
            Field{"target_membrane", &ContactGeometry::target_membrane, "um2", Range{1, 100000}, "membrane area of a target cell"},
            Field{"confinement", &ContactGeometry::confinement, "um", Range{1e-4, 1},
                  "height that turns a 3-D dissociation constant into a 2-D one"},
            Field{"accessible", &ContactGeometry::accessible, "1", fraction, "share of receptors that can enter the contact"}};
    }
};

/// From engaged receptors to the decision (model section 3.1.3 to 3.1.5).
struct RecognitionLaw {
    double brake;
    double inhibition;
    double drive_rest;
    double drive_primed;
    double priming_gain;
    double steepness;
    double threshold;
    double stages;
    double stage_rate;
    double stage_rate_primed_factor;
    double detach_high;
    double detach_low;
    double detach_after_hit;
    double content_half;
    double kinase_base;
    double kinase_half;
    double inhibition_radius;
    double ifng_threshold;
    static constexpr auto fields() {
        return std::tuple{
            Field{"brake", &RecognitionLaw::brake, "1", not_negative, "basal dephosphorylation of Vav1, k0"},
            Field{"inhibition", &RecognitionLaw::inhibition, "1", not_negative, "dephosphorylation of Vav1 per inhibitory signal, k_I"},
            Field{"drive_rest", &RecognitionLaw::drive_rest, "1", not_negative, "basal signal at both SLP-76 sites of a resting cell"},
            Field{"drive_primed", &RecognitionLaw::drive_primed, "1", not_negative,
                  "basal signal at both SLP-76 sites of a fully primed cell"},
            Field{"priming_gain", &RecognitionLaw::priming_gain, "1", not_negative, "gain of responsiveness by priming, g_p"},
            Field{"steepness", &RecognitionLaw::steepness, "1", Range{0.1, 20}, "Hill exponent of the decision"},
            Field{"threshold", &RecognitionLaw::threshold, "1", Range{1e-6, 1}, "pVav1 fraction of a half-maximal decision"},
            Field{"stages", &RecognitionLaw::stages, "1", Range{1, 3},
                  "stages from opening to a hit: 3 = adhesion, polarisation, degranulation; 2 and 1 leave out the first ones"},
            Field{"stage_rate", &RecognitionLaw::stage_rate, "1/min", not_negative,
                  "greatest rate of each stage: adhesion, polarisation, degranulation"},
            Field{"stage_rate_primed_factor", &RecognitionLaw::stage_rate_primed_factor, "1", not_negative,
                  "stage rate of a fully primed cell, relative"},
            Field{"detach_high", &RecognitionLaw::detach_high, "1/min", not_negative, "detachment without a decision to attack"},
            Field{"detach_low", &RecognitionLaw::detach_low, "1/min", not_negative, "detachment at full decision"},
            Field{"detach_after_hit", &RecognitionLaw::detach_after_hit, "1/min", not_negative,
                  "detachment after a hit, while the target lives"},
            Field{"content_half", &RecognitionLaw::content_half, "1", not_negative,
                  "granule content of half-maximal degranulation rate, K_G"},
            Field{"kinase_base", &RecognitionLaw::kinase_base, "1", not_negative,
                  "kinase activity without activating receptors (switch shared_kinase)"},
            Field{"kinase_half", &RecognitionLaw::kinase_half, "1", not_negative,
                  "kinase activity of half-maximal ITIM phosphorylation (switch shared_kinase)"},
            Field{"inhibition_radius", &RecognitionLaw::inhibition_radius, "um", not_negative,
                  "reach of one inhibitory complex (switch local_inhibition)"},
            Field{"ifng_threshold", &RecognitionLaw::ifng_threshold, "1", Range{1e-6, 1},
                  "pVav1 fraction of half-maximal interferon-gamma secretion"}};
    }
};

/// Education by self-MHC (model section 3.1.6).
struct EducationLaw {
    double disarming;
    double maximum;
    double rate;
    double memory;
    static constexpr auto fields() {
        return std::tuple{
            Field{"disarming", &EducationLaw::disarming, "1", not_negative, "loss of responsiveness by unopposed activation, alpha"},
            Field{"maximum", &EducationLaw::maximum, "1", not_negative, "greatest responsiveness, rho_max"},
            Field{"rate", &EducationLaw::rate, "1/day", not_negative, "rate of re-tuning, k_rho"},
            Field{"memory", &EducationLaw::memory, "h", not_negative, "time over which the environment is averaged"}};
    }
};

/// What a hit does and how a target dies (model section 3.1.7).
struct KillingLaw {
    double granules;
    double granules_per_hit;
    double granules_per_hit_sd;
    double content_spent;
    double refill_time;
    double potency;
    double necrosis;
    double repair_rate;
    double pore_delay_least;
    double pore_delay_mean;
    double pore_repair_start;
    double pore_repair_done;
    double pore_repair_done_sd;
    double rounding_time;
    double execution_granzyme;
    double execution_receptor;
    double execution_necrosis;
    double leak_time;
    double release_time;
    double receptor_rate;
    double receptor_units;
    double receptor_decay;
    double fasl_rest;
    double fasl_rise;
    double fasl_decay;
    double burst_gain;
    double burst_decay;
    double hit_size_shape;
    static constexpr auto fields() {
        return std::tuple{
            Field{"granules", &KillingLaw::granules, "1", Range{1, 10000}, "lytic granules of a full NK cell"},
            Field{"granules_per_hit", &KillingLaw::granules_per_hit, "1", Range{1, 1000}, "granules released in one hit"},
            Field{"granules_per_hit_sd", &KillingLaw::granules_per_hit_sd, "1", not_negative, "sd of ln granules released in one hit"},
            Field{"content_spent", &KillingLaw::content_spent, "1", fraction, "share of perforin and granzyme spent by one hit"},
            Field{"refill_time", &KillingLaw::refill_time, "h", Range{0.01, 1e5}, "time constant of refilling granules with IL-2 or IL-15"},
            Field{"potency", &KillingLaw::potency, "1", fraction, "probability that a hit with full content adds one unit of damage"},
            Field{"necrosis", &KillingLaw::necrosis, "1", fraction,
                  "probability that a hit with full content opens enough pores for necrosis"},
            Field{"repair_rate", &KillingLaw::repair_rate, "1/min", not_negative, "repair of one unit of damage"},
            Field{"pore_delay_least", &KillingLaw::pore_delay_least, "s", not_negative,
                  "shortest time from the killer's calcium signal to pores"},
            Field{"pore_delay_mean", &KillingLaw::pore_delay_mean, "s", not_negative,
                  "mean time from the killer's calcium signal to pores"},
            Field{"pore_repair_start", &KillingLaw::pore_repair_start, "s", not_negative, "pores begin to be repaired"},
            Field{"pore_repair_done", &KillingLaw::pore_repair_done, "s", not_negative, "pores are repaired: the window for granzymes"},
            Field{"pore_repair_done_sd", &KillingLaw::pore_repair_done_sd, "1", not_negative, "sd of ln of that time"},
            Field{"rounding_time", &KillingLaw::rounding_time, "min", not_negative,
                  "permeabilisation to rounding in a fast granzyme death"},
            Field{"execution_granzyme", &KillingLaw::execution_granzyme, "min", not_negative, "lethal hit to death by granzymes"},
            Field{"execution_receptor", &KillingLaw::execution_receptor, "min", not_negative, "commitment to death by death receptors"},
            Field{"execution_necrosis", &KillingLaw::execution_necrosis, "min", not_negative, "perforin overload to necrosis"},
            Field{"leak_time", &KillingLaw::leak_time, "min", not_negative,
                  "apoptotic death to membrane failure, when a release assay counts the cell"},
            Field{"release_time", &KillingLaw::release_time, "min", not_negative, "dying target to the killer's letting go"},
            Field{"receptor_rate", &KillingLaw::receptor_rate, "1/min", not_negative,
                  "death-receptor signal units collected per minute at full FasL, Fas and decision"},
            Field{"receptor_units", &KillingLaw::receptor_units, "1", Range{1, 20}, "units that commit a target to die"},
            Field{"receptor_decay", &KillingLaw::receptor_decay, "1/min", not_negative, "loss of one unit"},
            Field{"fasl_rest", &KillingLaw::fasl_rest, "1", fraction, "FasL on an NK cell before its first contact, fraction of maximum"},
            Field{"fasl_rise", &KillingLaw::fasl_rise, "1/min", not_negative, "rise of surface FasL in an activating contact"},
            Field{"fasl_decay", &KillingLaw::fasl_decay, "1/min", not_negative, "loss of surface FasL"},
            Field{"burst_gain", &KillingLaw::burst_gain, "1", not_negative, "speed-up of the first stages right after a kill, beta"},
            Field{"burst_decay", &KillingLaw::burst_decay, "min", Range{0.01, 1e5}, "time constant of that speed-up"},
            Field{"hit_size_shape", &KillingLaw::hit_size_shape, "1", Range{0.01, 1000},
                  "Gamma shape of hit sizes (switch shot_noise_damage)"}};
    }
};

/// Slow changes of the NK cell (model section 3.1.8) and what it secretes.
struct AdaptationLaw {
    double internalisation;
    double shedding_cd16;
    double receptor_recovery;
    double exhaustion_rate;
    double exhaustion_recovery;
    double priming_time;
    double ifng_rate;
    double ifng_molar_mass;
    double mhc_max;
    double mhc_half;
    double mhc_time;
    double survival_no_cytokine;
    double survival_cytokine;
    static constexpr auto fields() {
        return std::tuple{
            Field{"internalisation", &AdaptationLaw::internalisation, "1/min", not_negative, "loss of engaged activating receptors"},
            Field{"shedding_cd16", &AdaptationLaw::shedding_cd16, "1/min", not_negative, "shedding of CD16 by ADAM17 at full activation"},
            Field{"receptor_recovery", &AdaptationLaw::receptor_recovery, "1/h", not_negative,
                  "return of receptors to their resting number"},
            Field{"exhaustion_rate", &AdaptationLaw::exhaustion_rate, "1/day", not_negative, "exhaustion by lasting activation"},
            Field{"exhaustion_recovery", &AdaptationLaw::exhaustion_recovery, "day", Range{0.001, 1e4}, "recovery from exhaustion"},
            Field{"priming_time", &AdaptationLaw::priming_time, "h", Range{0.01, 1e4}, "time constant of priming by cytokines"},
            Field{"ifng_rate", &AdaptationLaw::ifng_rate, "molecule/s", not_negative, "greatest interferon-gamma secretion of one cell"},
            Field{"ifng_molar_mass", &AdaptationLaw::ifng_molar_mass, "g/mol", Range{1, 1e7}, "molar mass of interferon-gamma"},
            Field{"mhc_max", &AdaptationLaw::mhc_max, "1", Range{1, 100}, "MHC class I at saturating interferon-gamma, relative"},
            Field{"mhc_half", &AdaptationLaw::mhc_half, "ng/mL", Range{1e-6, 1e6}, "interferon-gamma of half-maximal MHC class I rise"},
            Field{"mhc_time", &AdaptationLaw::mhc_time, "h", Range{0.01, 1e4}, "time constant of that rise"},
            Field{"survival_no_cytokine", &AdaptationLaw::survival_no_cytokine, "day", Range{0.001, 1e4},
                  "half-life of NK cells in culture without cytokine"},
            Field{"survival_cytokine", &AdaptationLaw::survival_cytokine, "day", Range{0.001, 1e4},
                  "half-life of NK cells in culture with IL-2 or IL-15"}};
    }
};

/// How NK cells move and how touching becomes a contact (model section 3.2).
struct SearchLaw {
    double nk_diameter;
    double nk_diameter_sd;
    double speed;
    double speed_primed_factor;
    double speed_cv;
    double persistence;
    double speed_gel;
    double stop_rate;
    double stop_rate_touching;
    double go_rate;
    double attach_rate;
    double attach_in_tissue;
    double attach_primed_factor;
    double attach_sd;
    double attach_burst_gain;
    double icam_half;
    double refractory;
    double reach;
    double repulsion;
    double settling_drift;
    double pellet_weight;
    double neighbour_slots;
    static constexpr auto fields() {
        return std::tuple{
            Field{"nk_diameter", &SearchLaw::nk_diameter, "um", Range{1, 100}, "diameter of an NK cell"},
            Field{"nk_diameter_sd", &SearchLaw::nk_diameter_sd, "1", Range{0, 1},
                  "sd of ln of that diameter between cells, bystanders too"},
            Field{"speed", &SearchLaw::speed, "um/min", not_negative, "root-mean-square speed on a surface, while moving"},
            Field{"speed_primed_factor", &SearchLaw::speed_primed_factor, "1", not_negative, "speed of a fully primed cell, relative"},
            Field{"speed_cv", &SearchLaw::speed_cv, "1", not_negative, "variation of speed between cells"},
            Field{"persistence", &SearchLaw::persistence, "min", Range{0.01, 1000}, "persistence time of the direction"},
            Field{"speed_gel", &SearchLaw::speed_gel, "um/min", not_negative, "root-mean-square speed in collagen"},
            Field{"stop_rate", &SearchLaw::stop_rate, "1/min", not_negative, "rate at which a moving cell stops"},
            Field{"stop_rate_touching", &SearchLaw::stop_rate_touching, "1/min", not_negative,
                  "rate at which a moving cell stops while it touches a target"},
            Field{"go_rate", &SearchLaw::go_rate, "1/min", not_negative, "rate at which a stopped cell moves again"},
            Field{"attach_rate", &SearchLaw::attach_rate, "1/min", not_negative,
                  "rate at which a touching pair opens a contact, at full ICAM-1"},
            Field{"attach_in_tissue", &SearchLaw::attach_in_tissue, "1", Range{0.01, 1000},
                  "that rate in tissue and body, relative to a well"},
            Field{"attach_primed_factor", &SearchLaw::attach_primed_factor, "1", not_negative,
                  "that rate for a fully primed cell, relative"},
            Field{"attach_sd", &SearchLaw::attach_sd, "1", not_negative, "sd of ln of that rate between NK cells, heritable"},
            Field{"attach_burst_gain", &SearchLaw::attach_burst_gain, "1", not_negative,
                  "speed-up of that rate right after a kill; decays as killing.burst_decay"},
            Field{"icam_half", &SearchLaw::icam_half, "molecule/cell", Range{1, 1e7}, "ICAM-1 of half-maximal opening"},
            Field{"refractory", &SearchLaw::refractory, "min", not_negative,
                  "time before the same pair opens again after a contact without a hit"},
            Field{"reach", &SearchLaw::reach, "um", not_negative, "gap between surfaces up to which two cells touch"},
            Field{"repulsion", &SearchLaw::repulsion, "1/min", not_negative, "rate at which overlaps relax"},
            Field{"settling_drift", &SearchLaw::settling_drift, "um/min", not_negative, "drift towards the lowest point of a pellet"},
            Field{"pellet_weight", &SearchLaw::pellet_weight, "um/min", not_negative, "drift of a cell that rests on others in a pellet"},
            Field{"neighbour_slots", &SearchLaw::neighbour_slots, "1", Range{1, 100}, "NK cells that can hold one target at a time"}};
    }
};

/// All laws of a simulation; every number comes from the parameter base.
struct Laws {
    ContactGeometry contact;
    RecognitionLaw recognition;
    EducationLaw education;
    KillingLaw killing;
    AdaptationLaw adaptation;
    SearchLaw search;

    static Laws from(ParameterBase const& base) {
        return {base.load<ContactGeometry>("contact"), base.load<RecognitionLaw>("recognition"), base.load<EducationLaw>("education"),
                base.load<KillingLaw>("killing"),      base.load<AdaptationLaw>("adaptation"),   base.load<SearchLaw>("search")};
    }
};

} // namespace nk::biology
