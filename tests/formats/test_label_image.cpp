#include "nk/formats/label_image.hpp"

#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <numbers>
#include <rapidcheck/gtest.h>
#include <tiffio.h>

namespace nk::formats {
namespace {

using Labels = std::vector<std::uint32_t>;

/// How a TIFF file is written.
struct TiffForm {
    std::uint16_t bits = 16;
    std::uint16_t format = SAMPLEFORMAT_UINT;
    std::uint16_t compression = COMPRESSION_NONE;
    std::uint32_t tile = 0; ///< 0: strips of two rows
    std::uint16_t meaning = PHOTOMETRIC_MINISBLACK;
    std::uint16_t colours = 1;
    char const* mode = "w"; ///< "wb": big endian, "w8": BigTIFF
    std::string description;
};

void set_tags(TIFF* tiff, TiffForm const& form, std::uint32_t width, std::uint32_t height) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, form.bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, form.colours);
    TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, form.format);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, form.meaning);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, form.compression);
    if (!form.description.empty())
        TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, form.description.c_str());
    if (form.meaning == PHOTOMETRIC_PALETTE) {
        std::vector<std::uint16_t> map(std::size_t{1} << form.bits);
        TIFFSetField(tiff, TIFFTAG_COLORMAP, map.data(), map.data(), map.data());
    }
    if (form.tile > 0) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, form.tile);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, form.tile);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 2);
    }
}

/// The low bytes of the values, as a little-endian machine keeps them.
std::vector<std::uint8_t> samples_of(std::uint32_t const* values, std::size_t count, std::uint16_t bits) {
    std::vector<std::uint8_t> bytes(count * bits / 8);
    for (std::size_t i = 0; i < count; ++i)
        std::memcpy(bytes.data() + i * bits / 8, values + i, bits / 8);
    return bytes;
}

void write_page(TIFF* tiff, TiffForm const& form, std::uint32_t width, std::uint32_t height, Labels const& values) {
    set_tags(tiff, form, width, height);
    auto const line = width * form.colours;
    if (form.tile == 0) {
        for (std::uint32_t row = 0; row < height; ++row) {
            auto bytes = samples_of(values.data() + row * line, line, form.bits);
            TIFFWriteScanline(tiff, bytes.data(), row, 0);
        }
    } else {
        for (std::uint32_t y = 0; y < height; y += form.tile)
            for (std::uint32_t x = 0; x < width; x += form.tile) {
                Labels tile(std::size_t{form.tile} * form.tile, 77); // what lies beyond the picture must not be seen
                for (std::uint32_t row = y; row < std::min(height, y + form.tile); ++row)
                    for (std::uint32_t column = x; column < std::min(width, x + form.tile); ++column)
                        tile[(row - y) * form.tile + column - x] = values[row * width + column];
                auto bytes = samples_of(tile.data(), tile.size(), form.bits);
                TIFFWriteTile(tiff, bytes.data(), x, y, 0, 0);
            }
    }
    TIFFWriteDirectory(tiff);
}

void write_tiff(std::string const& path, TiffForm const& form, std::uint32_t width, std::uint32_t height,
                std::vector<Labels> const& pages) {
    auto* tiff = TIFFOpen(path.c_str(), form.mode);
    ASSERT_NE(tiff, nullptr);
    for (auto const& values : pages)
        write_page(tiff, form, width, height, values);
    TIFFClose(tiff);
}

/// Without waiting for the disk, as `write_atomically` does, and the system where a file is overwritten.
void put_bytes(std::string const& path, std::string const& bytes) {
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

LabelImage there_and_back(TiffForm const& form, std::uint32_t width, std::uint32_t height, std::vector<Labels> const& pages) {
    ScratchFolder const folder;
    write_tiff(folder / "mask.tif", form, width, height, pages);
    return read_label_image(folder / "mask.tif");
}

std::string refusal_of(TiffForm const& form, Labels const& values, std::uint32_t width) {
    try {
        there_and_back(form, width, static_cast<std::uint32_t>(values.size()) / width / form.colours, {values});
    } catch (ScenarioError const& error) {
        return error.problems().front().what;
    }
    return "nothing";
}

Labels pattern(std::size_t count, std::uint32_t largest) {
    Labels labels(count);
    for (std::size_t i = 0; i < count; ++i)
        labels[i] = static_cast<std::uint32_t>(i * 7919 % 104729) & largest;
    return labels;
}

TEST(LabelImage, a_stack_comes_back_slice_by_slice) {
    auto const image = there_and_back({}, 3, 2, {{0, 1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 65535}});

    EXPECT_EQ(image.nx, 3);
    EXPECT_EQ(image.ny, 2);
    EXPECT_EQ(image.nz, 2);
    EXPECT_EQ(image.labels, (Labels{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 65535}));
}

TEST(LabelImage, every_form_of_tiff_holds_the_same_labels) {
    auto const labels = pattern(37 * 21, 0x7f);
    for (auto const bits : {8, 16, 32})
        for (auto const format : {SAMPLEFORMAT_UINT, SAMPLEFORMAT_INT})
            for (auto const compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS})
                for (std::uint32_t tile : {0u, 16u})
                    for (auto const* mode : {"w", "wb", "w8"}) {
                        TiffForm form;
                        form.bits = static_cast<std::uint16_t>(bits);
                        form.format = static_cast<std::uint16_t>(format);
                        form.compression = static_cast<std::uint16_t>(compression);
                        form.tile = tile;
                        form.mode = mode;
                        EXPECT_EQ(there_and_back(form, 37, 21, {labels}).labels, labels)
                            << bits << " " << format << " " << compression << " " << tile << " " << mode;
                    }
}

TEST(LabelImage, the_highest_labels_of_32_bits_are_read) {
    TiffForm form;
    form.bits = 32;

    EXPECT_EQ(there_and_back(form, 2, 1, {{4294967295u, 70000u}}).labels, (Labels{4294967295u, 70000u}));
}

TEST(LabelImage, indices_of_a_palette_are_the_labels) {
    TiffForm form;
    form.bits = 8;
    form.meaning = PHOTOMETRIC_PALETTE;

    EXPECT_EQ(there_and_back(form, 2, 2, {{0, 255, 3, 4}}).labels, (Labels{0, 255, 3, 4}));
}

TEST(LabelImage, a_negative_number_is_refused_with_its_page_row_and_column) {
    TiffForm form;
    form.format = SAMPLEFORMAT_INT;

    auto const what = refusal_of(form, {0, 1, 2, 3, 4, static_cast<std::uint32_t>(-5)}, 3);

    EXPECT_EQ(what, "page 1 holds the negative number -5 in row 2, column 3");
}

TEST(LabelImage, what_is_no_mask_is_refused_with_the_reason) {
    TiffForm colours;
    colours.bits = 8;
    colours.colours = 3;
    colours.meaning = PHOTOMETRIC_RGB;
    TiffForm fractions;
    fractions.bits = 32;
    fractions.format = SAMPLEFORMAT_IEEEFP;
    TiffForm white;
    white.meaning = PHOTOMETRIC_MINISWHITE;

    EXPECT_EQ(refusal_of(colours, {1, 2, 3}, 1), "page 1 has colours (3 values a pixel), so its pixels are no labels");
    EXPECT_EQ(refusal_of(fractions, {1, 2}, 2), "page 1 holds fractions, and labels are whole numbers");
    EXPECT_EQ(refusal_of(white, {1, 2}, 2), "page 1 counts from white, so its background is not clear");
}

TEST(LabelImage, pages_of_different_sizes_are_refused) {
    ScratchFolder const folder;
    auto* tiff = TIFFOpen((folder / "a.tif").c_str(), "w");
    write_page(tiff, {}, 2, 1, {1, 2});
    write_page(tiff, {}, 1, 2, {1, 2});
    TIFFClose(tiff);

    EXPECT_THROW(read_tiff_labels(folder / "a.tif"), ScenarioError);
}

TEST(LabelImage, smaller_copies_of_a_page_are_no_slices) {
    ScratchFolder const folder;
    auto* tiff = TIFFOpen((folder / "a.tif").c_str(), "w");
    write_page(tiff, {}, 2, 2, {1, 2, 3, 4});
    TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
    write_page(tiff, {}, 1, 1, {1});
    TIFFClose(tiff);

    EXPECT_EQ(read_tiff_labels(folder / "a.tif").labels, (Labels{1, 2, 3, 4}));
}

TEST(LabelImage, stacks_of_imagej_that_are_no_plain_slices_are_refused) {
    TiffForm plain;
    plain.description = "ImageJ=1.53t\nimages=1\nslices=1\nspacing=2.0\n";
    TiffForm channels;
    channels.description = "ImageJ=1.53t\nimages=2\nchannels=2\n";
    TiffForm very_large;
    very_large.description = "ImageJ=1.53t\nimages=4000\nslices=4000\n";

    EXPECT_EQ(there_and_back(plain, 2, 1, {{1, 2}}).labels, (Labels{1, 2}));
    EXPECT_EQ(refusal_of(channels, {1, 2}, 2), "the stack has 2 channels; a mask has one");
    EXPECT_EQ(refusal_of(very_large, {1, 2}, 2), "the file says that it has 4000 slices, but 1 can be read");
}

TEST(LabelImage, a_tiff_cut_short_anywhere_is_an_error_that_prints_nothing) {
    ScratchFolder const folder;
    auto const path = folder / "mask.tif";
    TiffForm form;
    form.compression = COMPRESSION_LZW;
    write_tiff(path, form, 9, 6, {pattern(54, 0xffff), pattern(54, 0xff)});
    auto const whole = read_text(path);
    testing::internal::CaptureStderr();

    for (std::size_t size = 2; size < whole.size(); ++size) {
        put_bytes(path, whole.substr(0, size));
        EXPECT_THROW(read_label_image(path), MachineError) << size << " of " << whole.size();
    }

    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LabelImage, a_tiff_with_any_byte_changed_is_read_or_refused) {
    ScratchFolder const folder;
    auto const path = folder / "mask.tif";
    testing::internal::CaptureStderr();
    int refused = 0;

    for (auto const compression : {COMPRESSION_NONE, COMPRESSION_ADOBE_DEFLATE})
        for (std::uint32_t tile : {0u, 16u}) {
            TiffForm form;
            form.compression = static_cast<std::uint16_t>(compression);
            form.tile = tile;
            write_tiff(path, form, 5, 4, {pattern(20, 0xffff)});
            auto const whole = read_text(path);
            for (std::size_t at = 0; at < whole.size(); ++at)
                for (int flip : {0x01, 0x80, 0xff}) {
                    auto bytes = whole;
                    bytes[at] = static_cast<char>(bytes[at] ^ flip);
                    put_bytes(path, bytes);
                    try {
                        auto const image = read_label_image(path);
                        EXPECT_EQ(image.labels.size(), static_cast<std::size_t>(image.nx) * static_cast<std::size_t>(image.ny) *
                                                           static_cast<std::size_t>(image.nz));
                    } catch (MachineError const&) {
                        ++refused;
                    } catch (ScenarioError const&) {
                        ++refused;
                    }
                }
        }

    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_GT(refused, 100);
}

TEST(LabelImage, a_page_that_promises_more_than_the_file_can_hold_is_refused_before_memory_is_asked_for) {
    ScratchFolder const folder;
    for (std::uint32_t const side : {40000u, 50000u}) {
        auto* tiff = TIFFOpen((folder / std::to_string(side)).c_str(), "w");
        set_tags(tiff, {}, side, side);
        std::vector<std::uint16_t> strip(std::size_t{side} * 2);
        TIFFWriteEncodedStrip(tiff, 0, strip.data(), static_cast<tmsize_t>(strip.size() * sizeof(std::uint16_t)));
        TIFFClose(tiff);
    }

    EXPECT_THROW(read_tiff_labels(folder / "40000"), MachineError);
    EXPECT_THROW(read_tiff_labels(folder / "50000"), ScenarioError);
}

TEST(LabelImage, what_is_neither_png_nor_tiff_is_refused) {
    ScratchFolder const folder;
    put_bytes(folder / "a.tif", "GIF89a");
    put_bytes(folder / "b.tif", "");
    put_bytes(folder / "c.tif", "II*");

    EXPECT_THROW(read_label_image(folder / "a.tif"), ScenarioError);
    EXPECT_THROW(read_label_image(folder / "b.tif"), ScenarioError);
    EXPECT_THROW(read_label_image(folder / "c.tif"), MachineError);
    EXPECT_THROW(read_label_image(folder / "none.tif"), MachineError);
    EXPECT_THROW(read_label_image(folder.path()), MachineError);
}

TEST(LabelImage, a_block_has_its_middle_as_centroid_and_the_radius_of_a_disk_of_its_area) {
    LabelImage image{5, 4, 1, Labels(20, 0)};
    for (std::size_t const at : {6u, 7u, 8u, 11u, 12u, 13u})
        image.labels[at] = 9; // columns 1 to 3, rows 1 and 2

    auto const regions = label_regions(image, {2.0, 100.0});

    ASSERT_EQ(regions.size(), 1u);
    EXPECT_EQ(regions[0].label, 9u);
    EXPECT_EQ(regions[0].pixels, 6u);
    EXPECT_DOUBLE_EQ(regions[0].x, 5.0);
    EXPECT_DOUBLE_EQ(regions[0].y, 4.0);
    EXPECT_DOUBLE_EQ(regions[0].z, 0.0);
    EXPECT_DOUBLE_EQ(regions[0].equivalent_radius, std::sqrt(24.0 / std::numbers::pi));
}

TEST(LabelImage, a_ball_of_voxels_has_nearly_its_radius_whatever_the_distance_of_slices) {
    for (double const depth : {0.5, 1.5}) {
        LabelImage image{60, 60, static_cast<int>(30.0 / depth), {}};
        for (int k = 0; k < image.nz; ++k)
            for (int j = 0; j < 60; ++j)
                for (int i = 0; i < 60; ++i)
                    image.labels.push_back(std::hypot(0.5 * (i + 0.5) - 14.0, 0.5 * (j + 0.5) - 15.0, depth * (k + 0.5) - 16.0) < 10.0);

        auto const regions = label_regions(image, {0.5, depth});

        ASSERT_EQ(regions.size(), 1u);
        EXPECT_NEAR(regions[0].equivalent_radius, 10.0, 0.05);
        EXPECT_NEAR(regions[0].x, 14.0, 0.02);
        EXPECT_NEAR(regions[0].y, 15.0, 0.02);
        EXPECT_NEAR(regions[0].z, 16.0, 0.02);
    }
}

RC_GTEST_PROP(LabelImageProperty, regions_share_out_all_pixels_but_the_background, ()) {
    LabelImage image{*rc::gen::inRange(1, 7), *rc::gen::inRange(1, 7), *rc::gen::inRange(1, 4), {}};
    auto const count = static_cast<std::size_t>(image.nx) * static_cast<std::size_t>(image.ny) * static_cast<std::size_t>(image.nz);
    image.labels = *rc::gen::container<Labels>(count, rc::gen::element<std::uint32_t>(0, 1, 2, 4294967295u));

    auto const regions = label_regions(image, {1.0, 1.0});

    std::uint64_t pixels = static_cast<std::uint64_t>(std::count(image.labels.begin(), image.labels.end(), 0u));
    for (std::size_t i = 0; i < regions.size(); ++i) {
        pixels += regions[i].pixels;
        RC_ASSERT(regions[i].pixels == static_cast<std::uint64_t>(std::count(image.labels.begin(), image.labels.end(), regions[i].label)));
        auto const in_order = i == 0 || regions[i - 1].label < regions[i].label; // the macro would look at both sides of ||
        RC_ASSERT(in_order);
        RC_ASSERT(regions[i].x > 0.0);
        RC_ASSERT(regions[i].x < image.nx);
        RC_ASSERT(regions[i].y > 0.0);
        RC_ASSERT(regions[i].y < image.ny);
    }
    RC_ASSERT(pixels == count);
}

TEST(LabelImage, labels_that_do_not_fill_the_image_break_the_contract) {
    EXPECT_THROW(label_regions({2, 2, 1, {1, 2, 3}}, {1.0, 1.0}), ContractError);
    EXPECT_THROW(label_regions({1, 1, 1, {1}}, {0.0, 1.0}), ContractError);
    EXPECT_TRUE(label_regions({0, 0, 0, {}}, {1.0, 1.0}).empty());
}

} // namespace
} // namespace nk::formats
