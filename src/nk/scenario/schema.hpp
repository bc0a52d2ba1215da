#pragma once
#include "nk/base/parameters.hpp"

#include <string>

namespace nk::scenario {

/// JSON Schema (draft 2020-12) of a killing assay, for completion and checks in editors. Names of receptors, ligands,
/// cell types and drugs come from `base`.
std::string well_schema(ParameterBase const& base);

/// Reference page (Markdown): every key of a killing assay with type, unit, range, default and help.
std::string well_reference();

/// The parameter base as Markdown, one table for each first word of the names.
std::string parameters_markdown(ParameterBase const& base);

/// The parameter base as a JSON list of {"name", "value", "unit", "low", "high", "source", "confidence", "note", "where"}.
std::string parameters_json(ParameterBase const& base);

} // namespace nk::scenario
