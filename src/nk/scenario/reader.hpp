#pragma once
#include "nk/base/field.hpp"
#include "nk/scenario/value_reader.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// A struct that describes itself with `fields()`.
template <class T>
concept Described = requires {
    T::fields();
};

template <Described T> void read_table(ValueReader& values, Node const& table, std::string const& path, T& out);

/// Reads one member from its node: plain values by `ValueReader`, structs, lists of structs and structs by name here.
template <class Value> void read_member(ValueReader& values, Node const& node, Slot const& slot, Value& out) {
    values.read(node, slot, out);
}

template <Described T> void read_member(ValueReader& values, Node const& node, Slot const& slot, T& out) {
    read_table(values, node, slot.path, out);
}

template <Described T> void read_member(ValueReader& values, Node const& node, Slot const& slot, std::vector<T>& out) {
    if (!values.expect_tables(node, slot.path))
        return;
    out.clear();
    for (auto const& child : node.children) {
        if (values.problems().full())
            return;
        read_table(values, child, slot.path + "." + std::to_string(out.size()), out.emplace_back());
    }
}

template <Described T> void read_member(ValueReader& values, Node const& node, Slot const& slot, std::map<std::string, T>& out) {
    if (!values.expect_table(node, slot.path))
        return;
    for (auto const& child : node.children) {
        if (values.problems().full())
            return;
        if (values.expect_own_name(child, slot.path))
            read_table(values, child, slot.path + "." + child.key, out[child.key]);
    }
}

/// The slot of a field: its path below `path`, and whether its default is the empty text.
template <class Field, class T> Slot slot_of(Field const& field, std::string const& path, T const& owner_default) {
    Slot slot{path.empty() ? std::string(field.name) : path + "." + std::string(field.name), field.unit, field.range, field.allowed};
    if constexpr (std::is_same_v<typename Field::ValueType, std::string>)
        slot.may_be_empty = (owner_default.*(field.member)).empty();
    return slot;
}

/// Reads a table into `out` by the fields of `T`. Keys that are absent keep their value; unknown keys are problems.
/// path: dotted name of the table for messages, "" at the root
template <Described T> void read_table(ValueReader& values, Node const& table, std::string const& path, T& out) {
    if (!values.expect_table(table, path))
        return;
    static T const defaults{};
    std::vector<std::string> known;
    for_each_field<T>([&](auto const& field) {
        known.emplace_back(field.name);
        if (auto const* node = table.find(field.name))
            read_member(values, *node, slot_of(field, path, defaults), out.*(field.member));
    });
    values.refuse_unknown(table, path, known);
}

/// Reads a whole document.
/// returns the struct with defaults where the text says nothing; problems stand in the reader's list
template <Described T> T read(ValueReader& values, Node const& root) {
    T out{};
    read_table(values, root, "", out);
    return out;
}

/// Reads the text of a file that one struct describes.
/// name: the file, for the places of problems
/// errors: ScenarioError with every problem
template <Described T> T read_document(std::string const& name, std::string_view text, ParameterBase const& base) {
    SourceTexts sources;
    ProblemList problems;
    auto const root = parse_toml(name, text, sources, problems);
    problems.throw_if_any();
    ValueReader values(sources, base, problems);
    auto out = read<T>(values, *root);
    problems.throw_if_any();
    return out;
}

} // namespace nk::scenario
