#pragma once
#include "nk/base/parameters.hpp"

#include <string>

namespace nk::biology {

/// `named`, which must be a row of [table]; "" names nothing.
/// attribute  where it stands, for the error
/// errors     ScenarioError with the nearest row
std::string expect_row(ParameterBase const& base, std::string const& attribute, std::string const& named, std::string const& table);
/// The row of [table] that an attribute of a row names.  errors: as `expect_row`
std::string row_named_by(ParameterBase const& base, std::string const& row, std::string const& attribute, std::string const& table);

} // namespace nk::biology
