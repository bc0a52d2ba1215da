#include "nk/formats/label_image.hpp"

#include "nk/formats/file.hpp"
#include "nk/formats/label_file.hpp"
#include "nk/formats/png.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <numbers>
#include <unordered_map>

namespace nk::formats {
namespace {

/// Sums of whole numbers are exact, so that the order of the pixels does not matter.
struct RegionSums {
    std::uint64_t pixels = 0;
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    std::uint64_t z = 0;
};

LabelRegion region_of(std::uint32_t label, RegionSums const& sums, bool flat, PixelSize const& size) {
    auto const pixels = static_cast<double>(sums.pixels);
    auto const middle = [&](std::uint64_t sum, double edge) { return (static_cast<double>(sum) / pixels + 0.5) * edge; };
    LabelRegion region;
    region.label = label;
    region.pixels = sums.pixels;
    region.x = middle(sums.x, size.edge);
    region.y = middle(sums.y, size.edge);
    auto const area = pixels * size.edge * size.edge;
    if (flat) {
        region.equivalent_radius = std::sqrt(area / std::numbers::pi);
    } else {
        region.z = middle(sums.z, size.depth);
        region.equivalent_radius = std::cbrt(0.75 * area * size.depth / std::numbers::pi);
    }
    return region;
}

} // namespace

void wrong_label_file(std::string const& path, std::string const& what, std::string const& hint) {
    throw ScenarioError(Problem{{path, 0, 0, 1}, "type", what, "", hint});
}

void check_label_file(std::string const& path) {
    check_readable(path);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
        throw MachineError("cannot read `" + path + "`: it is no plain file");
}

void check_label_pixels(std::string const& path, std::uint64_t width, std::uint64_t height, std::uint64_t slices) {
    if (width >= most_label_pixels || height >= most_label_pixels ||
        width * height > most_label_pixels / std::max<std::uint64_t>(slices, 1))
        wrong_label_file(path,
                         fmt::format("the image has {} x {} x {} pixels; at most {} are read", width, height, slices, most_label_pixels),
                         "cut out the part that matters, or make the pixels larger");
}

bool is_png(std::string_view bytes) {
    return bytes.starts_with("\x89PNG\r\n\x1a\n");
}

LabelImage read_label_image(std::string const& path) {
    check_label_file(path);
    std::array<char, 8> start{};
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), start.size());
    std::string_view const bytes(start.data(), static_cast<std::size_t>(file.gcount()));
    if (is_png(bytes))
        return read_png_labels(path);
    if (bytes.starts_with("II") || bytes.starts_with("MM"))
        return read_tiff_labels(path);
    wrong_label_file(path, "this is neither a PNG nor a TIFF file", "save the mask as PNG or TIFF");
}

std::vector<LabelRegion> label_regions(LabelImage const& image, PixelSize const& size) {
    NK_EXPECT(image.nx >= 0 && image.ny >= 0 && image.nz >= 0 && size.edge > 0.0 && size.depth > 0.0);
    auto const row_pixels = static_cast<std::uint64_t>(image.nx);
    auto const rows = static_cast<std::uint64_t>(image.ny) * static_cast<std::uint64_t>(image.nz);
    NK_EXPECT(image.labels.size() == row_pixels * rows);
    std::unordered_map<std::uint32_t, RegionSums> sums;
    for (std::uint64_t row = 0; row < rows; ++row) {
        auto const* const labels = image.labels.data() + row * row_pixels;
        for (std::uint64_t begin = 0, end = 0; begin < row_pixels; begin = end) {
            while (end < row_pixels && labels[end] == labels[begin])
                ++end;
            if (labels[begin] == 0)
                continue;
            auto& sum = sums[labels[begin]];
            auto const count = end - begin;
            sum.pixels += count;
            sum.x += count * begin + count * (count - 1) / 2;
            sum.y += count * (row % static_cast<std::uint64_t>(image.ny));
            sum.z += count * (row / static_cast<std::uint64_t>(image.ny));
        }
    }
    std::vector<LabelRegion> regions;
    regions.reserve(sums.size());
    for (auto const& [label, sum] : sums)
        regions.push_back(region_of(label, sum, image.nz == 1, size));
    std::sort(regions.begin(), regions.end(), [](auto const& a, auto const& b) { return a.label < b.label; });
    return regions;
}

} // namespace nk::formats
