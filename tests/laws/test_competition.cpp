// The binding equilibrium of many receptors with many ligands (model 3.1.2).
#include "hand_made.hpp"
#include "nk/base/error.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>

namespace {

using namespace nk::biology;
using namespace nk::test;
using nk::Random;

/// Bound pairs by alternating exact updates in extended precision until nothing moves: slow, and shares no code with `engage`.
std::vector<long double> brute_force(Encounter const& e) {
    auto const receptors = e.panel.receptors.size();
    auto const ligands = e.panel.ligands.size();
    auto const volume = static_cast<long double>(contact.area) * contact.confinement;
    std::vector<long double> R(receptors);
    std::vector<long double> L(ligands);
    for (std::size_t r = 0; r < receptors; ++r)
        R[r] = static_cast<long double>(e.nk[r]) * contact.area / contact.nk_membrane;
    for (std::size_t l = 0; l < ligands; ++l)
        L[l] = static_cast<long double>(e.target[l]) * contact.area / contact.target_membrane;
    auto free_l = L;
    std::vector<long double> free_r(receptors);
    for (int sweep = 0; sweep < 2'000'000; ++sweep) {
        auto sum_r = std::vector<long double>(receptors, 1.0L);
        for (auto const& b : e.panel.bindings)
            sum_r[static_cast<std::size_t>(b.receptor)] += free_l[static_cast<std::size_t>(b.ligand)] * b.size_match / (b.kd * volume);
        for (std::size_t r = 0; r < receptors; ++r)
            free_r[r] = R[r] / sum_r[r];
        auto sum_l = std::vector<long double>(ligands, 1.0L);
        for (auto const& b : e.panel.bindings)
            sum_l[static_cast<std::size_t>(b.ligand)] += free_r[static_cast<std::size_t>(b.receptor)] * b.size_match / (b.kd * volume);
        auto moved = 0.0L;
        for (std::size_t l = 0; l < ligands; ++l) {
            auto const next = L[l] / sum_l[l];
            if (L[l] > 0.0L)
                moved = std::max(moved, std::abs(next - free_l[l]) / free_l[l]);
            free_l[l] = next;
        }
        if (moved < 1e-15L)
            break;
    }
    std::vector<long double> bound;
    for (auto const& b : e.panel.bindings)
        bound.push_back(free_r[static_cast<std::size_t>(b.receptor)] * free_l[static_cast<std::size_t>(b.ligand)] * b.size_match /
                        (b.kd * volume));
    return bound;
}

Engagement engaged(Encounter const& e, ContactGeometry const& geometry = contact) {
    Engagement out{};
    engage(e.panel, geometry, e.nk, e.target, out);
    return out;
}

Encounter random_mix(std::uint64_t seed) {
    Random rng(seed, 1, nk::Purpose::test);
    return random_encounter(seed, 1 + static_cast<int>(rng.below(6)), 1 + static_cast<int>(rng.below(6)), 0.2 + 0.8 * rng.uniform(), true,
                            false);
}

TEST(Competition, equals_a_brute_force_solution_in_extended_precision) {
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        auto const e = random_mix(seed);

        auto const got = engaged(e);

        auto const expected = brute_force(e);
        for (std::size_t p = 0; p < expected.size(); ++p) {
            auto const value = static_cast<double>(expected[p]);
            EXPECT_NEAR(got.bound[p], value, 1e-6 * value + 1e-9) << "seed " << seed << " pair " << p;
        }
    }
}

TEST(Competition, no_receptor_or_ligand_is_bound_more_often_than_it_is_there) {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        auto const e = random_mix(seed);
        auto const got = engaged(e);
        std::array<double, max_receptors> of_receptor{};
        std::array<double, max_ligands> of_ligand{};
        for (std::size_t p = 0; p < e.panel.bindings.size(); ++p) {
            ASSERT_GE(got.bound[p], 0.0F);
            of_receptor[static_cast<std::size_t>(e.panel.bindings[p].receptor)] += got.bound[p];
            of_ligand[static_cast<std::size_t>(e.panel.bindings[p].ligand)] += got.bound[p];
        }

        for (std::size_t r = 0; r < e.panel.receptors.size(); ++r)
            EXPECT_LE(of_receptor[r], e.nk[r] * contact.area / contact.nk_membrane * (1.0 + 1e-6)) << "seed " << seed;
        for (std::size_t l = 0; l < e.panel.ligands.size(); ++l)
            EXPECT_LE(of_ligand[l], e.target[l] * contact.area / contact.target_membrane * (1.0 + 1e-6)) << "seed " << seed;
    }
}

TEST(Competition, mass_action_and_both_mass_balances_hold_for_every_pair) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        auto const e = random_mix(seed);
        auto const got = engaged(e);
        std::array<double, max_receptors> free_r{};
        std::array<double, max_ligands> free_l{};
        for (std::size_t r = 0; r < e.panel.receptors.size(); ++r)
            free_r[r] = e.nk[r] * contact.area / contact.nk_membrane;
        for (std::size_t l = 0; l < e.panel.ligands.size(); ++l)
            free_l[l] = e.target[l] * contact.area / contact.target_membrane;
        auto const total_r = free_r;
        auto const total_l = free_l;
        for (std::size_t p = 0; p < e.panel.bindings.size(); ++p) {
            free_r[static_cast<std::size_t>(e.panel.bindings[p].receptor)] -= got.bound[p];
            free_l[static_cast<std::size_t>(e.panel.bindings[p].ligand)] -= got.bound[p];
        }

        for (std::size_t p = 0; p < e.panel.bindings.size(); ++p) {
            auto const& b = e.panel.bindings[p];
            auto const r = static_cast<std::size_t>(b.receptor);
            auto const l = static_cast<std::size_t>(b.ligand);
            auto const k = b.kd * contact.area * contact.confinement / b.size_match;
            if (free_r[r] > 0.01 * total_r[r] && free_l[l] > 0.01 * total_l[l]) { // else the difference of floats says nothing
                EXPECT_NEAR(got.bound[p] * k, free_r[r] * free_l[l], 1e-4 * free_r[r] * free_l[l]) << "seed " << seed;
            }
        }
    }
}

TEST(Competition, T17_relabelling_receptors_ligands_and_pairs_leaves_the_signals_unchanged) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auto const e = random_mix(seed);
        auto const receptors = e.panel.receptors.size();
        auto const ligands = e.panel.ligands.size();
        Encounter renamed;
        for (std::size_t r = 0; r < receptors; ++r) {
            renamed.panel.receptors.push_back(e.panel.receptors[receptors - 1 - r]);
            renamed.nk[r] = e.nk[receptors - 1 - r];
        }
        for (std::size_t l = 0; l < ligands; ++l) {
            renamed.panel.add_ligand(e.panel.ligands[(l + 1) % ligands]);
            renamed.target[l] = e.target[(l + 1) % ligands];
        }
        for (auto b = e.panel.bindings.rbegin(); b != e.panel.bindings.rend(); ++b)
            renamed.panel.set_binding({static_cast<int>(receptors) - 1 - b->receptor,
                                       static_cast<int>((static_cast<std::size_t>(b->ligand) + ligands - 1) % ligands), b->kd, b->koff,
                                       b->size_match});

        auto const first = recognise(e.panel, laws(), e.nk, {}, e.target, {});
        auto const second = recognise(renamed.panel, laws(), renamed.nk, {}, renamed.target, {});

        EXPECT_NEAR(second.drive, first.drive, 1e-6 * first.drive);
        EXPECT_NEAR(second.inhibition, first.inhibition, 1e-6 * first.inhibition);
        EXPECT_NEAR(second.p_hit, first.p_hit, 1e-5 * first.p_hit);
    }
}

TEST(Competition, molecules_that_are_absent_change_not_one_bit) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auto const e = random_mix(seed);
        auto more = e;
        more.panel.receptors.push_back(receptor("extra", false, 0.1, 0.1, 0.0));
        more.panel.add_ligand("extra");
        auto const r = static_cast<int>(e.panel.receptors.size());
        auto const l = static_cast<int>(e.panel.ligands.size());
        more.panel.set_binding({0, l, 60.0, 0.1, 1.0});
        more.panel.set_binding({r, 0, 60.0, 0.1, 1.0});
        more.panel.set_binding({r, l, 60.0, 0.1, 1.0});

        auto const alone = engaged(e);
        auto const with = engaged(more);

        for (std::size_t p = 0; p < e.panel.bindings.size(); ++p)
            EXPECT_EQ(with.bound[p], alone.bound[p]) << "seed " << seed;
    }
}

TEST(Competition, a_competitor_takes_ligands_away) {
    Encounter e;
    e.panel.receptors = {receptor("A", false, 0.01, 0.01, 0.0), receptor("B", true, 0.0, 0.0, 1.0)};
    e.panel.add_ligand("L");
    e.panel.set_binding({0, 0, 602.2, 0.1, 1.0});
    e.panel.set_binding({1, 0, 60.22, 0.1, 1.0});
    e.nk[0] = 5000.0F;
    e.target[0] = 5000.0F;
    auto const alone = engaged(e).bound[0];
    e.nk[1] = 20000.0F;

    auto const together = engaged(e).bound[0];

    EXPECT_LT(together, 0.7F * alone);
    EXPECT_NEAR(alone, bound_pairs(5000.0 * 40.0 / 300.0, 5000.0 * 40.0 / 700.0, 602.2 * 0.4), 1e-3);
}

TEST(Competition, T30_doubling_all_areas_and_copies_doubles_every_complex) {
    auto const large =
        ContactGeometry{2 * contact.area, 2 * contact.nk_membrane, 2 * contact.target_membrane, contact.confinement, contact.accessible};
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auto const e = random_mix(seed);
        auto twice = e;
        for (auto& copies : twice.nk)
            copies *= 2.0F;
        for (auto& copies : twice.target)
            copies *= 2.0F;

        auto const one = engaged(e);
        auto const two = engaged(twice, large);

        for (std::size_t p = 0; p < e.panel.bindings.size(); ++p)
            EXPECT_NEAR(two.bound[p], 2.0F * one.bound[p], 1e-6F * one.bound[p]) << "seed " << seed;
    }
}

TEST(Competition, many_cells_at_once_have_the_bits_of_single_calls) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        auto const e = random_mix(seed);
        Random rng(seed, 3, nk::Purpose::test);
        std::vector<ReceptorCopies> cells(1 + rng.below(20), e.nk); // full and half-full packs
        for (auto& cell : cells)
            for (auto& copies : cell)
                copies *= rng.uniform() < 0.4 ? 0.0F : static_cast<float>(rng.lognormal_mean_one(1.5));
        std::vector<Engagement> together(cells.size());

        engage(e.panel, contact, cells, e.target, together);

        for (std::size_t i = 0; i < cells.size(); ++i) {
            Engagement alone{};
            engage(e.panel, contact, cells[i], e.target, alone);
            for (std::size_t p = 0; p < e.panel.bindings.size(); ++p)
                ASSERT_EQ(together[i].bound[p], alone.bound[p]) << "seed " << seed << " cell " << i << " pair " << p;
        }
    }
}

TEST(Competition, one_pair_does_not_cancel_when_binding_is_tight) {
    // R = L = 1e6 and K = 1e-6: free molecules are sqrt(R K) = 1
    EXPECT_NEAR(1e6 - bound_pairs(1e6, 1e6, 1e-6), 1.0, 1e-6);
    EXPECT_EQ(bound_pairs(0.0, 5.0, 1.0), 0.0);
    EXPECT_EQ(bound_pairs(0.0, 0.0, 0.0), 0.0);
}

} // namespace
