#pragma once
#include "nk/base/parameters.hpp"
#include "nk/scenario/well_scenario.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nk::study {

/// A NK cell as words describe it.
struct NkWords {
    std::string like = "resting_nk";
    std::vector<std::string> positive;
    std::vector<std::string> negative;
    std::vector<std::string> knockout;
    std::map<std::string, double> copies; ///< [molecule/cell]
    std::optional<double> priming;
    std::optional<double> education;
    double exhaustion = 0.0;
    double content = 1.0;
};

/// Reads "il2_nk, KIR2DL1+ NKG2A-, priming=0.8, copies.NKG2D=8000". Names may be written without KIR, with hyphens or by their title
/// (2DL1, DNAM-1, LIR-1). problems: appended to, with their columns in `--nk`
NkWords read_nk_words(std::string_view text, ParameterBase const& base, std::vector<Problem>& problems);
/// Reads "K562, ligands.HLA_C2=30000, MICA=0, hla=C*07:02".
scenario::Target read_target_words(std::string_view text, ParameterBase const& base, std::vector<Problem>& problems);
/// Reads "rituximab=10 ug/mL"; mass or molar concentrations.
std::pair<std::string, scenario::Drug> read_drug_words(std::string_view text, ParameterBase const& base, std::vector<Problem>& problems);
/// The name of `table` (receptor, ligand, effector, target, drug) that a word means, or "" with a problem that shows the nearest.
std::string read_name(std::string_view word, std::string const& table, ParameterBase const& base, Place const& where,
                      std::vector<Problem>& problems);

} // namespace nk::study
