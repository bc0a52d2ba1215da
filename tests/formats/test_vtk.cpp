#include "nk/formats/vtk.hpp"

#include "formats/full_disk.hpp"
#include "formats/markup.hpp"
#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

namespace nk::formats {
namespace {

/// Markup without the declaration of XML in the first line, which `Markup` does not know.
Markup markup_below_declaration(std::string const& text) {
    EXPECT_TRUE(text.starts_with("<?xml version=\"1.0\"?>\n"));
    return Markup(text.substr(text.find('\n') + 1));
}

/// Reads a VTK XML file with appended raw bytes as the format is published: the tags, and the bytes of each array by its offset.
struct VtkFile {
    explicit VtkFile(std::string const& path) : tags("") {
        auto const text = read_text(path);
        auto const start = text.find("<AppendedData encoding=\"raw\">");
        auto const first = text.find('_', start) + 1;
        auto const last = text.rfind("\n  </AppendedData>");
        bytes = text.substr(first, last - first);
        tags = markup_below_declaration(text.substr(0, first - 1) + text.substr(last));
    }
    std::string tag_of(std::string const& name) const {
        for (auto const& tag : tags.tags)
            if (tag.starts_with("DataArray") && tag.find(" Name=\"" + name + "\"") != std::string::npos)
                return tag;
        return "";
    }
    template <class T> std::vector<T> values_of(std::string const& name) const {
        auto const tag = tag_of(name);
        auto const at = std::stoull(tag.substr(tag.find("offset=\"") + 8));
        std::uint64_t size = 0;
        std::memcpy(&size, bytes.data() + at, sizeof size);
        EXPECT_LE(at + sizeof size + size, bytes.size());
        std::vector<T> values(size / sizeof(T));
        if (size > 0)
            std::memcpy(values.data(), bytes.data() + at + sizeof size, size);
        return values;
    }
    Markup tags;
    std::string bytes;
};

Table two_cells() {
    Table table{"cells", {}};
    table.add("diameter", "um", {10.0, std::numeric_limits<double>::quiet_NaN()});
    table.add("x", "um", {1.0, 2.0});
    table.add("y", "um", {3.0, 4.0});
    table.add("z", "um", {5.0, 6.0});
    table.add("clone", "1", {7.0, 8.0});
    table.add("kind <a & \"b\">", std::vector<std::string>{"tumour", "NK"});
    return table;
}

TEST(Vtk, cells_become_points_with_a_vertex_each) {
    ScratchFolder const folder;

    write_vtp(folder / "cells.vtp", two_cells());

    VtkFile const file(folder / "cells.vtp");
    EXPECT_EQ(file.tags.fault, "");
    EXPECT_EQ(file.tags.values_of("byte_order"), (std::vector<std::string>{"LittleEndian"}));
    EXPECT_EQ(file.tags.values_of("header_type"), (std::vector<std::string>{"UInt64"}));
    EXPECT_EQ(file.tags.values_of("NumberOfPoints"), (std::vector<std::string>{"2"}));
    EXPECT_EQ(file.tags.values_of("NumberOfVerts"), (std::vector<std::string>{"2"}));
    EXPECT_EQ(file.values_of<double>("Points"), (std::vector<double>{1, 3, 5, 2, 4, 6}));
    EXPECT_NE(file.tag_of("Points").find("NumberOfComponents=\"3\""), std::string::npos);
    EXPECT_EQ(file.values_of<std::int64_t>("connectivity"), (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(file.values_of<std::int64_t>("offsets"), (std::vector<std::int64_t>{1, 2}));
}

TEST(Vtk, number_columns_carry_their_unit_in_the_name) {
    ScratchFolder const folder;

    write_vtp(folder / "cells.vtp", two_cells());

    VtkFile const file(folder / "cells.vtp");
    EXPECT_EQ(file.values_of<double>("clone"), (std::vector<double>{7, 8}));
    EXPECT_EQ(file.values_of<double>("diameter [um]").at(0), 10.0);
    EXPECT_TRUE(std::isnan(file.values_of<double>("diameter [um]").at(1)));
    EXPECT_EQ(file.tag_of("x [um]"), "");
}

TEST(Vtk, texts_become_codes_with_a_list_of_their_values) {
    ScratchFolder const folder;

    write_vtp(folder / "cells.vtp", two_cells());

    VtkFile const file(folder / "cells.vtp");
    EXPECT_EQ(file.values_of<std::int32_t>("kind &lt;a &amp; &quot;b&quot;&gt;"), (std::vector<std::int32_t>{0, 1}));
    EXPECT_TRUE(file.tags.shows("116 117 109 111 117 114 0\n78 75 0")); // "tumour", "NK"
}

TEST(Vtk, the_arrays_fill_the_appended_bytes_without_gaps) {
    ScratchFolder const folder;

    write_vtp(folder / "cells.vtp", two_cells());

    VtkFile const file(folder / "cells.vtp");
    std::size_t next = 0;
    for (auto const& offset : file.tags.values_of("offset")) {
        EXPECT_EQ(offset, std::to_string(next));
        std::uint64_t size = 0;
        ASSERT_LE(next + sizeof size, file.bytes.size());
        std::memcpy(&size, file.bytes.data() + next, sizeof size);
        next += sizeof size + size;
    }
    EXPECT_EQ(next, file.bytes.size());
}

TEST(Vtk, no_cells_make_a_file_with_empty_arrays) {
    ScratchFolder const folder;
    Table none{"cells", {}};
    for (auto const* name : {"x", "y", "z"})
        none.add(name, "um", {});
    none.add("kind", std::vector<std::string>{});

    write_vtp(folder / "none.vtp", none);

    VtkFile const file(folder / "none.vtp");
    EXPECT_EQ(file.tags.fault, "");
    EXPECT_TRUE(file.values_of<double>("Points").empty());
    EXPECT_EQ(file.bytes.size(), 4 * sizeof(std::uint64_t));
}

TEST(Vtk, fields_become_cell_data_of_an_image) {
    ScratchFolder const folder;
    VoxelImage image{2, 3, 1, {-5.0, 0.0, 2.5}, {5.0, 5.0, 2.5}, {}};
    image.arrays.push_back({"oxygen", "molecule/um3", std::vector<float>{1, 2, 3, 4, 5, 6}});
    image.arrays.push_back({"pressure", "1", std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}});

    write_vti(folder / "fields.vti", image);

    VtkFile const file(folder / "fields.vti");
    EXPECT_EQ(file.tags.fault, "");
    EXPECT_EQ(file.tags.values_of("WholeExtent"), (std::vector<std::string>{"0 2 0 3 0 1"}));
    EXPECT_EQ(file.tags.values_of("Extent"), (std::vector<std::string>{"0 2 0 3 0 1"}));
    EXPECT_EQ(file.tags.values_of("Origin"), (std::vector<std::string>{"-5 0 2.5"}));
    EXPECT_EQ(file.tags.values_of("Spacing"), (std::vector<std::string>{"5 5 2.5"}));
    EXPECT_EQ(file.tags.values_of("type"), (std::vector<std::string>{"ImageData", "Float32", "Float64"}));
    EXPECT_EQ(file.values_of<float>("oxygen [molecule/um3]"), (std::vector<float>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(file.values_of<double>("pressure"), (std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}));
}

TEST(Vtk, what_does_not_fit_breaks_the_contract_and_leaves_no_file) {
    ScratchFolder const folder;
    auto without_z = two_cells();
    without_z.columns.erase(without_z.columns.begin() + 3);
    auto twice = two_cells();
    twice.add("clone", "1", {0.0, 0.0});
    auto ragged = two_cells();
    ragged.add("age", "min", {1.0});
    VoxelImage wrong{2, 2, 1, {0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}, {{"oxygen", "1", std::vector<float>{1, 2, 3}}}};

    EXPECT_THROW(write_vtp(folder / "a.vtp", without_z), ContractError);
    EXPECT_THROW(write_vtp(folder / "a.vtp", twice), ContractError);
    EXPECT_THROW(write_vtp(folder / "a.vtp", ragged), ContractError);
    EXPECT_THROW(write_vti(folder / "a.vti", wrong), ContractError);
    EXPECT_EQ(folder.entries(), 0u);
}

TEST(Vtk, a_full_disk_is_an_error_that_leaves_no_file) {
    ScratchFolder const folder;

    {
        FullDisk const full(256);
        EXPECT_THROW(write_vtp(folder / "a.vtp", two_cells()), MachineError);
    }

    EXPECT_EQ(folder.entries(), 0u);
}

TEST(Vtk, a_collection_names_each_file_with_its_time) {
    auto const text = pvd_text({{0.0, "frames/0000.vtp"}, {0.1, "a & b.vtp"}});

    auto const markup = markup_below_declaration(text);
    EXPECT_EQ(markup.fault, "");
    EXPECT_EQ(markup.values_of("timestep"), (std::vector<std::string>{"0", "0.1"}));
    EXPECT_EQ(markup.values_of("file"), (std::vector<std::string>{"frames/0000.vtp", "a &amp; b.vtp"}));
    EXPECT_THROW(pvd_text({{std::nan(""), "a.vtp"}}), ContractError);
}

} // namespace
} // namespace nk::formats
