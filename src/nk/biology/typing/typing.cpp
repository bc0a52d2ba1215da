#include "nk/biology/typing/typing.hpp"

#include <algorithm>

namespace nk::biology {
namespace {

/// True when the person carries one of the things the receptor sees. A coarse typing (C*16) counts for a finer name (C*16:01).
bool carries(std::span<HlaAllele const> alleles, std::string const& seen) {
    if (seen == "everybody")
        return true;
    auto const star = seen.find('*') != std::string::npos;
    return std::any_of(alleles.begin(), alleles.end(), [&](HlaAllele const& allele) {
        if (!allele.on_surface)
            return false;
        if (!star)
            return to_text(allele.ligand) == seen || std::find(allele.also.begin(), allele.also.end(), seen) != allele.also.end();
        auto const name = first_fields(allele.names.front(), 4);
        return name == seen || name.starts_with(seen + ":") || seen.starts_with(name + ":");
    });
}

/// Copies of every allele: one, or two when it stands alone at its locus.
int copies_of(HlaAllele const& allele, std::span<HlaAllele const> alleles) {
    return std::count_if(alleles.begin(), alleles.end(), [&](HlaAllele const& other) { return other.locus == allele.locus; }) == 1 ? 2 : 1;
}

LigandCopyNumber count(std::span<HlaAllele const> alleles, HlaLigand ligand) {
    LigandCopyNumber out;
    for (auto const& allele : alleles) {
        auto const copies = copies_of(allele, alleles);
        auto const possible = std::find(allele.possible.begin(), allele.possible.end(), ligand) != allele.possible.end();
        out.copies += allele.ligand == ligand ? copies : 0;
        out.least += possible && allele.possible.size() == 1 ? copies : 0;
        out.most += possible ? copies : 0;
    }
    return out;
}

template <class Test> LigandCopyNumber count_if(std::span<HlaAllele const> alleles, Test const& test) {
    int copies = 0;
    for (auto const& allele : alleles)
        copies += test(allele) ? copies_of(allele, alleles) : 0;
    return {copies, copies, copies};
}

std::string only_letters(std::string_view text) {
    std::string out;
    for (auto const c : text)
        if (c != '/' && c != ' ' && c != '-')
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

void append(std::vector<Problem>& problems, ScenarioError const& error) {
    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
}

} // namespace

TypingRules TypingRules::from(ParameterBase const& base) {
    TypingRules rules{HlaRules::from(base), KirRules::from(base), {}};
    for (auto const& pair : base.children("kir_pair")) {
        auto const prefix = "kir_pair." + pair;
        rules.pairs.push_back({base.text(prefix + ".receptor"), base.text(prefix + ".ligand"), base.text(prefix + ".gene"),
                               base.attribute(prefix + ".seen"), base.text(prefix + ".strength")});
    }
    return rules;
}

Typing Typing::from(std::span<std::string const> hla, std::span<std::string const> kir, std::string_view fcgr3a, std::string_view cmv,
                    TypingRules const& rules, IpdProteins const* ipd) {
    Typing typing;
    std::vector<Problem> problems;
    try {
        auto read = parse_hla(hla, rules.hla, ipd);
        typing.alleles = std::move(read.alleles);
        typing.warnings = std::move(read.warnings);
    } catch (ScenarioError const& error) {
        append(problems, error);
    }
    try {
        typing.kir = parse_kir(kir, rules.kir);
        typing.warnings.insert(typing.warnings.end(), typing.kir.warnings.begin(), typing.kir.warnings.end());
    } catch (ScenarioError const& error) {
        append(problems, error);
    }
    auto genotype = only_letters(fcgr3a);
    if (genotype == "FV")
        genotype = "VF";
    if (genotype != "VV" && genotype != "VF" && genotype != "FF")
        problems.push_back({{}, "name", "`" + shown(fcgr3a) + "` is not an FCGR3A-158 genotype", "", "VV, VF or FF"});
    if (cmv != "negative" && cmv != "positive")
        problems.push_back({{}, "name", "`" + shown(cmv) + "` is not a cytomegalovirus serostatus", "", "negative or positive"});
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    typing.fcgr3a = genotype;
    typing.cmv = cmv;
    return typing;
}

LigandCounts ligand_counts(std::span<HlaAllele const> alleles) {
    LigandCounts out;
    out.c1 = count(alleles, HlaLigand::C1);
    out.c2 = count(alleles, HlaLigand::C2);
    out.bw4_80i = count(alleles, HlaLigand::Bw4_80I);
    out.bw4_80t = count(alleles, HlaLigand::Bw4_80T);
    out.a3_a11 = count_if(
        alleles, [](HlaAllele const& allele) { return std::find(allele.also.begin(), allele.also.end(), "A3/A11") != allele.also.end(); });
    out.leader_m = count_if(alleles, [](HlaAllele const& allele) { return allele.leader21 == 'M'; });
    return out;
}

std::vector<ReceptorLigandPair> receptor_ligand_pairs(Typing const& typing, TypingRules const& rules) {
    std::vector<ReceptorLigandPair> out;
    for (auto const& rule : rules.pairs) {
        ReceptorLigandPair pair{rule.receptor, rule.ligand, rule.strength, false, false, false};
        pair.receptor_carried = rule.gene.empty() || typing.kir.on_surface(rule.gene);
        pair.ligand_carried =
            std::any_of(rule.seen.begin(), rule.seen.end(), [&](std::string const& seen) { return carries(typing.alleles, seen); });
        pair.present = pair.receptor_carried && pair.ligand_carried;
        out.push_back(std::move(pair));
    }
    return out;
}

int v158_alleles(Typing const& typing) {
    return static_cast<int>(std::count(typing.fcgr3a.begin(), typing.fcgr3a.end(), 'V'));
}

std::string panel_ligand(HlaAllele const& allele) {
    if (!allele.on_surface)
        return "";
    if (!allele.also.empty())
        return "HLA_A3A11";
    switch (allele.ligand) {
    case HlaLigand::C1:
        return "HLA_C1";
    case HlaLigand::C2:
        return "HLA_C2";
    case HlaLigand::Bw4_80I:
        return "HLA_Bw4_80I";
    case HlaLigand::Bw4_80T:
        return "HLA_Bw4_80T";
    default:
        return "HLA_other";
    }
}

} // namespace nk::biology
