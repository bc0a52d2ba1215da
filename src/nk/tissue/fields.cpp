#include "nk/tissue/fields.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <utility>

namespace nk::tissue {
namespace {

constexpr double steady_tolerance = 1e-6; ///< of the residual, relative
constexpr double units_per_rate = 0x1p40; ///< fixed point: 1e-12, up to 8e6

std::vector<numerics::Substrate> physics_of(std::vector<SubstratePlan> const& plans) {
    std::vector<numerics::Substrate> out;
    for (auto const& plan : plans)
        out.push_back(plan.physics);
    return out;
}

void add_fixed(double& sum, double rate) {
    auto const more = std::llround(rate * units_per_rate);
    std::atomic_ref const bits(sum);
    auto before = bits.load(std::memory_order_relaxed);
    while (
        !bits.compare_exchange_weak(before, std::bit_cast<double>(std::bit_cast<std::int64_t>(before) + more), std::memory_order_relaxed)) {
    }
}

} // namespace

Fields::Fields(TissuePlan const& plan, backend::Executor executor)
    : plans_(plan.substrates), executor_(executor), diffusion_(plan.voxels, physics_of(plan.substrates)), sums_(plan.substrates.size()),
      accounts_(plan.substrates.size()) {
    auto const size = diffusion_.grid().size();
    for (std::size_t s = 0; s < plans_.size(); ++s)
        std::fill(diffusion_.field(s).begin(), diffusion_.field(s).end(), plans_[s].initial);
    for (auto const& kind : plan.kinds)
        for (auto const& exchange : kind.exchange) {
            auto& sums = sums_[static_cast<std::size_t>(exchange.substrate)];
            if (exchange.uptake > 0.0 || exchange.secretion > 0.0)
                sums.loss.resize(size);
            if (exchange.secretion > 0.0 || exchange.release > 0.0)
                sums.supply.resize(size);
        }
    for (auto const& kind : plan.kinds)
        for (auto const& rule : kind.rules) {
            if (rule.behaviour == biology::Behaviour::uptake)
                sums_[static_cast<std::size_t>(rule.about)].loss.resize(size);
            if (rule.behaviour == biology::Behaviour::secretion)
                sums_[static_cast<std::size_t>(rule.about)].supply.resize(size);
        }
    if (plan.shed >= 0)
        sums_[static_cast<std::size_t>(plan.shed)].supply.resize(size);
    for (auto const& virus : plan.viruses) { // infected cells of any kind
        sums_[static_cast<std::size_t>(virus.substrate)].supply.resize(size);
        if (virus.interferon >= 0)
            sums_[static_cast<std::size_t>(virus.interferon)].supply.resize(size);
    }
    for (std::size_t s = 0; s < plans_.size(); ++s)
        if (!plans_[s].held.empty())
            hold(s, plans_[s].held, plans_[s].held_value);
}

std::size_t Fields::voxel(double x, double y, double z) const {
    auto const& grid = diffusion_.grid();
    auto const along = [&](double p, int axis, int n) {
        return static_cast<int>(std::clamp(std::floor((p - grid.low[static_cast<std::size_t>(axis)]) / grid.width), 0.0, n - 1.0));
    };
    return grid.index(along(x, 0, grid.nx), along(y, 1, grid.ny), along(z, 2, grid.nz));
}

std::array<double, 3> Fields::gradient(std::size_t s, std::size_t voxel) const {
    auto const& grid = diffusion_.grid();
    auto const field = diffusion_.field(s);
    auto const& faces = plans_[s].physics.faces;
    std::size_t const counts[3] = {static_cast<std::size_t>(grid.nx), static_cast<std::size_t>(grid.ny), static_cast<std::size_t>(grid.nz)};
    std::size_t const strides[3] = {1, counts[0], counts[0] * counts[1]};
    std::array<double, 3> out{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        auto const n = counts[axis];
        if (n < 2)
            continue;
        auto const at = voxel / strides[axis] % n;
        auto const periodic = faces[2 * axis].kind == numerics::FaceKind::periodic;
        auto const low = at > 0 ? voxel - strides[axis] : periodic ? voxel + (n - 1) * strides[axis] : voxel;
        auto const high = at + 1 < n ? voxel + strides[axis] : periodic ? voxel - (n - 1) * strides[axis] : voxel;
        auto const steps = low == voxel || high == voxel ? 1.0 : 2.0;
        out[axis] = (field[high] - field[low]) / (steps * grid.width);
    }
    return out;
}

void Fields::hold(std::size_t s, std::span<std::uint32_t const> voxels, double value) {
    std::vector<std::uint8_t> mask(diffusion_.grid().size());
    for (auto const v : voxels)
        mask[v] = 1;
    std::vector<double> const values(mask.size(), value);
    diffusion_.hold(s, mask, values);
}

void Fields::begin_exchange() {
    for (auto& sums : sums_)
        for (auto* column : {&sums.loss, &sums.supply})
            std::fill(column->begin(), column->end(), 0.0); // as bits: the integer 0
    adding_ = true;
}

void Fields::add_cell(CellExchange const& exchange, std::size_t voxel, double cell_volume, double factor_uptake, double factor_secretion) {
    auto& sums = sums_[static_cast<std::size_t>(exchange.substrate)];
    auto const share = cell_volume / diffusion_.grid().volume();
    if (exchange.uptake > 0.0)
        add_fixed(sums.loss[voxel], exchange.uptake * factor_uptake * share);
    if (exchange.secretion > 0.0) {
        auto const rate = exchange.secretion * factor_secretion * share;
        add_fixed(sums.loss[voxel], rate);
        add_fixed(sums.supply[voxel], rate * exchange.saturation);
    }
    if (exchange.release > 0.0)
        add_fixed(sums.supply[voxel], exchange.release * factor_secretion / diffusion_.grid().volume());
}

void Fields::release(std::size_t s, std::size_t voxel, double molecules) {
    diffusion_.field(s)[voxel] += molecules / diffusion_.grid().volume();
    accounts_[s].released += molecules;
}

void Fields::take(std::size_t s, std::size_t voxel, double molecules) {
    auto& value = diffusion_.field(s)[voxel];
    auto const taken = std::min(molecules / diffusion_.grid().volume(), value);
    value -= taken;
    accounts_[s].released -= taken * diffusion_.grid().volume();
}

/// From fixed point to the rates of the solver.
void Fields::settle() {
    if (!std::exchange(adding_, false))
        return;
    auto const& grid = diffusion_.grid();
    auto const row = static_cast<std::size_t>(grid.nx);
    executor_.for_each(grid.size() / row, [&](std::size_t line) {
        for (auto& sums : sums_)
            for (auto* column : {&sums.loss, &sums.supply})
                if (!column->empty())
                    for (auto v = line * row; v < (line + 1) * row; ++v)
                        (*column)[v] = static_cast<double>(std::bit_cast<std::int64_t>((*column)[v])) * (1.0 / units_per_rate);
    });
}

bool Fields::is_due(long step) const {
    return std::any_of(plans_.begin(), plans_.end(), [&](SubstratePlan const& plan) { return step % plan.every == 0; });
}

void Fields::advance(long step, double dt) {
    settle();
    for (std::size_t s = 0; s < plans_.size(); ++s) {
        auto const& plan = plans_[s];
        if (step % plan.every != 0)
            continue;
        auto& account = accounts_[s];
        auto const interval = dt * plan.every;
        numerics::Exchange<double> const exchange{sums_[s].loss, {}, sums_[s].supply, {}, {}};
        if (plan.solver == FieldSolver::fixed) {
            for (int i = 0; i < plan.steps; ++i)
                diffusion_.step(s, interval / plan.steps, executor_, exchange);
            account.steps += plan.steps;
            continue;
        }
        if (plan.solver == FieldSolver::steady) {
            account.error = std::max(account.error, diffusion_.steady_state(s, exchange, steady_tolerance, executor_).error);
            ++account.steady;
            continue;
        }
        auto const report = diffusion_.advance(s, interval, plan.tolerance, executor_, exchange);
        account.error = std::max(account.error, report.error);
        if (report.method == numerics::DiffusionMethod::quasi_steady)
            ++account.steady;
        else
            account.steps += report.steps;
    }
}

} // namespace nk::tissue
