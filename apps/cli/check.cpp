#include "assay_run.hpp"
#include "verbs.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/simulate/assay.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {

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
            auto const size = simulate::try_plate(reading.scenario, reading.base);
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
