#pragma once
#include "nk/base/parameters.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nk::biology {

/// What the receptors of NK cells see on an allotype. Bw6 and none are no ligands of a KIR.
enum class HlaLigand { none, C1, C2, Bw4_80I, Bw4_80T, Bw6 };
/// "C1", "Bw4-80I", ..., "none"
char const* to_text(HlaLigand ligand);

/// The published rules by allele group with their exceptions (data/hla.toml), as a value.
struct HlaRules {
    /// What an allele group or a single allele carries.
    struct Entry {
        HlaLigand ligand = HlaLigand::none;
        std::string rule; ///< name of the rule in data/hla.toml
    };
    std::map<std::string, Entry, std::less<>> groups;                      ///< "C*07" -> C1
    std::map<std::string, Entry, std::less<>> exceptions;                  ///< "C*07:07" -> C2
    std::map<std::string, char, std::less<>> leader;                       ///< "B*07" -> 'M'
    std::map<std::string, std::vector<std::string>, std::less<>> also;     ///< "A*03" -> {"A3/A11"}
    std::vector<std::string> weak;                                         ///< groups whose Bw4 is a weak ligand
    std::map<std::string, std::vector<std::string>, std::less<>> serology; ///< "B62" -> {"B*15:01"}
    std::map<std::string, std::string, std::less<>> renamed;               ///< "A*92" -> "A*02"
    std::vector<std::string> ignored_loci;
    std::vector<std::string> known; ///< every name above, for hints

    /// errors: ScenarioError when a rule is missing or names an unknown ligand
    static HlaRules from(ParameterBase const& base);

    /// Exceptions of an allele group: those whose name begins with `group` and ':', e.g. "B*15" -> B*15:13, B*15:16, ...
    std::vector<std::pair<std::string, HlaLigand>> exceptions_of(std::string_view group) const;
};

} // namespace nk::biology
