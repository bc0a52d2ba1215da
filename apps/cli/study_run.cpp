#include "study_run.hpp"

#include "progress.hpp"
#include "signals.hpp"

#include "nk/backend/machine.hpp"
#include "nk/simulate/run.hpp"
#include "nk/study/host_report_data.hpp"
#include "nk/study/study_folder.hpp"

#include <ctime>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace nk::cli {
namespace {

namespace fs = std::filesystem;

int threads_asked(Context const& context) {
    return context.threads ? *context.threads : backend::usable_threads().count;
}

} // namespace

void finish_study(Context& context, study::MergedJobs const& merged, std::string const& folder, std::string const& given_title, double seed,
                  StudyFinish const& finish) {
    auto const title = given_title.empty() ? study::capitalised(merged.kind) : given_title;
    auto const created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    nlohmann::json summary{{"kind", merged.kind},
                           {"title", title},
                           {"version", version()},
                           {"command_line", context.command_line()},
                           {"seed", static_cast<std::uint64_t>(seed)},
                           {"jobs", merged.count},
                           {"study_key", merged.key}};
    auto result = finish(merged, summary);
    study::write_study(folder, merged, result.tables, {result.summary, title, created, version(), context.command_line(), {}},
                       result.report);
    if (context.json) {
        context.write({{"run", folder}, {"report", folder + "/report.html"}, {"summary", result.summary}});
        return;
    }
    if (!result.report.empty())
        context.out << folder << "/report.html\n";
    else
        context.out << folder << "\n";
}

void run_study(Context& context, study::JobPlan const& plan, StudyRequest const& request, StudyFinish const& finish) {
    auto const world = backend::Communicator::world();
    auto const folder = request.folder.empty() ? "runs/" + request.name : request.folder;
    study::JobSettings settings;
    if (request.shard)
        settings.shard = study::Shard::parse(*request.shard);
    settings.threads = threads_asked(context);
    settings.stop = [] { return signal_received() != 0; };
    auto const first = world.rank() == 0;
    if (!first)
        context.quiet = true;
    context.talk(fmt::format("{} jobs{}; {} thread{}{}; folder {}", plan.count,
                             settings.shard.count > 1 ? fmt::format(", shard {}/{}", settings.shard.index + 1, settings.shard.count) : "",
                             settings.threads, settings.threads == 1 ? "" : "s",
                             world.size() > 1 ? fmt::format(" in each of {} processes", world.size()) : "", folder));
    watch_signals();
    study::JobOutcome outcome;
    {
        ProgressLine progress(context);
        settings.progress = [&](std::size_t done, std::size_t all) {
            if (signal_received() == 0)
                progress.show(static_cast<double>(done) / static_cast<double>(all));
        };
        outcome = study::run_jobs(plan, folder, settings, world);
    }
    auto const stopped = world.any(outcome.stopped);
    world.barrier();
    if (stopped)
        throw simulate::Interrupted(
            fmt::format("stopped by a signal after {} of {} jobs of this part, which are kept in {}: the same command goes on",
                        outcome.done, outcome.all, folder));
    if (!first)
        return;
    if (settings.shard.count > 1) {
        if (context.json)
            context.write({{"run", folder}, {"shard", *request.shard}, {"jobs", outcome.all}, {"fresh", outcome.fresh}});
        else
            context.out << fmt::format("{}: shard {} is whole; `nk merge DIR... -o OUT` joins the shards\n", folder, *request.shard);
        return;
    }
    finish_study(context, study::merge_jobs({folder}), folder, request.title, request.seed, finish);
}

} // namespace nk::cli
