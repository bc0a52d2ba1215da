#include "verbs.hpp"

#include "nk/base/quantity.hpp"
#include "nk/formats/run_directory.hpp"
#include "nk/scenario/toml_document.hpp"

#include <cmath>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace nk::cli {
namespace {

using nlohmann::ordered_json;

/// Two texts that differ, under one name.
struct Difference {
    std::string name, a, b;
};

void flatten(scenario::Node const& node, std::string const& path, std::map<std::string, std::string>& out) {
    if (node.is_table() || node.is_array()) {
        auto index = 0;
        for (auto const& child : node.children) {
            auto const key = node.is_table() ? child.key : std::to_string(index++);
            flatten(child, path.empty() ? key : path + "." + key, out);
        }
        return;
    }
    out[path] = node.is_number()                             ? nk::to_text(node.number)
                : node.kind == scenario::Node::Kind::boolean ? (node.flag ? "true" : "false")
                                                             : node.text;
}

/// Every value of a run's resolved scenario by its dotted key.
std::map<std::string, std::string> scenario_values(formats::RunDirectory const& run) {
    scenario::SourceTexts sources;
    scenario::ProblemList problems;
    std::map<std::string, std::string> out;
    if (auto const root = scenario::parse_toml(run.path_of("scenario.toml"), run.scenario(), sources, problems))
        flatten(*root, "", out);
    problems.throw_if_any();
    return out;
}

/// Every number of a run's parameter base with its unit; empty while the run is not finished.
std::map<std::string, std::string> parameters(formats::RunDirectory const& run) {
    std::map<std::string, std::string> out;
    if (!run.finished())
        return out;
    auto const table = run.series("parameters");
    for (std::size_t i = 0; i < table.rows(); ++i)
        out[std::get<std::vector<std::string>>(table.columns.at(0).values)[i]] =
            nk::to_text(Quantity{std::get<std::vector<double>>(table.columns.at(1).values)[i],
                                 std::get<std::vector<std::string>>(table.columns.at(2).values)[i]});
    return out;
}

std::vector<Difference> differences(std::map<std::string, std::string> const& a, std::map<std::string, std::string> const& b) {
    std::vector<Difference> out;
    for (auto const& [name, value] : a)
        if (auto const other = b.find(name); other == b.end() || other->second != value)
            out.push_back({name, value, other == b.end() ? "-" : other->second});
    for (auto const& [name, value] : b)
        if (!a.contains(name))
            out.push_back({name, "-", value});
    return out;
}

/// Read-outs that differ between wells of the same place.
ordered_json outcomes(nlohmann::json const& a, nlohmann::json const& b) {
    auto out = ordered_json::array();
    if (a.is_null() || b.is_null())
        return out;
    for (auto const& well : a.at("wells"))
        for (auto const& other : b.at("wells")) {
            if (well.at("row") != other.at("row") || well.at("column") != other.at("column"))
                continue;
            for (auto const& [name, value] : well.items())
                if (name != "seed" && value.is_number() && other.contains(name) && other.at(name).is_number() && value != other.at(name))
                    out.push_back(
                        {{"row", well.at("row")}, {"column", well.at("column")}, {"readout", name}, {"a", value}, {"b", other.at(name)}});
        }
    return out;
}

void write_list(Context& context, char const* heading, std::vector<Difference> const& list) {
    if (list.empty())
        return;
    context.out << heading << "\n";
    for (auto const& one : list)
        context.out << fmt::format("  {:<44} {:<28} {}\n", one.name, one.a, one.b);
}

/// The four read-outs that everybody asks for; the others are in the JSON.
void write_outcomes(Context& context, ordered_json const& list) {
    static std::vector<std::string> const shown{"specific_lysis_percent", "kills_per_nk", "fraction_non_killers", "cd107a_percent"};
    if (list.empty())
        return;
    context.out << "Outcomes\n";
    for (auto const& one : list)
        if (std::find(shown.begin(), shown.end(), one.at("readout")) != shown.end())
            context.out << fmt::format(
                "  {:<44} {:<28.4g} {:.4g}\n",
                fmt::format("{}{} {}", one.at("row").get<std::string>(), one.at("column").get<int>(), one.at("readout").get<std::string>()),
                one.at("a").get<double>(), one.at("b").get<double>());
}

ordered_json as_json(std::vector<Difference> const& list) {
    auto out = ordered_json::array();
    for (auto const& one : list)
        out.push_back({{"name", one.name}, {"a", one.a}, {"b", one.b}});
    return out;
}

void compare(Context& context, std::string const& folder_a, std::string const& folder_b) {
    auto const a = formats::RunDirectory::open(folder_a), b = formats::RunDirectory::open(folder_b);
    auto const scenario_differs = differences(scenario_values(a), scenario_values(b));
    auto const parameters_a = parameters(a), parameters_b = parameters(b);
    auto const parameters_differ =
        parameters_a.empty() || parameters_b.empty() ? std::vector<Difference>{} : differences(parameters_a, parameters_b);
    auto const summary_a = a.summary(), summary_b = b.summary();
    auto const outcomes_differ = outcomes(summary_a, summary_b);
    auto const finished = !summary_a.is_null() && !summary_b.is_null();
    auto const same = finished && summary_a.value("state_hash", "a") == summary_b.value("state_hash", "b");
    if (context.json)
        return context.write({{"a", folder_a},
                              {"b", folder_b},
                              {"same_state", same},
                              {"scenario", as_json(scenario_differs)},
                              {"parameters", as_json(parameters_differ)},
                              {"outcomes", outcomes_differ}});
    if (!finished)
        context.talk("a run that is not finished has no parameters and outcomes to compare");
    context.out << fmt::format("  {:<44} {:<28} {}\n", "", folder_a, folder_b);
    write_list(context, "Scenario", scenario_differs);
    write_list(context, "Parameters", parameters_differ);
    write_outcomes(context, outcomes_differ);
    context.out << (same ? "The final states are equal.\n" : finished ? "The final states differ.\n" : "");
}

} // namespace

void add_diff(CLI::App& app, Context& context) {
    struct Options {
        std::string a, b;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "diff", "parameters and outcomes that differ between two runs", group_understand)
        .word("RUN_A", options->a, "folder of a run")
        .word("RUN_B", options->b, "folder of another run")
        .example("nk diff runs/assay-1 runs/assay-2")
        .does(context, [&context, options] { compare(context, options->a, options->b); });
}

} // namespace nk::cli
