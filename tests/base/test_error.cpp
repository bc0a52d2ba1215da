#include "nk/base/error.hpp"

#include <gtest/gtest.h>

namespace {

using nk::nearest_name;

TEST(NearestName, finds_the_name_that_was_meant) {
    std::vector<std::string> const known{"HLA_C1", "HLA_C2", "HLA_E", "ULBP1", "CD155", "MICA"};

    EXPECT_EQ(nearest_name("HLA_D2", known), "HLA_C2");
    EXPECT_EQ(nearest_name("mica", known), "MICA");
    EXPECT_EQ(nearest_name("CD156", known), "CD155");
    EXPECT_EQ(nearest_name("ULPB1", known), "ULBP1");
}

TEST(NearestName, gives_nothing_when_nothing_is_near) {
    std::vector<std::string> const known{"NKG2D", "KIR2DL1"};

    EXPECT_EQ(nearest_name("temperature", known), "");
    EXPECT_EQ(nearest_name(std::string(10'000, 'x'), known), "");
    EXPECT_EQ(nearest_name("x", {}), "");
}

TEST(NearestName, does_not_guess_from_one_or_two_letters) {
    EXPECT_EQ(nearest_name("q", {"A", "B", "il2"}), "");
    EXPECT_EQ(nearest_name("xy", {"nk", "x", "MICA"}), "");
    EXPECT_EQ(nearest_name("xyz", {"new", "run", "fit"}), "");
}

TEST(NearestName, takes_exchanged_neighbours_for_one_slip) {
    EXPECT_EQ(nearest_name("rnu", {"new", "run", "fit"}), "run");
    EXPECT_EQ(nearest_name("k652", {"Raji", "K562"}), "K562");
}

TEST(NearestName, an_exact_match_wins_over_near_ones) {
    EXPECT_EQ(nearest_name("KIR2DL1", {"KIR2DL2", "KIR2DL1", "KIR2DL3"}), "KIR2DL1");
}

TEST(Errors, a_scenario_error_carries_all_problems_and_shows_the_first) {
    nk::ScenarioError const error(
        {{{"a.toml", 3, 7, 2}, "unit", "the speed is in seconds", "s", "write it like 5 um/min"}, {{}, "name", "second", "", ""}});

    EXPECT_EQ(error.problems().size(), 2U);
    EXPECT_NE(std::string(error.what()).find("the speed is in seconds"), std::string::npos);
    EXPECT_EQ(error.problems()[0].where.line, 3);
}

TEST(Errors, a_broken_contract_names_the_condition_and_the_place) {
    try {
        NK_EXPECT(1 + 1 == 3);
        FAIL() << "no exception";
    } catch (nk::ContractError const& error) {
        std::string const text = error.what();
        EXPECT_NE(text.find("1 + 1 == 3"), std::string::npos);
        EXPECT_NE(text.find("test_error.cpp"), std::string::npos);
    }
    EXPECT_NO_THROW(NK_ENSURE(1 + 1 == 2));
}

} // namespace
