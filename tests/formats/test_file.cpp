#include "nk/formats/file.hpp"

#include "formats/full_disk.hpp"
#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"

#include <gtest/gtest.h>

namespace nk::formats {
namespace {

std::string message_of(auto action) {
    try {
        action();
    } catch (MachineError const& error) {
        return error.what();
    }
    return "no MachineError";
}

TEST(File, WhatIsWrittenIsReadBackByteForByte) {
    ScratchFolder const folder;
    auto const bytes = std::string("a\0b\r\n\xff", 6);

    write_atomically(folder / "f.bin", bytes);

    EXPECT_EQ(read_text(folder / "f.bin"), bytes);
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(File, WritingReplacesAnEarlierFileAsAWhole) {
    ScratchFolder const folder;
    write_atomically(folder / "f.txt", "a long text that was here before");

    write_atomically(folder / "f.txt", "new");

    EXPECT_EQ(read_text(folder / "f.txt"), "new");
}

TEST(File, AFullDiskLeavesTheEarlierFileAndNothingElse) {
    ScratchFolder const folder;
    write_atomically(folder / "f.txt", "before");
    std::string message;

    {
        FullDisk const full(4096);
        message = message_of([&] { write_atomically(folder / "f.txt", std::string(100000, 'x')); });
    }

    EXPECT_NE(message.find("f.txt"), std::string::npos);
    EXPECT_NE(message.find("File too large"), std::string::npos);
    EXPECT_EQ(read_text(folder / "f.txt"), "before");
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(File, ADeviceWithoutRoomIsAClearError) {
    auto const message = message_of([] { write_atomically("/dev/full", "x"); });

    EXPECT_NE(message.find("/dev/full"), std::string::npos);
    EXPECT_NE(message.find("No space left"), std::string::npos);
}

TEST(File, AFolderThatIsMissingOrAFileOrUnwritableIsAClearError) {
    ScratchFolder const folder;
    write_atomically(folder / "file", "x");

    EXPECT_NE(message_of([&] { write_atomically(folder / "none/f", "x"); }).find("No such file"), std::string::npos);
    EXPECT_NE(message_of([&] { write_atomically(folder / "file/f", "x"); }).find("Not a directory"), std::string::npos);
    EXPECT_NE(message_of([&] { write_atomically(folder.path(), "x"); }).find("Is a directory"), std::string::npos);
    EXPECT_NE(message_of([&] { write_atomically("/proc/nk-test", "x"); }).find("/proc/nk-test"), std::string::npos);
    EXPECT_NE(message_of([&] { make_directory(folder / "file/sub"); }).find("Not a directory"), std::string::npos);
    EXPECT_NE(message_of([&] { make_directory(folder / "file"); }).find("file"), std::string::npos);
    EXPECT_NE(message_of([&] { read_text(folder / "none"); }).find("No such file"), std::string::npos);
    EXPECT_NE(message_of([&] { read_text(folder.path()); }).find("Is a directory"), std::string::npos);
}

TEST(File, ATemporaryFileThatIsNotKeptVanishes) {
    ScratchFolder const folder;

    {
        TemporaryFile const dropped(folder / "f");
        EXPECT_EQ(folder.entries(), 1u);
    }
    TemporaryFile kept(folder / "g");
    auto moved = std::move(kept);
    moved.keep();

    EXPECT_FALSE(std::filesystem::exists(folder / "f"));
    EXPECT_TRUE(std::filesystem::exists(folder / "g"));
    EXPECT_EQ(folder.entries(), 1u);
}

} // namespace
} // namespace nk::formats
