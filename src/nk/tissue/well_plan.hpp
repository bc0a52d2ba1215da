#pragma once
#include "nk/biology/cytokines.hpp"
#include "nk/biology/drugs.hpp"
#include "nk/biology/killing.hpp"
#include "nk/biology/repertoire.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nk::tissue {

enum class Shape { flat, u_bottom, microwell, gel };
enum class Role : unsigned char { target, nk, bystander };

/// One kind of target cell in a well.
struct TargetKind {
    std::string name;
    double diameter = 0.0;           ///< [um]
    double icam1 = 0.0;              ///< [molecule/cell]
    biology::LigandCopies ligands{}; ///< before drugs [molecule/cell]
    biology::Resistance resistance;
    double spontaneous_death = 0.0; ///< [1/min]
    double ligand_sd = 0.0;         ///< sd of ln of every ligand between cells
    double susceptibility_sd = 0.0; ///< sd of ln susceptibility between cells
    double fc_receptors = 0.0;      ///< antibodies the cell can hold [molecule/cell]
};

/// One kind of effector cells given to a well: NK cells and, in PBMC, bystanders.
struct EffectorKind {
    std::string name;
    std::shared_ptr<biology::Repertoire const> repertoire;
    double nk_fraction = 1.0;
    double motile_fraction = 1.0;
    double priming = 0.0; ///< c of CD56dim cells when the assay starts
    double priming_bright = 0.0;
    double bystander_diameter = 7.0; ///< [um]
    biology::Lytic lytic;
    std::vector<int> required;    ///< receptor indices cells must carry (sorted)
    std::vector<int> forbidden;   ///< receptor indices cells must lack (sorted)
    std::vector<int> knocked_out; ///< receptor indices removed from all cells
};

/// The medium from a moment on: affinities, drugs, cytokines.
struct Medium {
    double from = 0.0; ///< [min]
    biology::Panel panel;
    biology::ReceptorCopies receptor_factor{};  ///< drugs on free receptors
    std::vector<biology::LigandCopies> ligands; ///< by target kind, drugs and coats included
    biology::CytokineEffect cytokines;
};

/// Cells added together.
struct Batch {
    Role role = Role::target;
    int kind = 0;
    std::size_t count = 0;
    double arrives = 0.0;  ///< [min]
    double settling = 0.0; ///< arrivals spread evenly over this time [min]
};

/// Free effectors, or targets (dead ones only), taken out at a moment.
struct Removal {
    double at = 0.0;
    Role what = Role::nk;
    bool dead_only = false;
};

/// Everything one well is made of.
struct WellPlan {
    Shape shape = Shape::u_bottom;
    double duration = 240.0;       ///< [min]
    double dt = 0.5;               ///< [min]
    double spacing = 50.0;         ///< flat, gel: mean distance between first targets [um]
    double bowl_radius = 3200.0;   ///< u_bottom [um]
    double microwell_width = 50.0; ///< [um]
    std::size_t microwells = 1;
    double gel_speed_factor = 1.0;
    double volume = 2e11; ///< medium shared by the targets simulated [um3]
    std::vector<TargetKind> targets;
    std::vector<EffectorKind> effectors;
    std::vector<Medium> media; ///< sorted by `from`, the first at 0
    std::vector<Batch> batches;
    std::vector<Removal> removals; ///< sorted by time
    biology::RecognitionSwitches switches;
    bool bursts = true;
    bool shot_noise_damage = false;
};

} // namespace nk::tissue
