#include "bibliography.hpp"

#include <algorithm>

namespace nk::cli {
namespace {

std::string trimmed(std::string const& text) {
    auto const from = text.find_first_not_of(" \t\n{},");
    return from == std::string::npos ? std::string() : text.substr(from, text.find_last_not_of(" \t\n{},") - from + 1);
}

/// BibTeX's accents as plain letters: {\'e} becomes e.
std::string plain(std::string const& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            if (i + 1 < text.size() && std::string_view("'\"`^~=.").find(text[i + 1]) != std::string_view::npos)
                ++i;
        } else if (text[i] != '{' && text[i] != '}')
            out += text[i];
    }
    return out;
}

/// The fields of one entry; a field is `name = {value},` on a line of its own.
std::map<std::string, std::string> fields_of(std::string const& entry) {
    std::map<std::string, std::string> out;
    for (std::size_t from = entry.find('\n'); from != std::string::npos;) {
        auto const end = entry.find('\n', from + 1);
        auto const line = entry.substr(from + 1, end == std::string::npos ? end : end - from - 1);
        if (auto const equals = line.find('='); equals != std::string::npos)
            out[trimmed(line.substr(0, equals))] = plain(trimmed(line.substr(equals + 1)));
        from = end;
    }
    return out;
}

std::string line_of(std::map<std::string, std::string> const& fields) {
    auto const get = [&](char const* name) { return fields.contains(name) ? fields.at(name) : std::string(); };
    std::string out;
    auto const add = [&](std::string const& text, char const* end) {
        if (!text.empty())
            out += (out.empty() ? "" : " ") + text + end;
    };
    auto const author = get("author");
    add(author.ends_with(" and others") ? author.substr(0, author.size() - 11) + " et al." : author, "");
    add(get("year").empty() ? "" : "(" + get("year") + ")", "");
    add(get("title"), ".");
    auto volume = get("volume").empty() ? std::string() : " " + get("volume");
    if (!get("pages").empty()) {
        auto pages = get("pages");
        if (auto const dashes = pages.find("--"); dashes != std::string::npos)
            pages.erase(dashes, 1);
        volume += ":" + pages;
    }
    add(get("journal") + (get("journal").empty() ? "" : volume), get("journal").empty() ? "" : ".");
    for (auto const* name : {"howpublished", "note"})
        add(get(name), ".");
    for (auto const* name : {"doi", "pmid", "pmcid", "url"})
        add(get(name).empty() ? "" : std::string(name) + ":" + get(name), "");
    return out;
}

} // namespace

Bibliography::Bibliography(std::vector<scenario::DataFile> const& files) {
    for (auto const& file : files) {
        if (!file.path.ends_with(".bib"))
            continue;
        for (auto from = file.content.find("\n@"); from != std::string::npos;) {
            auto const next = file.content.find("\n@", from + 1);
            auto const entry = file.content.substr(from + 1, next == std::string::npos ? next : next - from - 1);
            auto const open = entry.find('{'), comma = entry.find(',');
            if (open != std::string::npos && comma != std::string::npos && open < comma)
                lines_[entry.substr(open + 1, comma - open - 1)] = line_of(fields_of(entry));
            from = next;
        }
    }
}

std::vector<std::pair<std::string, std::string>> Bibliography::entries_of(std::string const& source) const {
    std::vector<std::pair<std::string, std::string>> out;
    for (std::size_t from = 0; from <= source.size();) {
        auto const end = std::min(source.find_first_of(",;", from), source.size());
        if (auto const found = lines_.find(trimmed(source.substr(from, end - from))); found != lines_.end() && !found->second.empty())
            out.emplace_back(*found);
        from = end + 1;
    }
    return out;
}

} // namespace nk::cli
