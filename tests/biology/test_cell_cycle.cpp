#include "nk/biology/cell_cycle.hpp"

#include <gtest/gtest.h>
#include <numbers>

namespace cell_cycle_tests {

using namespace nk::biology;

CycleLaw const law{5.0, 38.0, 1.0, 4.0};
CellCycle const cycle{10.0, 24.0};

TEST(CellCycle, a_stage_with_oxygen_and_room_lasts_its_share_of_the_cycle) {
    auto const rate = cycle_rate(law, cycle, 38.0, 0.0);

    EXPECT_DOUBLE_EQ(rate, 10.0 / (24.0 * 60.0));
}

TEST(CellCycle, oxygen_scales_the_rate_along_a_straight_line_between_its_thresholds) {
    EXPECT_EQ(oxygen_factor(law, 0.0), 0.0);
    EXPECT_EQ(oxygen_factor(law, 5.0), 0.0);
    EXPECT_DOUBLE_EQ(oxygen_factor(law, 21.5), 0.5);
    EXPECT_DOUBLE_EQ(oxygen_factor(law, 13.25), 0.25);
    EXPECT_EQ(oxygen_factor(law, 38.0), 1.0);
    EXPECT_EQ(oxygen_factor(law, 160.0), 1.0);
}

TEST(CellCycle, equal_oxygen_thresholds_make_a_step) {
    CycleLaw const step{10.0, 10.0, 1.0, 4.0};

    EXPECT_EQ(oxygen_factor(step, 9.999), 0.0);
    EXPECT_EQ(oxygen_factor(step, 10.0), 1.0);
}

TEST(CellCycle, crowding_halves_the_rate_at_its_half_pressure_and_stops_it_far_above) {
    EXPECT_EQ(crowding_factor(law, 0.0), 1.0);
    EXPECT_DOUBLE_EQ(crowding_factor(law, 1.0), 0.5);
    EXPECT_NEAR(crowding_factor(law, 2.0), 1.0 / 17.0, 1e-15);
    EXPECT_LT(crowding_factor(law, 1e6), 1e-12);
}

TEST(CellCycle, the_rate_never_falls_with_oxygen_and_never_rises_with_pressure) {
    auto before = 0.0;
    for (double oxygen = 0.0; oxygen < 60.0; oxygen += 0.5) {
        auto const rate = cycle_rate(law, cycle, oxygen, 0.7);
        EXPECT_GE(rate, before);
        before = rate;
    }

    for (double pressure = 0.0; pressure < 5.0; pressure += 0.1) {
        auto const rate = cycle_rate(law, cycle, 60.0, pressure);
        EXPECT_TRUE(pressure == 0.0 || rate < before);
        before = rate;
    }
}

TEST(CellCycle, the_growth_of_a_population_solves_the_equation_of_euler_and_lotka) {
    for (double stages : {1.0, 3.0, 40.0}) {
        CellCycle const some{stages, 24.0};
        auto const k = cycle_rate(law, some, 100.0, 0.0);

        auto const s = population_growth(some, k);

        EXPECT_NEAR(2.0 * std::pow(k / (k + s), stages), 1.0, 1e-12);
    }
}

TEST(CellCycle, many_stages_double_a_population_in_one_cycle) {
    CellCycle const sharp{1000.0, 24.0};

    auto const s = population_growth(sharp, cycle_rate(law, sharp, 100.0, 0.0));

    EXPECT_NEAR(s, std::numbers::ln2 / (24.0 * 60.0), 1e-6);
}

} // namespace cell_cycle_tests
