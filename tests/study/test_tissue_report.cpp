#include "nk/study/tissue_report_data.hpp"

#include <gtest/gtest.h>

namespace nk::study {
namespace {

TEST(PoissonInterval, of_small_counts_is_the_one_of_the_tables) {
    // Garwood 1936: exact 95 % limits
    auto const [low_0, high_0] = poisson_interval(0);
    auto const [low_1, high_1] = poisson_interval(1);
    auto const [low_10, high_10] = poisson_interval(10);

    EXPECT_EQ(low_0, 0.0);
    EXPECT_NEAR(high_0, 3.689, 0.001);
    EXPECT_NEAR(low_1, 0.0253, 0.0001);
    EXPECT_NEAR(high_1, 5.572, 0.001);
    EXPECT_NEAR(low_10, 4.795, 0.001);
    EXPECT_NEAR(high_10, 18.390, 0.001);
}

TEST(PoissonInterval, of_thousands_is_about_two_standard_deviations_wide) {
    auto const [low, high] = poisson_interval(4000);

    EXPECT_NEAR(low, 4000 - 1.96 * 63.2, 3.0);
    EXPECT_NEAR(high, 4000 + 1.96 * 63.2, 3.0);
}

TEST(MetCells, hits_count_on_a_million_cells_in_a_day) {
    MetCells const met{100, 4, 1, 2000};

    EXPECT_DOUBLE_EQ(met.hits_per_million_per_day(), 2000.0);
    EXPECT_DOUBLE_EQ(MetCells{}.hits_per_million_per_day(), 0.0);
}

} // namespace
} // namespace nk::study
