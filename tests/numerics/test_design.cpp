#include "nk/numerics/design.hpp"
#include "nk/numerics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <set>

namespace nk::numerics {
namespace {

double mean_product(UnitPoints const& points) {
    auto sum = 0.0;
    for (auto const& p : points)
        sum += p[0] * p[1];
    return sum / static_cast<double>(points.size());
}

/// Ishigami & Homma 1990 with a = 7, b = 0.1.
double ishigami(std::vector<double> const& u) {
    auto const x = [&](std::size_t i) { return std::numbers::pi * (2.0 * u[i] - 1.0); };
    return std::sin(x(0)) + 7.0 * std::pow(std::sin(x(1)), 2) + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
}

SobolIndices indices_of_ishigami(std::size_t samples) {
    std::vector<double> values;
    for (auto const& point : saltelli_design(samples, 3))
        values.push_back(ishigami(point));
    return sobol_indices(values, 3, 7);
}

double closest_pair(UnitPoints const& points) {
    auto out = 1e9;
    for (std::size_t i = 0; i < points.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            out = std::min(out, std::hypot(points[i][0] - points[j][0], points[i][1] - points[j][1]));
    return out;
}

TEST(Design, AGridHoldsEveryCombinationOnceWithTheLastFactorFastest) {
    auto const grid = grid_design({2, 1, 3});

    ASSERT_EQ(grid.size(), 6U);
    EXPECT_EQ(grid[0], (std::vector{0.0, 0.5, 0.0}));
    EXPECT_EQ(grid[1], (std::vector{0.0, 0.5, 0.5}));
    EXPECT_EQ(grid[5], (std::vector{1.0, 0.5, 1.0}));
    EXPECT_EQ(std::set(grid.begin(), grid.end()).size(), 6U);
}

TEST(Design, ALatinHypercubeHasOnePointInEveryLayerOfEveryFactor) {
    for (auto const points : {1U, 7U, 40U}) {
        auto const design = latin_hypercube(11, points, 4);

        ASSERT_EQ(design.size(), points);
        for (std::size_t factor = 0; factor < 4; ++factor) {
            std::set<int> layers;
            for (auto const& point : design)
                layers.insert(static_cast<int>(std::floor(point[factor] * points)));
            EXPECT_EQ(layers.size(), points);
            EXPECT_EQ(*layers.begin(), 0);
            EXPECT_EQ(*layers.rbegin(), static_cast<int>(points) - 1);
        }
    }
}

TEST(Design, ALatinHypercubeIsAPureFunctionOfItsSeed) {
    auto const one = latin_hypercube(3, 20, 3);
    auto const between = latin_hypercube(4, 5, 2);
    auto const again = latin_hypercube(3, 20, 3);

    EXPECT_EQ(one, again);
    EXPECT_NE(one, latin_hypercube(4, 20, 3));
    EXPECT_NE(one, latin_hypercube(3 + (std::uint64_t{1} << 40), 20, 3));
    EXPECT_EQ(between, latin_hypercube(4, 5, 2));
}

TEST(Design, ALatinHypercubeKeepsItsPointsFurtherApartThanChance) {
    auto chosen = 0.0;
    auto random = 0.0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        chosen += closest_pair(latin_hypercube(seed, 25, 2));
        random += closest_pair(random_design(seed, 25, 2));
    }

    EXPECT_GT(chosen, 2.0 * random);
}

TEST(Design, TheSobolSequenceBeginsWithItsPublishedPoints) {
    auto const points = sobol_sequence(7, 3);

    EXPECT_EQ(points[0], (std::vector{0.5, 0.5, 0.5}));
    EXPECT_EQ(points[1], (std::vector{0.75, 0.25, 0.75}));
    EXPECT_EQ(points[2], (std::vector{0.25, 0.75, 0.25}));
    std::set<double> first;
    for (auto const& point : points)
        first.insert(point[0]);
    EXPECT_EQ(first, (std::set{0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875}));
}

TEST(Design, ALongerSobolSequenceBeginsWithAShorterOne) {
    auto const few = sobol_sequence(10, 5);
    auto const many = sobol_sequence(100, 5);

    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(Design, TheSobolSequenceIntegratesAProductBetterThanRandomPoints) {
    constexpr std::size_t points = 1024;
    auto const quasi = std::abs(mean_product(sobol_sequence(points, 2)) - 0.25);
    auto square = 0.0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        square += std::pow(mean_product(random_design(seed, points, 2)) - 0.25, 2) / 20.0;

    EXPECT_LT(quasi, 0.1 * std::sqrt(square));
    EXPECT_NEAR(std::sqrt(square), std::sqrt(7.0 / 144.0 / points), 0.4 * std::sqrt(7.0 / 144.0 / points)); // var(xy) = 1/9 - 1/16
}

TEST(Design, RandomPointsAreReproducibleAndUniform) {
    auto const points = random_design(5, 4000, 2);
    std::vector<double> first, second;
    for (auto const& point : points) {
        first.push_back(point[0]);
        second.push_back(point[1]);
    }

    EXPECT_EQ(points, random_design(5, 4000, 2));
    EXPECT_GT(kolmogorov_smirnov(first, [](double x) { return x; }).p_value, 1e-4);
    EXPECT_LT(std::abs(pearson(first, second)), 4.0 / std::sqrt(4000.0));
}

TEST(Design, SaltellisDesignChangesOneColumnAtATime) {
    auto const design = saltelli_design(8, 3);

    ASSERT_EQ(design.size(), 8U * 5U);
    for (std::size_t s = 0; s < 8; ++s)
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j)
                EXPECT_EQ(design[(2 + i) * 8 + s][j], i == j ? design[8 + s][j] : design[s][j]);
}

TEST(SobolIndices, OfIshigamisFunctionAreThePublishedOnes) {
    auto const indices = indices_of_ishigami(4096);

    ASSERT_EQ(indices.factors.size(), 3U);
    EXPECT_EQ(indices.samples, 4096U);
    EXPECT_NEAR(indices.mean, 3.5, 0.02);
    EXPECT_NEAR(indices.variance, 13.8446, 0.2);
    EXPECT_NEAR(indices.factors[0].first.value, 0.3139, 0.02);
    EXPECT_NEAR(indices.factors[1].first.value, 0.4424, 0.02);
    EXPECT_NEAR(indices.factors[2].first.value, 0.0, 0.02);
    EXPECT_NEAR(indices.factors[0].total.value, 0.5576, 0.02);
    EXPECT_NEAR(indices.factors[1].total.value, 0.4424, 0.02);
    EXPECT_NEAR(indices.factors[2].total.value, 0.2437, 0.02);
}

TEST(SobolIndices, TheirIntervalsHoldTheTruthAndNarrowWithMoreSamples) {
    auto const few = indices_of_ishigami(256);
    auto const many = indices_of_ishigami(4096);
    auto const width = [](Estimate const& e) { return e.high - e.low; };

    EXPECT_LT(few.factors[0].total.low, 0.5576);
    EXPECT_GT(few.factors[0].total.high, 0.5576);
    EXPECT_NEAR(width(few.factors[0].total) / width(many.factors[0].total), 4.0, 1.6);
}

TEST(SobolIndices, ALargeMeanDoesNotDisturbThem) {
    std::vector<double> values;
    for (auto const& point : saltelli_design(1024, 2))
        values.push_back(1e6 + point[0] + 2.0 * point[1]);

    auto const indices = sobol_indices(values, 2, 1, 0);

    EXPECT_NEAR(indices.factors[0].first.value, 0.2, 0.01);
    EXPECT_NEAR(indices.factors[1].first.value, 0.8, 0.01);
}

TEST(SobolIndices, RowsWithoutANumberAreLeftOutAndCounted) {
    std::vector<double> values;
    for (auto const& point : saltelli_design(64, 2))
        values.push_back(point[0]);
    values[5] = NAN;
    values[64 * 3 + 9] = NAN;

    auto const indices = sobol_indices(values, 2, 1, 50);

    EXPECT_EQ(indices.samples, 62U);
    EXPECT_GT(indices.factors[0].total.value, 0.9);
    EXPECT_EQ(indices.factors[1].total.value, 0.0);
}

TEST(SobolIndices, OfAConstantAreNoNumbers) {
    auto const indices = sobol_indices(std::vector<double>(40, 2.0), 2, 1, 10);

    EXPECT_EQ(indices.variance, 0.0);
    EXPECT_TRUE(std::isnan(indices.factors[0].total.value));
}

TEST(FactorEffect, GroupsEqualValuesAndRanksTheRest) {
    std::vector<double> const x{1, 1, 2, 2, 4, 4};
    std::vector<double> const y{3, 5, 6, 8, NAN, 10};

    auto const effect = factor_effect(x, y);

    EXPECT_EQ(effect.levels, (std::vector<double>{1, 2, 4}));
    EXPECT_EQ(effect.means, (std::vector<double>{4, 7, 10}));
    EXPECT_EQ(effect.count, (std::vector<std::size_t>{2, 2, 1}));
    EXPECT_EQ(effect.lowest, 4.0);
    EXPECT_EQ(effect.highest, 10.0);
    EXPECT_NEAR(effect.rank_correlation, 0.9487, 1e-4);
}

TEST(FactorEffect, ManyValuesAreGroupedIntoFifths) {
    std::vector<double> x, y;
    for (int i = 0; i < 50; ++i) {
        x.push_back(49 - i);
        y.push_back(2.0 * (49 - i));
    }

    auto const effect = factor_effect(x, y);

    EXPECT_EQ(effect.count, (std::vector<std::size_t>{10, 10, 10, 10, 10}));
    EXPECT_DOUBLE_EQ(effect.levels.front(), 4.5);
    EXPECT_DOUBLE_EQ(effect.means.back(), 89.0);
    EXPECT_DOUBLE_EQ(effect.rank_correlation, 1.0);
}

TEST(FactorEffect, ItsPValueIsUniformWithoutAnEffect) {
    std::vector<double> p_values;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::vector<double> x, y;
        for (auto const& point : random_design(seed, 30, 2)) {
            x.push_back(point[0]);
            y.push_back(point[1]);
        }
        p_values.push_back(factor_effect(x, y).p_value);
    }

    EXPECT_GT(kolmogorov_smirnov(p_values, [](double p) { return p; }).p_value, 1e-3);
}

} // namespace
} // namespace nk::numerics
