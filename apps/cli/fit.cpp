#include "study_files.hpp"
#include "verbs.hpp"

#include "nk/backend/machine.hpp"
#include "nk/formats/file.hpp"
#include "nk/scenario/extends.hpp"
#include "nk/study/calibration.hpp"
#include "nk/study/validate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

struct FitOptions {
    std::string file;
    std::optional<std::string> output;
    std::optional<std::string> folder;
};

void run_fit(Context& context, FitOptions const& options) {
    auto const base = context.parameters();
    auto const calibration = study::read_calibration(scenario::read_file(options.file), base, options.file);
    auto const files = study_files(options.folder ? std::optional<std::filesystem::path>(*options.folder) : std::nullopt);
    auto const known = study::experiment_ids(files.paths);
    std::vector<study::Experiment> experiments;
    for (auto const& id : calibration.experiments)
        experiments.push_back(study::load_experiment(id, known, files.text, base));
    auto const threads = context.threads ? *context.threads : backend::usable_threads().count;
    auto const output = options.output.value_or("ensemble.csv");
    auto const members = study::calibrate(calibration, experiments, files.text, base, backend::Executor(threads),
                                          [&](std::string const& line, std::vector<study::Candidate> const& so_far) {
                                              context.talk(line);
                                              formats::write_atomically(output + ".part", study::ensemble_csv(calibration, so_far, base));
                                          });
    formats::write_atomically(output, study::ensemble_csv(calibration, members, base));
    std::error_code ignored;
    std::filesystem::remove(output + ".part", ignored);
    auto const feasible = std::count_if(members.begin(), members.end(), [](auto const& m) { return m.misses == 0; });
    context.talk(fmt::format("{} sets in `{}`, {} of them meet every check", members.size(), output, feasible));
    if (context.json) {
        nlohmann::ordered_json document{
            {"file", output}, {"members", members.size()}, {"feasible", feasible}, {"sets", nlohmann::ordered_json::array()}};
        for (auto const& member : members)
            document["sets"].push_back({{"cost", member.cost}, {"misses", member.misses}, {"values", member.values}});
        context.write(document);
    }
}

} // namespace

void add_fit(CLI::App& app, Context& context) {
    auto options = std::make_shared<FitOptions>();
    Verb verb(app, "fit", "find parameter sets that meet published experiments", group_understand);
    verb.word("FILE", options->file, "calibration: experiments to meet and parameters to move")
        .option("-o,--output", options->output, "FILE", "table of parameter sets (ensemble.csv)")
        .option("--folder", options->folder, "DIR", "experiments of your own instead of the shipped ones")
        .example("nk fit validation/calibration.toml -o data/ensemble.csv")
        .does(context, [&context, options] { run_fit(context, *options); });
}

} // namespace nk::cli
