#include "nk/scenario/parameter_reader.hpp"

#include "nk/scenario/reader.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

/// A parameter as it stands in a file.
struct ParameterText {
    Quantity value;
    double low = 0.0;
    double high = 0.0;
    std::string source;
    std::string confidence = "estimate";
    std::string note;
    static constexpr auto fields() {
        return std::tuple{Field{"value", &ParameterText::value, "", any_number, "number with unit"},
                          Field{"low", &ParameterText::low, "1", any_number, "lowest believable value, in the unit of value"},
                          Field{"high", &ParameterText::high, "1", any_number, "highest believable value, in the unit of value"},
                          Field{"source", &ParameterText::source, "", any_number, "keys of references.bib, or assumption"},
                          Field{"confidence", &ParameterText::confidence, "", any_number, "how well it is known", "read|recalled|estimate"},
                          Field{"note", &ParameterText::note, "", any_number, "anything a user of the number should know"}};
    }
};

/// `source`, `confidence` and `note` alone may also stand as texts beside the other attributes of a table.
bool is_parameter(Node const& table) {
    static constexpr std::array<std::string_view, 3> marks{"value", "low", "high"};
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
        auto const* child = table.find(mark);
        return child != nullptr && !child->is_table();
    });
}

class Walker {
  public:
    Walker(ParameterBase& base, SourceTexts const& sources, ProblemList& problems)
        : base_(base), sources_(sources), problems_(problems), values_(sources, base, problems) {}

    void walk(Node const& table, std::string const& prefix) {
        for (auto const& child : table.children) {
            if (problems_.full())
                return;
            auto const name = prefix.empty() ? child.key : prefix + "." + child.key;
            if (child.key.empty() || child.key.find('.') != std::string::npos)
                values_.problem(child.key_where, "name", fmt::format("`{}` cannot be part of a parameter's name", shortened(child.key)), "",
                                "names are joined with dots");
            else if (child.is_table() && is_parameter(child))
                parameter(child, name);
            else if (child.is_table())
                walk(child, name);
            else
                attribute(child, name);
        }
    }

  private:
    bool is_new(Node const& node, std::string const& name) {
        auto const known = base_.contains(name);
        if (!known && base_.attribute(name).empty())
            return true;
        auto const first = known ? base_.at(name).where : Place{};
        values_.problem(node.key_where, "name", fmt::format("`{}` is there twice", shortened(name)), "given a second time here",
                        known ? fmt::format("first in {}:{}", first.file, first.line) : "");
        return false;
    }

    void parameter(Node const& node, std::string const& name) {
        auto const before = problems_.size();
        for (auto const* needed : {"value", "low", "high", "source", "confidence"})
            if (node.find(needed) == nullptr)
                values_.problem(node.key_where, "name", fmt::format("`{}` has no `{}`", shortened(name), needed), "",
                                "a number is { value = \"5 um/min\", low = 2, high = 8, source = \"...\", confidence = \"read\" }");
        ParameterText text;
        read_table(values_, node, name, text);
        if (problems_.size() != before || !is_new(node, name))
            return;
        if (text.value.value < text.low || text.value.value > text.high)
            return values_.problem(node.find("value")->where, "range", fmt::format("`{}` lies outside its own range", name),
                                   fmt::format("{}; low {}, high {}", to_text(text.value), to_text(text.low), to_text(text.high)));
        if (text.source.empty())
            return values_.problem(node.find("source")->where, "source", fmt::format("`{}` has an empty source", name), "",
                                   "an honest guess is \"assumption\"");
        base_.add({name, text.value, text.low, text.high, text.source,
                   text.confidence == "read"       ? Confidence::read
                   : text.confidence == "recalled" ? Confidence::recalled
                                                   : Confidence::estimate,
                   text.note, sources_.place(node.key_where)});
    }

    void attribute(Node const& node, std::string const& name) {
        auto const texts = node.is_array() && std::all_of(node.children.begin(), node.children.end(),
                                                          [](Node const& one) { return one.kind == Node::Kind::text; });
        if (node.kind != Node::Kind::text && !texts)
            return values_.problem(
                node.where, "type", fmt::format("`{}` must be text, a list of texts, or a number with its source", shortened(name)),
                "this is " + kind_name(node), "a number is { value = 5, low = 2, high = 8, source = \"...\", confidence = \"read\" }");
        if (!is_new(node, name))
            return;
        std::vector<std::string> values;
        values_.read(node, {name, "", any_number, ""}, values);
        base_.add_attribute(name, std::move(values));
    }

    ParameterBase& base_;
    SourceTexts const& sources_;
    ProblemList& problems_;
    ValueReader values_;
};

} // namespace

void read_parameters(std::string const& name, std::string_view text, ParameterBase& base, SourceTexts& sources, ProblemList& problems) {
    if (auto const root = parse_toml(name, text, sources, problems))
        Walker(base, sources, problems).walk(*root, "");
}

std::set<std::string> bibliography_keys(std::string_view bibtex) {
    std::set<std::string> out;
    for (std::size_t from = 0; (from = bibtex.find('@', from)) != std::string_view::npos;) {
        auto const open = bibtex.find('{', from);
        auto const comma = bibtex.find(',', from);
        if (open == std::string_view::npos || comma == std::string_view::npos)
            break;
        if (open < comma && (from == 0 || bibtex[from - 1] == '\n'))
            out.emplace(bibtex.substr(open + 1, comma - open - 1));
        ++from;
    }
    return out;
}

void check_sources(ParameterBase const& base, std::set<std::string> const& known, ProblemList& problems) {
    std::vector<std::string> const names(known.begin(), known.end());
    for (auto const& [name, parameter] : base.all()) {
        auto rest = std::string_view(parameter.source);
        while (!rest.empty() && !problems.full()) {
            auto const end = rest.find_first_of(",;");
            auto word = std::string(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            word.erase(0, std::min(word.find_first_not_of(' '), word.size()));
            word.erase(word.find_last_not_of(' ') + 1);
            if (word.empty() || word == "assumption" || known.contains(word))
                continue;
            auto const near = nearest_name(word, names);
            problems.add({parameter.where, "source",
                          fmt::format("`{}` names a source that is not in the bibliography: {}", name, shortened(word)), "",
                          near.empty() ? "" : "did you mean `" + near + "`?"});
        }
    }
}

} // namespace nk::scenario
