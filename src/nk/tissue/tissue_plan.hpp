#pragma once
#include "nk/biology/infection.hpp"
#include "nk/biology/priming.hpp"
#include "nk/biology/rules.hpp"
#include "nk/biology/tissue_tables.hpp"
#include "nk/numerics/diffusion.hpp"
#include "nk/tissue/box.hpp"
#include "nk/tissue/contacts.hpp"
#include "nk/tissue/well_plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nk::tissue {

enum class FieldSolver : std::uint8_t {
    fixed,    ///< first-order steps of equal length
    adaptive, ///< second-order steps as short as the tolerance asks for, or the steady state
    steady    ///< always the steady state: for what relaxes within one advance
};

/// One substance that diffuses between the cells.
struct SubstratePlan {
    std::string name;
    std::string unit; ///< of its concentration
    numerics::Substrate physics;
    double initial = 0.0; ///< [unit]
    int every = 1;        ///< mechanics steps between its advances
    FieldSolver solver = FieldSolver::fixed;
    int steps = 1;                     ///< of the fixed solver in one advance
    double tolerance = 1e-2;           ///< of its largest concentration, of the adaptive solver in one advance [1]
    std::vector<std::uint32_t> held{}; ///< voxels (vessels) that keep `held_value`
    double held_value = 0.0;           ///< [unit]
};

/// Drift of motile cells up (or, with a negative speed, down) a gradient: v = speed * K l grad c / (K + c)^2, l the cell's diameter, at
/// most |speed|.
struct Chemotaxis {
    int substrate = 0;
    double speed = 0.0; ///< [um/min]
    double half = 1.0;  ///< K [unit of the substrate]; 0 = direction only, v = speed along the gradient
};

/// What one cell of a kind does to one substrate.
struct CellExchange {
    int substrate = 0;
    double uptake = 0.0;     ///< first order, in the cell's own volume [1/min]
    double release = 0.0;    ///< constant [unit um3/min], molecule/min for substrates in molecule/um3
    double secretion = 0.0;  ///< towards `saturation`, in the cell's own volume [1/min]
    double saturation = 0.0; ///< [unit of the substrate]
};

struct MotilityPlan {
    double speed = 0.0;       ///< mean rms speed while moving [um/min]; 0 = the cell does not crawl
    double speed_cv = 0.0;    ///< between cells [1]
    double persistence = 1.0; ///< [min]
    double stop_rate = 0.0;   ///< [1/min]
    double stop_rate_touching = 0.0;
    double go_rate = 0.0; ///< [1/min]
    std::vector<Chemotaxis> chemotaxis;
};

/// The cells of a kind that a rule is for.
enum class Among : std::uint8_t { all, infected, uninfected };

/// One behaviour of one kind of cell that rules of the scenario change.
struct RuledBehaviour {
    struct Sense {
        biology::Signal signal;
        int about = -1; ///< substrate or kind, or -1
        Among among = Among::all;
    };
    biology::Behaviour behaviour;
    int about = -1;                       ///< substrate, ligand or receptor, or -1
    std::vector<biology::HillRule> rules; ///< all from the kind's own value
    std::vector<Sense> senses;            ///< what each rule follows, shape (rules)
};

/// A part of the extracellular matrix: fibres along which cells crawl, and how well they get on.
struct MatrixPlan {
    enum class Pattern : std::uint8_t { along_axis, radial, tangential };
    Pattern pattern = Pattern::along_axis;
    std::size_t axis = 0;           ///< of the fibres (along_axis)
    std::array<double, 3> centre{}; ///< [um]
    double inner = 0.0;             ///< it begins at this distance from the centre [um]
    double radius = 1e300;          ///< and ends at this one [um]
    double alignment = 0.0;         ///< 0: no direction is favoured, 1: cells move along the fibres only [1]
    double speed = 1.0;             ///< factor of the speed of crawling [1]
};

/// A kind of cell in tissue: a target of NK cells, or an NK cell.
struct TissueKind {
    std::string name;
    Role role = Role::target;
    double radius = 5.0;       ///< [um]
    double radius_sd = 0.0;    ///< sd of ln between cells [1]
    double adhesion = 0.0;     ///< [1/min]
    double death_rate = 0.0;   ///< apoptosis of its own [1/min]
    double clearance = 0.0;    ///< mean time a corpse stays [min]; 0 = gone at death
    bool needs_oxygen = false; ///< growth and necrosis follow `TissuePlan::oxygen`
    MotilityPlan motility;
    std::optional<biology::CellCycle> cycle; ///< none: it does not divide
    int virus = -1;                          ///< index into TissuePlan::viruses that infects it, or -1
    std::vector<CellExchange> exchange;
    std::vector<RuledBehaviour> rules;
    int target = 0;   ///< index into TissuePlan::targets (role target)
    int effector = 0; ///< index into TissuePlan::effectors (role NK)
};

/// One cell at the start.
struct SeedCell {
    double x, y, z; ///< [um]
    std::uint16_t kind;
    bool infected = false;
    std::optional<biology::LigandPhenotype> ligands; ///< none: drawn
    double radius = 0.0;                             ///< 0: drawn [um]
};

/// A virus in the tissue: its law and the fields of its virions and of type I interferon.
struct VirusPlan {
    biology::Virus row;
    int substrate = 0;
    int interferon = -1; ///< substrate, or -1
    int ligand = -1;     ///< panel index of the ligand it puts on the cell, or -1
};

/// Places where cells arrive from blood.
struct VesselPlan {
    std::vector<std::uint32_t> voxels;
    int kind = 0;
    double rate = 0.0;   ///< arrivals of all its voxels without attraction [1/min]
    int attractant = -1; ///< substrate that raises it, or -1
    double gain = 0.0;   ///< greatest rise [1]
    double half = 1.0;   ///< [unit of the attractant]
    double power = 1.0;  ///< [1]
};

/// The cytokines around the cells that prime NK cells, keep them alive and let them divide.
struct CytokinesAround {
    std::vector<biology::Cytokine> rows; ///< in field units
    std::vector<int> substrate{};        ///< of each row, or -1: the same everywhere
    std::vector<double> everywhere{};    ///< [molecule/um3] where it is no field
    int il15 = -1;                       ///< row of IL-15, or -1
};

/// Everything a tissue is made of.
struct TissuePlan {
    Box box;
    bool three_d = true;
    double duration = 60.0;       ///< [min]
    double dt = 0.1;              ///< mechanics [min]
    int phenotype_every = 60;     ///< mechanics steps
    int sort_every = 10;          ///< phenotype steps between sortings of the columns in space; changes no result
    double repulsion = 2.0;       ///< [1/min]
    double adhesion_range = 1.25; ///< of the sum of radii [1]
    numerics::VoxelGrid voxels;
    std::vector<SubstratePlan> substrates;
    std::vector<TissueKind> kinds;
    std::vector<TargetKind> targets;
    std::vector<EffectorKind> effectors;
    Medium medium; ///< affinities and drugs; its cytokines are those outside the fields
    biology::LigandFamilies families;
    std::vector<VirusPlan> viruses;
    std::vector<VesselPlan> vessels;
    std::vector<SeedCell> cells;
    int oxygen = -1;                ///< substrate, or -1
    int ifng = -1;                  ///< interferon-gamma, or -1
    std::vector<MatrixPlan> matrix; ///< a cell crawls by the last one around it
    int shed = -1;                  ///< substrate of shed ligands of NKG2D, or -1
    CytokinesAround cytokines;      ///< without rows, `medium.cytokines` holds for all NK cells
    ContactSwitches switches;
};

} // namespace nk::tissue
