// T20: results do not depend on threads, on the order of cells or on bystanders.
#include "hand_made.hpp"
#include "nk/backend/executor.hpp"
#include "nk/biology/contact_chain.hpp"

#include <gtest/gtest.h>

namespace {

using namespace nk::biology;
using namespace nk::test;
using nk::Purpose;
using nk::Random;
using nk::backend::Executor;

/// What cell `cell` of a population does: draws its receptors, meets a target, is spent by its hits.
double fate(std::uint64_t seed, std::uint64_t cell) {
    auto const e = random_encounter(77, 5, 5, 0.6, true, false);
    Random rng(seed, cell, Purpose::repertoire);
    auto nk = e.nk;
    for (auto& copies : nk)
        copies *= static_cast<float>(rng.lognormal_mean_one(0.6));
    auto const recognition = recognise(e.panel, laws(), nk, {.education = 0.3 + rng.uniform()}, e.target, {});
    Resistance target;
    target.hits_to_kill = 2.0;
    return solve_contact(laws(), recognition, {.content = rng.uniform()}, target).p_kill;
}

std::vector<double> fates(int threads, std::size_t cells) {
    std::vector<double> out(cells);
    Executor(threads).for_each(cells, [&](std::size_t cell) { out[cell] = fate(5, cell); });
    return out;
}

TEST(T20Threads, every_cell_has_the_same_fate_with_1_to_8_threads) {
    auto const expected = fates(1, 300);

    for (auto const threads : {2, 3, 8})
        EXPECT_EQ(fates(threads, 300), expected) << threads;
}

TEST(T20Threads, bystanders_and_the_order_of_cells_change_nothing) {
    auto const many = fates(2, 300);
    auto const few = fates(2, 20);

    for (std::size_t i = 0; i < few.size(); ++i)
        EXPECT_EQ(few[i], many[i]);
    for (std::size_t i = 20; i-- > 0;)
        EXPECT_EQ(fate(5, i), few[i]);
    EXPECT_NE(fate(6, 0), few[0]);
}

TEST(T20Threads, a_population_sum_has_the_same_bits_with_1_to_8_threads) {
    auto const sum = [](int threads) {
        return Executor(threads).sum(3000, [](std::size_t i) { return Random(9, i, Purpose::test).gamma(0.5); });
    };

    for (auto const threads : {2, 3, 8})
        EXPECT_EQ(sum(threads), sum(1)) << threads;
}

} // namespace
