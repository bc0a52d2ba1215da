#include "verbs.hpp"

#include "nk/base/quantity.hpp"
#include "nk/formats/run_directory.hpp"
#include "nk/scenario/toml_document.hpp"

#include <cmath>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>

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

/// What is in a well: rows and columns move when a plate gets another dose or ratio, this does not.
std::string content_of(nlohmann::json const& well) {
    auto const& value = well.at("value").get_ref<std::string const&>();
    return fmt::format("{} on {}{} at {}:1, replicate {}", well.at("effector").get<std::string>(), well.at("target").get<std::string>(),
                       value.empty() ? "" : ", " + value + ",", nk::to_text(well.at("e_to_t").get<double>()),
                       well.at("replicate").get<int>());
}

bool is(nlohmann::json const& summary, char const* kind) {
    return summary.is_object() && summary.value("kind", "") == kind;
}

/// Last values that differ between two hosts, by their names in course.csv.
ordered_json host_outcomes(nlohmann::json const& a, nlohmann::json const& b) {
    auto out = ordered_json::array();
    for (auto const& [name, value] : a.at("last").items())
        if (b.at("last").contains(name) && value.is_number() && b.at("last").at(name).is_number() && value != b.at("last").at(name))
            out.push_back({{"readout", name}, {"a", value}, {"b", b.at("last").at(name)}});
    return out;
}

/// Counts that differ between two tissues: "killed tumour", "divisions", ...
ordered_json tissue_outcomes(nlohmann::json const& a, nlohmann::json const& b) {
    auto out = ordered_json::array();
    auto const compare_number = [&](std::string const& name, nlohmann::json const& one, nlohmann::json const& other) {
        if (one.is_number() && other.is_number() && one != other)
            out.push_back({{"readout", name}, {"a", one}, {"b", other}});
    };
    for (auto const* group : {"alive", "killed"})
        for (auto const& [kind, count] : a.at(group).items())
            if (b.at(group).contains(kind))
                compare_number(std::string(group) + " " + kind, count, b.at(group).at(kind));
    for (auto const* name : {"died_otherwise", "divisions", "nk_arrived", "infected"})
        compare_number(name, a.at(name), b.at(name));
    return out;
}

std::map<std::string, nlohmann::json> wells_of(nlohmann::json const& summary) {
    std::map<std::string, nlohmann::json> out;
    if (!summary.is_null() && !is(summary, "tissue") && !is(summary, "body") && !is(summary, "therapy"))
        for (auto const& well : summary.at("wells"))
            out.emplace(content_of(well), well);
    return out;
}

/// Read-outs that differ between wells with the same cells.
ordered_json outcomes(std::map<std::string, nlohmann::json> const& a, std::map<std::string, nlohmann::json> const& b) {
    static std::set<std::string> const place{"seed", "row", "column", "e_to_t", "replicate"};
    auto out = ordered_json::array();
    for (auto const& [content, well] : a) {
        auto const other = b.find(content);
        if (other == b.end())
            continue;
        for (auto const& [name, value] : well.items())
            if (!place.contains(name) && value.is_number() && other->second.contains(name) && other->second.at(name).is_number() &&
                value != other->second.at(name))
                out.push_back({{"row", well.at("row")},
                               {"column", well.at("column")},
                               {"well", content},
                               {"readout", name},
                               {"a", value},
                               {"b", other->second.at(name)}});
    }
    return out;
}

/// Wells of `a` that have no counterpart in `b`.
std::vector<std::string> only_in(std::map<std::string, nlohmann::json> const& a, std::map<std::string, nlohmann::json> const& b) {
    std::vector<std::string> out;
    for (auto const& [content, well] : a)
        if (!b.contains(content))
            out.push_back(content);
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
        if (!one.contains("row"))
            context.out << fmt::format("  {:<44} {:<28.6g} {:.6g}\n", one.at("readout").get<std::string>(), one.at("a").get<double>(),
                                       one.at("b").get<double>());
        else if (std::find(shown.begin(), shown.end(), one.at("readout")) != shown.end())
            context.out << fmt::format(
                "  {:<44} {:<28.4g} {:.4g}\n",
                fmt::format("{}{} {}", one.at("row").get<std::string>(), one.at("column").get<int>(), one.at("readout").get<std::string>()),
                one.at("a").get<double>(), one.at("b").get<double>());
}

void write_lonely(Context& context, std::string const& folder, std::vector<std::string> const& wells) {
    if (wells.empty())
        return;
    context.out << "Wells of " << folder << " alone\n";
    for (auto const& well : wells)
        context.out << "  " << well << "\n";
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
    auto const finished = !summary_a.is_null() && !summary_b.is_null();
    auto const wells_a = a.reading_summary([&] { return wells_of(summary_a); });
    auto const wells_b = b.reading_summary([&] { return wells_of(summary_b); });
    auto const outcomes_differ = a.reading_summary([&] {
        return is(summary_a, "tissue") && is(summary_b, "tissue") ? tissue_outcomes(summary_a, summary_b)
               : (is(summary_a, "body") || is(summary_a, "therapy")) && (is(summary_b, "body") || is(summary_b, "therapy"))
                   ? host_outcomes(summary_a, summary_b)
                   : outcomes(wells_a, wells_b);
    });
    auto const only_a = finished ? only_in(wells_a, wells_b) : std::vector<std::string>{};
    auto const only_b = finished ? only_in(wells_b, wells_a) : std::vector<std::string>{};
    auto const state = [](formats::RunDirectory const& run, nlohmann::json const& summary) {
        return run.reading_summary([&] { return summary.value("state_hash", ""); });
    };
    auto const same = finished && !state(a, summary_a).empty() && state(a, summary_a) == state(b, summary_b);
    if (context.json)
        return context.write({{"a", folder_a},
                              {"b", folder_b},
                              {"a_finished", !summary_a.is_null()},
                              {"b_finished", !summary_b.is_null()},
                              {"same_state", same},
                              {"scenario", as_json(scenario_differs)},
                              {"parameters", as_json(parameters_differ)},
                              {"outcomes", outcomes_differ},
                              {"wells_only_in_a", only_a},
                              {"wells_only_in_b", only_b}});
    if (!finished)
        context.talk("a run that is not finished has no parameters and outcomes to compare");
    context.out << fmt::format("  {:<44} {:<28} {}\n", "", folder_a, folder_b);
    write_list(context, "Scenario", scenario_differs);
    write_list(context, "Parameters", parameters_differ);
    write_outcomes(context, outcomes_differ);
    write_lonely(context, folder_a, only_a);
    write_lonely(context, folder_b, only_b);
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
