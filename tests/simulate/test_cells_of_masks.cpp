#include "simulate/tissue_places.hpp"

#include <cmath>
#include <numbers>
#include <png.h>
#include <tiffio.h>

namespace {

using namespace nk;
using test::CellFolder;

using Labels = std::vector<std::uint16_t>;

/// A PNG file of 16-bit labels.
std::string png_of(std::uint32_t width, std::uint32_t height, Labels const& labels) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = PNG_FORMAT_LINEAR_Y;
    std::string bytes(1 << 16, '\0');
    png_alloc_size_t size = bytes.size();
    if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, labels.data(), 0, nullptr))
        throw std::runtime_error(image.message);
    bytes.resize(size);
    return bytes;
}

void write_tiff(std::string const& path, std::uint32_t width, std::uint32_t height, std::vector<Labels> const& slices) {
    auto* const tiff = TIFFOpen(path.c_str(), "w");
    for (auto const& labels : slices) {
        TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, width);
        TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, height);
        TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 16);
        TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
        TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
        TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
        for (std::uint32_t row = 0; row < height; ++row)
            TIFFWriteScanline(tiff, const_cast<std::uint16_t*>(labels.data() + row * width), row, 0);
        TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
}

/// 6 x 4 pixels with a square of label 1 in the upper left corner, and label 300 in the lower right one.
Labels const two{1, 1, 0, 0, 0, 0, //
                 1, 1, 0, 0, 0, 0, //
                 0, 0, 0, 0, 0, 0, //
                 0, 0, 0, 0, 0, 300};

std::string const mask = "[place.cells]\nfile = \"mask.png\"\nkinds = \"kinds.csv\"\npixel = \"10 um\"\n";

TEST(CellsOfAMask, LieAtTheMiddleOfTheirLabelsWithTheUpperRowAbove) {
    CellFolder const folder;
    folder.write("mask.png", png_of(6, 4, two));
    folder.write("kinds.csv", "label,kind,infected\n300,epithelium,1\n1,tumour,\n9,il2,\n");

    auto const cells = folder.cells(mask + "x = \"5 um\"\nsizes = true\n");

    ASSERT_EQ(cells.size(), 2U);
    EXPECT_EQ(cells[0].kind, 1); // tumour
    EXPECT_EQ(cells[0].x, -20.0 + 5.0);
    EXPECT_EQ(cells[0].y, 10.0);
    EXPECT_EQ(cells[0].z, 0.0);
    EXPECT_NEAR(cells[0].radius, std::sqrt(400.0 / std::numbers::pi), 1e-9);
    EXPECT_EQ(cells[1].kind, 0); // epithelium
    EXPECT_EQ(cells[1].x, 25.0 + 5.0);
    EXPECT_EQ(cells[1].y, -15.0);
    EXPECT_TRUE(cells[1].infected);
}

TEST(CellsOfAMask, WithoutATableAreOfOneKind) {
    CellFolder const folder;
    folder.write("mask.png", png_of(6, 4, two));

    auto const cells = folder.cells("[place.tumour]\nfile = \"mask.png\"\npixel = \"10 um\"\n");

    ASSERT_EQ(cells.size(), 2U);
    EXPECT_EQ(cells[0].kind, 1);
    EXPECT_EQ(cells[0].radius, 0.0);
}

TEST(CellsOfAMask, OfAStackHaveAHeightAndTheRadiusOfTheirVolume) {
    CellFolder const folder;
    Labels const nothing(two.size());
    write_tiff(folder / "mask.tif", 6, 4, {two, two, nothing, nothing});

    auto const cells = folder.cells("[place.tumour]\nfile = \"mask.tif\"\npixel = \"10 um\"\nslice = \"8 um\"\nsizes = true\n");

    ASSERT_EQ(cells.size(), 2U);
    EXPECT_EQ(cells[0].z, -8.0);
    EXPECT_NEAR(cells[0].radius, std::cbrt(0.75 * 400.0 * 16.0 / std::numbers::pi), 1e-9);
}

/// What is said of a place that is wrong, which must be one problem where the scenario names the mask.
std::string said(CellFolder const& folder, std::string const& place) {
    auto const problems = folder.problems(place);
    if (problems.size() != 1)
        return std::to_string(problems.size()) + " problems";
    EXPECT_EQ(problems[0].where.file, folder / "scenario.toml") << problems[0].what;
    EXPECT_EQ(problems[0].where.line, 20) << problems[0].what;
    EXPECT_FALSE(problems[0].why.empty() && problems[0].hint.empty()) << problems[0].what;
    return problems[0].what + " | " + problems[0].why;
}

TEST(CellsOfAMask, ThatIsWrongAreAProblemOfTheLineThatNamesIt) {
    CellFolder const folder;
    auto const good = png_of(6, 4, two);
    folder.write("kinds.csv", "label,kind\n1,tumour\n300,tumour\n");
    auto const with = [&](std::string const& bytes) {
        folder.write("mask.png", bytes);
        return said(folder, mask);
    };
    auto large = good; // an image of 60000 x 60000 pixels, in words
    for (auto const at : {16U, 20U})
        large.replace(at, 4, std::string("\0\0\xEA\x60", 4));

    EXPECT_EQ(with(good), "0 problems");
    EXPECT_NE(with(good.substr(0, good.size() / 2)).find("cannot be read from"), std::string::npos);
    EXPECT_NE(with(good.substr(0, 20)).find("cannot be read from"), std::string::npos);
    EXPECT_NE(with("no picture at all").find("neither a PNG nor a TIFF"), std::string::npos);
    EXPECT_NE(with("").find("neither a PNG nor a TIFF"), std::string::npos);
    EXPECT_NE(with(large).find("mask.png"), std::string::npos);
    EXPECT_NE(with(png_of(6, 4, Labels(two.size()))).find("has no labels"), std::string::npos);
    folder.write("mask.png", good);
    EXPECT_NE(said(folder, "[place.tumour]\nfile = \"mask.png\"\n").find("size of its pixels"), std::string::npos);
    write_tiff(folder / "mask.tif", 6, 4, {two, two});
    EXPECT_NE(said(folder, "[place.tumour]\nfile = \"mask.tif\"\npixel = \"1 um\"\n").find("2 slices"), std::string::npos);
    auto const tiff = formats::read_text(folder / "mask.tif");
    folder.write("mask.tif", tiff.substr(0, tiff.size() - 40));
    EXPECT_NE(said(folder, "[place.tumour]\nfile = \"mask.tif\"\npixel = \"1 um\"\nslice = \"1 um\"\n").find("cannot be read from"),
              std::string::npos);
    EXPECT_NE(said(folder, "[place.tumour]\nfile = \"mask.png\"\npixel = \"45 um\"\n").find("outside the box"), std::string::npos);
}

TEST(CellsOfAMask, WithAWrongTableOfKindsAreToldWithItsLine) {
    CellFolder const folder;
    folder.write("mask.png", png_of(6, 4, two));
    auto const problem = [&](std::string const& kinds) {
        folder.write("kinds.csv", kinds);
        auto const problems = folder.problems(mask);
        return problems.size() == 1 ? problems[0] : Problem{{}, "", std::to_string(problems.size()) + " problems", "", ""};
    };

    auto const without = problem("label,kind\n1,tumour\n");
    auto const doubled = problem("label,kind\n1,tumour\n300,tumour\n1,il2\n");
    auto const fraction = problem("label,kind\n1,tumour\n300,tumour\n2.5,il2\n");
    auto const unknown = problem("label,kind\n1,tumour\n300,tumor\n");
    auto const columns = problem("kind\ntumour\n");

    EXPECT_NE(without.what.find("label 300"), std::string::npos) << without.what;
    EXPECT_EQ(without.where.line, 20);
    EXPECT_EQ(doubled.where.line, 4) << doubled.what;
    EXPECT_EQ(fraction.where.line, 4) << fraction.what;
    EXPECT_EQ(unknown.where.line, 3) << unknown.what;
    EXPECT_EQ(unknown.where.column, 5);
    EXPECT_EQ(unknown.where.file, folder / "kinds.csv");
    EXPECT_NE(columns.what.find("no column `label`"), std::string::npos) << columns.what;
    folder.write("kinds.csv", "label,kind\n1,tumour\n300,tumour\n");
    std::filesystem::remove(folder / "kinds.csv");
    EXPECT_NE(said(folder, mask).find("kinds of its labels cannot be read"), std::string::npos);
}

} // namespace
