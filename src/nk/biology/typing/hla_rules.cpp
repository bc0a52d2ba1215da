#include "nk/biology/typing/hla_rules.hpp"

#include "nk/base/words.hpp"
#include "nk/biology/typing/typing_problems.hpp"

#include <optional>

namespace nk::biology {
namespace {

std::optional<HlaLigand> ligand_from(std::string_view text) {
    for (auto const ligand : {HlaLigand::none, HlaLigand::C1, HlaLigand::C2, HlaLigand::Bw4_80I, HlaLigand::Bw4_80T, HlaLigand::Bw6})
        if (text == to_text(ligand))
            return ligand;
    return std::nullopt;
}

/// Words after the first of every text of an attribute, by that first word.
std::map<std::string, std::vector<std::string>, std::less<>> table(ParameterBase const& base, std::string const& attribute) {
    std::map<std::string, std::vector<std::string>, std::less<>> out;
    for (auto const& line : base.attribute(attribute)) {
        auto row = words(line);
        if (row.size() < 2)
            throw ScenarioError(Problem{{}, "name", "`" + attribute + "`: `" + line + "` should be a name and what it stands for", "", ""});
        auto const key = row.front();
        row.erase(row.begin());
        out.insert_or_assign(key, std::move(row));
    }
    return out;
}

void add_rule(HlaRules& rules, ParameterBase const& base, std::string const& rule) {
    auto const prefix = "hla_rule." + rule;
    auto const ligand = ligand_from(base.text(prefix + ".ligand"));
    if (!ligand)
        throw ScenarioError(Problem{{},
                                    "name",
                                    "`" + prefix + ".ligand` is no ligand of a KIR: `" + base.text(prefix + ".ligand") + "`",
                                    "",
                                    "C1, C2, Bw4-80I, Bw4-80T, Bw6 or none"});
    for (auto const& group : base.attribute(prefix + ".groups"))
        rules.groups[group] = {*ligand, rule};
    for (auto const& name : base.attribute(prefix + ".exceptions"))
        (name.find(':') == std::string::npos ? rules.groups : rules.exceptions)[name] = {*ligand, rule};
}

} // namespace

char const* to_text(HlaLigand ligand) {
    switch (ligand) {
    case HlaLigand::C1:
        return "C1";
    case HlaLigand::C2:
        return "C2";
    case HlaLigand::Bw4_80I:
        return "Bw4-80I";
    case HlaLigand::Bw4_80T:
        return "Bw4-80T";
    case HlaLigand::Bw6:
        return "Bw6";
    default:
        return "none";
    }
}

HlaRules HlaRules::from(ParameterBase const& base) {
    HlaRules rules;
    for (auto const& rule : base.children("hla_rule"))
        add_rule(rules, base, rule);
    if (rules.groups.empty())
        throw missing_from_data("hla_rule", "data/hla.toml");
    for (auto const& residue : base.children("hla_leader"))
        for (auto const* list : {".groups", ".exceptions"})
            for (auto const& name : base.attribute("hla_leader." + residue + list))
                rules.leader[name] = residue.front();
    for (auto const& epitope : base.children("hla_also"))
        for (auto const& group : base.attribute("hla_also." + epitope + ".groups"))
            rules.also[group].push_back(base.text("hla_also." + epitope + ".epitope", epitope));
    rules.weak = base.attribute("hla_weak.Bw4.groups");
    rules.serology = table(base, "hla_serology.antigens");
    for (auto const& [before, now] : table(base, "hla_renamed.groups"))
        rules.renamed[before] = now.front();
    rules.ignored_loci = base.attribute("hla_locus.ignored");
    for (auto const& [name, entry] : rules.groups)
        rules.known.push_back(name);
    for (auto const& [name, entry] : rules.exceptions)
        rules.known.push_back(name);
    for (auto const& [name, alleles] : rules.serology)
        rules.known.push_back(name);
    return rules;
}

std::vector<std::pair<std::string, HlaLigand>> HlaRules::exceptions_of(std::string_view group) const {
    auto const prefix = std::string(group) + ":";
    std::vector<std::pair<std::string, HlaLigand>> out;
    for (auto it = exceptions.lower_bound(prefix); it != exceptions.end() && it->first.starts_with(prefix); ++it)
        out.emplace_back(it->first, it->second.ligand);
    return out;
}

} // namespace nk::biology
