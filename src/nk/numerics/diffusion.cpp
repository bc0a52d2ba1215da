#include "nk/numerics/diffusion.hpp"

#include "nk/base/error.hpp"
#include "nk/numerics/diffusion_lines.hpp"
#include "nk/numerics/diffusion_multigrid.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace nk::numerics {

namespace {

using diffusion_lines::Axis;
using diffusion_lines::blocked;
using diffusion_lines::held;
using diffusion_lines::Sweeper;
using diffusion_lines::width;
using diffusion_multigrid::Level;
using diffusion_multigrid::Multigrid;

template <class T> std::array<Axis<T>, 3> axes_of(VoxelGrid const& grid, Substrate const& substrate, double dt) {
    auto const lambda = substrate.diffusion * dt / (grid.width * grid.width);
    auto const& f = substrate.faces;
    return {diffusion_lines::axis_of<T>(grid.nx, lambda, f[0], f[1]), diffusion_lines::axis_of<T>(grid.ny, lambda, f[2], f[3]),
            diffusion_lines::axis_of<T>(grid.nz, lambda, f[4], f[5])};
}

/// The rate at which cells take a voxel's molecules away [1/min].
template <class T> double loss_at(Exchange<T> const& exchange, std::size_t i) {
    return (exchange.uptake.empty() ? 0.0 : static_cast<double>(exchange.uptake[i])) +
           (exchange.secretion.empty() ? 0.0 : static_cast<double>(exchange.secretion[i]));
}

template <class T> bool is_empty(Exchange<T> const& exchange) {
    return exchange.uptake.empty() && exchange.secretion.empty() && exchange.supply.empty() && exchange.taken.empty() &&
           exchange.secreted.empty();
}

/// Largest f(i): rows apart, so that threads share nothing; the order of comparisons does not matter.
template <class F> double largest(std::size_t n, backend::Executor const& executor, F f) {
    constexpr std::size_t block = 4096;
    std::vector<double> most(n / block + 1, 0.0);
    executor.for_each(most.size(), [&](std::size_t b) {
        for (auto i = b * block; i < std::min(n, (b + 1) * block); ++i)
            most[b] = std::max(most[b], f(i));
    });
    return *std::max_element(most.begin(), most.end());
}

} // namespace

template <class T>
Diffusion<T>::Diffusion(VoxelGrid const& grid, std::vector<Substrate> substrates) : grid_(grid), substrates_(std::move(substrates)) {
    NK_EXPECT(grid.nx >= 1 && grid.ny >= 1 && grid.nz >= 1);
    NK_EXPECT(std::isfinite(grid.width) && grid.width > 0.0);
    for (auto const& each : substrates_) {
        NK_EXPECT(std::isfinite(each.diffusion) && each.diffusion >= 0.0 && std::isfinite(each.decay) && each.decay >= 0.0);
        for (std::size_t f = 0; f < 6; ++f) {
            NK_EXPECT(std::isfinite(each.faces[f].value) && each.faces[f].value >= 0.0);
            NK_EXPECT((each.faces[f].kind == FaceKind::periodic) == (each.faces[f ^ 1].kind == FaceKind::periodic));
            // one grid wraps for all its substrates, or for none
            NK_EXPECT((each.faces[f].kind == FaceKind::periodic) == (substrates_[0].faces[f].kind == FaceKind::periodic));
        }
    }
    fields_.assign(substrates_.size(), std::vector<T>(grid.size(), T(0)));
    masks_.resize(substrates_.size());
}

template <class T> void Diffusion<T>::mark_lines(Mask& mask) const {
    auto const nx = static_cast<std::size_t>(grid_.nx);
    auto const ny = static_cast<std::size_t>(grid_.ny);
    auto const nz = static_cast<std::size_t>(grid_.nz);
    mask.line = {std::vector<std::uint8_t>(ny * nz), std::vector<std::uint8_t>(nx * nz), std::vector<std::uint8_t>(nx * ny)};
    for (std::size_t i = 0; i < mask.kind.size(); ++i)
        if (mask.kind[i] != 0) {
            mask.line[0][i / nx] = 1;
            mask.line[1][i % nx + nx * (i / (nx * ny))] = 1;
            mask.line[2][i % (nx * ny)] = 1;
        }
}

template <class T> void Diffusion<T>::block(std::span<std::uint8_t const> mask) {
    NK_EXPECT(mask.size() == grid_.size());
    blocked_.assign(mask.begin(), mask.end());
    for (std::size_t s = 0; s < masks_.size(); ++s) {
        auto& own = masks_[s];
        own.kind.resize(grid_.size(), 0);
        own.value.resize(grid_.size(), T(0));
        for (std::size_t i = 0; i < mask.size(); ++i) {
            if (mask[i] != 0)
                fields_[s][i] = T(0);
            // a held voxel that is a wall no longer is held again: `value` alone does not say that it was
            own.kind[i] = mask[i] != 0 ? blocked : own.kind[i] == held ? held : std::uint8_t{0};
        }
        mark_lines(own);
    }
}

template <class T> void Diffusion<T>::hold(std::size_t substrate, std::span<std::uint8_t const> mask, std::span<T const> values) {
    NK_EXPECT(substrate < substrates_.size() && mask.size() == grid_.size() && values.size() == grid_.size());
    auto& own = masks_[substrate];
    own.kind.assign(grid_.size(), 0);
    own.value.assign(grid_.size(), T(0));
    for (std::size_t i = 0; i < mask.size(); ++i) {
        if (is_blocked(i)) {
            own.kind[i] = blocked;
        } else if (mask[i] != 0) {
            NK_EXPECT(std::isfinite(values[i]) && values[i] >= T(0));
            own.kind[i] = held;
            own.value[i] = fields_[substrate][i] = values[i];
        }
    }
    mark_lines(own);
}

template <class T> std::size_t Diffusion<T>::voxel_at(double x, double y, double z) const {
    double const place[] = {x, y, z};
    int const count[] = {grid_.nx, grid_.ny, grid_.nz};
    int at[3];
    for (std::size_t axis = 0; axis < 3; ++axis) {
        auto cell = std::floor((place[axis] - grid_.low[axis]) / grid_.width);
        if (!substrates_.empty() && substrates_[0].faces[2 * axis].kind == FaceKind::periodic)
            cell -= std::floor(cell / count[axis]) * count[axis];
        if (!(cell >= 0.0 && cell < count[axis]))
            return grid_.size();
        at[axis] = static_cast<int>(cell);
    }
    return grid_.index(at[0], at[1], at[2]);
}

template <class T> double Diffusion<T>::deposit(std::size_t substrate, double x, double y, double z, double amount) {
    NK_EXPECT(substrate < substrates_.size() && std::isfinite(amount) && amount >= 0.0);
    auto const voxel = voxel_at(x, y, z);
    if (voxel == grid_.size() || is_blocked(voxel))
        return 0.0;
    auto& c = fields_[substrate][voxel];
    auto const before = static_cast<double>(c);
    c = static_cast<T>(before + amount / grid_.volume());
    return (static_cast<double>(c) - before) * grid_.volume();
}

template <class T> double Diffusion<T>::take_up(std::size_t substrate, double x, double y, double z, double amount) {
    NK_EXPECT(substrate < substrates_.size() && std::isfinite(amount) && amount >= 0.0);
    auto const voxel = voxel_at(x, y, z);
    if (voxel == grid_.size() || is_blocked(voxel))
        return 0.0;
    auto& c = fields_[substrate][voxel];
    auto const before = static_cast<double>(c);
    c = std::max(T(0), static_cast<T>(before - amount / grid_.volume()));
    return (before - static_cast<double>(c)) * grid_.volume();
}

template <class T>
void Diffusion<T>::take_up(std::size_t substrate, std::span<T const> rate, double dt, std::span<double> taken,
                           backend::Executor const& executor) {
    auto const n = grid_.size();
    NK_EXPECT(substrate < substrates_.size() && rate.size() == n && taken.size() == n && dt >= 0.0);
    executor.for_each(n, [&](std::size_t i) {
        auto& c = fields_[substrate][i];
        auto const before = c;
        c = before / (T(1) + static_cast<T>(dt) * rate[i]);
        taken[i] = (static_cast<double>(before) - static_cast<double>(c)) * grid_.volume();
    });
}

template <class T> double Diffusion<T>::molecules(std::size_t substrate, backend::Executor const& executor) const {
    auto const& c = fields_[substrate];
    return grid_.volume() * executor.sum(c.size(), [&](std::size_t i) { return is_blocked(i) ? 0.0 : static_cast<double>(c[i]); });
}

template <class T> void Diffusion<T>::expect(Exchange<T> const& exchange) const {
    for (auto const size :
         {exchange.uptake.size(), exchange.secretion.size(), exchange.supply.size(), exchange.taken.size(), exchange.secreted.size()})
        NK_EXPECT(size == 0 || size == grid_.size());
}

template <class T>
void Diffusion<T>::react(std::size_t substrate, std::size_t row, double dt, Exchange<T> const& exchange, std::vector<T> const& zero) {
    auto const n = zero.size();
    auto const of = [&](std::span<T const> numbers) { return numbers.empty() ? zero.data() : numbers.data() + row * n; };
    auto const* const uptake = of(exchange.uptake);
    auto const* const secretion = of(exchange.secretion);
    auto const* const supply = of(exchange.supply);
    auto* const c = fields_[substrate].data() + row * n;
    auto const still = static_cast<T>(1.0 + dt * substrates_[substrate].decay);
    auto const step = static_cast<T>(dt);
    auto const* const kind = masks_[substrate].kind.empty() ? nullptr : masks_[substrate].kind.data() + row * n;
    for (std::size_t i = 0; i < n; ++i)
        c[i] = (c[i] + step * supply[i]) / (still + step * (uptake[i] + secretion[i]));
    auto const scale = dt * grid_.volume();
    for (std::size_t i = 0; kind != nullptr && i < n; ++i)
        c[i] = kind[i] == 0 ? c[i] : kind[i] == held ? masks_[substrate].value[row * n + i] : T(0);
    for (std::size_t i = 0; !exchange.taken.empty() && i < n; ++i)
        exchange.taken[row * n + i] = scale * (static_cast<double>(uptake[i]) * static_cast<double>(c[i]));
    for (std::size_t i = 0; !exchange.secreted.empty() && i < n; ++i)
        exchange.secreted[row * n + i] =
            kind != nullptr && kind[i] == blocked
                ? 0.0
                : scale * (static_cast<double>(supply[i]) - static_cast<double>(secretion[i]) * static_cast<double>(c[i]));
}

template <class T>
void Diffusion<T>::sweep(std::size_t first, double dt, std::span<Exchange<T> const> exchange, backend::Executor const& executor) {
    NK_EXPECT(std::isfinite(dt) && dt > 0.0);
    auto const nx = static_cast<std::size_t>(grid_.nx);
    auto const ny = static_cast<std::size_t>(grid_.ny);
    auto const nz = static_cast<std::size_t>(grid_.nz);
    auto const count = exchange.size();
    std::vector<T> const zero(nx, T(0));
    std::vector<std::array<Axis<T>, 3>> axes;
    for (std::size_t s = 0; s < count; ++s)
        axes.push_back(axes_of<T>(grid_, substrates_[first + s], dt));
    auto const sweeper = [&](std::size_t s, std::size_t axis, std::size_t lane, std::size_t stride) {
        auto const& mask = masks_[first + s];
        auto const decays = axis == 0 && is_empty(exchange[s]);
        auto const factor = decays ? 1.0 / (1.0 + dt * substrates_[first + s].decay) : 1.0;
        return Sweeper<T>(axes[s][axis], axis == 0, lane, stride, static_cast<T>(factor), fields_[first + s].data(), mask.kind.data(),
                          mask.value.data());
    };
    auto const special = [&](std::size_t s, std::size_t axis, std::size_t line) {
        auto const& lines = masks_[first + s].line[axis];
        return lines.empty() ? nullptr : lines.data() + line;
    };
    auto const rows = [&](std::size_t s, std::size_t row, std::size_t many) {
        for (auto r = row; !is_empty(exchange[s]) && r < row + many; ++r)
            react(first + s, r, dt, exchange[s], zero);
        sweeper(s, 0, nx, 1).solve(row * nx, many, special(s, 0, row));
    };
    auto const columns = [&](std::size_t s, std::size_t plane, std::size_t x, std::size_t many) {
        if (axes[s][1].moves())
            sweeper(s, 1, 1, nx).solve(plane * nx * ny + x, many, special(s, 1, plane * nx + x));
    };
    // Runs task(substrate, first line, lines) over groups of lines of all substrates.
    auto const in_groups = [&](std::size_t lines, auto task) {
        auto const group = 4 * width<T>;
        auto const groups = (lines + group - 1) / group;
        executor.for_each(count * groups, [&](std::size_t i) {
            auto const from = i % groups * group;
            task(i / groups, from, std::min(group, lines - from));
        });
    };
    if (nz > 1) { // x and y while the plane is in the cache
        executor.for_each(count * nz, [&](std::size_t i) {
            rows(i / nz, i % nz * ny, ny);
            columns(i / nz, i % nz, 0, nx);
        });
    } else {
        in_groups(ny, rows);
        in_groups(nx, [&](std::size_t s, std::size_t x, std::size_t many) { columns(s, 0, x, many); });
    }
    in_groups(nx * ny, [&](std::size_t s, std::size_t line, std::size_t many) {
        if (axes[s][2].moves())
            sweeper(s, 2, 1, nx * ny).solve(line, many, special(s, 2, line));
    });
}

template <class T>
StepReport Diffusion<T>::extrapolate(std::size_t substrate, double dt, Exchange<T> const& exchange, backend::Executor const& executor) {
    auto& c = fields_[substrate];
    auto const n = c.size();
    auto const start = c;
    auto coarse = exchange; // of the one step; `taken` and `secreted` are extrapolated like the field, so the molecules still add up
    std::vector<double> taken[2];
    std::vector<double> secreted[2];
    for (int i = 0; i < 2; ++i) {
        taken[i].resize(exchange.taken.size());
        secreted[i].resize(exchange.secreted.size());
    }
    coarse.taken = taken[0];
    coarse.secreted = secreted[0];
    sweep(substrate, dt, {&coarse, 1}, executor);
    auto const full = std::exchange(c, start);
    auto fine = exchange;
    sweep(substrate, 0.5 * dt, {&fine, 1}, executor);
    fine.taken = taken[1];
    fine.secreted = secreted[1];
    sweep(substrate, 0.5 * dt, {&fine, 1}, executor);

    StepReport report;
    report.error = largest(n, executor, [&](std::size_t i) { return std::abs(static_cast<double>(c[i]) - static_cast<double>(full[i])); });
    auto const& kind = masks_[substrate].kind;
    auto const ahead = [&](std::size_t i) { return 2.0 * static_cast<double>(c[i]) - static_cast<double>(full[i]); };
    auto const free = [&](std::size_t i) { return kind.empty() || kind[i] == 0; };
    auto const negative = executor.sum(n, [&](std::size_t i) { return free(i) ? std::max(0.0, -ahead(i)) : 0.0; });
    auto const positive = executor.sum(n, [&](std::size_t i) { return free(i) ? std::max(0.0, ahead(i)) : 0.0; });
    auto const too_far = negative > 0.05 * positive;
    report.method = too_far ? DiffusionMethod::first_order : DiffusionMethod::second_order;
    report.clipped = too_far || positive <= 0.0 ? 0.0 : negative / positive;
    auto const scale = 1.0 - report.clipped;
    executor.for_each(n, [&](std::size_t i) {
        if (!too_far && free(i))
            c[i] = static_cast<T>(scale * std::max(0.0, ahead(i)));
        auto const both = [&](std::span<double> out, std::vector<double> const& one, std::vector<double> const& other) {
            if (!out.empty())
                out[i] = too_far ? out[i] + other[i] : 2.0 * (out[i] + other[i]) - one[i];
        };
        both(exchange.taken, taken[0], taken[1]);
        both(exchange.secreted, secreted[0], secreted[1]);
    });
    return report;
}

template <class T>
StepReport Diffusion<T>::step(double dt, backend::Executor const& executor, std::span<Exchange<T> const> exchange, TimeScheme scheme) {
    std::vector<Exchange<T>> const none(exchange.empty() ? substrates_.size() : 0);
    auto const all = exchange.empty() ? std::span<Exchange<T> const>(none) : exchange;
    NK_EXPECT(all.size() == substrates_.size());
    for (auto const& each : all)
        expect(each);
    if (scheme == TimeScheme::first_order) {
        sweep(0, dt, all, executor);
        return {};
    }
    StepReport report{DiffusionMethod::second_order, 0.0, 0.0, 1};
    for (std::size_t s = 0; s < all.size(); ++s) {
        auto const one = extrapolate(s, dt, all[s], executor);
        if (one.method == DiffusionMethod::first_order)
            report.method = one.method;
        report.error = std::max(report.error, one.error);
        report.clipped = std::max(report.clipped, one.clipped);
    }
    return report;
}

template <class T>
void Diffusion<T>::step(std::size_t substrate, double dt, backend::Executor const& executor, Exchange<T> const& exchange) {
    NK_EXPECT(substrate < substrates_.size());
    expect(exchange);
    sweep(substrate, dt, {&exchange, 1}, executor);
}

template <class T>
double Diffusion<T>::time_error(std::size_t substrate, double dt, backend::Executor const& executor, Exchange<T> const& exchange) const {
    NK_EXPECT(substrate < substrates_.size());
    expect(exchange);
    auto trial = *this;
    auto quiet = exchange;
    quiet.taken = quiet.secreted = {};
    return trial.extrapolate(substrate, dt, quiet, executor).error;
}

template <class T>
SteadyReport Diffusion<T>::steady_state(std::size_t substrate, Exchange<T> const& exchange, double tolerance,
                                        backend::Executor const& executor) {
    NK_EXPECT(substrate < substrates_.size() && tolerance > 0.0);
    expect(exchange);
    auto const& law = substrates_[substrate];
    auto const& mask = masks_[substrate];
    auto& field = fields_[substrate];
    auto const n = grid_.size();
    auto const flow = law.diffusion / (grid_.width * grid_.width);
    auto const kind = [&](std::size_t i) { return mask.kind.empty() ? std::uint8_t{0} : mask.kind[i]; };

    Level level({static_cast<std::size_t>(grid_.nx), static_cast<std::size_t>(grid_.ny), static_cast<std::size_t>(grid_.nz)});
    std::vector<double> b(n, 0.0);
    auto const hold_against = [&](std::size_t i, double weight, double value) {
        level.own[i] += weight;
        b[i] += weight * value;
    };
    for (std::size_t i = 0; i < n; ++i) {
        auto const free = kind(i) == 0;
        if (free) {
            level.own[i] += law.decay + loss_at(exchange, i);
            b[i] += exchange.supply.empty() ? 0.0 : static_cast<double>(exchange.supply[i]);
        }
        for (std::size_t axis = 0; axis < 3; ++axis) {
            auto const at = level.place(i)[axis];
            auto const& low = law.faces[2 * axis];
            auto const& high = law.faces[2 * axis + 1];
            auto const is_last = at + 1 == level.n[axis];
            if (free && at == 0 && low.kind == FaceKind::held)
                hold_against(i, 2.0 * flow, low.value);
            if (free && is_last && high.kind == FaceKind::held)
                hold_against(i, 2.0 * flow, high.value);
            if (level.n[axis] == 1 || (is_last && high.kind != FaceKind::periodic))
                continue;
            auto const next = level.after(i, axis, at);
            if (free && kind(next) == 0)
                level.face[axis][i] = flow;
            else if (free && kind(next) == held)
                hold_against(i, flow, static_cast<double>(mask.value[next]));
            else if (kind(i) == held && kind(next) == 0)
                hold_against(next, flow, static_cast<double>(mask.value[i]));
        }
    }
    auto const dot = [&](std::vector<double> const& p, std::vector<double> const& q) {
        return executor.sum(n, [&](std::size_t i) { return p[i] * q[i]; });
    };
    auto const size = std::sqrt(dot(b, b));
    if (std::all_of(level.own.begin(), level.own.end(), [](double each) { return each <= 0.0; }))
        throw NumericalError("a substrate that nothing removes has no steady state");

    Multigrid grid(std::move(level));
    auto& fine = grid.fine();
    std::vector<double> c(n, 0.0);
    std::vector<double> p(n, 0.0);
    std::vector<double> ap(n, 0.0);
    fine.r = std::move(b);
    SteadyReport report;
    report.residual = size > 0.0 ? 1.0 : 0.0;
    grid.cycle(executor);
    p = fine.x;
    auto rz = dot(fine.r, fine.x);
    for (; report.residual > tolerance; ++report.iterations) {
        fine.for_voxels(executor, [&](std::size_t i, auto const& at) { ap[i] = fine.times(p, i, at); });
        auto const alpha = rz / dot(p, ap);
        if (report.iterations == 200 || !std::isfinite(alpha))
            throw NumericalError("no steady state after " + std::to_string(report.iterations) + " iterations, residual " +
                                 std::to_string(report.residual));
        executor.for_each(n, [&](std::size_t i) {
            c[i] += alpha * p[i];
            fine.r[i] -= alpha * ap[i];
        });
        report.residual = std::sqrt(dot(fine.r, fine.r)) / size;
        grid.cycle(executor);
        auto const next = dot(fine.r, fine.x);
        auto const beta = next / rz;
        rz = next;
        executor.for_each(n, [&](std::size_t i) { p[i] = fine.x[i] + beta * p[i]; });
    }
    report.error = largest(n, executor, [&](std::size_t i) { return std::abs(fine.x[i]); });
    executor.for_each(n, [&](std::size_t i) {
        if (kind(i) == 0)
            field[i] = static_cast<T>(std::max(0.0, c[i]));
    });
    return report;
}

template <class T>
StepReport Diffusion<T>::advance(std::size_t substrate, double duration, double tolerance, backend::Executor const& executor,
                                 Exchange<T> const& exchange) {
    NK_EXPECT(substrate < substrates_.size() && std::isfinite(duration) && duration > 0.0 && tolerance > 0.0);
    expect(exchange);
    auto const n = grid_.size();
    auto& c = fields_[substrate];
    auto const& kind = masks_[substrate].kind;
    auto const peak = [&] { return largest(n, executor, [&](std::size_t i) { return static_cast<double>(c[i]); }); };
    // Every mode decays at least as fast as the slowest voxel loses molecules.
    auto const slowest =
        1.0 / largest(n, executor, [&](std::size_t i) {
            return !kind.empty() && kind[i] != 0 ? 0.0 : 1.0 / std::max(1e-300, substrates_[substrate].decay + loss_at(exchange, i));
        });
    auto const left = std::exp(-slowest * duration);
    if (left < 0.5 * tolerance) {
        auto const before = peak();
        auto const steady = steady_state(substrate, exchange, 0.1 * tolerance, executor);
        auto const scale = duration * grid_.volume();
        executor.for_each(n, [&](std::size_t i) {
            auto const now = static_cast<double>(c[i]);
            if (!exchange.taken.empty())
                exchange.taken[i] = exchange.uptake.empty() ? 0.0 : scale * static_cast<double>(exchange.uptake[i]) * now;
            if (!exchange.secreted.empty())
                exchange.secreted[i] =
                    is_blocked(i) ? 0.0
                                  : scale * ((exchange.supply.empty() ? 0.0 : static_cast<double>(exchange.supply[i])) -
                                             (exchange.secretion.empty() ? 0.0 : static_cast<double>(exchange.secretion[i])) * now);
        });
        return {DiffusionMethod::quasi_steady, steady.error + left * std::max(before, peak()), 0.0, 1};
    }
    StepReport report{DiffusionMethod::second_order, 0.0, 0.0, 0};
    std::vector<double> taken(exchange.taken.size(), 0.0);
    std::vector<double> secreted(exchange.secreted.size(), 0.0);
    auto dt = duration;
    for (auto done = 0.0; done < duration * (1.0 - 1e-12);) {
        dt = std::min(dt, duration - done);
        auto const start = c;
        auto const one = extrapolate(substrate, dt, exchange, executor);
        if (one.error > tolerance * peak() && dt > duration / 1024) {
            c = start;
            dt *= 0.5;
            continue;
        }
        for (std::size_t i = 0; i < taken.size(); ++i)
            taken[i] += exchange.taken[i];
        for (std::size_t i = 0; i < secreted.size(); ++i)
            secreted[i] += exchange.secreted[i];
        done += dt;
        ++report.steps;
        report.error += one.error;
        report.clipped = std::max(report.clipped, one.clipped);
        if (one.method == DiffusionMethod::first_order)
            report.method = one.method;
        if (one.error < 0.2 * tolerance * peak())
            dt *= 2.0;
    }
    std::copy(taken.begin(), taken.end(), exchange.taken.begin());
    std::copy(secreted.begin(), secreted.end(), exchange.secreted.begin());
    return report;
}

template class Diffusion<float>;
template class Diffusion<double>;

} // namespace nk::numerics
