#include "study_files.hpp"
#include "verbs.hpp"

#include "nk/backend/machine.hpp"
#include "nk/formats/file.hpp"
#include "nk/study/ensemble.hpp"
#include "nk/study/validate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

struct ValidateOptions {
    std::vector<std::string> ids;
    bool list = false;
    bool quick = false;
    bool check = false;
    std::optional<std::string> folder;
    std::optional<std::string> output;
    std::optional<std::string> write_status;
    std::optional<std::uint64_t> members;
};

nlohmann::ordered_json number(double x) {
    return std::isfinite(x) && std::abs(x) < 1e200 ? nlohmann::ordered_json(x) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json json_of(std::vector<study::Validation> const& validations) {
    auto out = nlohmann::ordered_json::array();
    for (auto const& validation : validations)
        for (auto const& [result, low, high] : validation.checks) {
            auto const& e = validation.experiment;
            out.push_back({{"id", e.id},
                           {"check", result.check.name},
                           {"observed", number(result.observed)},
                           {"observed_low", number(low)},
                           {"observed_high", number(high)},
                           {"published", number(result.check.published)},
                           {"low", number(result.check.low)},
                           {"high", number(result.check.high)},
                           {"pass", result.pass},
                           {"grade", e.grade},
                           {"confidence", e.confidence},
                           {"role", e.role},
                           {"note", result.check.note.empty() ? e.note : result.check.note}});
        }
    return out;
}

void print(Context& context, study::Validation const& validation) {
    auto const& e = validation.experiment;
    context.out << fmt::format("{}  {}  [{}, grade {}, numbers {}]  {:.1f} s\n", e.id, e.title, e.role, e.grade, e.confidence,
                               validation.seconds);
    for (auto const& [result, low, high] : validation.checks) {
        auto const& c = result.check;
        auto const tolerance = c.low < -1e200   ? fmt::format("at most {:.4g}", c.high)
                               : c.high > 1e200 ? fmt::format("at least {:.4g}", c.low)
                                                : fmt::format("{:.4g} to {:.4g}", c.low, c.high);
        auto const interval = std::isfinite(low) ? fmt::format(" ({:.3g} to {:.3g})", low, high) : "";
        context.out << fmt::format("  {:<4} {:<58} {:>9.4g}{}   published {:.4g}, tolerance {}\n", result.pass ? "hit" : "MISS", c.name,
                                   result.observed, interval, c.published, tolerance);
    }
}

void run_validate(Context& context, ValidateOptions const& options) {
    auto const base = context.parameters();
    auto const folder = options.folder ? std::optional<std::filesystem::path>(*options.folder) : std::nullopt;
    auto const files = study_files(folder);
    auto const known = study::experiment_ids(files.paths);
    if (known.empty())
        throw ScenarioError(Problem{{},
                                    "name",
                                    "there is no experiment below `" + options.folder.value_or("validation") + "`",
                                    "",
                                    "an experiment is a folder that holds experiment.toml"});
    auto const& ids = options.ids.empty() ? known : options.ids;
    std::vector<study::Experiment> experiments;
    for (auto const& id : ids)
        experiments.push_back(study::load_experiment(id, known, files.text, base));
    if (options.list && context.json) {
        auto list = nlohmann::ordered_json::array();
        for (auto const& e : experiments)
            list.push_back({{"id", e.id}, {"title", e.title}, {"role", e.role}, {"grade", e.grade}, {"quick", e.quick}});
        context.write(list);
        return;
    }
    if (options.list) {
        for (auto const& e : experiments)
            context.out << fmt::format("{}  {}  [{}, grade {}{}]\n", e.id, e.title, e.role, e.grade, e.quick ? "" : ", full set only");
        return;
    }
    if (options.quick) {
        std::erase_if(experiments, [](auto const& e) { return !e.quick; });
        std::transform(experiments.begin(), experiments.end(), experiments.begin(), study::quick_part);
    }
    if (options.output)
        formats::make_directory(*options.output); // a folder that cannot be written is told before the work
    auto const threads = context.threads ? *context.threads : backend::usable_threads().count;
    std::vector<ParameterBase> members;
    if (auto const wanted = static_cast<std::size_t>(options.members.value_or(0)); wanted > 0) {
        study::Ensemble const ensemble(base, study::ensemble_text(context.data));
        auto const count = std::min(wanted, ensemble.size());
        for (std::size_t i = 0; i < count; ++i) // evenly over the list, which is sorted by cost
            members.push_back(ensemble.member(i * ensemble.size() / count));
    }
    std::vector<study::Validation> validations;
    for (auto const& experiment : experiments) {
        context.talk(fmt::format("running {} ({})", experiment.id, experiment.title));
        validations.push_back(study::validate(experiment, files.text, base, members, backend::Executor(threads)));
        if (!context.json)
            print(context, validations.back());
    }
    if (context.json)
        context.write(json_of(validations));
    if (options.output) {
        formats::write_atomically(*options.output + "/validation.html", study::validation_page(validations, version(), base.hash()));
        context.talk("page: " + *options.output + "/validation.html");
    }
    if (options.write_status)
        formats::write_atomically(*options.write_status, study::status_text(validations));
    if (options.check) {
        auto const status = files.text("validation/status.toml");
        auto const differences = study::unexpected(validations, study::known_misses(status.value_or("misses = []")));
        for (auto const& difference : differences)
            context.err << "validation changed: " << difference << "\n";
        if (!differences.empty())
            context.exit_code = static_cast<int>(Exit::numerical);
        else
            context.talk("validation is as validation/status.toml says");
    }
}

} // namespace

void add_validate(CLI::App& app, Context& context) {
    auto options = std::make_shared<ValidateOptions>();
    Verb verb(app, "validate", "run published experiments and compare; misses are results", group_understand);
    verb.words("ID", options->ids, "experiments, e.g. V01 V05; none = all")
        .flag("--list", options->list, "list the experiments")
        .flag("--quick", options->quick, "leave out the slow ones")
        .flag("--check", options->check, "fail when hits and misses differ from validation/status.toml")
        .option("--members", options->members, "N", "also run N parameter sets of the ensemble and show the interval")
        .option("--folder", options->folder, "DIR", "experiments of your own instead of the shipped ones")
        .option("--write-status", options->write_status, "FILE", "write the list of misses")
        .option("-o,--output", options->output, "DIR", "write validation.html there")
        .example("nk validate V01 V05 -o validation")
        .does(context, [&context, options] { run_validate(context, *options); });
}

} // namespace nk::cli
