#include "nk/body/conjugates.hpp"

#include "nk/base/error.hpp"

#include <cmath>

namespace nk::body {
namespace {

constexpr int most_rounds = 200;
constexpr double close_enough = 1e-12;

} // namespace

double conjugates(double killers, double targets, double constant) {
    if (killers <= 0.0 || targets <= 0.0 || std::isinf(constant))
        return 0.0;
    auto const s = killers + targets + constant;
    return 2.0 * killers * targets / (s + std::sqrt(s * s - 4.0 * killers * targets));
}

std::vector<double> conjugates(std::span<double const> killers, std::span<double const> targets, std::span<double const> constants) {
    NK_EXPECT(constants.size() == killers.size() * targets.size());
    std::vector<double> out(constants.size(), 0.0);
    if (killers.size() == 1 && targets.size() == 1) {
        out[0] = conjugates(killers[0], targets[0], constants[0]);
        return out;
    }
    std::vector<double> free_targets(targets.begin(), targets.end());
    std::vector<double> free_killers(killers.size());
    // Alternating the two sets of equations: each is solved for its own unknowns, and the bounds close in from both sides.
    for (int round = 0; round < most_rounds; ++round) {
        for (std::size_t q = 0; q < killers.size(); ++q) {
            auto busy = 1.0;
            for (std::size_t p = 0; p < targets.size(); ++p)
                busy += free_targets[p] / constants[q * targets.size() + p];
            free_killers[q] = killers[q] / busy;
        }
        auto change = 0.0;
        for (std::size_t p = 0; p < targets.size(); ++p) {
            auto held = 1.0;
            for (std::size_t q = 0; q < killers.size(); ++q)
                held += free_killers[q] / constants[q * targets.size() + p];
            auto const next = targets[p] / held;
            change = std::max(change, std::abs(next - free_targets[p]) - close_enough * targets[p]);
            // half-way steps damp the swing of crowded rooms, where the plain round trip converges slowly
            free_targets[p] = change > 0.0 && round > 20 ? 0.5 * (next + free_targets[p]) : next;
        }
        if (change <= 0.0)
            break;
        if (round + 1 == most_rounds)
            throw NumericalError("the numbers of free NK cells and targets were not found");
    }
    for (std::size_t q = 0; q < killers.size(); ++q)
        for (std::size_t p = 0; p < targets.size(); ++p)
            out[q * targets.size() + p] = free_killers[q] * free_targets[p] / constants[q * targets.size() + p];
    return out;
}

} // namespace nk::body
