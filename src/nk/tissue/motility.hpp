#pragma once
#include "nk/base/random.hpp"

#include <array>
#include <cmath>

namespace nk::tissue {

/// Exact joint update of position and velocity of a persistent random walk (Ornstein-Uhlenbeck velocity) over dt.
///
/// rms speed S in d dimensions: per-axis variance S^2/d; a = exp(-dt/P):
/// Var xi_v = s^2 (1-a^2), Var xi_x = s^2 [2 P dt - P^2 (3 - 4a + a^2)], Cov = s^2 P (1-a)^2. No error in dt.
struct OuStep {
    double keep;     ///< a
    double carry;    ///< P (1 - a) [min]
    double v_sd;     ///< sd of the velocity noise at S = 1, d = 1
    double x_from_v; ///< regression of the position noise on the velocity noise
    double x_sd;     ///< sd of what remains

    OuStep(double persistence, double dt) {
        auto const a = std::exp(-dt / persistence);
        auto const var_v = 1.0 - a * a;
        auto const var_x = 2.0 * persistence * dt - persistence * persistence * (3.0 - 4.0 * a + a * a);
        auto const cov = persistence * (1.0 - a) * (1.0 - a);
        keep = a;
        carry = persistence * (1.0 - a);
        v_sd = std::sqrt(var_v);
        x_from_v = cov / var_v;
        x_sd = std::sqrt(std::max(0.0, var_x - cov * cov / var_v));
    }
    /// Advances one axis; `speed` is the per-axis rms speed S/sqrt(d); z1, z2 standard normal. Returns the displacement.
    double advance(double& velocity, double speed, double z1, double z2) const {
        auto const noise = v_sd * z1;
        auto const displacement = carry * velocity + speed * (x_from_v * noise + x_sd * z2);
        velocity = keep * velocity + speed * noise;
        return displacement;
    }
};

} // namespace nk::tissue
