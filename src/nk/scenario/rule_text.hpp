#pragma once
#include "nk/biology/rules.hpp"
#include "nk/scenario/tissue_scenario.hpp"

#include <string>

namespace nk::scenario {

/// A signal or behaviour as a rule names it: a word and what it is about, "concentration IFNg".
template <class Kind> struct RuleText {
    biology::RuleWord<Kind> word;
    std::string about; ///< name of a substrate, kind, ligand or receptor; empty when the word stands alone
};

/// errors  ScenarioError without a place: an unknown word, a name too many or too few
RuleText<biology::Signal> signal_of(std::string const& text);
RuleText<biology::Behaviour> behaviour_of(std::string const& text);

/// The words with their units and meanings, as a table in Markdown.
std::string rule_words_page();

} // namespace nk::scenario
