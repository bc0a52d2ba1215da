#include "nk/backend/executor.hpp"

#include <atomic>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using nk::backend::Executor;
using nk::backend::Serial;
using nk::backend::Threads;

constexpr std::size_t sizes[] = {0, 1, 7, 1023, 1024, 1025, 100'000};

std::uint64_t bits(double value) {
    std::uint64_t out = 0;
    std::memcpy(&out, &value, sizeof out);
    return out;
}

double uneven(std::size_t i) {
    return std::sin(static_cast<double>(i)) * std::pow(10.0, static_cast<double>(i % 13));
}

TEST(Executor, visits_every_index_once_with_any_number_of_threads) {
    for (auto const threads : {1, 2, 3, 8})
        for (auto const n : sizes) {
            std::vector<int> visits(n, 0);

            Executor(threads).for_each(n, [&](std::size_t i) { ++visits[i]; });

            EXPECT_TRUE(std::all_of(visits.begin(), visits.end(), [](int count) { return count == 1; }))
                << threads << " threads, n = " << n;
        }
}

TEST(Executor, a_sum_has_the_same_bits_with_any_number_of_threads) {
    for (auto const n : sizes) {
        auto const expected = bits(Serial{}.sum(n, uneven));

        for (auto const threads : {1, 2, 3, 8}) {
            EXPECT_EQ(bits(Executor(threads).sum(n, uneven)), expected) << threads << " threads, n = " << n;
            EXPECT_EQ(bits(Threads{threads}.sum(n, uneven)), expected) << threads << " threads, n = " << n;
        }
    }
}

TEST(Executor, the_order_of_addition_matters_for_the_numbers_of_that_test) {
    auto plain = 0.0;
    for (std::size_t i = 0; i < 100'000; ++i)
        plain += uneven(i);

    auto const blocked = Serial{}.sum(100'000, uneven);

    EXPECT_NE(bits(plain), bits(blocked));
    EXPECT_NEAR(plain / blocked, 1.0, 1e-9);
}

TEST(Executor, an_exception_in_a_loop_reaches_the_caller_as_from_a_serial_loop) {
    for (auto const threads : {1, 2, 8})
        for (int repeat = 0; repeat < 20; ++repeat) {
            std::string what;
            try {
                Executor(threads).for_each(10'000, [](std::size_t i) {
                    if (i >= 4321 && i % 3 == 1)
                        throw std::runtime_error("cell " + std::to_string(i));
                });
            } catch (std::runtime_error const& error) {
                what = error.what();
            }

            EXPECT_EQ(what, "cell 4321") << threads << " threads";
        }
}

TEST(Executor, everything_before_a_failing_index_is_done) {
    for (auto const threads : {1, 4}) {
        std::vector<char> done(5000, 0);

        EXPECT_THROW(Executor(threads).for_each(5000,
                                                [&](std::size_t i) {
                                                    if (i == 3000)
                                                        throw nk::NumericalError("here");
                                                    done[i] = 1;
                                                }),
                     nk::NumericalError);

        EXPECT_EQ(std::count(done.begin(), done.begin() + 3000, 1), 3000);
    }
}

TEST(Executor, an_exception_in_a_sum_reaches_the_caller) {
    for (auto const threads : {1, 4})
        EXPECT_THROW(Executor(threads).sum(10'000, [](std::size_t i) -> double { return i == 9999 ? throw std::out_of_range("x") : 1.0; }),
                     std::out_of_range);
}

TEST(Executor, loops_may_stand_inside_loops) {
    std::vector<double> sums(16, 0.0);

    Executor(4).for_each(sums.size(),
                         [&](std::size_t i) { sums[i] = Executor(4).sum(5000, [i](std::size_t k) { return uneven(k + i); }); });

    for (std::size_t i = 0; i < sums.size(); ++i)
        EXPECT_EQ(bits(sums[i]), bits(Serial{}.sum(5000, [i](std::size_t k) { return uneven(k + i); })));
}

TEST(Executor, no_threads_at_all_breaks_the_contract) {
    EXPECT_THROW(Executor(0), nk::ContractError);
    EXPECT_EQ(Executor().threads(), 1);
    EXPECT_EQ(Executor(3).threads(), 3);
}

} // namespace
