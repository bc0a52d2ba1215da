// T29: antibody bridges between CD16 and the target.
#include "hand_made.hpp"
#include "nk/biology/drugs.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk::biology;
using nk::test::laws;

TEST(T29Antibody, bridges_at_low_dose_follow_the_occupancy_of_the_antigen) {
    constexpr double receptor = 1e9; // far above every dose: no hook effect, and few bridges
    constexpr double antigen = 2.0;
    auto const bridges = [&](double dose) { return bound_pairs(10.0, 20.0, bridged_dissociation(receptor, antigen, dose)); };
    auto const full = bound_pairs(10.0, 20.0, receptor);

    for (auto const dose : {0.02, 0.5, 2.0, 9.0})
        EXPECT_NEAR(bridges(dose) / full, dose / (dose + antigen), 1e-6);
}

TEST(T29Antibody, is_the_exact_ternary_equilibrium) {
    constexpr double kr = 300.0;
    constexpr double ka = 4.0;
    for (auto const dose : {0.1, 30.0, 1e4}) {
        // free receptor r, free antigen a: bridges = r a x/(kr ka), all other forms of r: r (1 + x/kr), of a: a (1 + x/ka)
        auto const r = 0.7;
        auto const a = 3.0;
        auto const bridges = r * a * dose / (kr * ka);
        auto const receptors = r * (1.0 + dose / kr) + bridges;
        auto const antigens = a * (1.0 + dose / ka) + bridges;

        EXPECT_NEAR(bound_pairs(receptors, antigens, bridged_dissociation(kr, ka, dose)), bridges, 1e-10 * bridges);
    }
}

TEST(T29Antibody, serum_antibody_raises_the_dissociation_constant_of_cd16_by_its_occupancy) {
    constexpr double serum_over_kd = 40.0;
    auto const free = bridged_dissociation(300.0, 4.0, 1e-3);

    EXPECT_NEAR(bridged_dissociation(300.0, 4.0, 1e-3, serum_over_kd) / free, 1.0 + serum_over_kd, 1e-3);
}

TEST(T29Antibody, is_best_at_the_geometric_mean_of_its_constants_and_hooks_beyond) {
    constexpr double kr = 300.0;
    constexpr double ka = 4.0;
    auto const best = std::sqrt(kr * ka);
    auto const k = [&](double dose) { return bridged_dissociation(kr, ka, dose); };

    EXPECT_LT(k(best), k(0.9 * best));
    EXPECT_LT(k(best), k(1.1 * best));
    EXPECT_NEAR(k(10.0 * best), k(0.1 * best), 1e-9 * k(best));
}

TEST(T29Antibody, half_of_the_greatest_hit_probability_comes_at_the_predicted_dose) {
    // One Fc receptor, one antigen; binding so weak that bridges are proportional to occupancy.
    constexpr double receptor = 1e9;
    constexpr double antigen = 2.0;
    Panel panel;
    Receptor fc{};
    fc.name = "CD16";
    fc.sigma_113 = fc.sigma_128 = 300.0;
    panel.receptors.push_back(fc);
    panel.ligands.push_back("antigen");
    panel.ligand_family.push_back("tumour");
    ReceptorCopies nk{};
    nk[0] = 50000.0F;
    LigandCopies target{};
    target[0] = 100000.0F;
    auto const hit = [&](double kd) {
        panel.set_binding({0, 0, kd, 1.0, 1.0});
        return recognise(panel, laws(), nk, {}, target, {.proofreading = false}).p_hit;
    };
    auto const nothing = hit(1e30);
    auto const half = nothing + 0.5 * (hit(receptor) - nothing);
    auto low = 0.0; // occupancy at half of the greatest effect, by bisection on the binding constant alone
    auto high = 1.0;
    for (int i = 0; i < 60; ++i) {
        auto const middle = 0.5 * (low + high);
        (hit(receptor / middle) < half ? low : high) = middle;
    }
    auto const predicted = antigen * low / (1.0 - low);

    EXPECT_GT(hit(receptor) - nothing, 0.2);
    EXPECT_NEAR(hit(bridged_dissociation(receptor, antigen, predicted)), half, 1e-4);
}

} // namespace
