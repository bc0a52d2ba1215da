#include "formats/markup.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace {

std::string resolved(std::string text) {
    for (auto const& [entity, letter] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
        for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
            text.replace(at, std::string_view(entity).size(), letter);
    return text;
}

/// A bare & or > or < in content or an attribute.
bool has_bare_letters(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '<' || text[i] == '>')
            return true;
        if (text[i] != '&')
            continue;
        auto const rest = text.substr(i);
        if (!rest.starts_with("&lt;") && !rest.starts_with("&gt;") && !rest.starts_with("&quot;") && !rest.starts_with("&#39;") &&
            !rest.starts_with("&amp;"))
            return true;
    }
    return false;
}

/// Attributes must read name="value"; HTML also allows a bare name.
bool attributes_are_valid(std::string_view text, bool html) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < text.size();) {
        if (std::isspace(static_cast<unsigned char>(text[i])) || text[i] == '/') {
            ++i;
            continue;
        }
        auto const end = std::min(text.find_first_of("= ", i), text.size());
        if (!seen.insert(std::string(text.substr(i, end - i))).second)
            return false;
        if (end == text.size() || text[end] == ' ') {
            if (!html)
                return false;
            i = end;
            continue;
        }
        if (end + 1 >= text.size() || text[end + 1] != '"')
            return false;
        auto const close = text.find('"', end + 2);
        if (close == std::string_view::npos || has_bare_letters(text.substr(end + 2, close - end - 2)))
            return false;
        i = close + 1;
    }
    return true;
}

} // namespace

Markup::Markup(std::string_view text, bool html) {
    read(text, html);
    ids = values_of("id");
}

void Markup::read(std::string_view text, bool html) {
    std::set<std::string> const empty_elements{"meta", "link", "input", "br", "img"};
    std::vector<std::string> open;
    auto const fail = [&](std::string const& what, std::size_t at) { fault = what + " near: " + std::string(text.substr(at, 80)); };
    for (std::size_t i = 0; i < text.size() && fault.empty();) {
        if (text[i] != '<') {
            auto const end = std::min(text.find('<', i), text.size());
            auto const content = text.substr(i, end - i);
            if (has_bare_letters(content))
                fail("a bare letter", i);
            else if (content.find_first_not_of(" \n") != std::string_view::npos)
                texts.push_back(resolved(std::string(content)));
            i = end;
            continue;
        }
        auto const end = text.find('>', i);
        if (end == std::string_view::npos)
            return fail("an open tag", i);
        auto const tag = std::string(text.substr(i + 1, end - i - 1));
        i = end + 1;
        if (tag.starts_with('!'))
            continue;
        auto const name = tag.substr(tag.starts_with('/') ? 1 : 0, tag.find_first_of(" /\n", 1) - (tag.starts_with('/') ? 1 : 0));
        if (tag.starts_with('/')) {
            if (open.empty() || open.back() != name)
                return fail("`" + tag + "` closes nothing", i);
            open.pop_back();
            continue;
        }
        tags.push_back(tag);
        if (!attributes_are_valid(std::string_view(tag).substr(name.size()), html))
            return fail("bad attributes", i - tag.size());
        if (!tag.ends_with('/') && !(html && empty_elements.contains(name)))
            open.push_back(name);
        if (html && (name == "script" || name == "style")) {
            i = text.find("</" + name, i);
            if (i == std::string_view::npos)
                return fail("an open " + name, 0);
        }
    }
    if (fault.empty() && !open.empty())
        fault = "`" + open.back() + "` is never closed";
}

bool Markup::shows(std::string const& words) const {
    return std::any_of(texts.begin(), texts.end(), [&](std::string const& text) { return text.find(words) != std::string::npos; });
}

std::vector<std::string> Markup::values_of(std::string const& attribute) const {
    std::vector<std::string> values;
    auto const key = " " + attribute + "=\"";
    for (auto const& tag : tags)
        if (auto const at = tag.find(key); at != std::string::npos)
            values.push_back(tag.substr(at + key.size(), tag.find('"', at + key.size()) - at - key.size()));
    return values;
}
