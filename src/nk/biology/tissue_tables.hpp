#pragma once
#include "nk/base/parameters.hpp"
#include "nk/biology/tissue_laws.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nk::biology {

/// One row of the table of substrates: what diffuses between cells.
struct SubstrateRow {
    std::string name;
    std::string title;
    std::string cytokine; ///< row of the cytokine table that it is, or ""
    std::string unit;     ///< of its concentrations: "molecule/um3" or "mmHg"
    double diffusion;     ///< [um2/min]
    double decay;         ///< [1/min]
    double initial;       ///< [unit]
    double edge;          ///< where a boundary holds it [unit]
};

/// What a cell does to one substrate.
struct ExchangeRow {
    std::string substrate;
    double rate; ///< uptake [1/min], first order in the cell's own volume; secretion [molecule/min]
};

/// Numbers of one kind of tissue cell.
struct TissueCellNumbers {
    double radius;
    double radius_sd;
    double adhesion;
    double speed;
    double persistence;
    double death_rate;
    double clearance;
    static constexpr auto fields() {
        return std::tuple{
            Field{"radius", &TissueCellNumbers::radius, "um", Range{0.5, 100}, "radius of a cell"},
            Field{"radius_sd", &TissueCellNumbers::radius_sd, "1", Range{0, 1}, "sd of ln of that radius between cells"},
            Field{"adhesion", &TissueCellNumbers::adhesion, "1/min", not_negative, "pull of bonded neighbours of its own kind"},
            Field{"speed", &TissueCellNumbers::speed, "um/min", not_negative, "root-mean-square speed while moving; 0 = at rest"},
            Field{"persistence", &TissueCellNumbers::persistence, "min", Range{0.01, 10000}, "persistence time of the direction"},
            Field{"death_rate", &TissueCellNumbers::death_rate, "1/day", not_negative,
                  "apoptosis without killers, virus or lack of oxygen"},
            Field{"clearance", &TissueCellNumbers::clearance, "h", Range{0.01, 1e5}, "death to disappearance of the body"}};
    }
};

/// One row of the table of tissue cells.
struct TissueCell {
    std::string name;
    std::string title;
    std::string target; ///< row of the target table whose ligands and resistance it has
    TissueCellNumbers numbers;
    std::optional<CellCycle> cycle; ///< none: it does not divide
    std::vector<ExchangeRow> uptake;
    std::vector<ExchangeRow> secretion;
};

/// One row of the table of viruses.
struct Virus {
    std::string name;
    std::string title;
    std::string ligand; ///< panel ligand that it puts on the cell, or ""
    InfectionLaw law;
};

/// All laws of tissue; every number comes from the parameter base.
struct TissueLaws {
    CycleLaw cycle;
    OxygenLaw oxygen;
    HeredityLaw heredity;
    InterferonLaw interferon;
    NkGrowthLaw nk_growth;
    RecruitmentLaw recruitment;
    MechanicsLaw mechanics;

    static TissueLaws from(ParameterBase const& base);
};

/// The tables, in the order of the files.
/// errors  ScenarioError: a number is missing or out of range; a unit, substrate, target, cytokine or ligand is not known
std::vector<SubstrateRow> read_substrates(ParameterBase const& base);
std::vector<TissueCell> read_tissue_cells(ParameterBase const& base);
std::vector<Virus> read_viruses(ParameterBase const& base);

/// Rates `prefix.SUBSTRATE` for each substrate given, e.g. "tissue_nk.uptake".
///
/// unit    "1/min" for uptake, "molecule/min" for secretion
/// errors  ScenarioError: a substrate that is no row of the table; a negative rate
std::vector<ExchangeRow> read_exchange(ParameterBase const& base, std::string const& prefix, std::string const& unit);

} // namespace nk::biology
