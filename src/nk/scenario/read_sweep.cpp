#include "nk/scenario/read_sweep.hpp"

#include "nk/formats/csv.hpp"
#include "nk/scenario/assign.hpp"
#include "nk/scenario/overrides.hpp"
#include "nk/scenario/toml_writer.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace nk::scenario {
namespace {

constexpr double most_sweep_points = 1e6;

/// Numbers, truths and lists among `values` may stand without quotes: they become the texts that an override would hold.
void unquote_values(Node& root) {
    auto const plain = [](Node const& node) {
        return node.is_number() ? toml_number(node.number) : node.kind == Node::Kind::boolean ? (node.flag ? "true" : "false") : node.text;
    };
    auto* factors = root.find("factor");
    if (factors == nullptr || !factors->is_table())
        return;
    for (auto& factor : factors->children) {
        auto* values = factor.is_table() ? factor.find("values") : nullptr;
        if (values == nullptr || !values->is_array())
            continue;
        for (auto& value : values->children) {
            if (value.is_array()) {
                std::string list;
                for (auto const& one : value.children)
                    list += (list.empty() ? "" : ", ") + (one.kind == Node::Kind::text ? toml_text(one.text) : plain(one));
                value.text = "[" + list + "]";
            } else if (!value.is_table()) {
                value.text = plain(value);
            } else {
                continue;
            }
            value.children.clear();
            value.kind = Node::Kind::text;
        }
    }
}

template <class Scenario> bool assign_value(ValueReader& reader, Scenario scenario, std::string const& key, Node const& value) {
    return assign(reader, scenario, key, value);
}

void add_paths(Node const& node, std::string const& above, std::vector<std::string>& out) {
    for (auto const& child : node.children) {
        auto const path = above.empty() ? child.key : above + "." + child.key;
        if (child.is_table())
            add_paths(child, path, out);
        else
            out.push_back(path);
    }
}

/// Reads one sweep; notes problems and goes on, so that all are found at once.
class SweepReader {
  public:
    SweepReader(Node const& root, ParameterBase const& base, SourceTexts& sources, ProblemList& problems, std::filesystem::path file,
                FileOpener const& open)
        : root_(root), base_(base), sources_(sources), problems_(problems), file_(std::move(file)), open_(open) {}

    SweepReading read_all() {
        ValueReader reader(sources_, base_, problems_);
        out_.scenario = scenario::read<SweepScenario>(reader, root_);
        for (auto const& path : {"seed", "sweep.points", "sweep.replicates"})
            whole(path, path == std::string("seed")           ? out_.scenario.seed
                        : path == std::string("sweep.points") ? out_.scenario.sweep.points
                                                              : out_.scenario.sweep.replicates);
        problems_.throw_if_any();
        read_base();
        problems_.throw_if_any();
        for (auto const& entry : out_.scenario.factor)
            add_factor(entry.first, entry.second);
        if (out_.scenario.factor.empty())
            error("factor", "name", "a sweep needs a factor", "no [factor.NAME] table was given",
                  "[factor.ratio] with key = \"plate.e_to_t\" and values = [1, 3, 10]");
        problems_.throw_if_any();
        if (listed())
            read_list();
        count_points();
        problems_.throw_if_any();
        for (std::size_t f = 0; f < out_.factors.size(); ++f)
            try_factor(f);
        problems_.throw_if_any();
        out_.warnings = problems_.warnings();
        out_.resolved_text = to_toml(out_.scenario);
        return std::move(out_);
    }

  private:
    bool listed() const { return out_.scenario.sweep.design == "list"; }
    Place place(std::string const& path) const { return sources_.place(nearest_on_path(root_, path).where); }
    void error(std::string const& path, std::string kind, std::string what, std::string why = "", std::string hint = "") {
        problems_.add({place(path), std::move(kind), std::move(what), std::move(why), std::move(hint)});
    }
    void whole(std::string const& path, double value) {
        if (value != std::floor(value))
            error(path, "range", fmt::format("`{}` counts things and must be a whole number", path), nk::to_text(value));
    }
    Place place_of_value(std::size_t factor, std::size_t index) const {
        auto const path = "factor." + out_.factors[factor].name;
        if (listed() && index < list_places_[factor].size())
            return list_places_[factor][index];
        if (auto const* values = find_path(root_, path + ".values"); values != nullptr && index < values->children.size())
            return sources_.place(values->children[index].where);
        return place(path + (index == 0 ? ".low" : index == 1 ? ".high" : ""));
    }

    void read_base() {
        auto const& sweep = out_.scenario.sweep;
        auto& base = out_.base_scenario;
        if (sweep.scenario.empty() == sweep.text.empty())
            return error("sweep.scenario", "name", "the sweep does not say what to run",
                         sweep.text.empty() ? "`sweep.scenario` is empty" : "both `sweep.scenario` and `sweep.text` are given",
                         "scenario = \"assay.toml\", a file beside the sweep's");
        if (!sweep.text.empty()) {
            base = {scenario_kind(sweep.text), "base.toml", sweep.text, {}, {}, ""};
        } else {
            auto const path = (file_.parent_path() / sweep.scenario).lexically_normal();
            auto const text = open_ ? open_(path) : std::nullopt;
            if (!text)
                return error("sweep.scenario", "name", fmt::format("the scenario `{}` cannot be read", sweep.scenario),
                             fmt::format("looked for `{}`", path.string()), "the name is seen from the folder of the sweep's file");
            base = {scenario_kind(*text, path.string(), open_), path.string(), *text, open_, {}, ""};
        }
        if (std::set<std::string> const known{"well", "tissue", "body", "therapy"}; !known.contains(base.kind))
            return error("sweep.scenario", "name", fmt::format("a scenario of kind `{}` cannot be swept", shortened(base.kind)),
                         "kinds: well, tissue, body, therapy");
        base_tree_ = resolved_tree(base.read(base_, {}, &sources_)); // a mistake in the scenario itself comes first
        for (auto const& [key, value] : out_.scenario.parameters) {
            FactorRange one;
            one.key = key;
            one.in_list = holds_list(key);
            base.always.push_back(one.override_of(value));
        }
        try {
            auto const reading = base.read(base_, {});
            base.resolved = std::visit([](auto const& r) { return r.resolved_text; }, reading);
            base_tree_ = resolved_tree(reading);
        } catch (ScenarioError const& failure) {
            for (auto problem : failure.problems())
                move_here(
                    std::move(problem), [&](std::size_t) { return place("parameters"); }, place("sweep.scenario"));
        }
    }

    Node resolved_tree(AnyReading const& reading) const {
        SourceTexts unused_sources;
        ProblemList unused_problems;
        auto const& text = std::visit([](auto const& r) -> std::string const& { return r.resolved_text; }, reading);
        auto tree = parse_toml("", text, unused_sources, unused_problems);
        return tree ? std::move(*tree) : Node{};
    }
    bool holds_list(std::string const& key) const {
        auto const* node = find_path(base_tree_, key);
        return node != nullptr && node->is_array();
    }

    /// Adds a problem of an override with the place in the sweep that the override came from.
    template <class PlaceOf> void move_here(Problem problem, PlaceOf const& place_of, Place const& otherwise) {
        std::string_view const name = problem.where.file;
        std::size_t number = 0;
        auto const is_override =
            name.starts_with("-s #") && std::from_chars(name.data() + 4, name.data() + name.size(), number).ec == std::errc{} && number > 0;
        auto const in_base = problem.where.file == out_.base_scenario.name;
        if (in_base) // it fits no value of the factor: say where the other end of the trouble stands
            problem.why += fmt::format("{}(in {}, line {})", problem.why.empty() ? "" : " ", problem.where.file, problem.where.line);
        problem.where = is_override ? place_of(number - 1) : otherwise;
        problems_.add(std::move(problem));
    }

    void add_factor(std::string const& name, SweepFactor const& given) {
        auto const path = "factor." + name;
        FactorRange factor{
            name,  given.label.empty() ? name : given.label, given.key, given.values, 0.0, 0.0, "1", given.scale == "log", given.whole,
            false, static_cast<std::size_t>(given.levels)};
        whole(path + ".levels", given.levels);
        if (given.key.empty())
            error(path, "name", fmt::format("the factor `{}` does not say what differs", name), "`key` is not given",
                  "key = \"plate.e_to_t\", or a parameter such as \"recognition.threshold\"");
        else if (std::any_of(out_.factors.begin(), out_.factors.end(), [&](auto const& other) { return other.key == given.key; }))
            error(path + ".key", "name", fmt::format("two factors change `{}`", shortened(given.key)),
                  "the second of them would undo the first");
        else if (given.key == "seed" || given.key == "kind" || given.key == "extends")
            error(path + ".key", "name", fmt::format("`{}` cannot be a factor", given.key), "",
                  given.key == "seed" ? "`replicates` runs every point with several seeds" : "");
        else
            check_key(factor);
        if (!listed())
            check_span(factor, given, path);
        out_.factors.push_back(std::move(factor));
    }

    void check_key(FactorRange& factor) {
        auto const reading = out_.base_scenario.read(base_, {});
        ProblemList ignored; // values are looked at later, one by one
        ValueReader reader(sources_, base_, ignored);
        Node nothing;
        nothing.kind = Node::Kind::date;
        auto const known = std::visit([&](auto const& r) { return assign_value(reader, r.scenario, factor.key, nothing); }, reading);
        auto const parameter = factor.key.starts_with("parameters.") ? factor.key.substr(11) : factor.key;
        factor.in_list = holds_list(factor.key);
        if (base_.contains(parameter) || (known && parameter == factor.key))
            return;
        auto names = base_.names();
        add_paths(base_tree_, "", names);
        auto const near = nearest_name(factor.key, names);
        error("factor." + factor.name + ".key", "name", fmt::format("there is nothing called `{}` to change", shortened(factor.key)),
              fmt::format("neither a key of {} nor a parameter", out_.base_scenario.name),
              near.empty() ? "`nk check` of the scenario shows its keys, `nk explain` the parameters" : "did you mean `" + near + "`?");
    }

    void check_span(FactorRange& factor, SweepFactor const& given, std::string const& path) {
        auto const ends = (given.low.unit.empty() ? 0 : 1) + (given.high.unit.empty() ? 0 : 1);
        auto const stated = find_path(root_, path + ".values") != nullptr;
        if (stated && given.values.empty())
            return error(path + ".values", "range", fmt::format("the factor `{}` has no values", factor.name), "the list is empty");
        if (stated && ends > 0)
            return error(path, "name", fmt::format("the factor `{}` has `values` and `low` or `high`", factor.name),
                         "only one of both counts");
        if (stated)
            return;
        if (ends < 2)
            return error(path, "name", fmt::format("the factor `{}` has no values", factor.name), "give `values`, or `low` and `high`",
                         "values = [\"0.1 ug/mL\", \"1 ug/mL\"], or low = \"0.1 ug/mL\" and high = \"1 ug/mL\"");
        factor.unit = given.low.unit;
        if (!converts(given.high.unit, given.low.unit)) {
            problems_.add(unit_problem(place(path + ".high"), path + ".high", given.high, given.low.unit));
            return;
        }
        factor.low = given.low.value;
        factor.high = in_unit(given.high, given.low.unit);
        if (factor.low > factor.high)
            error(path + ".low", "range", fmt::format("`low` of the factor `{}` is above `high`", factor.name),
                  fmt::format("{} against {}", nk::to_text(given.low), nk::to_text(given.high)));
        else if (factor.log && factor.low <= 0.0)
            error(path + ".low", "range", fmt::format("a logarithmic factor needs `low` above 0: `{}`", factor.name),
                  nk::to_text(given.low), "take a small number instead, or scale = \"linear\"");
    }

    void read_list() {
        auto const& list = out_.scenario.list;
        auto const path = list.text.empty() ? (file_.parent_path() / list.file).lexically_normal() : std::filesystem::path("points.csv");
        auto const text = !list.text.empty() ? std::optional(list.text) : list.file.empty() || !open_ ? std::nullopt : open_(path);
        if (!text)
            return error("list.file", "name",
                         list.file.empty() ? "design = \"list\" needs a file of points"
                                           : fmt::format("the list `{}` cannot be read", list.file),
                         list.file.empty() ? "`list.file` is empty" : fmt::format("looked for `{}`", path.string()),
                         "a CSV file with one column for each factor");
        sources_.add(path.string(), *text);
        auto const table = formats::parse_csv(*text, path.string());
        std::vector<std::string> names;
        for (auto const& factor : out_.factors)
            names.push_back(factor.name);
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            if (auto const& column = table.columns[c].name; std::find(names.begin(), names.end(), column) == names.end()) {
                auto const near = nearest_name(column, names);
                problems_.add(
                    {formats::csv_place(*text, path.string(), 0, c), "name",
                     fmt::format("the column `{}` is no factor of the sweep", shortened(column)), "factors: " + name_list(names),
                     near.empty() ? fmt::format("add [factor.{}] with its key", shortened(column)) : "did you mean `" + near + "`?"});
            }
        if (table.rows() == 0)
            error("list.file", "range", fmt::format("the list `{}` holds no points", path.string()), "there is no row below its header");
        out_.rows.assign(table.rows(), {});
        for (auto const& factor : out_.factors)
            take_column(factor, table, *text, path.string());
    }

    void take_column(FactorRange const& factor, Table const& table, std::string const& text, std::string const& file) {
        list_places_.emplace_back();
        auto const found = std::find_if(table.columns.begin(), table.columns.end(), [&](auto const& c) { return c.name == factor.name; });
        if (found == table.columns.end())
            return error("factor." + factor.name, "name", fmt::format("the list has no column for the factor `{}`", factor.name),
                         fmt::format("looked for `{}` in the header of {}", factor.name, file));
        auto const column = static_cast<std::size_t>(found - table.columns.begin());
        auto const* numbers = std::get_if<std::vector<double>>(&found->values);
        for (std::size_t r = 0; r < table.rows(); ++r) {
            auto const where = formats::csv_place(text, file, r + 1, column);
            if (numbers != nullptr && !std::isfinite((*numbers)[r]))
                problems_.add({where, "range", fmt::format("the point {} has no value of `{}`", r + 1, factor.name), "", ""});
            out_.rows[r].push_back(numbers == nullptr ? std::get<std::vector<std::string>>(found->values)[r]
                                                      : toml_number((*numbers)[r]) + (found->unit == "1" ? "" : " " + found->unit));
            list_places_.back().push_back(where);
        }
    }

    void count_points() {
        auto const& sweep = out_.scenario.sweep;
        auto points = sweep.points;
        if (sweep.design == "sobol-indices")
            points *= static_cast<double>(out_.factors.size() + 2);
        if (sweep.design == "grid") {
            points = 1.0;
            for (auto const& factor : out_.factors)
                points *= static_cast<double>(factor.values.empty() ? factor.levels : factor.values.size());
        }
        if (listed())
            points = static_cast<double>(out_.rows.size());
        if (points * sweep.replicates > most_sweep_points)
            error("sweep", "range", fmt::format("the sweep asks for {:.3g} runs", points * sweep.replicates),
                  fmt::format("at most {:.0f}", most_sweep_points), "fewer levels or points, or design = \"latin\"");
        if (out_.factors.size() > 500)
            error("factor", "range", "a sweep can have at most 500 factors", fmt::format("{} are given", out_.factors.size()));
        if (auto const stated = find_path(root_, "sweep.points"); stated != nullptr && (sweep.design == "grid" || listed()))
            problems_.warn({sources_.place(stated->where), "unused", "`sweep.points` has no effect",
                            fmt::format("design = \"{}\" has points of its own", sweep.design), ""});
    }

    /// Every value of a factor by itself.
    void try_factor(std::size_t index) {
        auto const& factor = out_.factors[index];
        std::vector<std::string> values = factor.values;
        if (listed()) {
            values.clear();
            for (auto const& row : out_.rows)
                values.push_back(row[index]);
        } else if (values.empty()) {
            values = {factor.text_at(0.0), factor.text_at(1.0), factor.text_at(0.6180339887498949)};
        }
        std::set<std::string> tried;
        for (std::size_t v = 0; v < values.size() && !problems_.full(); ++v) {
            if (!tried.insert(values[v]).second)
                continue;
            auto const where = place_of_value(index, v);
            try {
                out_.base_scenario.read(base_, {factor.override_of(values[v])});
            } catch (ScenarioError const& failure) {
                for (auto problem : failure.problems()) {
                    if (v == 2 && !listed() && factor.values.empty() && problem.hint.empty() && !factor.whole)
                        problem.hint = fmt::format("`{}` lies between low and high; `whole = true` keeps to whole numbers", values[v]);
                    move_here(
                        std::move(problem), [&](std::size_t) { return where; }, where);
                }
            }
        }
    }

    Node const& root_;
    ParameterBase const& base_;
    SourceTexts& sources_;
    ProblemList& problems_;
    std::filesystem::path file_;
    FileOpener const& open_;
    Node base_tree_;                              ///< of the resolved base scenario
    std::vector<std::vector<Place>> list_places_; ///< by factor and row
    SweepReading out_;
};

std::vector<std::string> sweep_top_level() {
    std::vector<std::string> out;
    for_each_field<SweepScenario>([&](auto const& field) { out.emplace_back(field.name); });
    return out;
}

} // namespace

AnyReading BaseScenario::read(ParameterBase const& base, std::vector<std::string> const& overrides, SourceTexts* sources) const {
    auto all = always;
    all.insert(all.end(), overrides.begin(), overrides.end());
    if (kind == "tissue")
        return read_tissue_scenario(text, base, all, sources, name, open);
    if (kind == "well")
        return read_well_scenario(text, base, all, sources, name, open);
    return read_host_scenario(text, base, all, sources, name, open);
}

std::string FactorRange::text_at(double u) const {
    if (!values.empty()) {
        auto const index = static_cast<std::size_t>(u * static_cast<double>(values.size()));
        return values[std::min(index, values.size() - 1)];
    }
    auto value = log ? std::exp(std::log(low) + u * (std::log(high) - std::log(low))) : low + u * (high - low);
    value = u <= 0.0 ? low : u >= 1.0 ? high : std::clamp(value, low, high);
    // twelve digits: 10 and not 10.000000000000002
    value = whole ? std::round(value) : std::stod(fmt::format("{:.12g}", value));
    return toml_number(value) + (unit == "1" ? "" : " " + unit);
}

std::string FactorRange::override_of(std::string const& value) const {
    if (!in_list || value.starts_with("["))
        return key + "=" + value;
    auto const node = plain_value(value, {});
    return key + "=[" + (node.is_number() ? value : toml_text(node.text)) + "]";
}

SweepReading read_sweep(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides, SourceTexts* sources,
                        std::string const& name, FileOpener const& open) {
    SourceTexts own;
    auto& texts = sources != nullptr ? *sources : own;
    ProblemList problems;
    auto root = parse_toml(name, text, texts, problems);
    if (root)
        resolve_extends(*root, name, open, texts, problems);
    problems.throw_if_any();
    for (std::size_t i = 0; i < overrides.size(); ++i)
        if (auto change = parse_override(overrides[i], static_cast<int>(i) + 1, texts, problems))
            apply_override(*root, std::move(*change), sweep_top_level(), base);
    problems.throw_if_any();
    if (auto const* kind = root->find("kind"); kind == nullptr || kind->text != "sweep")
        throw ScenarioError(Problem{texts.place(kind != nullptr ? kind->where : root->where), "name", "this is not a sweep",
                                    fmt::format("kind is `{}`; expected \"sweep\"", kind != nullptr ? shortened(kind->text) : "well"), ""});
    unquote_values(*root);
    return SweepReader(*root, base, texts, problems, name, open).read_all();
}

SweepReading read_sweep_file(std::filesystem::path const& file, ParameterBase const& base, std::vector<std::string> const& overrides,
                             SourceTexts* sources) {
    return read_sweep(read_file(file), base, overrides, sources, file.string(), open_file);
}

} // namespace nk::scenario
