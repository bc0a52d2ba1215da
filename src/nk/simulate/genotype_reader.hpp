#pragma once
#include "nk/biology/genotype.hpp"
#include "nk/biology/panel.hpp"
#include "nk/biology/typing/typing.hpp"

#include <string>
#include <vector>

namespace nk::simulate {

/// A person's genes as the recognition law sees them, from typings as people write them.
///
/// hla     HLA names or GL strings; empty = the reference donor's
/// kir     KIR genes or haplotypes; empty = the reference donor's
/// fcgr3a  VV, VF or FF;  cmv: positive or negative
/// errors  ScenarioError for names that cannot be read
biology::Genotype read_genotype(ParameterBase const& base, std::vector<std::string> const& hla, std::vector<std::string> const& kir,
                                std::string const& fcgr3a, std::string const& cmv);

/// The same from a typing that has been read.
biology::Genotype genotype_of(ParameterBase const& base, biology::Typing const& typing);

/// Ligands of a cell of a row of the target table that carries the donor's own HLA, in the amounts of that row or of `hla_row`
/// [molecule/cell].
biology::LigandCopies own_cell(ParameterBase const& base, biology::Panel const& panel, biology::Genotype const& genotype,
                               std::string const& row, std::string const& hla_row = "");

} // namespace nk::simulate
