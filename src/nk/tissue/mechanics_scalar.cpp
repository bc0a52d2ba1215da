#include "nk/tissue/mechanics_lanes.hpp"

#include <cmath>

namespace nk::tissue::lanes {
namespace {

/// One lane: for every machine, and what the wide ones are compared with.
struct Scalar {
    using V = double;
    using I = std::int64_t;
    using F = float;
    struct Sum {
        std::int64_t of[4];
    };
    static constexpr int width = 1;
    static constexpr std::uint32_t searched = 8;

    static double numbers() { return 0.0; }
    static bool any(bool mask) { return mask; }
    static double& lane(double& pack, int) { return pack; }
    static double doubles(float value) { return static_cast<double>(value); }
    static float floats(double value) { return static_cast<float>(value); }
    static float root(float value) { return std::sqrt(value); }
    static std::uint32_t find(float const* const* coarse, std::uint32_t first, std::uint32_t end, float const* at, float limit,
                              std::uint32_t self, std::uint32_t* cell, std::uint32_t* other) {
        std::uint32_t count = 0;
        auto const last = end - first < searched ? end : first + searched;
        for (auto n = first; n < last; ++n) {
            auto const dx = coarse[0][n] - at[0];
            auto const dy = coarse[1][n] - at[1];
            auto const dz = coarse[2][n] - at[2];
            cell[count] = self;
            other[count] = n;
            count += dx * dx + dy * dy + dz * dz <= limit ? 1U : 0U;
        }
        return count;
    }
    static void load(numerics::CellRecord const* records, std::uint32_t const* found, double& x, double& y, double& z, float& radius,
                     float& value) {
        auto const& record = records[*found];
        x = record.x;
        y = record.y;
        z = record.z;
        radius = record.radius;
        value = record.value;
    }
    static void spread(std::int64_t* sums, std::uint32_t const* other, Pushes<Scalar> const& pushes, Sum& sum, Sum* before) {
        std::int64_t const pair[4] = {pushes.x, pushes.y, pushes.z, pushes.pressed};
        *before = sum;
        for (int n = 0; n < 4; ++n) {
            sums[4 * static_cast<std::size_t>(*other) + static_cast<std::size_t>(n)] += pair[n];
            sum.of[n] += pair[n];
        }
    }
    static void take(std::int64_t* sums, std::uint32_t cell, Sum const& begin, Sum const& end) {
        auto* const own = sums + 4 * static_cast<std::size_t>(cell);
        for (int n = 0; n < 3; ++n)
            own[n] -= end.of[n] - begin.of[n];
        own[3] += end.of[3] - begin.of[3];
    }
};

} // namespace

void push_row_scalar(Frame const& frame, int j, int k) {
    push_row<Scalar>(frame, j, k);
}

} // namespace nk::tissue::lanes
