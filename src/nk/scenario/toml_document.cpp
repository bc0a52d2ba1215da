#include "nk/scenario/toml_document.hpp"

#include <charconv>
#include <unordered_map>

namespace nk::scenario {

Node const* Node::find(std::string_view name) const {
    if (kind != Kind::table)
        return nullptr;
    for (auto const& child : children)
        if (child.key == name)
            return &child;
    return nullptr;
}

Node* Node::find(std::string_view name) {
    return const_cast<Node*>(static_cast<Node const*>(this)->find(name));
}

std::string kind_name(Node const& node) {
    switch (node.kind) {
    case Node::Kind::table:
        return "a table";
    case Node::Kind::array:
        return "a list";
    case Node::Kind::text:
        return "a text";
    case Node::Kind::integer:
    case Node::Kind::real:
        return "a number";
    case Node::Kind::boolean:
        return "true or false";
    default:
        return "a date";
    }
}

namespace {

std::optional<std::size_t> index_in(std::vector<Node> const& elements, std::string_view text) {
    std::size_t index = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), index);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || index >= elements.size())
        return std::nullopt;
    return index;
}

bool addresses_elements(Node const& array, Node const& table) {
    for (auto const& child : table.children)
        if (!index_in(array.children, child.key))
            return false;
    return !table.children.empty();
}

} // namespace

void merge(Node& base, Node over) {
    if (base.is_array() && over.is_table() && addresses_elements(base, over)) {
        for (auto& child : over.children) {
            auto& element = base.children[*index_in(base.children, child.key)]; // before the key is moved from
            merge(element, std::move(child));
        }
        return;
    }
    if (!base.is_table() || !over.is_table()) {
        over.key = base.key; // an element of an array has no key of its own
        base = std::move(over);
        return;
    }
    std::unordered_map<std::string, std::size_t> at;
    for (std::size_t i = 0; i < base.children.size(); ++i)
        at.emplace(base.children[i].key, i);
    for (auto& child : over.children) {
        if (auto const found = at.find(child.key); found != at.end())
            merge(base.children[found->second], std::move(child));
        else
            base.children.push_back(std::move(child));
    }
}

namespace {

/// Follows `dotted` as far as it goes; `rest` is what is left.
Node const* follow(Node const* node, std::string_view& rest) {
    while (!rest.empty()) {
        Node const* next = nullptr;
        std::size_t used = 0;
        if (node->is_array()) {
            auto const dot = rest.find('.');
            if (auto const index = index_in(node->children, rest.substr(0, dot))) {
                next = &node->children[*index];
                used = dot == std::string_view::npos ? rest.size() : dot;
            }
        } else if (node->is_table()) {
            // the longest key that fits, so that "a.b" = 1 is found as well as [a] b = 1
            for (auto const& child : node->children)
                if (!child.key.empty() && child.key.size() > used && rest.starts_with(child.key) &&
                    (rest.size() == child.key.size() || rest[child.key.size()] == '.')) {
                    next = &child;
                    used = child.key.size();
                }
        }
        if (next == nullptr)
            return node;
        node = next;
        rest.remove_prefix(std::min(rest.size(), used + 1));
    }
    return node;
}

} // namespace

Node const* find_path(Node const& root, std::string_view dotted) {
    auto const* node = follow(&root, dotted);
    return dotted.empty() ? node : nullptr;
}

Node const& nearest_on_path(Node const& root, std::string_view dotted) {
    return *follow(&root, dotted);
}

} // namespace nk::scenario
