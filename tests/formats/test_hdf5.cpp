#include "nk/formats/hdf5.hpp"

#include "formats/full_disk.hpp"
#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"

#include <chrono>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <thread>

namespace nk::formats {
namespace {

Table cells() {
    Table table{"cells", {}};
    table.add("x", "um", {1.0, -0.0, std::numeric_limits<double>::infinity()});
    table.add("a/b", "1", {0.1, 0.2, 0.3});
    table.add("kind", std::vector<std::string>{"NK cell", "", "\xce\xb2\xe2\x82\x82m"});
    return table;
}

TEST(Hdf5, EqualContentGivesEqualBytes) {
    ScratchFolder const folder;
    for (auto const* name : {"a.h5", "b.h5"}) {
        auto file = Hdf5File::create(folder / name);
        file.write_table("tables", cells());
        file.close();
        std::this_thread::sleep_for(std::chrono::milliseconds(1100)); // times in HDF5 count seconds
    }

    EXPECT_TRUE(read_text(folder / "a.h5") == read_text(folder / "b.h5"));
}

TEST(Hdf5, ATableComesBackWithOrderUnitsAndTexts) {
    ScratchFolder const folder;
    auto file = Hdf5File::create(folder / "t.h5");
    file.write_table("tables/deep", cells());
    file.close();

    auto const back = Hdf5File::open(folder / "t.h5").read_table("tables/deep/cells");

    ASSERT_EQ(back.columns.size(), 3u);
    EXPECT_EQ(back.name, "cells");
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(back.columns[i].name, cells().columns[i].name);
        EXPECT_EQ(back.columns[i].unit, cells().columns[i].unit);
        EXPECT_EQ(back.columns[i].values, cells().columns[i].values);
    }
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(Hdf5, AnEmptyTableComesBackEmpty) {
    ScratchFolder const folder;
    Table table{"none", {}};
    table.add("x", "um", {});
    table.add("kind", std::vector<std::string>{});
    auto file = Hdf5File::create(folder / "t.h5");
    file.write_table("", table);
    file.close();

    auto const back = Hdf5File::open(folder / "t.h5").read_table("none");

    EXPECT_EQ(back.columns.size(), 2u);
    EXPECT_EQ(back.rows(), 0u);
}

TEST(Hdf5, LargeArraysAreDeflatedAndKeepShapeAndAttributes) {
    ScratchFolder const folder;
    std::vector<float> values(400 * 500);
    std::iota(values.begin(), values.end(), 0.0f);
    std::vector<std::int32_t> const whole{-1, 0, 2147483647};
    auto file = Hdf5File::create(folder / "a.h5");
    file.write_array<float>("field/il2", values, {400, 500}, "nM");
    file.write_array<std::int32_t>("ids", whole, {3});
    file.set_attribute("field/il2", "spacing", 5.0);
    file.set_attribute("", "program", "NKsim");
    file.set_attribute("", "program", "NKsim again");
    file.close();

    auto const back = Hdf5File::open(folder / "a.h5");

    EXPECT_EQ(back.read_array<float>("field/il2").shape, (Shape{400, 500}));
    EXPECT_EQ(back.read_array<float>("field/il2").values, values);
    EXPECT_EQ(back.read_array<std::int64_t>("ids").values, (std::vector<std::int64_t>{-1, 0, 2147483647}));
    EXPECT_EQ(back.text_attribute("field/il2", "unit"), "nM");
    EXPECT_EQ(back.number_attribute("field/il2", "spacing"), 5.0);
    EXPECT_EQ(back.text_attribute("", "program"), "NKsim again");
    EXPECT_EQ(back.text_attribute("", "none"), std::nullopt);
    EXPECT_EQ(back.children(""), (std::vector<std::string>{"field", "ids"}));
    EXPECT_TRUE(back.contains("field/il2"));
    EXPECT_FALSE(back.contains("field/il3"));
    EXPECT_FALSE(back.contains("none/il2"));
    EXPECT_LT(std::filesystem::file_size(folder / "a.h5"), values.size() * sizeof(float) / 2);
}

TEST(Hdf5, ALinkReadsTheOtherFile) {
    ScratchFolder const folder;
    std::filesystem::create_directory(folder / "frames");
    auto frame = Hdf5File::create(folder / "frames/0000.h5");
    frame.write_table("", cells());
    frame.close();
    auto run = Hdf5File::create(folder / "run.h5");
    run.link_external("frames/0000", "frames/0000.h5", "/");
    run.close();

    auto const back = Hdf5File::open(folder / "run.h5").read_table("frames/0000/cells");

    EXPECT_EQ(back.rows(), 3u);
}

TEST(Hdf5, AFileThatIsNotClosedLeavesNothing) {
    ScratchFolder const folder;

    {
        auto file = Hdf5File::create(folder / "t.h5");
        file.write_table("", cells());
    }

    EXPECT_EQ(folder.entries(), 0u);
}

TEST(Hdf5, AFullDiskIsAnErrorThatLeavesNothing) {
    ScratchFolder const folder;
    std::vector<double> noise(100000);
    for (std::size_t i = 0; i < noise.size(); ++i)
        noise[i] = std::sin(static_cast<double>(i * i));

    {
        FullDisk const full(16384);
        EXPECT_THROW(
            {
                auto file = Hdf5File::create(folder / "t.h5");
                file.write_array<double>("x", noise, {noise.size()});
                file.close();
            },
            MachineError);
    }

    EXPECT_EQ(folder.entries(), 0u);
}

TEST(Hdf5, ErrorsNameTheFileAndTheReasonAndPrintNothing) {
    ScratchFolder const folder;
    auto file = Hdf5File::create(folder / "t.h5");
    file.close();
    std::ofstream(folder / "text.h5") << "this is no HDF5 file";
    testing::internal::CaptureStderr();

    std::string missing, foreign, absent;
    try {
        Hdf5File::open(folder / "none.h5");
    } catch (MachineError const& error) {
        missing = error.what();
    }
    try {
        Hdf5File::open(folder / "text.h5");
    } catch (MachineError const& error) {
        foreign = error.what();
    }
    try {
        Hdf5File::open(folder / "t.h5").read_array<double>("group/x");
    } catch (MachineError const& error) {
        absent = error.what();
    }

    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_NE(missing.find("No such file"), std::string::npos);
    EXPECT_NE(foreign.find("text.h5"), std::string::npos);
    EXPECT_NE(absent.find("t.h5:/group/x"), std::string::npos);
    EXPECT_THROW(Hdf5File::create(folder / "none/t.h5"), MachineError);
}

} // namespace
} // namespace nk::formats
