// T2 random hits, T8 shot-noise damage, T9 two hits with repair, T18 granule content, T19 independence of dt.
#include "base/moments.hpp"
#include "hand_made.hpp"
#include "nk/biology/killing.hpp"
#include "nk/numerics/absorbing_chain.hpp"
#include "nk/numerics/statistics.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

namespace {

using namespace nk::biology;
using namespace nk::test;
using nk::Purpose;
using nk::Random;

double alive(double hit_rate, double repair_rate, int hits, double minutes) {
    auto const stages = damage_stages(hit_rate, repair_rate, hits, minutes);
    return std::accumulate(stages.begin(), stages.end(), 0.0);
}

TEST(T2RandomHits, survivors_without_repair_are_a_poisson_sum) {
    double const published[] = {0.44933, 0.80879, 0.95258};
    for (int needed = 1; needed <= 3; ++needed)
        EXPECT_NEAR(alive(0.02, 0.0, needed, 40.0), published[needed - 1], 5e-6); // 0.8 hits per target
    for (auto const mean_hits : {0.1, 2.5, 9.0}) {
        auto expected = 0.0;
        auto term = std::exp(-mean_hits);
        for (int k = 0; k < 4; ++k, term *= mean_hits / k)
            expected += term;

        EXPECT_NEAR(alive(mean_hits, 0.0, 4, 1.0), expected, 1e-8);
    }
}

TEST(T9TwoHits, the_mean_time_to_death_is_that_of_the_absorbing_chain) {
    for (auto const& [hit, repair] : {std::pair{0.05, 0.015}, std::pair{0.001, 0.2}, std::pair{3.0, 0.0}}) {
        nk::numerics::AbsorbingChain chain(2, 1);
        chain.move(0, 1, hit);
        chain.move(1, 0, repair);
        chain.absorb(1, 0, hit);

        EXPECT_NEAR(mean_time_two_hits(hit, repair) / chain.solve({1.0, 0.0}).mean_time, 1.0, 1e-12);
    }
    EXPECT_DOUBLE_EQ(mean_time_two_hits(0.1, 0.0), 20.0); // Erlang(2)
}

TEST(T9TwoHits, survivors_fall_as_two_exponentials) {
    constexpr double hit = 0.05;
    constexpr double repair = 0.03;
    auto const root = std::sqrt(repair * repair + 4.0 * hit * repair);
    auto const slow = 0.5 * (-(2.0 * hit + repair) + root);
    auto const fast = 0.5 * (-(2.0 * hit + repair) - root);
    for (auto const minutes : {1.0, 20.0, 100.0, 400.0}) {
        // S(0) = 1, S'(0) = 0: nobody dies before the first hit
        auto const expected = (slow * std::exp(fast * minutes) - fast * std::exp(slow * minutes)) / (slow - fast);

        EXPECT_NEAR(alive(hit, repair, 2, minutes), expected, 1e-7);
    }
    EXPECT_NEAR(alive(hit, 0.0, 2, 30.0), std::exp(-1.5) * 2.5, 1e-8); // Erlang(2)
}

// 100,000 targets, |z| < 5: false alarm 5.7e-7.
TEST(T9TwoHits, sampled_targets_die_after_that_time_on_average) {
    constexpr double hit = 0.05;
    constexpr double repair = 0.015;
    Random rng(61, 0, Purpose::test);
    Moments moments;
    for (int target = 0; target < 100'000; ++target) {
        auto time = 0.0;
        for (int damage = 0; damage < 2;) {
            auto const total = hit + repair * damage;
            time += rng.exponential() / total;
            damage += rng.uniform() * total < hit ? 1 : -1;
        }
        moments.add(time);
    }

    EXPECT_LT(std::abs(moments.z(mean_time_two_hits(hit, repair))), most_z);
    EXPECT_GT(std::abs(moments.z(mean_time_two_hits(1.1 * hit, repair))), most_z);
    EXPECT_GT(std::abs(moments.z(mean_time_two_hits(hit, 1.2 * repair))), most_z);
}

// Exponential hits at Poisson times with exponential repair: the stationary damage is a Gamma distribution. It is drawn both
// ways, through the event rule and through Random::gamma, and compared by their moments and their distribution.
TEST(T8ShotNoise, stationary_damage_is_gamma_distributed) {
    constexpr double hit = 0.06;
    constexpr double repair = 0.02;
    constexpr double size = 0.4;
    Moments mean;
    Moments square;
    std::vector<double> simulated;
    std::vector<double> drawn;
    std::vector<double> wrong;
    for (std::uint64_t target = 0; target < 20'000; ++target) {
        Random rng(62, target, Purpose::test);
        auto damage = 0.0;
        auto now = 0.0;
        for (;;) { // 500 min = 10 repair times
            auto const next = now + rng.exponential() / hit;
            damage *= std::exp(-repair * (std::min(next, 500.0) - now));
            if (next >= 500.0)
                break;
            damage += size * rng.gamma(1.0);
            now = next;
        }
        mean.add(damage);
        square.add(std::pow(damage - hit / repair * size, 2.0));
        simulated.push_back(damage);
        drawn.push_back(size * rng.gamma(hit / repair));
        wrong.push_back(size * rng.gamma(1.1 * hit / repair));
    }

    EXPECT_LT(std::abs(mean.z(hit * size / repair)), most_z);
    EXPECT_LT(std::abs(square.z(hit * size * size / repair)), most_z);
    EXPECT_GT(std::abs(mean.z(1.1 * hit * size / repair)), most_z);
    EXPECT_GT(nk::numerics::kolmogorov_smirnov(simulated, drawn).p_value, 1e-6);
    EXPECT_LT(nk::numerics::kolmogorov_smirnov(simulated, wrong).p_value, 1e-6);
}

TEST(T18Granules, content_recovers_exponentially_after_any_number_of_hits) {
    auto const law = laws().killing;
    Lytic nk;
    for (int hit = 0; hit < 5; ++hit)
        spend(law, nk, law.granules_per_hit);
    auto const left = std::pow(1.0 - law.content_spent, 5.0);
    EXPECT_NEAR(nk.content, left, 1e-14);
    EXPECT_DOUBLE_EQ(nk.granules, 150.0);

    refill(law, nk, 360.0, 1.0);

    EXPECT_NEAR(nk.content, 1.0 - (1.0 - left) * std::exp(-360.0 / (law.refill_time * 60.0)), 1e-14);
    EXPECT_NEAR(nk.granules, 200.0 - 50.0 * std::exp(-360.0 / (law.refill_time * 60.0)), 1e-11);
}

TEST(T18Granules, never_become_negative_and_too_few_of_them_make_no_hit) {
    auto law = laws().killing;
    law.granules_per_hit_sd = 0.8;
    Random rng(63, 0, Purpose::test);
    Lytic nk;
    auto hits = 0;
    for (; can_hit(law, nk); ++hits) {
        auto const released = draw_release(law, nk, rng);
        ASSERT_GE(released, 1.0);
        ASSERT_LE(released, nk.granules);
        spend(law, nk, released);
        ASSERT_GE(nk.granules, 0.0);
    }

    EXPECT_GT(hits, 5);
    EXPECT_LT(nk.granules, law.granules_per_hit);
    spend(law, nk, 1e9);
    EXPECT_EQ(nk.granules, 0.0);
}

TEST(T18Granules, without_cytokine_support_nothing_is_refilled) {
    Lytic nk{.granules = 20.0, .content = 0.3};

    refill(laws().killing, nk, 1e4, 0.0);

    EXPECT_DOUBLE_EQ(nk.granules, 20.0);
    EXPECT_DOUBLE_EQ(nk.content, 0.3);
}

TEST(T19TimeStep, a_thousand_short_steps_of_a_law_are_one_long_one) {
    auto const law = laws().killing;
    Lytic whole{.granules = 30.0, .content = 0.2};
    auto parts = whole;
    auto fasl_whole = fasl_after(law, 0.1, 0.7, 300.0);
    auto fasl_parts = 0.1;

    refill(law, whole, 300.0, 0.8);
    for (int step = 0; step < 1000; ++step) {
        refill(law, parts, 0.3, 0.8);
        fasl_parts = fasl_after(law, fasl_parts, 0.7, 0.3);
    }

    EXPECT_NEAR(parts.content, whole.content, 1e-12);
    EXPECT_NEAR(parts.granules, whole.granules, 1e-9);
    EXPECT_NEAR(fasl_parts, fasl_whole, 1e-12);
}

TEST(DeathReceptorPath, fasl_rises_to_its_balance_in_contact_and_falls_to_rest_outside) {
    auto const law = laws().killing;

    EXPECT_NEAR(fasl_after(law, 0.1, 1.0, 1e6), (law.fasl_rise + law.fasl_decay * law.fasl_rest) / (law.fasl_rise + law.fasl_decay), 1e-12);
    EXPECT_NEAR(fasl_after(law, 0.9, 0.0, 1e6), law.fasl_rest, 1e-12);
    EXPECT_DOUBLE_EQ(fasl_after(law, 0.4, 0.5, 0.0), 0.4);
}

} // namespace
