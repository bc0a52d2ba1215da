#include "nk/scenario/toml_writer.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::scenario {

std::string toml_text(std::string_view text) {
    std::string out = "\"";
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (byte < 0x20 || byte == 0x7F)
            out += fmt::format("\\u{:04X}", byte);
        else
            out += c;
    }
    return out + "\"";
}

std::string toml_key(std::string_view key) {
    auto const plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !key.empty() && std::all_of(key.begin(), key.end(), plain) ? std::string(key) : toml_text(key);
}

std::string toml_number(double value) {
    auto text = to_text(value);
    // a TOML integer has 64 bits; beyond, the point makes it a float
    if (text.size() > 15 && text.find_first_of(".eE") == std::string::npos)
        text += ".0";
    return text;
}

std::string toml_value(double value, std::string_view unit) {
    return unit == "1" || unit.empty() ? toml_number(value) : toml_text(to_text(Quantity{value, std::string(unit)}));
}

std::string toml_value(bool value, std::string_view) {
    return value ? "true" : "false";
}

std::string toml_value(std::string const& value, std::string_view) {
    return toml_text(value);
}

std::string toml_value(Quantity const& value, std::string_view) {
    if (value.unit.empty()) // not given
        return "";
    return value.unit == "1" ? toml_number(value.value) : toml_text(to_text(value));
}

namespace {

template <class Value> std::string list(std::vector<Value> const& values, std::string_view unit) {
    std::string out = "[";
    for (std::size_t i = 0; i < values.size(); ++i)
        out += (i == 0 ? "" : ", ") + toml_value(values[i], unit);
    return out + "]";
}

} // namespace

std::string toml_value(std::vector<double> const& value, std::string_view unit) {
    return list(value, unit);
}

std::string toml_value(std::vector<std::string> const& value, std::string_view unit) {
    return list(value, unit);
}

} // namespace nk::scenario
