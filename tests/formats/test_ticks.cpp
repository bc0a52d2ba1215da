#include "nk/formats/report/text.hpp"
#include "nk/formats/report/ticks.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace nk::formats::report {
namespace {

std::vector<std::string> texts_of(AxisTicks const& ticks) {
    std::vector<std::string> texts;
    for (auto const& tick : ticks.ticks)
        if (!tick.text.empty())
            texts.push_back(tick.text);
    return texts;
}

using Texts = std::vector<std::string>;

TEST(Ticks, AreMultiplesOfOneTwoOrFive) {
    EXPECT_EQ(texts_of(choose_ticks({}, 0.0, 97.0, 6, RangeFit::nice)), (Texts{"0", "20", "40", "60", "80", "100"}));
    EXPECT_EQ(texts_of(choose_ticks({}, -0.31, 0.22, 5, RangeFit::nice)),
              (Texts{"\u22120.4", "\u22120.3", "\u22120.2", "\u22120.1", "0.0", "0.1", "0.2", "0.3"}));
}

TEST(Ticks, OfALogAxisAreDecadesWithMinorTicks) {
    Axis axis;
    axis.scale = AxisScale::log;

    auto const ticks = choose_ticks(axis, 1e-6, 1e-2, 6, RangeFit::nice);

    EXPECT_EQ(texts_of(ticks), (Texts{"10\u207b\u2076", "10\u207b\u2075", "10\u207b\u2074", "0.001", "0.01"}));
    EXPECT_EQ(ticks.ticks.size(), 37u);
}

TEST(Ticks, OfRatiosReadAsEffectorToTarget) {
    EXPECT_EQ(tick_text(5.0, TickFormat::ratio), "5:1");
    EXPECT_EQ(tick_text(0.2, TickFormat::ratio), "1:5");
    EXPECT_EQ(tick_text(0.25, TickFormat::percent), "25\u202f%");
}

TEST(Ticks, OfHoursFallOnHoursThatDivideADay) {
    Axis axis;
    axis.format = TickFormat::hours;

    EXPECT_EQ(texts_of(choose_ticks(axis, 0.0, 1440.0, 7, RangeFit::tight)), (Texts{"0", "3", "6", "9", "12", "15", "18", "21", "24"}));
    EXPECT_EQ(texts_of(choose_ticks(axis, 0.0, 240.0, 5, RangeFit::tight)), (Texts{"0", "1", "2", "3", "4"}));
}

TEST(Ticks, ThatAreGivenAreKept) {
    Axis axis;
    axis.ticks_at = {0.0, 28.0, 100.0};

    EXPECT_EQ(texts_of(choose_ticks(axis, 5.0, 90.0, 6, RangeFit::nice)), (Texts{"0", "28", "100"}));
}

RC_GTEST_PROP(TicksProperty, CoverTheDataAndAreNeitherFewNorMany, ()) {
    auto const low = *rc::gen::inRange(-1000000, 1000000) * std::pow(10.0, *rc::gen::inRange(-9, 9));
    auto const width = *rc::gen::inRange(1, 1000000) * std::abs(low) * 1e-5 + 1e-12;
    auto const wanted = *rc::gen::inRange(3, 9);

    auto const ticks = choose_ticks({}, low, low + width, wanted, RangeFit::nice);

    RC_ASSERT(ticks.low <= low + 1e-6 * width);
    RC_ASSERT(ticks.high >= low + width - 1e-6 * width);
    RC_ASSERT(ticks.ticks.size() >= 2u);
    RC_ASSERT(ticks.ticks.size() <= static_cast<std::size_t>(2 * wanted + 3));
    RC_ASSERT(std::is_sorted(ticks.ticks.begin(), ticks.ticks.end(), [](Tick const& a, Tick const& b) { return a.value < b.value; }));
}

RC_GTEST_PROP(TicksProperty, OfALogAxisCoverTheDataAndNameAtLeastTwo, ()) {
    Axis axis;
    axis.scale = AxisScale::log;
    auto const low = std::pow(10.0, *rc::gen::inRange(-80, 80) / 10.0);
    auto const high = low * std::pow(10.0, *rc::gen::inRange(1, 120) / 10.0);

    auto const ticks = choose_ticks(axis, low, high, 6, RangeFit::nice);

    RC_ASSERT(ticks.low <= low * (1 + 1e-9));
    RC_ASSERT(ticks.high >= high * (1 - 1e-9));
    RC_ASSERT(texts_of(ticks).size() >= 2u);
    RC_ASSERT(texts_of(ticks).size() <= 13u);
}

TEST(NumberText, IsWhatPeopleWrite) {
    EXPECT_EQ(number_text(0.0), "0");
    EXPECT_EQ(number_text(12345.678, 4), "12\u202f346");
    EXPECT_EQ(number_text(-0.5), "\u22120.5");
    EXPECT_EQ(number_text(0.00012), "1.2\u00d710\u207b\u2074");
    EXPECT_EQ(number_text(6.022e23), "6.02\u00d710\u00b2\u00b3");
    EXPECT_EQ(number_text(999.96, 4), "1000");
    EXPECT_EQ(number_text(std::nan("")), "\u2013");
    EXPECT_EQ(duration_text(155.0), "2 h 35 min");
    EXPECT_EQ(duration_text(3000.0), "2 d 2 h");
}

TEST(Wrapping, KeepsEveryWordAndCarriesAShortUnitAlong) {
    EXPECT_EQ(wrapped("one two three", 13.0, 60.0), (Texts{"one two", "three"}));
    EXPECT_EQ(wrapped("never kill in 16 h", 13.0, text_width("never kill in 16", 13.0)), (Texts{"never kill in", "16 h"}));
    EXPECT_EQ(wrapped("", 13.0, 60.0), (Texts{""}));
}

} // namespace
} // namespace nk::formats::report
