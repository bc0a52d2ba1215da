#pragma once
#include "nk/base/random.hpp"
#include "nk/biology/panel.hpp"
#include "nk/biology/tissue_laws.hpp"

#include <array>
#include <cstdint>

namespace nk::biology {

inline constexpr int max_families = 10;

/// Which ligands of a panel change together.
struct LigandFamilies {
    std::vector<std::string> names;            ///< of the families, in the order of the panel; at most `max_families`
    std::array<std::int8_t, max_ligands> of{}; ///< family of each ligand
    std::array<bool, max_ligands> hla{};       ///< HLA class I
    std::array<bool, max_ligands> hla_e{};     ///< HLA-E
    std::array<bool, max_ligands> nkg2d{};     ///< bound by NKG2D

    static LigandFamilies from(Panel const& panel);
};

/// The heritable part of a cell's ligands.
struct LigandPhenotype {
    std::array<float, max_families> ln_factor{}; ///< of each family; stationary with mean 0 and the sd given to `founder`
    bool hla_lost = false;
    bool nkg2d_lost = false;
};

/// A cell drawn from the stationary distribution.
///
/// sd  of ln(copies) between cells, `target.NAME.ligand_sd` [1]
LigandPhenotype founder(LigandFamilies const& families, double sd, Random& rng);

/// A daughter: z' = a z + sqrt(1 - a^2) sd N(0, 1) for each family, which keeps the variance, then losses, which stay lost.
///
/// sd       as for `founder`
/// returns  one of the two daughters; call once for each
LigandPhenotype daughter(HeredityLaw const& law, LigandFamilies const& families, double sd, LigandPhenotype const& mother, Random& rng);

/// Copies on a cell of this phenotype: those of its kind times exp(z - sd^2/2), so that the mean over cells stays; 0 for what is lost.
///
/// copies   of the kind [molecule/cell]
/// returns  [molecule/cell]
LigandCopies with_phenotype(LigandFamilies const& families, double sd, LigandPhenotype const& phenotype, LigandCopies const& copies);

/// Surface copies of shed ligands when shedding runs at `activity` times its normal rate, relative to normal:
/// (turnover + shedding)/(turnover + activity * shedding), the steady state of constant synthesis.
double surface_under_shedding(HeredityLaw const& law, double activity);

/// Soluble ligand of NKG2D that a cell sets free.
///
/// copies    on its surface now
/// activity  of shedding, relative to normal [1]
/// returns   [molecule/min]
double shed_ligand(HeredityLaw const& law, LigandFamilies const& families, LigandCopies const& copies, double activity);

} // namespace nk::biology
