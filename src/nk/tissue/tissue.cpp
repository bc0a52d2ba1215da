#include "nk/tissue/tissue.hpp"
#include "nk/biology/oxygen.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace nk::tissue {
namespace {

double volume_of(double radius) {
    return 4.0 / 3.0 * std::numbers::pi * radius * radius * radius;
}

} // namespace

/// The step, readable on one screen.
void Tissue::advance() {
    if (step_ > 0 && step_ % plan_.phenotype_every == 0)
        live(plan_.dt * plan_.phenotype_every);
    exchange();
    push_apart();
    if (rules_ > 0 && step_ % plan_.phenotype_every == 0)
        respond();
    move();
    search();
    act();
    ++step_;
    watch_health();
}

/// What cells put into the fields and take out, then the fields through the step.
void Tissue::exchange() {
    if (fields_.count() == 0 || !fields_.is_due(step_))
        return;
    fields_.begin_exchange();
    auto const x = cells_.of<&Cell::x>();
    auto const y = cells_.of<&Cell::y>();
    auto const z = cells_.of<&Cell::z>();
    auto const radius = cells_.of<&Cell::radius>();
    auto const state = cells_.of<&Cell::state>();
    auto const infection = cells_.of<&Cell::infection>();
    executor_.for_each(cells_.size(), [&](std::size_t row) {
        auto const& kind = kind_of(row);
        if (state[row] != CellState::alive || (kind.exchange.empty() && kind.virus < 0 && plan_.shed < 0))
            return;
        auto const voxel = fields_.voxel(x[row], y[row], z[row]);
        auto const volume = volume_of(static_cast<double>(radius[row]));
        for (auto exchange : kind.exchange) {
            if (exchange.substrate == plan_.oxygen && kind.needs_oxygen)
                exchange.uptake = biology::oxygen_uptake(tissue_laws_.oxygen, exchange.uptake,
                                                         fields_.values(static_cast<std::size_t>(plan_.oxygen))[voxel]);
            exchange.uptake = ruled(row, biology::Behaviour::uptake, exchange.substrate, exchange.uptake);
            exchange.release = ruled(row, biology::Behaviour::secretion, exchange.substrate, exchange.release);
            fields_.add_cell(exchange, voxel, volume);
        }
        if (plan_.shed >= 0)
            fields_.add_cell({.substrate = plan_.shed, .release = static_cast<double>(cells_.of<&Cell::shed>()[row])}, voxel, volume);
        if (kind.virus < 0 || infection[row] < biology::InfectionState::eclipse)
            return;
        auto const& virus = plan_.viruses[static_cast<std::size_t>(kind.virus)];
        fields_.add_cell({.substrate = virus.substrate, .release = biology::virus_release(virus.row.law, infection[row])}, voxel, volume);
        if (virus.interferon >= 0)
            fields_.add_cell({.substrate = virus.interferon,
                              .release = biology::interferon_release(virus.row.law, time() - cells_.of<&Cell::infected_at>()[row])},
                             voxel, volume);
    });
    fields_.advance(step_, plan_.dt);
}

/// Repulsion and adhesion on every cell at its place, and the bonds of contacts.
void Tissue::push_apart() {
    auto const n = cells_.size();
    auto const state = cells_.of<&Cell::state>();
    present_.resize(n);
    executor_.for_each(n, [&](std::size_t row) { present_[row] = state[row] != CellState::gone ? 1 : 0; });
    MechanicsLaw const law{tissue_laws_.mechanics.repulsion, tissue_laws_.mechanics.adhesion_reach, 0.0};
    grid_.build(plan_.box.cell_box(), std::max(1.0, law.range(0.5 * widest_)),
                {cells_.of<&Cell::x>(), cells_.of<&Cell::y>(), cells_.of<&Cell::z>(), cells_.of<&Cell::radius>(),
                 cells_.of<&Cell::adhesion>(), present_},
                executor_);
    mechanics_.push(grid_, law, executor_);
    auto const pressure = cells_.of<&Cell::pressure>();
    auto const rows = grid_.slots();
    executor_.for_each(rows.size(), [&](std::size_t place) { pressure[rows[place]] = mechanics_.pressure(place); });
    bonds_.assign(contacts_.nk.size(), {});
    executor_.for_each(contacts_.nk.size(), [&](std::size_t slot) { // an NK cell stays with the cell it holds
        auto const& nk = contacts_.nk[slot];
        if (nk.target == nobody)
            return;
        auto const row = row_of_[nk.id];
        auto const other = row_of_[contacts_.targets[nk.target].id];
        auto const d = between(row, other);
        auto const distance = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        if (auto const open = gap(row, other); open > 0.0)
            for (std::size_t axis = 0; axis < 3; ++axis)
                bonds_[slot][axis] = tissue_laws_.mechanics.repulsion * open * d[axis] / distance;
    });
}

void Tissue::search() {
    wishes_.assign(contacts_.nk.size(), {0.0, 0, nobody});
    executor_.for_each(contacts_.nk.size(), [&](std::size_t slot) { look_for_targets(static_cast<std::uint32_t>(slot)); });
}

/// Integrated opening hazard of one NK cell over the step that ended; when its patience ends, a wish to open a contact. Until `act`
/// a wish names the row of its target.
void Tissue::look_for_targets(std::uint32_t slot) {
    auto& nk = contacts_.nk[slot];
    auto const row = row_of_[nk.id];
    if (row == nobody || cells_.of<&Cell::state>()[row] != CellState::alive)
        return;
    auto const now = time() + plan_.dt;
    if (nk.target != nobody)
        return;
    auto const span = now - nk.free_since; // a little more than dt when a contact closed within the step before
    nk.free_since = std::max(nk.free_since, now);
    if (span <= 0.0)
        return;
    auto const x = cells_.of<&Cell::x>();
    auto const y = cells_.of<&Cell::y>();
    auto const z = cells_.of<&Cell::z>();
    auto const mx = cells_.of<&Cell::moved_x>();
    auto const my = cells_.of<&Cell::moved_y>();
    auto const mz = cells_.of<&Cell::moved_z>();
    auto const radius = cells_.of<&Cell::radius>();
    auto const reach = laws_.search.reach;
    auto const own = static_cast<double>(radius[row]);
    auto const rate = contacts_.opening_rate(nk, nk_life_[slot].priming, now);
    std::array<Contacts::Touch, Contacts::most_touching> touches;
    std::size_t count = 0;
    auto touching = false;
    // the grid stands where cells were before they moved
    auto const range = own + 0.5 * widest_ + reach + farthest_;
    auto const look_at = [&](numerics::CellRecord const&, std::uint32_t other, double, double, double) {
        auto const& kind = kind_of(other);
        if (kind.role != Role::target || cells_.of<&Cell::state>()[other] > CellState::dying)
            return;
        auto const dx = plan_.box.nearest_image(x[other] - x[row], 0);
        auto const dy = plan_.box.nearest_image(y[other] - y[row], 1);
        auto const dz = plan_.box.nearest_image(z[other] - z[row], 2);
        auto const gap = std::sqrt(dx * dx + dy * dy + dz * dz) - own - static_cast<double>(radius[other]);
        if (gap > reach)
            return;
        touching = true;
        auto const agent = cells_.of<&Cell::agent>()[other];
        if (agent != nobody) {
            auto const& target = contacts_.targets[agent];
            if (target.is_dead(now) || static_cast<double>(target.held_by.size()) >= laws_.search.neighbour_slots ||
                (nk.refused == agent && nk.refused_until > now))
                return;
        }
        if (count == touches.size())
            return;
        auto const bx = dx - static_cast<double>(mx[other] - mx[row]);
        auto const by = dy - static_cast<double>(my[other] - my[row]);
        auto const bz = dz - static_cast<double>(mz[other] - mz[row]);
        auto const before = std::sqrt(bx * bx + by * by + bz * bz) - own - static_cast<double>(radius[other]);
        auto const icam = plan_.targets[static_cast<std::size_t>(kind.target)].icam1;
        touches[count++] = {other, rate * contacts_.icam_share(icam) * touching_share(before, gap, reach) * span};
    };
    grid_.near(x[row], y[row], z[row], range, look_at);
    // the grid's order is that of the rows: by id it does not depend on where cells lie in memory
    std::sort(touches.begin(), touches.begin() + static_cast<std::ptrdiff_t>(count),
              [&](auto const& a, auto const& b) { return cells_.of<&Cell::id>()[a.target] < cells_.of<&Cell::id>()[b.target]; });
    if (auto const walker = cells_.of<&Cell::walker>()[row]; walker != nobody)
        walkers_[walker].touches_target = touching ? 1 : 0;
    wishes_[slot] = contacts_.wait(slot, {touches.data(), count}, span, now);
}

void Tissue::act() {
    auto const end = time() + plan_.dt;
    auto const first_entry = contacts_.ledger.size();
    std::vector<Opening> wishes;
    for (auto wish : wishes_)
        if (wish.target != nobody) {
            wish.target = add_target(wish.target);
            wishes.push_back(wish);
        }
    std::sort(wishes.begin(), wishes.end(),
              [](Opening const& a, Opening const& b) { return a.time != b.time ? a.time < b.time : a.nk < b.nk; });
    contacts_.run(
        wishes, end,
        [&](std::uint32_t target) {
            auto const row = row_of_[contacts_.targets[target].id];
            return row != nobody && cells_.of<&Cell::state>()[row] != CellState::gone;
        },
        [&](Opening const& opening) { return meeting(opening); });
    lose_contacts(end);
    note_deaths(first_entry);
}

/// Cells that left the box, NK cells that died of age, and pairs that were pulled apart.
void Tissue::lose_contacts(double end) {
    auto const state = cells_.of<&Cell::state>();
    for (std::uint32_t row = 0; row < cells_.size(); ++row)
        if (outside_[row] != 0 && state[row] != CellState::gone)
            leave(row, end);
    for (std::uint32_t slot = 0; slot < contacts_.nk.size(); ++slot) {
        auto const& nk = contacts_.nk[slot];
        auto const row = row_of_[nk.id];
        if (row == nobody || state[row] == CellState::gone)
            continue;
        if (nk.dies <= end) {
            if (nk.target != nobody)
                contacts_.close(slot, nk.dies, Happening::contact_torn);
            contacts_.note(nk.dies, Happening::nk_died, slot, nobody, 0.0);
            state[row] = CellState::gone;
        } else if (nk.target != nobody) {
            if (gap(row, row_of_[contacts_.targets[nk.target].id]) > laws_.search.nk_diameter)
                contacts_.close(slot, end, Happening::contact_torn);
        }
    }
}

/// Out through an absorbing face, with all contacts.
void Tissue::leave(std::uint32_t row, double now) {
    auto const agent = cells_.of<&Cell::agent>()[row];
    auto const id = cells_.of<&Cell::id>()[row];
    auto const is_nk = kind_of(row).role == Role::nk;
    if (is_nk && contacts_.nk[agent].target != nobody)
        contacts_.close(agent, now, Happening::contact_torn);
    if (!is_nk && agent != nobody) {
        while (!contacts_.targets[agent].held_by.empty())
            contacts_.close(contacts_.targets[agent].held_by.front(), now, Happening::contact_torn);
        contacts_.targets[agent].dead = -1.0; // if it is bound to die, nobody here sees it
    }
    contacts_.ledger.push_back({now, Happening::left, is_nk ? id : nobody, is_nk ? nobody : id, 0.0});
    cells_.of<&Cell::state>()[row] = CellState::gone;
}

/// Distance between the surfaces of two cells [um].
double Tissue::gap(std::size_t one, std::size_t other) const {
    auto const d = between(one, other);
    return std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) -
           static_cast<double>(cells_.of<&Cell::radius>()[one] + cells_.of<&Cell::radius>()[other]);
}

/// From one cell to the other, nearest image [um].
std::array<double, 3> Tissue::between(std::size_t one, std::size_t other) const {
    return {plan_.box.nearest_image(cells_.of<&Cell::x>()[other] - cells_.of<&Cell::x>()[one], 0),
            plan_.box.nearest_image(cells_.of<&Cell::y>()[other] - cells_.of<&Cell::y>()[one], 1),
            plan_.box.nearest_image(cells_.of<&Cell::z>()[other] - cells_.of<&Cell::z>()[one], 2)};
}

/// Carries what happened at the contact scale into the columns.
void Tissue::note_deaths(std::size_t first_entry) {
    for (auto i = first_entry; i < contacts_.ledger.size(); ++i) {
        auto const& entry = contacts_.ledger[i];
        auto const row = entry.target == nobody ? nobody : row_of_[entry.target];
        if (row == nobody)
            continue;
        auto& state = cells_.of<&Cell::state>()[row];
        if (entry.what == Happening::committed && state == CellState::alive)
            state = CellState::dying;
        if (entry.what != Happening::died || state >= CellState::dead)
            continue;
        if (entry.value != static_cast<double>(biology::Death::background))
            ++killed_[cells_.of<&Cell::kind>()[row]];
        bury(row);
    }
}

/// A dead cell stays as a body for a while.
void Tissue::bury(std::uint32_t row) {
    auto cell = cells_.load(row);
    auto rng = life(cell);
    cell.state = kind_of(row).clearance > 0.0 ? CellState::dead : CellState::gone;
    cell.patience = rng.exponential();
    cell.draws = rng.drawn();
    cells_.store(row, cell);
}

Meeting Tissue::meeting(Opening const& opening) const {
    auto const& nk = contacts_.nk[opening.nk];
    auto const& life = nk_life_[opening.nk];
    auto const row = row_of_[nk.id];
    Meeting out{contacts_.receptors_at(nk, life.priming, plan_.medium.receptor_factor),
                ligands_of(row_of_[contacts_.targets[opening.target].id]), life.priming, life.ifng_threshold,
                ruled(row, biology::Behaviour::stage_rate, 1.0)};
    if (plan_.oxygen >= 0)
        out.degranulation *= biology::attack_under_hypoxia(tissue_laws_.oxygen, around(row, plan_.oxygen));
    for (auto const& ruled_one : kind_of(row).rules)
        if (ruled_one.behaviour == biology::Behaviour::receptor_copies)
            out.receptors[static_cast<std::size_t>(ruled_one.about)] *=
                static_cast<float>(ruled(row, ruled_one.behaviour, ruled_one.about, 1.0));
    return out;
}

biology::LigandCopies Tissue::ligands_of(std::size_t row) const {
    auto const cell = cells_.load(row);
    auto const& kind = plan_.kinds[cell.kind];
    auto const target = static_cast<std::size_t>(kind.target);
    biology::LigandPhenotype const phenotype{cell.ligand_ln, cell.hla_lost != 0, cell.nkg2d_lost != 0};
    auto out = biology::with_phenotype(plan_.families, plan_.targets[target].ligand_sd, phenotype, plan_.medium.ligands[target]);
    if (kind.virus >= 0 && cell.infection >= biology::InfectionState::eclipse) {
        auto const& virus = plan_.viruses[static_cast<std::size_t>(kind.virus)];
        out = biology::infected_ligands(virus.row.law, plan_.families, virus.ligand, out, time() - cell.infected_at);
    }
    for (std::size_t l = 0; l < plan_.medium.panel.ligands.size(); ++l)
        if (plan_.families.hla[l] || plan_.families.hla_e[l])
            out[l] *= cell.hla_by_ifn1 * cell.hla_by_ifng;
    auto const shedding = ruled(row, biology::Behaviour::shedding, 1.0);
    for (std::size_t l = 0; l < plan_.medium.panel.ligands.size(); ++l)
        if (shedding != 1.0 && plan_.families.nkg2d[l])
            out[l] *= static_cast<float>(biology::surface_under_shedding(tissue_laws_.heredity, shedding));
    for (auto const& rule : kind.rules) // in multiples of the kind's own copies; of a ligand it has none of, as they are
        if (rule.behaviour == biology::Behaviour::ligand_copies) {
            auto& copies = out[static_cast<std::size_t>(rule.about)];
            auto const now = static_cast<float>(ruled(row, rule.behaviour, rule.about, 0.0));
            auto const usual = static_cast<float>(rule.rules.front().from);
            copies = usual > 0.0F ? copies * now / usual : now;
        }
    return out;
}

std::vector<LedgerEntry> Tissue::take_ledger() {
    return std::exchange(contacts_.ledger, {});
}

void Tissue::watch_health() {
    auto const x = cells_.of<&Cell::x>();
    auto const y = cells_.of<&Cell::y>();
    auto const z = cells_.of<&Cell::z>();
    for (std::size_t row = 0; row < cells_.size(); ++row)
        health_.not_finite += std::isfinite(x[row] + y[row] + z[row]) ? 0 : 1;
    health_.crowded += farthest_ > 0.5 * widest_ ? 1 : 0;
}

} // namespace nk::tissue
