#include "assay_run.hpp"
#include "verbs.hpp"

#include "nk/base/time.hpp"
#include "nk/formats/report/text.hpp"
#include "nk/simulate/assay.hpp"
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/tissue_builder.hpp"
#include "nk/study/cohort.hpp"
#include "nk/study/sweep.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

struct CheckOptions {
    std::string file;
    std::vector<std::string> overrides;
};

template <class Reading> void talk_of(Context& context, CheckOptions const& options, Reading const& reading) {
    context.warn(reading.warnings);
    for (auto const& line : echo_overrides(options.overrides, reading.resolved_text, reading.base))
        context.talk("set " + line);
}

nlohmann::ordered_json warnings_of(std::vector<Problem> const& warnings) {
    return nlohmann::ordered_json::parse(scenario::render_json(warnings, scenario::Severity::warning));
}

void check_well(Context& context, CheckOptions const& options) {
    auto const reading = scenario::read_well_scenario_file(options.file, context.parameters(), options.overrides, &context.sources);
    auto const size = simulate::try_plate(reading.scenario, reading.base);
    auto const minutes = reading.scenario.well.duration;
    if (context.json)
        return context.write({{"ok", true},
                              {"wells", size.wells},
                              {"cells", size.cells},
                              {"largest_well_cells", size.most},
                              {"simulated_minutes", minutes},
                              {"warnings", warnings_of(reading.warnings)}});
    talk_of(context, options, reading);
    context.out << fmt::format("ok: {} well{} of {}, {:.0f} cells in all, {:.0f} in the largest well\n", size.wells,
                               size.wells == 1 ? "" : "s", formats::report::duration_text(minutes), size.cells, size.most);
}

void check_tissue(Context& context, CheckOptions const& options) {
    auto const reading = scenario::read_tissue_scenario_file(options.file, context.parameters(), options.overrides, &context.sources);
    auto const plan = simulate::build_tissue(reading.scenario, reading.base).plan;
    if (context.json)
        return context.write({{"ok", true},
                              {"cells", plan.cells.size()},
                              {"voxels", plan.voxels.size()},
                              {"substrates", plan.substrates.size()},
                              {"simulated_minutes", plan.duration},
                              {"warnings", warnings_of(reading.warnings)}});
    talk_of(context, options, reading);
    context.out << fmt::format("ok: {} cells at the start, {} substrate{} on {} voxels, {}\n", plan.cells.size(), plan.substrates.size(),
                               plan.substrates.size() == 1 ? "" : "s", plan.voxels.size(), formats::report::duration_text(plan.duration));
}

void check_host(Context& context, CheckOptions const& options) {
    auto const reading = scenario::read_host_scenario_file(options.file, context.parameters(), options.overrides, &context.sources);
    auto const plan = simulate::build_host(reading.scenario, reading.base);
    auto const minutes = reading.scenario.host.duration * minutes_per_day;
    if (context.json)
        return context.write({{"ok", true},
                              {"organs", plan.organs.size()},
                              {"classes", plan.meetings->classes().size()},
                              {"infections", plan.infections.size()},
                              {"tumours", plan.tumours.size()},
                              {"simulated_minutes", minutes},
                              {"warnings", warnings_of(reading.warnings)}});
    talk_of(context, options, reading);
    auto const plural = [](std::size_t count, char const* one) { return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s"); };
    context.out << fmt::format("ok: {}, {} of NK cells, {}, {}, {:.6g} days\n", plural(plan.organs.size(), "organ"),
                               fmt::format("{} classes", plan.meetings->classes().size()), plural(plan.infections.size(), "infection"),
                               plural(plan.tumours.size(), "tumour"), reading.scenario.host.duration);
}

void check_cohort(Context& context, CheckOptions const& options) {
    auto const base = context.parameters();
    auto const reader = [&](std::vector<std::string> const& more) {
        auto overrides = more;
        overrides.insert(overrides.end(), options.overrides.begin(), options.overrides.end());
        return scenario::read_cohort_scenario_file(options.file, base, overrides, &context.sources);
    };
    auto const study = study::plan_cohort(reader, base, version());
    if (context.json)
        return context.write(
            {{"ok", true}, {"jobs", study.plan.count}, {"arms", study.arms.size()}, {"warnings", warnings_of(study.reading.warnings)}});
    talk_of(context, options, study.reading);
    context.out << fmt::format("ok: {:.0f} people, {} arm{}, {} jobs\n", study.reading.scenario.cohort.people, study.arms.size(),
                               study.arms.size() == 1 ? "" : "s", study.plan.count);
}

void check_sweep(Context& context, CheckOptions const& options) {
    auto const base = context.parameters();
    auto const reading = scenario::read_sweep_file(options.file, base, options.overrides, &context.sources);
    auto const study = study::plan_sweep(reading, base, version());
    if (context.json)
        return context.write(
            {{"ok", true}, {"jobs", study.plan.count}, {"factors", study.factors.size()}, {"warnings", warnings_of(reading.warnings)}});
    context.warn(reading.warnings);
    context.out << fmt::format("ok: {} factors, {} jobs\n", study.factors.size(), study.plan.count);
}

} // namespace

void add_check(CLI::App& app, Context& context) {
    auto const options = std::make_shared<CheckOptions>();
    Verb(app, "check", "read a scenario and report every problem at once", group_experiment)
        .word("FILE", options->file, "scenario")
        .option("-s,--set", options->overrides, "KEY=VALUE", "change a value first; may be repeated")
        .example("nk check assay.toml")
        .does(context, [&context, options] {
            auto const kind = scenario::scenario_kind_of_file(options->file);
            kind == "tissue"                      ? check_tissue(context, *options)
            : kind == "body" || kind == "therapy" ? check_host(context, *options)
            : kind == "cohort"                    ? check_cohort(context, *options)
            : kind == "sweep"                     ? check_sweep(context, *options)
                                                  : check_well(context, *options);
        });
}

} // namespace nk::cli
