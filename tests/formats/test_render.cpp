#include "nk/formats/render.hpp"

#include "nk/base/error.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace nk::formats {
namespace {

std::vector<Colour> const red_green_blue{{220, 30, 30}, {30, 200, 30}, {30, 30, 220}};

/// Seen from above with x to the right and y up, around the origin.
View map_view() {
    View view;
    view.azimuth = -90.0;
    view.elevation = 90.0;
    view.pixels_per_um = 1.0;
    view.centre = {0.0, 0.0, 0.0};
    return view;
}

struct Pixel {
    int red = 0;
    int green = 0;
    int blue = 0;
    bool is_paper() const { return red == 255 && green == 255 && blue == 255; }
    bool is_mostly_red() const { return red > 1.5 * green && red > 1.5 * blue; }
    bool is_mostly_green() const { return green > 1.5 * red && green > 1.5 * blue; }
    bool is_mostly_blue() const { return blue > 1.5 * red && blue > 1.5 * green; }
    int sum() const { return red + green + blue; }
};

Pixel pixel_at(RgbImage const& image, int column, int row) {
    auto const at = 3 * (static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(column));
    return {image.rgb.at(at), image.rgb.at(at + 1), image.rgb.at(at + 2)};
}

/// The part of the picture that holds the bar is left out.
int covered_pixels(Rendering const& picture) {
    int covered = 0;
    for (int row = 0; row < picture.bar_top - 5; ++row)
        for (int column = 0; column < picture.image.width; ++column)
            covered += !pixel_at(picture.image, column, row).is_paper();
    return covered;
}

TEST(Render, no_cells_leave_white_paper_with_a_scale_bar) {
    auto const picture = render({}, {}, {}, 200, 100);

    EXPECT_EQ(picture.image.rgb.size(), 3u * 200u * 100u);
    EXPECT_EQ(covered_pixels(picture), 0);
    EXPECT_LT(pixel_at(picture.image, picture.bar_left + 1, picture.bar_top).sum(), 100);
}

TEST(Render, a_sphere_covers_the_area_of_its_disk) {
    auto const picture = render({{0, 0, 0, 30, 0}}, red_green_blue, map_view(), 200, 200);

    EXPECT_NEAR(covered_pixels(picture), 3.14159 * 30 * 30, 2 * 3.14159 * 30);
}

TEST(Render, a_map_has_x_to_the_right_and_y_up) {
    auto const picture = render({{50, 0, 0, 10, 0}, {0, 50, 0, 10, 1}}, red_green_blue, map_view(), 200, 200);

    EXPECT_TRUE(pixel_at(picture.image, 150, 100).is_mostly_red());
    EXPECT_TRUE(pixel_at(picture.image, 100, 50).is_mostly_green());
    EXPECT_TRUE(pixel_at(picture.image, 50, 100).is_paper());
    EXPECT_TRUE(pixel_at(picture.image, 100, 150).is_paper());
}

TEST(Render, the_viewer_stands_where_azimuth_and_elevation_say) {
    std::vector<Sphere> const cells{{40, 0, 0, 10, 0}, {0, 40, 0, 10, 1}, {0, 0, 40, 10, 2}};
    auto view = map_view();
    view.azimuth = 0.0;
    view.elevation = 0.0;

    auto const from_x = render(cells, red_green_blue, view, 200, 200).image;

    EXPECT_TRUE(pixel_at(from_x, 100, 100).is_mostly_red()); // on the x axis, towards the viewer
    EXPECT_TRUE(pixel_at(from_x, 140, 100).is_mostly_green());
    EXPECT_TRUE(pixel_at(from_x, 100, 60).is_mostly_blue());
}

TEST(Render, the_nearer_sphere_hides_the_farther_one_in_any_order) {
    Sphere const high{0, 0, 50, 20, 0};
    Sphere const low{0, 0, 0, 20, 1};

    auto const one = render({high, low}, red_green_blue, map_view(), 100, 100);
    auto const other = render({low, high}, red_green_blue, map_view(), 100, 100);

    EXPECT_TRUE(pixel_at(one.image, 50, 50).is_mostly_red());
    EXPECT_EQ(one.image.rgb, other.image.rgb);
}

TEST(Render, spheres_that_overlap_meet_where_their_surfaces_cross) {
    auto const picture = render({{-10, 0, 0, 20, 0}, {10, 0, 0, 20, 1}}, red_green_blue, map_view(), 100, 100).image;

    EXPECT_TRUE(pixel_at(picture, 45, 50).is_mostly_red());
    EXPECT_TRUE(pixel_at(picture, 54, 50).is_mostly_green());
}

TEST(Render, light_comes_from_the_upper_left_and_edges_are_dark) {
    auto const picture = render({{0, 0, 0, 40, 0}}, red_green_blue, map_view(), 100, 100).image;

    EXPECT_GT(pixel_at(picture, 38, 35).sum(), pixel_at(picture, 50, 50).sum());
    EXPECT_GT(pixel_at(picture, 50, 50).sum(), pixel_at(picture, 66, 70).sum());
    EXPECT_LT(pixel_at(picture, 50, 10).sum(), pixel_at(picture, 50, 14).sum());
}

TEST(Render, a_cut_shows_the_inside) {
    std::vector<Sphere> const shell_and_core{{0, 0, 30, 20, 0}, {0, 0, -30, 20, 1}};
    auto view = map_view();

    auto const whole = render(shell_and_core, red_green_blue, view, 100, 100).image;
    view.cut = Cut{};
    auto const opened = render(shell_and_core, red_green_blue, view, 100, 100).image;

    EXPECT_TRUE(pixel_at(whole, 50, 50).is_mostly_red());
    EXPECT_TRUE(pixel_at(opened, 50, 50).is_mostly_green());
}

TEST(Render, a_sphere_in_the_cut_is_a_flat_disk_of_the_section) {
    auto view = map_view();
    view.cut = Cut{{0.0, 0.0, 24.0}, {}};

    auto const picture = render({{0, 0, 0, 40, 0}}, red_green_blue, view, 100, 100).image;

    // The section at 24 um above the middle has a radius of 32 um; beyond it the lower part of the sphere is seen.
    auto const face = pixel_at(picture, 50, 50);
    EXPECT_EQ(pixel_at(picture, 38, 60).sum(), face.sum());
    EXPECT_EQ(pixel_at(picture, 62, 38).sum(), face.sum());
    EXPECT_NE(pixel_at(picture, 86, 50).sum(), face.sum());
    EXPECT_FALSE(pixel_at(picture, 86, 50).is_paper());
    EXPECT_GT(face.green, red_green_blue[0].green); // paler than the cell
}

TEST(Render, a_cut_with_a_normal_hides_the_side_it_points_to) {
    auto view = map_view();
    view.cut = Cut{{0.0, 0.0, 0.0}, std::array<double, 3>{3.0, 0.0, 0.0}};

    auto const picture = render({{0, 0, 0, 40, 0}}, red_green_blue, view, 100, 100).image;

    EXPECT_TRUE(pixel_at(picture, 30, 50).is_mostly_red());
    EXPECT_TRUE(pixel_at(picture, 70, 50).is_paper());
}

TEST(Render, sliced_spheres_that_overlap_meet_in_a_line) {
    auto view = map_view();
    view.cut = Cut{};

    auto const picture = render({{-10, 0, 0, 20, 0}, {10, 0, 0, 20, 1}}, red_green_blue, view, 100, 100).image;

    for (int row = 38; row < 62; ++row) {
        EXPECT_TRUE(pixel_at(picture, 44, row).is_mostly_red());
        EXPECT_TRUE(pixel_at(picture, 55, row).is_mostly_green());
    }
}

TEST(Render, everything_fits_when_no_scale_is_given) {
    std::vector<Sphere> const cells{{-1000, 0, 0, 50, 0}, {1000, 300, 200, 50, 1}, {0, 0, -700, 50, 2}};
    View view;

    auto const picture = render(cells, red_green_blue, view, 300, 200);

    for (int row = 0; row < 200; ++row) {
        EXPECT_TRUE(pixel_at(picture.image, 0, row).is_paper());
        EXPECT_TRUE(pixel_at(picture.image, 299, row).is_paper());
    }
    EXPECT_GT(covered_pixels(picture), 300);
}

TEST(Render, the_bar_is_as_long_as_it_says) {
    for (double const scale : {0.003, 0.21, 1.0, 3.7, 250.0}) {
        auto view = map_view();
        view.pixels_per_um = scale;

        auto const picture = render({}, {}, view, 640, 480);

        EXPECT_DOUBLE_EQ(picture.pixels_per_um, scale);
        EXPECT_NEAR(picture.bar_pixels, picture.bar_length * scale, 0.5);
        EXPECT_LE(picture.bar_pixels, 640 / 5);
        EXPECT_GE(picture.bar_pixels, 640 / 5 / 3);
        auto const leading = picture.bar_length / std::pow(10.0, std::floor(std::log10(picture.bar_length) + 1e-9));
        EXPECT_TRUE(std::abs(leading - 1) < 1e-9 || std::abs(leading - 2) < 1e-9 || std::abs(leading - 5) < 1e-9) << leading;
        int dark = 0;
        for (int column = 0; column < 640; ++column)
            dark += pixel_at(picture.image, column, picture.bar_top).sum() < 100;
        EXPECT_EQ(dark, picture.bar_pixels);
    }
}

TEST(Render, cells_smaller_than_a_pixel_are_still_seen) {
    auto view = map_view();
    view.pixels_per_um = 0.01;

    EXPECT_GT(covered_pixels(render({{0, 0, 0, 5, 0}}, red_green_blue, view, 100, 100)), 0);
}

TEST(Render, spheres_far_outside_of_the_picture_do_no_harm) {
    auto const inside = render({{0, 0, 0, 20, 0}}, red_green_blue, map_view(), 100, 100);

    auto const with_others = render({{0, 0, 0, 20, 0}, {1e9, 0, 0, 20, 1}, {0, -1e12, 5, 20, 2}}, red_green_blue, map_view(), 100, 100);

    EXPECT_EQ(with_others.image.rgb, inside.image.rgb);
}

TEST(Render, a_sphere_larger_than_the_picture_fills_it) {
    auto const picture = render({{0, 0, 0, 5000, 0}}, red_green_blue, map_view(), 60, 40);

    for (int row = 0; row < 20; ++row)
        for (int column = 0; column < 60; ++column)
            EXPECT_TRUE(pixel_at(picture.image, column, row).is_mostly_red());
}

TEST(Render, what_cannot_be_drawn_breaks_the_contract) {
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    View bad_cut;
    bad_cut.cut = Cut{{0.0, 0.0, 0.0}, std::array<double, 3>{0.0, 0.0, 0.0}};

    EXPECT_THROW(render({{0, 0, 0, 5, 3}}, red_green_blue, {}, 10, 10), ContractError);
    EXPECT_THROW(render({{0, 0, 0, 5, -1}}, red_green_blue, {}, 10, 10), ContractError);
    EXPECT_THROW(render({{nan, 0, 0, 5, 0}}, red_green_blue, {}, 10, 10), ContractError);
    EXPECT_THROW(render({{0, 0, 0, 0, 0}}, red_green_blue, {}, 10, 10), ContractError);
    EXPECT_THROW(render({}, {}, {}, 0, 10), ContractError);
    EXPECT_THROW(render({{0, 0, 0, 5, 0}}, red_green_blue, bad_cut, 10, 10), ContractError);
}

} // namespace
} // namespace nk::formats
