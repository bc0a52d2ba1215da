#pragma once
#include "nk/biology/panel.hpp"

#include <string>
#include <vector>

namespace nk::biology {

/// One expressed HLA class I allele as NK cells see it.
struct HlaMolecule {
    char locus;         ///< 'A', 'B' or 'C'
    std::string ligand; ///< ligand name: HLA_C1, HLA_C2, HLA_Bw4_80I, HLA_Bw4_80T, HLA_A3A11, HLA_other, or "" when not expressed
};

/// What the recognition law needs to know of a person's genes.
struct Genotype {
    std::vector<HlaMolecule> hla; ///< one entry an allele; a single allele at a locus counts twice (homozygous)
    std::vector<std::string> kir; ///< KIR genes present
    double leader_supply = 1.0;   ///< HLA-E relative to a person with the usual leader peptides [1]
    int v158_alleles = 1;         ///< FCGR3A-158V alleles, 0..2
    bool cmv = false;
};

/// Amounts of the classical loci and HLA-E on a cell [molecule/cell].
struct HlaAmounts {
    double a = 0.0;
    double b = 0.0;
    double c = 0.0;
    double e = 0.0;
};

/// Adds the HLA ligands a cell of this genotype carries to `ligands`: each locus is shared evenly among its alleles.
void add_hla(Panel const& panel, Genotype const& genotype, HlaAmounts const& amounts, LigandCopies& ligands);

} // namespace nk::biology
