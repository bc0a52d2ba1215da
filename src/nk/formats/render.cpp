#include "nk/formats/render.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <utility>

namespace nk::formats {
namespace {

using Vector = std::array<double, 3>;

constexpr int samples = 2; ///< a side of a pixel, for smooth edges
constexpr std::uint32_t no_sphere = std::numeric_limits<std::uint32_t>::max();
constexpr float far_away = -std::numeric_limits<float>::max();

double dot(Vector const& a, Vector const& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// The axes of the picture in space, its scale, and what stands in its middle. Lengths in the picture are counted in samples.
struct Camera {
    Vector right;
    Vector up;
    Vector towards; ///< the viewer
    double middle_right = 0.0;
    double middle_up = 0.0;
    double scale = 1.0; ///< samples per um
    int width = 0;      ///< [samples]
    int height = 0;
};

/// A sphere in the picture: x to the right, y down, depth towards the viewer [samples].
struct Disk {
    float x = 0.0f;
    float y = 0.0f;
    float depth = 0.0f;
    float radius = 0.0f;
    float above_cut = 0.0f; ///< how far its middle lies on the hidden side of the cut
    std::uint32_t colour = 0;
};

/// What each sample shows.
struct Samples {
    std::vector<float> depth;
    std::vector<std::uint32_t> sphere;
    /// In the flat face of a sliced sphere: how far inside the sphere the sample lies (radius squared less distance squared, >= 0);
    /// elsewhere negative. Where sliced spheres overlap, the one that holds the sample deeper is shown, so that they meet in a line.
    std::vector<float> inside;
};

bool is_sliced(Samples const& drawn, std::size_t at) {
    return drawn.inside[at] >= 0.0f;
}

/// The cut in the axes of the picture.
struct PictureCut {
    bool exists = false;
    float x = 0.0f;
    float y = 0.0f;
    float depth = 0.0f;
};

Camera axes_of(View const& view) {
    auto const azimuth = view.azimuth * std::numbers::pi / 180.0;
    auto const elevation = view.elevation * std::numbers::pi / 180.0;
    Camera camera;
    camera.towards = {std::cos(elevation) * std::cos(azimuth), std::cos(elevation) * std::sin(azimuth), std::sin(elevation)};
    camera.right = {-std::sin(azimuth), std::cos(azimuth), 0.0};
    camera.up = {-std::sin(elevation) * std::cos(azimuth), -std::sin(elevation) * std::sin(azimuth), std::cos(elevation)};
    return camera;
}

Camera camera_of(std::vector<Sphere> const& spheres, View const& view, int width, int height) {
    constexpr double filled = 0.9; ///< of the picture, when everything shall fit
    auto camera = axes_of(view);
    camera.width = samples * width;
    camera.height = samples * height;
    auto const infinity = std::numeric_limits<double>::infinity();
    std::array<double, 4> edge{infinity, -infinity, infinity, -infinity};
    for (auto const& sphere : spheres) {
        Vector const place{sphere.x, sphere.y, sphere.z};
        auto const along = dot(place, camera.right);
        auto const above = dot(place, camera.up);
        edge = {std::min(edge[0], along - sphere.radius), std::max(edge[1], along + sphere.radius),
                std::min(edge[2], above - sphere.radius), std::max(edge[3], above + sphere.radius)};
    }
    if (spheres.empty())
        edge = {-0.5 * width, 0.5 * width, -0.5 * height, 0.5 * height};
    camera.middle_right = view.centre ? dot(*view.centre, camera.right) : 0.5 * (edge[0] + edge[1]);
    camera.middle_up = view.centre ? dot(*view.centre, camera.up) : 0.5 * (edge[2] + edge[3]);
    auto const half_width = std::max(edge[1] - camera.middle_right, camera.middle_right - edge[0]);
    auto const half_height = std::max(edge[3] - camera.middle_up, camera.middle_up - edge[2]);
    camera.scale = view.pixels_per_um > 0.0 ? samples * view.pixels_per_um
                                            : 0.5 * filled * std::min(camera.width / half_width, camera.height / half_height);
    return camera;
}

Vector unit(Vector const& direction) {
    auto const length = std::sqrt(dot(direction, direction));
    NK_EXPECT(length > 0.0 && std::isfinite(length));
    return {direction[0] / length, direction[1] / length, direction[2] / length};
}

/// The disks that can be seen, nearest first, so that most of what is hidden is found so at once.
std::vector<Disk> disks_of(std::vector<Sphere> const& spheres, Camera const& camera, View const& view) {
    constexpr double smallest = 0.75; ///< [samples]: a smaller disk may lie between the middles of samples
    auto const normal = view.cut && view.cut->normal ? unit(*view.cut->normal) : camera.towards;
    std::vector<Disk> disks;
    disks.reserve(spheres.size());
    for (auto const& sphere : spheres) {
        Vector const place{sphere.x, sphere.y, sphere.z};
        auto const above_cut = view.cut ? camera.scale * (dot(place, normal) - dot(view.cut->point, normal)) : 0.0;
        auto const radius = std::max(smallest, camera.scale * sphere.radius);
        auto const x = 0.5 * camera.width + camera.scale * (dot(place, camera.right) - camera.middle_right);
        auto const y = 0.5 * camera.height - camera.scale * (dot(place, camera.up) - camera.middle_up);
        if (x + radius < 0.0 || x - radius > camera.width || y + radius < 0.0 || y - radius > camera.height)
            continue;
        if (view.cut && above_cut >= radius)
            continue;
        disks.push_back({static_cast<float>(x), static_cast<float>(y), static_cast<float>(camera.scale * dot(place, camera.towards)),
                         static_cast<float>(radius), static_cast<float>(above_cut), static_cast<std::uint32_t>(sphere.colour)});
    }
    std::stable_sort(disks.begin(), disks.end(), [](Disk const& a, Disk const& b) { return a.depth + a.radius > b.depth + b.radius; });
    return disks;
}

/// The rows or columns of samples whose middles lie within `half` of `middle`.
std::pair<int, int> span_of(float middle, float half, int count) {
    auto const first = std::ceil(middle - half - 0.5f);
    auto const last = std::floor(middle + half - 0.5f);
    return {static_cast<int>(std::max(first, 0.0f)), static_cast<int>(std::min(last, static_cast<float>(count - 1)))};
}

void draw_disk(Samples& out, Disk const& disk, std::uint32_t number, Camera const& camera, PictureCut const& cut) {
    constexpr float edge_on = 1e-4f; ///< a cut seen from its edge or from behind shows no faces
    auto const squared = disk.radius * disk.radius;
    auto const front = disk.depth + disk.radius;
    auto const is_cut = cut.exists && disk.above_cut > -disk.radius;
    auto const [top, bottom] = span_of(disk.y, disk.radius, camera.height);
    for (int row = top; row <= bottom; ++row) {
        auto const dy = static_cast<float>(row) + 0.5f - disk.y;
        auto const rest = squared - dy * dy;
        auto const [left, right] = span_of(disk.x, std::sqrt(std::max(rest, 0.0f)), camera.width);
        auto const line = static_cast<std::size_t>(row) * static_cast<std::size_t>(camera.width);
        for (int column = left; column <= right; ++column) {
            auto const at = line + static_cast<std::size_t>(column);
            if (out.depth[at] >= front)
                continue;
            auto const dx = static_cast<float>(column) + 0.5f - disk.x;
            auto const reach = std::sqrt(std::max(rest - dx * dx, 0.0f));
            auto bulge = reach;
            auto inside = -1.0f;
            if (is_cut) {
                auto const beside = disk.above_cut + cut.x * dx + cut.y * dy;
                if (beside + cut.depth * reach > 0.0f) {
                    bulge = cut.depth > edge_on ? -beside / cut.depth : far_away;
                    if (bulge < -reach)
                        continue;
                    inside = std::max(0.0f, reach * reach - bulge * bulge);
                }
            }
            auto const both_sliced = inside >= 0.0f && out.inside[at] >= 0.0f;
            if (both_sliced ? inside > out.inside[at] : disk.depth + bulge > out.depth[at]) {
                out.depth[at] = disk.depth + bulge;
                out.sphere[at] = number;
                out.inside[at] = inside;
            }
        }
    }
}

/// The mean of each value and its neighbours within `reach` along one direction; ends repeat.
void blur_along(std::vector<float>& values, std::size_t lines, std::size_t count, std::size_t line_step, std::size_t step, int reach) {
    std::vector<double> sums(count + 1);
    for (std::size_t line = 0; line < lines; ++line) {
        auto* const first = values.data() + line * line_step;
        for (std::size_t i = 0; i < count; ++i)
            sums[i + 1] = sums[i] + static_cast<double>(first[i * step]);
        for (std::size_t i = 0; i < count; ++i) {
            auto const begin = i - std::min(i, static_cast<std::size_t>(reach));
            auto const end = std::min(count, i + static_cast<std::size_t>(reach) + 1);
            first[i * step] = static_cast<float>((sums[end] - sums[begin]) / static_cast<double>(end - begin));
        }
    }
}

/// How much of the sky each pixel sees, from 0.5 to 1: what lies deeper than its surroundings is darker (unsharp masking of the
/// depth: Luft, Colditz, Deussen 2006, doi:10.1145/1141911.1142016).
std::vector<float> openness_of(Samples const& drawn, Camera const& camera, double radius) {
    auto const width = static_cast<std::size_t>(camera.width / samples);
    auto const height = static_cast<std::size_t>(camera.height / samples);
    auto lowest = std::numeric_limits<float>::max();
    for (auto const depth : drawn.depth)
        if (depth > far_away)
            lowest = std::min(lowest, depth);
    std::vector<float> depth(width * height);
    for (std::size_t row = 0; row < height; ++row)
        for (std::size_t column = 0; column < width; ++column)
            depth[row * width + column] =
                std::max(lowest, drawn.depth[row * samples * static_cast<std::size_t>(camera.width) + column * samples]);
    auto around = depth;
    auto const reach = std::clamp(static_cast<int>(std::lround(1.2 * radius / samples)), 2, 40);
    for (int pass = 0; pass < 2; ++pass) {
        blur_along(around, height, width, width, 1, reach);
        blur_along(around, width, height, 1, width, reach);
    }
    auto const full = static_cast<float>(2.0 * radius);
    for (std::size_t i = 0; i < depth.size(); ++i)
        around[i] = 1.0f - 0.5f * std::clamp((around[i] - depth[i]) / full, 0.0f, 1.0f);
    return around;
}

/// 0 inside a surface, up to 1 where another one, or nothing, begins beside it.
float outline_at(Samples const& drawn, Camera const& camera, int row, int column, float radius) {
    auto const width = static_cast<std::size_t>(camera.width);
    auto const at = static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column);
    auto dark = 0.0f;
    auto const look = [&](std::size_t other) {
        if (drawn.sphere[other] == drawn.sphere[at] && is_sliced(drawn, other) == is_sliced(drawn, at))
            return;
        auto const step = drawn.sphere[other] == no_sphere ? radius : std::abs(drawn.depth[at] - drawn.depth[other]);
        dark = std::max(dark, 0.75f + 0.25f * std::min(step / radius, 1.0f));
    };
    if (column > 0)
        look(at - 1);
    if (column + 1 < camera.width)
        look(at + 1);
    if (row > 0)
        look(at - width);
    if (row + 1 < camera.height)
        look(at + width);
    return dark;
}

/// Light from the upper left over the viewer's shoulder, with more sky from above than from below.
float brightness_of(Disk const& disk, float x, float y, float depth) {
    constexpr std::array<float, 3> light{-0.40f, -0.55f, 0.733f};
    auto const nx = (x - disk.x) / disk.radius;
    auto const ny = (y - disk.y) / disk.radius;
    auto const nz = (depth - disk.depth) / disk.radius;
    auto const direct = std::max(0.0f, nx * light[0] + ny * light[1] + nz * light[2]);
    return 0.46f - 0.08f * ny + 0.58f * direct;
}

using Tint = std::array<float, 3>;

Tint tint_at(Samples const& drawn, std::vector<Disk> const& disks, std::vector<Colour> const& palette, Camera const& camera, int row,
             int column, float openness) {
    constexpr float paper = 255.0f;
    auto const at = static_cast<std::size_t>(row) * static_cast<std::size_t>(camera.width) + static_cast<std::size_t>(column);
    if (drawn.sphere[at] == no_sphere)
        return {paper, paper, paper};
    auto const& disk = disks[drawn.sphere[at]];
    auto const& colour = palette[disk.colour];
    Tint tint{static_cast<float>(colour.red), static_cast<float>(colour.green), static_cast<float>(colour.blue)};
    auto const x = static_cast<float>(column) + 0.5f;
    auto const y = static_cast<float>(row) + 0.5f;
    auto light = is_sliced(drawn, at) ? 1.0f : brightness_of(disk, x, y, drawn.depth[at]);
    light *= openness * (1.0f - 0.72f * outline_at(drawn, camera, row, column, disk.radius));
    constexpr float faded = 0.35f; // a sliced face is paler, as in a section
    for (auto& part : tint)
        part = std::min(paper, light * (is_sliced(drawn, at) ? part + faded * (paper - part) : part));
    return tint;
}

double typical_radius(std::vector<Disk> const& disks) {
    if (disks.empty())
        return 1.0;
    std::vector<float> radii;
    radii.reserve(disks.size());
    for (auto const& disk : disks)
        radii.push_back(disk.radius);
    auto const middle = radii.begin() + static_cast<std::ptrdiff_t>(radii.size() / 2);
    std::nth_element(radii.begin(), middle, radii.end());
    return static_cast<double>(*middle);
}

RgbImage shade(Samples const& drawn, std::vector<Disk> const& disks, std::vector<Colour> const& palette, Camera const& camera) {
    RgbImage image{camera.width / samples, camera.height / samples, {}};
    image.rgb.reserve(3 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
    auto const openness = openness_of(drawn, camera, typical_radius(disks));
    for (int row = 0; row < image.height; ++row)
        for (int column = 0; column < image.width; ++column) {
            auto const open = openness[image.rgb.size() / 3];
            Tint sum{0.0f, 0.0f, 0.0f};
            for (int i = 0; i < samples * samples; ++i) {
                auto const tint = tint_at(drawn, disks, palette, camera, row * samples + i / samples, column * samples + i % samples, open);
                for (std::size_t part = 0; part < sum.size(); ++part)
                    sum[part] += tint[part];
            }
            for (auto const part : sum)
                image.rgb.push_back(static_cast<std::uint8_t>(std::lround(part / (samples * samples))));
        }
    return image;
}

void fill(RgbImage& image, int left, int top, int right, int bottom, std::uint8_t grey) {
    for (int row = std::max(top, 0); row < std::min(bottom, image.height); ++row)
        for (int column = std::max(left, 0); column < std::min(right, image.width); ++column) {
            auto const at = 3 * (static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(column));
            std::fill_n(image.rgb.begin() + static_cast<std::ptrdiff_t>(at), 3, grey);
        }
}

/// The longest of 1, 2, 5, 10, ... that is at most `longest`.
double round_length(double longest) {
    auto const power = std::pow(10.0, std::floor(std::log10(longest)));
    for (auto const factor : {5.0, 2.0})
        if (factor * power <= longest)
            return factor * power;
    return power;
}

void draw_scale_bar(Rendering& picture) {
    auto& image = picture.image;
    auto const margin = std::max(1, std::min(image.width, image.height) / 30);
    auto const thickness = std::max(1, image.height / 180);
    auto const halo = std::max(1, thickness / 2);
    picture.bar_length = round_length(std::max(1.0, image.width / 5.0) / picture.pixels_per_um);
    picture.bar_pixels = std::max(1, static_cast<int>(std::lround(picture.bar_length * picture.pixels_per_um)));
    picture.bar_left = std::max(0, image.width - margin - picture.bar_pixels);
    picture.bar_top = std::max(0, image.height - margin - thickness);
    auto const right = picture.bar_left + picture.bar_pixels;
    auto const bottom = picture.bar_top + thickness;
    fill(image, picture.bar_left - halo, picture.bar_top - halo, right + halo, bottom + halo, 255);
    fill(image, picture.bar_left, picture.bar_top, right, bottom, 17);
}

} // namespace

Rendering render(std::vector<Sphere> const& spheres, std::vector<Colour> const& palette, View const& view, int width, int height) {
    constexpr int longest_side = 8192;
    NK_EXPECT(width > 0 && height > 0 && width <= longest_side && height <= longest_side);
    NK_EXPECT(std::isfinite(view.azimuth) && std::isfinite(view.elevation) && std::isfinite(view.pixels_per_um));
    for (auto const& sphere : spheres) {
        NK_EXPECT(std::isfinite(sphere.x + sphere.y + sphere.z) && sphere.radius > 0.0 && std::isfinite(sphere.radius));
        NK_EXPECT(sphere.colour >= 0 && static_cast<std::size_t>(sphere.colour) < palette.size());
    }
    auto const camera = camera_of(spheres, view, width, height);
    auto const disks = disks_of(spheres, camera, view);
    PictureCut cut;
    if (view.cut) {
        auto const normal = view.cut->normal ? unit(*view.cut->normal) : camera.towards;
        cut = {true, static_cast<float>(dot(normal, camera.right)), static_cast<float>(-dot(normal, camera.up)),
               static_cast<float>(dot(normal, camera.towards))};
    }
    auto const count = static_cast<std::size_t>(camera.width) * static_cast<std::size_t>(camera.height);
    Samples drawn{std::vector<float>(count, far_away), std::vector<std::uint32_t>(count, no_sphere), std::vector<float>(count, -1.0f)};
    for (std::size_t i = 0; i < disks.size(); ++i)
        draw_disk(drawn, disks[i], static_cast<std::uint32_t>(i), camera, cut);

    Rendering picture;
    picture.pixels_per_um = camera.scale / samples;
    picture.image = shade(drawn, disks, palette, camera);
    draw_scale_bar(picture);
    return picture;
}

} // namespace nk::formats
