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

/// What the stores say of their study: title and seed of its scenario, and what that kind of study makes of its tables.
struct KnownStudy {
    std::string title;
    double seed = 0.0;
    StudyFinish finish;
};

KnownStudy known_study(Context& context, study::MergedJobs const& merged, ParameterBase const& base) {
    auto const taken = [&context](study::StudyWords words) {
        if (!context.json)
            context.out << words.words;
        return StudyResult{std::move(words.tables), std::move(words.summary), std::move(words.report)};
    };
    if (merged.kind == "cohort") {
        auto const reading = scenario::read_cohort_scenario(merged.scenario, base);
        return {reading.scenario.title, reading.scenario.seed,
                [=](auto const& all, auto summary) { return taken(study::cohort_result(reading, all, std::move(summary))); }};
    }
    if (merged.kind == "plan") {
        auto const plan = scenario::read_document<scenario::PlanScenario>("scenario.toml", merged.scenario, base);
        return {plan.title, plan.seed,
                [=](auto const& all, auto summary) { return taken(study::plan_result(plan, all, std::move(summary))); }};
    }
    if (merged.kind == "sweep") {
        auto const sweep = study::sweep_of(merged, base, version());
        auto const& scenario = sweep.reading.scenario;
        return {scenario.title, scenario.seed,
                [=](auto const& all, auto summary) { return taken(study::sweep_result(sweep, all, std::move(summary))); }};
    }
    return {"", 0.0, [](auto const&, auto summary) { return StudyResult{{}, std::move(summary), ""}; }};
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
            auto const known = known_study(context, merged, context.parameters());
            auto const folder = options->output.empty() ? std::string("runs/merged") : options->output;
            formats::RunDirectory::create(folder).write_scenario(merged.scenario);
            finish_study(context, merged, folder, known.title, known.seed, known.finish);
        });
}

} // namespace nk::cli
