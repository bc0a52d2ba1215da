#include "nk/simulate/tissue_run.hpp"

#include "nk/simulate/tissue_files.hpp"

#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace nk::simulate {
namespace {

using tissue::Cell;
using tissue::CellState;
using tissue::Happening;

/// What is read off the tissue at one moment.
struct Counts {
    double time = 0.0;
    std::vector<double> alive; ///< by kind
    double in_contact = 0.0;
    std::vector<double> killed; ///< by NK cells so far, by kind
    double died = 0.0;          ///< otherwise, so far
    double divided = 0.0;       ///< so far
    double infected = 0.0;      ///< now, alive
    double arrived = 0.0;       ///< so far
    std::vector<double> mean;   ///< concentration of each substrate
};

/// Follows a run: frames, counts, events.
class TissueRecorder {
  public:
    TissueRecorder(formats::RunDirectory const& directory, scenario::TissueScenario const& scenario, tissue::TissuePlan const& plan)
        : directory_(directory), scenario_(scenario), files_(directory, scenario) {
        auto const frames = std::floor(plan.duration / scenario.tissue.frame_interval) + 1.0;
        stride_ = static_cast<long>(std::max(1.0, std::ceil(frames / std::max(1.0, scenario.output.keep_frames - 1.0))));
    }

    void watch(tissue::Tissue& tissue, bool last) {
        for (auto const& entry : tissue.take_ledger()) {
            ++events_[entry.what];
            if (entry.what == Happening::died && entry.value == static_cast<double>(biology::Death::background))
                ++died_;
            if (scenario_.output.ledger == "all")
                ledger_.push_back(entry);
        }
        counts_.push_back(count(tissue));
        if (scenario_.output.keep_frames >= 1.0 && (last || calls_ % stride_ == 0)) {
            std::vector<Table> tables{cells_table(tissue)};
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
    double picture_bar() const { return bar_; }

    int frames() const { return frames_; }
    Counts const& last() const { return counts_.back(); }
    std::vector<Table> tables(tissue::TissuePlan const& plan) const { return {series(plan), ledger()}; }

  private:
    Counts count(tissue::Tissue const& tissue) {
        Counts out;
        out.time = tissue.time();
        out.alive.resize(tissue.plan().kinds.size());
        auto const& cells = tissue.cells();
        for (std::size_t row = 0; row < cells.size(); ++row) {
            if (cells.of<&Cell::state>()[row] != CellState::alive)
                continue;
            ++out.alive[cells.of<&Cell::kind>()[row]];
            out.infected += cells.of<&Cell::infection>()[row] >= biology::InfectionState::eclipse ? 1.0 : 0.0;
        }
        for (auto const& nk : tissue.contacts().nk)
            out.in_contact += nk.target != tissue::nobody ? 1.0 : 0.0;
        out.killed.assign(tissue.killed().begin(), tissue.killed().end());
        out.died = died_;
        out.divided = events_[Happening::divided];
        out.arrived = events_[Happening::arrived];
        for (std::size_t s = 0; s < tissue.fields().count(); ++s)
            out.mean.push_back(tissue.fields().molecules(s) /
                               (static_cast<double>(tissue.fields().grid().size()) * tissue.fields().grid().volume()));
        return out;
    }

    Table series(tissue::TissuePlan const& plan) const {
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
        if (!plan.viruses.empty())
            column("infected", "cell", [](Counts const& c) { return c.infected; });
        for (std::size_t s = 0; s < plan.substrates.size(); ++s)
            column("mean_" + plan.substrates[s].name, plan.substrates[s].unit, [s](Counts const& c) { return c.mean[s]; });
        return out;
    }

    Table ledger() const {
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

    formats::RunDirectory const& directory_;
    scenario::TissueScenario const& scenario_;
    TissueFiles files_;
    long stride_ = 1;
    long calls_ = 0;
    int frames_ = 0;
    double died_ = 0.0;
    double bar_ = 0.0;
    std::map<Happening, double> events_;
    std::vector<Counts> counts_;
    std::vector<tissue::LedgerEntry> ledger_;
};

char const* state_name(Cell const& cell, tissue::Tissue const& tissue) {
    if (cell.state == CellState::dead)
        return "dead";
    if (cell.state == CellState::dying)
        return "dying";
    auto const is_nk = tissue.plan().kinds[cell.kind].role == tissue::Role::nk;
    auto const held = cell.agent != tissue::nobody && (is_nk ? tissue.contacts().nk[cell.agent].target != tissue::nobody
                                                             : !tissue.contacts().targets[cell.agent].held_by.empty());
    if (held)
        return "in contact";
    return cell.infection >= biology::InfectionState::eclipse ? "infected" : "free";
}

void stop_if_sick(tissue::Tissue const& tissue) {
    if (auto const& health = tissue.health(); health.not_finite > 0)
        throw NumericalError(fmt::format("{} places of cells were no numbers at {:.4g} min: take a shorter `tissue.step`",
                                         health.not_finite, tissue.time()));
}

nlohmann::json summary_of(scenario::TissueReading const& reading, RunSettings const& settings, RunOutcome const& outcome,
                          tissue::Tissue const& tissue, Counts const& last) {
    auto const& scenario = reading.scenario;
    auto alive = nlohmann::json::object();
    auto killed = nlohmann::json::object();
    auto targets = 0.0;
    auto nk = 0.0;
    for (std::size_t k = 0; k < tissue.plan().kinds.size(); ++k) {
        auto const& kind = tissue.plan().kinds[k];
        alive[kind.name] = last.alive[k];
        if (kind.role == tissue::Role::target)
            killed[kind.name] = last.killed[k];
        (kind.role == tissue::Role::nk ? nk : targets) += last.alive[k];
    }
    auto kinds = nlohmann::json::object();
    for (auto const& [name, cell] : scenario.cell)
        kinds[name] = cell.label.empty() ? reading.base.text("tissue_cell." + cell.like + ".title", name) : cell.label;
    auto effectors = nlohmann::json::object();
    for (auto const& [name, one] : scenario.nk) {
        auto const& effector = scenario.effector.at(one.effector.empty() ? name : one.effector);
        effectors[name] = effector.label.empty() ? reading.base.text("effector." + effector.like + ".title", name) : effector.label;
    }
    auto solved = nlohmann::json::object();
    for (std::size_t s = 0; s < tissue.fields().count(); ++s) {
        auto const& account = tissue.fields().account(s);
        solved[tissue.fields().plan(s).name] = {{"unit", tissue.fields().plan(s).unit},
                                                {"steps", account.steps},
                                                {"steady_states", account.steady},
                                                {"largest_error_of_one_interval", account.error}};
    }
    return {{"kind", "tissue"},
            {"title", scenario.title},
            {"question", scenario.question},
            {"version", settings.version},
            {"command_line", settings.command_line},
            {"seed", static_cast<std::uint64_t>(scenario.seed)},
            {"threads", settings.threads},
            {"wall_seconds", outcome.wall_seconds},
            {"simulated_minutes", outcome.simulated_minutes},
            {"state_hash", outcome.state_hash},
            {"parameter_hash", reading.base.hash()},
            {"width", scenario.tissue.width},
            {"height", scenario.tissue.height},
            {"depth", scenario.tissue.depth},
            {"voxel", scenario.tissue.voxel},
            {"kinds", kinds},
            {"effectors", effectors},
            {"alive", alive},
            {"targets_alive", targets},
            {"nk_alive", nk},
            {"killed", killed},
            {"killed_by_nk", std::accumulate(last.killed.begin(), last.killed.end(), 0.0)},
            {"died_otherwise", last.died},
            {"divisions", last.divided},
            {"nk_arrived", last.arrived},
            {"infected", last.infected},
            {"fields", solved}};
}

} // namespace

Table cells_table(tissue::Tissue const& tissue) {
    std::vector<double> id, x, y, z, radius;
    std::vector<std::string> kind, state;
    auto const& cells = tissue.cells();
    for (std::size_t row = 0; row < cells.size(); ++row) {
        auto const cell = cells.load(row);
        if (cell.state == CellState::gone)
            continue;
        id.push_back(cell.id);
        kind.push_back(tissue.plan().kinds[cell.kind].name);
        state.emplace_back(state_name(cell, tissue));
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

RunOutcome run_tissue(scenario::TissueReading const& reading, ParameterBase const& standard, RunSettings const& settings,
                      Progress const& progress) {
    auto const start = std::chrono::steady_clock::now();
    auto const& scenario = reading.scenario;
    auto const build = build_tissue(scenario, reading.base);
    auto const directory = folder_of(settings);
    directory.write_scenario(scenario_text(reading.base, reading.resolved_text, settings));
    RunOutcome outcome;
    outcome.folder = directory.path();
    tissue::Tissue tissue(build.plan, build.laws, build.tissue_laws, static_cast<std::uint64_t>(scenario.seed),
                          backend::Executor(settings.threads));
    TissueRecorder recorder(directory, scenario, tissue.plan());
    auto const frame_steps = std::max(1L, std::lround(scenario.tissue.frame_interval / tissue.plan().dt));
    try {
        recorder.watch(tissue, false);
        while (!tissue.done()) {
            tissue.advance();
            stop_if_sick(tissue);
            if (tissue.done() || tissue.step() % frame_steps == 0)
                recorder.watch(tissue, tissue.done());
            if (progress)
                progress(tissue.time() / tissue.plan().duration);
        }
    } catch (Interrupted const& error) {
        throw Interrupted(fmt::format("{}; {} holds the scenario and {} whole frame{}", error.what(), outcome.folder, recorder.frames(),
                                      recorder.frames() == 1 ? "" : "s"));
    }
    outcome.state_hash = tissue.state_hash();
    outcome.simulated_minutes = tissue.time();
    outcome.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    outcome.summary = summary_of(reading, settings, outcome, tissue, recorder.last());
    outcome.summary["picture_bar_um"] = recorder.picture_bar();
    auto tables = recorder.tables(tissue.plan());
    tables.push_back(parameters_table(reading.base, standard));
    directory.finish({outcome.summary, scenario.title.empty() ? "Tissue" : scenario.title, settings.created, settings.version,
                      settings.command_line, settings.inputs},
                     tables);
    return outcome;
}

} // namespace nk::simulate
