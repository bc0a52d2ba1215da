#include "nk/tissue/mechanics_registers.hpp"

#include <array>

namespace nk::tissue {

std::span<Registers const> usable_registers() {
    static constexpr std::array all = {Registers::avx512, Registers::avx2, Registers::scalar};
    auto const usable = std::span(all);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return usable;
    return __builtin_cpu_supports("avx2") ? usable.subspan(1) : usable.subspan(2);
}

lanes::PushRow lanes::row_kernel(Registers registers) {
    switch (registers) {
    case Registers::avx512:
        return push_row_avx512;
    case Registers::avx2:
        return push_row_avx2;
    case Registers::scalar:
        break;
    }
    return push_row_scalar;
}

} // namespace nk::tissue
