#include "biology/typing/rules_fixture.hpp"

#include <toml++/toml.h>

#include <stdexcept>

namespace nk::biology::test {
namespace {

/// Only attributes: a text or a list of texts. Anything else in these two files is a mistake.
void add(ParameterBase& base, toml::table const& table, std::string const& prefix) {
    for (auto const& [key, node] : table) {
        auto const name = prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
        if (auto const* inner = node.as_table()) {
            add(base, *inner, name);
        } else if (auto const* list = node.as_array()) {
            std::vector<std::string> values;
            for (auto const& item : *list)
                values.push_back(item.value<std::string>().value());
            base.add_attribute(name, std::move(values));
        } else if (auto const text = node.value<std::string>()) {
            base.add_attribute(name, {*text});
        } else {
            throw std::runtime_error(name + " is neither a text nor a list of texts");
        }
    }
}

} // namespace

ParameterBase const& typing_base() {
    static auto const base = [] {
        ParameterBase out;
        for (auto const* file : {"/data/hla.toml", "/data/kir.toml"})
            add(out, toml::parse_file(std::string(NK_SOURCE_DIR) + file), "");
        return out;
    }();
    return base;
}

TypingRules const& typing_rules() {
    static auto const rules = TypingRules::from(typing_base());
    return rules;
}

} // namespace nk::biology::test
