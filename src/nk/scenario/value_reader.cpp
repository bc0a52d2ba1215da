#include "nk/scenario/value_reader.hpp"

#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

/// Dimensionless numbers and counts of cells may stand without quotes and unit.
bool takes_plain_number(std::string_view unit) {
    return unit == "1" || unit == "cell";
}

Slot below(Slot const& slot, std::string const& key) {
    auto out = slot;
    out.path += "." + shortened(key);
    return out;
}

std::string expected_words(std::string_view unit) {
    if (unit == "1")
        return "a plain number";
    return fmt::format("text with a unit ({})", unit.empty() ? "any" : unit);
}

} // namespace

void ValueReader::problem(Mark const& where, std::string kind, std::string what, std::string why, std::string hint) {
    problems_.add({sources_.place(where), std::move(kind), std::move(what), std::move(why), std::move(hint)});
}

void ValueReader::wrong_type(Node const& node, Slot const& slot, std::string const& expected) {
    problem(node.where, "type", fmt::format("`{}` must be {}", slot.path, expected), "this is " + kind_name(node));
}

std::vector<std::string> const& ValueReader::allowed_names(std::string_view allowed) {
    if (auto const known = allowed_.find(allowed); known != allowed_.end())
        return known->second;
    std::vector<std::string> names;
    for (auto rest = allowed; !rest.empty();) {
        auto const bar = rest.find('|');
        auto const word = rest.substr(0, bar);
        rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
        if (word.starts_with('@')) {
            auto const& children = base_.children(std::string(word.substr(1)));
            names.insert(names.end(), children.begin(), children.end());
        } else {
            names.emplace_back(word);
        }
    }
    return allowed_.emplace(std::string(allowed), std::move(names)).first->second;
}

bool ValueReader::check_name(std::string const& name, Mark const& where, Slot const& slot) {
    if (slot.allowed.empty())
        return true;
    auto const& names = allowed_names(slot.allowed);
    if (std::find(names.begin(), names.end(), name) != names.end())
        return true;
    if (problems_.full())
        return false;
    auto const near = nearest_name(name, names);
    auto const table = slot.allowed.starts_with('@') ? std::string(slot.allowed.substr(1)) : std::string{};
    problem(where, "name",
            table.empty() ? fmt::format("`{}` cannot be `{}`", slot.path, shortened(name))
                          : fmt::format("there is no {} called `{}`", table, shortened(name)),
            names.empty() ? "the data hold none" : "known: " + name_list(names), near.empty() ? "" : "did you mean `" + near + "`?");
    return false;
}

bool ValueReader::check_range(double value, Quantity const& given, Mark const& where, Slot const& slot) {
    if (std::isfinite(value) && slot.range.contains(value))
        return true;
    problem(where, "range", fmt::format("`{}` is out of range: {}", slot.path, to_text(given)),
            std::isfinite(value) ? "allowed: " + range_text(slot.range, slot.unit) : "a finite number is needed");
    return false;
}

bool ValueReader::to_quantity(Node const& node, Slot const& slot, Quantity& out) {
    if (node.is_number()) {
        out = {node.number, "1"};
        if (std::isfinite(node.number))
            return true;
        problem(node.where, "range", fmt::format("`{}` must be a finite number", slot.path));
        return false;
    }
    if (node.kind != Node::Kind::text) {
        wrong_type(node, slot, expected_words(slot.unit));
        return false;
    }
    try {
        out = parse_quantity(node.text);
        return true;
    } catch (std::invalid_argument const& error) {
        problem(node.where, "unit", fmt::format("`{}` cannot be read: {}", slot.path, error.what()),
                "expected " + expected_words(slot.unit),
                slot.unit.empty() || slot.unit == "1" ? "" : fmt::format("a number, a space and a unit, for example \"5 {}\"", slot.unit));
        return false;
    }
}

void ValueReader::read(Node const& node, Slot const& slot, double& out) {
    Quantity given;
    if (!to_quantity(node, slot, given))
        return;
    auto const bare = node.is_number() && takes_plain_number(slot.unit);
    if (!bare && !converts(given.unit, slot.unit)) {
        problems_.add(unit_problem(sources_.place(node.where), slot.path, given, slot.unit));
        return;
    }
    auto const value = bare ? given.value : in_unit(given, slot.unit);
    if (check_range(value, given, node.where, slot))
        out = value;
}

void ValueReader::read(Node const& node, Slot const& slot, Quantity& out) {
    Quantity given;
    if (to_quantity(node, slot, given) && check_range(given.value, given, node.where, slot))
        out = std::move(given);
}

void ValueReader::read(Node const& node, Slot const& slot, bool& out) {
    if (node.kind == Node::Kind::boolean)
        out = node.flag;
    else
        wrong_type(node, slot, "true or false");
}

void ValueReader::read(Node const& node, Slot const& slot, std::string& out) {
    // an override has no quotes, so `-s title=5` is the text "5"
    auto const spelled = node.from_override && !node.is_table() && !node.is_array();
    if (node.kind != Node::Kind::text && !spelled)
        return wrong_type(node, slot, "text");
    if ((node.text.empty() && slot.may_be_empty) || check_name(node.text, node.where, slot))
        out = node.text;
}

void ValueReader::read(Node const& node, Slot const& slot, std::vector<double>& out) {
    if (!node.is_array())
        return wrong_type(node, slot, "a list of numbers, such as [1, 2.5]");
    std::vector<double> values;
    values.reserve(node.children.size());
    for (auto const& child : node.children) {
        auto value = std::nan("");
        read(child, slot, value);
        values.push_back(value);
        if (problems_.full())
            return;
    }
    if (std::none_of(values.begin(), values.end(), [](double x) { return std::isnan(x); }))
        out = std::move(values);
}

void ValueReader::read(Node const& node, Slot const& slot, std::vector<std::string>& out) {
    auto one = slot;
    one.may_be_empty = false;
    std::vector<std::string> values;
    if (!node.is_array()) {
        read(node, one, values.emplace_back());
        out = std::move(values);
        return;
    }
    for (auto const& child : node.children) {
        read(child, one, values.emplace_back());
        if (problems_.full())
            return;
    }
    out = std::move(values);
}

template <class Value> void ValueReader::read_map(Node const& node, Slot const& slot, std::map<std::string, Value>& out) {
    if (!expect_table(node, slot.path))
        return;
    auto value_slot = slot;
    value_slot.allowed = "";
    for (auto const& child : node.children) {
        if (problems_.full())
            return;
        if (!check_name(child.key, child.key_where, slot) || (slot.allowed.empty() && !expect_own_name(child, slot.path)))
            continue;
        Value value{};
        auto const before = problems_.size();
        read(child, below(value_slot, child.key), value);
        if (problems_.size() == before)
            out.insert_or_assign(child.key, std::move(value));
    }
}

void ValueReader::read(Node const& node, Slot const& slot, std::map<std::string, double>& out) {
    read_map(node, slot, out);
}
void ValueReader::read(Node const& node, Slot const& slot, std::map<std::string, Quantity>& out) {
    read_map(node, slot, out);
}

void ValueReader::read(Node const& node, Slot const& slot, std::map<std::string, std::string>& out) {
    if (expect_table(node, slot.path))
        flatten(node, "", slot, out);
}

void ValueReader::flatten(Node const& table, std::string const& prefix, Slot const& slot, std::map<std::string, std::string>& out) {
    for (auto const& child : table.children) {
        if (problems_.full())
            return;
        auto const name = prefix.empty() ? child.key : prefix + "." + child.key;
        if (child.is_table()) {
            flatten(child, name, slot, out);
            continue;
        }
        if (!child.is_number() && child.kind != Node::Kind::text) {
            wrong_type(child, below(slot, name), "a number or text with a unit");
            continue;
        }
        if (child.is_number() && !std::isfinite(child.number)) {
            check_range(child.number, {child.number, "1"}, child.where, below(slot, name));
            continue;
        }
        auto const fresh = out.emplace(name, child.is_number() ? to_text(child.number) : child.text).second;
        if (!fresh)
            problem(child.key_where, "name", fmt::format("`{}` is given twice", shortened(name)), "given a second time here",
                    "a key may be written as \"a.b\" or as a table, not both");
    }
}

bool ValueReader::expect_table(Node const& node, std::string const& path) {
    if (node.is_table())
        return true;
    auto const hint =
        node.is_array() ? "a table has single brackets: [" + path + "]" : "write it as [" + path + "] with `key = value` lines below";
    problem(node.is_array() ? node.key_where : node.where, "type", fmt::format("`{}` must be a table", path), "this is " + kind_name(node),
            hint);
    return false;
}

bool ValueReader::expect_tables(Node const& node, std::string const& path) {
    if (node.is_array() && std::all_of(node.children.begin(), node.children.end(), [](Node const& child) { return child.is_table(); }))
        return true;
    problem(node.is_table() ? node.key_where : node.where, "type", fmt::format("`{}` must be a list of tables", path),
            "this is " + kind_name(node), "write double brackets: [[" + path + "]], once for each");
    return false;
}

bool ValueReader::expect_own_name(Node const& node, std::string const& path) {
    auto const fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' || c == ' ';
    };
    if (!node.key.empty() && node.key.size() <= 80 && std::all_of(node.key.begin(), node.key.end(), fits))
        return true;
    problem(node.key_where, "name", fmt::format("`{}` cannot be a name below [{}]", shortened(node.key), path),
            "letters, digits, _ - + and spaces, at most 80", "put the full text into `label`");
    return false;
}

void ValueReader::refuse_unknown(Node const& table, std::string const& path, std::vector<std::string> const& known) {
    for (auto const& child : table.children) {
        if (problems_.full())
            return;
        if (std::find(known.begin(), known.end(), child.key) != known.end())
            continue;
        auto const near = nearest_name(child.key, known);
        problem(child.key_where, "name",
                path.empty() ? fmt::format("`{}` is not a key of this kind of scenario", shortened(child.key))
                             : fmt::format("`{}` is not a key of [{}]", shortened(child.key), path),
                near.empty() ? "known: " + name_list(known) : "", near.empty() ? "" : "did you mean `" + near + "`?");
    }
}

} // namespace nk::scenario
