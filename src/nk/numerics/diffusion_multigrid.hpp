#pragma once
#include "nk/backend/executor.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace nk::numerics::diffusion_multigrid {

/// One level of the multigrid: the symmetric matrix own_i c_i + sum over faces f (c_i - c_j), and the vectors of its cycle. A coarse
/// voxel is the union of up to 2 x 2 x 2 fine ones; its equation is the sum of theirs.
struct Level {
    std::array<std::size_t, 3> n;
    std::array<std::vector<double>, 3> face; ///< towards the next voxel of the axis (round the ring for the last) [1/min]
    std::vector<double> own;                 ///< losses and held neighbours [1/min]
    std::vector<double> diagonal, inverse;   ///< inverse is 0 where there is no equation
    std::vector<double> x, r, t;

    explicit Level(std::array<std::size_t, 3> size) : n(size), own(n[0] * n[1] * n[2]) {
        for (auto& each : face)
            each.resize(own.size());
        for (auto* each : {&x, &r, &t})
            each->resize(own.size());
    }
    std::array<std::size_t, 3> stride() const { return {1, n[0], n[0] * n[1]}; }
    std::array<std::size_t, 3> place(std::size_t i) const { return {i % n[0], i / n[0] % n[1], i / (n[0] * n[1])}; }
    std::size_t after(std::size_t i, std::size_t axis, std::size_t at) const {
        return at + 1 < n[axis] ? i + stride()[axis] : i - at * stride()[axis];
    }
    std::size_t before(std::size_t i, std::size_t axis, std::size_t at) const {
        return at > 0 ? i - stride()[axis] : i + (n[axis] - 1) * stride()[axis];
    }
    void complete() {
        diagonal = own;
        for (std::size_t i = 0; i < own.size(); ++i)
            for (std::size_t axis = 0; axis < 3; ++axis)
                diagonal[i] += face[axis][i] + face[axis][before(i, axis, place(i)[axis])];
        inverse.resize(own.size());
        for (std::size_t i = 0; i < own.size(); ++i)
            inverse[i] = diagonal[i] > 0.0 ? 1.0 / diagonal[i] : 0.0;
    }
    /// The six neighbours of a voxel; itself where an axis has one voxel.
    struct Around {
        std::size_t before[3], after[3];
    };
    /// Calls f(i, around) for each voxel; levels too small for threads run on the calling one.
    template <class F> void for_voxels(backend::Executor const& executor, F f) const {
        auto const row_of = [&](std::size_t row) {
            auto const i = row * n[0];
            auto const y = row % n[1];
            auto const z = row / n[1];
            Around around{{0, before(i, 1, y), before(i, 2, z)}, {0, after(i, 1, y), after(i, 2, z)}};
            for (std::size_t x0 = 0; x0 < n[0]; ++x0) {
                around.before[0] = before(i + x0, 0, x0);
                around.after[0] = after(i + x0, 0, x0);
                f(i + x0, around);
                for (std::size_t axis = 1; axis < 3; ++axis) {
                    ++around.before[axis];
                    ++around.after[axis];
                }
            }
        };
        (own.size() < 16384 ? backend::Executor(1) : executor).for_each(n[1] * n[2], row_of);
    }
    double times(std::vector<double> const& c, std::size_t i, Around const& around) const {
        auto sum = diagonal[i] * c[i];
        for (std::size_t axis = 0; axis < 3; ++axis) // an axis of one voxel has faces 0
            sum -= face[axis][i] * c[around.after[axis]] + face[axis][around.before[axis]] * c[around.before[axis]];
        return sum;
    }
    /// Two damped Jacobi steps on A x = r; from 0 where `fresh`.
    void smooth(bool fresh, backend::Executor const& executor) {
        constexpr auto damping = 0.8;
        for (int pass = 0; pass < 2; ++pass) {
            if (fresh && pass == 0) {
                for_voxels(executor, [&](std::size_t i, auto const&) { x[i] = damping * inverse[i] * r[i]; });
                continue;
            }
            for_voxels(executor, [&](std::size_t i, auto const& at) { t[i] = x[i] + damping * inverse[i] * (r[i] - times(x, i, at)); });
            x.swap(t);
        }
    }
};

class Multigrid {
  public:
    explicit Multigrid(Level fine) {
        levels_.push_back(std::move(fine));
        levels_.back().complete();
        while (levels_.back().own.size() > 1)
            coarsen();
    }
    Level& fine() { return levels_.front(); }
    /// fine().x = about A^-1 fine().r; a symmetric positive operator.
    void cycle(backend::Executor const& executor, std::size_t depth = 0) {
        auto& level = levels_[depth];
        if (depth + 1 == levels_.size()) {
            for (std::size_t i = 0; i < level.x.size(); ++i)
                level.x[i] = level.inverse[i] * level.r[i];
            return;
        }
        level.smooth(true, executor);
        auto& coarse = levels_[depth + 1];
        level.for_voxels(executor, [&](std::size_t i, auto const& around) { level.t[i] = level.r[i] - level.times(level.x, i, around); });
        coarse.for_voxels(executor, [&](std::size_t i, auto const&) {
            coarse.r[i] = 0.0;
            for_parts(level, coarse.place(i), [&](std::size_t part) { coarse.r[i] += level.t[part]; });
        });
        cycle(executor, depth + 1);
        coarse.for_voxels(executor, [&](std::size_t i, auto const&) {
            for_parts(level, coarse.place(i), [&](std::size_t part) { level.x[part] += level.inverse[part] > 0.0 ? coarse.x[i] : 0.0; });
        });
        level.smooth(false, executor);
    }

  private:
    template <class F> static void for_parts(Level const& fine, std::array<std::size_t, 3> const& at, F f) {
        for (auto z = 2 * at[2]; z < std::min(fine.n[2], 2 * at[2] + 2); ++z)
            for (auto y = 2 * at[1]; y < std::min(fine.n[1], 2 * at[1] + 2); ++y)
                for (auto x = 2 * at[0]; x < std::min(fine.n[0], 2 * at[0] + 2); ++x)
                    f(x + fine.n[0] * (y + fine.n[1] * z));
    }
    /// Losses add up; faces too, but over twice the distance, which the sum of piecewise constant corrections would not see.
    void coarsen() {
        auto const& fine = levels_.back();
        Level coarse({(fine.n[0] + 1) / 2, (fine.n[1] + 1) / 2, (fine.n[2] + 1) / 2});
        auto const home = [&](std::size_t i) {
            auto const at = fine.place(i);
            return at[0] / 2 + coarse.n[0] * (at[1] / 2 + coarse.n[1] * (at[2] / 2));
        };
        for (std::size_t i = 0; i < fine.own.size(); ++i) {
            coarse.own[home(i)] += fine.own[i];
            for (std::size_t axis = 0; axis < 3; ++axis) {
                auto const next = home(fine.after(i, axis, fine.place(i)[axis]));
                if (next != home(i))
                    coarse.face[axis][home(i)] += 0.5 * fine.face[axis][i];
            }
        }
        coarse.complete();
        levels_.push_back(std::move(coarse));
    }

    std::vector<Level> levels_;
};

} // namespace nk::numerics::diffusion_multigrid
