#include "nk/scenario/schema.hpp"

#include "nk/scenario/cohort_scenario.hpp"
#include "nk/scenario/describe.hpp"
#include "nk/scenario/plan_scenario.hpp"
#include "nk/scenario/rule_text.hpp"
#include "nk/scenario/sweep_scenario.hpp"
#include "nk/scenario/tissue_scenario.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <type_traits>

namespace nk::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto quantity_pattern = R"(^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?(\s*\S.*)?$)";

/// Builds the schema of a struct from its fields; names of `@table` come from the value reader, which knows the base.
class SchemaBuilder {
  public:
    explicit SchemaBuilder(ParameterBase const& base) : names_(sources_, base, problems_) {}

    template <Described T> Json object() {
        auto properties = Json::object();
        for_each_field<T>([&](auto const& field) {
            using Value = typename std::decay_t<decltype(field)>::ValueType;
            auto schema = value<Value>(field.unit, field.range, field.allowed);
            schema["description"] = described(field.help, field.unit, field.range);
            static T const defaults{};
            set_default(schema, defaults.*(field.member), field.unit);
            properties[std::string(field.name)] = std::move(schema);
        });
        return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    }

  private:
    static std::string described(std::string_view help, std::string_view unit, Range const& range) {
        auto const limited = std::isfinite(range.low) || std::isfinite(range.high);
        if (unit.empty() && !limited)
            return std::string(help);
        return fmt::format("{} [{}{}]", help,
                           unit == "1"    ? "plain number"
                           : unit.empty() ? "any unit"
                                          : unit,
                           limited ? "; " + range_text(range, unit) : "");
    }

    static void set_default(Json& schema, double value, std::string_view unit) {
        if (unit == "1")
            schema["default"] = value;
        else
            schema["default"] = to_text(Quantity{value, std::string(unit)});
    }
    static void set_default(Json& schema, bool value, std::string_view) { schema["default"] = value; }
    static void set_default(Json& schema, std::string const& value, std::string_view) { schema["default"] = value; }
    template <class Other> static void set_default(Json&, Other const&, std::string_view) {}

    Json number(std::string_view unit, Range const& range) const {
        Json plain{{"type", "number"}};
        if (std::isfinite(range.low))
            plain["minimum"] = range.low;
        if (std::isfinite(range.high))
            plain["maximum"] = range.high;
        Json text{{"type", "string"}, {"pattern", quantity_pattern}};
        if (unit != "1" && unit != "cell" && !unit.empty())
            return text;
        return {{"anyOf", Json::array({std::move(plain), std::move(text)})}};
    }

    Json text(std::string_view allowed) {
        Json out{{"type", "string"}};
        if (!allowed.empty()) {
            auto names = names_.allowed_names(allowed);
            out["enum"] = std::move(names);
        }
        return out;
    }

    template <class Value> Json value(std::string_view unit, Range const& range, std::string_view allowed) {
        if constexpr (std::is_same_v<Value, double> || std::is_same_v<Value, Quantity>) {
            return number(unit, range);
        } else if constexpr (std::is_same_v<Value, bool>) {
            return {{"type", "boolean"}};
        } else if constexpr (std::is_same_v<Value, std::string>) {
            return text(allowed);
        } else if constexpr (Described<Value>) {
            return object<Value>();
        } else if constexpr (requires { typename Value::mapped_type; }) {
            return map<typename Value::mapped_type>(unit, range, allowed);
        } else {
            auto items = value<typename Value::value_type>(unit, range, allowed);
            Json list{{"type", "array"}, {"items", items}};
            if constexpr (std::is_same_v<Value, std::vector<std::string>>)
                return {{"anyOf", Json::array({std::move(list), std::move(items)})}};
            return list;
        }
    }

    template <class Inner> Json map(std::string_view unit, Range const& range, std::string_view allowed) {
        if constexpr (std::is_same_v<Inner, std::string>) { // [parameters]: "a.b" = 1 or nested tables
            return {{"type", "object"}};
        } else {
            Json out{{"type", "object"}, {"additionalProperties", value<Inner>(unit, range, "")}};
            if (!allowed.empty())
                out["propertyNames"] = text(allowed);
            return out;
        }
    }

    SourceTexts sources_;
    ProblemList problems_;
    ValueReader names_;
};

std::string cell_text(std::string_view text) {
    std::string out;
    for (auto const c : text)
        out += c == '|' ? std::string("\\|") : c == '\n' ? std::string(" ") : std::string(1, c);
    return out;
}

std::string code(std::string_view text) {
    return text.empty() ? "" : "`" + cell_text(text) + "`";
}

std::string limits(KeyDescription const& row) {
    if (!row.allowed.empty())
        return cell_text(row.allowed);
    auto const limited = std::isfinite(row.range.low) || std::isfinite(row.range.high);
    return limited ? range_text(row.range, row.unit) : "";
}

template <Described Scenario> std::string schema_of(char const* title, ParameterBase const& base) {
    auto schema = SchemaBuilder(base).object<Scenario>();
    schema["properties"]["extends"] = {
        {"type", "string"}, {"description", "another scenario file, relative to this one, whose values hold where this one says nothing"}};
    Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
    out.update(schema);
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

template <Described Scenario> std::string reference_of(char const* what) {
    std::vector<KeyDescription> rows;
    describe_keys<Scenario>("", rows);
    auto out = fmt::format("# Keys of {} (`kind = \"{}\"`)\n\nQuantities are texts with a unit, `\"5 um/min\"`; any unit of the same "
                           "dimension will do. `@receptor` stands for a name of that table of the data. `NAME` is a name of your own.\n",
                           what, Scenario{}.kind);
    std::string table = "-";
    for (auto const& row : rows) {
        if (row.table != table) {
            table = row.table;
            out += fmt::format("\n## {}\n\n| key | type | unit | range or choices | default | meaning |\n|---|---|---|---|---|---|\n",
                               table.empty() ? "At the top" : "`[" + table + "]`");
        }
        out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", row.key, row.type, row.unit == "1" ? "" : row.unit, limits(row),
                           code(row.standard), cell_text(row.help));
    }
    return out;
}

[[noreturn]] void refuse_kind(std::string const& kind) {
    throw ScenarioError(Problem{{},
                                "name",
                                "there is no kind of scenario `" + shortened(kind) + "`",
                                "",
                                "kinds: well, tissue, body, therapy, cohort, sweep, plan"});
}

} // namespace

std::string scenario_schema(std::string const& kind, ParameterBase const& base) {
    if (kind == "well")
        return schema_of<WellScenario>("NKsim killing assay", base);
    if (kind == "tissue")
        return schema_of<TissueScenario>("NKsim tissue", base);
    if (kind == "cohort")
        return schema_of<CohortScenario>("NKsim cohort", base);
    if (kind == "sweep")
        return schema_of<SweepScenario>("NKsim sweep", base);
    if (kind == "plan")
        return schema_of<PlanScenario>("NKsim plan", base);
    if (kind == "body" || kind == "therapy")
        return schema_of<HostScenario>("NKsim host", base);
    refuse_kind(kind);
}

std::string scenario_reference(std::string const& kind) {
    if (kind == "well")
        return reference_of<WellScenario>("a killing assay");
    if (kind == "tissue")
        return reference_of<TissueScenario>("a tissue") +
               "\n## Words of rules\n\nWhat `[rule.NAME]` can have as `signal` and as `behaviour`; a name in capitals is one of your "
               "scenario or of the data.\n\n" +
               rule_words_page();
    if (kind == "body" || kind == "therapy")
        return reference_of<HostScenario>("a host, and of a therapy");
    if (kind == "cohort")
        return reference_of<CohortScenario>("a cohort");
    if (kind == "sweep")
        return reference_of<SweepScenario>("a sweep");
    if (kind == "plan")
        return reference_of<PlanScenario>("a plan");
    refuse_kind(kind);
}

std::string parameters_markdown(ParameterBase const& base) {
    std::string out = "# Parameters\n\nConfidence: read in the source, recalled from the literature, or an estimate.\n";
    std::string table;
    for (auto const& [name, p] : base.all()) {
        auto const first = name.substr(0, name.find('.'));
        if (first != table) {
            table = first;
            out += fmt::format(
                "\n## {}\n\n| parameter | value | low | high | confidence | source | note |\n|---|---|---|---|---|---|---|\n", table);
        }
        out += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", name, to_text(p.quantity), to_text(p.low), to_text(p.high),
                           to_text(p.confidence), cell_text(p.source), cell_text(p.note));
    }
    return out;
}

std::string parameters_json(ParameterBase const& base) {
    auto list = Json::array();
    for (auto const& [name, p] : base.all())
        list.push_back({{"name", name},
                        {"value", p.quantity.value},
                        {"unit", p.quantity.unit},
                        {"low", p.low},
                        {"high", p.high},
                        {"source", p.source},
                        {"confidence", to_text(p.confidence)},
                        {"note", p.note},
                        {"where", fmt::format("{}:{}", p.where.file, p.where.line)}});
    return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace nk::scenario
