#include "nk/tissue/box.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using nk::tissue::Boundary;
using nk::tissue::Box;

constexpr Box box{{-10, 0, 5}, {90, 60, 45}, {Boundary::periodic, Boundary::reflecting, Boundary::absorbing}};

TEST(Box, wraps_a_position_on_a_periodic_axis_and_keeps_its_velocity) {
    for (auto const& [from, to] : {std::pair{95.0, -5.0}, {-12.0, 88.0}, {90.0, -10.0}, {-10.0, -10.0}, {1095.0, -5.0}}) {
        auto position = from;
        auto velocity = 3.0;

        EXPECT_TRUE(box.keep(position, velocity, 0));

        EXPECT_DOUBLE_EQ(position, to);
        EXPECT_EQ(velocity, 3.0);
    }
}

TEST(Box, never_leaves_a_wrapped_position_on_the_upper_face) {
    auto const just_below = std::nextafter(-10.0, -11.0);

    EXPECT_LT(box.wrapped(just_below, 0), 90.0);
    EXPECT_GE(box.wrapped(just_below, 0), -10.0);
}

TEST(Box, mirrors_a_position_at_a_reflecting_face_and_turns_its_velocity) {
    for (auto const& [from, to, turned] :
         {std::tuple{-2.0, 2.0, true}, {63.0, 57.0, true}, {125.0, 5.0, false}, {60.0, 60.0, false}, {60.0 * 1000 + 7, 7.0, false}}) {
        auto position = from;
        auto velocity = 3.0;

        EXPECT_TRUE(box.keep(position, velocity, 1));

        EXPECT_DOUBLE_EQ(position, to);
        EXPECT_EQ(velocity, turned ? -3.0 : 3.0);
    }
}

TEST(Box, says_when_something_left_through_an_absorbing_face) {
    auto velocity = 3.0;
    for (auto const& [position, inside] : {std::pair{4.9, false}, {5.0, true}, {45.0, true}, {45.1, false}}) {
        auto moved = position;

        EXPECT_EQ(box.keep(moved, velocity, 2), inside);

        EXPECT_EQ(moved, position);
    }
}

TEST(Box, gives_the_way_to_the_nearest_image_on_periodic_axes_alone) {
    EXPECT_EQ(box.nearest_image(70.0, 0), -30.0);
    EXPECT_EQ(box.nearest_image(-70.0, 0), 30.0);
    EXPECT_EQ(box.nearest_image(50.0, 1), 50.0);
}

TEST(Box, keeps_a_layer_in_its_plane) {
    constexpr Box layer{{0, 0, 3}, {10, 10, 3}, {Boundary::periodic, Boundary::periodic, Boundary::reflecting}};
    auto z = 4.5;
    auto vz = 1.0;

    EXPECT_TRUE(layer.keep(z, vz, 2));

    EXPECT_EQ(z, 3.0);
    EXPECT_FALSE(layer.cell_box().periodic[2]);
    EXPECT_TRUE(layer.cell_box().periodic[0]);
}

} // namespace
