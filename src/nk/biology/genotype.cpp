#include "nk/biology/genotype.hpp"

#include <algorithm>

namespace nk::biology {

void add_hla(Panel const& panel, Genotype const& genotype, HlaAmounts const& amounts, LigandCopies& ligands) {
    auto const share = [&](char locus, double amount) {
        auto const alleles =
            std::count_if(genotype.hla.begin(), genotype.hla.end(), [&](HlaMolecule const& m) { return m.locus == locus; });
        for (auto const& molecule : genotype.hla)
            if (auto const l = molecule.locus == locus && !molecule.ligand.empty() ? panel.ligand(molecule.ligand) : -1; l >= 0)
                ligands[l] += static_cast<float>(amount / static_cast<double>(alleles));
    };
    share('A', amounts.a);
    share('B', amounts.b);
    share('C', amounts.c);
    if (auto const e = panel.ligand("HLA_E"); e >= 0)
        ligands[e] += static_cast<float>(amounts.e * genotype.leader_supply);
}

} // namespace nk::biology
