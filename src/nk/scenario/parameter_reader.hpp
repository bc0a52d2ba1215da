#pragma once
#include "nk/base/parameters.hpp"
#include "nk/scenario/problem_list.hpp"
#include "nk/scenario/source_texts.hpp"

#include <set>
#include <string>
#include <string_view>

namespace nk::scenario {

/// Adds one text of parameter tables (a file of data/) to `base`.
///
/// A number is a table `{ value = "7.5 uM", low = 3, high = 15, source = "...", confidence = "read|recalled|estimate", note = "..." }`;
/// low and high are in the value's unit; all but `note` are needed. Any other leaf is an attribute: a text or a list of texts.
/// problems: everything that breaks these rules, and names that are there twice (also from an earlier file)
void read_parameters(std::string const& name, std::string_view text, ParameterBase& base, SourceTexts& sources, ProblemList& problems);

/// The entry keys of a BibTeX text.
std::set<std::string> bibliography_keys(std::string_view bibtex);

/// Notes every parameter whose `source` names neither an entry of the bibliography nor "assumption".
void check_sources(ParameterBase const& base, std::set<std::string> const& known, ProblemList& problems);

} // namespace nk::scenario
