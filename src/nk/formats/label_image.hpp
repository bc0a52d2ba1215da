#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nk::formats {

/// A segmented image, as CellPose, StarDist or Fiji write it: every pixel holds the number of the object it belongs to, 0 for the
/// background. x fastest: pixel (ix, iy, iz) has index ix + nx * (iy + ny * iz); row 0 is the upper one of the picture.
struct LabelImage {
    int nx = 0;
    int ny = 0;
    int nz = 0; ///< slices; 1 for a flat image
    std::vector<std::uint32_t> labels;
};

/// More pixels are refused before memory is asked for.
constexpr std::uint64_t most_label_pixels = std::uint64_t{1} << 31;

/// Reads a mask: PNG (one slice) or TIFF (one slice a page), told apart by their first bytes.
/// errors: as `read_png_labels` of png.hpp and `read_tiff_labels`; ScenarioError when the file is neither
LabelImage read_label_image(std::string const& path);

/// Reads a TIFF or BigTIFF of 8, 16 or 32 bits of whole numbers a pixel, grey or with a palette (its indices are the labels), in
/// strips or tiles, in any compression of libtiff. Signed numbers are fine while none is negative. Pages that are marked as
/// smaller copies are skipped.
/// errors: MachineError when the file cannot be read (missing, damaged, ends too early); ScenarioError with page and row for
///         colours, fractions, negative numbers, white as zero, pages of different sizes, too many pixels, or hyperstacks
LabelImage read_tiff_labels(std::string const& path);

/// How large a pixel is in the tissue.
struct PixelSize {
    double edge = 1.0;  ///< along x and y [um], > 0
    double depth = 1.0; ///< from slice to slice [um], > 0; not used for a flat image
};

/// One object of a mask.
struct LabelRegion {
    std::uint32_t label = 0;
    std::uint64_t pixels = 0;
    double x = 0.0; ///< centroid [um]; the first pixel spans 0 to its edge, so its middle lies at half an edge
    double y = 0.0;
    double z = 0.0; ///< 0 for a flat image
    /// of the disk with the area of the object (flat image) or the sphere with its volume (stack) [um]
    double equivalent_radius = 0.0;
};

/// The objects of a mask, sorted by label; the background is none.
/// expects: as many labels as pixels; positive sizes
std::vector<LabelRegion> label_regions(LabelImage const& image, PixelSize const& size);

} // namespace nk::formats
