#include "nk/simulate/tissue_recorder.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace nk::simulate {
namespace {

using tissue::Cell;
using tissue::CellState;
using tissue::Happening;

constexpr char const* state_names[] = {"dead", "dying", "producing virus", "infected", "in contact", "protected", "free"};

/// Index into `state_names`.
std::uint8_t state_of(Cell const& cell, tissue::Tissue const& tissue) {
    if (cell.state == CellState::dead)
        return 0;
    if (cell.state == CellState::dying)
        return 1;
    if (cell.infection == biology::InfectionState::productive) // more worth seeing than that an NK cell holds it
        return 2;
    if (cell.infection == biology::InfectionState::eclipse)
        return 3;
    auto const is_nk = tissue.plan().kinds[cell.kind].role == tissue::Role::nk;
    auto const held = cell.agent != tissue::nobody && (is_nk ? tissue.contacts().nk[cell.agent].target != tissue::nobody
                                                             : !tissue.contacts().targets[cell.agent].held_by.empty());
    if (held)
        return 4;
    return cell.infection == biology::InfectionState::refractory ? 5 : 6;
}

/// Adds what the cells of these rows inherit.
void add_ligands(tissue::Tissue const& tissue, std::vector<std::size_t> const& rows, Table& out) {
    auto const& plan = tissue.plan();
    auto const add = [&](std::string const& column, auto value) {
        std::vector<double> values;
        for (auto const row : rows) {
            auto const cell = tissue.cells().load(row);
            auto const& kind = plan.kinds[cell.kind];
            values.push_back(kind.role == tissue::Role::nk ? std::nan("")
                                                           : value(cell, plan.targets[static_cast<std::size_t>(kind.target)].ligand_sd));
        }
        out.add(column, "1", std::move(values));
    };
    add("hla", [](Cell const& cell, double) { return cell.hla_lost != 0 ? 0.0 : 1.0; });
    add("nkg2d", [](Cell const& cell, double) { return cell.nkg2d_lost != 0 ? 0.0 : 1.0; });
    for (std::size_t f = 0; f < plan.families.names.size(); ++f)
        add("ligand." + plan.families.names[f],
            [f](Cell const& cell, double sd) { return std::exp(static_cast<double>(cell.ligand_ln[f]) - 0.5 * sd * sd); });
}

} // namespace

TissueRecorder::TissueRecorder(formats::RunDirectory const& directory, scenario::TissueScenario const& scenario,
                               tissue::TissuePlan const& plan)
    : directory_(directory), scenario_(scenario), files_(directory, scenario) {
    auto const frames = std::floor(plan.duration / scenario.tissue.frame_interval) + 1.0;
    frames_in_all_ = static_cast<long>(std::min(frames, scenario.output.keep_frames));
    stride_ = static_cast<long>(std::max(1.0, std::ceil(frames / std::max(1.0, scenario.output.keep_frames - 1.0))));
    auto const every = scenario.output.tracks_every > 0.0 ? scenario.output.tracks_every : scenario.tissue.frame_interval;
    track_steps_ = std::max(1L, std::lround(every / plan.dt));
}

void TissueRecorder::watch(tissue::Tissue& tissue, bool last) {
    for (auto const& entry : tissue.take_ledger()) {
        ++events_[static_cast<std::size_t>(entry.what)];
        if (entry.what == Happening::died && entry.value == static_cast<double>(biology::Death::background))
            ++died_;
        if (scenario_.output.ledger == "all")
            ledger_.push_back(entry);
    }
    counts_.push_back(count(tissue));
    if (scenario_.output.keep_frames >= 1.0 && (last || calls_ % stride_ == 0)) {
        std::vector<Table> tables{cells_table(tissue, scenario_.output.ligands)};
        for (std::size_t s = 0; s < tissue.fields().count(); ++s)
            for (auto const& wanted : scenario_.output.fields_of)
                if (tissue.fields().plan(s).name == wanted)
                    tables.push_back(field_table(tissue, s));
        files_.write_frame(tissue, frames_, tables.front());
        directory_.write_frame(frames_++, tissue.time(), "min", tables);
    }
    ++calls_;
    if (last)
        bar_ = files_.finish(tissue);
}

void TissueRecorder::track(tissue::Tissue const& tissue) {
    if (!scenario_.output.tracks || tissue.step() % track_steps_ != 0)
        return;
    auto const& cells = tissue.cells();
    for (std::size_t row = 0; row < cells.size(); ++row) {
        if (cells.of<&Cell::walker>()[row] == tissue::nobody || cells.of<&Cell::state>()[row] >= CellState::dead)
            continue;
        auto const cell = cells.load(row);
        tracks_.push_back(
            {tissue.time(), cell.x, cell.y, tissue.plan().three_d ? cell.z : 0.0, cell.id, cell.kind, state_of(cell, tissue)});
    }
}

std::vector<Table> TissueRecorder::tables(tissue::TissuePlan const& plan) const {
    std::vector<Table> out{series(plan), ledger()};
    if (scenario_.output.tracks)
        out.push_back(tracks(plan));
    return out;
}

Table TissueRecorder::tracks(tissue::TissuePlan const& plan) const {
    std::vector<double> time, id, x, y, z;
    std::vector<std::string> kind, state;
    auto sorted = tracks_; // by time, then id: rows of cells move in memory
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](auto const& a, auto const& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); });
    for (auto const& point : sorted) {
        time.push_back(point.time);
        id.push_back(point.id);
        kind.push_back(plan.kinds[point.kind].name);
        x.push_back(point.x);
        y.push_back(point.y);
        z.push_back(point.z);
        state.emplace_back(state_names[std::min<std::size_t>(point.state, std::size(state_names) - 1)]);
    }
    Table out{"tracks", {}};
    out.add("time", "min", std::move(time));
    out.add("id", "1", std::move(id));
    out.add("kind", std::move(kind));
    out.add("x", "um", std::move(x));
    out.add("y", "um", std::move(y));
    out.add("z", "um", std::move(z));
    out.add("state", std::move(state));
    return out;
}

Counts TissueRecorder::count(tissue::Tissue const& tissue) const {
    Counts out;
    out.time = tissue.time();
    out.alive.resize(tissue.plan().kinds.size());
    auto const& cells = tissue.cells();
    for (std::size_t row = 0; row < cells.size(); ++row) {
        if (cells.of<&Cell::state>()[row] != CellState::alive)
            continue;
        ++out.alive[cells.of<&Cell::kind>()[row]];
        auto const infection = cells.of<&Cell::infection>()[row];
        out.infected += infection >= biology::InfectionState::eclipse ? 1.0 : 0.0;
        out.productive += infection == biology::InfectionState::productive ? 1.0 : 0.0;
        out.refractory += infection == biology::InfectionState::refractory ? 1.0 : 0.0;
    }
    for (auto const& nk : tissue.contacts().nk)
        out.in_contact += nk.target != tissue::nobody ? 1.0 : 0.0;
    out.killed.assign(tissue.killed().begin(), tissue.killed().end());
    out.died = died_;
    out.divided = events_[static_cast<std::size_t>(Happening::divided)];
    out.arrived = events_[static_cast<std::size_t>(Happening::arrived)];
    for (std::size_t s = 0; s < tissue.fields().count(); ++s)
        out.mean.push_back(tissue.fields().molecules(s) /
                           (static_cast<double>(tissue.fields().grid().size()) * tissue.fields().grid().volume()));
    return out;
}

Table TissueRecorder::series(tissue::TissuePlan const& plan) const {
    Table out{"time_course", {}};
    auto const column = [&](std::string name, std::string unit, auto value) {
        std::vector<double> values;
        for (auto const& one : counts_)
            values.push_back(value(one));
        out.add(std::move(name), std::move(unit), std::move(values));
    };
    column("time", "min", [](Counts const& c) { return c.time; });
    for (std::size_t k = 0; k < plan.kinds.size(); ++k)
        column("alive_" + plan.kinds[k].name, "cell", [k](Counts const& c) { return c.alive[k]; });
    column("nk_in_contact", "cell", [](Counts const& c) { return c.in_contact; });
    for (std::size_t k = 0; k < plan.kinds.size(); ++k)
        if (plan.kinds[k].role == tissue::Role::target)
            column("killed_" + plan.kinds[k].name, "cell", [k](Counts const& c) { return c.killed[k]; });
    column("died_otherwise", "cell", [](Counts const& c) { return c.died; });
    column("divisions", "1", [](Counts const& c) { return c.divided; });
    column("nk_arrived", "cell", [](Counts const& c) { return c.arrived; });
    if (!plan.viruses.empty()) {
        column("infected", "cell", [](Counts const& c) { return c.infected; });
        column("producing_virus", "cell", [](Counts const& c) { return c.productive; });
        column("protected", "cell", [](Counts const& c) { return c.refractory; });
    }
    for (std::size_t s = 0; s < plan.substrates.size(); ++s)
        column("mean_" + plan.substrates[s].name, plan.substrates[s].unit, [s](Counts const& c) { return c.mean[s]; });
    return out;
}

Table TissueRecorder::ledger() const {
    std::vector<double> time, nk, target, value;
    std::vector<std::string> what;
    for (auto const& entry : ledger_) {
        time.push_back(entry.time);
        what.emplace_back(to_text(entry.what));
        nk.push_back(entry.nk == tissue::nobody ? -1.0 : entry.nk);
        target.push_back(entry.target == tissue::nobody ? -1.0 : entry.target);
        value.push_back(entry.value);
    }
    Table out{"ledger", {}};
    out.add("time", "min", std::move(time));
    out.add("event", std::move(what));
    out.add("nk_cell", "1", std::move(nk));
    out.add("cell", "1", std::move(target));
    out.add("value", "1", std::move(value));
    return out;
}

Table cells_table(tissue::Tissue const& tissue, bool ligands) {
    std::vector<std::size_t> rows;
    std::vector<double> id, x, y, z, radius;
    std::vector<std::string> kind, state;
    auto const& cells = tissue.cells();
    for (std::size_t row = 0; row < cells.size(); ++row) {
        auto const cell = cells.load(row);
        if (cell.state == CellState::gone)
            continue;
        rows.push_back(row);
        id.push_back(cell.id);
        kind.push_back(tissue.plan().kinds[cell.kind].name);
        state.emplace_back(state_names[state_of(cell, tissue)]);
        x.push_back(cell.x);
        y.push_back(cell.y);
        z.push_back(cell.z);
        radius.push_back(static_cast<double>(cell.radius));
    }
    Table out{"cells", {}};
    out.add("id", "1", std::move(id));
    out.add("kind", std::move(kind));
    out.add("state", std::move(state));
    out.add("x", "um", std::move(x));
    out.add("y", "um", std::move(y));
    out.add("z", "um", std::move(z));
    out.add("radius", "um", std::move(radius));
    if (ligands)
        add_ligands(tissue, rows, out);
    return out;
}

Table field_table(tissue::Tissue const& tissue, std::size_t substrate) {
    auto const& grid = tissue.fields().grid();
    auto const values = tissue.fields().values(substrate);
    std::vector<double> x, y, z;
    for (int k = 0; k < grid.nz; ++k)
        for (int j = 0; j < grid.ny; ++j)
            for (int i = 0; i < grid.nx; ++i) {
                x.push_back(grid.low[0] + (i + 0.5) * grid.width);
                y.push_back(grid.low[1] + (j + 0.5) * grid.width);
                z.push_back(grid.low[2] + (k + 0.5) * grid.width);
            }
    auto const& plan = tissue.fields().plan(substrate);
    Table out{"field_" + plan.name, {}};
    out.add("x", "um", std::move(x));
    out.add("y", "um", std::move(y));
    out.add("z", "um", std::move(z));
    out.add("concentration", plan.unit, {values.begin(), values.end()});
    return out;
}

} // namespace nk::simulate
