#include "nk/simulate/tissue_run.hpp"

#include "nk/base/state.hpp"
#include "nk/formats/checkpoint.hpp"
#include "nk/simulate/cell_copies.hpp"
#include "nk/simulate/tissue_recorder.hpp"

#include <chrono>
#include <fmt/format.h>
#include <numeric>

namespace nk::simulate {
namespace {

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

/// A tissue on its way, with all that a run keeps of it.
class TissueRun {
  public:
    TissueRun(formats::RunDirectory directory, scenario::TissueReading const& reading, CellSources const& cells,
              RunSettings const& settings)
        : directory_(std::move(directory)), reading_(reading), settings_(settings),
          build_(build_tissue(reading.scenario, reading.base, cells)),
          tissue_(std::move(build_.plan), build_.laws, build_.tissue_laws, static_cast<std::uint64_t>(reading.scenario.seed),
                  backend::Executor(settings.threads)),
          recorder_(directory_, reading.scenario, tissue_.plan()) {}

    tissue::Tissue const& tissue() const { return tissue_; }

    std::vector<std::uint8_t> save() {
        StateWriter writer;
        writer(*this);
        return std::move(writer.data);
    }
    /// errors: BrokenState
    void load(std::span<std::uint8_t const> state) {
        StateReader reader(state);
        reader(*this);
        if (!reader.at_end())
            throw BrokenState("the state is longer than it should be");
        tissue_.after_loading();
    }
    template <class State> void visit_state(State& state) { state(tissue_, recorder_); }

    void begin() {
        recorder_.track(tissue_);
        recorder_.watch(tissue_, false);
    }
    /// Steps up to a time, without a last frame.
    void advance_to(double time, Progress const& progress, bool checkpoints) {
        auto const frame_steps = std::max(1L, std::lround(reading_.scenario.tissue.frame_interval / tissue_.plan().dt));
        while (!tissue_.done() && tissue_.time() < time - 1e-9) {
            tissue_.advance();
            stop_if_sick(tissue_);
            recorder_.track(tissue_);
            if (tissue_.step() % frame_steps == 0 && !tissue_.done()) {
                auto const before = recorder_.frames();
                recorder_.watch(tissue_, false);
                if (checkpoints && recorder_.frames() > before)
                    keep_checkpoint(recorder_.frames());
            }
            if (progress)
                progress(tissue_.time() / tissue_.plan().duration);
        }
    }

    RunOutcome finish(ParameterBase const& standard, Progress const& progress) {
        auto const start = std::chrono::steady_clock::now();
        RunOutcome outcome;
        outcome.folder = directory_.path();
        try {
            advance_to(settings_.until.value_or(tissue_.plan().duration), progress, true);
        } catch (Interrupted const& error) {
            keep_checkpoint(recorder_.frames() + 1);
            throw Interrupted(fmt::format("{}; {} holds the scenario, {} whole frame{} and a checkpoint: `nk resume` goes on", error.what(),
                                          outcome.folder, recorder_.frames(), recorder_.frames() == 1 ? "" : "s"));
        }
        if (!tissue_.done())
            keep_checkpoint(recorder_.frames() + 1);
        recorder_.watch(tissue_, true);
        outcome.state_hash = tissue_.state_hash();
        outcome.simulated_minutes = tissue_.time();
        outcome.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        outcome.summary = summary_of(reading_, settings_, outcome, tissue_, recorder_.last());
        outcome.summary["picture_bar_um"] = recorder_.picture_bar();
        auto tables = recorder_.tables(tissue_.plan());
        tables.push_back(parameters_table(reading_.base, standard));
        directory_.finish({outcome.summary, reading_.scenario.title.empty() ? "Tissue" : reading_.scenario.title, settings_.created,
                           settings_.version, settings_.command_line, settings_.inputs},
                          tables);
        return outcome;
    }

  private:
    /// Writes one, and removes those that are neither among the last three nor one of about eight spread over the run.
    /// index  of its file: that of the frames written, or one more for a stop between frames
    void keep_checkpoint(int index) {
        formats::write_checkpoint(directory_, {index, tissue_.time(), save(), reading_.base.hash(), settings_.version});
        auto const every = static_cast<int>(std::max(1L, recorder_.frames_in_all() / 8));
        for (auto const old : formats::checkpoint_indices(directory_))
            if (old <= recorder_.frames() - 3 && old % every != 0)
                formats::remove_checkpoint(directory_, old);
    }

    formats::RunDirectory directory_;
    scenario::TissueReading const& reading_;
    RunSettings const& settings_;
    TissueBuild build_;
    tissue::Tissue tissue_;
    TissueRecorder recorder_;
};

/// Loads the last checkpoint at or before a time that can be used.
void load_checkpoint(TissueRun& run, formats::RunDirectory const& directory, scenario::TissueReading const& reading, double until,
                     Notice const& notice) {
    auto indices = formats::checkpoint_indices(directory);
    for (auto index = indices.rbegin(); index != indices.rend(); ++index)
        try {
            auto const checkpoint = formats::read_checkpoint(directory, *index);
            if (checkpoint.time > until + 1e-9)
                continue;
            if (checkpoint.parameter_hash != reading.base.hash())
                throw ScenarioError(Problem{{},
                                            "output",
                                            "the run in `" + directory.path() + "` was made with another parameter base",
                                            "the data of this program, or of --data, differ from those of the run",
                                            "use the program and the data that the run was made with"});
            run.load(checkpoint.state);
            notice(fmt::format("from the checkpoint at {:.6g} min", checkpoint.time));
            return;
        } catch (MachineError const& error) {
            notice(std::string(error.what()) + "; taking the one before");
        } catch (BrokenState const& error) {
            notice(
                fmt::format("the checkpoint {} of `{}` cannot be used: {}; taking the one before", *index, directory.path(), error.what()));
        }
    throw ScenarioError(Problem{{},
                                "output",
                                "the run in `" + directory.path() + "` has no checkpoint to go on from",
                                "tissues write one with each kept frame; killing assays do not",
                                "run its scenario.toml again"});
}

void expect_alike(tissue::TissuePlan const& a, tissue::TissuePlan const& b) {
    auto const alike = a.kinds.size() == b.kinds.size() && a.substrates.size() == b.substrates.size() &&
                       a.vessels.size() == b.vessels.size() && a.voxels.size() == b.voxels.size() && a.viruses.size() == b.viruses.size();
    if (!alike)
        throw ScenarioError(Problem{{},
                                    "output",
                                    "a branch cannot have other kinds of cells, substrates, vessels or voxels than its run",
                                    "",
                                    "change values of the tables there are, or start a new run"});
}

} // namespace

RunOutcome run_tissue(scenario::TissueReading const& reading, ParameterBase const& standard, RunSettings const& settings,
                      Progress const& progress) {
    auto const cells = read_cell_sources(reading.scenario);
    build_tissue(reading.scenario, reading.base, cells); // whatever is refused is refused before there is a folder
    auto const directory = folder_of(settings);
    directory.write_scenario(scenario_text(reading.base, keep_cells(directory, reading, cells), settings));
    auto const with_inputs = with_cell_inputs(settings, cells);
    TissueRun run(directory, reading, cells, with_inputs);
    run.begin();
    return run.finish(standard, progress);
}

RunOutcome resume_tissue(formats::RunDirectory const& directory, scenario::TissueReading const& reading, ParameterBase const& standard,
                         RunSettings const& settings, Progress const& progress, Notice const& notice) {
    TissueRun run(directory, reading, read_cell_sources(reading.scenario), settings);
    load_checkpoint(run, directory, reading, run.tissue().plan().duration, notice);
    return run.finish(standard, progress);
}

RunOutcome fork_tissue(formats::RunDirectory const& directory, scenario::TissueReading const& original,
                       scenario::TissueReading const& changed, double time, ParameterBase const& standard, RunSettings const& settings,
                       Progress const& progress, Notice const& notice) {
    auto const cells = read_cell_sources(changed.scenario);
    auto const original_cells = read_cell_sources(original.scenario);
    auto const plan = build_tissue(changed.scenario, changed.base, cells).plan;
    expect_alike(build_tissue(original.scenario, original.base, original_cells).plan, plan);
    auto const branch = folder_of(settings);
    branch.write_scenario(scenario_text(changed.base, keep_cells(branch, changed, cells), settings));
    TissueRun past(branch, original, original_cells, settings);
    load_checkpoint(past, directory, original, time, notice);
    past.advance_to(time, {}, false);
    TissueRun run(branch, changed, cells, settings);
    run.load(past.save());
    return run.finish(standard, progress);
}

} // namespace nk::simulate
