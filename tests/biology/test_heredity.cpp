#include "nk/biology/heredity.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace heredity_tests {

using namespace nk;
using namespace nk::biology;

/// MICA and CD155 are stress ligands, only MICA binds NKG2D; two HLA, one of them HLA-E.
Panel panel() {
    Panel out;
    out.receptors.resize(1);
    out.receptors[0].name = "NKG2D";
    out.ligands = {"MICA", "CD155", "HLA_C1", "HLA_E", "CD58"};
    out.ligand_family = {"stress", "stress", "MHC", "MHC", "adhesion"};
    out.set_binding({0, 0, 600.0, 0.02, 1.0});
    return out;
}

LigandCopies copies() {
    LigandCopies out{};
    out[0] = 1000.0F;
    out[1] = 2000.0F;
    out[2] = 3000.0F;
    out[3] = 4000.0F;
    out[4] = 5000.0F;
    return out;
}

HeredityLaw const law{0.8, 1e-5, 1e-5, 0.03, 0.1};

Random stream(std::uint64_t entity) {
    return {7, entity, Purpose::test};
}

TEST(Heredity, families_and_ligands_of_nkg2d_are_those_of_the_panel) {
    auto const families = LigandFamilies::from(panel());

    EXPECT_EQ(families.names, (std::vector<std::string>{"stress", "MHC", "adhesion"}));
    EXPECT_TRUE(families.nkg2d[0]);
    EXPECT_FALSE(families.nkg2d[1]);
    EXPECT_TRUE(families.hla[2] && families.hla[3] && !families.hla[4]);
    EXPECT_TRUE(families.hla_e[3] && !families.hla_e[2]);
}

TEST(Heredity, divisions_keep_the_variance_of_ligands_and_correlate_by_the_heritability) {
    auto const families = LigandFamilies::from(panel());
    auto const sd = 0.4;
    auto const n = 40000;
    auto squares = 0.0;
    auto products = 0.0;

    for (int i = 0; i < n; ++i) {
        auto rng = stream(static_cast<std::uint64_t>(i));
        auto const first = founder(families, sd, rng);
        auto cell = first;
        for (int generation = 0; generation < 3; ++generation)
            cell = daughter(law, families, sd, cell, rng);
        squares += static_cast<double>(cell.ln_factor[0]) * static_cast<double>(cell.ln_factor[0]);
        products += static_cast<double>(cell.ln_factor[0]) * static_cast<double>(first.ln_factor[0]);
    }

    // standard errors: sqrt(2/n) = 0.7 % of the variance, sqrt((1 + r^2)/n) = 0.0056 of the correlation; 5 of them: 6e-7
    EXPECT_NEAR(squares / n, sd * sd, 0.0354 * sd * sd);
    EXPECT_NEAR(products / n / (sd * sd), 0.8 * 0.8 * 0.8, 0.028);
}

TEST(Heredity, full_heritability_copies_the_mother_and_none_forgets_her) {
    auto const families = LigandFamilies::from(panel());
    auto rng = stream(1);
    auto const mother = founder(families, 0.5, rng);
    auto extreme = mother;
    extreme.ln_factor[0] = 50.0F;
    auto one = rng;
    auto other = rng;

    auto const clone = daughter({1.0, 0.0, 0.0, 0.0, 1.0}, families, 0.5, mother, rng);

    EXPECT_EQ(clone.ln_factor, mother.ln_factor);
    EXPECT_EQ(daughter({0.0, 0.0, 0.0, 0.0, 1.0}, families, 0.5, mother, one).ln_factor,
              daughter({0.0, 0.0, 0.0, 0.0, 1.0}, families, 0.5, extreme, other).ln_factor);
}

TEST(Heredity, the_mean_of_copies_over_cells_is_that_of_the_kind) {
    auto const families = LigandFamilies::from(panel());
    auto const sd = 0.5;
    auto const n = 40000;
    auto sum = 0.0;

    for (int i = 0; i < n; ++i) {
        auto rng = stream(static_cast<std::uint64_t>(i));
        sum += static_cast<double>(with_phenotype(families, sd, founder(families, sd, rng), copies())[4]);
    }

    // standard error of the mean: 5000 sqrt(exp(sd^2) - 1)/sqrt(n) = 13.3; 5 of them: 6e-7
    EXPECT_NEAR(sum / n, 5000.0, 67.0);
}

TEST(Heredity, a_family_moves_as_one_and_a_loss_takes_its_ligands_alone) {
    auto const families = LigandFamilies::from(panel());
    LigandPhenotype phenotype;
    phenotype.ln_factor[0] = std::log(2.0F);

    auto const louder = with_phenotype(families, 0.0, phenotype, copies());
    phenotype.hla_lost = true;
    auto const without_hla = with_phenotype(families, 0.0, phenotype, copies());
    phenotype.hla_lost = false;
    phenotype.nkg2d_lost = true;
    auto const without_mica = with_phenotype(families, 0.0, phenotype, copies());

    EXPECT_FLOAT_EQ(louder[0], 2000.0F);
    EXPECT_FLOAT_EQ(louder[1], 4000.0F);
    EXPECT_FLOAT_EQ(louder[2], 3000.0F);
    EXPECT_EQ(without_hla[2], 0.0F);
    EXPECT_EQ(without_hla[3], 0.0F);
    EXPECT_FLOAT_EQ(without_hla[0], 2000.0F);
    EXPECT_EQ(without_mica[0], 0.0F);
    EXPECT_FLOAT_EQ(without_mica[1], 4000.0F);
}

TEST(Heredity, losses_come_at_their_probability_and_stay) {
    auto const families = LigandFamilies::from(panel());
    HeredityLaw const unstable{0.8, 0.3, 0.1, 0.0, 1.0};
    auto const n = 20000;
    auto hla = 0;
    auto nkg2d = 0;

    for (int i = 0; i < n; ++i) {
        auto rng = stream(static_cast<std::uint64_t>(i));
        auto const cell = daughter(unstable, families, 0.3, {}, rng);
        auto const next = daughter({0.8, 0.0, 0.0, 0.0, 1.0}, families, 0.3, cell, rng);
        hla += cell.hla_lost;
        nkg2d += cell.nkg2d_lost;
        EXPECT_EQ(next.hla_lost, cell.hla_lost);
        EXPECT_EQ(next.nkg2d_lost, cell.nkg2d_lost);
    }

    // 5 standard errors sqrt(p (1-p)/n): 6e-7
    EXPECT_NEAR(static_cast<double>(hla) / n, 0.3, 0.0162);
    EXPECT_NEAR(static_cast<double>(nkg2d) / n, 0.1, 0.0106);
}

TEST(Heredity, shedding_lowers_the_surface_and_feeds_the_fluid_with_what_it_takes) {
    auto const families = LigandFamilies::from(panel());

    EXPECT_DOUBLE_EQ(surface_under_shedding(law, 1.0), 1.0);
    EXPECT_DOUBLE_EQ(surface_under_shedding(law, 0.0), 1.3);
    EXPECT_LT(surface_under_shedding(law, 5.0), 1.0);
    EXPECT_DOUBLE_EQ(shed_ligand(law, families, copies(), 2.0), 2.0 * 0.03 / 60.0 * 1000.0);

    // constant synthesis: what is made is what turnover and shedding take, at any activity
    auto const made = [&](double activity) {
        auto const surface = 1000.0 * surface_under_shedding(law, activity);
        return surface * (law.turnover + activity * law.shedding);
    };
    EXPECT_NEAR(made(0.0), made(7.0), 1e-9);
}

} // namespace heredity_tests
