#pragma once
#include "nk/scenario/embedded.hpp"

namespace nk::study {

/// The parameters of the program, read once for all tests.
inline ParameterBase const& base() {
    static ParameterBase const read = scenario::load_parameters();
    return read;
}

} // namespace nk::study
