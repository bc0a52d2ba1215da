#include "nk/formats/png.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/label_file.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstring>
#include <fmt/format.h>
#include <png.h>

namespace nk::formats {
namespace {

/// What libpng's callbacks need while a file is read. Plain data: libpng leaves by longjmp, which skips destructors, so none may
/// stand in the frames between.
struct PngReading {
    std::jmp_buf leave;
    char const* bytes;
    std::size_t left;
    char reason[160];
    png_structp png;
    png_infop info;
    png_uint_32 width;
    png_uint_32 height;
    int depth;
    int colours;
    int passes;
    std::size_t row_bytes;
};

[[noreturn]] void leave_png(png_structp png, char const* reason) {
    auto* const reading = static_cast<PngReading*>(png_get_error_ptr(png));
    std::strncpy(reading->reason, reason, sizeof reading->reason - 1);
    std::longjmp(reading->leave, 1);
}

void ignore_png_warning(png_structp, char const*) {}

void give_png_bytes(png_structp png, png_bytep out, std::size_t count) {
    auto* const reading = static_cast<PngReading*>(png_get_io_ptr(png));
    if (count > reading->left)
        png_error(png, "the file ends too early");
    std::memcpy(out, reading->bytes, count);
    reading->bytes += count;
    reading->left -= count;
}

/// False, with a reason, when libpng gives up.
bool read_png_header(PngReading& reading) {
    reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, leave_png, ignore_png_warning);
    if (reading.png)
        reading.info = png_create_info_struct(reading.png);
    if (!reading.png || !reading.info) {
        std::strncpy(reading.reason, "libpng cannot start", sizeof reading.reason - 1);
        return false;
    }
    if (setjmp(reading.leave) != 0)
        return false;
    png_set_read_fn(reading.png, &reading, give_png_bytes);
    png_set_user_limits(reading.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); // ours are checked before memory is asked for
    png_set_chunk_malloc_max(reading.png, 1 << 24);
    png_read_info(reading.png, reading.info);
    png_get_IHDR(reading.png, reading.info, &reading.width, &reading.height, &reading.depth, &reading.colours, nullptr, nullptr, nullptr);
    png_set_packing(reading.png); // pixels of less than a byte get one each, with their values as they are
    reading.passes = png_set_interlace_handling(reading.png);
    png_read_update_info(reading.png, reading.info);
    reading.row_bytes = png_get_rowbytes(reading.png, reading.info);
    return true;
}

/// An interlaced file fills the same rows several times.
bool read_png_rows(PngReading& reading, png_bytep out) {
    if (setjmp(reading.leave) != 0)
        return false;
    for (int pass = 0; pass < reading.passes; ++pass)
        for (png_uint_32 row = 0; row < reading.height; ++row)
            png_read_row(reading.png, out + row * reading.row_bytes, nullptr);
    png_read_end(reading.png, nullptr);
    return true;
}

/// Frees what libpng holds, however the reading ends.
class PngGuard {
  public:
    explicit PngGuard(PngReading& reading) : reading_(reading) {}
    ~PngGuard() { png_destroy_read_struct(&reading_.png, &reading_.info, nullptr); }
    PngGuard(PngGuard const&) = delete;
    PngGuard& operator=(PngGuard const&) = delete;

  private:
    PngReading& reading_;
};

void check_png_kind(PngReading const& reading, std::string const& path, std::size_t file_bytes) {
    if (reading.colours != PNG_COLOR_TYPE_GRAY && reading.colours != PNG_COLOR_TYPE_PALETTE)
        wrong_label_file(path, "the picture has colours or transparency, so its pixels are no labels",
                         "save the mask as 8- or 16-bit greyscale, without transparency");
    check_label_pixels(path, reading.width, reading.height, 1);
    // deflate makes at most 1032 bytes of one
    if (std::uint64_t{reading.row_bytes} * reading.height > 1040 * std::uint64_t{file_bytes})
        throw MachineError("cannot read `" + path + "`: the file ends too early");
}

} // namespace

std::string png_bytes(RgbImage const& image) {
    NK_EXPECT(image.width > 0 && image.height > 0);
    NK_EXPECT(image.rgb.size() == 3 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
    png_image header{};
    header.version = PNG_IMAGE_VERSION;
    header.width = static_cast<png_uint_32>(image.width);
    header.height = static_cast<png_uint_32>(image.height);
    header.format = PNG_FORMAT_RGB;
    auto const check = [&](int worked) {
        if (!worked)
            throw MachineError(fmt::format("cannot make a PNG picture: {}", header.message));
    };
    png_alloc_size_t size = 0;
    std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(header), '\0');
    size = bytes.size();
    check(png_image_write_to_memory(&header, bytes.data(), &size, 0, image.rgb.data(), 0, nullptr));
    bytes.resize(size);
    return bytes;
}

void write_png(std::string const& path, RgbImage const& image) {
    write_atomically(path, png_bytes(image));
}

LabelImage read_png_labels(std::string const& path) {
    check_label_file(path);
    return with_enough_memory(path, [&] {
        auto const bytes = read_text(path);
        if (!is_png(bytes))
            wrong_label_file(path, "this is no PNG file", "save the mask as PNG or TIFF");
        PngReading reading{};
        reading.bytes = bytes.data();
        reading.left = bytes.size();
        PngGuard const guard(reading);
        auto const check = [&](bool worked) {
            if (!worked)
                throw MachineError(fmt::format("cannot read `{}`: {}", path, reading.reason));
        };
        check(read_png_header(reading));
        check_png_kind(reading, path, bytes.size());
        std::vector<png_byte> rows(reading.row_bytes * reading.height);
        check(read_png_rows(reading, rows.data()));
        LabelImage image{static_cast<int>(reading.width), static_cast<int>(reading.height), 1, {}};
        auto const pixels = std::size_t{reading.width} * reading.height;
        image.labels.resize(pixels);
        if (reading.depth == 16)
            for (std::size_t i = 0; i < pixels; ++i) // the higher byte stands first
                image.labels[i] = static_cast<std::uint32_t>(rows[2 * i] << 8 | rows[2 * i + 1]);
        else
            std::copy(rows.begin(), rows.end(), image.labels.begin());
        return image;
    });
}

} // namespace nk::formats
