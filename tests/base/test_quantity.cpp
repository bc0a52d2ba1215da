#include "nk/base/quantity.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using nk::in_unit;
using nk::parse_quantity;

double read_in(char const* text, char const* unit) {
    return in_unit(parse_quantity(text), unit);
}

TEST(Quantity, one_micromolar_is_602_molecules_per_cubic_micrometre) {
    // udunits2 still has Avogadro's number of CODATA 2006, 1.7e-7 above the one fixed in 2019
    EXPECT_NEAR(read_in("1 uM", "molecule/um3") / 602.214076, 1.0, 3e-7);
    EXPECT_NEAR(read_in("7.5 umol/L", "molecule/um3") / (7.5 * 602.214076), 1.0, 3e-7);
    EXPECT_NEAR(read_in("1 nmol/L", "molecule/um3") / 0.602214076, 1.0, 3e-7);
}

TEST(Quantity, time_length_and_rates_convert) {
    EXPECT_DOUBLE_EQ(read_in("2 h", "min"), 120.0);
    EXPECT_DOUBLE_EQ(read_in("1 day", "h"), 24.0);
    EXPECT_NEAR(read_in("5 um/min", "um/s"), 5.0 / 60.0, 1e-15);
    EXPECT_NEAR(read_in("0.2 1/s", "1/min"), 12.0, 1e-12);
    EXPECT_NEAR(read_in("1 mm", "um"), 1000.0, 1e-9);
}

TEST(Quantity, percent_is_a_hundredth_and_a_plain_number_has_unit_one) {
    EXPECT_DOUBLE_EQ(read_in("30 percent", "1"), 0.3);
    EXPECT_EQ(parse_quantity("0.3"), (nk::Quantity{0.3, "1"}));
    EXPECT_EQ(parse_quantity("  +4e-3  ").value, 4e-3);
}

TEST(Quantity, international_units_and_cells_are_dimensions_of_their_own) {
    EXPECT_DOUBLE_EQ(read_in("100 IU/mL", "IU/L"), 100000.0);
    EXPECT_NEAR(read_in("2e6 cell/mL", "cell/L"), 2e9, 1.0);
    EXPECT_FALSE(nk::same_dimension("IU/mL", "ng/mL"));
    EXPECT_FALSE(nk::same_dimension("IU", "1"));
    EXPECT_FALSE(nk::same_dimension("cell", "1"));
    EXPECT_FALSE(nk::same_dimension("cell", "molecule"));
    EXPECT_TRUE(nk::same_dimension("cells/uL", "cell/L"));
}

TEST(Quantity, text_that_is_no_number_or_no_unit_is_refused) {
    for (auto const* text : {"", "uM", "five um", "nan", "inf um", "1e999", "3 parsecondz", "1 um um um/", "--3"})
        EXPECT_THROW(parse_quantity(text), std::invalid_argument) << text;
}

TEST(Quantity, logarithmic_units_are_refused) {
    EXPECT_THROW(parse_quantity("2 lg(re 1 mW)"), std::invalid_argument);
    EXPECT_THROW(parse_quantity("3 dBZ"), std::invalid_argument);
}

TEST(Quantity, a_unit_of_another_dimension_is_refused) {
    EXPECT_THROW(read_in("3 um", "min"), std::invalid_argument);
    EXPECT_THROW(read_in("1 ng/mL", "uM"), std::invalid_argument);
    EXPECT_THROW(in_unit({1.0, "um"}, "no_such_unit"), std::invalid_argument);
}

TEST(Quantity, a_time_is_no_rate_although_udunits_converts_reciprocals) {
    EXPECT_THROW(read_in("20 min", "1/min"), std::invalid_argument);
    EXPECT_THROW(read_in("0.05 1/min", "min"), std::invalid_argument);
    EXPECT_FALSE(nk::same_dimension("min", "1/min"));
    EXPECT_FALSE(nk::same_dimension("cell/L", "L/cell"));
    EXPECT_TRUE(nk::same_dimension("1/s", "1/day"));
}

TEST(Quantity, text_reads_back_as_the_same_number) {
    for (auto const value : {0.1, 1.0 / 3.0, 6.02214076e23, 1e-300, 0.0, -2.5, 123456789.123456789, 5.0}) {
        nk::Quantity const quantity{value, "um"};

        EXPECT_EQ(parse_quantity(nk::to_text(quantity)), quantity) << nk::to_text(quantity);
    }
    EXPECT_EQ(nk::to_text(0.1), "0.1");
    EXPECT_EQ(nk::to_text(nk::Quantity{5.0, "um/min"}), "5 um/min");
    EXPECT_EQ(nk::to_text(nk::Quantity{5.0, "1"}), "5");
}

TEST(Quantity, dimensions_have_names_for_people) {
    EXPECT_EQ(nk::dimension_name("day"), "time");
    EXPECT_EQ(nk::dimension_name("1/s"), "rate (1/time)");
    EXPECT_EQ(nk::dimension_name("nmol/L"), "concentration (amount/volume)");
    EXPECT_EQ(nk::dimension_name("kg2"), "kg2");
}

TEST(Quantity, conversions_are_right_from_several_threads_at_once) {
    std::vector<double> result(8, 0.0);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < result.size(); ++i)
        threads.emplace_back([&result, i] {
            for (int k = 0; k < 200; ++k)
                result[i] += in_unit(parse_quantity(std::to_string(i + 1) + " h"), "min");
        });
    for (auto& thread : threads)
        thread.join();

    for (std::size_t i = 0; i < result.size(); ++i)
        EXPECT_NEAR(result[i], 200.0 * 60.0 * static_cast<double>(i + 1), 1e-6);
}

} // namespace
