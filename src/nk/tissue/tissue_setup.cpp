#include "nk/tissue/recruit.hpp"
#include "nk/tissue/tissue.hpp"

#include <algorithm>
#include <cmath>

namespace nk::tissue {
namespace {

// Below, threads wait for each other longer than they work; results do not depend on it.
constexpr std::size_t cells_worth_sharing = 2000;
constexpr std::size_t voxels_worth_sharing = 20000;

} // namespace

Tissue::Tissue(TissuePlan plan, biology::Laws const& laws, biology::TissueLaws const& tissue_laws, std::uint64_t seed,
               backend::Executor executor)
    : plan_(std::move(plan)), laws_(laws), tissue_laws_(tissue_laws), seed_(seed),
      executor_(plan_.cells.size() < cells_worth_sharing ? backend::Executor(1) : executor),
      steps_(std::max(1L, std::lround(std::ceil(plan_.duration / plan_.dt - 1e-9)))), contacts_(laws, plan_.switches),
      fields_(plan_, plan_.voxels.size() < voxels_worth_sharing ? backend::Executor(1) : executor) {
    NK_EXPECT(plan_.dt > 0.0 && plan_.phenotype_every >= 1);
    NK_EXPECT(std::max(plan_.oxygen, plan_.ifng) < static_cast<int>(plan_.substrates.size()));
    NK_EXPECT(plan_.dt * tissue_laws.mechanics.repulsion <= 0.2); // explicit steps of a close packing diverge beyond
    contacts_.set_medium(plan_.medium.panel, 1.0);                // support is each NK cell's own
    killed_.resize(plan_.kinds.size());
    for (auto const& kind : plan_.kinds)
        rules_ = std::max(rules_, kind.rules.size());
    for (auto const& kind : plan_.kinds)
        ou_.emplace_back(kind.motility.persistence, plan_.dt);
    for (std::size_t v = 0; v < plan_.vessels.size(); ++v) {
        Random rng(seed_, v, Purpose::arrival);
        auto const patience = rng.exponential();
        arrivals_.push_back({rng, patience});
    }
    cells_.reserve(plan_.cells.size());
    for (auto const& cell : plan_.cells)
        create(cell);
    std::vector<SeedCell>().swap(plan_.cells); // as large as the cells themselves
    plan_nk_deaths(plan_.dt * plan_.phenotype_every);
}

void Tissue::create(SeedCell const& seed) {
    auto const& kind = plan_.kinds[seed.kind];
    Cell cell;
    cell.id = next_id_;
    cell.x = seed.x;
    cell.y = seed.y;
    cell.z = plan_.three_d ? seed.z : 0.0;
    cell.kind = seed.kind;
    auto rng = life(cell);
    cell.radius = static_cast<float>(kind.radius * rng.lognormal_mean_one(kind.radius_sd));
    if (seed.radius > 0.0) // drawn all the same, so that what comes after is as for other cells
        cell.radius = static_cast<float>(seed.radius);
    cell.adhesion = static_cast<float>(kind.adhesion);
    cell.born_at = time();
    cell.patience = rng.exponential();
    if (kind.cycle) // cells of a population that grows are spread over their cycles
        cell.stage = static_cast<std::uint8_t>(rng.below(static_cast<std::uint64_t>(kind.cycle->stages)));
    if (seed.infected) {
        cell.infection = biology::InfectionState::eclipse;
        cell.stage = 0;
        cell.infected_at = time();
    }
    cell.draws = rng.drawn();
    if (kind.role == Role::target) {
        Random ligands(seed_, cell.id, Purpose::target_state);
        auto const sd = plan_.targets[static_cast<std::size_t>(kind.target)].ligand_sd;
        auto const phenotype = seed.ligands ? *seed.ligands : biology::founder(plan_.families, sd, ligands);
        cell.ligand_ln = phenotype.ln_factor;
        cell.hla_lost = phenotype.hla_lost;
        cell.nkg2d_lost = phenotype.nkg2d_lost;
    }
    add_cell(cell);
}

/// Gives a new cell its id, its row and, where its kind has them, its walker and its NK state.
void Tissue::add_cell(Cell cell) {
    NK_EXPECT(cell.id == next_id_);
    auto const row = static_cast<std::uint32_t>(cells_.size());
    ++next_id_;
    row_of_.push_back(row);
    cells_.push_back(cell);
    for (std::size_t r = 0; r < rules_; ++r) // what it does before it senses anything
        ruled_.push_back(r < plan_.kinds[cell.kind].rules.size() ? plan_.kinds[cell.kind].rules[r].rules.front().from : 0.0);
    widest_ = std::max(widest_, 2.0 * static_cast<double>(cell.radius));
    auto const& kind = plan_.kinds[cell.kind];
    if (kind.role == Role::nk && cell.agent == nobody)
        cells_.of<&Cell::agent>()[row] = add_nk(row, time());
    if (kind.motility.speed > 0.0 || !kind.motility.chemotaxis.empty())
        cells_.of<&Cell::walker>()[row] = add_walker(row);
}

std::uint32_t Tissue::add_walker(std::uint32_t row) {
    auto const id = cells_.of<&Cell::id>()[row];
    auto const& motility = kind_of(row).motility;
    auto const dimensions = plan_.three_d ? 3.0 : 2.0;
    Walker walker;
    walker.cell = row;
    walker.rng = Random(seed_, id, Purpose::motility);
    auto const shape = 1.0 / std::max(1e-6, motility.speed_cv * motility.speed_cv);
    walker.speed = motility.speed * (motility.speed_cv > 0.0 ? walker.rng.gamma(shape) / shape : 1.0) / std::sqrt(dimensions);
    auto const v = walker.rng.four_normals();
    walker.vx = walker.speed * v[0];
    walker.vy = walker.speed * v[1];
    walker.vz = plan_.three_d ? walker.speed * v[2] : 0.0;
    auto const both = motility.stop_rate + motility.go_rate;
    walker.resting = both > 0.0 && walker.rng.uniform() < motility.stop_rate / both ? 1 : 0;
    if (free_walkers_.empty()) {
        walkers_.push_back(walker);
        return static_cast<std::uint32_t>(walkers_.size() - 1);
    }
    auto const slot = free_walkers_.back();
    free_walkers_.pop_back();
    walkers_[slot] = walker;
    return slot;
}

std::uint32_t Tissue::add_nk(std::uint32_t row, double now) {
    auto const id = cells_.of<&Cell::id>()[row];
    auto const effector = kind_of(row).effector;
    auto const& kind = plan_.effectors[static_cast<std::size_t>(effector)];
    auto nk = recruit(kind, seed_, id, now);
    nk.kind = effector;
    Random rng(seed_, id, Purpose::background_death);
    nk_life_.push_back({.priming = nk.born.bright ? kind.priming_bright : kind.priming,
                        .support = plan_.medium.cytokines.support,
                        .ifng_threshold = plan_.medium.cytokines.ifng_threshold,
                        .patience = rng.exponential()});
    nk.refilling = plan_.medium.cytokines.support;
    contacts_.nk.push_back(std::move(nk));
    return static_cast<std::uint32_t>(contacts_.nk.size() - 1);
}

std::uint32_t Tissue::add_target(std::uint32_t row) {
    auto& agent = cells_.of<&Cell::agent>()[row];
    if (agent != nobody)
        return agent;
    auto const kind = kind_of(row).target;
    auto target = expose(plan_.targets[static_cast<std::size_t>(kind)], seed_, cells_.of<&Cell::id>()[row]);
    target.kind = kind;
    target.changed = time();
    contacts_.targets.push_back(std::move(target));
    agent = static_cast<std::uint32_t>(contacts_.targets.size() - 1);
    return agent;
}

std::string Tissue::state_hash() const {
    StateHasher hasher;
    // a visitor shows members that can be changed; the hasher only reads them
    const_cast<Tissue*>(this)->visit_state(hasher);
    return hasher.hasher.hex();
}

std::vector<std::uint8_t> Tissue::save() const {
    StateWriter writer;
    const_cast<Tissue*>(this)->visit_state(writer);
    return std::move(writer.data);
}

void Tissue::load(std::span<std::uint8_t const> state) {
    StateReader reader(state);
    visit_state(reader);
    if (!reader.at_end())
        throw BrokenState("the state is longer than it should be");
    after_loading();
}

void Tissue::after_loading() {
    widest_ = 0.0;
    for (auto const radius : cells_.of<&Cell::radius>())
        widest_ = std::max(widest_, 2.0 * static_cast<double>(radius));
}

} // namespace nk::tissue
