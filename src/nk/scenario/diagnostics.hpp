#pragma once
#include "nk/base/error.hpp"
#include "nk/scenario/source_texts.hpp"

#include <string>
#include <vector>

namespace nk::scenario {

enum class Severity { error, warning };
enum class Colour { off, on };

/// Problems as people read them: what, where, the line with a marker below the value, and how to mend it.
///
///     error[unit]: `il2.decay` is a rate, not a time
///       --> melanoma.toml:41:16
///        |
///     41 | il2.decay = "3.5 h"
///        |             ^^^^^^^ time; expected rate
///        = help: a half-life of 3.5 h is the rate `decay = "0.198 1/h"`
///
/// sources: texts to quote; a problem in a text that is not there is shown without its line
std::string render(std::vector<Problem> const& problems, SourceTexts const& sources, Severity severity = Severity::error,
                   Colour colour = Colour::off);

/// The same as a JSON list of {"severity", "kind", "what", "why", "hint", "file", "line", "column", "length"}.
std::string render_json(std::vector<Problem> const& problems, Severity severity = Severity::error);

} // namespace nk::scenario
