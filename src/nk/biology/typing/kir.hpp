#pragma once
#include "nk/base/parameters.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nk::biology {

/// Names, haplotypes and linkage of the KIR genes (data/kir.toml), as a value. Gene names are written "KIR2DL1".
struct KirRules {
    /// At least one of `one_of` is expected in everybody who carries all of `given`.
    struct Check {
        std::vector<std::string> given;
        std::vector<std::string> one_of;
        std::string text;
    };
    std::vector<std::string> genes;                                              ///< the 14 functional genes
    std::vector<std::string> framework;                                          ///< present in everybody
    std::vector<std::string> pseudogenes;                                        ///< accepted, without effect
    std::vector<std::string> haplotype_b;                                        ///< genes that only B haplotypes carry
    std::map<std::string, std::string, std::less<>> aliases;                     ///< "CD158B2" -> "KIR2DL3"
    std::map<std::string, std::vector<std::string>, std::less<>> hidden_alleles; ///< gene -> alleles that do not reach the surface
    std::map<std::string, std::vector<std::string>, std::less<>> haplotypes;     ///< "A", "B", "CA01", ... -> genes
    std::vector<Check> checks;

    static KirRules from(ParameterBase const& base);
};

/// The two kinds of KIR genotype; Bx has at least one B haplotype.
enum class KirGroup { unknown, AA, Bx };
/// "A/A", "B/x", "unknown"
char const* to_text(KirGroup group);

/// KIR genes of a person. Presence only: the number of copies is not known.
struct KirGenes {
    std::set<std::string, std::less<>> present; ///< "KIR2DL1", ...
    std::set<std::string, std::less<>> hidden;  ///< present, but only as alleles that do not reach the surface
    KirGroup group = KirGroup::unknown;
    bool typed = false; ///< false when no gene was given
    std::vector<std::string> warnings;

    bool has(std::string_view gene) const { return present.contains(gene); }
    bool on_surface(std::string_view gene) const { return has(gene) && !hidden.contains(gene); }
};

/// Reads KIR gene content: genes in any spelling (2DL1, KIR2DL1, KIR2DL1*003, CD158a; a trailing `-` means absent), haplotype pairs (A/A,
/// A/B, B/B, AB, B/x) and halves (cA01~tB01), separated by spaces, commas, semicolons, + or ~. Framework genes are added. Any bytes are
/// safe. errors: ScenarioError with every bad name (at most 20), its column and the nearest gene
KirGenes parse_kir(std::string_view text, KirRules const& rules);
/// The same for a list of texts.
KirGenes parse_kir(std::span<std::string const> texts, KirRules const& rules);

} // namespace nk::biology
