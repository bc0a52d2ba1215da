#include "cohort_run.hpp"
#include "study_run.hpp"
#include "verbs.hpp"

#include "nk/scenario/overrides.hpp"
#include "nk/scenario/reader.hpp"
#include "nk/scenario/toml_writer.hpp"
#include "nk/study/ensemble.hpp"
#include "nk/study/plan_report.hpp"
#include "nk/study/therapy_plan.hpp"

#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <sstream>

namespace nk::cli {
namespace {

std::string text_of(std::string const& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in)
        throw MachineError("cannot read `" + file + "`");
    return text.str();
}

} // namespace

void run_plan(Context& context, CohortRequest const& request) {
    auto const base = context.parameters();
    auto scenario = scenario::read_document<scenario::PlanScenario>(request.file, text_of(request.file), base);
    if (scenario.kind != "plan")
        throw ScenarioError(Problem{{request.file, 1, 1, 1}, "name", "this is not a plan", "kind is `" + scenario.kind + "`", ""});
    auto const file = (std::filesystem::path(request.file).parent_path() / scenario.plan.scenario).lexically_normal();
    if (scenario.plan.scenario.empty())
        throw ScenarioError(
            Problem{{request.file, 1, 1, 1}, "missing", "[plan] names no scenario", "", "write `scenario = \"trial.toml\"`"});
    if (std::error_code ignored; !std::filesystem::exists(file, ignored))
        throw ScenarioError(Problem{{request.file, 1, 1, 1},
                                    "name",
                                    "the scenario `" + scenario.plan.scenario + "` is not there",
                                    "the name is seen from the folder of the plan's file: looked for `" + file.string() + "`",
                                    "`nk new cohort " + file.string() + "` writes one"});
    auto const reader = [&](std::vector<std::string> const& more) {
        auto overrides = more;
        overrides.insert(overrides.end(), request.overrides.begin(), request.overrides.end());
        return scenario::read_cohort_scenario_file(file, base, overrides, &context.sources);
    };
    auto const cohort = study::plan_cohort(reader, base, version());
    study::Ensemble const ensemble(cohort.reading.base, study::ensemble_text(context.data));
    std::vector<ParameterBase> members;
    for (std::size_t m = 0; m < std::min<std::size_t>(ensemble.size(), static_cast<std::size_t>(scenario.plan.members)); ++m)
        members.push_back(ensemble.member(m));
    auto const plan = study::plan_therapy(scenario, scenario::to_toml(scenario), cohort, members, version());
    run_study(context, plan.plan, {request.name, request.folder, request.shard, scenario.title, scenario.seed},
              [&](study::MergedJobs const& merged, nlohmann::json summary) {
                  auto result = study::plan_result(scenario, merged, std::move(summary));
                  if (!context.json)
                      context.out << result.words;
                  return StudyResult{std::move(result.tables), std::move(result.summary), std::move(result.report)};
              });
}

void add_plan(CLI::App& app, Context& context) {
    auto const request = std::make_shared<CohortRequest>();
    Verb(app, "plan", "search doses and schedules with several aims at once, and show the front of those that nothing beats", group_study)
        .word("FILE", request->file, "scenario of kind plan")
        .option("-o,--output", request->folder, "DIR", "folder of the study; a study that was stopped goes on there (default: runs/NAME)")
        .option("-s,--set", request->overrides, "KEY=VALUE", "change a value of the cohort's scenario or a parameter; may be repeated")
        .option("--shard", request->shard, "I/N", "only every N-th island, from the I-th on; `nk merge` joins the parts")
        .example("nk plan doses.toml -o doses")
        .does(context, [&context, request] {
            request->name = std::filesystem::path(request->file).stem().string();
            run_plan(context, *request);
        });
}

} // namespace nk::cli
