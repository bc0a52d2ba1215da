#pragma once
#include "nk/scenario/reader.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// A TOML basic string with its quotes, everything special escaped.
std::string toml_text(std::string_view text);
/// A key, in quotes only where needed.
std::string toml_key(std::string_view key);
/// A number that reads back to the same bits.
std::string toml_number(double value);

/// The right-hand side of a field of plain type, in the form the reader takes: with its unit as text.
std::string toml_value(double value, std::string_view unit);
std::string toml_value(bool value, std::string_view unit);
std::string toml_value(std::string const& value, std::string_view unit);
std::string toml_value(Quantity const& value, std::string_view unit);
std::string toml_value(std::vector<double> const& value, std::string_view unit);
std::string toml_value(std::vector<std::string> const& value, std::string_view unit);

/// Writes a described struct as TOML: all values, defaults included.
class TomlWriter {
  public:
    template <Described T> void write(T const& object, std::string const& table = "") {
        for_each_field<T>([&](auto const& field) { leaf(field.name, object.*(field.member), field.unit); });
        for_each_field<T>([&](auto const& field) { branch(below(table, field.name), object.*(field.member), field.unit); });
    }
    std::string text() const { return text_; }

  private:
    static std::string below(std::string const& table, std::string_view key) { return (table.empty() ? "" : table + ".") + toml_key(key); }
    void line(std::string_view key, std::string const& value) { text_ += toml_key(key) + " = " + value + "\n"; }
    void header(std::string const& table) { text_ += (text_.empty() ? "[" : "\n[") + table + "]\n"; }

    template <class Value> void leaf(std::string_view name, Value const& value, std::string_view unit) {
        if constexpr (requires { toml_value(value, unit); })
            if (auto const text = toml_value(value, unit); !text.empty()) // a quantity without a unit was not given
                line(name, text);
    }
    template <class Value> void branch(std::string const& table, Value const& value, std::string_view unit) {
        if constexpr (Described<Value>) {
            header(table);
            write(value, table);
        } else if constexpr (requires { value.begin()->second; }) {
            write_map(table, value, unit);
        } else if constexpr (requires { requires Described<std::decay_t<decltype(*value.begin())>>; }) {
            for (auto const& element : value) {
                header("[" + table + "]");
                write(element, table);
            }
        }
    }
    template <class Value> void write_map(std::string const& table, std::map<std::string, Value> const& map, std::string_view unit) {
        if constexpr (Described<Value>) {
            for (auto const& [name, value] : map) {
                auto const path = below(table, name);
                header(path);
                write(value, path);
            }
        } else if (!map.empty()) {
            header(table);
            for (auto const& [name, value] : map)
                line(name, toml_value(value, unit));
        }
    }

    std::string text_;
};

/// The resolved text of a scenario; reading it gives an equal scenario.
template <Described T> std::string to_toml(T const& object) {
    TomlWriter writer;
    writer.write(object);
    return writer.text();
}

} // namespace nk::scenario
