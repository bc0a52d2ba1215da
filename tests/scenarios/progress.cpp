#include "scenarios/program.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nk::test {
namespace {

constexpr unsigned short narrow = 40;

/// What a run of a second or two writes to a terminal of 40 columns.
std::string shown_on_terminal(Workplace const& place, char const* kind) {
    auto const terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
    winsize const size{24, narrow, 0, 0};
    if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0 || ::ioctl(terminal, TIOCSWINSZ, &size) != 0)
        return "";
    std::string const other_end = ::ptsname(terminal);
    auto const file = place.long_assay();
    auto const child = ::fork();
    if (child == 0) {
        ::setenv("TERM", kind, 1);
        auto const err = ::open(other_end.c_str(), O_WRONLY | O_NOCTTY), out = ::open("/dev/null", O_WRONLY);
        if (err < 0 || out < 0 || ::chdir(place.path().c_str()) != 0 || ::dup2(err, STDERR_FILENO) < 0 || ::dup2(out, STDOUT_FILENO) < 0)
            ::_exit(127);
        ::close(err);
        ::execl(NK_PROGRAM, "nk", "run", file.c_str(), "--until", "2 h", "-o", kind, nullptr);
        ::_exit(127);
    }
    std::string text;
    std::array<char, 4096> block{};
    for (auto got = ::read(terminal, block.data(), block.size()); got > 0; got = ::read(terminal, block.data(), block.size()))
        text.append(block.data(), static_cast<std::size_t>(got)); // ends with an error when the program has closed its end
    ::waitpid(child, nullptr, 0);
    ::close(terminal);
    return text;
}

TEST(Progress, fits_into_a_narrow_terminal) {
    Workplace const place;

    auto const text = shown_on_terminal(place, "xterm");

    auto bars = 0;
    for (std::size_t from = 0; from < text.size();) {
        auto const end = std::min(text.find('\r', from), text.size());
        auto const line = text.substr(from, end - from);
        from = end + 1;
        auto const erase = line.find("\x1b[K");
        if (line.find(" %") == std::string::npos || erase == std::string::npos)
            continue;
        ++bars;
        EXPECT_LT(std::count_if(line.begin(), line.begin() + static_cast<long>(erase), [](char c) { return (c & 0xC0) != 0x80; }), narrow)
            << line;
    }
    if (text.empty())
        GTEST_SKIP() << "this system gives no terminal";
    EXPECT_GT(bars, 0);
}

TEST(Progress, on_a_dumb_terminal_is_plain_lines) {
    Workplace const place;

    auto const text = shown_on_terminal(place, "dumb");

    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; })) << text;
    EXPECT_TRUE(text.empty() || text.find("100 %") != std::string::npos) << text;
}

} // namespace
} // namespace nk::test
