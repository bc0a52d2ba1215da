#include "nk/tissue/mechanics.hpp"

#include "nk/base/error.hpp"
#include "nk/tissue/mechanics_registers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::tissue {
namespace {

constexpr double most_of_a_pair = 0x1p14; ///< [um/min]
constexpr std::size_t cells_a_task = 4096;
constexpr int rows_a_strip = 8;

/// Strips of rows that may push at the same time: a row writes to rows next to it, one layer up at most. Strips are at least two rows
/// wide, so that those of the same colour never meet.
struct Strips {
    int count = 1; ///< along one axis
    int colours = 1;
    int width = 1;

    Strips(int rows, int strip, bool periodic) {
        width = std::max(strip, 1);
        count = std::max(1, rows / width); // the last strip takes the rest
        colours = std::min(count, periodic && count % 2 == 1 ? 3 : 2);
    }
    int colour(int strip) const { return colours == 3 && strip == count - 1 ? 2 : strip % 2; }
    int begin(int strip) const { return strip * width; }
    int end(int strip, int rows) const { return strip == count - 1 ? rows : (strip + 1) * width; }
};

lanes::Frame frame_of(numerics::CellGrid const& grid, MechanicsLaw const& law, std::vector<std::int64_t>& sums) {
    lanes::Frame f{};
    f.records = grid.records().data();
    f.slots = grid.slots().data();
    f.start = grid.starts().data();
    for (std::size_t axis = 0; axis < 3; ++axis) {
        auto const& box = grid.box();
        f.coarse[axis] = grid.coarse()[axis];
        f.count[axis] = grid.counts()[axis];
        f.periodic[axis] = box.periodic[axis];
        f.narrow = f.narrow || (box.periodic[axis] && grid.counts()[axis] < 3);
        f.size[axis] = box.periodic[axis] ? box.high[axis] - box.low[axis] : 0.0;
        f.half[axis] = box.periodic[axis] ? 0.5 * f.size[axis] : std::numeric_limits<double>::infinity();
    }
    // sqrt(3) times the error along an axis, twice for the shift of an image, and a little for the rounding of squares and sums
    auto const distance = law.range(static_cast<double>(grid.largest_radius())) * 1.000001 + 4.0 * grid.coarse_error();
    f.search = f.narrow ? std::numeric_limits<float>::infinity() : static_cast<float>(distance * distance);
    f.repulsion = law.repulsion;
    f.adhesion_reach = law.adhesion_reach;
    f.touch = law.touch;
    f.sums = sums.data();
    return f;
}

void push_all(lanes::Frame const& f, lanes::PushRow push_row, backend::Executor const& executor) {
    auto const ny = f.count[1];
    auto const nz = f.count[2];
    auto const rows = [&](int first, int last, int layer) {
        for (int j = first; j < last; ++j)
            push_row(f, j, layer);
    };
    if (executor.threads() == 1 || f.narrow) {
        for (int k = 0; k < nz; ++k)
            rows(0, ny, k);
        return;
    }
    Strips const layers(nz, 1, f.periodic[2]);
    Strips const strips(ny, nz == 1 ? std::max(2, ny / (8 * executor.threads())) : rows_a_strip, f.periodic[1]);
    for (int colour = 0; colour < layers.colours * strips.colours; ++colour) {
        auto const tasks = static_cast<std::size_t>(strips.count) * static_cast<std::size_t>(nz);
        executor.for_each(tasks, [&](std::size_t task) {
            auto const strip = static_cast<int>(task % static_cast<std::size_t>(strips.count));
            auto const layer = static_cast<int>(task / static_cast<std::size_t>(strips.count));
            if (layers.colour(layer) * strips.colours + strips.colour(strip) == colour)
                rows(strips.begin(strip), strips.end(strip, ny), layer);
        });
    }
}

} // namespace

double MechanicsLaw::range(double largest_radius) const {
    return std::max(adhesion_reach * 2.0 * largest_radius, 2.0 * largest_radius + touch);
}

void Mechanics::push(numerics::CellGrid const& grid, MechanicsLaw const& law, backend::Executor const& executor) {
    auto const contact = 2.0 * static_cast<double>(grid.largest_radius());
    NK_EXPECT(law.repulsion >= 0.0 && law.adhesion_reach >= 1.0 && law.touch >= 0.0);
    if (grid.size() == 0)
        return;
    NK_EXPECT(law.range(static_cast<double>(grid.largest_radius())) <= grid.width());
    NK_EXPECT(law.repulsion * contact < most_of_a_pair);
    NK_EXPECT(static_cast<double>(grid.largest_value()) * (law.adhesion_reach - 1.0) * contact < most_of_a_pair);
    sums_.resize(4 * grid.size(), 0);
    push_all(frame_of(grid, law, sums_), lanes::row_kernel(registers_), executor);
}

float Mechanics::pressure(std::size_t place) const {
    return static_cast<float>(sums_[4 * place + 3] & (lanes::one_touch - 1)) * 0x1p-20F;
}

std::array<double, 3> Mechanics::take(std::size_t place) {
    auto* const sum = sums_.data() + 4 * place;
    std::array<double, 3> const out = {static_cast<double>(sum[0]) * 0x1p-36, static_cast<double>(sum[1]) * 0x1p-36,
                                       static_cast<double>(sum[2]) * 0x1p-36};
    std::fill_n(sum, 4, 0);
    return out;
}

void Mechanics::forces(numerics::CellGrid const& grid, MechanicsLaw const& law, backend::Executor const& executor,
                       CellMotion const& motion) {
    NK_EXPECT(motion.vy.size() == motion.vx.size() && motion.vz.size() == motion.vx.size());
    NK_EXPECT(motion.pressure.empty() || motion.pressure.size() == motion.vx.size());
    NK_EXPECT(motion.neighbours.empty() || motion.neighbours.size() == motion.vx.size());
    push(grid, law, executor);
    auto const slots = grid.slots();
    executor.for_each((grid.size() + cells_a_task - 1) / cells_a_task, [&](std::size_t task) {
        for (auto n = task * cells_a_task; n < std::min(grid.size(), (task + 1) * cells_a_task); ++n) {
            auto const slot = slots[n];
            if (!motion.pressure.empty())
                motion.pressure[slot] = pressure(n);
            if (!motion.neighbours.empty())
                motion.neighbours[slot] = static_cast<std::uint32_t>(sums_[4 * n + 3] >> 40);
            auto const rate = take(n);
            motion.vx[slot] = rate[0];
            motion.vy[slot] = rate[1];
            motion.vz[slot] = rate[2];
        }
    });
}

} // namespace nk::tissue
