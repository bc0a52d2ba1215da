#include "nk/scenario/rule_text.hpp"

#include "nk/base/error.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <fmt/format.h>

namespace nk::scenario {
namespace {

std::string about_text(biology::About about) {
    switch (about) {
    case biology::About::nothing:
        return "";
    case biology::About::substrate:
        return "SUBSTRATE";
    case biology::About::kind:
        return "CELL";
    case biology::About::ligand:
        return "LIGAND";
    case biology::About::receptor:
        return "RECEPTOR";
    }
    return "";
}

[[noreturn]] void no_rule_text(std::string what, std::string why, std::string hint) {
    throw ScenarioError(Problem{{}, "name", std::move(what), std::move(why), std::move(hint)});
}

template <class Kind, class Find, class Words>
RuleText<Kind> split(std::string const& text, char const* what, Find find, Words const& words) {
    auto const space = text.find(' ');
    auto const name = text.substr(0, space);
    auto const from = text.find_first_not_of(" ", space);
    auto const about = from == std::string::npos ? "" : text.substr(from);
    auto const word = find(name);
    if (!word) {
        std::vector<std::string> names;
        for (auto const& one : words)
            names.emplace_back(one.name);
        auto const near = nearest_name(name, names);
        no_rule_text(fmt::format("`{}` is no {} of a rule", shortened(name), what),
                     "known are " + fmt::format("{}", fmt::join(names, ", ")), near.empty() ? "" : "did you mean `" + near + "`?");
    }
    if ((word->about == biology::About::nothing) != about.empty())
        no_rule_text(about.empty() ? fmt::format("`{}` of what?", name) : fmt::format("`{}` stands alone", name),
                     about.empty() ? "" : "`" + shortened(about) + "` is too much",
                     fmt::format("write \"{}{}{}\"", name, about.empty() ? " " : "", about_text(word->about)));
    return {*word, about};
}

template <class Words> std::string table_of(char const* what, Words const& words) {
    auto out = fmt::format("| {} | unit | meaning |\n|---|---|---|\n", what);
    for (auto const& one : words)
        out += fmt::format("| `{}{}{}` | {} | {} |\n", one.name, one.about == biology::About::nothing ? "" : " ", about_text(one.about),
                           one.unit == "field"      ? "that of the substrate"
                           : one.unit == "field/um" ? "that of the substrate, by um"
                                                    : one.unit,
                           one.help);
    return out;
}

} // namespace

RuleText<biology::Signal> signal_of(std::string const& text) {
    return split<biology::Signal>(text, "signal", biology::find_signal, biology::signals());
}

RuleText<biology::Behaviour> behaviour_of(std::string const& text) {
    return split<biology::Behaviour>(text, "behaviour", biology::find_behaviour, biology::behaviours());
}

std::string rule_words_page() {
    return table_of("signal", biology::signals()) + "\n" + table_of("behaviour", biology::behaviours());
}

} // namespace nk::scenario
