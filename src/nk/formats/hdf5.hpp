#pragma once
#include "nk/base/table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nk::formats {

/// The shape of an array, slowest index first: {n} or {rows, columns}.
using Shape = std::vector<std::size_t>;

/// An array read back from a file, row by row.
template <class T> struct Array {
    Shape shape;
    std::vector<T> values;
};

/// An HDF5 file. A new one grows in memory and reaches the disk in one piece by `close`, so that a file with the final name
/// is always whole; without `close` (an exception, a kill) nothing stands there. HDF5 itself never writes to the disk: after
/// a failed write (full disk) it keeps a broken file open and crashes when the program ends.
/// Readable by h5py, MATLAB and R.
///
/// Paths inside the file are written "group/name"; missing groups are made. Arrays above 16 KiB are chunked and deflated.
/// All members throw MachineError with the file's path, the path inside, and HDF5's own reason.
class Hdf5File {
  public:
    static Hdf5File create(std::string const& path);
    static Hdf5File open(std::string const& path);
    ~Hdf5File();
    Hdf5File(Hdf5File&& other) noexcept;
    Hdf5File& operator=(Hdf5File&&) = delete;

    /// Ends the writing: writes the file to the disk, whole or not at all. Nothing for a file that is read.
    void close();

    /// T: double, float, std::int32_t, std::int64_t, std::uint8_t. `unit` becomes the attribute `unit`, unless it is empty.
    /// expects: as many values as the shape holds
    template <class T>
    void write_array(std::string const& name, std::span<T const> values, Shape const& shape, std::string const& unit = "");
    /// Values of another number type in the file are converted.
    template <class T> Array<T> read_array(std::string const& name) const;

    void write_texts(std::string const& name, std::vector<std::string> const& texts);
    std::vector<std::string> read_texts(std::string const& name) const;

    bool holds_texts(std::string const& name) const;

    /// A group with one dataset for each column, the attribute `unit` on number columns, and the names in their order in
    /// the dataset `column_order`. The table stands at `group/<table name>`.
    /// expects: a table with a name without slashes; columns of different names, none called `column_order`
    void write_table(std::string const& group, Table const& table);
    /// `name` is the path of the table's group; the last part becomes the table's name.
    Table read_table(std::string const& name) const;

    /// Attributes of a dataset or group; "" is the file itself.
    void set_attribute(std::string const& name, std::string const& attribute, std::string const& text);
    void set_attribute(std::string const& name, std::string const& attribute, double value);
    /// A list of texts.
    void set_attribute(std::string const& name, std::string const& attribute, std::vector<std::string> const& texts);
    /// A truth value as h5py knows it: an enumeration of FALSE and TRUE. A name of its own, since a bare literal would turn into bool.
    void set_flag(std::string const& name, std::string const& attribute, bool value);
    std::optional<std::string> text_attribute(std::string const& name, std::string const& attribute) const;
    std::optional<std::vector<std::string>> texts_attribute(std::string const& name, std::string const& attribute) const;
    std::optional<double> number_attribute(std::string const& name, std::string const& attribute) const;

    /// An empty group; missing groups above it are made.
    void make_group(std::string const& name);

    /// A link to an object of another file, whose path is relative to this file.
    void link_external(std::string const& name, std::string const& other_file, std::string const& object);

    bool contains(std::string const& name) const;
    /// The names directly below a group ("" = the root), sorted.
    std::vector<std::string> children(std::string const& group) const;

  private:
    enum class Access { read, write };
    Hdf5File(std::string path, std::int64_t handle, Access access);
    std::string path_;
    std::int64_t handle_ = -1;
    Access access_ = Access::read;
};

} // namespace nk::formats
