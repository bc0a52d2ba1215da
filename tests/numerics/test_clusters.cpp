#include "nk/numerics/clusters.hpp"

#include <gtest/gtest.h>

namespace nk::numerics {
namespace {

TEST(KMeans, FindsGroupsThatLieApart) {
    std::vector<std::vector<double>> const points{{10.0, 0.0}, {0.1, 0.0}, {10.2, 0.1}, {0.0, 0.2}, {5.0, 9.0}};

    auto const found = k_means(points, 3);

    EXPECT_EQ(found.of, (std::vector<std::size_t>{2, 0, 2, 0, 1})); // ordered by the first coordinate
    EXPECT_NEAR(found.centres[0][0], 0.05, 1e-12);
    EXPECT_LT(found.unexplained, 0.01);
}

TEST(KMeans, GivesOneGroupAPointWhenThereAreFewerPointsThanGroups) {
    auto const found = k_means({{1.0}, {2.0}, {1.0}}, 5);

    EXPECT_EQ(found.centres.size(), 2U);
    EXPECT_EQ(found.unexplained, 0.0);
}

TEST(KMeans, ExplainsNothingWithOneGroup) {
    auto const found = k_means({{0.0}, {1.0}, {5.0}}, 1);

    EXPECT_DOUBLE_EQ(found.unexplained, 1.0);
    EXPECT_DOUBLE_EQ(found.centres[0][0], 2.0);
}

TEST(KMeans, OfEqualPointsIsOneGroup) {
    auto const found = k_means({{3.0, 1.0}, {3.0, 1.0}}, 2);

    EXPECT_EQ(found.centres.size(), 1U);
    EXPECT_EQ(found.unexplained, 0.0);
}

} // namespace
} // namespace nk::numerics
