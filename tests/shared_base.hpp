#pragma once
#include "nk/scenario/embedded.hpp"

namespace nk::test {

/// The parameters of the program, read once for all tests of a folder.
inline ParameterBase const& base() {
    static ParameterBase const read = scenario::load_parameters();
    return read;
}

} // namespace nk::test
