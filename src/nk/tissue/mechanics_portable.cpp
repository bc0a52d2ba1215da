#include "nk/tissue/mechanics_registers.hpp"

#include <array>

namespace nk::tissue {

std::span<Registers const> usable_registers() {
    static constexpr std::array all = {Registers::scalar};
    return all;
}

lanes::PushRow lanes::row_kernel(Registers) {
    return push_row_scalar;
}

} // namespace nk::tissue
