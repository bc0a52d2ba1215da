#include "nk/formats/hdf5.hpp"

#include "nk/formats/file.hpp"
#include "nk/formats/hdf5_handle.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <sys/types.h>

namespace nk::formats {
namespace {

constexpr std::size_t plain_bytes = 16384; ///< below this an array is stored as it is
constexpr std::size_t chunk_values = 65536;

template <class T> hid_t memory_type();
template <> hid_t memory_type<double>() {
    return H5T_NATIVE_DOUBLE;
}
template <> hid_t memory_type<float>() {
    return H5T_NATIVE_FLOAT;
}
template <> hid_t memory_type<std::int32_t>() {
    return H5T_NATIVE_INT32;
}
template <> hid_t memory_type<std::int64_t>() {
    return H5T_NATIVE_INT64;
}
template <> hid_t memory_type<std::uint8_t>() {
    return H5T_NATIVE_UINT8;
}

Handle text_type(std::string const& where) {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "write", where);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

Handle dataspace(Shape const& shape, std::string const& where) {
    std::vector<hsize_t> const extent(shape.begin(), shape.end());
    return {H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose, "write", where};
}

Handle link_properties(std::string const& where) {
    Handle properties(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "write", where);
    H5Pset_create_intermediate_group(properties, 1);
    H5Pset_char_encoding(properties, H5T_CSET_UTF8);
    return properties;
}

Handle storage(Shape const& shape, std::size_t value_bytes, std::string const& where) {
    Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "write", where);
    H5Pset_obj_track_times(properties, 0); // equal runs give equal bytes
    auto const count = std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>{});
    if (count * value_bytes <= plain_bytes)
        return properties;
    std::vector<hsize_t> chunk(shape.begin(), shape.end());
    auto const row = count / shape.front();
    chunk.front() = std::clamp<hsize_t>(chunk_values / std::max<std::size_t>(row, 1), 1, shape.front());
    H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_shuffle(properties);
    H5Pset_deflate(properties, 4);
    return properties;
}

Handle open_object(hid_t file, std::string const& name, std::string const& where) {
    return {H5Oopen(file, name.empty() ? "/" : name.c_str(), H5P_DEFAULT), H5Oclose, "open", where};
}

Handle open_dataset(hid_t file, std::string const& name, std::string const& where) {
    return {H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "read", where};
}

Shape shape_of(hid_t dataset, std::string const& where) {
    Handle const space(H5Dget_space(dataset), H5Sclose, "read", where);
    std::vector<hsize_t> extent(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
    H5Sget_simple_extent_dims(space, extent.data(), nullptr);
    return {extent.begin(), extent.end()};
}

/// The texts behind pointers that HDF5 filled, whose memory goes back to it.
std::vector<std::string> taken(std::vector<char*>& pointers, hid_t type, hid_t space) {
    std::vector<std::string> texts(pointers.size());
    std::transform(pointers.begin(), pointers.end(), texts.begin(), [](char const* p) { return std::string(p ? p : ""); });
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
    return texts;
}

std::vector<char const*> pointers_to(std::vector<std::string> const& texts) {
    std::vector<char const*> pointers(texts.size());
    std::transform(texts.begin(), texts.end(), pointers.begin(), [](std::string const& text) { return text.c_str(); });
    return pointers;
}

/// A text stored by us is of variable length; other programs also write fixed-length ones.
std::vector<std::string> texts_of(hid_t dataset, std::string const& where) {
    Handle const stored(H5Dget_type(dataset), H5Tclose, "read", where);
    Handle const space(H5Dget_space(dataset), H5Sclose, "read", where);
    auto const count = static_cast<std::size_t>(std::max<hssize_t>(0, H5Sget_simple_extent_npoints(space)));
    std::vector<std::string> texts(count);
    if (H5Tget_class(stored) != H5T_STRING)
        throw MachineError("cannot read `" + where + "`: it does not hold texts");
    if (count == 0)
        return texts;
    if (H5Tis_variable_str(stored) > 0) {
        std::vector<char*> pointers(count, nullptr);
        if (H5Dread(dataset, stored, H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<void*>(pointers.data())) < 0)
            hdf5_failed("read", where);
        return taken(pointers, stored, space);
    }
    auto const width = H5Tget_size(stored);
    std::string block(count * width, '\0');
    if (H5Dread(dataset, stored, H5S_ALL, H5S_ALL, H5P_DEFAULT, block.data()) < 0)
        hdf5_failed("read", where);
    for (std::size_t i = 0; i < count; ++i)
        texts[i] = std::string(block.data() + i * width, width).c_str();
    return texts;
}

void write_attribute(hid_t object, std::string const& name, hid_t type, hid_t space, void const* value, std::string const& where) {
    if (H5Aexists(object, name.c_str()) > 0)
        H5Adelete(object, name.c_str());
    Handle const attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "write", where);
    if (H5Awrite(attribute, type, value) < 0)
        hdf5_failed("write", where);
}

void write_attribute(hid_t object, std::string const& name, hid_t type, void const* value, std::string const& where) {
    Handle const space(H5Screate(H5S_SCALAR), H5Sclose, "write", where);
    write_attribute(object, name, type, space, value, where);
}

void write_text_attribute(hid_t object, std::string const& name, std::string const& text, std::string const& where) {
    auto const type = text_type(where);
    auto const* const pointer = text.c_str();
    write_attribute(object, name, type, static_cast<void const*>(&pointer), where);
}

std::string inside(std::string const& file, std::string const& name) {
    return file + ":/" + name;
}

} // namespace

std::string hdf5_reason() {
    std::string reason;
    auto const visit = [](unsigned, H5E_error2_t const* error, void* out) -> herr_t {
        if (error->desc && *error->desc)
            *static_cast<std::string*>(out) = error->desc;
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, visit, &reason);
    return reason.empty() ? "the HDF5 library gives no reason" : reason;
}

void hdf5_failed(std::string const& doing, std::string const& where) {
    throw MachineError("cannot " + doing + " `" + where + "`: " + hdf5_reason());
}

Hdf5File::Hdf5File(std::string path, std::int64_t handle, Access access) : path_(std::move(path)), handle_(handle), access_(access) {}

Hdf5File::Hdf5File(Hdf5File&& other) noexcept
    : path_(std::move(other.path_)), handle_(std::exchange(other.handle_, -1)), access_(other.access_) {}

Hdf5File::~Hdf5File() {
    QuietHdf5 const quiet;
    if (handle_ >= 0)
        H5Fclose(handle_);
}

Hdf5File Hdf5File::create(std::string const& path) {
    TemporaryFile const probe(path); // a folder that is missing or unwritable is told now, not after the work
    QuietHdf5 const quiet;
    Handle const in_memory(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "write", path);
    constexpr std::size_t growth = 1 << 20;
    H5Pset_fapl_core(in_memory, growth, 0);
    auto const file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, in_memory);
    if (file < 0)
        hdf5_failed("write", path);
    return {path, file, Access::write};
}

Hdf5File Hdf5File::open(std::string const& path) {
    check_readable(path); // the system's reason (no such file, no permission) says more than HDF5's
    QuietHdf5 const quiet;
    auto const file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        hdf5_failed("read", path);
    return {path, file, Access::read};
}

void Hdf5File::close() {
    QuietHdf5 const quiet;
    if (handle_ < 0)
        return;
    std::string image;
    if (access_ == Access::write) {
        auto const bytes = H5Fflush(handle_, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(handle_, nullptr, 0);
        image.resize(static_cast<std::size_t>(std::max<ssize_t>(0, bytes)));
        if (bytes <= 0 || H5Fget_file_image(handle_, image.data(), image.size()) != bytes)
            hdf5_failed("write", path_);
    }
    if (H5Fclose(std::exchange(handle_, -1)) < 0)
        hdf5_failed("close", path_);
    if (access_ == Access::write)
        write_atomically(path_, image);
}

template <class T>
void Hdf5File::write_array(std::string const& name, std::span<T const> values, Shape const& shape, std::string const& unit) {
    NK_EXPECT(!shape.empty() && values.size() == std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>{}));
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    auto const space = dataspace(shape, where);
    auto const properties = storage(shape, sizeof(T), where);
    Handle const set(H5Dcreate2(handle_, name.c_str(), memory_type<T>(), space, link_properties(where), properties, H5P_DEFAULT), H5Dclose,
                     "write", where);
    if (!values.empty() && H5Dwrite(set, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        hdf5_failed("write", where);
    if (!unit.empty())
        write_text_attribute(set, "unit", unit, where);
}

template <class T> Array<T> Hdf5File::read_array(std::string const& name) const {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    auto const set = open_dataset(handle_, name, where);
    Array<T> array{shape_of(set, where), {}};
    array.values.resize(std::accumulate(array.shape.begin(), array.shape.end(), std::size_t{1}, std::multiplies<>{}));
    if (!array.values.empty() && H5Dread(set, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
        hdf5_failed("read", where);
    return array;
}

template void Hdf5File::write_array(std::string const&, std::span<double const>, Shape const&, std::string const&);
template void Hdf5File::write_array(std::string const&, std::span<float const>, Shape const&, std::string const&);
template void Hdf5File::write_array(std::string const&, std::span<std::int32_t const>, Shape const&, std::string const&);
template void Hdf5File::write_array(std::string const&, std::span<std::int64_t const>, Shape const&, std::string const&);
template void Hdf5File::write_array(std::string const&, std::span<std::uint8_t const>, Shape const&, std::string const&);
template Array<double> Hdf5File::read_array(std::string const&) const;
template Array<float> Hdf5File::read_array(std::string const&) const;
template Array<std::int32_t> Hdf5File::read_array(std::string const&) const;
template Array<std::int64_t> Hdf5File::read_array(std::string const&) const;
template Array<std::uint8_t> Hdf5File::read_array(std::string const&) const;

void Hdf5File::write_texts(std::string const& name, std::vector<std::string> const& texts) {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    auto const pointers = pointers_to(texts);
    auto const type = text_type(where);
    auto const space = dataspace({texts.size()}, where);
    auto const properties = storage({texts.size()}, sizeof(char*), where);
    Handle const set(H5Dcreate2(handle_, name.c_str(), type, space, link_properties(where), properties, H5P_DEFAULT), H5Dclose, "write",
                     where);
    if (!texts.empty() && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<void const*>(pointers.data())) < 0)
        hdf5_failed("write", where);
}

std::vector<std::string> Hdf5File::read_texts(std::string const& name) const {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    return texts_of(open_dataset(handle_, name, where), where);
}

bool Hdf5File::holds_texts(std::string const& name) const {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    Handle const stored(H5Dget_type(open_dataset(handle_, name, where)), H5Tclose, "read", where);
    return H5Tget_class(stored) == H5T_STRING;
}

void Hdf5File::set_attribute(std::string const& name, std::string const& attribute, std::string const& text) {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    write_text_attribute(open_object(handle_, name, where), attribute, text, where);
}

void Hdf5File::set_attribute(std::string const& name, std::string const& attribute, double value) {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    write_attribute(open_object(handle_, name, where), attribute, H5T_NATIVE_DOUBLE, &value, where);
}

void Hdf5File::set_attribute(std::string const& name, std::string const& attribute, std::vector<std::string> const& texts) {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    auto const object = open_object(handle_, name, where);
    auto const pointers = pointers_to(texts);
    char const* const nothing = nullptr; // HDF5 wants an address even for no texts
    auto const* const values = texts.empty() ? &nothing : pointers.data();
    write_attribute(object, attribute, text_type(where), dataspace({texts.size()}, where), static_cast<void const*>(values), where);
}

void Hdf5File::set_flag(std::string const& name, std::string const& attribute, bool value) {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    Handle const type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose, "write", where);
    std::int8_t const no = 0;
    std::int8_t const yes = 1;
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    write_attribute(open_object(handle_, name, where), attribute, type, value ? &yes : &no, where);
}

std::optional<std::vector<std::string>> Hdf5File::texts_attribute(std::string const& name, std::string const& attribute) const {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    auto const object = open_object(handle_, name, where);
    if (H5Aexists(object, attribute.c_str()) <= 0)
        return std::nullopt;
    Handle const found(H5Aopen(object, attribute.c_str(), H5P_DEFAULT), H5Aclose, "read", where);
    Handle const stored(H5Aget_type(found), H5Tclose, "read", where);
    if (H5Tis_variable_str(stored) <= 0)
        return std::nullopt;
    Handle const space(H5Aget_space(found), H5Sclose, "read", where);
    std::vector<char*> pointers(static_cast<std::size_t>(std::max<hssize_t>(0, H5Sget_simple_extent_npoints(space))), nullptr);
    if (pointers.empty())
        return std::vector<std::string>{};
    if (H5Aread(found, stored, static_cast<void*>(pointers.data())) < 0)
        hdf5_failed("read", where);
    return taken(pointers, stored, space);
}

void Hdf5File::make_group(std::string const& name) {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    Handle const group(H5Gcreate2(handle_, name.c_str(), link_properties(where), H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "write", where);
}

std::optional<std::string> Hdf5File::text_attribute(std::string const& name, std::string const& attribute) const {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    auto const object = open_object(handle_, name, where);
    if (H5Aexists(object, attribute.c_str()) <= 0)
        return std::nullopt;
    Handle const found(H5Aopen(object, attribute.c_str(), H5P_DEFAULT), H5Aclose, "read", where);
    Handle const stored(H5Aget_type(found), H5Tclose, "read", where);
    if (H5Tget_class(stored) != H5T_STRING)
        return std::nullopt;
    if (H5Tis_variable_str(stored) > 0) {
        char* text = nullptr;
        if (H5Aread(found, stored, static_cast<void*>(&text)) < 0)
            hdf5_failed("read", where);
        std::string out = text ? text : "";
        H5free_memory(text);
        return out;
    }
    std::string fixed(H5Tget_size(stored), '\0');
    if (H5Aread(found, stored, fixed.data()) < 0)
        hdf5_failed("read", where);
    return std::string(fixed.c_str());
}

std::optional<double> Hdf5File::number_attribute(std::string const& name, std::string const& attribute) const {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    auto const object = open_object(handle_, name, where);
    if (H5Aexists(object, attribute.c_str()) <= 0)
        return std::nullopt;
    Handle const found(H5Aopen(object, attribute.c_str(), H5P_DEFAULT), H5Aclose, "read", where);
    double value = 0.0;
    if (H5Aread(found, H5T_NATIVE_DOUBLE, &value) < 0)
        return std::nullopt;
    return value;
}

void Hdf5File::link_external(std::string const& name, std::string const& other_file, std::string const& object) {
    QuietHdf5 const quiet;
    auto const where = inside(path_, name);
    if (H5Lcreate_external(other_file.c_str(), object.c_str(), handle_, name.c_str(), link_properties(where), H5P_DEFAULT) < 0)
        hdf5_failed("write", where);
}

bool Hdf5File::contains(std::string const& name) const {
    QuietHdf5 const quiet;
    for (auto end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1))
        if (H5Lexists(handle_, name.substr(0, end).c_str(), H5P_DEFAULT) <= 0)
            return false;
    return name.empty() || H5Oexists_by_name(handle_, name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Hdf5File::children(std::string const& group) const {
    QuietHdf5 const quiet;
    auto const where = inside(path_, group);
    Handle const opened(H5Gopen2(handle_, group.empty() ? "/" : group.c_str(), H5P_DEFAULT), H5Gclose, "read", where);
    std::vector<std::string> names;
    auto const visit = [](hid_t, char const* name, H5L_info_t const*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
        return 0;
    };
    if (H5Literate(opened, H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &names) < 0)
        hdf5_failed("read", where);
    return names;
}

} // namespace nk::formats
