#pragma once
#include <Random123/philox.h>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace nk {

/// What a random number is for; part of its address, so that streams never collide.
enum class Purpose : std::uint32_t {
    repertoire = 1,
    placement,
    motility,
    opening,
    contact,
    death,
    target_state,
    background_death,
    pick,
    instrument,
    study,
    proposal,
    test,
    starting_point,
    life,
    arrival,
    clone,
    first_infected,
    seeding,
    person,
    product
};

/// Counter-based random numbers (Philox4x32-10): a stream is named by (seed, entity, purpose) and its n-th number is a pure
/// function of that name, so results do not depend on threads, order or bystanders. 24 bytes, freely copied and stored.
class Random {
  public:
    Random() = default;
    Random(std::uint64_t seed, std::uint64_t entity, Purpose purpose, std::uint64_t first = 0)
        : seed_(seed), entity_(entity), purpose_(static_cast<std::uint32_t>(purpose)), drawn_(static_cast<std::uint32_t>(first)) {}

    /// Uniform on (0, 1): never 0, never 1.
    double uniform() {
        auto const bits = block(drawn_++);
        auto const high = (static_cast<std::uint64_t>(bits[0]) << 32) | bits[1];
        return (static_cast<double>(high >> 11) + 0.5) * 0x1.0p-53;
    }
    /// Exponential with mean 1.
    double exponential() { return -std::log(uniform()); }
    /// Standard normal (Box-Muller on one Philox block).
    double normal() {
        auto const pair = two_normals();
        return pair[0];
    }
    /// Two independent standard normals from one block.
    std::array<double, 2> two_normals() {
        auto const bits = block(drawn_++);
        auto const a = (static_cast<std::uint64_t>(bits[0]) << 32) | bits[1];
        auto const b = (static_cast<std::uint64_t>(bits[2]) << 32) | bits[3];
        auto const u = (static_cast<double>(a >> 11) + 0.5) * 0x1.0p-53;
        auto const v = (static_cast<double>(b >> 11) + 0.5) * 0x1.0p-53;
        auto const radius = std::sqrt(-2.0 * std::log(u));
        return {radius * std::cos(2.0 * std::numbers::pi * v), radius * std::sin(2.0 * std::numbers::pi * v)};
    }
    /// Four standard normals from one block, with 32 bits each: for motion, where the far tail does not matter.
    std::array<double, 4> four_normals() {
        auto const bits = block(drawn_++);
        std::array<double, 4> out;
        for (int i = 0; i < 2; ++i) {
            auto const u = (bits[2 * i] + 0.5) * 0x1.0p-32;
            auto const v = (bits[2 * i + 1] + 0.5) * 0x1.0p-32;
            auto const radius = std::sqrt(-2.0 * std::log(u));
            out[2 * i] = radius * std::cos(2.0 * std::numbers::pi * v);
            out[2 * i + 1] = radius * std::sin(2.0 * std::numbers::pi * v);
        }
        return out;
    }
    /// exp(sigma z - sigma^2/2): log-normal with mean 1.
    double lognormal_mean_one(double sigma) { return std::exp(sigma * normal() - 0.5 * sigma * sigma); }
    /// Gamma with the given shape (> 0) and scale 1 (Marsaglia & Tsang 2000).
    double gamma(double shape);
    /// Integer in [0, n), n > 0.
    std::uint64_t below(std::uint64_t n) {
        auto const x = static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
        return x < n ? x : n - 1;
    }
    std::uint32_t drawn() const { return drawn_; }
    template <class State> void visit_state(State& state) { state(seed_, entity_, purpose_, drawn_); }

  private:
    std::array<std::uint32_t, 4> block(std::uint32_t index) const {
        r123::Philox4x32::ctr_type const counter{
            {index, purpose_, static_cast<std::uint32_t>(entity_), static_cast<std::uint32_t>(entity_ >> 32)}};
        r123::Philox4x32::key_type const key{{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)}};
        auto const out = r123::Philox4x32{}(counter, key);
        return {out[0], out[1], out[2], out[3]};
    }
    std::uint64_t seed_ = 0;
    std::uint64_t entity_ = 0;
    std::uint32_t purpose_ = 0;
    std::uint32_t drawn_ = 0;
};

/// A seed of its own for part `index` of a study, replicate, well or donor.
std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t index);

} // namespace nk
