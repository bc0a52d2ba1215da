#pragma once
#include "nk/scenario/problem_list.hpp"
#include "nk/scenario/source_texts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// One value of a TOML text with the places of its key and of itself.
struct Node {
    enum class Kind { table, array, text, integer, real, boolean, date };
    Kind kind = Kind::table;
    std::string key;  ///< its name in the table above; "" in arrays and at the root
    std::string text; ///< a text; for a scalar given by an override also its spelling
    double number = 0.0;
    bool flag = false;
    bool from_override = false;
    Mark where;
    Mark key_where;
    std::vector<Node> children; ///< members of a table or elements of an array, in the order of the text

    bool is_table() const { return kind == Kind::table; }
    bool is_array() const { return kind == Kind::array; }
    bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
    Node const* find(std::string_view name) const;
    Node* find(std::string_view name);
};

/// Words for people: "a table", "a text", "a number", ...
std::string kind_name(Node const& node);

/// Largest text that is read.
inline constexpr std::size_t largest_text = 4u << 20;

/// Parses TOML 1.0. The text is kept in `sources` under `name`. Any bytes are safe: size and nesting are limited.
/// returns nothing when the text is not TOML; the problem then stands in `problems`
std::optional<Node> parse_toml(std::string name, std::string_view text, SourceTexts& sources, ProblemList& problems);

/// Merges `over` into `base`: tables member by member, everything else replaced. Places stay those of their own text.
/// A table with numbers as keys merges into the elements of an array (`event.0.at`).
void merge(Node& base, Node over);

/// The node at a dotted path ("drug.rituximab.concentration", "event.0.at"), with keys that contain dots found too;
/// nullptr when there is none.
Node const* find_path(Node const& root, std::string_view dotted);

/// The node at the path, or the nearest one above it.
Node const& nearest_on_path(Node const& root, std::string_view dotted);

} // namespace nk::scenario
