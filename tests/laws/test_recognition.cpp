// T16 dominance of inhibition, T17 monotone invariants, switches that are off.
#include "base/moments.hpp"
#include "hand_made.hpp"
#include "nk/scenario/embedded.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numbers>

namespace {

using namespace nk::biology;
using namespace nk::test;
using nk::Purpose;
using nk::Random;

Recognition decided(double site_113, double site_128, double inhibitory, RecognitionSwitches const& switches = {},
                    NkSignalState const& nk = {}) {
    return decide(recognition_law(), contact, {site_113, site_128, inhibitory, inhibitory, site_113 + site_128}, nk, switches);
}

TEST(T16Inhibition, overcomes_any_finite_activation) {
    for (auto const drive : {0.1, 1.0, 100.0, 1e6})
        for (auto const smallest : {1e-2, 1e-6, 1e-12}) {
            auto inhibition = 1.0;
            while (decided(drive, drive, inhibition).p_hit >= smallest && inhibition < 1e30)
                inhibition *= 2.0;

            EXPECT_LT(inhibition, 1e30) << "drive " << drive;
        }
}

TEST(T16Inhibition, the_vav_signal_falls_with_inhibition_and_rises_with_activation_strictly) {
    auto before = 1.0;
    for (double inhibition = 0.0; inhibition < 1e5; inhibition = 1.3 * inhibition + 0.1) {
        auto const now = decided(2.0, 3.0, inhibition).vav;
        EXPECT_LT(now, before);
        before = now;
    }
    before = 0.0;
    for (double drive = 0.0; drive < 1e5; drive = 1.3 * drive + 0.01) {
        auto const now = decided(drive, drive, 100.0).vav;
        EXPECT_GT(now, before);
        EXPECT_LT(now, 1.0);
        before = now;
    }
}

/// Share of random points of the contact without an inhibitory complex within `radius`, Poisson numbers of complexes.
Moments void_share(double complexes, double radius, std::uint64_t seed) {
    auto const side = std::sqrt(contact.area);
    auto const within = [&](double d) { return std::min(d, side - d); }; // periodic, so that the edge does not matter
    Random rng(seed, 0, Purpose::test);
    Moments moments;
    for (int trial = 0; trial < 40'000; ++trial) {
        auto empty = true;
        for (auto arrival = rng.exponential(); arrival < complexes && empty; arrival += rng.exponential()) {
            auto const dx = within(side * std::abs(rng.uniform() - 0.5) * 2.0 * 0.5);
            auto const dy = within(side * std::abs(rng.uniform() - 0.5) * 2.0 * 0.5);
            empty = dx * dx + dy * dy > radius * radius;
        }
        moments.add(empty ? 1.0 : 0.0);
    }
    return moments;
}

TEST(T16Inhibition, a_local_brake_leaves_the_share_of_the_contact_that_no_inhibitory_complex_reaches) {
    auto law = recognition_law();
    for (auto const radius : {0.2, 0.5}) {
        law.inhibition_radius = radius;
        auto const complexes = 60.0;
        auto const drive = [&](double n) { return decide(law, contact, {2.0, 3.0, n, n, 5.0}, {}, {.local_inhibition = true}).drive; };

        auto const simulated = void_share(complexes, radius, 41);

        EXPECT_LT(std::abs(simulated.z(drive(complexes) / drive(0.0))), most_z) << radius;
        EXPECT_GT(std::abs(simulated.z(drive(1.1 * complexes) / drive(0.0))), most_z) << radius; // 10 % more complexes are seen
    }
}

TEST(T16Inhibition, a_local_brake_does_not_act_on_vav_too) {
    auto const local = decided(2.0, 3.0, 300.0, {.local_inhibition = true});
    auto const push = local.responsiveness * local.drive;

    EXPECT_NEAR(local.vav, push / (push + recognition_law().brake), 1e-15);
}

TEST(Switches, what_belongs_to_a_switch_that_is_off_changes_not_one_bit) {
    auto other = laws();
    other.recognition.kinase_base = 7.0;
    other.recognition.kinase_half = 1e4;
    other.recognition.inhibition_radius = 3.0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auto const e = random_encounter(seed, 5, 5, 0.5, true, false);

        auto const off = recognise(e.panel, laws(), e.nk, {}, e.target, {});
        auto const same = recognise(e.panel, other, e.nk, {}, e.target, {});

        EXPECT_EQ(same.vav, off.vav);
        EXPECT_EQ(same.p_hit, off.p_hit);
        EXPECT_EQ(same.contact_time, off.contact_time);
        EXPECT_EQ(same.ifng, off.ifng);
    }
}

TEST(Switches, each_of_them_does_something_when_on) {
    auto const off = decided(2.0, 3.0, 200.0);

    EXPECT_GT(decided(2.0, 3.0, 200.0, {.shared_kinase = true}).vav, off.vav);
    EXPECT_NE(decided(2.0, 3.0, 200.0, {.local_inhibition = true}).vav, off.vav);
    auto const e = random_encounter(1, 3, 3, 1.0, false, false);
    EXPECT_GT(recognise(e.panel, laws(), e.nk, {}, e.target, {.proofreading = false}).drive,
              recognise(e.panel, laws(), e.nk, {}, e.target, {}).drive);
}

TEST(Switches, a_kinase_that_is_never_limiting_is_no_switch_at_all) {
    auto law = laws();
    law.recognition.kinase_half = 0.0;
    auto const e = random_encounter(2, 5, 5, 0.6, true, false);

    EXPECT_DOUBLE_EQ(recognise(e.panel, law, e.nk, {}, e.target, {.shared_kinase = true}).vav,
                     recognise(e.panel, law, e.nk, {}, e.target, {}).vav);
}

// A ligand is one-signed when all receptors it competes for, directly or through other ligands, have one sign: the group
// matters, because an activating receptor that a new ligand takes from CD155 leaves more CD155 to TIGIT. With equal dwell
// times in a group (here: proofreading off) every receptor's occupancy then rises with every ligand.
TEST(T17Monotone, more_of_a_ligand_of_activating_receptors_never_means_fewer_hits) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        auto e = random_encounter(seed, 5, 5, 0.5, false, false);
        for (std::size_t l = 0; l < 5; ++l) {
            auto const before = recognise(e.panel, laws(), e.nk, {}, e.target, {.proofreading = false});
            e.target[l] = 1.5F * e.target[l] + 100.0F;
            auto const after = recognise(e.panel, laws(), e.nk, {}, e.target, {.proofreading = false});

            EXPECT_GE(after.p_hit, before.p_hit * (1.0 - 1e-6)) << "seed " << seed;
            EXPECT_GE(after.vav, before.vav * (1.0 - 1e-6)) << "seed " << seed;
        }
    }
}

TEST(T17Monotone, more_of_a_ligand_of_inhibitory_receptors_never_means_more_hits) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        auto e = random_encounter(seed, 5, 5, 0.5, false, true);
        for (std::size_t l = 0; l < 5; ++l) {
            auto const before = recognise(e.panel, laws(), e.nk, {}, e.target, {.proofreading = false});
            e.target[l] = 1.5F * e.target[l] + 100.0F;
            auto const after = recognise(e.panel, laws(), e.nk, {}, e.target, {.proofreading = false});

            EXPECT_LE(after.p_hit, before.p_hit * (1.0 + 1e-6)) << "seed " << seed;
        }
    }
}

/// +1 when all receptors of the ligand's group activate, -1 when all inhibit, 0 otherwise.
int sign_of(Panel const& panel, int ligand) {
    for (auto const& group : panel.groups) {
        if (std::find(group.ligands.begin(), group.ligands.end(), ligand) == group.ligands.end())
            continue;
        auto const inhibitory = std::count_if(group.receptors.begin(), group.receptors.end(),
                                              [&](int r) { return panel.receptors[static_cast<std::size_t>(r)].inhibitory; });
        return inhibitory == 0 ? 1 : inhibitory == static_cast<long>(group.receptors.size()) ? -1 : 0;
    }
    return 0;
}

TEST(T17Monotone, holds_for_the_receptors_and_ligands_of_the_tables) {
    auto const base = nk::scenario::load_parameters();
    auto const panel = Panel::from(base);
    auto const table_laws = Laws::from(base);
    auto activating = 0;
    auto inhibitory = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Random rng(seed, 2, Purpose::test);
        ReceptorCopies nk{};
        LigandCopies target{};
        for (std::size_t r = 0; r < panel.receptors.size(); ++r)
            nk[r] = rng.uniform() < 0.3 ? 0.0F : static_cast<float>(panel.receptors[r].copies * rng.lognormal_mean_one(0.5));
        for (std::size_t l = 0; l < panel.ligands.size(); ++l)
            target[l] = rng.uniform() < 0.3 ? 0.0F : static_cast<float>(log_uniform(rng, 100.0, 1e5));
        for (std::size_t l = 0; l < panel.ligands.size(); ++l) {
            auto const sign = sign_of(panel, static_cast<int>(l));
            auto more = target;
            more[l] = 2.0F * target[l] + 500.0F;
            auto const before = recognise(panel, table_laws, nk, {}, target, {.proofreading = false}).p_hit;
            auto const after = recognise(panel, table_laws, nk, {}, more, {.proofreading = false}).p_hit;
            if (sign > 0) {
                EXPECT_GE(after, before * (1.0 - 1e-6)) << panel.ligands[l];
            } else if (sign < 0) {
                EXPECT_LE(after, before * (1.0 + 1e-6)) << panel.ligands[l];
            }
            activating += sign > 0;
            inhibitory += sign < 0;
        }
    }

    EXPECT_GT(activating, 0); // the tables have such ligands, so that the test is no empty one
    EXPECT_GT(inhibitory, 0);
}

TEST(T17Monotone, more_responsiveness_priming_or_content_never_means_fewer_hits) {
    auto const p = [](NkSignalState const& nk) { return decided(1.0, 1.5, 50.0, {}, nk).p_hit; };

    for (double x = 0.05; x < 0.95; x += 0.05) {
        EXPECT_GT(p({.education = x + 0.05}), p({.education = x}));
        EXPECT_GT(p({.priming = x + 0.05}), p({.priming = x}));
        EXPECT_GT(p({.content = x + 0.05}), p({.content = x}));
        EXPECT_LT(p({.exhaustion = x + 0.05}), p({.exhaustion = x}));
    }
}

} // namespace
