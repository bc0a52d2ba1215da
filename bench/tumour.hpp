#pragma once
#include "nk/base/random.hpp"
#include "nk/tissue/mechanics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace nk::bench {

/// Cells at tumour density with what mechanics needs.
struct Tumour {
    std::vector<double> x, y, z, vx, vy, vz;
    std::vector<float> radius, adhesion, pressure;
    std::vector<std::uint32_t> neighbours;
    numerics::CellBox box;
    numerics::CellGrid grid;
    tissue::Mechanics mechanics;
    tissue::MechanicsLaw law{1.5, 1.25, 0.5};

    /// A cube of hexagonal layers, each cell a little off its place; `shuffled` slots know nothing of places.
    Tumour(std::size_t cells, bool shuffled) {
        auto const spacing = std::cbrt(3571.0 * std::sqrt(2.0));
        auto const side = std::cbrt(static_cast<double>(cells) * 3571.0);
        Random rng(1, 0, Purpose::test);
        for (int layer = 0; x.size() < cells; ++layer)
            for (int row = 0; row * spacing * std::sqrt(0.75) < side; ++row)
                for (int column = 0; column * spacing < side && x.size() < cells; ++column) {
                    x.push_back(spacing * (column + 0.5 * (row % 2) + 0.5 * (layer % 2)) + 0.3 * rng.normal());
                    y.push_back(spacing * std::sqrt(0.75) * (row + (layer % 2) / 3.0) + 0.3 * rng.normal());
                    z.push_back(spacing * std::sqrt(2.0 / 3.0) * layer + 0.3 * rng.normal());
                }
        radius.assign(cells, 8.412F);
        adhesion.assign(cells, 0.1F);
        vx.resize(cells);
        vy.resize(cells);
        vz.resize(cells);
        pressure.resize(cells);
        neighbours.resize(cells);
        box = {{-100, -100, -100}, {side + 100, side + 100, side + 100}, {}};
        arrange(shuffled);
    }
    void build(backend::Executor const& executor) { grid.build(box, law.range(8.412F), {x, y, z, radius, adhesion, {}}, executor); }
    void forces(backend::Executor const& executor) { mechanics.forces(grid, law, executor, {vx, vy, vz, pressure, neighbours}); }
    void euler(backend::Executor const& executor) {
        constexpr std::size_t block = 4096;
        executor.for_each((x.size() + block - 1) / block, [&](std::size_t task) {
            for (auto n = task * block; n < std::min(x.size(), (task + 1) * block); ++n) {
                x[n] += 0.01 * vx[n];
                y[n] += 0.01 * vy[n];
                z[n] += 0.01 * vz[n];
            }
        });
    }

  private:
    void arrange(bool shuffled) {
        std::vector<std::uint32_t> order(x.size());
        std::iota(order.begin(), order.end(), 0U);
        Random rng(2, 0, Purpose::test);
        for (auto n = order.size(); shuffled && n > 1; --n)
            std::swap(order[n - 1], order[rng.below(n)]);
        if (!shuffled) {
            build(backend::Executor(1));
            order.assign(grid.slots().begin(), grid.slots().end());
        }
        for (auto* column : {&x, &y, &z}) {
            auto const before = *column;
            for (std::size_t n = 0; n < order.size(); ++n)
                (*column)[n] = before[order[n]];
        }
    }
};

} // namespace nk::bench
