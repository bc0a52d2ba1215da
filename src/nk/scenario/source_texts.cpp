#include "nk/scenario/source_texts.hpp"

#include <algorithm>

namespace nk::scenario {

int SourceTexts::add(std::string name, std::string text) {
    sources_.push_back({std::move(name), std::move(text)});
    return static_cast<int>(sources_.size()) - 1;
}

Place SourceTexts::place(Mark const& mark) const {
    auto const known = mark.source >= 0 && mark.source < static_cast<int>(sources_.size());
    return {known ? sources_[static_cast<std::size_t>(mark.source)].name : std::string{}, std::max(mark.line, 1), std::max(mark.column, 1),
            std::max(mark.length, 1)};
}

std::string const* SourceTexts::find(std::string_view name) const {
    auto const found = std::find_if(sources_.rbegin(), sources_.rend(), [&](auto const& source) { return source.name == name; });
    return found == sources_.rend() ? nullptr : &found->text;
}

std::string SourceTexts::line(std::string_view name, int number) const {
    auto const* text = find(name);
    if (text == nullptr || number < 1)
        return {};
    std::size_t from = 0;
    for (int i = 1; i < number; ++i) {
        from = text->find('\n', from);
        if (from == std::string::npos)
            return {};
        ++from;
    }
    auto found = text->substr(from, text->find('\n', from) - from);
    if (!found.empty() && found.back() == '\r')
        found.pop_back();
    return found;
}

} // namespace nk::scenario
