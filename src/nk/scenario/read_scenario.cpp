#include "nk/scenario/read_scenario.hpp"

#include "nk/scenario/assign.hpp"
#include "nk/scenario/check.hpp"
#include "nk/scenario/extends.hpp"
#include "nk/scenario/overrides.hpp"
#include "nk/scenario/reader.hpp"
#include "nk/scenario/toml_writer.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

template <Described T> std::vector<std::string> top_level_names() {
    std::vector<std::string> out;
    for_each_field<T>([&](auto const& field) { out.emplace_back(field.name); });
    return out;
}

void apply_parameter(ParameterBase& base, std::string const& name, std::string const& text, Place const& where, ProblemList& problems) {
    try {
        auto const quantity = parse_quantity(text);
        if (auto const& unit = base.at(name).quantity.unit; !converts(quantity.unit, unit))
            return problems.add(unit_problem(where, name, quantity, unit));
        base.set(name, quantity, where);
        auto const& now = base.at(name);
        if (now.quantity.value < now.low || now.quantity.value > now.high)
            problems.warn({where, "range", fmt::format("`{}` leaves its published range", name),
                           fmt::format("{}; known values: {} to {}", to_text(now.quantity), to_text(now.low), to_text(now.high)), ""});
    } catch (ScenarioError const& error) {
        for (auto problem : error.problems()) {
            if (problem.where.line == 0)
                problem.where = where;
            problems.add(std::move(problem));
        }
    } catch (std::invalid_argument const& error) {
        auto const hint = base.contains(name) ? "write it like `" + to_text(base.at(name).quantity) + "`" : std::string{};
        problems.add({where, "unit", fmt::format("`{}` cannot be read: {}", shortened(name), error.what()), "", hint});
    }
}

template <class Scenario> void name_own_drugs(Scenario& scenario, ParameterBase const& base) {
    auto const& rows = base.children("drug");
    for (auto& [name, drug] : scenario.drug)
        if (drug.like.empty() && std::find(rows.begin(), rows.end(), name) != rows.end())
            drug.like = name;
}

/// A drug table that carries the name of a row and no `like` means that row.
template <class Scenario> void name_drugs(Scenario& scenario, ParameterBase const& base) {
    if constexpr (!std::is_base_of_v<HostScenario, Scenario>)
        name_own_drugs(scenario, base);
}

/// Names of files are seen from the file that states them; of an option `-s`, from the working folder.
void locate_files(WellScenario&, Node const&, SourceTexts const&) {}
void locate_files(HostScenario&, Node const&, SourceTexts const&) {}
void locate_files(TissueScenario& scenario, Node const& root, SourceTexts const& sources) {
    auto const* places = root.find("place");
    for (auto& entry : scenario.place) { // no structured binding: clang 14 cannot capture one
        auto& place = entry.second;
        auto const* table = places != nullptr ? places->find(entry.first) : nullptr;
        auto const locate = [&](std::string const& key, std::string& file) {
            auto const* node = table != nullptr && !file.empty() ? table->find(key) : nullptr;
            if (node == nullptr)
                return;
            auto const where = sources.place(node->where);
            if (key != "kinds")
                place.source = where;
            file = (std::filesystem::path(where.file).parent_path() / file).lexically_normal().string();
        };
        locate("file", place.file);
        locate("kinds", place.kinds);
        locate("run", place.run);
    }
}

char const* assay_name(WellScenario const&) {
    return "a killing assay";
}
char const* assay_name(TissueScenario const&) {
    return "a tissue";
}
char const* assay_name(HostScenario const&) {
    return "a host";
}
char const* assay_name(CohortScenario const&) {
    return "a cohort";
}

void check(WellScenario const& scenario, Node const& root, SourceTexts const& sources, ParameterBase const& base, ProblemList& problems) {
    check_well({scenario, root, sources, base, problems});
}
void check(TissueScenario const& scenario, Node const& root, SourceTexts const& sources, ParameterBase const& base, ProblemList& problems) {
    auto const meetings = meetings_of(scenario);
    check_tissue({meetings, root, sources, base, problems}, scenario);
}
void check(HostScenario const& scenario, Node const& root, SourceTexts const& sources, ParameterBase const& base, ProblemList& problems) {
    auto const meetings = meetings_of(scenario);
    check_host({meetings, root, sources, base, problems}, scenario);
}
void check(CohortScenario const& scenario, Node const& root, SourceTexts const& sources, ParameterBase const& base, ProblemList& problems) {
    auto const meetings = meetings_of(scenario);
    check_cohort({meetings, root, sources, base, problems}, scenario);
}

template <class Scenario>
ScenarioReading<Scenario> read_document(Node const& root, ParameterBase const& base, SourceTexts const& sources, ProblemList& problems) {
    // a file of another kind would only give a flood of unknown keys
    Scenario const usual;
    auto const fits = [&](std::string const& kind) {
        return kind == usual.kind || (std::is_same_v<Scenario, HostScenario> && kind == "therapy");
    };
    if (auto const* kind = root.find("kind"); !fits(kind != nullptr ? kind->text : "well")) {
        problems.add({sources.place(kind != nullptr ? kind->where : root.where), "name", fmt::format("this is not {}", assay_name(usual)),
                      fmt::format("kind is `{}`; expected \"{}\"", kind != nullptr ? shortened(kind->text) : "well", usual.kind), ""});
        problems.throw_if_any();
    }
    ScenarioReading<Scenario> out;
    out.base = base;
    ValueReader reader(sources, base, problems);
    out.scenario = read<Scenario>(reader, root);
    for (auto const& [name, text] : out.scenario.parameters) {
        if (problems.full())
            break;
        apply_parameter(out.base, name, text, sources.place(nearest_on_path(root, "parameters." + name).where), problems);
    }
    name_drugs(out.scenario, out.base);
    locate_files(out.scenario, root, sources);
    // meaning is checked only of what could be read, or one slip would be reported several times
    if (problems.empty())
        check(out.scenario, root, sources, out.base, problems);
    problems.throw_if_any();
    out.warnings = problems.warnings();
    out.resolved_text = to_toml(out.scenario);
    return out;
}

/// The boxes of sites may extend files of their own.
void resolve_boxes(Node& root, FileOpener const& open, SourceTexts& sources, ProblemList& problems) {
    for (auto& table : root.children)
        if (table.key == "site")
            for (auto& site : table.children)
                for (auto& box : site.children)
                    if (auto const* extends = box.key == "box" ? box.find("extends") : nullptr) {
                        auto const key = box.key; // the root of a file has none
                        resolve_extends(box, sources.place(extends->where).file, open, sources, problems);
                        box.key = key;
                    }
}

template <class Scenario>
ScenarioReading<Scenario> read_text(std::string_view text, std::filesystem::path const& name, FileOpener const& open,
                                    ParameterBase const& base, std::vector<std::string> const& overrides, SourceTexts& sources) {
    ProblemList problems;
    auto root = parse_toml(name.string(), text, sources, problems);
    if (root)
        resolve_extends(*root, name, open, sources, problems);
    if (root && std::is_base_of_v<HostScenario, Scenario>)
        resolve_boxes(*root, open, sources, problems);
    std::vector<Override> changes;
    for (std::size_t i = 0; i < overrides.size(); ++i)
        if (auto change = parse_override(overrides[i], static_cast<int>(i) + 1, sources, problems))
            changes.push_back(std::move(*change));
    problems.throw_if_any();
    auto const top_level = top_level_names<Scenario>();
    for (auto& change : changes)
        apply_override(*root, std::move(change), top_level, base);
    return read_document<Scenario>(*root, base, sources, problems);
}

} // namespace

WellReading read_well_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides,
                               SourceTexts* sources, std::string const& name, FileOpener const& open) {
    SourceTexts own;
    return read_text<WellScenario>(text, name, open, base, overrides, sources != nullptr ? *sources : own);
}

WellReading read_well_scenario_file(std::filesystem::path const& file, ParameterBase const& base, std::vector<std::string> const& overrides,
                                    SourceTexts* sources) {
    return read_well_scenario(read_file(file), base, overrides, sources, file.string(), open_file);
}

TissueReading read_tissue_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides,
                                   SourceTexts* sources, std::string const& name, FileOpener const& open) {
    SourceTexts own;
    return read_text<TissueScenario>(text, name, open, base, overrides, sources != nullptr ? *sources : own);
}

TissueReading read_tissue_scenario_file(std::filesystem::path const& file, ParameterBase const& base,
                                        std::vector<std::string> const& overrides, SourceTexts* sources) {
    return read_tissue_scenario(read_file(file), base, overrides, sources, file.string(), open_file);
}

HostReading read_host_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides,
                               SourceTexts* sources, std::string const& name, FileOpener const& open) {
    SourceTexts own;
    return read_text<HostScenario>(text, name, open, base, overrides, sources != nullptr ? *sources : own);
}

HostReading read_host_scenario_file(std::filesystem::path const& file, ParameterBase const& base, std::vector<std::string> const& overrides,
                                    SourceTexts* sources) {
    return read_host_scenario(read_file(file), base, overrides, sources, file.string(), open_file);
}

namespace {

template <class Scenario> void set_any_value(Scenario& scenario, ParameterBase& base, std::string const& path, std::string const& value) {
    SourceTexts sources;
    ProblemList problems;
    auto const source = sources.add("value of " + path, value);
    auto const node = plain_value(value, {source, 1, 1, std::max(1, static_cast<int>(value.size()))});
    ValueReader reader(sources, base, problems);
    if (!assign(reader, scenario, path, node))
        apply_parameter(base, path, node.is_number() ? toml_number(node.number) : node.text, sources.place(node.where), problems);
    problems.throw_if_any();
}

} // namespace

void set_value(WellScenario& scenario, ParameterBase& base, std::string const& path, std::string const& value) {
    set_any_value(scenario, base, path, value);
}

void set_value(HostScenario& scenario, ParameterBase& base, std::string const& path, std::string const& value) {
    set_any_value(scenario, base, path, value);
}

CohortReading read_cohort_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides,
                                   SourceTexts* sources, std::string const& name, FileOpener const& open) {
    SourceTexts own;
    return read_text<CohortScenario>(text, name, open, base, overrides, sources != nullptr ? *sources : own);
}

CohortReading read_cohort_scenario_file(std::filesystem::path const& file, ParameterBase const& base,
                                        std::vector<std::string> const& overrides, SourceTexts* sources) {
    return read_cohort_scenario(read_file(file), base, overrides, sources, file.string(), open_file);
}

std::string scenario_kind(std::string_view text, std::string const& name, FileOpener const& open) {
    SourceTexts sources;
    ProblemList problems;
    auto root = parse_toml(name, text, sources, problems);
    if (root && open)
        resolve_extends(*root, name, open, sources, problems);
    auto const* kind = root ? root->find("kind") : nullptr;
    return kind != nullptr && kind->kind == Node::Kind::text ? kind->text : "well";
}

std::string scenario_kind_of_file(std::filesystem::path const& file) {
    return scenario_kind(read_file(file), file.string(), open_file);
}

} // namespace nk::scenario
