#include "study_run.hpp"
#include "verbs.hpp"

#include "nk/study/sweep_result.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

struct SweepOptions {
    std::string file, folder;
    std::vector<std::string> overrides;
    std::optional<std::uint64_t> seed;
    std::optional<std::string> shard;
};

void run_sweep(Context& context, SweepOptions const& options) {
    auto overrides = options.overrides;
    if (options.seed)
        overrides.push_back(fmt::format("seed={}", *options.seed));
    auto const base = context.parameters();
    auto const reading = scenario::read_sweep_file(options.file, base, overrides, &context.sources);
    context.warn(reading.warnings);
    auto const study = study::plan_sweep(reading, base, version());
    auto const& scenario = study.reading.scenario;
    context.talk(fmt::format("{} points ({}) of {} factor{}, {:.0f} run{} at each, seed {:.0f}", study.points.texts.size(),
                             scenario.sweep.design, study.factors.size(), study.factors.size() == 1 ? "" : "s", scenario.sweep.replicates,
                             scenario.sweep.replicates > 1.0 ? "s" : "", scenario.seed));
    run_study(context, study.plan,
              {std::filesystem::path(options.file).stem().string(), options.folder, options.shard, scenario.title, scenario.seed},
              [&](study::MergedJobs const& merged, nlohmann::json summary) {
                  auto result = study::sweep_result(study, merged, std::move(summary));
                  if (!context.json)
                      context.out << result.words;
                  return StudyResult{std::move(result.tables), std::move(result.summary), std::move(result.report)};
              });
}

} // namespace

void add_sweep(CLI::App& app, Context& context) {
    auto const options = std::make_shared<SweepOptions>();
    Verb(app, "sweep", "one scenario at many points: what its outcomes depend on", group_study)
        .word("FILE", options->file, "scenario of kind sweep")
        .option("-o,--output", options->folder, "DIR", "folder of the study; a study that was stopped goes on there (default: runs/NAME)")
        .option("-s,--set", options->overrides, "KEY=VALUE",
                "change a value of the sweep, or in every run a parameter or a value of its scenario; may be repeated")
        .option("--seed", options->seed, "N", "seed of the points and of all runs")
        .option("--shard", options->shard, "I/N", "only every N-th run, from the I-th on; `nk merge` joins the parts")
        .example("nk sweep sweep.toml -o ratios")
        .example("nk sweep sweep.toml -o ratios-2 --shard 2/8")
        .does(context, [&context, options] { run_sweep(context, *options); });
}

} // namespace nk::cli
