#pragma once
#include "nk/tissue/mechanics.hpp"
#include "nk/tissue/mechanics_lanes.hpp"

namespace nk::tissue::lanes {

/// The kernel for these registers. The build takes its definition from mechanics_x86.cpp or mechanics_portable.cpp.
PushRow row_kernel(Registers registers);

} // namespace nk::tissue::lanes
