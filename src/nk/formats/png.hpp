#pragma once
#include "nk/formats/label_image.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nk::formats {

/// A picture of 8 bits a colour, row by row from the top: 3 * width * height bytes, red, green, blue.
struct RgbImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

/// A picture as the bytes of a PNG file; equal pictures give equal bytes.
/// expects: positive sizes, as many bytes as they ask for
/// errors:  MachineError with libpng's reason
std::string png_bytes(RgbImage const& image);

/// Writes a PNG file, whole or not at all.  errors: MachineError with the path
void write_png(std::string const& path, RgbImage const& image);

/// Reads a mask of one slice: greyscale of 1 to 16 bits, or a palette, whose indices are the labels.
/// errors: MachineError when the file cannot be read (missing, damaged, ends too early); ScenarioError when it is no PNG, has
///         colours or transparency, or more than `most_label_pixels`
LabelImage read_png_labels(std::string const& path);

} // namespace nk::formats
