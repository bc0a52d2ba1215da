#include "nk/formats/checkpoint.hpp"

#include "nk/base/error.hpp"
#include "scratch_folder.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace {

using namespace nk::formats;

Checkpoint sample() {
    Checkpoint out{3, 12.5, {}, "abc", "0.1.0"};
    for (int i = 0; i < 100000; ++i)
        out.state.push_back(static_cast<std::uint8_t>(i * 7 + i / 256));
    return out;
}

TEST(Checkpoint, is_read_as_it_was_written) {
    ScratchFolder const scratch;
    auto const directory = RunDirectory::create(scratch / "run");
    write_checkpoint(directory, sample());

    auto const read = read_checkpoint(directory, 3);

    EXPECT_EQ(read.state, sample().state);
    EXPECT_EQ(read.time, 12.5);
    EXPECT_EQ(read.parameter_hash, "abc");
    EXPECT_EQ(checkpoint_indices(directory), std::vector<int>{3});
}

TEST(Checkpoint, that_is_cut_or_changed_is_refused) {
    ScratchFolder const scratch;
    auto const directory = RunDirectory::create(scratch / "run");
    write_checkpoint(directory, sample());
    auto const file = scratch / "run/checkpoints/0003.h5";
    auto const size = std::filesystem::file_size(file);

    { // one byte in the middle of the data
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(size / 2));
        stream.put('!');
    }
    EXPECT_THROW(read_checkpoint(directory, 3), nk::MachineError);
    for (auto const share : {2, 3, 100}) {
        write_checkpoint(directory, sample());
        std::filesystem::resize_file(file, size - size / static_cast<std::uintmax_t>(share));
        EXPECT_THROW(read_checkpoint(directory, 3), nk::MachineError) << share;
    }
    EXPECT_THROW(read_checkpoint(directory, 4), nk::MachineError);
}

} // namespace
