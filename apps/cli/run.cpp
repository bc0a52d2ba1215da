#include "assay_run.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {

void add_run(CLI::App& app, Context& context) {
    struct Options {
        std::string file, folder;
        std::vector<std::string> overrides;
        std::optional<std::uint64_t> seed, replicates;
        std::optional<std::string> until;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "run", "run a scenario and write its results and report into a folder", group_experiment)
        .word("FILE", options->file, "scenario")
        .option("-o,--output", options->folder, "DIR", "folder to make (default: the next free runs/NAME-N)")
        .option("-s,--set", options->overrides, "KEY=VALUE", "change a value of the scenario or a parameter; may be repeated")
        .option("--seed", options->seed, "N", "seed of all random numbers")
        .option("--replicates", options->replicates, "N", "wells of each combination")
        .option("--until", options->until, "TIME", "end earlier, such as \"2 h\"; a tissue can go on with `nk resume`")
        .example("nk run assay.toml -s well.duration=\"6 h\" --seed 7 -o out")
        .does(context, [&context, options] {
            AssayRequest request;
            request.name = std::filesystem::path(options->file).stem().string();
            using enum simulate::RunSettings::Naming;
            request.naming = options->folder.empty() ? numbered : as_given;
            request.folder = options->folder.empty() ? "runs/" + request.name : options->folder;
            request.overrides = options->overrides;
            if (options->seed)
                request.overrides.push_back(fmt::format("seed={}", *options->seed));
            if (options->replicates)
                request.overrides.push_back(fmt::format("plate.replicates={}", *options->replicates));
            request.until = options->until;
            request.file = options->file;
            run_assay(context, request);
        });
}

} // namespace nk::cli
