#pragma once
#include "nk/formats/png.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace nk::formats {

/// A cell as it is drawn.
struct Sphere {
    double x = 0.0; ///< [um]
    double y = 0.0;
    double z = 0.0;
    double radius = 5.0; ///< [um], > 0
    int colour = 0;      ///< index into the palette
};

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};

/// Hides what lies on one side of a plane; cells in the plane are drawn as if sliced.
struct Cut {
    std::array<double, 3> point{0.0, 0.0, 0.0};  ///< in the plane [um]
    std::optional<std::array<double, 3>> normal; ///< points to the side that is hidden, of any length > 0; none: towards the viewer
};

/// From where the tissue is seen, without perspective. Azimuth -90 and elevation 90 show a map: x to the right, y up.
struct View {
    double azimuth = -60.0;                      ///< of the viewer, from the x axis towards the y axis [degrees]
    double elevation = 25.0;                     ///< of the viewer above the plane of x and y [degrees]
    double pixels_per_um = 0.0;                  ///< 0: everything fits
    std::optional<std::array<double, 3>> centre; ///< what stands in the middle of the picture [um]; none: the middle of all cells
    std::optional<Cut> cut;
};

/// A picture and what its page needs to write beside the scale bar.
struct Rendering {
    RgbImage image;
    double pixels_per_um = 0.0;
    double bar_length = 0.0; ///< of the scale bar [um]: 1, 2 or 5 times a power of ten
    int bar_pixels = 0;      ///< the same [pixels]
    int bar_left = 0;        ///< its left end [pixels]
    int bar_top = 0;         ///< its upper edge [pixels from the top]
};

/// Draws spheres with soft light, dark outlines and a scale bar at the lower right, on white. Equal input gives equal bytes.
/// Needs about 60 bytes of memory a pixel; time grows with the covered area of all spheres.
///
/// expects: finite numbers, radii > 0, colours within the palette, 1 to 8192 pixels a side, a cut's normal longer than 0
Rendering render(std::vector<Sphere> const& spheres, std::vector<Colour> const& palette, View const& view, int width, int height);

} // namespace nk::formats
