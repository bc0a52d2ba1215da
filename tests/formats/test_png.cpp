#include "nk/formats/png.hpp"

#include "formats/full_disk.hpp"
#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <png.h>

namespace nk::formats {
namespace {

/// A PNG of any kind, as other programs write it.
struct PngSample {
    int width = 3;
    int height = 2;
    int depth = 8;
    int colours = PNG_COLOR_TYPE_GRAY;
    int interlace = PNG_INTERLACE_NONE;
    std::vector<std::uint8_t> rows; ///< as they stand in the file, before compression

    std::string bytes() const {
        std::string out;
        auto* png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
        auto* info = png_create_info_struct(png);
        auto const put = [](png_structp writer, png_bytep data, std::size_t count) {
            static_cast<std::string*>(png_get_io_ptr(writer))->append(reinterpret_cast<char const*>(data), count);
        };
        png_set_write_fn(png, &out, put, nullptr);
        png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), depth, colours, interlace,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        std::vector<png_color> const palette(16, png_color{200, 100, 50});
        if (colours == PNG_COLOR_TYPE_PALETTE)
            png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
        png_write_info(png, info);
        auto const passes = png_set_interlace_handling(png);
        auto const row_bytes = rows.size() / static_cast<std::size_t>(height);
        for (int pass = 0; pass < passes; ++pass)
            for (std::size_t row = 0; row < static_cast<std::size_t>(height); ++row)
                png_write_row(png, rows.data() + row * row_bytes);
        png_write_end(png, info);
        png_destroy_write_struct(&png, &info);
        return out;
    }
};

LabelImage labels_of(PngSample const& sample) {
    ScratchFolder const folder;
    write_atomically(folder / "mask.png", sample.bytes());
    return read_png_labels(folder / "mask.png");
}

using Labels = std::vector<std::uint32_t>;

RgbImage small_picture() {
    return {2, 2, {255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30}};
}

TEST(Png, a_picture_decodes_to_the_colours_it_was_made_of) {
    auto const bytes = png_bytes(small_picture());

    png_image header{};
    header.version = PNG_IMAGE_VERSION;
    ASSERT_TRUE(png_image_begin_read_from_memory(&header, bytes.data(), bytes.size()));
    EXPECT_EQ(header.width, 2u);
    EXPECT_EQ(header.height, 2u);
    header.format = PNG_FORMAT_RGB;
    std::vector<std::uint8_t> rgb(PNG_IMAGE_SIZE(header));
    ASSERT_TRUE(png_image_finish_read(&header, nullptr, rgb.data(), 0, nullptr));
    EXPECT_EQ(rgb, small_picture().rgb);
}

TEST(Png, equal_pictures_give_equal_bytes_on_the_disk) {
    ScratchFolder const folder;

    write_png(folder / "a.png", small_picture());

    EXPECT_TRUE(read_text(folder / "a.png") == png_bytes(small_picture()));
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(Png, a_picture_without_the_bytes_it_asks_for_breaks_the_contract) {
    EXPECT_THROW(png_bytes({2, 2, {1, 2, 3}}), ContractError);
    EXPECT_THROW(png_bytes({0, 2, {}}), ContractError);
}

TEST(Png, a_full_disk_is_an_error_that_leaves_no_picture) {
    ScratchFolder const folder;

    {
        FullDisk const full(16);
        EXPECT_THROW(write_png(folder / "a.png", small_picture()), MachineError);
    }

    EXPECT_EQ(folder.entries(), 0u);
}

TEST(Png, labels_are_the_numbers_in_the_file_at_every_depth) {
    EXPECT_EQ(labels_of({3, 2, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, {0, 1, 2, 253, 254, 255}}).labels,
              (Labels{0, 1, 2, 253, 254, 255}));
    EXPECT_EQ(labels_of({2, 1, 16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, {0x01, 0x02, 0xff, 0xff}}).labels, (Labels{258, 65535}));
    EXPECT_EQ(labels_of({3, 1, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, {0b10100000}}).labels, (Labels{1, 0, 1}));
}

TEST(Png, labels_of_a_palette_are_its_indices) {
    EXPECT_EQ(labels_of({3, 1, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, {0, 15, 7}}).labels, (Labels{0, 15, 7}));
    EXPECT_EQ(labels_of({3, 1, 4, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, {0x0f, 0x70}}).labels, (Labels{0, 15, 7}));
}

TEST(Png, an_interlaced_mask_holds_the_same_labels) {
    std::vector<std::uint8_t> rows(9 * 11);
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = static_cast<std::uint8_t>(i);

    auto const plain = labels_of({11, 9, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, rows});
    auto const interlaced = labels_of({11, 9, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_ADAM7, rows});

    EXPECT_EQ(interlaced.labels, plain.labels);
    EXPECT_EQ(interlaced.nx, 11);
    EXPECT_EQ(interlaced.ny, 9);
    EXPECT_EQ(interlaced.nz, 1);
}

TEST(Png, colours_and_transparency_are_no_labels) {
    EXPECT_THROW(labels_of({1, 1, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, {1, 2, 3}}), ScenarioError);
    EXPECT_THROW(labels_of({1, 1, 8, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_INTERLACE_NONE, {1, 2}}), ScenarioError);
    EXPECT_THROW(labels_of({1, 1, 8, PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE, {1, 2, 3, 4}}), ScenarioError);
}

/// Without waiting for the disk, as `write_atomically` does, and the system where a file is overwritten.
void put_quickly(std::string const& path, std::string const& bytes) {
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
}

TEST(Png, a_mask_cut_short_anywhere_is_an_error_that_names_the_file_and_prints_nothing) {
    ScratchFolder const folder;
    auto const path = folder / "mask.png";
    auto const whole = PngSample{3, 2, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, {0, 1, 2, 3, 4, 5}}.bytes();
    testing::internal::CaptureStderr();

    for (std::size_t size = 8; size < whole.size(); ++size) {
        put_quickly(path, whole.substr(0, size));
        try {
            read_png_labels(path);
            ADD_FAILURE() << "read with " << size << " bytes";
        } catch (MachineError const& error) {
            EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
        }
    }

    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Png, a_mask_with_any_byte_changed_is_read_or_refused) {
    ScratchFolder const folder;
    auto const path = folder / "mask.png";
    auto const whole = PngSample{3, 2, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, {0, 1, 2, 3, 4, 5}}.bytes();
    int refused = 0;
    testing::internal::CaptureStderr();

    for (std::size_t at = 0; at < whole.size(); ++at)
        for (int flip : {0x01, 0x80, 0xff}) {
            auto bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ flip);
            put_quickly(path, bytes);
            try {
                EXPECT_EQ(read_png_labels(path).labels.size(), 6u);
            } catch (MachineError const&) {
                ++refused;
            } catch (ScenarioError const&) {
                ++refused;
            }
        }

    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_GT(refused, 100);
}

/// The header of a picture of this size with a right checksum, and no pixels.
std::string header_alone(std::uint32_t width, std::uint32_t height) {
    auto bytes = PngSample{1, 1, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, {0}}.bytes();
    auto const put = [&](std::size_t at, std::uint32_t value) {
        for (int i = 0; i < 4; ++i)
            bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> (24 - 8 * i));
    };
    put(16, width);
    put(20, height);
    std::uint32_t sum = 0xffffffffu;
    for (std::size_t i = 12; i < 29; ++i) {
        sum ^= static_cast<unsigned char>(bytes[i]);
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1) ^ (0xedb88320u & (0u - (sum & 1u)));
    }
    put(29, ~sum);
    return bytes;
}

TEST(Png, a_header_that_promises_more_than_the_file_can_hold_is_refused_before_memory_is_asked_for) {
    ScratchFolder const folder;
    write_atomically(folder / "large.png", header_alone(40000, 40000));
    write_atomically(folder / "too_large.png", header_alone(50000, 50000));

    EXPECT_THROW(read_png_labels(folder / "large.png"), MachineError);
    EXPECT_THROW(read_png_labels(folder / "too_large.png"), ScenarioError);
}

TEST(Png, what_is_no_png_or_no_file_is_an_error) {
    ScratchFolder const folder;
    write_atomically(folder / "text.png", "this is no picture");

    EXPECT_THROW(read_png_labels(folder / "text.png"), ScenarioError);
    EXPECT_THROW(read_png_labels(folder / "none.png"), MachineError);
    EXPECT_THROW(read_png_labels(folder.path()), MachineError);
    EXPECT_THROW(read_png_labels("/dev/zero"), MachineError);
}

} // namespace
} // namespace nk::formats
