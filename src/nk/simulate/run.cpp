#include "nk/simulate/run.hpp"

#include "nk/simulate/run_wells.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace nk::simulate {
namespace {

constexpr std::size_t sampled_cells = 100; ///< NK cells whose events `ledger = "sample"` keeps

/// The ledger with the events of some NK cells only, evenly spread over all of them.
Table sampled(Table const& ledger, tissue::Well const& well) {
    std::set<double> kept;
    auto const count = well.nk().size();
    for (std::size_t i = 0; i < std::min(count, sampled_cells); ++i)
        kept.insert(well.nk()[i * count / std::min(count, sampled_cells)].id);
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < ledger.rows(); ++row)
        if (kept.contains(std::get<std::vector<double>>(ledger.columns[2].values)[row]))
            rows.push_back(row);
    Table out{ledger.name, {}};
    for (auto const& column : ledger.columns)
        std::visit(
            [&](auto const& values) {
                std::decay_t<decltype(values)> picked;
                for (auto const row : rows)
                    picked.push_back(values[row]);
                out.columns.push_back({column.name, column.unit, std::move(picked)});
            },
            column.values);
    return out;
}

/// Collects what has to be taken from a well while it exists: frames, cells and events of the first one, kills of all.
class Recorder {
  public:
    Recorder(formats::RunDirectory const& directory, scenario::WellScenario const& scenario) : directory_(directory), scenario_(scenario) {
        auto const frames = std::floor(scenario.well.duration / scenario.well.frame_interval) + 1.0;
        stride_ = static_cast<int>(std::max(1.0, std::ceil(frames / std::max(1.0, scenario.output.keep_frames - 1.0))));
    }

    void watch(tissue::Well const& well, WellPlace const& place, bool finished) {
        if (finished)
            note_kills(well, place);
        if (place.row != "A" || place.column != 1)
            return;
        if (scenario_.output.keep_frames >= 1.0 && (finished || calls_ % stride_ == 0))
            directory_.write_frame(frames_++, well.time(), "min", {cells_table(well)});
        ++calls_;
        if (!finished)
            return;
        tables_.push_back(nk_cells(well));
        if (scenario_.output.ledger == "none")
            return;
        auto ledger = ledger_table(well, well.ledger().size());
        tables_.push_back(scenario_.output.ledger == "sample" ? sampled(ledger, well) : std::move(ledger));
    }

    int frames() const { return frames_; }

    std::vector<Table> tables() const {
        auto out = tables_;
        Table kills{"kills", {}};
        std::vector<std::string> row;
        std::vector<double> column, count, cells;
        for (auto const& [well, histogram] : kills_) // wells end in any order; the table has theirs
            for (auto const& [number, nk] : histogram) {
                row.push_back(well.first);
                column.push_back(well.second);
                count.push_back(number);
                cells.push_back(nk);
            }
        kills.add("row", std::move(row));
        kills.add("column", "1", std::move(column));
        kills.add("kills", "1", std::move(count));
        kills.add("nk_cells", "1", std::move(cells));
        out.push_back(std::move(kills));
        return out;
    }

  private:
    void note_kills(tissue::Well const& well, WellPlace const& place) {
        auto& count = kills_[{place.row, place.column}];
        for (auto const& nk : well.nk())
            ++count[nk.kills];
    }

    formats::RunDirectory const& directory_;
    scenario::WellScenario const& scenario_;
    int stride_ = 1;
    int calls_ = 0;
    int frames_ = 0;
    std::vector<Table> tables_;
    std::map<std::pair<std::string, int>, std::map<int, int>> kills_; ///< by row and column of the well: how many NK cells killed how often
};

/// Names for readers: the label given, else the title of the row it is like; names that would be equal keep their key.
template <class Map> nlohmann::json labels_of(Map const& map, ParameterBase const& base, std::string const& table) {
    std::map<std::string, int> uses;
    std::map<std::string, std::string> labels;
    for (auto const& [name, value] : map) {
        labels[name] = value.label.empty() ? base.text(table + "." + value.like + ".title", name) : value.label;
        ++uses[labels[name]];
    }
    auto out = nlohmann::json::object();
    for (auto const& [name, label] : labels)
        out[name] = uses[label] == 1 ? label : label + " (" + name + ")";
    return out;
}

nlohmann::json summary_of(scenario::WellReading const& reading, RunSettings const& settings, RunOutcome const& outcome) {
    auto const& scenario = reading.scenario;
    return {{"kind", scenario.kind},
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
            {"vary", scenario.plate.vary},
            {"geometry", scenario.well.geometry},
            {"effectors", labels_of(scenario.effector, reading.base, "effector")},
            {"targets", labels_of(scenario.target, reading.base, "target")},
            {"wells", wells_json(outcome.wells)}};
}

} // namespace

formats::RunDirectory folder_of(RunSettings const& settings) {
    using enum RunSettings::Naming;
    return settings.naming == as_given ? formats::RunDirectory::create(settings.folder)
                                       : formats::RunDirectory::create_free(settings.folder, settings.naming == numbered);
}

std::string scenario_text(ParameterBase const& base, std::string const& resolved, RunSettings const& settings) {
    return fmt::format("# Resolved by NKsim {}: every default, unit and the seed. `nk run scenario.toml` repeats the run.\n"
                       "# parameter base: {}\n\n{}",
                       settings.version, base.hash(), resolved);
}

RunOutcome run_scenario(scenario::WellReading const& reading, ParameterBase const& standard, RunSettings const& settings,
                        Progress const& progress) {
    auto const start = std::chrono::steady_clock::now();
    auto const& scenario = reading.scenario;
    try_plate(scenario, reading.base);
    auto const directory = folder_of(settings);
    directory.write_scenario(scenario_text(reading.base, reading.resolved_text, settings));
    Recorder recorder(directory, scenario);
    RunOutcome outcome;
    outcome.folder = directory.path();
    try {
        outcome.wells =
            run_wells(scenario, reading.base, settings.threads, progress,
                      [&](tissue::Well const& well, WellPlace const& place, bool finished) { recorder.watch(well, place, finished); });
    } catch (Interrupted const& error) {
        throw Interrupted(fmt::format("{}; {} holds the scenario and {} whole frame{} of the first well", error.what(), outcome.folder,
                                      recorder.frames(), recorder.frames() == 1 ? "" : "s"));
    } catch (ScenarioError const&) {
        directory.discard();
        throw;
    }
    outcome.state_hash = state_hash(outcome.wells);
    outcome.simulated_minutes = scenario.well.duration;
    outcome.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    outcome.summary = summary_of(reading, settings, outcome);

    auto tables = std::vector<Table>{wells_table(outcome.wells), courses_table(outcome.wells), parameters_table(reading.base, standard),
                                     compare_table(scenario)};
    for (auto& table : recorder.tables())
        tables.push_back(std::move(table));
    directory.finish({outcome.summary, scenario.title.empty() ? "Killing assay" : scenario.title, settings.created, settings.version,
                      settings.command_line, settings.inputs},
                     tables);
    return outcome;
}

} // namespace nk::simulate
