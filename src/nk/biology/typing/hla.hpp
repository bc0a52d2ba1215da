#pragma once
#include "nk/biology/typing/hla_name.hpp"
#include "nk/biology/typing/ipd.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nk::biology {

/// On what the ligand of an allele rests.
enum class ResolvedBy {
    exact,     ///< the name itself is listed in the rules
    two_field, ///< its first two fields are listed
    group,     ///< the rule of the allele group
    sequence   ///< residues of the user's copy of IPD-IMGT/HLA
};
/// "exact", "two-field", "group", "sequence"
char const* to_text(ResolvedBy resolved);

/// One class I allele of a person, or what is known of it.
struct HlaAllele {
    std::string name;                   ///< as typed: "HLA-C*07:02:01:01", "Cw7", "B*08:01/B*08:02"
    std::vector<HlaName> names;         ///< the names it may be, the usual one first
    char locus = 'A';                   ///< 'A', 'B' or 'C'
    HlaLigand ligand = HlaLigand::none; ///< of the usual name; none when the allele is not on the surface
    std::vector<HlaLigand> possible;    ///< every ligand it may carry; one when the typing decides
    std::vector<std::string> also;      ///< further epitopes: {"A3/A11"}
    bool weak = false;                  ///< Bw4 that KIR3DL1 hardly sees (A*25)
    bool on_surface = true;             ///< false for null (N), secreted (S) and cytoplasmic (C) alleles
    std::optional<char> leader21;       ///< 'M' or 'T', for HLA-B only
    ResolvedBy resolved_by = ResolvedBy::group;
    friend bool operator==(HlaAllele const&, HlaAllele const&) = default;
};

/// Alleles in the order of the text, and what people should know about how they were read.
struct HlaAlleles {
    std::vector<HlaAllele> alleles;
    std::vector<std::string> warnings;
};

/// Reads an HLA typing: names separated by spaces, commas or semicolons, or a GL string (^ | + ~ /), in any mixture.
///
/// text     any bytes, up to 1 MB and 10,000 names; time grows linearly with its length
/// ipd      the user's own protein sequences; when given, residues decide and the rules stand in where they cannot
/// returns  HLA-A, -B and -C alleles; other loci are left out with a warning
/// errors   ScenarioError with every bad name (at most 20): line and column in `text`, nearest known name as hint
HlaAlleles parse_hla(std::string_view text, HlaRules const& rules, IpdProteins const* ipd = nullptr);

/// The same for a list of texts (a scenario's `donor.hla`); places are columns in their own text.
HlaAlleles parse_hla(std::span<std::string const> texts, HlaRules const& rules, IpdProteins const* ipd = nullptr);

/// What one fully or partly resolved name carries. warnings: appended to.
HlaAllele resolve(HlaName const& name, HlaRules const& rules, IpdProteins const* ipd, std::vector<std::string>& warnings);

} // namespace nk::biology
