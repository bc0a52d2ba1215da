#include "nk/base/random.hpp"
#include "nk/body/mixed_well.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;

/// One receptor, one ligand, everything else as plain as it can be, so that the answer has a closed form.
struct Plain {
    biology::Panel panel;
    biology::Laws laws{};
    body::MixedWell well;

    Plain() {
        biology::Receptor r{};
        r.name = "activator";
        r.sigma_113 = r.sigma_128 = 1.0;
        panel.receptors.push_back(r);
        panel.ligands.push_back("ligand");
        panel.ligand_family.push_back("stress");
        panel.set_binding({0, 0, 100.0, 0.1, 1.0});
        laws.contact = {40.0, 300.0, 700.0, 0.01, 1.0};
        laws.recognition.brake = 1e-6;
        laws.recognition.steepness = 1.0;
        laws.recognition.threshold = 1e-9; // decision 1
        laws.recognition.stages = 3;
        laws.recognition.stage_rate = 0.2;
        laws.recognition.stage_rate_primed_factor = 1.0;
        laws.recognition.detach_high = laws.recognition.detach_low = 0.05;
        laws.recognition.detach_after_hit = 0.05;
        laws.recognition.ifng_threshold = 0.5;
        laws.killing.granules = 200;
        laws.killing.granules_per_hit = 1;
        laws.killing.potency = 1.0;
        laws.killing.receptor_units = 1;
        laws.killing.release_time = 1.0;
        body::MixedKiller killer{};
        killer.receptors[0] = 10000;
        killer.state.education = 1.0;
        killer.opening_rate = 0.001;
        well.killers = {killer};
        body::MixedTarget target{};
        target.ligands[0] = 10000;
        well.targets = {target};
        well.minutes = 10000.0;
    }
};

TEST(MixedWell, KillsWithTheRateOfOpeningTimesThePowerOfThreeStages) {
    Plain plain;
    auto const p = std::pow(0.2 / 0.25, 3);
    auto const contact = (1 - p) / (1 - 0.8) / 0.25 + p / (0.05 + 1.0);
    auto const rate = 0.001 / (1.0 + 0.001 * contact);

    auto const solved = body::solve(plain.well, plain.panel, plain.laws, {});

    EXPECT_NEAR(solved.hit_probability, p, 1e-6);
    EXPECT_NEAR(solved.contact_minutes, contact, 1e-5);
    EXPECT_NEAR(solved.kills_per_nk, rate * p * (10000.0 - 3.0 / 0.25), 1e-6);
    EXPECT_NEAR(solved.non_killers, std::exp(-solved.kills_per_nk), 1e-9);
}

TEST(MixedWell, LysisFollowsThePoissonLawOfTheEffectorToTargetRatio) {
    Plain plain;
    plain.well.nk_per_target = 0.05;
    auto const sparse = body::solve(plain.well, plain.panel, plain.laws, {});
    plain.well.nk_per_target = 0.10;
    auto const dense = body::solve(plain.well, plain.panel, plain.laws, {});

    EXPECT_NEAR(1.0 - dense.lysis, (1.0 - sparse.lysis) * (1.0 - sparse.lysis), 1e-9);
}

TEST(MixedWell, AUniformPopulationSharesItsKillsMoreEvenlyThanAMixedOne) {
    Plain plain;
    plain.well.minutes = 2000.0;
    auto const uniform = body::solve(plain.well, plain.panel, plain.laws, {});
    auto lazy = plain.well.killers[0];
    lazy.opening_rate = 0.0001;
    plain.well.killers = {plain.well.killers[0], lazy, lazy, lazy};
    auto const mixed = body::solve(plain.well, plain.panel, plain.laws, {});

    EXPECT_GT(mixed.top_quartile, uniform.top_quartile);
    EXPECT_GT(mixed.non_killers, uniform.non_killers);
}

TEST(MixedWell, BurstsAreTheRenewalProcessTheyStandFor) {
    Plain plain;
    plain.well.minutes = 600.0;
    plain.well.killers[0].opening_rate = 0.004;
    plain.laws.killing.burst_decay = 60.0;
    plain.laws.search.attach_burst_gain = 8.0;
    auto const p = std::pow(0.2 / 0.25, 3);
    auto const contact = (1 - p) / (1 - 0.8) / 0.25 + p / (0.05 + 1.0);
    auto const minutes = 600.0 - 3.0 / 0.25;
    auto const rate = [&](double gain) { return 0.004 * (1.0 + gain) / (1.0 + 0.004 * (1.0 + gain) * contact) * p; };

    auto const solved = body::solve(plain.well, plain.panel, plain.laws, {});

    // The same by drawing kills one by one: candidates at the greatest rate, thinned.
    constexpr int cells = 40000;
    auto kills = 0.0;
    auto none = 0.0;
    auto three = 0.0;
    for (std::uint64_t i = 0; i < cells; ++i) {
        Random rng(7, i, Purpose::test);
        auto last = -1e9;
        auto count = 0;
        for (auto t = rng.exponential() / rate(8.0); t < minutes; t += rng.exponential() / rate(8.0)) {
            auto const gain = count > 0 ? 8.0 * std::exp(-(t - last) / 60.0) : 0.0;
            if (rng.uniform() * rate(8.0) < rate(gain)) {
                ++count;
                last = t;
            }
        }
        kills += count;
        none += count == 0 ? 1 : 0;
        three += count == 3 ? 1 : 0;
    }
    EXPECT_NEAR(solved.kills_per_nk, kills / cells, 0.02 * kills / cells);
    EXPECT_NEAR(solved.non_killers, none / cells, 0.01);
    EXPECT_NEAR(solved.kill_share[3], three / cells, 0.01);

    plain.well.bursts = false;
    EXPECT_NEAR(body::solve(plain.well, plain.panel, plain.laws, {}).kills_per_nk, rate(0.0) * minutes, 1e-6);
}

} // namespace
