#include "nk/biology/typing/typing_problems.hpp"

#include "nk/biology/typing/hla_name.hpp"

#include <utility>

namespace nk::biology {

bool TypingProblems::begin(std::string_view text) {
    text_ = text;
    if (text.size() <= longest_text)
        return true;
    add(0, 1, "range",
        "the " + genes_ + " typing has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(longest_text) + " are read",
        "give a table of donors");
    return false;
}

bool TypingProblems::count_names(std::size_t more, std::size_t at) {
    names_ += more;
    if (names_ <= most_names)
        return true;
    add(at, 1, "range", "the " + genes_ + " typing has more than " + std::to_string(most_names) + " names", "give a table of donors");
    return false;
}

void TypingProblems::add(std::size_t at, std::size_t length, std::string kind, std::string what, std::string hint) {
    if (!full())
        problems_.push_back({place_in(text_, at, length), std::move(kind), std::move(what), "", std::move(hint)});
}

void TypingProblems::throw_if_any() {
    if (!problems_.empty())
        throw ScenarioError(std::move(problems_));
}

ScenarioError missing_from_data(std::string const& name, std::string const& file) {
    return ScenarioError(Problem{{}, "name", "the data hold no `" + name + "`", "", "the table is " + file});
}

} // namespace nk::biology
