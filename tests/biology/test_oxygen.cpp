#include "nk/biology/oxygen.hpp"

#include <gtest/gtest.h>

namespace oxygen_tests {

using namespace nk::biology;

OxygenLaw const law{130.0, 5.0, 2.5, 1.0 / 6.0, 7.0, 2.0, 0.3, 10.0, 1.0, 0.2};

TEST(Oxygen, cells_become_necrotic_only_below_the_threshold_and_fastest_below_the_second_one) {
    EXPECT_EQ(necrosis_rate(law, 38.0), 0.0);
    EXPECT_EQ(necrosis_rate(law, 5.0), 0.0);
    EXPECT_DOUBLE_EQ(necrosis_rate(law, 3.75), 0.5 / 360.0);
    EXPECT_DOUBLE_EQ(necrosis_rate(law, 2.5), 1.0 / 360.0);
    EXPECT_DOUBLE_EQ(necrosis_rate(law, 0.0), 1.0 / 360.0);
}

TEST(Oxygen, uptake_is_first_order_at_low_oxygen_and_saturates_at_high) {
    EXPECT_EQ(oxygen_uptake(law, 10.0, 0.0), 10.0);
    EXPECT_DOUBLE_EQ(oxygen_uptake(law, 10.0, 130.0), 5.0);

    auto const flux = 1e9 * oxygen_uptake(law, 10.0, 1e9);

    EXPECT_NEAR(flux, 1300.0, 1e-3);
}

TEST(Oxygen, what_a_cell_takes_up_never_falls_with_oxygen) {
    auto before = 0.0;
    for (double oxygen = 0.0; oxygen < 500.0; oxygen += 1.0) {
        auto const flux = oxygen * oxygen_uptake(law, 10.0, oxygen);
        EXPECT_GE(flux, before);
        before = flux;
    }
}

TEST(Oxygen, lack_of_oxygen_lowers_attack_and_refilling_to_their_floors) {
    EXPECT_DOUBLE_EQ(attack_under_hypoxia(law, 0.0), 0.3);
    EXPECT_DOUBLE_EQ(attack_under_hypoxia(law, 7.0), 0.3 + 0.7 / 2.0);
    EXPECT_NEAR(attack_under_hypoxia(law, 7e6), 1.0, 1e-9);
    EXPECT_DOUBLE_EQ(refill_under_hypoxia(law, 0.0), 0.2);
    EXPECT_DOUBLE_EQ(refill_under_hypoxia(law, 10.0), 0.6);
    EXPECT_LT(attack_under_hypoxia(law, 3.0), attack_under_hypoxia(law, 4.0));
}

} // namespace oxygen_tests
