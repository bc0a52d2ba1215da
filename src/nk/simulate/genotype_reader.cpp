#include "nk/simulate/genotype_reader.hpp"

#include <algorithm>

namespace nk::simulate {

biology::Genotype read_genotype(ParameterBase const& base, std::vector<std::string> const& hla, std::vector<std::string> const& kir,
                                std::string const& fcgr3a, std::string const& cmv) {
    auto const rules = biology::TypingRules::from(base);
    auto const& used_hla = hla.empty() ? base.attribute("reference_donor.hla") : hla;
    auto const& used_kir = kir.empty() ? base.attribute("reference_donor.kir") : kir;
    return genotype_of(base, biology::Typing::from(used_hla, used_kir, fcgr3a, cmv, rules));
}

biology::Genotype genotype_of(ParameterBase const& base, biology::Typing const& typing) {
    biology::Genotype out;
    for (auto const& allele : typing.alleles)
        out.hla.push_back({allele.locus, biology::panel_ligand(allele)});
    auto const counts = biology::ligand_counts(typing.alleles);
    auto const has_b = std::any_of(typing.alleles.begin(), typing.alleles.end(), [](auto const& allele) { return allele.locus == 'B'; });
    if (has_b)
        out.leader_supply = std::max(0.0, 1.0 + base.value("repertoire.leader_m_effect", "1") * (counts.leader_m.copies - 1.0));
    for (auto const& gene : typing.kir.present)
        if (typing.kir.on_surface(gene))
            out.kir.push_back(gene);
    out.v158_alleles = biology::v158_alleles(typing);
    out.cmv = typing.cmv == "positive";
    return out;
}

biology::LigandCopies own_cell(ParameterBase const& base, biology::Panel const& panel, biology::Genotype const& genotype,
                               std::string const& row, std::string const& hla_row) {
    auto const prefix = "target." + row + ".";
    biology::LigandCopies out{};
    for (auto const& ligand : base.children(prefix + "ligands"))
        if (auto const l = panel.ligand(ligand); l >= 0)
            out[l] = static_cast<float>(base.value(prefix + "ligands." + ligand, "molecule/cell"));
    auto const amount = [&](char const* locus) {
        return base.value("target." + (hla_row.empty() ? row : hla_row) + "." + locus, "molecule/cell");
    };
    biology::add_hla(panel, genotype, {amount("hla_a"), amount("hla_b"), amount("hla_c"), amount("hla_e")}, out);
    return out;
}

} // namespace nk::simulate
