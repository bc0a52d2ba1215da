#pragma once
#include "nk/biology/genotype.hpp"
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

} // namespace nk::simulate
