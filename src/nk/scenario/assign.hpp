#pragma once
#include "nk/scenario/reader.hpp"

#include <charconv>
#include <string_view>

namespace nk::scenario {

/// Sets one value of a typed scenario by its dotted path ("drug.rituximab.concentration", "event.0.at"): what a plate
/// or a sweep does from well to well. Tables by name and elements of lists must exist already.
///
/// node     the value, as the reader would meet it in a file; its place is used in problems
/// returns  false when there is no such path (nothing is noted then; problems of the value itself are noted)
template <Described T> bool assign(ValueReader& values, T& object, std::string_view path, Node const& node, std::string const& above = "");

template <class Value> bool assign_member(ValueReader& values, Value& member, std::string_view rest, Node const& node, Slot const& slot) {
    if (!rest.empty())
        return false;
    values.read(node, slot, member);
    return true;
}

template <Described T> bool assign_member(ValueReader& values, T& member, std::string_view rest, Node const& node, Slot const& slot) {
    return assign(values, member, rest, node, slot.path);
}

template <Described T>
bool assign_member(ValueReader& values, std::vector<T>& member, std::string_view rest, Node const& node, Slot const& slot) {
    auto const dot = rest.find('.');
    auto const word = rest.substr(0, dot);
    std::size_t index = 0;
    auto const parsed = std::from_chars(word.data(), word.data() + word.size(), index);
    if (dot == std::string_view::npos || parsed.ec != std::errc{} || parsed.ptr != word.data() + word.size() || index >= member.size())
        return false;
    return assign(values, member[index], rest.substr(dot + 1), node, slot.path + "." + std::string(word));
}

template <Described T>
bool assign_member(ValueReader& values, std::map<std::string, T>& member, std::string_view rest, Node const& node, Slot const& slot) {
    auto const dot = rest.find('.');
    auto const found = member.find(std::string(rest.substr(0, dot)));
    if (dot == std::string_view::npos || found == member.end())
        return false;
    return assign(values, found->second, rest.substr(dot + 1), node, slot.path + "." + found->first);
}

/// One entry of a map of values: the path goes on with the entry's name, whatever dots that has.
template <class Value>
requires(!Described<Value>) bool assign_member(ValueReader& values, std::map<std::string, Value>& member, std::string_view rest,
                                               Node const& node, Slot const& slot) {
    if (rest.empty())
        return false;
    Node table;
    table.where = table.key_where = node.where;
    table.children.push_back(node);
    table.children.back().key = std::string(rest);
    table.children.back().key_where = node.where;
    std::map<std::string, Value> one;
    values.read(table, slot, one);
    for (auto& [name, value] : one)
        member.insert_or_assign(name, std::move(value));
    return true;
}

template <Described T> bool assign(ValueReader& values, T& object, std::string_view path, Node const& node, std::string const& above) {
    static T const defaults{};
    auto const dot = path.find('.');
    auto const name = path.substr(0, dot);
    auto const rest = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    auto found = false;
    for_each_field<T>([&](auto const& field) {
        if (!found && field.name == name && (dot == std::string_view::npos || !rest.empty()))
            found = assign_member(values, object.*(field.member), rest, node, slot_of(field, above, defaults));
    });
    return found;
}

} // namespace nk::scenario
