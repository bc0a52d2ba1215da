#pragma once
#include "nk/biology/typing/hla_rules.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nk::biology {

/// One HLA name in the nomenclature of 2010, taken apart.
struct HlaName {
    std::string locus;               ///< "A", "B", "C", or another locus
    std::vector<std::string> fields; ///< one to four, at least two digits each: {"02", "01", "01"}
    std::string code;                ///< multiple-allele code in place of the second field, "" otherwise
    char suffix = '\0';              ///< expression N L S C A Q, group of identical proteins P or exons G, or none
    friend bool operator==(HlaName const&, HlaName const&) = default;
};

/// "C*07:02:01L", "A*02:AFYZ"; parse_hla_name reads it back.
std::string to_text(HlaName const& name);
/// The name without suffix and with at most `count` fields: "C*07:02". The key of rules and sequences.
std::string first_fields(HlaName const& name, std::size_t count);

/// What one word of a typing stands for.
struct HlaWord {
    std::vector<HlaName> names;        ///< several for a serological antigen; empty for a locus that does not matter here
    std::string ignored_locus;         ///< set when `names` is empty
    std::vector<std::string> warnings; ///< how it was understood, where that is not plain
};

/// Why a word is no HLA name.
struct HlaNameError {
    std::string what;
    std::string hint;
};

/// Reads one word: any resolution, with or without `HLA-`, old spellings (A*0201, Cw7, B27), P and G groups, allele codes.
/// `context` is the name before it in a list of ambiguities (`A*02:01/03`), or null.
/// Any bytes are safe.  errors: HlaNameError (thrown)
HlaWord parse_hla_word(std::string_view word, HlaRules const& rules, HlaName const* context = nullptr);

/// The word as it may be shown to people: control and non-ASCII bytes become `?`, long words are cut.
std::string shown(std::string_view word);

/// Line and column (in bytes, from 1) of byte `at` of a text; at most 64 columns are marked.
Place place_in(std::string_view text, std::size_t at, std::size_t length);

} // namespace nk::biology
