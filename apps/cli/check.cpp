#include "assay_run.hpp"
#include "verbs.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/simulate/assay.hpp"
#include "nk/simulate/well_builder.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

/// Cells of one well at its start and added later.
double cells_of(tissue::WellPlan const& plan) {
    auto cells = 0.0;
    for (auto const& batch : plan.batches)
        cells += static_cast<double>(batch.count);
    return cells;
}

struct Size {
    std::size_t wells = 0;
    double cells = 0.0, most = 0.0;
};

/// Builds every well as a run would, so that gates nobody passes and unreadable typings are found now.
Size size_of(scenario::WellReading const& reading) {
    Size out;
    std::map<std::string, double> known;
    for (auto const& place : simulate::plate_of(reading.scenario)) {
        auto key = fmt::format("{}\n{}\n{}", place.value, place.effector, place.e_to_t);
        for (auto const& target : place.targets)
            key += "\n" + target;
        if (!known.contains(key)) {
            auto scenario = reading.scenario;
            auto base = reading.base;
            if (!place.value.empty())
                scenario::set_value(scenario, base, scenario.plate.vary, place.value);
            known[key] = cells_of(simulate::WellBuilder(scenario, base).plan({place.e_to_t, place.effector, place.targets}));
        }
        ++out.wells;
        out.cells += known[key];
        out.most = std::max(out.most, known[key]);
    }
    return out;
}

} // namespace

void add_check(CLI::App& app, Context& context) {
    struct Options {
        std::string file;
        std::vector<std::string> overrides;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "check", "read a scenario and report every problem at once", group_experiment)
        .word("FILE", options->file, "scenario")
        .option("-s,--set", options->overrides, "KEY=VALUE", "change a value first; may be repeated")
        .example("nk check assay.toml")
        .does(context, [&context, options] {
            auto const base = context.parameters();
            auto const reading = scenario::read_well_scenario_file(options->file, base, options->overrides, &context.sources);
            auto const size = size_of(reading);
            if (context.json)
                return context.write(
                    {{"ok", true},
                     {"wells", size.wells},
                     {"cells", size.cells},
                     {"largest_well_cells", size.most},
                     {"simulated_minutes", reading.scenario.well.duration},
                     {"warnings", nlohmann::ordered_json::parse(scenario::render_json(reading.warnings, scenario::Severity::warning))}});
            context.warn(reading.warnings);
            for (auto const& line : echo_overrides(options->overrides, reading))
                context.talk("set " + line);
            context.out << fmt::format("ok: {} well{} of {}, {:.0f} cells in all, {:.0f} in the largest well\n", size.wells,
                                       size.wells == 1 ? "" : "s", formats::report::duration_text(reading.scenario.well.duration),
                                       size.cells, size.most);
        });
}

} // namespace nk::cli
