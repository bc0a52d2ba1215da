#include "nk/biology/drugs.hpp"

#include <algorithm>
#include <utility>

namespace nk::biology {
namespace {

constexpr double avogadro = 6.02214076e23;

DrugKind kind_from(ParameterBase const& base, std::string const& name) {
    static constexpr std::array<std::pair<char const*, DrugKind>, 7> kinds{{{"fc_antibody", DrugKind::fc_antibody},
                                                                            {"engager", DrugKind::engager},
                                                                            {"receptor_blocker", DrugKind::receptor_blocker},
                                                                            {"ligand_blocker", DrugKind::ligand_blocker},
                                                                            {"redirecting", DrugKind::redirecting},
                                                                            {"soluble_ligand", DrugKind::soluble_ligand},
                                                                            {"competitor", DrugKind::competitor}}};
    auto const text = base.text("drug." + name + ".kind");
    for (auto const& [word, kind] : kinds)
        if (text == word)
            return kind;
    throw ScenarioError(Problem{{}, "type", "drug `" + name + "` has an unknown kind `" + text + "`", "", ""});
}

std::vector<std::string> joined(std::vector<std::string> a, std::vector<std::string> const& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

void scale_receptor(DrugEffect& effect, int receptor, double factor) {
    if (receptor >= 0)
        effect.receptor_factor[receptor] *= static_cast<float>(factor);
}

double occupied_rest(double concentration, double kd) {
    return kd > 0.0 ? 1.0 / (1.0 + concentration / kd) : 1.0;
}

} // namespace

Drug read_drug(ParameterBase const& base, std::string const& name) {
    auto const prefix = "drug." + name + ".";
    auto const optional = [&](char const* field, char const* unit, double otherwise) {
        return base.contains(prefix + field) ? base.value(prefix + field, unit) : otherwise;
    };
    return {name,
            kind_from(base, name),
            joined(base.attribute(prefix + "antigen"), base.attribute(prefix + "ligands")),
            joined(base.attribute(prefix + "receptor"), base.attribute(prefix + "receptors")),
            optional("kd_antigen", "molecule/um3", 0.0),
            optional("kd_receptor", "molecule/um3", 0.0),
            optional("koff_receptor", "1/s", 0.0),
            optional("molar_mass", "g/mol", 150000.0),
            optional("coating", "molecule/cell", 0.0),
            optional("fucose_factor", "1", 1.0),
            base.text(prefix + "cytokine")};
}

double number_density(double ug_per_ml, double molar_mass) {
    return ug_per_ml * 1e-6 / molar_mass * avogadro * 1e-12; // g/mL -> mol/mL -> 1/mL -> 1/um3
}

double bridged_dissociation(double kd_receptor, double kd_antigen, double concentration, double competitor_over_kd) {
    return kd_receptor * (1.0 + kd_antigen / concentration) * (1.0 + concentration / kd_receptor + competitor_over_kd);
}

FcAffinity cd16_affinity(ParameterBase const& base, int v158_alleles) {
    auto const v = 0.5 * v158_alleles;
    auto const value = [&](char const* allele, char const* field, char const* unit) {
        return base.value(std::string("allotype.CD16.") + allele + "." + field, unit);
    };
    auto const affinity = v / value("V158", "kd", "molecule/um3") + (1.0 - v) / value("F158", "kd", "molecule/um3");
    return {1.0 / affinity, v * value("V158", "koff", "1/s") + (1.0 - v) * value("F158", "koff", "1/s")};
}

DrugEffect apply_doses(Panel& panel, std::vector<Dose> const& doses, FcAffinity const& cd16) {
    DrugEffect effect;
    auto const cd16_index = panel.receptor("CD16");
    auto serum = 0.0;
    for (auto const& dose : doses)
        serum += dose.serum_igg + (dose.drug.kind == DrugKind::competitor ? dose.concentration : 0.0);
    for (auto const& dose : doses) {
        auto const& drug = dose.drug;
        if (drug.kind == DrugKind::redirecting) {
            for (auto const& name : drug.receptors)
                if (auto const r = panel.receptor(name); r >= 0) {
                    auto const coat = panel.add_ligand("coat of " + drug.name);
                    panel.set_binding({r, coat, drug.kd_receptor, drug.koff_receptor, 1.0});
                    effect.coats.push_back({coat, dose.coating >= 0.0 ? dose.coating : drug.coating});
                }
            continue;
        }
        if (dose.concentration <= 0.0)
            continue;
        switch (drug.kind) {
        case DrugKind::fc_antibody:
            for (auto const& antigen : drug.antigens)
                if (auto const l = panel.ligand(antigen); l >= 0 && cd16_index >= 0) {
                    auto const kd = cd16.kd / drug.fucose_factor;
                    panel.set_binding({cd16_index, l, bridged_dissociation(kd, drug.kd_antigen, dose.concentration, serum / cd16.kd),
                                       cd16.koff / drug.fucose_factor, 1.0});
                }
            break;
        case DrugKind::engager:
            for (auto const& antigen : drug.antigens)
                for (auto const& name : drug.receptors)
                    if (auto const l = panel.ligand(antigen), r = panel.receptor(name); l >= 0 && r >= 0)
                        panel.set_binding(
                            {r, l, bridged_dissociation(drug.kd_receptor, drug.kd_antigen, dose.concentration), drug.koff_receptor, 1.0});
            break;
        case DrugKind::receptor_blocker:
            for (auto const& name : drug.receptors)
                scale_receptor(effect, panel.receptor(name), occupied_rest(dose.concentration, drug.kd_receptor));
            break;
        case DrugKind::ligand_blocker:
            for (auto const& name : drug.antigens)
                if (auto const l = panel.ligand(name); l >= 0)
                    effect.ligand_factor[l] *= static_cast<float>(occupied_rest(dose.concentration, drug.kd_antigen));
            break;
        case DrugKind::soluble_ligand:
            for (auto const& name : drug.antigens)
                for (auto const& binding : panel.bindings)
                    if (binding.ligand == panel.ligand(name))
                        scale_receptor(effect, binding.receptor, occupied_rest(dose.concentration, binding.kd));
            break;
        default:
            break;
        }
    }
    return effect;
}

} // namespace nk::biology
