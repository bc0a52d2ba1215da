#pragma once
#include "nk/base/error.hpp"
#include "nk/base/field.hpp"
#include "nk/base/quantity.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// True when a value in `given` may be converted into `expected`. Unlike the unit library it refuses reciprocals: a time
/// is not a rate, although 5 min and 0.2 1/min would convert.
bool converts(std::string_view given, std::string_view expected);

/// The problem of a value whose unit has another dimension than its field, with the conversion people usually meant
/// (a half-life for a rate, copies without "per cell", a plain number for a time).
Problem unit_problem(Place where, std::string const& path, Quantity const& given, std::string_view expected_unit);

/// "0.5 to 525600 min", "0 min or more".
std::string range_text(Range const& range, std::string_view unit);

/// Shortened for a message: at most 60 characters, "..." at the end of longer ones.
std::string shortened(std::string_view text);

/// "a, b, c" with at most a dozen names.
std::string name_list(std::vector<std::string> const& names);

} // namespace nk::scenario
