#pragma once
#include "nk/base/field.hpp"

#include <cmath>
#include <tuple>

namespace nk::biology {

/// Hill response x^n / (x^n + K^n): 0 at or below x = 0, 1/2 at x = K, 1 for x without bound.
///
/// x, half  in one unit
/// expects  half > 0, power > 0
inline double hill(double x, double half, double power) {
    if (!(x > 0.0))
        return 0.0;
    auto const odds = std::pow(x / half, power);
    return std::isinf(odds) ? 1.0 : odds / (1.0 + odds);
}

/// The cell cycle of one kind of cell: `stages` equal exponential stages in a row, so that its length is Erlang distributed.
struct CellCycle {
    double stages;
    double duration;
    static constexpr auto fields() {
        return std::tuple{
            Field{"stages", &CellCycle::stages, "1", Range{1, 1000}, "stages in a row; more of them, less spread of cycle lengths"},
            Field{"duration", &CellCycle::duration, "h", Range{0.01, 1e6}, "mean length of a cycle with oxygen and room"}};
    }
};

/// What holds up the cycle of every kind of cell (model section 3.2).
struct CycleLaw {
    double oxygen_stop;
    double oxygen_full;
    double pressure_half;
    double pressure_power;
    static constexpr auto fields() {
        return std::tuple{
            Field{"oxygen_stop", &CycleLaw::oxygen_stop, "mmHg", not_negative, "oxygen at and below which the cycle stands still"},
            Field{"oxygen_full", &CycleLaw::oxygen_full, "mmHg", Range{1e-6, 1e4}, "oxygen from which the cycle runs at full rate"},
            Field{"pressure_half", &CycleLaw::pressure_half, "1", Range{1e-9, 1e9},
                  "crowding that halves the rate; sum of overlaps with neighbours, each relative to the contact distance"},
            Field{"pressure_power", &CycleLaw::pressure_power, "1", Range{0.1, 100}, "steepness of that stop"}};
    }
};

/// Uptake, necrosis and what lack of oxygen takes from NK cells (model section 3.8).
struct OxygenLaw {
    double uptake_half;
    double necrosis_start;
    double necrosis_full;
    double necrosis_rate;
    double attack_half;
    double attack_power;
    double attack_floor;
    double refill_half;
    double refill_power;
    double refill_floor;
    static constexpr auto fields() {
        return std::tuple{
            Field{"uptake_half", &OxygenLaw::uptake_half, "mmHg", Range{1e-6, 1e9},
                  "oxygen at which the uptake rate is half of that at low oxygen"},
            Field{"necrosis_start", &OxygenLaw::necrosis_start, "mmHg", not_negative, "oxygen below which cells become necrotic"},
            Field{"necrosis_full", &OxygenLaw::necrosis_full, "mmHg", not_negative, "oxygen below which the rate is greatest"},
            Field{"necrosis_rate", &OxygenLaw::necrosis_rate, "1/h", not_negative, "greatest rate of necrosis"},
            Field{"attack_half", &OxygenLaw::attack_half, "mmHg", Range{1e-6, 1e4},
                  "oxygen of a half-lowered rate of the degranulation stage of NK cells"},
            Field{"attack_power", &OxygenLaw::attack_power, "1", Range{0.1, 100}, "steepness of that"},
            Field{"attack_floor", &OxygenLaw::attack_floor, "1", fraction, "what is left of that rate without oxygen"},
            Field{"refill_half", &OxygenLaw::refill_half, "mmHg", Range{1e-6, 1e4}, "oxygen of a half-lowered refilling of granules"},
            Field{"refill_power", &OxygenLaw::refill_power, "1", Range{0.1, 100}, "steepness of that"},
            Field{"refill_floor", &OxygenLaw::refill_floor, "1", fraction, "what is left of refilling without oxygen"}};
    }
};

/// How ligands of a cell pass to its daughters, are lost and are shed.
struct HeredityLaw {
    double heritability;
    double hla_loss;
    double nkg2d_loss;
    double shedding;
    double turnover;
    static constexpr auto fields() {
        return std::tuple{
            Field{"heritability", &HeredityLaw::heritability, "1", fraction,
                  "correlation of ln(copies) of a ligand family between mother and daughter"},
            Field{"hla_loss", &HeredityLaw::hla_loss, "1", fraction, "probability that a daughter has lost all HLA class I"},
            Field{"nkg2d_loss", &HeredityLaw::nkg2d_loss, "1", fraction, "probability that a daughter has lost its ligands of NKG2D"},
            Field{"shedding", &HeredityLaw::shedding, "1/h", not_negative,
                  "share of the ligands of NKG2D shed from the surface in a unit of time"},
            Field{"turnover", &HeredityLaw::turnover, "1/h", Range{1e-9, 1e6},
                  "other loss of surface ligands, which new ones make up for"}};
    }
};

/// One virus in a cell: entry, eclipse, production, death, and what it does to the ligands (model section 3.2).
/// Virions are counted as molecules. The clearance of free virus is the decay of its substrate.
struct InfectionLaw {
    double entry;
    double entry_loss;
    double eclipse_stages;
    double eclipse;
    double productive_stages;
    double productive;
    double production;
    double hla_factor;
    double hla_e_factor;
    double nkg2d_factor;
    double viral_copies;
    double ligand_time;
    double interferon;
    double interferon_delay;
    static constexpr auto fields() {
        return std::tuple{
            Field{"entry", &InfectionLaw::entry, "um3/molecule/min", not_negative,
                  "rate of infection per infectious virion in a volume, beta"},
            Field{"entry_loss", &InfectionLaw::entry_loss, "1", not_negative, "virions that an infection takes out of the fluid"},
            Field{"eclipse_stages", &InfectionLaw::eclipse_stages, "1", Range{1, 1000}, "stages of the eclipse phase"},
            Field{"eclipse", &InfectionLaw::eclipse, "h", Range{1e-3, 1e5}, "entry to first progeny, mean"},
            Field{"productive_stages", &InfectionLaw::productive_stages, "1", Range{1, 1000}, "stages of the productive phase"},
            Field{"productive", &InfectionLaw::productive, "h", Range{1e-3, 1e6}, "first progeny to death by the virus, mean"},
            Field{"production", &InfectionLaw::production, "molecule/min", not_negative,
                  "infectious virions that a productive cell sets free, p"},
            Field{"hla_factor", &InfectionLaw::hla_factor, "1", not_negative, "HLA-A, -B and -C of an infected cell, relative"},
            Field{"hla_e_factor", &InfectionLaw::hla_e_factor, "1", not_negative, "HLA-E of an infected cell, relative"},
            Field{"nkg2d_factor", &InfectionLaw::nkg2d_factor, "1", not_negative, "ligands of NKG2D on an infected cell, relative"},
            Field{"viral_copies", &InfectionLaw::viral_copies, "molecule/cell", not_negative,
                  "copies of the virus's own ligand (its attribute `ligand`)"},
            Field{"ligand_time", &InfectionLaw::ligand_time, "h", Range{1e-3, 1e5}, "time constant of these changes"},
            Field{"interferon", &InfectionLaw::interferon, "molecule/min", not_negative,
                  "type I interferon that an infected cell secretes"},
            Field{"interferon_delay", &InfectionLaw::interferon_delay, "h", not_negative, "entry to the start of that secretion"}};
    }
};

/// What type I interferon does to tissue cells.
struct InterferonLaw {
    double refractory_rate;
    double refractory_half;
    double refractory_loss;
    double hla_max;
    double hla_half;
    double hla_time;
    static constexpr auto fields() {
        return std::tuple{
            Field{"refractory_rate", &InterferonLaw::refractory_rate, "1/h", not_negative,
                  "greatest rate at which a cell becomes refractory to infection, phi"},
            Field{"refractory_half", &InterferonLaw::refractory_half, "molecule/um3", Range{1e-12, 1e6}, "interferon of half that rate"},
            Field{"refractory_loss", &InterferonLaw::refractory_loss, "1/day", not_negative,
                  "rate at which a refractory cell can be infected again"},
            Field{"hla_max", &InterferonLaw::hla_max, "1", Range{1, 100}, "HLA class I at saturating type I interferon, relative"},
            Field{"hla_half", &InterferonLaw::hla_half, "molecule/um3", Range{1e-12, 1e6}, "interferon of half that rise"},
            Field{"hla_time", &InterferonLaw::hla_time, "h", Range{1e-3, 1e5}, "time constant of that rise"}};
    }
};

/// Division of NK cells on IL-15: quiescent cells are recruited into cycle, dividing cells divide (Zhao & French 2012, simplified).
struct NkGrowthLaw {
    double recruitment;
    double division;
    double half;
    double power;
    static constexpr auto fields() {
        return std::tuple{
            Field{"recruitment", &NkGrowthLaw::recruitment, "1/h", not_negative,
                  "greatest rate at which quiescent NK cells enter the cycle"},
            Field{"division", &NkGrowthLaw::division, "1/day", not_negative, "greatest rate of division of NK cells in cycle"},
            Field{"half", &NkGrowthLaw::half, "molecule/um3", Range{1e-9, 1e6}, "IL-15 of half these rates"},
            Field{"power", &NkGrowthLaw::power, "1", Range{0.1, 20}, "Hill exponent of IL-15"}};
    }
};

/// NK cells that leave the blood: J = entry * N_b/V_b * (1 + gain * Hill(chemokine)) per area of vessel wall.
struct RecruitmentLaw {
    double entry;
    double gain;
    double half;
    double power;
    double blood;
    double vessel_surface;
    static constexpr auto fields() {
        return std::tuple{
            Field{"entry", &RecruitmentLaw::entry, "um/min", not_negative, "permeability of vessel walls for NK cells at rest"},
            Field{"gain", &RecruitmentLaw::gain, "1", not_negative, "rise of that by saturating chemokine, in multiples of rest"},
            Field{"half", &RecruitmentLaw::half, "molecule/um3", Range{1e-9, 1e6}, "chemokine of half that rise"},
            Field{"power", &RecruitmentLaw::power, "1", Range{0.1, 20}, "Hill exponent of the chemokine"},
            Field{"blood", &RecruitmentLaw::blood, "cell/um3", not_negative, "NK cells in blood"},
            Field{"vessel_surface", &RecruitmentLaw::vessel_surface, "1/um", not_negative, "area of vessel wall in a volume of tissue"}};
    }
};

/// Forces between tissue cells, as rates (force over friction; model section 3.2).
struct MechanicsLaw {
    double repulsion;
    double adhesion_reach;
    static constexpr auto fields() {
        return std::tuple{Field{"repulsion", &MechanicsLaw::repulsion, "1/min", not_negative, "rate at which overlaps relax"},
                          Field{"adhesion_reach", &MechanicsLaw::adhesion_reach, "1", Range{1, 10},
                                "distance up to which bonded cells pull, relative to the contact distance"}};
    }
};

} // namespace nk::biology
