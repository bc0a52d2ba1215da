#include "nk/biology/priming.hpp"
#include "nk/tissue/recruit.hpp"
#include "nk/tissue/well.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nk::tissue {
namespace {

constexpr double loose_packing = 0.55; ///< volume fraction of cells at first placement; relaxation does the rest
constexpr int relaxation_steps = 60;
constexpr std::size_t worth_sharing = 4000; ///< cells from which several threads pay

} // namespace

Well::Well(WellPlan plan, biology::Laws const& laws, std::uint64_t seed, backend::Executor executor, std::function<void()> const& between)
    : plan_(std::move(plan)), laws_(laws), seed_(seed), executor_(executor), dt_(plan_.dt),
      steps_(std::max(1L, std::lround(std::ceil(plan_.duration / plan_.dt - 1e-9)))), ou_(laws.search.persistence, plan_.dt),
      contacts_(laws, {plan_.switches, plan_.bursts, plan_.shot_noise_damage}) {
    NK_EXPECT(!plan_.media.empty() && plan_.duration > 0.0);
    dt_ = plan_.duration / static_cast<double>(steps_);
    ou_ = OuStep(laws.search.persistence, dt_);
    NK_EXPECT(dt_ * laws.search.repulsion < 0.5); // explicit steps of a close packing diverge beyond
    set_medium(0);
    create_cells();
    if (body_.x.size() < worth_sharing)
        executor_ = backend::Executor(1); // waiting for each other would take longer than the work
    place_cells();
    update_presence();
    if (plan_.shape == Shape::u_bottom)
        relax_pellet(between);
    rebuild_grids();
    wishes_.assign(contacts_.nk.size(), {0.0, 0, nobody});
    watch(false);
}

void Well::create_cells() {
    std::size_t total = 0;
    std::size_t nk_count = 0;
    std::size_t target_count = 0;
    for (auto const& batch : plan_.batches) {
        total += batch.count;
        nk_count += batch.role == Role::nk ? batch.count : 0;
        target_count += batch.role == Role::target ? batch.count : 0;
    }
    for (auto* column : {&body_.x, &body_.y, &body_.z, &body_.vx, &body_.vy, &body_.vz, &body_.fx, &body_.fy, &body_.fz, &body_.mx,
                         &body_.my, &body_.mz, &body_.radius, &body_.speed, &body_.arrives})
        column->assign(total, 0.0);
    body_.role.resize(total);
    body_.slot.resize(total);
    for (auto* column : {&body_.present, &body_.resting, &body_.touching, &body_.touches_target})
        column->assign(total, 0);
    body_.microwell.assign(total, 0);
    body_.rng.resize(total);
    contacts_.nk.reserve(nk_count);
    contacts_.targets.reserve(target_count);

    std::uint32_t id = 0;
    for (auto const& batch : plan_.batches)
        for (std::size_t n = 0; n < batch.count; ++n, ++id) {
            auto& rng = body_.rng[id] = Random(seed_, id, Purpose::motility);
            body_.role[id] = batch.role;
            body_.arrives[id] = batch.arrives + batch.settling * rng.uniform();
            if (batch.role == Role::target) {
                body_.slot[id] = static_cast<std::uint32_t>(contacts_.targets.size());
                contacts_.targets.emplace_back().id = id;
                contacts_.targets.back().kind = batch.kind;
                body_.radius[id] = 0.5 * plan_.targets[batch.kind].diameter;
            } else if (batch.role == Role::nk) {
                body_.slot[id] = static_cast<std::uint32_t>(contacts_.nk.size());
                contacts_.nk.emplace_back().id = id;
                contacts_.nk.back().kind = batch.kind;
                body_.radius[id] = 0.5 * laws_.search.nk_diameter * rng.lognormal_mean_one(laws_.search.nk_diameter_sd);
            } else {
                body_.radius[id] =
                    0.5 * plan_.effectors[batch.kind].bystander_diameter * rng.lognormal_mean_one(laws_.search.nk_diameter_sd);
            }
        }
    executor_.for_each(contacts_.targets.size(), [&](std::size_t t) { create_target(contacts_.targets[t]); });
    executor_.for_each(contacts_.nk.size(), [&](std::size_t n) { create_nk(contacts_.nk[n]); });
    for (std::uint32_t t = 0; t < contacts_.targets.size(); ++t)
        if (auto const when = contacts_.targets[t].background_death; when <= plan_.duration)
            contacts_.plan_background_death(t, when);
    for (auto const& target : plan_.targets)
        widest_target_ = std::max(widest_target_, target.diameter);
    for (std::uint32_t i = 0; i < total; ++i)
        if (body_.role[i] != Role::target)
            widest_small_ = std::max(widest_small_, 2.0 * body_.radius[i]);
}

void Well::create_target(TargetState& target) {
    auto const kind = target.kind;
    auto const& row = plan_.targets[kind];
    target = expose(row, seed_, target.id);
    target.kind = kind;
    Random background(seed_, target.id, Purpose::background_death, 1); // the first number is the susceptibility
    target.background_death =
        row.spontaneous_death > 0.0 ? body_.arrives[target.id] + background.exponential() / row.spontaneous_death : 1e300;
}

void Well::create_nk(NkState& nk) {
    auto const kind = nk.kind;
    auto const id = nk.id;
    auto const& row = plan_.effectors[kind];
    nk = recruit(row, seed_, id, body_.arrives[id]);
    nk.kind = kind;
    auto& rng = body_.rng[id];
    nk.dies = body_.arrives[id] + rng.exponential() / biology::nk_death_rate(laws_.adaptation, plan_.media.front().cytokines.support);
    auto const dimensions = plan_.shape == Shape::flat || plan_.shape == Shape::microwell ? 2.0 : 3.0;
    auto const& search = laws_.search;
    auto const c = nk.born.bright ? row.priming_bright : row.priming;
    auto const mean = plan_.shape == Shape::gel ? search.speed_gel * plan_.gel_speed_factor
                                                : search.speed * (1.0 + (search.speed_primed_factor - 1.0) * c);
    auto const shape = 1.0 / std::max(1e-6, search.speed_cv * search.speed_cv);
    auto const motile = rng.uniform() < row.motile_fraction;
    body_.speed[id] = motile ? mean * rng.gamma(shape) / shape / std::sqrt(dimensions) : 0.0;
    auto const v = rng.four_normals();
    body_.vx[id] = body_.speed[id] * v[0];
    body_.vy[id] = body_.speed[id] * v[1];
    body_.vz[id] = dimensions > 2.0 ? body_.speed[id] * v[2] : 0.0;
    auto const stopped = search.stop_rate / std::max(1e-12, search.stop_rate + search.go_rate);
    body_.resting[id] = rng.uniform() < stopped ? 1 : 0;
}

void Well::place_cells() {
    auto const cells = body_.x.size();
    auto first_targets = 0.0;
    auto volume = 0.0;
    for (std::size_t i = 0; i < cells; ++i) {
        if (body_.arrives[i] > plan_.batches.front().arrives + plan_.batches.front().settling)
            continue; // cells added later find the pellet as the first ones made it
        first_targets += body_.role[i] == Role::target ? 1.0 : 0.0;
        volume += 4.0 / 3.0 * std::numbers::pi * body_.radius[i] * body_.radius[i] * body_.radius[i];
    }
    first_targets = std::max(1.0, first_targets);
    auto const thick = std::max(widest_target_, widest_small_);
    auto const cap_height = std::sqrt(volume / loose_packing / (std::numbers::pi * plan_.bowl_radius)) + thick;
    auto const cap_radius = std::sqrt(std::max(0.0, 2.0 * plan_.bowl_radius * cap_height - cap_height * cap_height));
    auto const side = plan_.shape == Shape::gel ? plan_.spacing * std::cbrt(first_targets) : plan_.spacing * std::sqrt(first_targets);
    auto const columns = static_cast<std::uint32_t>(std::ceil(std::sqrt(static_cast<double>(plan_.microwells))));
    auto const pitch = plan_.microwell_width + 2.0 * thick;
    switch (plan_.shape) {
    case Shape::flat:
        box_ = {{0, 0, -1}, {side, side, 1}, true};
        break;
    case Shape::gel:
        box_ = {{0, 0, 0}, {side, side, side}, true};
        break;
    case Shape::microwell:
        box_ = {{0, 0, -1}, {pitch * columns, pitch * columns, 1}, false};
        break;
    case Shape::u_bottom:
        box_ = {{-cap_radius - 4 * thick, -cap_radius - 4 * thick, -thick},
                {cap_radius + 4 * thick, cap_radius + 4 * thick, 3.0 * cap_height + 4 * thick},
                false};
        break;
    }
    std::size_t in_microwells[2] = {0, 0};
    for (std::uint32_t i = 0; i < cells; ++i) {
        Random rng(seed_, i, Purpose::placement);
        auto const u = rng.uniform();
        auto const v = rng.uniform();
        auto const w = rng.uniform();
        if (plan_.shape == Shape::u_bottom) { // evenly in the cap below height h of the bowl, by rejection
            auto const c = plan_.bowl_radius;
            for (;;) {
                auto const x = (2.0 * rng.uniform() - 1.0) * cap_radius;
                auto const y = (2.0 * rng.uniform() - 1.0) * cap_radius;
                auto const z = rng.uniform() * cap_height;
                if (x * x + y * y + (z - c) * (z - c) <= (c - body_.radius[i]) * (c - body_.radius[i])) {
                    body_.x[i] = x;
                    body_.y[i] = y;
                    body_.z[i] = z;
                    break;
                }
            }
        } else if (plan_.shape == Shape::microwell) {
            // cells are dealt out in turn, targets and effectors each evenly
            auto const which = body_.role[i] == Role::target ? 0 : 1;
            body_.microwell[i] = static_cast<std::uint32_t>(in_microwells[which]++ % plan_.microwells);
            auto const room = std::max(0.0, plan_.microwell_width - 2.0 * body_.radius[i]);
            body_.x[i] = pitch * (body_.microwell[i] % columns) + thick + body_.radius[i] + room * u;
            body_.y[i] = pitch * (body_.microwell[i] / columns) + thick + body_.radius[i] + room * v;
        } else {
            body_.x[i] = side * u;
            body_.y[i] = side * v;
            body_.z[i] = plan_.shape == Shape::gel ? side * w : 0.0;
        }
    }
}

void Well::relax_pellet(std::function<void()> const& between) {
    for (int i = 0; i < relaxation_steps; ++i) {
        if (between)
            between();
        rebuild_grids();
        executor_.for_each(body_.x.size(), [&](std::size_t id) {
            if (body_.present[id])
                push_apart(static_cast<std::uint32_t>(id));
        });
        executor_.for_each(body_.x.size(), [&](std::size_t id) {
            if (body_.present[id])
                displace(static_cast<std::uint32_t>(id), 0.3 / std::max(1e-9, laws_.search.repulsion), false);
        });
    }
}

} // namespace nk::tissue
