#pragma once
#include "nk/base/parameters.hpp"

#include <string>

namespace nk::scenario {

/// JSON Schema (draft 2020-12) of a kind of scenario ("well", "tissue"), for completion and checks in editors. Names of receptors,
/// ligands, cell types and drugs come from `base`.
/// errors: ScenarioError for a kind that there is not
std::string scenario_schema(std::string const& kind, ParameterBase const& base);

/// Reference page (Markdown): every key of a kind of scenario with type, unit, range, default and help.
std::string scenario_reference(std::string const& kind);

/// The parameter base as Markdown, one table for each first word of the names.
std::string parameters_markdown(ParameterBase const& base);

/// The parameter base as a JSON list of {"name", "value", "unit", "low", "high", "source", "confidence", "note", "where"}.
std::string parameters_json(ParameterBase const& base);

} // namespace nk::scenario
