#pragma once
#include "nk/biology/typing/typing.hpp"

namespace nk::biology::test {

/// The attributes of data/hla.toml and data/kir.toml as they stand in the source tree.
ParameterBase const& typing_base();
TypingRules const& typing_rules();

} // namespace nk::biology::test
