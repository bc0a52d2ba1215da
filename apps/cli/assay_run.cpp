#include "assay_run.hpp"

#include "cohort_run.hpp"
#include "progress.hpp"
#include "run_result.hpp"
#include "signals.hpp"

#include "nk/backend/machine.hpp"
#include "nk/base/time.hpp"
#include "nk/formats/report/text.hpp"
#include "nk/scenario/overrides.hpp"
#include "nk/scenario/toml_document.hpp"
#include "nk/scenario/toml_writer.hpp"
#include "nk/simulate/host_run.hpp"
#include "nk/simulate/tissue_run.hpp"
#include "nk/study/tissue_report.hpp"

#include <cmath>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <functional>
#include <map>

namespace nk::cli {
namespace {

namespace fs = std::filesystem;

std::string now_iso() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

backend::UsableThreads threads_of(Context& context) {
    auto const usable = backend::usable_threads();
    if (!context.threads)
        return usable;
    if (*context.threads > usable.count)
        context.talk(fmt::format("warning: {} threads asked for, {} usable: {}", *context.threads, usable.count, usable.reason));
    return {*context.threads, "asked for with --threads."};
}

double minutes(std::string const& text) {
    try {
        return in_unit(parse_quantity(text), "min");
    } catch (std::invalid_argument const& error) {
        throw ScenarioError(Problem{{}, "unit", "the time `" + text + "` cannot be read: " + error.what(), "", "write it like `2 h`"});
    }
}

/// What `nk run` needs to know of a kind of scenario beside the code they share.
struct WellRun {
    using Reading = scenario::WellReading;
    static constexpr char const* duration_key = "well.duration";
    static constexpr char const* what = "the assay";
    static double duration(Reading const& reading) { return reading.scenario.well.duration; }
    static constexpr bool can_resume = false;
    static constexpr auto read_text = scenario::read_well_scenario;
    static constexpr auto read_file = scenario::read_well_scenario_file;
    static constexpr auto simulate = simulate::run_scenario;
};
struct TissueRun {
    using Reading = scenario::TissueReading;
    static constexpr char const* duration_key = "tissue.duration";
    static constexpr char const* what = "the run";
    static double duration(Reading const& reading) { return reading.scenario.tissue.duration; }
    static constexpr bool can_resume = true;
    static constexpr auto read_text = scenario::read_tissue_scenario;
    static constexpr auto read_file = scenario::read_tissue_scenario_file;
    static constexpr auto simulate = simulate::run_tissue;
};

struct HostRun {
    using Reading = scenario::HostReading;
    static constexpr char const* duration_key = "host.duration";
    static constexpr char const* what = "the run";
    static double duration(Reading const& reading) { return reading.scenario.host.duration * minutes_per_day; }
    static constexpr bool can_resume = false;
    static constexpr auto read_text = scenario::read_host_scenario;
    static constexpr auto read_file = scenario::read_host_scenario_file;
    static constexpr auto simulate = simulate::run_host;
};

template <class Kind>
typename Kind::Reading read(Context& context, AssayRequest const& request, ParameterBase const& base,
                            std::vector<std::string> const& overrides) {
    if (request.text)
        return Kind::read_text(*request.text, base, overrides, &context.sources, request.name + ".toml", {});
    return Kind::read_file(request.file, base, overrides, &context.sources);
}

/// The scenario, shortened when --until asks for it.
template <class Kind> typename Kind::Reading read_until(Context& context, AssayRequest const& request, ParameterBase const& base) {
    auto reading = read<Kind>(context, request, base, request.overrides);
    if (!request.until)
        return reading;
    auto const end = minutes(*request.until);
    auto const whole = formats::report::duration_text(Kind::duration(reading));
    if (end >= Kind::duration(reading)) {
        context.talk(fmt::format("--until {}: {} ends before that, after {}", *request.until, Kind::what, whole));
        return reading;
    }
    context.talk(
        fmt::format("--until {}: {} is shortened from {} to {}", *request.until, Kind::what, whole, formats::report::duration_text(end)));
    auto overrides = request.overrides;
    overrides.push_back(fmt::format("{}={} min", Kind::duration_key, end));
    return read<Kind>(context, request, base, overrides);
}

/// The files that were read, as they were read: the scenario with those it extends, and --data.
std::vector<formats::RunInput> inputs_of(Context const& context, AssayRequest const& request, std::size_t data_texts) {
    std::map<std::string, std::string> out;
    for (std::size_t i = 0; i < context.sources.size(); ++i) {
        auto const& name = context.sources.name(i);
        if (i < data_texts && context.data)
            out[(*context.data / fs::path(name).lexically_relative("data")).string()] = context.sources.text(i);
        else if (i >= data_texts && !request.text && !name.starts_with("-s #"))
            out[name] = context.sources.text(i);
    }
    std::vector<formats::RunInput> list;
    for (auto& [path, text] : out)
        list.push_back({path, std::move(text)});
    return list;
}

using Simulation = std::function<simulate::RunOutcome(simulate::RunSettings const&, simulate::Progress const&)>;

/// Runs the arms of a request into their folders, each with a report of its own, and names them for the report of the whole.
std::vector<ArmResult> carry_out_arms(Context& context, AssayRequest const& request, formats::RunDirectory const& whole,
                                      simulate::RunSettings settings, std::vector<Simulation> const& arms) {
    std::vector<ArmResult> results;
    if (arms.empty())
        return results;
    nlohmann::ordered_json list{{"label", request.label}, {"arms", nlohmann::ordered_json::array()}};
    for (std::size_t a = 0; a < arms.size(); ++a) {
        auto const& arm = request.arms[a];
        settings.folder = whole.path_of("arms/" + arm.name);
        settings.naming = simulate::RunSettings::Naming::as_given;
        context.talk(fmt::format("now: {}", arm.label));
        simulate::RunOutcome outcome;
        {
            ProgressLine progress(context);
            outcome = arms[a](settings, [&](double fraction) { progress.show(fraction); });
        }
        auto const directory = formats::RunDirectory::open(outcome.folder);
        directory.write_text("report.html", study::report_of(directory));
        list["arms"].push_back({{"name", arm.name}, {"label", arm.label}});
        results.push_back({arm.name, arm.label, std::move(outcome.summary)});
    }
    whole.write_text("arms.json", list.dump(2) + "\n");
    return results;
}

/// The arms that a scenario names itself, beside those of the request.
std::vector<AssayArm> arms_of(scenario::WellReading const&) {
    return {};
}
std::vector<AssayArm> arms_of(scenario::TissueReading const&) {
    return {};
}
std::vector<AssayArm> arms_of(scenario::HostReading const& reading) {
    std::vector<AssayArm> out;
    for (auto const& [name, arm] : reading.scenario.arm)
        out.push_back({name, arm.label.empty() ? name : arm.label, arm.set});
    return out;
}

std::string label_of(auto const&) {
    return "";
}
std::string label_of(scenario::HostReading const& reading) {
    return reading.scenario.host.label;
}

template <class Reading> void take_arm(Reading&, std::string const&) {}
void take_arm(scenario::HostReading& reading, std::string const& name) {
    auto const& arms = reading.scenario.arm;
    auto const found = arms.find(name);
    reading.scenario = scenario::arm_of(reading.scenario, found != arms.end() ? found->second : scenario::HostArm{});
    reading.resolved_text = scenario::to_toml(reading.scenario);
}

/// Says what is about to run, runs it with a progress line, writes the report and the result.
/// work  the simulation, given the settings and the progress;  arms: those of the request
std::string carry_out(Context& context, AssayRequest const& request, double seed, std::vector<formats::RunInput> inputs,
                      Simulation const& work, std::vector<Simulation> const& arms = {}) {
    auto const threads = threads_of(context);
    context.talk(fmt::format("seed {}; {} thread{}: {}", static_cast<std::uint64_t>(seed), threads.count, threads.count == 1 ? "" : "s",
                             threads.reason));
    simulate::RunSettings settings{request.folder, request.naming, threads.count,     context.command_line(),
                                   version(),      now_iso(),      std::move(inputs), {}};
    if (request.until)
        settings.until = minutes(*request.until);
    watch_signals();
    simulate::RunOutcome outcome;
    {
        ProgressLine progress(context);
        outcome = work(settings, [&](double fraction) { progress.show(fraction); });
    }
    auto const directory = formats::RunDirectory::open(outcome.folder);
    if (!request.keep_as.empty() && request.text)
        directory.write_text(request.keep_as, *request.text);
    auto const arm_results = carry_out_arms(context, request, directory, settings, arms);
    directory.write_text("report.html", study::report_of(directory));
    context.talk(fmt::format("done in {:.1f} s; state {}", outcome.wall_seconds, outcome.state_hash));
    write_result(context, outcome, threads.count, request.label, arm_results);
    return outcome.folder;
}

template <class Kind> std::string run_kind(Context& context, AssayRequest const& request) {
    auto const base = context.parameters();
    auto const data_texts = context.sources.size();
    auto const reading = read_until<Kind>(context, request, base);
    context.warn(reading.warnings);
    for (auto const& line : echo_overrides(request.overrides, reading.resolved_text, reading.base))
        context.talk("set " + line);
    auto const inputs = inputs_of(context, request, data_texts);
    auto whole = request;
    if (whole.label.empty())
        whole.label = label_of(reading);
    for (auto& arm : arms_of(reading))
        whole.arms.push_back(std::move(arm));
    std::vector<Simulation> arms; // all are read before the first run begins
    for (auto const& arm : whole.arms) {
        auto changed = request;
        changed.overrides = arm.overrides;
        changed.overrides.insert(changed.overrides.end(), request.overrides.begin(), request.overrides.end());
        auto of_arm = read_until<Kind>(context, changed, base);
        take_arm(of_arm, arm.name);
        arms.emplace_back([&base, of_arm = std::move(of_arm)](auto const& settings, auto const& progress) {
            return Kind::simulate(of_arm, base, settings, progress);
        });
    }
    return carry_out(
        context, whole, reading.scenario.seed, inputs,
        [&](auto const& settings, auto const& progress) { return Kind::simulate(reading, base, settings, progress); }, arms);
}

std::string run_cohort_request(Context& context, AssayRequest const& request) {
    if (request.until)
        throw ScenarioError(Problem{{}, "usage", "a cohort has no --until", "", "-s host.duration=\"1 year\" shortens it"});
    auto folder = request.folder;
    using enum simulate::RunSettings::Naming;
    for (int n = request.naming == numbered ? 1 : 2; request.naming != as_given; ++n) {
        if (request.naming == numbered)
            folder = fmt::format("{}-{}", request.folder, n);
        if (!fs::exists(folder))
            break;
        folder = fmt::format("{}-{}", request.folder, n);
    }
    run_cohort(context, {request.name, request.file, request.text, request.overrides, folder, {}});
    if (!request.keep_as.empty() && request.text)
        formats::RunDirectory::open(folder).write_text(request.keep_as, *request.text);
    return folder;
}

/// The scenario of a run's folder, which must be a tissue.
scenario::TissueReading read_folder(Context& context, formats::RunDirectory const& directory, ParameterBase const& base,
                                    std::vector<std::string> const& overrides) {
    auto const file = directory.path_of("scenario.toml");
    if (scenario::scenario_kind_of_file(file) != "tissue")
        throw ScenarioError(Problem{{file, 0, 0, 1},
                                    "output",
                                    "the run in `" + directory.path() + "` has no checkpoints",
                                    "only tissues write them",
                                    "run its scenario.toml again"});
    return scenario::read_tissue_scenario_file(file, base, overrides, &context.sources);
}

} // namespace

std::vector<std::string> echo_overrides(std::vector<std::string> const& overrides, std::string const& resolved_text,
                                        ParameterBase const& base) {
    scenario::SourceTexts sources;
    scenario::ProblemList problems;
    auto const resolved = scenario::parse_toml("resolved", resolved_text, sources, problems);
    std::vector<std::string> out;
    for (auto const& text : overrides) {
        auto const change = scenario::parse_override(text, 1, sources, problems);
        if (!change || !resolved)
            continue;
        auto const* node = scenario::find_path(*resolved, change->path);
        std::string value;
        if (node != nullptr && node->kind == scenario::Node::Kind::text)
            value = node->text;
        else if (node != nullptr && node->is_number())
            value = nk::to_text(node->number);
        else if (node == nullptr && base.contains(change->path))
            value = nk::to_text(base.at(change->path).quantity);
        else
            value = text.substr(text.find('=') + 1);
        out.push_back(change->path + " = " + value);
    }
    return out;
}

std::string run_assay(Context& context, AssayRequest const& request) {
    auto const kind = request.text ? scenario::scenario_kind(*request.text) : scenario::scenario_kind_of_file(request.file);
    if (kind == "cohort")
        return run_cohort_request(context, request);
    if (kind == "sweep" || kind == "plan")
        throw ScenarioError(Problem{{request.file, 0, 0, 1},
                                    "kind",
                                    "a " + kind + " is not one run but many",
                                    "",
                                    fmt::format("`nk {} {}` carries it out", kind, request.file)});
    return kind == "tissue"                      ? run_kind<TissueRun>(context, request)
           : kind == "body" || kind == "therapy" ? run_kind<HostRun>(context, request)
                                                 : run_kind<WellRun>(context, request);
}

std::string resume_run(Context& context, std::string const& folder, std::optional<std::string> const& until) {
    auto const base = context.parameters();
    auto const directory = formats::RunDirectory::open(folder);
    auto const reading = read_folder(context, directory, base, {});
    AssayRequest request;
    request.until = until;
    return carry_out(context, request, reading.scenario.seed, {}, [&](auto const& settings, simulate::Progress const& progress) {
        return simulate::resume_tissue(directory, reading, base, settings, progress,
                                       [&](std::string const& sentence) { context.talk(sentence); });
    });
}

std::string fork_run(Context& context, std::string const& folder, std::string const& time, AssayRequest const& request) {
    auto const base = context.parameters();
    auto const directory = formats::RunDirectory::open(folder);
    auto const original = read_folder(context, directory, base, {});
    auto const changed = read_folder(context, directory, base, request.overrides);
    context.warn(changed.warnings);
    for (auto const& line : echo_overrides(request.overrides, changed.resolved_text, changed.base))
        context.talk("set " + line);
    return carry_out(context, request, changed.scenario.seed, {}, [&](auto const& settings, simulate::Progress const& progress) {
        return simulate::fork_tissue(directory, original, changed, minutes(time), base, settings, progress,
                                     [&](std::string const& sentence) { context.talk(sentence); });
    });
}

} // namespace nk::cli
