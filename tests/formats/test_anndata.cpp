#include "nk/formats/anndata.hpp"

#include "formats/full_disk.hpp"
#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/hdf5.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace nk::formats {
namespace {

using Words = std::vector<std::string>;
using Values = std::vector<double>;

Table three_measured_cells() {
    Table table{"cells", {}};
    table.add("x", "um", {1.0, 2.0, 3.0});
    table.add("y", "um", {4.0, 5.0, 6.0});
    table.add("z", "um", {7.0, 8.0, 9.0});
    table.add("kind", Words{"tumour", "NK cell", "tumour"});
    table.add("HLA-E", "molecule", {100.0, 0.0, 300.0});
    table.add("age", "min", {0.5, std::numeric_limits<double>::quiet_NaN(), 2.5});
    table.add("MICA/B", "molecule", {10.0, 20.0, 30.0});
    return table;
}

std::string kind_of(Hdf5File const& file, std::string const& name) {
    return file.text_attribute(name, "encoding-type").value_or("") + " " + file.text_attribute(name, "encoding-version").value_or("");
}

TEST(AnnData, every_part_carries_the_encoding_that_readers_look_for) {
    ScratchFolder const folder;

    write_h5ad(folder / "a.h5ad", three_measured_cells(), {"HLA-E", "MICA/B"});

    auto const file = Hdf5File::open(folder / "a.h5ad");
    EXPECT_EQ(kind_of(file, ""), "anndata 0.1.0");
    EXPECT_EQ(kind_of(file, "X"), "array 0.2.0");
    EXPECT_EQ(kind_of(file, "obs"), "dataframe 0.2.0");
    EXPECT_EQ(kind_of(file, "obs/_index"), "string-array 0.2.0");
    EXPECT_EQ(kind_of(file, "obs/age"), "array 0.2.0");
    EXPECT_EQ(kind_of(file, "obs/kind"), "categorical 0.2.0");
    EXPECT_EQ(kind_of(file, "obs/kind/codes"), "array 0.2.0");
    EXPECT_EQ(kind_of(file, "obs/kind/categories"), "string-array 0.2.0");
    EXPECT_EQ(kind_of(file, "var"), "dataframe 0.2.0");
    EXPECT_EQ(kind_of(file, "obsm"), "dict 0.1.0");
    EXPECT_EQ(kind_of(file, "obsm/spatial"), "array 0.2.0");
    EXPECT_EQ(kind_of(file, "uns"), "dict 0.1.0");
    for (auto const* empty : {"layers", "obsp", "varm", "varp"})
        EXPECT_EQ(kind_of(file, empty), "dict 0.1.0");
}

TEST(AnnData, the_matrix_holds_the_named_columns_and_the_observations_hold_the_rest) {
    ScratchFolder const folder;

    write_h5ad(folder / "a.h5ad", three_measured_cells(), {"MICA/B", "HLA-E"});

    auto const file = Hdf5File::open(folder / "a.h5ad");
    EXPECT_EQ(file.read_array<double>("X").shape, (Shape{3, 2}));
    EXPECT_EQ(file.read_array<double>("X").values, (Values{10, 100, 20, 0, 30, 300}));
    EXPECT_EQ(file.read_texts("var/_index"), (Words{"MICA/B", "HLA-E"}));
    EXPECT_EQ(file.read_texts("var/unit"), (Words{"molecule", "molecule"}));
    EXPECT_EQ(file.texts_attribute("obs", "column-order"), (Words{"kind", "age"}));
    EXPECT_EQ(file.text_attribute("obs", "_index"), "_index");
    EXPECT_EQ(file.read_texts("obs/_index"), (Words{"0", "1", "2"}));
    EXPECT_EQ(file.read_array<double>("obsm/spatial").shape, (Shape{3, 3}));
    EXPECT_EQ(file.read_array<double>("obsm/spatial").values, (Values{1, 4, 7, 2, 5, 8, 3, 6, 9}));
    EXPECT_EQ(file.text_attribute("obs/age", "unit"), "min");
    EXPECT_TRUE(std::isnan(file.read_array<double>("obs/age").values.at(1)));
    EXPECT_EQ(file.read_texts("uns/observation_units/_index"), (Words{"age"}));
    EXPECT_EQ(file.read_texts("uns/observation_units/unit"), (Words{"min"}));
}

TEST(AnnData, codes_point_at_the_category_of_each_cell) {
    ScratchFolder const folder;

    write_h5ad(folder / "a.h5ad", three_measured_cells(), {});

    auto const file = Hdf5File::open(folder / "a.h5ad");
    EXPECT_EQ(file.read_texts("obs/kind/categories"), (Words{"NK cell", "tumour"}));
    EXPECT_EQ(file.read_array<std::int32_t>("obs/kind/codes").values, (std::vector<std::int32_t>{1, 0, 1}));
    EXPECT_EQ(file.number_attribute("obs/kind", "ordered"), 0.0);
    EXPECT_EQ(file.texts_attribute("obs", "column-order"), (Words{"kind", "HLA-E", "age", "MICA|B"}));
    EXPECT_EQ(file.read_array<double>("X").shape, (Shape{3, 0}));
}

TEST(AnnData, a_flat_tissue_has_two_coordinates_and_a_mixed_well_none) {
    auto flat = three_measured_cells();
    flat.columns.erase(flat.columns.begin() + 2);
    auto mixed = flat;
    mixed.columns.erase(mixed.columns.begin());

    auto const in_a_plane = anndata_of(flat, {});
    auto const without_places = anndata_of(mixed, {});

    EXPECT_EQ(in_a_plane.dimensions, 2);
    EXPECT_EQ(in_a_plane.spatial, (Values{1, 4, 2, 5, 3, 6}));
    EXPECT_TRUE(without_places.spatial.empty());
    EXPECT_EQ(without_places.observations.columns.front().name, "y");
}

TEST(AnnData, no_cells_make_a_file_that_can_be_opened) {
    ScratchFolder const folder;
    Table none{"cells", {}};
    none.add("kind", Words{});
    none.add("HLA-E", "molecule", {});

    write_h5ad(folder / "none.h5ad", none, {"HLA-E"});
    write_h5ad(folder / "nothing.h5ad", AnnData{});

    auto const file = Hdf5File::open(folder / "none.h5ad");
    EXPECT_EQ(file.read_array<double>("X").shape, (Shape{0, 1}));
    EXPECT_TRUE(file.read_texts("obs/kind/categories").empty());
    EXPECT_EQ(Hdf5File::open(folder / "nothing.h5ad").texts_attribute("obs", "column-order"), Words{});
}

TEST(AnnData, data_that_do_not_fit_together_break_the_contract_and_leave_no_file) {
    ScratchFolder const folder;
    AnnData twice{{{"a", "1"}, {"a", "1"}}, {1.0, 2.0}, {}, {"cell"}, {}, 3};
    AnnData short_of_one{{{"a", "1"}}, {1.0}, {}, {"first", "second"}, {}, 3};
    AnnData same_name{{{"a", "1"}}, {1.0, 2.0}, {}, {"cell", "cell"}, {}, 3};
    AnnData reserved;
    reserved.observations.add("_index", "1", {1.0});

    EXPECT_THROW(write_h5ad(folder / "a.h5ad", twice), ContractError);
    EXPECT_THROW(write_h5ad(folder / "a.h5ad", short_of_one), ContractError);
    EXPECT_THROW(write_h5ad(folder / "a.h5ad", same_name), ContractError);
    EXPECT_THROW(write_h5ad(folder / "a.h5ad", reserved), ContractError);
    EXPECT_THROW(anndata_of(three_measured_cells(), {"kind"}), ContractError);
    EXPECT_EQ(folder.entries(), 0u);
}

TEST(AnnData, a_full_disk_is_an_error_that_leaves_no_file) {
    ScratchFolder const folder;
    auto const cells = three_measured_cells();

    {
        FullDisk const full(4096);
        EXPECT_THROW(write_h5ad(folder / "a.h5ad", cells, {}), MachineError);
    }

    EXPECT_EQ(folder.entries(), 0u);
}

TEST(AnnData, equal_data_give_equal_bytes) {
    ScratchFolder const folder;

    write_h5ad(folder / "a.h5ad", three_measured_cells(), {"HLA-E"});
    write_h5ad(folder / "b.h5ad", three_measured_cells(), {"HLA-E"});

    EXPECT_TRUE(read_text(folder / "a.h5ad") == read_text(folder / "b.h5ad"));
}

} // namespace
} // namespace nk::formats
