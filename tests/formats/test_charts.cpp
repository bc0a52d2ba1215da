#include "formats/markup.hpp"
#include "formats/sample_page.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/series_shapes.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace nk::formats::report {
namespace {

constexpr char const* nasty = "<script>alert(\"&'1\")</script>";

TEST(Charts, EveryFigureIsWellFormedAtEveryWidth) {
    for (auto const& figure : sample_figures())
        for (auto const width : {350.0, 720.0, 1200.0})
            for (auto const titles : {Titles::drawn, Titles::outside}) {
                Markup const markup(render_svg(figure, {width, titles}));

                EXPECT_EQ(markup.fault, "") << width;
                EXPECT_TRUE(markup.tags.front().starts_with("svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=")) << markup.tags.front();
                EXPECT_EQ(std::count_if(markup.tags.begin(), markup.tags.end(), [](auto const& tag) { return tag.starts_with("desc "); }),
                          1);
            }
}

TEST(Charts, NoNumberOfAFigureIsNotANumber) {
    for (auto const& figure : sample_figures()) {
        auto const svg = render_svg(figure);

        EXPECT_EQ(svg.find("\"nan"), std::string::npos);
        EXPECT_EQ(svg.find("inf\""), std::string::npos);
    }
}

TEST(Charts, LettersAreNeverSmallerThanThirteenPixels) {
    for (auto const& figure : sample_figures())
        for (auto const& size : Markup(render_svg(figure, {350.0})).values_of("font-size"))
            EXPECT_GE(std::stod(size), 13.0);
}

TEST(Charts, NastyTextIsShownAsItIsAndNeverRuns) {
    auto chart = sample_chart();
    chart.heading = {nasty, nasty, Evidence::predicted};
    chart.x_axis.title = chart.y_axis.title = chart.series[0].label = chart.series[0].band_label = nasty;
    HeatMap map{{nasty}, {nasty}, nasty, nasty, {nasty}, {nasty}, {1.0}};

    for (auto const& svg : {render_svg(chart), render_svg(map)}) {
        Markup const markup(svg);

        EXPECT_EQ(markup.fault, "");
        EXPECT_TRUE(markup.shows(nasty));
        EXPECT_EQ(svg.find("<script"), std::string::npos);
    }
}

TEST(Charts, TheLegendStandsOutsideThePlot) {
    auto const svg = render_svg(sample_chart());
    Markup const markup(svg);
    auto right = 0.0, legend = 1e9;

    for (auto const& tag : markup.tags)
        if (tag.starts_with("line ") && tag.find("s-axis") != std::string::npos)
            right = std::max(right, std::stod(tag.substr(tag.find("x2=\"") + 4)));
    auto const at = svg.rfind("<text", svg.find(">measured<"));
    legend = std::stod(svg.substr(svg.find("x=\"", at) + 3));

    EXPECT_GT(right, 300.0);
    EXPECT_GT(legend, right);
}

TEST(Charts, ColourIsNeverTheOnlyDifferenceBetweenSeries) {
    std::set<std::string> looks;

    for (std::size_t i = 0; i < 6; ++i)
        looks.insert(look_of(Series{}, i).dash + "|" + std::to_string(look_of(Series{}, i).marker));

    EXPECT_EQ(looks.size(), 6u);
    EXPECT_EQ(look_of(Series{}, 0).dash, "");
}

TEST(Charts, AGapInTheDataIsAGapInTheLine) {
    Chart chart;
    chart.series = {{"a", {0, 1, 2, 3, 4}, {1, 2, std::nan(""), 2, 1}}};

    auto const svg = render_svg(chart);

    auto count = 0;
    for (auto at = svg.find("<polyline"); at != std::string::npos; at = svg.find("<polyline", at + 1))
        ++count;
    EXPECT_EQ(count, 2);
}

TEST(Charts, EmptyAndConstantAndImpossibleDataAreDrawn) {
    Chart chart;
    chart.y_axis.scale = AxisScale::log;
    chart.series = {{"empty"}, {"zeros on a log axis", {1, 2}, {0, -1}}, {"nothing", {std::nan("")}, {std::nan("")}}};
    Chart constant;
    constant.series = {{"one", {3}, {7}}};

    EXPECT_EQ(Markup(render_svg(chart)).fault, "");
    EXPECT_EQ(Markup(render_svg(constant)).fault, "");
    EXPECT_EQ(Markup(render_svg(Chart{})).fault, "");
    EXPECT_EQ(Markup(render_svg(BarChart{})).fault, "");
    EXPECT_EQ(Markup(render_svg(Waterfall{})).fault, "");
    EXPECT_EQ(Markup(render_svg(IntervalPlot{})).fault, "");
    EXPECT_EQ(Markup(render_svg(HeatMap{})).fault, "");
}

TEST(Charts, ListsOfUnequalLengthAreAContractError) {
    Chart chart;
    chart.series = {{"a", {0, 1}, {1}}};

    EXPECT_THROW(render_svg(chart), ContractError);
    EXPECT_THROW(render_svg(HeatMap{{}, {}, "", "", {"a"}, {"b"}, {}}), ContractError);
    EXPECT_THROW(render_svg(PlateMap{}), ContractError);
}

TEST(Charts, TheHitsOfAnIntervalPlotAreCountedInItsDescription) {
    auto const figures = sample_figures();

    EXPECT_TRUE(Markup(render_svg(figures.at(4))).shows("2 of 4 results lie inside the published tolerance."));
}

TEST(Charts, AWaterfallEndsAtTheSumOfItsSteps) {
    Waterfall waterfall;
    waterfall.steps = {{"a", 2.0}, {"b", -0.75}};

    Markup const markup(render_svg(waterfall));

    EXPECT_TRUE(markup.shows("+2"));
    EXPECT_TRUE(markup.shows("\u22120.75"));
    EXPECT_TRUE(markup.shows("1.25"));
}

TEST(Charts, AHistogramOfWholeNumbersHasOneBarEachAndSumsToAHundred) {
    auto const chart = histogram({}, {}, {{"a", {0, 0, 1, 3, std::nan("")}}, {"b", {5}}}, HistogramBins::whole_numbers);

    EXPECT_EQ(chart.series.at(0).x, (std::vector<double>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(chart.series.at(0).y, (std::vector<double>{50, 25, 0, 25, 0, 0}));
    EXPECT_EQ(chart.series.at(1).y.back(), 100.0);
}

RC_GTEST_PROP(ChartsProperty, AHistogramLosesNoValue, ()) {
    auto const values = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<double>>(rc::gen::map(rc::gen::inRange(-100000, 100000), [](int v) { return v / 7.0; })));
    auto const bins = *rc::gen::element(HistogramBins::whole_numbers, HistogramBins::equal_widths);

    auto const chart = histogram({}, {}, {{"a", values}}, bins);

    auto sum = 0.0;
    for (auto const share : chart.series.at(0).y)
        sum += share;
    RC_ASSERT(std::abs(sum - 100.0) < 1e-6);
    RC_ASSERT(chart.series.at(0).y.size() <= 202u);
}

TEST(Charts, ThinningKeepsPeaksOfLongSeries) {
    std::vector<Point> points;
    for (auto i = 0; i < 100000; ++i)
        points.push_back({i * 0.005, i == 54321 ? -50.0 : 10.0});

    auto const kept = thinned(points);

    EXPECT_LT(kept.size(), 2100u);
    EXPECT_EQ(std::min_element(kept.begin(), kept.end(), [](Point a, Point b) { return a.y < b.y; })->y, -50.0);
    EXPECT_EQ(kept.back().x, points.back().x);
}

TEST(Palette, TextOnEveryHeatMapColourHasEnoughContrast) {
    EXPECT_EQ(text_colour_on("#ffffff"), "#000000");
    EXPECT_EQ(text_colour_on("#000000"), "#ffffff");
    EXPECT_EQ(sequential_colour(0.0), "#440154");
    EXPECT_EQ(sequential_colour(1.0), "#fde725");
    EXPECT_NE(diverging_colour(-1.0), diverging_colour(1.0));
    EXPECT_EQ(sequential_colour(std::nan("")), diverging_colour(std::nan("")));
}

} // namespace
} // namespace nk::formats::report
