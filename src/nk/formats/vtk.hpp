#pragma once
#include "nk/base/table.hpp"

#include <array>
#include <string>
#include <variant>
#include <vector>

namespace nk::formats {

/// One quantity in all voxels of an image, x fastest: voxel (ix, iy, iz) has index ix + nx * (iy + ny * iz).
struct VoxelArray {
    std::string name; ///< e.g. "oxygen"
    std::string unit; ///< e.g. "molecule/um3"; "" or "1" for plain numbers
    std::variant<std::vector<float>, std::vector<double>> values;
};

/// Fields on a regular grid of nx x ny x nz voxels.
struct VoxelImage {
    int nx = 1;
    int ny = 1;
    int nz = 1;
    std::array<double, 3> origin{0.0, 0.0, 0.0};  ///< the low corner of voxel (0, 0, 0) [um]
    std::array<double, 3> spacing{1.0, 1.0, 1.0}; ///< edges of a voxel [um], > 0
    std::vector<VoxelArray> arrays;
};

/// One moment of a series of files.
struct PvdEntry {
    double time = 0.0; ///< finite; in the unit in which ParaView shall show it
    std::string file;  ///< relative to the .pvd file
};

/// The name that an array carries in a file: "oxygen [molecule/um3]", or the name alone for plain numbers and texts.
std::string name_with_unit(std::string const& name, std::string const& unit);

/// Cells as points for ParaView and VTK: XML PolyData (.vtp) with one vertex a row. Columns x, y and z become the places; every
/// other number column becomes a Float64 point array called `name [unit]`. VTK cannot colour by texts, so a text column becomes
/// an Int32 point array of codes under the column's name, and the texts in the order of their codes stand in the field array
/// `name values`; codes count from 0 in the order of first appearance. Bytes: appended raw, little endian, UInt64 headers.
/// Written whole or not at all.
///
/// expects: number columns x, y, z; columns of equal length; arrays of different names
/// errors:  MachineError with the path
/// source:  VTK file formats, docs.vtk.org
void write_vtp(std::string const& path, Table const& cells);

/// Fields for ParaView and VTK: XML ImageData (.vti), one cell a voxel, each array as cell data called `name [unit]`.
/// Bytes as in `write_vtp`.
///
/// expects: positive numbers of voxels and spacings; as many values in each array as there are voxels; arrays of different names
/// errors:  MachineError with the path
void write_vti(std::string const& path, VoxelImage const& image);

/// The text of a .pvd file, with which ParaView opens files as a series in time.
/// expects: finite times
std::string pvd_text(std::vector<PvdEntry> const& entries);

} // namespace nk::formats
