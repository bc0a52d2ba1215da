#include "study_run.hpp"
#include "verbs.hpp"

#include "nk/scenario/reader.hpp"
#include "nk/study/cohort_report.hpp"
#include "nk/study/plan_report.hpp"
#include "nk/study/sweep_result.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

/// What each kind of study makes of its tables.
StudyResult result_of(Context& context, study::MergedJobs const& merged, nlohmann::json summary, ParameterBase const& base) {
    auto const taken = [&](study::StudyWords words) {
        if (!context.json)
            context.out << words.words;
        return StudyResult{std::move(words.tables), std::move(words.summary), std::move(words.report)};
    };
    if (merged.kind == "cohort")
        return taken(study::cohort_result(scenario::read_cohort_scenario(merged.scenario, base), merged, std::move(summary)));
    if (merged.kind == "plan")
        return taken(study::plan_result(scenario::read_document<scenario::PlanScenario>("scenario.toml", merged.scenario, base), merged,
                                        std::move(summary)));
    if (merged.kind == "sweep")
        return taken(study::sweep_result(merged, base, version(), std::move(summary)));
    return {{}, std::move(summary), ""};
}

} // namespace

void add_merge(CLI::App& app, Context& context) {
    struct Options {
        std::vector<std::string> folders;
        std::string output;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "merge", "join the shards of a study: the same results as in one piece", group_study)
        .words("DIR", options->folders, "folders that --shard wrote", true)
        .option("-o,--output", options->output, "DIR", "folder to make (default: runs/merged)")
        .example("nk merge trial-1 trial-2 trial-3 -o trial")
        .does(context, [&context, options] {
            auto const merged = study::merge_jobs(options->folders);
            auto const folder = options->output.empty() ? std::string("runs/merged") : options->output;
            formats::RunDirectory::create(folder).write_scenario(merged.scenario);
            auto const base = context.parameters();
            finish_study(
                context, merged, folder, "Study of kind " + merged.kind, 0.0,
                [&](study::MergedJobs const& all, nlohmann::json summary) { return result_of(context, all, std::move(summary), base); });
        });
}

} // namespace nk::cli
