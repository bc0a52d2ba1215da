#include "nk/scenario/overrides.hpp"

#include "nk/scenario/toml_writer.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>

namespace nk::scenario {
namespace {

std::string_view trimmed(std::string_view text) {
    auto const from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// Byte offset of the `=` that ends the key, or npos; an `=` inside quotes belongs to the key.
std::size_t end_of_key(std::string_view text) {
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quote != '\0')
            quote = text[i] == quote ? '\0' : quote;
        else if (text[i] == '"' || text[i] == '\'')
            quote = text[i];
        else if (text[i] == '=')
            return i;
    }
    return std::string_view::npos;
}

int characters(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::optional<Node> parse_quietly(std::string_view text) {
    SourceTexts sources;
    ProblemList problems;
    return parse_toml("", text, sources, problems);
}

/// Gives all of a tree the place of an override.
void set_source(Node& node, int source) {
    node.where.source = node.key_where.source = source;
    node.from_override = true;
    for (auto& child : node.children)
        set_source(child, source);
}

/// Moves the places of a tree that was read from "v=..." to where its value really stands.
void move_to(Node& node, Mark const& value) {
    for (auto* mark : {&node.where, &node.key_where}) {
        mark->source = value.source;
        mark->line = value.line;
        mark->column = std::max(1, mark->column + value.column - 3);
    }
    for (auto& child : node.children)
        move_to(child, value);
}

Node* only_leaf(Node& tree, std::string& path) {
    auto* node = &tree;
    while (node->is_table() && node->children.size() == 1) {
        node = &node->children.front();
        path += (path.empty() ? "" : ".") + node->key;
    }
    return node;
}

} // namespace

Node plain_value(std::string_view text, Mark const& where) {
    auto const body = trimmed(text);
    auto const one_line = body.find_first_of("\r\n") == std::string_view::npos;
    auto parsed = one_line ? parse_quietly("v=" + std::string(body)) : std::nullopt;
    Node node;
    if (parsed && parsed->children.size() == 1)
        node = std::move(parsed->children.front());
    else
        node.kind = Node::Kind::text;
    if (node.kind == Node::Kind::date)
        node.kind = Node::Kind::text;
    auto const unquoted = node.kind != Node::Kind::text || body.empty() || (body.front() != '"' && body.front() != '\'');
    if (unquoted)
        node.text = std::string(body);
    node.key.clear();
    set_source(node, where.source);
    move_to(node, where);
    node.where = node.key_where = where;
    return node;
}

std::optional<Override> parse_override(std::string_view text, int number, SourceTexts& sources, ProblemList& problems) {
    auto const name = "-s #" + std::to_string(number);
    auto const source = sources.add(name, std::string(text.substr(0, largest_text)));
    auto const refuse = [&](std::string what) {
        problems.add({sources.place({source, 1, 1, std::max(1, characters(text.substr(0, 200)))}), "syntax", std::move(what),
                      "expected key=value", "for example -s well.duration=\"2 h\""});
        return std::nullopt;
    };
    auto const equals = end_of_key(text);
    if (text.size() > largest_text || text.find_first_of("\r\n") != std::string_view::npos)
        return refuse("an override is one short line");
    if (equals == std::string_view::npos)
        return refuse("`" + shortened(text) + "` has no `=`");
    auto tree = parse_quietly(std::string(text.substr(0, equals)) + "=0");
    if (!tree || tree->children.size() != 1)
        return refuse("`" + shortened(trimmed(text.substr(0, equals))) + "` is not a key");

    if (!parse_quietly("v=" + toml_text(text.substr(equals + 1))))
        return refuse("the value is not UTF-8 text");

    Override out;
    set_source(*tree, source);
    auto* leaf = only_leaf(*tree, out.path);
    auto const key_where = leaf->key_where;
    auto const value = text.substr(equals + 1);
    auto const from = equals + 1 + std::min(value.find_first_not_of(" \t"), value.size());
    auto const length = std::max(1, characters(trimmed(value)));
    auto node = plain_value(value, {source, 1, characters(text.substr(0, from)) + 1, length});
    node.key = leaf->key;
    node.key_where = key_where;
    *leaf = std::move(node);
    out.tree = std::move(*tree);
    return out;
}

void apply_override(Node& root, Override change, std::vector<std::string> const& top_level, ParameterBase const& base) {
    auto const& first = change.tree.children.front().key;
    auto const in_scenario = std::find(top_level.begin(), top_level.end(), first) != top_level.end();
    auto const misspelt = change.path.find('.') == std::string::npos || !nearest_name(first, top_level).empty();
    if (in_scenario || (misspelt && !base.contains(change.path))) {
        merge(root, std::move(change.tree));
        return;
    }
    // any spelling of the same parameter in the file gives way
    Node* parameters = root.find("parameters");
    if (parameters != nullptr && parameters->is_table())
        if (auto const* old = find_path(*parameters, change.path); old != nullptr && !old->is_table()) {
            auto leaf = change.tree;
            std::string path;
            auto value = *only_leaf(leaf, path);
            value.key = old->key;
            *const_cast<Node*>(old) = std::move(value);
            return;
        }
    Node wrapper;
    wrapper.where = wrapper.key_where = change.tree.where;
    auto inner = std::move(change.tree);
    inner.key = "parameters";
    wrapper.children.push_back(std::move(inner));
    merge(root, std::move(wrapper));
}

} // namespace nk::scenario
