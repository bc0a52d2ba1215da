#pragma once
#include "context.hpp"

#include <string>
#include <vector>

namespace nk::cli {

/// Reads the command line into the context and chooses its action.
///
/// returns  false when help or the version was asked for, and written
/// errors   ScenarioError with the nearest known word
bool read_command_line(int argc, char const* const* argv, Context& context);

/// All verbs, and the long options of the program and one verb ("" = the program's own): for shell completion.
std::vector<std::string> verb_names();
std::vector<std::string> option_names_of(std::string const& verb);

} // namespace nk::cli
