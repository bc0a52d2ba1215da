#include "cohort_run.hpp"
#include "study_run.hpp"
#include "verbs.hpp"

#include "nk/study/cohort_report.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {

void run_cohort(Context& context, CohortRequest const& request) {
    auto const base = context.parameters();
    auto const reader = [&](std::vector<std::string> const& more) {
        auto overrides = more;
        overrides.insert(overrides.end(), request.overrides.begin(), request.overrides.end());
        return request.text ? scenario::read_cohort_scenario(*request.text, base, overrides, &context.sources, request.name + ".toml")
                            : scenario::read_cohort_scenario_file(request.file, base, overrides, &context.sources);
    };
    auto const study = study::plan_cohort(reader, base, version());
    context.warn(study.reading.warnings);
    auto const& scenario = study.reading.scenario;
    context.talk(fmt::format("{:.0f} people of {} in {} arm{}, seed {:.0f}", scenario.cohort.people, study.population.title,
                             study.arms.size(), study.arms.size() == 1 ? "" : "s", scenario.seed));
    run_study(context, study.plan, {request.name, request.folder, request.shard, scenario.title, scenario.seed},
              [&](study::MergedJobs const& merged, nlohmann::json summary) {
                  auto result = study::cohort_result(study.reading, merged, std::move(summary));
                  if (!context.json)
                      context.out << result.words;
                  return StudyResult{std::move(result.tables), std::move(result.summary), std::move(result.report)};
              });
}

void add_cohort(CLI::App& app, Context& context) {
    auto const request = std::make_shared<CohortRequest>();
    auto const seed = std::make_shared<std::optional<std::uint64_t>>();
    Verb(app, "cohort", "many hosts, and arms of the same hosts treated otherwise: a virtual trial", group_study)
        .word("FILE", request->file, "scenario of kind cohort")
        .option("-o,--output", request->folder, "DIR", "folder of the study; a study that was stopped goes on there (default: runs/NAME)")
        .option("-s,--set", request->overrides, "KEY=VALUE", "change a value of the scenario or a parameter; may be repeated")
        .option("--seed", *seed, "N", "seed of all random numbers")
        .option("--shard", request->shard, "I/N", "only every N-th job, from the I-th on; `nk merge` joins the parts")
        .example("nk cohort trial.toml -o trial")
        .example("nk cohort trial.toml -o trial-2 --shard 2/8")
        .does(context, [&context, request, seed] {
            request->name = std::filesystem::path(request->file).stem().string();
            if (*seed)
                request->overrides.push_back(fmt::format("seed={}", **seed));
            run_cohort(context, *request);
        });
}

} // namespace nk::cli
