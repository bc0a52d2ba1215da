#pragma once
#include <string>
#include <string_view>

namespace nk::formats {

/// Writes a file as a whole or not at all: a temporary name in the same folder, fsync, then rename.
///
/// errors: MachineError with the path and the system's reason (full disk, unwritable folder, the path is a folder);
///         nothing new then stands under `path`, and a file that was there before is untouched
void write_atomically(std::string const& path, std::string_view bytes);

/// The bytes of a file.  errors: MachineError with the path and the system's reason
std::string read_text(std::string const& path);

/// Nothing when the file can be opened for reading.  errors: MachineError with the path and the system's reason
void check_readable(std::string const& path);

/// Makes a folder and those above it; one that exists is fine.  errors: MachineError (also when a file has that name)
void make_directory(std::string const& path);

/// Makes a folder that nobody has, and those above it; of two programs that try at the same time one succeeds.
/// returns  false when something of that name exists already
/// errors   MachineError
bool make_new_directory(std::string const& path);

/// Reserves a name in the folder of `final_path`, for a writer that needs a path rather than bytes. The file is
/// removed when it goes out of scope, unless `keep` moved it to its final name.
class TemporaryFile {
  public:
    /// errors: MachineError when the folder is missing or unwritable, or `final_path` is a folder
    explicit TemporaryFile(std::string final_path);
    ~TemporaryFile();
    TemporaryFile(TemporaryFile&& other) noexcept;
    TemporaryFile& operator=(TemporaryFile&& other) noexcept;
    TemporaryFile(TemporaryFile const&) = delete;
    TemporaryFile& operator=(TemporaryFile const&) = delete;

    std::string const& path() const { return path_; }
    std::string const& final_path() const { return final_path_; }
    /// Flushes the file to the disk and renames it to its final name.  errors: MachineError
    void keep();

  private:
    void remove() noexcept;
    std::string final_path_;
    std::string path_; ///< empty once kept or moved from
};

} // namespace nk::formats
