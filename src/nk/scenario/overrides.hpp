#pragma once
#include "nk/base/parameters.hpp"
#include "nk/scenario/toml_document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// One `key=value` from the command line, as a small document of its own.
struct Override {
    std::string path; ///< the key with its quotes removed, "well.duration"
    Node tree;        ///< a table that holds just this value
};

/// Reads `key=value`. The value is TOML when it parses as TOML and a text otherwise, so quotes are optional:
/// `well.duration=2 h`, `plate.e_to_t=[1, 5]`, `title="a = b"`. Places are shown as `-s #number:column`.
/// returns nothing when the key cannot be read; the problem then stands in `problems`
std::optional<Override> parse_override(std::string_view text, int number, SourceTexts& sources, ProblemList& problems);

/// Applies an override to a document. A key that is no table of the scenario but a parameter of the base
/// (`recognition.theta=0.3`) goes to [parameters].
/// top_level: the keys of the scenario's root
void apply_override(Node& root, Override change, std::vector<std::string> const& top_level, ParameterBase const& base);

/// A node that stands for a value written without quotes, as in an override or `plate.values`: TOML when it parses,
/// a text otherwise. Its place is `where`.
Node plain_value(std::string_view text, Mark const& where);

} // namespace nk::scenario
