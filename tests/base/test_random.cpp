#include "nk/base/random.hpp"

#include "base/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <set>
#include <type_traits>
#include <vector>

namespace {

using nk::Purpose;
using nk::Random;
using nk::test::Moments;
using nk::test::most_z;
constexpr int draws = 200'000;

TEST(Random, the_nth_number_of_a_stream_does_not_depend_on_the_order_of_asking) {
    std::vector<double> forwards;
    Random stream(7, 42, Purpose::test);
    for (int i = 0; i < 100; ++i)
        forwards.push_back(stream.uniform());

    for (int i = 99; i >= 0; --i) {
        Random late(7, 42, Purpose::test, static_cast<std::uint64_t>(i));
        EXPECT_EQ(late.uniform(), forwards[static_cast<std::size_t>(i)]);
    }
}

TEST(Random, an_unrelated_bystander_changes_nothing) {
    Random alone(7, 1, Purpose::motility);
    std::vector<double> expected;
    for (int i = 0; i < 50; ++i)
        expected.push_back(alone.normal());

    Random cell(7, 1, Purpose::motility);
    Random bystander(7, 2, Purpose::motility);
    for (int i = 0; i < 50; ++i) {
        bystander.gamma(0.3);
        EXPECT_EQ(cell.normal(), expected[static_cast<std::size_t>(i)]);
    }
}

TEST(Random, a_copy_continues_where_the_original_stood) {
    Random original(3, 5, Purpose::contact);
    original.gamma(2.0);

    auto copy = original;

    EXPECT_EQ(copy.drawn(), original.drawn());
    EXPECT_EQ(copy.uniform(), original.uniform());
    EXPECT_LE(sizeof(Random), 24U);
    EXPECT_TRUE(std::is_trivially_copyable_v<Random>);
}

TEST(Random, seed_entity_and_purpose_each_name_another_stream) {
    std::set<double> first;
    int streams = 0;
    for (std::uint64_t const seed : {0ULL, 1ULL, 1ULL << 32, ~0ULL})
        for (std::uint64_t const entity : {0ULL, 1ULL, 1ULL << 32, 1ULL << 63})
            for (auto const purpose : {Purpose::repertoire, Purpose::motility, Purpose::test}) {
                first.insert(Random(seed, entity, purpose).uniform());
                ++streams;
            }

    EXPECT_EQ(first.size(), static_cast<std::size_t>(streams));
}

TEST(Random, neighbouring_streams_are_not_correlated) {
    Moments product;
    for (std::uint64_t entity = 0; entity < 100'000; ++entity) {
        auto const a = Random(1, entity, Purpose::test).uniform() - 0.5;
        auto const b = Random(1, entity + 1, Purpose::test).uniform() - 0.5;
        product.add(12.0 * a * b);
    }

    EXPECT_LT(std::abs(product.z(0.0)), most_z);
}

TEST(Random, derived_seeds_of_one_study_differ) {
    std::set<std::uint64_t> seeds;
    for (std::uint64_t i = 0; i < 10'000; ++i)
        seeds.insert(nk::derived_seed(1, i));

    EXPECT_EQ(seeds.size(), 10'000U);
    EXPECT_NE(nk::derived_seed(1, 0), nk::derived_seed(2, 0));
    EXPECT_EQ(nk::derived_seed(1, 7), nk::derived_seed(1, 7));
}

TEST(Random, uniform_numbers_have_the_moments_of_the_unit_interval_and_never_touch_its_ends) {
    Random rng(11, 0, Purpose::test);
    Moments first;
    Moments second;
    auto least = 1.0;
    auto greatest = 0.0;
    for (int i = 0; i < draws; ++i) {
        auto const u = rng.uniform();
        first.add(u);
        second.add(u * u);
        least = std::min(least, u);
        greatest = std::max(greatest, u);
    }

    EXPECT_LT(std::abs(first.z(0.5)), most_z);
    EXPECT_LT(std::abs(second.z(1.0 / 3.0)), most_z);
    EXPECT_GT(std::abs(first.z(0.55)), most_z); // the same test refuses a mean that is 10 % off
    EXPECT_GT(least, 0.0);
    EXPECT_LT(greatest, 1.0);
}

TEST(Random, exponential_numbers_have_mean_and_variance_one) {
    Random rng(12, 0, Purpose::test);
    Moments first;
    Moments square;
    for (int i = 0; i < draws; ++i) {
        auto const x = rng.exponential();
        first.add(x);
        square.add((x - 1.0) * (x - 1.0));
    }

    EXPECT_LT(std::abs(first.z(1.0)), most_z);
    EXPECT_LT(std::abs(square.z(1.0)), most_z);
    EXPECT_GT(std::abs(first.z(1.1)), most_z);
}

TEST(Random, normal_numbers_have_the_moments_0_1_0_3_from_each_generator) {
    Random rng(13, 0, Purpose::test);
    std::array<std::array<Moments, 4>, 3> moments; // generator, power
    Moments cross;
    for (int i = 0; i < draws; ++i) {
        auto const two = rng.two_normals();
        auto const four = rng.four_normals();
        std::array const z{rng.normal(), two[1], four[3]};
        for (std::size_t g = 0; g < 3; ++g)
            for (std::size_t k = 0; k < 4; ++k)
                moments[g][k].add(std::pow(z[g], static_cast<double>(k + 1)));
        cross.add(two[0] * two[1] + four[0] * four[1] + four[1] * four[2]);
    }

    for (auto const& generator : moments) {
        std::array const expected{0.0, 1.0, 0.0, 3.0};
        for (std::size_t k = 0; k < 4; ++k)
            EXPECT_LT(std::abs(generator[k].z(expected[k])), most_z) << "moment " << k + 1;
        EXPECT_GT(std::abs(generator[1].z(1.1)), most_z);
    }
    EXPECT_LT(std::abs(cross.z(0.0)), most_z);
}

TEST(Random, gamma_numbers_have_mean_and_variance_equal_to_their_shape) {
    for (auto const shape : {0.3, 1.0, 2.5, 20.0}) {
        Random rng(14, static_cast<std::uint64_t>(10.0 * shape), Purpose::test);
        Moments first;
        Moments square;
        for (int i = 0; i < draws; ++i) {
            auto const x = rng.gamma(shape);
            ASSERT_GT(x, 0.0);
            first.add(x);
            square.add((x - shape) * (x - shape));
        }

        EXPECT_LT(std::abs(first.z(shape)), most_z) << shape;
        EXPECT_LT(std::abs(square.z(shape)), most_z) << shape;
        EXPECT_GT(std::abs(first.z(1.1 * shape)), most_z) << shape;
    }
}

TEST(Random, lognormal_numbers_have_mean_one_at_any_width) {
    for (auto const sigma : {0.1, 0.5, 1.0}) {
        Random rng(15, static_cast<std::uint64_t>(100.0 * sigma), Purpose::test);
        Moments moments;
        for (int i = 0; i < draws; ++i)
            moments.add(rng.lognormal_mean_one(sigma));

        EXPECT_LT(std::abs(moments.z(1.0)), most_z) << sigma;
        EXPECT_GT(std::abs(moments.z(1.1)), most_z) << sigma;
    }
}

TEST(Random, whole_numbers_below_n_are_equally_frequent) {
    constexpr std::uint64_t n = 7;
    Random rng(16, 0, Purpose::test);
    std::array<int, n> count{};
    for (int i = 0; i < draws; ++i) {
        auto const x = rng.below(n);
        ASSERT_LT(x, n);
        ++count[x];
    }

    auto const expected = static_cast<double>(draws) / n;
    auto const standard_deviation = std::sqrt(expected * (1.0 - 1.0 / n));
    for (auto const c : count)
        EXPECT_LT(std::abs(c - expected), most_z * standard_deviation);
}

} // namespace
