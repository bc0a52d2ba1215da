#include "nk/numerics/absorbing_chain.hpp"

#include "nk/base/error.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using nk::numerics::AbsorbingChain;

TEST(AbsorbingChain, two_exits_from_one_state_share_by_their_rates) {
    AbsorbingChain chain(1, 2);
    chain.absorb(0, 0, 3.0);
    chain.absorb(0, 1, 1.0);

    auto const solution = chain.solve({1.0});

    EXPECT_DOUBLE_EQ(solution.absorbed[0], 0.75);
    EXPECT_DOUBLE_EQ(solution.absorbed[1], 0.25);
    EXPECT_DOUBLE_EQ(solution.mean_time, 0.25);
}

TEST(AbsorbingChain, the_ruin_of_a_gambler_has_its_classical_probability) {
    constexpr int fortune = 9; // states 1..9 between ruin at 0 and 10
    constexpr double up = 0.6;
    constexpr double down = 0.4;
    AbsorbingChain chain(fortune, 2);
    for (int i = 0; i < fortune; ++i) {
        i + 1 < fortune ? chain.move(i, i + 1, up) : chain.absorb(i, 1, up);
        i > 0 ? chain.move(i, i - 1, down) : chain.absorb(i, 0, down);
    }
    std::vector<double> start(fortune, 0.0);
    start[2] = 1.0; // a fortune of 3

    auto const solution = chain.solve(start);

    auto const ratio = down / up;
    EXPECT_NEAR(solution.absorbed[1], (1.0 - std::pow(ratio, 3)) / (1.0 - std::pow(ratio, 10)), 1e-12);
    EXPECT_NEAR(solution.absorbed[0] + solution.absorbed[1], 1.0, 1e-12);
    EXPECT_NEAR(solution.mean_time, (10.0 * solution.absorbed[1] - 3.0) / (up - down), 1e-10);
}

TEST(AbsorbingChain, a_start_spread_over_states_is_the_mixture_of_its_parts) {
    AbsorbingChain chain(2, 2);
    chain.move(0, 1, 1.0);
    chain.absorb(0, 0, 2.0);
    chain.absorb(1, 1, 0.5);

    auto const first = chain.solve({1.0, 0.0});
    auto const second = chain.solve({0.0, 1.0});
    auto const mixed = chain.solve({0.3, 0.5});

    EXPECT_NEAR(mixed.absorbed[0], 0.3 * first.absorbed[0] + 0.5 * second.absorbed[0], 1e-14);
    EXPECT_NEAR(mixed.mean_time, 0.3 * first.mean_time + 0.5 * second.mean_time, 1e-14);
}

TEST(AbsorbingChain, rates_twenty_decades_apart_are_solved) {
    AbsorbingChain chain(2, 1);
    chain.move(0, 1, 1e10);
    chain.move(1, 0, 1e-10);
    chain.absorb(1, 0, 1e-10);

    auto const solution = chain.solve({1.0, 0.0});

    EXPECT_NEAR(solution.absorbed[0], 1.0, 1e-6);
    EXPECT_NEAR(solution.mean_time * 1e-10, 1.0, 1e-6);
}

TEST(AbsorbingChain, a_state_that_never_ends_is_a_numerical_error) {
    AbsorbingChain chain(2, 1);
    chain.move(0, 1, 1.0);
    chain.move(1, 0, 1.0);

    EXPECT_THROW(chain.solve({1.0, 0.0}), nk::NumericalError);
}

TEST(AbsorbingChain, a_negative_rate_breaks_the_contract) {
    AbsorbingChain chain(2, 1);

    EXPECT_THROW(chain.move(0, 1, -1.0), nk::ContractError);
    EXPECT_THROW(chain.absorb(0, 0, -1.0), nk::ContractError);
    EXPECT_THROW(AbsorbingChain(0, 1), nk::ContractError);
}

} // namespace
