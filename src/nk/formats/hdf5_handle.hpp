#pragma once
#include "nk/base/error.hpp"

#include <hdf5.h>
#include <string>
#include <utility>

namespace nk::formats {

/// Keeps HDF5 from printing its error stack while it lives; the former setting comes back afterwards.
class QuietHdf5 {
  public:
    QuietHdf5() {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~QuietHdf5() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    QuietHdf5(QuietHdf5 const&) = delete;
    QuietHdf5& operator=(QuietHdf5 const&) = delete;

  private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

/// The deepest message on HDF5's error stack: the one that names the cause.
std::string hdf5_reason();

/// Throws MachineError "cannot DOING `WHERE`: reason".
[[noreturn]] void hdf5_failed(std::string const& doing, std::string const& where);

/// An HDF5 identifier with the function that releases it.
class Handle {
  public:
    Handle(hid_t id, herr_t (*release)(hid_t), std::string const& doing, std::string const& where) : id_(id), release_(release) {
        if (id_ < 0)
            hdf5_failed(doing, where);
    }
    ~Handle() {
        if (id_ >= 0)
            release_(id_);
    }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), release_(other.release_) {}
    Handle& operator=(Handle&&) = delete;
    operator hid_t() const { return id_; } // NOLINT: every HDF5 call takes the plain identifier

  private:
    hid_t id_;
    herr_t (*release_)(hid_t);
};

} // namespace nk::formats
