#pragma once
#include "nk/biology/genotype.hpp"
#include "nk/biology/panel.hpp"

#include <array>
#include <string>
#include <vector>

namespace nk::biology {

/// How a drug acts.
enum class DrugKind { fc_antibody, engager, receptor_blocker, ligand_blocker, redirecting, soluble_ligand, competitor };

/// One row of the drug table.
struct Drug {
    std::string name;
    DrugKind kind;
    std::vector<std::string> antigens;  ///< ligands on the target it binds
    std::vector<std::string> receptors; ///< receptors on the NK cell it binds or blocks
    double kd_antigen;                  ///< [molecule/um3], apparent, two-arm avidity included
    double kd_receptor;                 ///< [molecule/um3]
    double koff_receptor;               ///< [1/s]
    double molar_mass;                  ///< [g/mol]
    double coating;                     ///< antibodies a fully coated target holds [molecule/cell]
    double fucose_factor;               ///< affinity for CD16 relative to the fucosylated antibody [1]
    std::string cytokine;               ///< cytokine the drug carries (IL-15 arm), or ""
};
Drug read_drug(ParameterBase const& base, std::string const& name);

/// A drug in the medium.
struct Dose {
    Drug drug;
    double concentration = 0.0; ///< [molecule/um3]
    double serum_igg = 0.0;     ///< competing polyclonal IgG [molecule/um3]
    double coating = -1.0;      ///< overrides the row [molecule/cell]
};
/// ug/mL of a molar mass in molecule/um3.
double number_density(double ug_per_ml, double molar_mass);

/// What doses do besides adding bindings: factors on free receptors and ligands, and antibody coats.
struct DrugEffect {
    std::array<float, max_receptors> receptor_factor;
    std::array<float, max_ligands> ligand_factor;
    struct Coat {
        int ligand;
        double copies; ///< on a target with enough Fc receptors [molecule/cell]
    };
    std::vector<Coat> coats;
    DrugEffect() {
        receptor_factor.fill(1.0F);
        ligand_factor.fill(1.0F);
    }
};

/// Effective 3-D dissociation constant of a receptor and an antigen bridged by a bivalent molecule at concentration x:
/// K_r (1 + K_a/x) (1 + x/K_r + competitor/K_c): rises at low and at high x (hook effect).  [molecule/um3]
double bridged_dissociation(double kd_receptor, double kd_antigen, double concentration, double competitor_over_kd = 0.0);

/// CD16A affinity for IgG1 of a person (mean over the two alleles' affinities).
struct FcAffinity {
    double kd;   ///< [molecule/um3]
    double koff; ///< [1/s]
};
FcAffinity cd16_affinity(ParameterBase const& base, int v158_alleles);

/// Adds the bindings of all doses to the panel and returns the other effects. Occupancy follows the binding equilibrium.
DrugEffect apply_doses(Panel& panel, std::vector<Dose> const& doses, FcAffinity const& cd16);

} // namespace nk::biology
