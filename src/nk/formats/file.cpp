#include "nk/formats/file.hpp"

#include "nk/base/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace nk::formats {
namespace {

[[noreturn]] void fail(std::string const& doing, std::string const& path, int code) {
    throw MachineError(doing + " `" + path + "`: " + std::strerror(code));
}

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    int get() const { return number_; }
    /// Closing can report a late write error (network disks, quotas), so writers close by hand.
    int close() { return ::close(std::exchange(number_, -1)); }

  private:
    int number_;
};

std::string folder_of(std::string const& path) {
    auto const folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

void write_all(int descriptor, std::string_view bytes, std::string const& final_path) {
    while (!bytes.empty()) {
        auto const written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail("cannot write", final_path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// A rename is on the disk only once its folder is; some file systems refuse to sync a folder, which is harmless.
void sync_folder(std::string const& folder) {
    Descriptor const descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.get() >= 0)
        static_cast<void>(::fsync(descriptor.get()));
}

/// Devices, pipes and the like cannot be replaced by a rename: they are written straight.
bool is_special(std::string const& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode);
}

void write_straight(std::string const& path, std::string_view bytes) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0)
        fail("cannot write", path, errno);
    write_all(file.get(), bytes, path);
    if (file.close() != 0)
        fail("cannot write", path, errno);
}

} // namespace

void write_atomically(std::string const& path, std::string_view bytes) {
    if (is_special(path))
        return write_straight(path, bytes);
    TemporaryFile temporary(path);
    Descriptor file(::open(temporary.path().c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (file.get() < 0)
        fail("cannot write", path, errno);
    write_all(file.get(), bytes, path);
    if (file.close() != 0)
        fail("cannot write", path, errno);
    temporary.keep();
}

std::string read_text(std::string const& path) {
    Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0)
        fail("cannot read", path, errno);
    std::string text;
    std::array<char, 65536> block{};
    for (;;) {
        auto const got = ::read(file.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail("cannot read", path, errno);
        if (got == 0)
            return text;
        text.append(block.data(), static_cast<std::size_t>(got));
    }
}

void check_readable(std::string const& path) {
    Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0)
        fail("cannot read", path, errno);
    struct stat found {};
    if (::fstat(file.get(), &found) == 0 && S_ISDIR(found.st_mode))
        fail("cannot read", path, EISDIR);
}

void make_directory(std::string const& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error && !std::filesystem::is_directory(path, error) && !error)
        error = std::make_error_code(std::errc::not_a_directory);
    if (error)
        fail("cannot make the folder", path, error.value());
}

bool make_new_directory(std::string const& path) {
    make_directory(folder_of(path));
    if (::mkdir(path.c_str(), 0777) == 0)
        return true;
    if (errno != EEXIST)
        fail("cannot make the folder", path, errno);
    return false;
}

TemporaryFile::TemporaryFile(std::string final_path) : final_path_(std::move(final_path)) {
    std::error_code ignored;
    if (std::filesystem::is_directory(final_path_, ignored))
        fail("cannot write", final_path_, EISDIR);
    auto const name = std::filesystem::path(final_path_).filename().string();
    if (name.empty())
        fail("cannot write", final_path_, EINVAL);
    for (auto attempt = 0;; ++attempt) {
        auto candidate = fmt::format("{}/.{}.{}-{}.part", folder_of(final_path_), name, ::getpid(), attempt);
        Descriptor const file(::open(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (file.get() >= 0) {
            path_ = std::move(candidate);
            return;
        }
        if (errno != EEXIST)
            fail("cannot write", final_path_, errno);
    }
}

TemporaryFile::~TemporaryFile() {
    remove();
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : final_path_(std::move(other.final_path_)), path_(std::exchange(other.path_, std::string{})) {}

TemporaryFile& TemporaryFile::operator=(TemporaryFile&& other) noexcept {
    if (this != &other) {
        remove();
        final_path_ = std::move(other.final_path_);
        path_ = std::exchange(other.path_, std::string{});
    }
    return *this;
}

void TemporaryFile::keep() {
    NK_EXPECT(!path_.empty());
    Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 || ::fsync(file.get()) != 0 || file.close() != 0 || ::rename(path_.c_str(), final_path_.c_str()) != 0)
        fail("cannot write", final_path_, errno);
    path_.clear();
    sync_folder(folder_of(final_path_));
}

void TemporaryFile::remove() noexcept {
    if (!path_.empty())
        ::unlink(path_.c_str());
    path_.clear();
}

} // namespace nk::formats
