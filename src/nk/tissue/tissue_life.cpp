#include "nk/base/time.hpp"
#include "nk/biology/cell_cycle.hpp"
#include "nk/biology/oxygen.hpp"
#include "nk/tissue/recruit.hpp"
#include "nk/tissue/tissue.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace nk::tissue {
namespace {

constexpr std::uint32_t rows_a_block = 256;
constexpr double molecules_to_ng_per_ml = 1e21 / 6.02214076e23; ///< times a molar mass [g/mol], from molecule/um3

/// Uniform on the unit sphere, or on the unit circle.
std::array<double, 3> direction(Random& rng, bool three_d) {
    auto const z = three_d ? 2.0 * rng.uniform() - 1.0 : 0.0;
    auto const angle = 2.0 * std::numbers::pi * rng.uniform();
    auto const r = std::sqrt(1.0 - z * z);
    return {r * std::cos(angle), r * std::sin(angle), z};
}

} // namespace

/// What the passing of time does to cells: they grow, divide, fall ill, die and disappear; others arrive. Hazards are constant between
/// two calls, so the times of events do not depend on how often it is called while the hazards stay the same.
void Tissue::live(double minutes) {
    prime(minutes);
    release_interferon();
    std::vector<std::vector<Passing>> found((cells_.size() + rows_a_block - 1) / rows_a_block);
    executor_.for_each(found.size(), [&](std::size_t block) {
        auto const first = static_cast<std::uint32_t>(block) * rows_a_block;
        auto const last = std::min(static_cast<std::uint32_t>(cells_.size()), first + rows_a_block);
        for (auto row = first; row < last; ++row)
            if (auto const passing = pass_time(row, minutes); passing.event != Event::none)
                found[block].push_back(passing);
    });
    std::vector<Passing> events;
    for (auto const& of_block : found)
        events.insert(events.end(), of_block.begin(), of_block.end());
    // by id, so that new ids do not depend on where cells lie in memory
    std::sort(events.begin(), events.end(),
              [&](auto const& a, auto const& b) { return cells_.of<&Cell::id>()[a.row] < cells_.of<&Cell::id>()[b.row]; });
    for (std::size_t n = 0; n < events.size(); ++n) { // grows while daughters divide within the same time
        auto const [row, event, left] = events[n];
        if (event == Event::death) {
            perish(row);
        } else if (event == Event::cleared) {
            contacts_.ledger.push_back({time(), Happening::cleared, nobody, cells_.of<&Cell::id>()[row], 0.0});
            cells_.of<&Cell::state>()[row] = CellState::gone;
        } else if (event == Event::infection) {
            infect(row);
        } else if (event == Event::division) {
            divide(row, left, events);
        }
    }
    arrive(minutes);
    plan_nk_deaths(minutes);
    close_gaps();
}

/// One cell through a stretch of time, up to its first event.
Tissue::Passing Tissue::pass_time(std::uint32_t row, double minutes) {
    auto cell = cells_.load(row);
    Passing out{row, Event::none, 0.0};
    if (cell.state == CellState::dying || cell.state == CellState::gone)
        return out;
    auto const& kind = plan_.kinds[cell.kind];
    auto rng = life(cell);
    auto left = minutes;
    auto const oxygen_field = kind.needs_oxygen && plan_.oxygen >= 0;
    auto const voxel = fields_.count() > 0 ? fields_.voxel(cell.x, cell.y, cell.z) : 0;
    auto const oxygen = oxygen_field ? fields_.values(static_cast<std::size_t>(plan_.oxygen))[voxel] : 1e9;
    using biology::Behaviour;
    using biology::InfectionState;
    auto cycle = kind.cycle;
    auto death_rate = kind.death_rate;
    auto clearance = kind.clearance > 0.0 ? 1.0 / kind.clearance : 0.0;
    auto resistance = 0.0;
    if (!kind.rules.empty()) {
        if (cycle)
            cycle->duration = 1.0 / std::max(1e-300, ruled(row, Behaviour::division_rate, 1.0 / cycle->duration));
        death_rate = ruled(row, Behaviour::death_rate, death_rate * minutes_per_hour) / minutes_per_hour;
        clearance = ruled(row, Behaviour::clearance_rate, clearance * minutes_per_hour) / minutes_per_hour;
        resistance = ruled(row, Behaviour::infection_resistance, 0.0);
    }
    if (!supply_.hazards.empty())
        death_rate += supply_.hazards[cell.kind].all + (cell.hla_lost == 0 ? supply_.hazards[cell.kind].with_hla : 0.0);
    auto const il15 =
        kind.role == Role::nk && plan_.cytokines.il15 >= 0 ? cytokine_around(row, static_cast<std::size_t>(plan_.cytokines.il15)) : 0.0;
    while (out.event == Event::none) {
        auto const alive = cell.state == CellState::alive;
        auto const holds = kind.role == Role::nk && contacts_.nk[cell.agent].target != nobody;
        auto const ill = cell.infection >= InfectionState::eclipse;
        double rates[5] = {}; // cycle, death, infection and its stages, protection and its loss, clearance
        if (alive && kind.role == Role::nk && !holds)
            rates[0] = cell.stage == 0 ? biology::nk_cycle_entry_rate(tissue_laws_.nk_growth, il15)
                                       : biology::nk_division_rate(tissue_laws_.nk_growth, il15);
        if (alive && cycle && !ill && !holds)
            rates[0] = biology::cycle_rate(tissue_laws_.cycle, *cycle, oxygen, static_cast<double>(cell.pressure));
        if (alive && kind.role == Role::target)
            rates[1] = death_rate + (oxygen_field ? biology::necrosis_rate(tissue_laws_.oxygen, oxygen) : 0.0);
        if (alive && kind.virus >= 0) {
            auto const& virus = plan_.viruses[static_cast<std::size_t>(kind.virus)];
            auto const interferon = virus.interferon >= 0 ? fields_.values(static_cast<std::size_t>(virus.interferon))[voxel] : 0.0;
            switch (cell.infection) {
            case InfectionState::target:
                rates[2] = biology::infection_rate(virus.row.law, fields_.values(static_cast<std::size_t>(virus.substrate))[voxel]) *
                           (1.0 - resistance);
                rates[3] = biology::protection_rate(tissue_laws_.interferon, interferon);
                break;
            case InfectionState::refractory:
                rates[3] = biology::protection_loss_rate(tissue_laws_.interferon);
                break;
            case InfectionState::eclipse:
                rates[2] = biology::eclipse_rate(virus.row.law);
                break;
            case InfectionState::productive:
                rates[2] = biology::productive_rate(virus.row.law);
                break;
            }
        }
        if (cell.state == CellState::dead)
            rates[4] = clearance;
        auto const total = std::accumulate(std::begin(rates), std::end(rates), 0.0);
        if (cell.patience > total * left) {
            cell.patience -= total * left;
            break;
        }
        left -= cell.patience / total;
        cell.patience = rng.exponential();
        auto pick = rng.uniform() * total;
        auto which = 0;
        while (which < 4 && (pick -= rates[which]) >= 0.0)
            ++which;
        if (which == 0) {
            auto const stages = kind.role == Role::nk ? 2.0 : cycle->stages;
            if (++cell.stage >= stages) {
                cell.stage = kind.role == Role::nk ? 1 : 0; // NK cells stay in cycle
                out.event = Event::division;
            }
        } else if (which == 1) {
            out.event = Event::death;
        } else if (which == 2) {
            out.event = next_stage(cell);
        } else if (which == 3) {
            cell.infection = cell.infection == InfectionState::target ? InfectionState::refractory : InfectionState::target;
        } else {
            out.event = Event::cleared;
        }
    }
    out.left = left;
    if (kind.role == Role::target && cell.state == CellState::alive)
        raise_hla(cell, voxel, minutes);
    if (plan_.shed >= 0 && kind.role == Role::target)
        cell.shed = static_cast<float>(
            biology::shed_ligand(tissue_laws_.heredity, plan_.families, ligands_of(row), ruled(row, Behaviour::shedding, 1.0)));
    cell.draws = rng.drawn();
    cells_.store(row, cell);
    return out;
}

/// Interferons raise HLA class I on the cells around.
void Tissue::raise_hla(Cell& cell, std::size_t voxel, double minutes) const {
    auto const around = [&](int substrate) { return fields_.values(static_cast<std::size_t>(substrate))[voxel]; };
    auto const virus = plan_.kinds[cell.kind].virus;
    if (virus >= 0 && plan_.viruses[static_cast<std::size_t>(virus)].interferon >= 0)
        cell.hla_by_ifn1 =
            static_cast<float>(biology::hla_under_interferon(tissue_laws_.interferon, static_cast<double>(cell.hla_by_ifn1),
                                                             around(plan_.viruses[static_cast<std::size_t>(virus)].interferon), minutes));
    if (plan_.ifng >= 0) {
        auto const& law = laws_.adaptation;
        auto const ng_per_ml = around(plan_.ifng) * molecules_to_ng_per_ml * law.ifng_molar_mass;
        auto const plateau = 1.0 + (law.mhc_max - 1.0) * ng_per_ml / (ng_per_ml + law.mhc_half);
        cell.hla_by_ifng =
            static_cast<float>(biology::relaxed(static_cast<double>(cell.hla_by_ifng), plateau, minutes, law.mhc_time * minutes_per_hour));
    }
}

/// Goes on in the infection: entry, the stages of the eclipse, those of production, death.
Tissue::Event Tissue::next_stage(Cell& cell) const {
    using biology::InfectionState;
    auto const& law = plan_.viruses[static_cast<std::size_t>(plan_.kinds[cell.kind].virus)].row.law;
    if (cell.infection == InfectionState::target) {
        cell.infection = InfectionState::eclipse;
        cell.stage = 0;
        return Event::infection;
    }
    if (++cell.stage < (cell.infection == InfectionState::eclipse ? law.eclipse_stages : law.productive_stages))
        return Event::none;
    cell.stage = 0;
    if (cell.infection == InfectionState::productive)
        return Event::death;
    cell.infection = InfectionState::productive;
    return Event::none;
}

void Tissue::infect(std::uint32_t row) {
    cells_.of<&Cell::infected_at>()[row] = time();
    auto const& virus = plan_.viruses[static_cast<std::size_t>(kind_of(row).virus)];
    auto const voxel = fields_.voxel(cells_.of<&Cell::x>()[row], cells_.of<&Cell::y>()[row], cells_.of<&Cell::z>()[row]);
    fields_.take(static_cast<std::size_t>(virus.substrate), voxel, virus.row.law.entry_loss);
    contacts_.ledger.push_back({time(), Happening::infected, nobody, cells_.of<&Cell::id>()[row], 0.0});
}

/// Two daughters: one keeps the row and the id, the other is new. `left`: what remains of the present stretch of time [min]; what happens
/// to them in it is added to the events.
void Tissue::divide(std::uint32_t row, double left, std::vector<Passing>& events) {
    auto cell = cells_.load(row);
    auto const& kind = plan_.kinds[cell.kind];
    auto rng = life(cell);
    auto const d = direction(rng, plan_.three_d);
    auto daughter = cell;
    daughter.id = next_id_;
    daughter.draws = 0;
    daughter.agent = daughter.walker = nobody;
    cell.divisions = daughter.divisions = static_cast<std::uint16_t>(std::min(65535, cell.divisions + 1));
    cell.born_at = daughter.born_at = time();
    daughter.moved_x = daughter.moved_y = daughter.moved_z = 0.0F;
    auto own = life(daughter);
    daughter.patience = own.exponential();
    auto const offset = 0.5 * static_cast<double>(cell.radius);
    auto const put = [&](Cell& one, double side) {
        double* const places[3] = {&one.x, &one.y, &one.z};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            auto velocity = 0.0;
            *places[axis] += side * offset * d[axis];
            if (!plan_.box.keep(*places[axis], velocity, axis)) // a daughter beyond an absorbing face leaves with the next step
                *places[axis] = std::clamp(*places[axis], plan_.box.low[axis], plan_.box.high[axis]);
        }
    };
    put(cell, 1.0);
    put(daughter, -1.0);
    if (kind.role == Role::target) {
        auto const sd = plan_.targets[static_cast<std::size_t>(kind.target)].ligand_sd;
        biology::LigandPhenotype const mother{cell.ligand_ln, cell.hla_lost != 0, cell.nkg2d_lost != 0};
        for (auto* one : {&cell, &daughter}) {
            auto const phenotype = biology::daughter(tissue_laws_.heredity, plan_.families, sd, mother, one == &cell ? rng : own);
            one->ligand_ln = phenotype.ln_factor;
            one->hla_lost = phenotype.hla_lost;
            one->nkg2d_lost = phenotype.nkg2d_lost;
        }
    } else {
        auto nk = contacts_.nk[cell.agent];
        nk.id = daughter.id;
        nk.kills = nk.hits = nk.contacts = 0;
        nk.ifng = 0.0;
        nk.opening = Random(seed_, daughter.id, Purpose::opening);
        nk.contact = Random(seed_, daughter.id, Purpose::contact);
        nk.patience = nk.opening.exponential();
        auto life_of_daughter = nk_life_[cell.agent];
        life_of_daughter.patience = own.exponential();
        life_of_daughter.ifng_released = 0.0;
        nk_life_.push_back(life_of_daughter);
        contacts_.nk.push_back(std::move(nk));
        daughter.agent = static_cast<std::uint32_t>(contacts_.nk.size() - 1);
    }
    cell.draws = rng.drawn();
    daughter.draws = own.drawn();
    cells_.store(row, cell);
    add_cell(daughter);
    auto const daughter_row = static_cast<std::uint32_t>(cells_.size() - 1);
    std::copy_n(ruled_.begin() + static_cast<std::ptrdiff_t>(row * rules_), rules_,
                ruled_.begin() + static_cast<std::ptrdiff_t>(daughter_row * rules_));
    auto const is_nk = kind.role == Role::nk;
    contacts_.ledger.push_back(
        {time(), Happening::divided, is_nk ? cell.id : nobody, is_nk ? nobody : cell.id, static_cast<double>(daughter.id)});
    if (!is_nk)
        share_contacts(row, daughter_row);
    for (auto const half : {row, daughter_row})
        if (auto const passing = pass_time(half, left); passing.event != Event::none)
            events.push_back(passing);
}

/// Damage and the NK cells that hold the mother: both daughters carry the damage, the nearer one the contact.
void Tissue::share_contacts(std::uint32_t mother, std::uint32_t daughter) {
    auto const slot = cells_.of<&Cell::agent>()[mother];
    if (slot == nobody)
        return;
    auto const new_slot = add_target(daughter);
    auto const& from = contacts_.targets[slot];
    auto& to = contacts_.targets[new_slot];
    to.damage = from.damage;
    to.receptor_units = from.receptor_units;
    to.shot_damage = from.shot_damage;
    to.changed = from.changed;
    auto const holders = from.held_by;
    for (auto const holder : holders) {
        auto const row = row_of_[contacts_.nk[holder].id];
        if (gap(row, daughter) < gap(row, mother))
            contacts_.hand_over(holder, new_slot);
    }
}

/// Death that no NK cell caused, of a cell that is no NK cell.
void Tissue::perish(std::uint32_t row) {
    auto const agent = cells_.of<&Cell::agent>()[row];
    if (agent != nobody) { // the contact scale lets its holders go
        contacts_.plan_background_death(agent, time());
        return;
    }
    contacts_.ledger.push_back(
        {time(), Happening::died, nobody, cells_.of<&Cell::id>()[row], static_cast<double>(biology::Death::background)});
    bury(row);
}

/// What the cytokines and the oxygen around NK cells do to them.
void Tissue::prime(double minutes) {
    executor_.for_each(contacts_.nk.size(), [&](std::size_t slot) {
        auto& nk = contacts_.nk[slot];
        auto const row = row_of_[nk.id];
        if (row == nobody)
            return;
        auto effect = plan_.medium.cytokines;
        if (auto const& cytokines = plan_.cytokines; !cytokines.rows.empty()) {
            std::vector<double> there(cytokines.rows.size());
            for (std::size_t c = 0; c < there.size(); ++c)
                there[c] = cytokine_around(row, c);
            effect = biology::effect_of(cytokines.rows, there);
        }
        auto& life = nk_life_[slot];
        auto const plateau = nk.born.bright ? effect.priming_bright : effect.priming;
        life.priming = biology::primed_after(laws_.adaptation, life.priming,
                                             1.0 - (1.0 - plateau) * (1.0 - ruled(row, biology::Behaviour::priming, 0.0)), minutes);
        life.support = effect.support;
        life.ifng_threshold = effect.ifng_threshold;
        auto refilling = effect.support * ruled(row, biology::Behaviour::refill_rate, 1.0);
        if (plan_.oxygen >= 0)
            refilling *= biology::refill_under_hypoxia(tissue_laws_.oxygen, around(row, plan_.oxygen));
        if (std::abs(refilling - nk.refilling) > 0.01 * nk.refilling) // each change costs a look back
            contacts_.set_refilling(nk, refilling, time());
    });
}

/// Concentration of a cytokine at a cell [molecule/um3].
double Tissue::cytokine_around(std::size_t row, std::size_t cytokine) const {
    auto const substrate = plan_.cytokines.substrate[cytokine];
    if (substrate >= 0)
        return around(row, substrate);
    return plan_.cytokines.everywhere[cytokine] * (static_cast<int>(cytokine) == plan_.cytokines.il15 ? supply_.il15 : 1.0);
}

/// Fixes the moments of the NK cells that will die within the coming stretch of time, so that what they do ends there.
void Tissue::plan_nk_deaths(double minutes) {
    for (std::size_t slot = 0; slot < contacts_.nk.size(); ++slot) {
        auto& nk = contacts_.nk[slot];
        auto const row = row_of_[nk.id];
        if (row == nobody || cells_.of<&Cell::state>()[row] != CellState::alive || nk.dies <= time() + minutes)
            continue;
        auto& patience = nk_life_[slot].patience;
        auto const rate = biology::nk_death_rate(laws_.adaptation, nk_life_[slot].support) +
                          ruled(row, biology::Behaviour::death_rate, 0.0) / minutes_per_hour;
        if (patience <= rate * minutes)
            nk.dies = time() + patience / rate;
        else
            patience -= rate * minutes;
    }
}

/// Interferon-gamma that contacts brought about goes into the field where its NK cell is.
void Tissue::release_interferon() {
    if (plan_.ifng < 0)
        return;
    for (std::size_t slot = 0; slot < contacts_.nk.size(); ++slot) {
        auto const& nk = contacts_.nk[slot];
        auto const row = row_of_[nk.id];
        auto& released = nk_life_[slot].ifng_released;
        if (row == nobody || nk.ifng <= released)
            continue;
        auto const voxel = fields_.voxel(cells_.of<&Cell::x>()[row], cells_.of<&Cell::y>()[row], cells_.of<&Cell::z>()[row]);
        fields_.release(static_cast<std::size_t>(plan_.ifng), voxel, nk.ifng - released);
        released = nk.ifng;
    }
}

/// NK cells from vessels, a Poisson process by thinning: candidates at the greatest rate, taken with the share of it that holds here.
void Tissue::arrive(double minutes) {
    for (std::size_t v = 0; v < plan_.vessels.size(); ++v) {
        auto const& vessel = plan_.vessels[v];
        auto& [rng, patience] = arrivals_[v];
        auto const usual = vessel.rate * supply_.arrivals;
        auto const greatest = usual * (1.0 + vessel.gain);
        auto left = minutes;
        while (greatest > 0.0 && patience <= greatest * left) {
            left -= patience / greatest;
            patience = rng.exponential();
            auto const voxel = vessel.voxels[rng.below(vessel.voxels.size())];
            auto const c = vessel.attractant >= 0 ? fields_.values(static_cast<std::size_t>(vessel.attractant))[voxel] : 0.0;
            auto const rate = usual * (1.0 + vessel.gain * biology::hill(c, vessel.half, vessel.power));
            double const place[3] = {rng.uniform(), rng.uniform(), rng.uniform()};
            if (rng.uniform() * greatest >= rate)
                continue;
            auto const& grid = fields_.grid();
            auto const nx = static_cast<std::uint32_t>(grid.nx);
            auto const ny = static_cast<std::uint32_t>(grid.ny);
            SeedCell const seed{grid.low[0] + (voxel % nx + place[0]) * grid.width,
                                grid.low[1] + (voxel / nx % ny + place[1]) * grid.width,
                                grid.low[2] + (voxel / nx / ny + place[2]) * grid.width,
                                static_cast<std::uint16_t>(vessel.kind),
                                false,
                                {},
                                0.0};
            create(seed);
            brought_by_blood(contacts_.nk.back());
            contacts_.ledger.push_back({time() - left, Happening::arrived, next_id_ - 1, nobody, 0.0});
        }
        patience -= greatest * left;
    }
}

/// Where a row belongs in memory: blocks of space one after the other.
std::size_t Tissue::sorting_voxel(std::size_t row) const {
    constexpr double block = 50.0; // [um]
    auto const& box = plan_.box;
    auto const along = [&](double p, std::size_t axis) { return static_cast<std::size_t>(std::max(0.0, (p - box.low[axis]) / block)); };
    auto const many = [&](std::size_t axis) { return static_cast<std::size_t>(box.size(axis) / block) + 2; };
    return (along(cells_.of<&Cell::z>()[row], 2) * many(1) + along(cells_.of<&Cell::y>()[row], 1)) * many(0) +
           along(cells_.of<&Cell::x>()[row], 0);
}

/// Forgets the cells that are gone, and now and then lays the others in memory as they lie in space.
void Tissue::close_gaps() {
    auto const state = cells_.of<&Cell::state>();
    auto const sorts = step_ / plan_.phenotype_every % plan_.sort_every == 0;
    if (!sorts && std::none_of(state.begin(), state.end(), [](CellState s) { return s == CellState::gone; }))
        return;
    std::vector<std::uint32_t> order;
    order.reserve(cells_.size());
    for (std::uint32_t row = 0; row < cells_.size(); ++row) {
        if (state[row] != CellState::gone) {
            order.push_back(row);
            continue;
        }
        row_of_[cells_.of<&Cell::id>()[row]] = nobody;
        if (auto const walker = cells_.of<&Cell::walker>()[row]; walker != nobody) {
            walkers_[walker].cell = nobody;
            free_walkers_.push_back(walker);
        }
    }
    if (sorts) {
        std::vector<std::size_t> place(cells_.size());
        for (auto const row : order)
            place[row] = sorting_voxel(row);
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
            return place[a] != place[b] ? place[a] < place[b] : cells_.of<&Cell::id>()[a] < cells_.of<&Cell::id>()[b];
        });
    }
    cells_.arrange(order);
    std::vector<double> ruled;
    ruled.reserve(order.size() * rules_);
    for (auto const row : order)
        ruled.insert(ruled.end(), ruled_.begin() + static_cast<std::ptrdiff_t>(row * rules_),
                     ruled_.begin() + static_cast<std::ptrdiff_t>((row + 1) * rules_));
    ruled_ = std::move(ruled);
    for (std::uint32_t row = 0; row < cells_.size(); ++row) {
        row_of_[cells_.of<&Cell::id>()[row]] = row;
        if (auto const walker = cells_.of<&Cell::walker>()[row]; walker != nobody)
            walkers_[walker].cell = row;
    }
}

} // namespace nk::tissue
