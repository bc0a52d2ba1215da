// T1 staged contact, and the chain over hits, damage and death-receptor signal.
#include "base/moments.hpp"
#include "hand_made.hpp"
#include "nk/biology/contact_chain.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk::biology;
using namespace nk::test;
using nk::Purpose;
using nk::Random;

TEST(T1StagedContact, has_the_closed_form_of_equal_stages) {
    for (auto const& [rate, detach, stages] : {std::tuple{0.06, 0.04, 3}, std::tuple{0.5, 0.01, 5}, std::tuple{0.001, 0.08, 2}}) {
        std::vector<double> const rates(static_cast<std::size_t>(stages), rate);
        auto const r = rate / (rate + detach);

        auto const timing = staged_contact(rates.data(), stages, detach);

        EXPECT_NEAR(timing.p_hit, std::pow(r, stages), 1e-14);
        EXPECT_NEAR(timing.mean_time, (1.0 - std::pow(r, stages)) / ((1.0 - r) * (rate + detach)), 1e-11);
    }
}

TEST(T1StagedContact, has_its_worked_values) {
    double const rates[] = {0.06, 0.06, 0.06};

    auto const timing = staged_contact(rates, 3, 0.04);

    EXPECT_NEAR(timing.p_hit, 0.2160, 1e-12);
    EXPECT_NEAR(timing.mean_time, 19.60, 1e-10);
}

TEST(T1StagedContact, without_detachment_every_contact_hits_and_without_any_rate_it_never_ends) {
    double const rates[] = {0.1, 0.2, 0.5};
    double const none[] = {0.0};

    EXPECT_DOUBLE_EQ(staged_contact(rates, 3, 0.0).p_hit, 1.0);
    EXPECT_DOUBLE_EQ(staged_contact(rates, 3, 0.0).mean_time, 17.0);
    EXPECT_EQ(staged_contact(none, 1, 0.0).p_hit, 0.0);
    EXPECT_TRUE(std::isinf(staged_contact(none, 1, 0.0).mean_time));
}

// Competing clocks, 200,000 contacts; |z| < 5: false alarm 5.7e-7 for each of the three numbers.
TEST(T1StagedContact, competing_clocks_give_these_numbers_and_a_rate_that_is_ten_per_cent_off_does_not) {
    constexpr double rate = 0.06;
    constexpr double detach = 0.04;
    Random rng(51, 0, Purpose::test);
    Moments hit;
    Moments time;
    Moments time_to_hit;
    for (int contact_number = 0; contact_number < 200'000; ++contact_number) {
        auto now = 0.0;
        auto stage = 0;
        auto const leave = rng.exponential() / detach;
        while (stage < 3 && now < leave) {
            auto const next = now + rng.exponential() / rate;
            stage += next < leave;
            now = std::min(next, leave);
        }
        hit.add(stage == 3);
        time.add(now);
        if (stage == 3)
            time_to_hit.add(now);
    }
    double const rates[] = {rate, rate, rate};
    double const faster[] = {1.1 * rate, 1.1 * rate, 1.1 * rate};

    EXPECT_LT(std::abs(hit.z(staged_contact(rates, 3, detach).p_hit)), most_z);
    EXPECT_LT(std::abs(time.z(staged_contact(rates, 3, detach).mean_time)), most_z);
    EXPECT_LT(std::abs(time_to_hit.z(3.0 / (rate + detach))), most_z);
    EXPECT_GT(std::abs(hit.z(staged_contact(faster, 3, detach).p_hit)), most_z);
    EXPECT_GT(std::abs(time.z(staged_contact(faster, 3, detach).mean_time)), most_z);
    EXPECT_GT(std::abs(time_to_hit.z(3.0 / (1.1 * rate + detach))), most_z);
}

TEST(ContactChain, with_fewer_stages_is_the_chain_of_the_last_ones) {
    for (int stages = 1; stages <= 3; ++stages) {
        auto law = laws();
        law.recognition.stages = stages;
        law.killing.potency = 1.0;
        law.killing.necrosis = 0.0;
        Lytic nk;
        nk.death_ligands = false;

        auto const seen = decide(law.recognition, contact, {4.0, 4.0, 20.0, 20.0, 8.0}, {}, {});
        auto const outcome = solve_contact(law, seen, nk, {});

        auto const rate = seen.stage_rate[2];
        EXPECT_NEAR(seen.p_hit, std::pow(rate / (rate + seen.detach), stages), 1e-12); // T1
        EXPECT_NEAR(outcome.p_hit, seen.p_hit, 1e-12);
    }
}

Recognition strong() {
    return decide(recognition_law(), contact, {4.0, 4.0, 20.0, 20.0, 8.0}, {}, {});
}

TEST(ContactChain, a_target_that_dies_of_one_hit_is_killed_with_the_probability_of_a_hit) {
    auto const law = laws();
    auto const recognition = strong();
    Lytic nk;
    nk.death_ligands = false;

    auto const outcome = solve_contact(law, recognition, nk, {});

    auto const letting_go = law.recognition.detach_after_hit + 1.0 / law.killing.release_time;
    EXPECT_NEAR(outcome.p_hit, recognition.p_hit, 1e-12);
    EXPECT_NEAR(outcome.p_kill, recognition.p_hit, 1e-12);
    EXPECT_NEAR(outcome.contact_time, recognition.contact_time + recognition.p_hit / letting_go, 1e-9);
}

TEST(ContactChain, hits_into_a_target_that_cannot_die_are_geometric) {
    auto law = laws();
    law.killing.potency = 0.0;
    law.killing.content_spent = 0.0;
    law.killing.granules = 1e6;
    law.killing.granules_per_hit = 1e-3; // never runs dry
    auto const recognition = strong();
    Lytic nk;
    nk.granules = 1e6;
    nk.death_ligands = false;

    auto const outcome = solve_contact(law, recognition, nk, {});

    auto const again = recognition.stage_rate[2] / law.recognition.detach_after_hit;
    EXPECT_NEAR(outcome.hits, recognition.p_hit * (1.0 + again), 1e-5);
    EXPECT_NEAR(outcome.contact_time, recognition.contact_time + recognition.p_hit / law.recognition.detach_after_hit, 1e-4);
    EXPECT_EQ(outcome.p_kill, 0.0);
}

TEST(ContactChain, more_hits_needed_faster_repair_or_less_content_mean_fewer_kills) {
    auto law = laws();
    law.killing.repair_rate = 0.015;
    auto repairing = law;
    repairing.killing.repair_rate = 0.15;
    auto const p = [](Laws const& l, double hits, double content, int damage) {
        Resistance target;
        target.hits_to_kill = hits;
        return solve_contact(l, strong(), {.content = content}, target, damage).p_kill;
    };

    EXPECT_LT(p(law, 2.0, 1.0, 0), p(law, 1.0, 1.0, 0));
    EXPECT_LT(p(law, 3.0, 1.0, 0), p(law, 2.0, 1.0, 0));
    EXPECT_LT(p(repairing, 3.0, 1.0, 0), p(law, 3.0, 1.0, 0));
    EXPECT_LT(p(law, 2.0, 0.3, 0), p(law, 2.0, 1.0, 0));
    EXPECT_GT(p(law, 2.0, 1.0, 1), p(law, 2.0, 1.0, 0));
}

TEST(ContactChain, the_ways_to_die_add_up_and_none_is_negative) {
    auto law = laws();
    law.killing.repair_rate = 0.015;
    law.killing.necrosis = 0.2;
    law.killing.potency = 0.7;
    law.killing.receptor_rate = 0.05;
    law.killing.receptor_units = 2.0;
    law.killing.receptor_decay = 0.003;
    Resistance target;
    target.hits_to_kill = 2.0;
    target.fas = 0.8;
    target.pi9 = 0.3;

    auto const outcome = solve_contact(law, strong(), {.fasl = 0.5}, target);

    EXPECT_NEAR(outcome.p_kill, outcome.p_granzyme + outcome.p_necrosis + outcome.p_receptor, 1e-14);
    EXPECT_GT(outcome.p_granzyme, 0.0);
    EXPECT_GT(outcome.p_necrosis, 0.0);
    EXPECT_GT(outcome.p_receptor, 0.0);
    EXPECT_LE(outcome.p_kill, 1.0);
    EXPECT_GE(outcome.hits, outcome.p_hit);
}

/// One contact by competing clocks with the same `contact_rates`; returns whether the target was committed to die.
struct Simulated {
    bool hit;
    bool killed;
    int hits;
    double time;
};
Simulated simulate(Laws const& law, Recognition const& recognition, Lytic nk, Resistance const& target, Random& rng) {
    Simulated out{false, false, 0, 0.0};
    ContactPhase phase;
    auto damage = 0;
    auto units = 0;
    for (;;) {
        auto const rates = contact_rates(law, recognition, phase, nk, target, out.killed);
        auto const advance = out.killed && phase.hits == 0 ? 0.0 : rates.advance;
        auto const repair = out.killed ? 0.0 : law.killing.repair_rate * damage;
        auto const decay = out.killed ? 0.0 : law.killing.receptor_decay * units;
        auto const total = advance + rates.detach + rates.receptor_unit + repair + decay;
        out.time += rng.exponential() / total;
        auto pick = rng.uniform() * total;
        if ((pick -= rates.detach) < 0.0)
            return out;
        if ((pick -= repair) < 0.0) {
            --damage;
        } else if ((pick -= decay) < 0.0) {
            --units;
        } else if ((pick -= rates.receptor_unit) < 0.0) {
            out.killed = ++units >= static_cast<int>(law.killing.receptor_units);
        } else if (phase.hits == 0 && phase.stage < 2) {
            ++phase.stage;
        } else {
            auto const effect = hit_effect(law.killing, nk, target);
            out.hit = true;
            ++out.hits;
            ++phase.hits;
            if (!out.killed) { // the chain keeps the filling of the killer from the lethal hit on
                auto const u = rng.uniform();
                damage += u >= effect.necrosis && u < effect.necrosis + effect.damage;
                out.killed = u < effect.necrosis || damage >= static_cast<int>(target.hits_to_kill);
                spend(law.killing, nk, law.killing.granules_per_hit);
            }
        }
    }
}

// 150,000 contacts, |z| < 5 for each number (false alarm 5.7e-7).
TEST(ContactChain, competing_clocks_give_the_outcome_of_the_chain_and_stage_rates_ten_per_cent_higher_do_not) {
    auto law = laws();
    law.killing.repair_rate = 0.05;
    law.killing.necrosis = 0.05;
    law.killing.potency = 0.8;
    law.killing.receptor_rate = 0.1;
    law.killing.receptor_units = 3.0;
    law.killing.receptor_decay = 0.01;
    Resistance target;
    target.hits_to_kill = 3.0;
    target.fas = 0.5;
    Lytic const nk{.granules = 60.0, .content = 0.9, .fasl = 0.4};
    auto const recognition = strong();
    Random rng(52, 0, Purpose::test);
    Moments hit;
    Moments kill;
    Moments hits;
    Moments time;
    for (int i = 0; i < 150'000; ++i) {
        auto const one = simulate(law, recognition, nk, target, rng);
        hit.add(one.hit);
        kill.add(one.killed);
        hits.add(one.hits);
        time.add(one.time);
    }

    auto const outcome = solve_contact(law, recognition, nk, target);
    auto faster = law;
    faster.recognition.stage_rate *= 1.1;
    auto const other = solve_contact(faster, decide(faster.recognition, contact, {4.0, 4.0, 20.0, 20.0, 8.0}, {}, {}), nk, target);

    EXPECT_LT(std::abs(hit.z(outcome.p_hit)), most_z) << hit.mean() << " " << outcome.p_hit;
    EXPECT_LT(std::abs(kill.z(outcome.p_kill)), most_z) << kill.mean() << " " << outcome.p_kill;
    EXPECT_LT(std::abs(time.z(outcome.contact_time)), most_z) << time.mean() << " " << outcome.contact_time;
    EXPECT_LT(std::abs(hits.z(outcome.hits)), most_z) << hits.mean() << " " << outcome.hits;
    EXPECT_GT(std::abs(hit.z(other.p_hit)), most_z);
    EXPECT_GT(std::abs(kill.z(other.p_kill)), most_z);
}

} // namespace
