#include "nk/biology/cell_cycle.hpp"
#include "nk/biology/infection.hpp"
#include "nk/biology/priming.hpp"
#include "nk/biology/tissue_tables.hpp"
#include "shared_base.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;
using namespace nk::biology;

TEST(TissueData, every_law_and_table_of_tissue_can_be_read) {
    auto const& base = test::base();

    auto const laws = TissueLaws::from(base);

    EXPECT_LT(laws.oxygen.necrosis_full, laws.oxygen.necrosis_start);
    EXPECT_LT(laws.cycle.oxygen_stop, laws.cycle.oxygen_full);
    EXPECT_EQ(read_substrates(base).size(), base.children("substrate").size());
    EXPECT_EQ(read_tissue_cells(base).size(), base.children("tissue_cell").size());
    EXPECT_EQ(read_viruses(base).size(), base.children("virus").size());
    EXPECT_FALSE(read_exchange(base, "tissue_nk.uptake", "1/min").empty());
    EXPECT_FALSE(read_exchange(base, "tissue_nk.secretion", "molecule/min").empty());
}

TEST(TissueData, every_cell_has_the_ligands_of_a_target) {
    for (auto const& cell : read_tissue_cells(test::base()))
        EXPECT_FALSE(cell.target.empty()) << cell.name;
}

TEST(TissueData, cytokine_fields_have_an_effect_of_one_half_somewhere) {
    auto const cytokines = read_cytokines(test::base());
    for (auto const& substrate : read_substrates(test::base()))
        for (auto const& row : cytokines)
            if (row.name == substrate.cytokine) {
                auto const in_field = in_field_unit(row);
                EXPECT_TRUE(std::isfinite(in_field.ec50) && in_field.ec50 > 0.0) << substrate.name;
            }
}

TEST(TissueData, influenza_over_an_epithelium_reproduces_as_in_people) {
    auto const& base = test::base();
    auto const law = read_viruses(base).front().law;
    MixedMedium const epithelium{1e-3, base.value("substrate.virus.decay", "1/min")};

    auto const r0 = basic_reproduction(law, epithelium);

    auto const& published = base.at("literature.flu_r0.value");
    EXPECT_EQ(read_viruses(base).front().name, "influenza");
    EXPECT_GE(r0, published.low);
    EXPECT_LE(r0, published.high);
}

TEST(TissueData, a_substrate_that_does_not_exist_is_an_error_with_its_name) {
    auto base = test::base();
    base.add({"tissue_nk.uptake.oxigen", {1.0, "1/min"}, 0.0, 2.0, "assumption", Confidence::estimate, "", {"my.toml", 3}});

    try {
        (void)read_exchange(base, "tissue_nk.uptake", "1/min");
        FAIL();
    } catch (ScenarioError const& error) {
        EXPECT_NE(error.problems().front().what.find("oxigen"), std::string::npos);
        EXPECT_NE(error.problems().front().hint.find("oxygen"), std::string::npos);
        EXPECT_EQ(error.problems().front().where.line, 3);
    }
}

} // namespace
