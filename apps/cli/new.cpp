#include "verbs.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"
#include "nk/scenario/embedded.hpp"

#include <memory>

namespace nk::cli {
namespace {

constexpr std::string_view prefix = "data/templates/", suffix = ".toml";

std::string template_text(std::string const& kind) {
    std::vector<std::string> kinds;
    for (auto const& file : scenario::embedded_files()) {
        if (!file.path.starts_with(prefix) || !file.path.ends_with(suffix))
            continue;
        kinds.emplace_back(file.path.substr(prefix.size(), file.path.size() - prefix.size() - suffix.size()));
        if (kinds.back() == kind)
            return std::string(file.content);
    }
    std::string list;
    for (auto const& one : kinds)
        list += (list.empty() ? "`" : ", `") + one + "`";
    throw ScenarioError(Problem{{}, "name", "there is no template `" + kind + "`", "", "kinds of scenario: " + list});
}

std::string verb_of(std::string const& kind) {
    return kind == "cohort" || kind == "sweep" || kind == "plan" ? kind : "run";
}

/// Of the scenario that another one names.
std::string needs(std::string const& kind) {
    return kind == "plan"    ? "write the scenario it names with `nk new cohort trial.toml`, then "
           : kind == "sweep" ? "write the scenario it names with `nk new well assay.toml`, then "
                             : "";
}

} // namespace

void add_new(CLI::App& app, Context& context) {
    struct Options {
        std::string kind, file;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "new", "print or write a commented scenario to start from", group_experiment)
        .word("KIND", options->kind, "kind of scenario: well, tissue, body, therapy, cohort, sweep or plan")
        .word("FILE", options->file, "file to write (default: standard output)", false)
        .example("nk new well assay.toml")
        .does(context, [&context, options] {
            auto const text = template_text(options->kind);
            auto const& file = options->file;
            std::error_code ignored;
            if (!file.empty() && std::filesystem::exists(file, ignored))
                throw ScenarioError(Problem{{}, "output", "`" + file + "` exists already", "", "choose another name or remove it"});
            if (!file.empty())
                formats::write_atomically(file, text);
            if (context.json)
                context.write({{"kind", options->kind}, {"file", file}, {"text", text}});
            else if (file.empty())
                context.out << text;
            else
                context.talk("wrote " + file + "; " + needs(options->kind) + "run it with `nk " + verb_of(options->kind) + " " + file +
                             "`");
        });
}

} // namespace nk::cli
