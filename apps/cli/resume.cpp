#include "assay_run.hpp"
#include "verbs.hpp"

#include "nk/base/error.hpp"

#include <memory>

namespace nk::cli {

void add_resume(CLI::App& app, Context& context) {
    struct Options {
        std::string folder;
        std::optional<std::string> until;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "resume", "go on with a tissue that was stopped, exactly as if it had not been", group_experiment)
        .word("DIR", options->folder, "folder of the run")
        .option("--until", options->until, "TIME", "stop again then, such as \"12 h\"")
        .example("nk resume runs/nodule-1")
        .does(context, [&context, options] { resume_run(context, options->folder, options->until); });
}

void add_fork(CLI::App& app, Context& context) {
    struct Options {
        std::string place, folder;
        std::vector<std::string> overrides;
        std::optional<std::string> until;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "fork", "branch a tissue's run from a time on, with other values and the same random numbers", group_experiment)
        .word("DIR@TIME", options->place, "folder of the run, and the time, such as \"runs/nodule-1@6 h\"")
        .option("-o,--output", options->folder, "DIR", "folder to make (default: DIR-fork, or the next free one)")
        .option("-s,--set", options->overrides, "KEY=VALUE", "what differs in the branch; may be repeated")
        .option("--until", options->until, "TIME", "stop then")
        .example("nk fork \"runs/nodule-1@6 h\" -s \"nk.resting.pull=0 um/min\" -o without-pull")
        .does(context, [&context, options] {
            auto const at = options->place.rfind('@');
            if (at == std::string::npos || at == 0)
                throw ScenarioError(Problem{{}, "name", "`" + options->place + "` names no time", "", "write it like `runs/nodule-1@6 h`"});
            AssayRequest request;
            using enum simulate::RunSettings::Naming;
            request.naming = options->folder.empty() ? free : as_given;
            request.folder = options->folder.empty() ? options->place.substr(0, at) + "-fork" : options->folder;
            request.overrides = options->overrides;
            request.until = options->until;
            fork_run(context, options->place.substr(0, at), options->place.substr(at + 1), request);
        });
}

} // namespace nk::cli
