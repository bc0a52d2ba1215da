#include "assay_run.hpp"
#include "verbs.hpp"

#include "nk/scenario/embedded.hpp"
#include "nk/study/example.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

constexpr std::string_view folder_prefix = "examples/", file_name = "/scenario.toml", demo_prefix = "demo-";

struct Demo {
    std::string name; ///< of its folder, without "demo-"
    std::string text;
    std::string folder; ///< "examples/demo-tumour"
};

std::vector<Demo> demos() {
    std::vector<Demo> out;
    for (auto const& file : scenario::embedded_files()) {
        if (!file.path.starts_with(folder_prefix) || !file.path.ends_with(file_name))
            continue;
        auto name = file.path.substr(folder_prefix.size(), file.path.size() - folder_prefix.size() - file_name.size());
        if (name.starts_with(demo_prefix))
            name.remove_prefix(demo_prefix.size());
        out.push_back(
            {std::string(name), std::string(file.content), std::string(file.path.substr(0, file.path.size() - file_name.size()))});
    }
    return out;
}

void list(Context& context) {
    auto const base = context.parameters();
    auto document = nlohmann::ordered_json::array();
    for (auto const& demo : demos()) {
        auto const show = [&](auto const& scenario) {
            document.push_back({{"name", demo.name}, {"title", scenario.title}, {"question", scenario.question}});
            if (!context.json)
                context.out << fmt::format("{:32}{}\n", demo.name, scenario.title);
        };
        auto const kind = scenario::scenario_kind(demo.text);
        if (kind == "body" || kind == "therapy")
            show(scenario::read_host_scenario(demo.text, base).scenario);
        else if (kind == "cohort")
            show(scenario::read_cohort_scenario(demo.text, base).scenario);
        else if (kind == "tissue")
            show(scenario::read_tissue_scenario(demo.text, base).scenario);
        else
            show(scenario::read_well_scenario(demo.text, base).scenario);
    }
    if (context.json)
        context.write(document);
}

Demo find(std::string const& asked) {
    auto const wanted = asked.starts_with(demo_prefix) ? asked.substr(demo_prefix.size()) : asked;
    std::vector<std::string> names;
    for (auto const& demo : demos()) {
        if (demo.name == wanted)
            return demo;
        names.push_back(demo.name);
    }
    auto const near = nearest_name(wanted, names);
    throw ScenarioError(Problem{{},
                                "name",
                                "there is no demo `" + asked + "`",
                                "",
                                near.empty() ? "`nk demo --list` lists them" : "did you mean `nk demo " + near + "`?"});
}

/// The runs that a tissue of this example is compared with.
void add_arms(Context& context, Demo const& demo, AssayRequest& request) {
    if (scenario::scenario_kind(demo.text) != "tissue")
        return;
    auto const path = demo.folder + "/expected.toml";
    for (auto const& file : scenario::embedded_files()) {
        if (file.path != path)
            continue;
        auto const example = study::read_example(std::string(file.content), context.parameters(), path);
        for (auto const& arm : example.arm)
            if (&arm == &example.arm.front())
                request.label = arm.label;
            else
                request.arms.push_back({arm.name, arm.label, arm.set});
    }
}

} // namespace

void add_demo(CLI::App& app, Context& context) {
    struct Options {
        std::string name = "killing-assay", folder;
        bool list = false;
        std::vector<std::string> overrides;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "demo", "run an example and write its scenario and report into a new folder", group_experiment)
        .word("NAME", options->name, "which example (default: killing-assay)", false)
        .flag("--list", options->list, "list the examples")
        .option("-o,--output", options->folder, "DIR", "folder to make (default: nk-demo-NAME)")
        .option("-s,--set", options->overrides, "KEY=VALUE", "change a value; may be repeated")
        .example("nk demo")
        .does(context, [&context, options] {
            if (options->list)
                return list(context);
            auto const demo = find(options->name);
            AssayRequest request;
            request.name = demo.name;
            using enum simulate::RunSettings::Naming;
            request.naming = options->folder.empty() ? free : as_given;
            request.folder = options->folder.empty() ? "nk-demo-" + demo.name : options->folder;
            request.overrides = options->overrides;
            request.text = demo.text;
            request.keep_as = demo.name + ".toml";
            add_arms(context, demo, request);
            auto const folder = run_assay(context, request);
            context.talk(fmt::format("open {0}/report.html in a browser; edit {0}/{1} and run it with `nk run`", folder, request.keep_as));
        });
}

} // namespace nk::cli
