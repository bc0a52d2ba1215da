#pragma once
#include "nk/scenario/toml_writer.hpp"

#include <map>
#include <string>
#include <type_traits>
#include <vector>

namespace nk::scenario {

/// One key of a scenario, as the reference page shows it and as `nearest_name` may propose it.
struct KeyDescription {
    std::string table; ///< "well", "effector.NAME", "[event]" for a list of tables, "" at the root
    std::string key;
    std::string type; ///< number, quantity, text, true or false, list of ..., ... by name
    std::string unit;
    Range range;
    std::string allowed;
    std::string standard; ///< default in TOML; "" where there is none
    std::string help;
};

/// What stands in a field: a struct of its own, a list of structs, structs by name, or a plain value.
template <class Value> struct Shape {
    static constexpr bool is_plain = !Described<Value>;
    using Inner = Value;
    static std::string table(std::string const& path) { return path; }
};
template <Described T> struct Shape<std::vector<T>> {
    static constexpr bool is_plain = false;
    using Inner = T;
    static std::string table(std::string const& path) { return "[" + path + "]"; }
};
template <Described T> struct Shape<std::map<std::string, T>> {
    static constexpr bool is_plain = false;
    using Inner = T;
    static std::string table(std::string const& path) { return path + ".NAME"; }
};

template <class Value> std::string type_words(std::string_view unit) {
    auto const one = std::string(unit == "1" ? "number" : "quantity");
    auto const many = std::string(unit == "1" ? "numbers" : "quantities");
    if constexpr (std::is_same_v<Value, double>)
        return one;
    else if constexpr (std::is_same_v<Value, bool>)
        return "true or false";
    else if constexpr (std::is_same_v<Value, std::string>)
        return "text";
    else if constexpr (std::is_same_v<Value, Quantity>)
        return "quantity of any unit";
    else if constexpr (std::is_same_v<Value, std::vector<double>>)
        return "list of " + many;
    else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
        return "list of texts";
    else if constexpr (std::is_same_v<Value, std::map<std::string, double>>)
        return many + " by name";
    else
        return "numbers or quantities by name";
}

/// Adds every key of `T` and of the tables below it, in the order of `fields()`.
template <Described T> void describe_keys(std::string const& table, std::vector<KeyDescription>& out) {
    static T const defaults{};
    for_each_field<T>([&](auto const& field) {
        using Value = typename std::decay_t<decltype(field)>::ValueType;
        if constexpr (Shape<Value>::is_plain) {
            std::string standard;
            if constexpr (requires { toml_value(defaults.*(field.member), field.unit); })
                standard = toml_value(defaults.*(field.member), field.unit);
            out.push_back({table, std::string(field.name), type_words<Value>(field.unit), std::string(field.unit), field.range,
                           std::string(field.allowed), std::move(standard), std::string(field.help)});
        }
    });
    for_each_field<T>([&](auto const& field) {
        using Value = typename std::decay_t<decltype(field)>::ValueType;
        if constexpr (!Shape<Value>::is_plain)
            describe_keys<typename Shape<Value>::Inner>(Shape<Value>::table((table.empty() ? "" : table + ".") + std::string(field.name)),
                                                        out);
    });
}

} // namespace nk::scenario
