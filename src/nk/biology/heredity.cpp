#include "nk/biology/heredity.hpp"

#include "nk/base/time.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace nk::biology {

LigandFamilies LigandFamilies::from(Panel const& panel) {
    LigandFamilies out;
    for (std::size_t l = 0; l < panel.ligands.size(); ++l) {
        auto const& family = panel.ligand_family[l];
        auto const known = std::find(out.names.begin(), out.names.end(), family);
        out.of[l] = static_cast<std::int8_t>(known - out.names.begin());
        if (known == out.names.end())
            out.names.push_back(family);
        out.hla_e[l] = panel.ligands[l] == "HLA_E";
        out.hla[l] = family == "MHC";
    }
    NK_EXPECT(out.names.size() <= static_cast<std::size_t>(max_families));
    auto const receptor = panel.receptor("NKG2D");
    for (auto const& binding : panel.bindings)
        if (binding.receptor == receptor && receptor >= 0)
            out.nkg2d[static_cast<std::size_t>(binding.ligand)] = true;
    return out;
}

LigandPhenotype founder(LigandFamilies const& families, double sd, Random& rng) {
    LigandPhenotype out;
    for (std::size_t f = 0; f < families.names.size(); ++f)
        out.ln_factor[f] = static_cast<float>(sd * rng.normal());
    return out;
}

LigandPhenotype daughter(HeredityLaw const& law, LigandFamilies const& families, double sd, LigandPhenotype const& mother, Random& rng) {
    auto out = mother;
    auto const a = law.heritability;
    auto const fresh = std::sqrt(std::max(0.0, 1.0 - a * a)) * sd;
    for (std::size_t f = 0; f < families.names.size(); ++f)
        out.ln_factor[f] = static_cast<float>(a * static_cast<double>(mother.ln_factor[f]) + fresh * rng.normal());
    // both are drawn always, so that a loss does not shift the numbers that come after
    auto const hla = rng.uniform() < law.hla_loss;
    auto const nkg2d = rng.uniform() < law.nkg2d_loss;
    out.hla_lost = mother.hla_lost || hla;
    out.nkg2d_lost = mother.nkg2d_lost || nkg2d;
    return out;
}

LigandCopies with_phenotype(LigandFamilies const& families, double sd, LigandPhenotype const& phenotype, LigandCopies const& copies) {
    std::array<double, max_families> factor{};
    for (std::size_t f = 0; f < families.names.size(); ++f)
        factor[f] = std::exp(static_cast<double>(phenotype.ln_factor[f]) - 0.5 * sd * sd);
    auto out = copies;
    for (std::size_t l = 0; l < out.size(); ++l) {
        auto const lost = (phenotype.hla_lost && families.hla[l]) || (phenotype.nkg2d_lost && families.nkg2d[l]);
        out[l] = lost ? 0.0F : static_cast<float>(static_cast<double>(copies[l]) * factor[static_cast<std::size_t>(families.of[l])]);
    }
    return out;
}

double surface_under_shedding(HeredityLaw const& law, double activity) {
    return (law.turnover + law.shedding) / (law.turnover + activity * law.shedding);
}

double shed_ligand(HeredityLaw const& law, LigandFamilies const& families, LigandCopies const& copies, double activity) {
    auto surface = 0.0;
    for (std::size_t l = 0; l < copies.size(); ++l)
        surface += families.nkg2d[l] ? static_cast<double>(copies[l]) : 0.0;
    return activity * law.shedding / minutes_per_hour * surface;
}

} // namespace nk::biology
