#include "nk/base/random.hpp"

namespace nk {

double Random::gamma(double shape) {
    if (shape < 1.0) {
        auto const boost = std::pow(uniform(), 1.0 / shape);
        return gamma(shape + 1.0) * boost;
    }
    auto const d = shape - 1.0 / 3.0;
    auto const c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        auto const x = normal();
        auto const t = 1.0 + c * x;
        if (t <= 0.0)
            continue;
        auto const v = t * t * t;
        if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v))
            return d * v;
    }
}

std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t index) {
    r123::Philox4x32::ctr_type const counter{{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), 0x4e4b5345u, 0u}};
    r123::Philox4x32::key_type const key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    auto const out = r123::Philox4x32{}(counter, key);
    return (static_cast<std::uint64_t>(out[0]) << 32) | out[1];
}

} // namespace nk
