#include "nk/biology/typing/hla.hpp"

#include <algorithm>

namespace nk::biology {
namespace {

template <class T> void add_once(std::vector<T>& list, T const& item) {
    if (std::find(list.begin(), list.end(), item) == list.end())
        list.push_back(item);
}

std::string joined(std::vector<HlaLigand> const& ligands) {
    std::string out;
    for (auto const ligand : ligands)
        out += (out.empty() ? "" : " or ") + std::string(to_text(ligand));
    return out;
}

/// Ligand by the longest listed name: exceptions first, then the allele group.
void apply_rules(HlaName const& name, HlaRules const& rules, HlaAllele& allele) {
    for (auto count = name.fields.size(); count >= 2; --count) {
        auto const found = rules.exceptions.find(first_fields(name, count));
        if (found == rules.exceptions.end())
            continue;
        allele.ligand = found->second.ligand;
        allele.possible = {allele.ligand};
        allele.resolved_by = count == name.fields.size() ? ResolvedBy::exact : ResolvedBy::two_field;
        return;
    }
    auto const group = first_fields(name, 1);
    allele.ligand = rules.groups.at(group).ligand;
    allele.possible = {allele.ligand};
    allele.resolved_by = ResolvedBy::group;
    if (name.fields.size() == 1)
        for (auto const& [exception, ligand] : rules.exceptions_of(group))
            add_once(allele.possible, ligand);
}

std::optional<char> leader_by_rules(HlaName const& name, HlaRules const& rules) {
    if (name.locus != "B")
        return std::nullopt;
    for (auto count = name.fields.size(); count >= 1; --count)
        if (auto const found = rules.leader.find(first_fields(name, count)); found != rules.leader.end())
            return found->second;
    return std::nullopt;
}

/// Residues of all sequences whose name begins with this one; keeps what the rules say where they do not decide.
void apply_sequences(HlaName const& name, IpdProteins const& ipd, HlaAllele& allele, std::vector<std::string>& warnings) {
    auto const found = ipd.find(first_fields(name, name.fields.size()));
    auto const label = to_text(name);
    if (found.records == 0) {
        warnings.push_back(label + " is not among the IPD-IMGT/HLA sequences given; the rule of its allele group is used");
        return;
    }
    if (found.hidden == found.records) {
        if (name.suffix == '\0')
            warnings.push_back(label + " is known to IPD-IMGT/HLA only as an allele that does not reach the surface; write " + label +
                               "N if that is meant; the rule of its allele group is used");
        return;
    }
    if (found.ligands.empty()) {
        warnings.push_back(
            label + ": its IPD-IMGT/HLA sequence does not cover residues 76 to 83 without gaps; the rule of its allele group is used");
        return;
    }
    if (found.ligands.size() == 1) {
        allele.ligand = found.ligands.front();
        allele.resolved_by = ResolvedBy::sequence;
    } else if (std::find(found.ligands.begin(), found.ligands.end(), allele.ligand) == found.ligands.end()) {
        allele.ligand = found.ligands.front();
    }
    allele.possible = {allele.ligand};
    for (auto const ligand : found.ligands)
        add_once(allele.possible, ligand);
    if (name.locus == "B" && found.leader)
        allele.leader21 = found.leader;
}

/// What the last letter of the name says about the surface.
void apply_expression(HlaName const& name, HlaAllele& allele, std::vector<std::string>& warnings) {
    auto const label = to_text(name);
    switch (name.suffix) {
    case 'N':
        allele.leader21.reset();
        [[fallthrough]];
    case 'S':
    case 'C':
        allele.on_surface = false;
        allele.ligand = HlaLigand::none;
        allele.possible = {HlaLigand::none};
        allele.also.clear();
        if (name.suffix != 'N')
            warnings.push_back(label + (name.suffix == 'S' ? " is secreted only" : " stays in the cytoplasm") +
                               "; it carries no ligand on the surface");
        break;
    case 'L':
        warnings.push_back(label + " has low surface expression");
        break;
    case 'A':
    case 'Q':
        warnings.push_back(label + " has doubtful surface expression; it is taken as expressed");
        break;
    default:
        break;
    }
}

} // namespace

char const* to_text(ResolvedBy resolved) {
    switch (resolved) {
    case ResolvedBy::exact:
        return "exact";
    case ResolvedBy::two_field:
        return "two-field";
    case ResolvedBy::sequence:
        return "sequence";
    default:
        return "group";
    }
}

HlaAllele resolve(HlaName const& name, HlaRules const& rules, IpdProteins const* ipd, std::vector<std::string>& warnings) {
    NK_EXPECT(!name.fields.empty() && rules.groups.contains(first_fields(name, 1)));
    HlaAllele allele;
    allele.name = to_text(name);
    allele.names = {name};
    allele.locus = name.locus.front();
    auto const group = first_fields(name, 1);
    apply_rules(name, rules, allele);
    allele.leader21 = leader_by_rules(name, rules);
    if (auto const found = rules.also.find(group); found != rules.also.end())
        allele.also = found->second;
    if (!name.code.empty())
        warnings.push_back("the allele code in " + to_text(name) + " is not expanded; the rule of " + group + " is used");
    if (ipd != nullptr)
        apply_sequences(name, *ipd, allele, warnings);
    apply_expression(name, allele, warnings);
    auto const bw4 = allele.ligand == HlaLigand::Bw4_80I || allele.ligand == HlaLigand::Bw4_80T;
    allele.weak = bw4 && std::find(rules.weak.begin(), rules.weak.end(), group) != rules.weak.end();
    if (allele.possible.size() > 1)
        warnings.push_back(to_text(name) + " may carry " + joined(allele.possible) + "; the usual " + to_text(allele.ligand) +
                           " is used, a finer typing decides");
    return allele;
}

} // namespace nk::biology
