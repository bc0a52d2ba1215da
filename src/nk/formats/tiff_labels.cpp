#include "nk/formats/label_file.hpp"
#include "nk/formats/label_image.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <string_view>
#include <tiffio.h>
#include <type_traits>

namespace nk::formats {
namespace {

using TiffReason = std::array<char, 200>;

/// Keeps the first reason; a true answer keeps libtiff from printing. Nothing may throw here: C code stands above.
int keep_tiff_reason(TIFF*, void* out, char const*, char const* format, std::va_list values) {
    auto& reason = *static_cast<TiffReason*>(out);
    if (reason[0] == '\0')
        std::vsnprintf(reason.data(), reason.size(), format, values);
    return 1;
}

int ignore_tiff_warning(TIFF*, void*, char const*, char const*, std::va_list) {
    return 1;
}

/// An open TIFF file with its own handlers of errors, so that nothing global changes.
class TiffFile {
  public:
    explicit TiffFile(std::string const& path) : path_(path), bytes_(std::filesystem::file_size(path)) {
        std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> const options(TIFFOpenOptionsAlloc(), TIFFOpenOptionsFree);
        if (!options)
            throw std::bad_alloc();
        TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_tiff_reason, &reason_);
        TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_tiff_warning, nullptr);
        TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), std::numeric_limits<std::int32_t>::max());
        // m: no memory map, since a file that another program shortens would end ours
        file_ = TIFFOpenExt(path.c_str(), "rm", options.get());
        if (!file_)
            damaged("");
    }
    ~TiffFile() {
        if (file_)
            TIFFClose(file_);
    }
    TiffFile(TiffFile const&) = delete;
    TiffFile& operator=(TiffFile const&) = delete;

    TIFF* get() const { return file_; }
    std::string const& path() const { return path_; }
    std::uint64_t bytes() const { return bytes_; }

    template <class T> T tag(std::uint32_t name, T otherwise) const {
        T value = otherwise;
        return TIFFGetFieldDefaulted(file_, name, &value) ? value : otherwise;
    }
    [[noreturn]] void damaged(std::string const& where) const {
        std::string_view reason = reason_[0] ? reason_.data() : "it is damaged or ends too early";
        if (reason.starts_with(path_ + ": ")) // it is named once already
            reason.remove_prefix(path_.size() + 2);
        throw MachineError(fmt::format("cannot read `{}`{}: {}", path_, where, reason));
    }
    [[noreturn]] void wrong(std::string const& what, std::string const& hint) const { wrong_label_file(path_, what, hint); }

  private:
    std::string path_;
    std::uint64_t bytes_;
    TiffReason reason_{};
    TIFF* file_ = nullptr;
};

/// What a page says of itself.
struct TiffPage {
    int number = 1; ///< from 1, as programs show it
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint16_t bits = 0;
    bool has_sign = false;
    std::size_t pixel_bytes() const { return bits / 8u; }
};

void check_tiff_meaning(TiffFile const& file, TiffPage const& page) {
    auto const colours = file.tag<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
    auto const meaning = file.tag<std::uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    auto const format = file.tag<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    auto const depth = file.tag<std::uint32_t>(TIFFTAG_IMAGEDEPTH, 1);
    auto const grey = "save the mask as 8-, 16- or 32-bit greyscale";
    if (meaning == PHOTOMETRIC_MINISWHITE)
        file.wrong(fmt::format("page {} counts from white, so its background is not clear", page.number),
                   "invert the mask so that 0 is black");
    if (colours != 1 || (meaning != PHOTOMETRIC_MINISBLACK && meaning != PHOTOMETRIC_PALETTE))
        file.wrong(fmt::format("page {} has colours ({} values a pixel), so its pixels are no labels", page.number, colours), grey);
    if (format == SAMPLEFORMAT_IEEEFP || format == SAMPLEFORMAT_COMPLEXIEEEFP || format == SAMPLEFORMAT_COMPLEXINT)
        file.wrong(fmt::format("page {} holds fractions, and labels are whole numbers", page.number),
                   "convert the mask to 16- or 32-bit whole numbers");
    if (page.bits != 8 && page.bits != 16 && page.bits != 32)
        file.wrong(fmt::format("page {} has {} bits a pixel; 8, 16 and 32 are read", page.number, page.bits), grey);
    if (depth != 1)
        file.wrong(fmt::format("page {} holds {} slices; one is read", page.number, depth), "save one slice a page");
}

/// The most bytes that one byte of the file can become, where the compression sets such a limit; a page that claims more is a lie
/// told to make us ask for memory.
std::uint64_t tiff_expansion(std::uint16_t compression) {
    switch (compression) {
    case COMPRESSION_NONE:
        return 1;
    case COMPRESSION_PACKBITS:
        return 128;
    case COMPRESSION_LZW:
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
        return 4096;
    default:
        return 0;
    }
}

void check_tiff_memory(TiffFile const& file, TiffPage const& page, std::uint64_t bytes) {
    auto const expansion = tiff_expansion(file.tag<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE));
    if (expansion > 0 && bytes / expansion > file.bytes())
        file.damaged(fmt::format(" (page {})", page.number));
}

TiffPage tiff_page(TiffFile const& file, int number) {
    TiffPage page;
    page.number = number;
    page.width = file.tag<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
    page.height = file.tag<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
    page.bits = file.tag<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
    page.has_sign = file.tag<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT) == SAMPLEFORMAT_INT;
    if (page.width == 0 || page.height == 0)
        file.wrong(fmt::format("page {} has no pixels", number), "");
    check_tiff_meaning(file, page);
    return page;
}

/// Copies pixels of one row; libtiff has put their bytes into the order of this machine.
template <class T>
void copy_labels(TiffFile const& file, TiffPage const& page, std::byte const* from, std::uint32_t row, std::uint32_t column,
                 std::uint32_t count, std::uint32_t* out) {
    for (std::uint32_t i = 0; i < count; ++i) {
        T value{};
        std::memcpy(&value, from + i * sizeof(T), sizeof(T));
        if constexpr (std::is_signed_v<T>)
            if (value < 0)
                file.wrong(fmt::format("page {} holds the negative number {} in row {}, column {}", page.number, static_cast<int>(value),
                                       row + 1, column + i + 1),
                           "labels count from 1; 0 is the background");
        out[i] = static_cast<std::uint32_t>(value);
    }
}

void copy_row(TiffFile const& file, TiffPage const& page, std::byte const* from, std::uint32_t row, std::uint32_t column,
              std::uint32_t count, std::uint32_t* slice) {
    auto* const out = slice + std::size_t{row} * page.width + column;
    auto const copy = [&](auto sample) { copy_labels<decltype(sample)>(file, page, from, row, column, count, out); };
    if (page.bits == 8)
        page.has_sign ? copy(std::int8_t{}) : copy(std::uint8_t{});
    else if (page.bits == 16)
        page.has_sign ? copy(std::int16_t{}) : copy(std::uint16_t{});
    else
        page.has_sign ? copy(std::int32_t{}) : copy(std::uint32_t{});
}

void read_tiff_strips(TiffFile const& file, TiffPage const& page, std::uint32_t* slice) {
    auto const rows = std::min(page.height, file.tag<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, page.height));
    if (rows == 0)
        file.damaged(fmt::format(" (page {})", page.number));
    auto const row_bytes = page.width * page.pixel_bytes();
    std::vector<std::byte> strip(rows * row_bytes);
    for (std::uint32_t row = 0, number = 0; row < page.height; row += std::min(rows, page.height - row), ++number) {
        auto const here = std::min(rows, page.height - row);
        auto const wanted = static_cast<tmsize_t>(here * row_bytes);
        if (TIFFReadEncodedStrip(file.get(), number, strip.data(), wanted) != wanted)
            file.damaged(fmt::format(" (page {}, row {})", page.number, row + 1));
        for (std::uint32_t i = 0; i < here; ++i)
            copy_row(file, page, strip.data() + i * row_bytes, row + i, 0, page.width, slice);
    }
}

void read_tiff_tiles(TiffFile const& file, TiffPage const& page, std::uint32_t* slice) {
    auto const width = file.tag<std::uint32_t>(TIFFTAG_TILEWIDTH, 0);
    auto const height = file.tag<std::uint32_t>(TIFFTAG_TILELENGTH, 0);
    auto const size = TIFFTileSize(file.get());
    auto const row_bytes = width * page.pixel_bytes();
    if (width == 0 || height == 0 || size <= 0 || static_cast<std::uint64_t>(size) != std::uint64_t{row_bytes} * height)
        file.damaged(fmt::format(" (page {})", page.number));
    check_tiff_memory(file, page, static_cast<std::uint64_t>(size));
    std::vector<std::byte> tile(static_cast<std::size_t>(size));
    for (std::uint64_t y = 0; y < page.height; y += height)
        for (std::uint64_t x = 0; x < page.width; x += width) {
            auto const column = static_cast<std::uint32_t>(x);
            auto const row = static_cast<std::uint32_t>(y);
            auto const number = TIFFComputeTile(file.get(), column, row, 0, 0);
            if (TIFFReadEncodedTile(file.get(), number, tile.data(), size) != size)
                file.damaged(fmt::format(" (page {}, row {}, column {})", page.number, row + 1, column + 1));
            for (std::uint32_t i = 0; i < std::min(height, page.height - row); ++i)
                copy_row(file, page, tile.data() + i * row_bytes, row + i, column, std::min(width, page.width - column), slice);
        }
}

/// The number behind `key=` in what ImageJ writes about its stacks, or `otherwise`.
int imagej_number(std::string_view text, std::string const& key, int otherwise) {
    auto const at = text.find("\n" + key + "=");
    if (at == std::string_view::npos)
        return otherwise;
    auto const digits = text.substr(at + key.size() + 2);
    std::from_chars(digits.data(), digits.data() + digits.size(), otherwise);
    return otherwise;
}

/// ImageJ lets the first page stand for all slices of very large stacks, and mixes channels, times and slices as pages.
void check_imagej(TiffFile const& file, std::string const& description, int pages) {
    if (!description.starts_with("ImageJ="))
        return;
    for (auto const* what : {"channels", "frames"})
        if (auto const count = imagej_number(description, what, 1); count > 1)
            file.wrong(fmt::format("the stack has {} {}; a mask has one", count, what), "save the one that holds the labels by itself");
    if (auto const images = imagej_number(description, "images", pages); images != pages)
        file.wrong(fmt::format("the file says that it has {} slices, but {} can be read", images, pages),
                   "ImageJ writes stacks over 4 GB in a form of its own; save as BigTIFF or in parts");
}

LabelImage read_tiff_pages(std::string const& path) {
    TiffFile const file(path);
    LabelImage image;
    char const* text = nullptr;
    std::string const description = TIFFGetField(file.get(), TIFFTAG_IMAGEDESCRIPTION, &text) && text ? text : "";
    for (int number = 1;; ++number) {
        if ((file.tag<std::uint32_t>(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) == 0) {
            auto const page = tiff_page(file, number);
            check_label_pixels(path, page.width, page.height, static_cast<std::uint64_t>(image.nz) + 1);
            auto const pixels = std::size_t{page.width} * page.height;
            if (image.nz > 0 && (static_cast<int>(page.width) != image.nx || static_cast<int>(page.height) != image.ny))
                file.wrong(
                    fmt::format("page {} has {} x {} pixels, the first page {} x {}", number, page.width, page.height, image.nx, image.ny),
                    "all slices of a stack have one size");
            check_tiff_memory(file, page, pixels * page.pixel_bytes());
            image.nx = static_cast<int>(page.width);
            image.ny = static_cast<int>(page.height);
            image.labels.resize(image.labels.size() + pixels);
            auto* const slice = image.labels.data() + pixels * static_cast<std::size_t>(image.nz);
            TIFFIsTiled(file.get()) ? read_tiff_tiles(file, page, slice) : read_tiff_strips(file, page, slice);
            ++image.nz;
        }
        if (TIFFLastDirectory(file.get()))
            break;
        if (!TIFFReadDirectory(file.get()))
            file.damaged(fmt::format(" (page {})", number + 1));
    }
    if (image.nz == 0)
        file.wrong("every page is marked as a smaller copy of another", "save the mask anew");
    check_imagej(file, description, image.nz);
    return image;
}

} // namespace

LabelImage read_tiff_labels(std::string const& path) {
    check_label_file(path);
    return with_enough_memory(path, [&] { return read_tiff_pages(path); });
}

} // namespace nk::formats
