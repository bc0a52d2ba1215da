#include "formats/markup.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/report/clinical_plots.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <string>

namespace nk::formats::report {
namespace {

constexpr char const* hostile = "<script>a&b</script>";

SurvivalChart two_arms() {
    SurvivalChart chart{{"Survival", "", Evidence::illustrative}, {"Time (months)"}, {"Share alive"}};
    SurvivalChart::Arm treated{"NK cells", {0, 4, 9}, {1, 0.75, 0.5}, {1, 0.5, 0.25}, {1, 0.9, 0.8}};
    treated.censored = {6, 20};
    treated.follow_up = {4, 6, 9, 20};
    SurvivalChart::Arm control{"Control", {2, 5}, {0.5, 0.0}};
    control.follow_up = {2, 5};
    chart.arms = {treated, control};
    chart.remarks = {"log-rank p = 0.03"};
    return chart;
}

SwimmerChart three_swimmers() {
    SwimmerChart chart{{"Courses"}, {"Time (months)"}};
    chart.patients = {{"short", 3, false, {{"stable", 0, 3}}, {{"dose", 0}, {"death", 3}}},
                      {"long", 12, true, {{"response", 1, 8}, {"progression", 8, 12}}, {{"dose", 0}, {"response begins", 1}}},
                      {"middle", 7, false, {{"stable", 0, 7}}, {{"dose", 0}}}};
    return chart;
}

PatientWaterfall responses(std::size_t count) {
    PatientWaterfall waterfall{{"Best response"}, {"Best change of the sum of diameters (%)"}};
    for (std::size_t i = 0; i < count; ++i)
        waterfall.patients.push_back({"patient " + std::to_string(i), -100.0 + static_cast<double>((i * 37) % 140), i % 2 ? "B" : "A"});
    return waterfall;
}

SpiderChart spider_of_two() {
    SpiderChart spider{{"Burden"}, {"Time (months)"}, {"Change from baseline (%)"}};
    spider.patients = {{"a", "NK cells", {0, 2, 4}, {0, -60, -100}, {{"new lesion", 3}}},
                       {"b", "Control", {0, 2}, {0, 50}, {}},
                       {"c", "NK cells", {0, 3}, {0, -20}, {{"new lesion", 9}}}};
    return spider;
}

double number_in(std::string const& tag, std::string const& attribute) {
    auto const key = " " + attribute + "=\"";
    auto const at = tag.find(key);
    return at == std::string::npos ? std::nan("") : std::stod(tag.substr(at + key.size()));
}

struct PlacedText {
    std::string words;
    double x, y;
    bool operator<(PlacedText const& other) const { return std::pair(y, x) < std::pair(other.y, other.x); }
};

std::string attribute_of(std::string const& svg, std::size_t at, std::string const& name) {
    auto const from = svg.find(" " + name + "=\"", at) + name.size() + 3;
    return svg.substr(from, svg.find('"', from) - from);
}

/// The texts of the picture with their places; turned ones left out.
std::vector<PlacedText> placed_texts(std::string const& svg) {
    std::vector<PlacedText> all;
    for (auto at = svg.find("<text "); at != std::string::npos; at = svg.find("<text ", at + 1)) {
        auto const from = svg.find('>', at) + 1;
        if (svg.substr(at, from - at).find("rotate(") == std::string::npos)
            all.push_back({svg.substr(from, svg.find('<', from) - from), std::stod(attribute_of(svg, at, "x")),
                           std::stod(attribute_of(svg, at, "y"))});
    }
    return all;
}

PlacedText const* text_placed(std::vector<PlacedText> const& all, std::string const& words) {
    auto const found = std::find_if(all.begin(), all.end(), [&](auto const& text) { return text.words == words; });
    return found == all.end() ? nullptr : &*found;
}

/// The rectangles whose tooltip holds `words`, as tags, in the order drawn.
std::vector<std::string> bars_about(std::string const& svg, std::string const& words) {
    std::vector<std::string> tags;
    for (auto at = svg.find("<rect "); at != std::string::npos; at = svg.find("<rect ", at + 1)) {
        auto const close = svg.find('>', at);
        auto const tooltip = svg.substr(close + 1, svg.find("</title>", close) - close - 1);
        if (tooltip.starts_with("<title>") && tooltip.find(words) != std::string::npos)
            tags.push_back(svg.substr(at, close - at));
    }
    return tags;
}

TEST(ClinicalCharts, EveryChartIsWellFormedAndFiniteAtEveryWidth) {
    for (auto const width : {350.0, 720.0, 1200.0})
        for (auto const& svg :
             {render_svg(two_arms(), {width}), render_svg(three_swimmers(), {width}), render_svg(responses(30), {width}),
              render_svg(spider_of_two(), {width}), render_svg(SurvivalChart{}, {width}), render_svg(SwimmerChart{}, {width}),
              render_svg(PatientWaterfall{}, {width}), render_svg(SpiderChart{}, {width}), render_svg(responses(1), {width}),
              render_svg(responses(200), {width})}) {
            Markup const markup(svg);

            EXPECT_EQ(markup.fault, "");
            EXPECT_EQ(svg.find("\"nan"), std::string::npos);
            EXPECT_EQ(svg.find("inf\""), std::string::npos);
            for (auto const& size : markup.values_of("font-size"))
                EXPECT_GE(std::stod(size), 13.0);
        }
}

TEST(ClinicalCharts, HostileLabelsAreShownAsTheyAreAndNeverRun) {
    auto survival = two_arms();
    survival.arms[0].label = survival.remarks[0] = survival.at_risk_title = survival.heading.title = hostile;
    auto swimmers = three_swimmers();
    swimmers.patients[0].label = swimmers.patients[0].segments[0].state = swimmers.patients[0].marks[0].event = hostile;
    auto waterfall = responses(3);
    waterfall.patients[0].label = waterfall.patients[0].group = waterfall.lines[0].label = hostile;
    auto spider = spider_of_two();
    spider.patients[0].arm = spider.patients[0].marks[0].event = hostile;

    for (auto const& svg : {render_svg(survival), render_svg(swimmers), render_svg(waterfall), render_svg(spider)}) {
        Markup const markup(svg);

        EXPECT_EQ(markup.fault, "");
        EXPECT_TRUE(markup.shows("a&b"));
        EXPECT_EQ(svg.find("<script"), std::string::npos);
    }
}

TEST(ClinicalCharts, NumbersAtRiskCountThoseWhoLeaveAtTheTimeOrLater) {
    EXPECT_EQ(numbers_at_risk({4, 6, 9, 20}, {0, 4, 5, 20, 21}), (std::vector<double>{4, 4, 3, 1, 0}));
    EXPECT_EQ(numbers_at_risk({}, {0, 1}), (std::vector<double>{0, 0}));
}

TEST(ClinicalCharts, NumbersAtRiskStandExactlyUnderTheirTicks) {
    auto chart = two_arms();
    chart.at_risk_times = {0, 5, 10, 20};
    chart.arms[0].at_risk = {101, 102, 103, 104};
    chart.arms[1].at_risk = {201, 202, 203, std::nan("")};

    for (auto const width : {350.0, 720.0}) {
        auto const texts = placed_texts(render_svg(chart, {width}));

        for (std::size_t i = 0; i < chart.at_risk_times.size(); ++i) {
            auto const* const tick = text_placed(texts, number_text(chart.at_risk_times[i]));
            auto const* const first = text_placed(texts, std::to_string(101 + i));
            auto const* const second = text_placed(texts, i < 3 ? std::to_string(201 + i) : "\u2013");
            ASSERT_TRUE(tick && first && second) << i;
            EXPECT_EQ(first->x, tick->x);
            EXPECT_EQ(second->x, tick->x);
            EXPECT_LT(tick->y, first->y);
            EXPECT_LT(first->y + 13.0, second->y);
        }
    }
}

TEST(ClinicalCharts, NumbersAtRiskNeverMeetOneAnotherNorTheNamesOfTheArms) {
    SurvivalChart chart{{}, {"Time (days)"}, {"Share alive"}};
    for (auto t = 0; t <= 30; ++t)
        chart.at_risk_times.push_back(t);
    chart.arms = {{"an arm with a rather long name", {0, 30}, {1, 0.5}}};
    chart.arms[0].at_risk.assign(31, 123456.0);

    auto const texts = placed_texts(render_svg(chart));

    std::vector<PlacedText> numbers;
    auto name_end = 0.0;
    for (auto const& text : texts) {
        if (text.words == number_text(123456.0, 6))
            numbers.push_back(text);
        if (text.words.ends_with("long name"))
            name_end = std::max(name_end, text.x);
    }
    std::sort(numbers.begin(), numbers.end());
    auto const number_width = text_width(number_text(123456.0, 6), letter_size);
    ASSERT_GE(numbers.size(), 4u);
    EXPECT_LT(numbers.size(), 31u);
    EXPECT_GT(name_end, 0.0);
    EXPECT_LT(name_end + 7.0, numbers.front().x - number_width / 2.0);
    for (std::size_t i = 1; i < numbers.size(); ++i)
        EXPECT_GT(numbers[i].x - numbers[i - 1].x, number_width);
}

TEST(ClinicalCharts, PatientsAreCountedUnderTheTicksTheChartChose) {
    auto const texts = placed_texts(render_svg(two_arms()));

    std::map<double, std::string> number_under;
    auto const* const title = text_placed(texts, "Number at risk");
    ASSERT_NE(title, nullptr);
    for (auto const& text : texts)
        if (text.y > title->y && text.y < title->y + 30.0 && text.words != "NK cells")
            number_under[text.x] = text.words;
    ASSERT_FALSE(number_under.empty());
    auto checked = 0;
    for (auto const& text : texts) {
        auto const under = number_under.find(text.x);
        if (under == number_under.end() || text.y > title->y || text.y < title->y - 100.0 || text.words.starts_with("Time"))
            continue;
        EXPECT_EQ(under->second, number_text(numbers_at_risk({4, 6, 9, 20}, {std::stod(text.words)})[0])) << text.words;
        ++checked;
    }
    EXPECT_EQ(checked, static_cast<int>(number_under.size()));
    EXPECT_EQ(number_under.begin()->second, "4");
}

TEST(ClinicalCharts, ACurveThatBeginsLateIsLedFromOneInSteps) {
    SurvivalChart chart;
    chart.arms = {{"", {2, 5}, {0.5, 0.0}}};
    chart.x_axis.high = 10.0;

    Markup const markup(render_svg(chart));

    auto const line = std::find_if(markup.tags.begin(), markup.tags.end(), [](auto const& tag) { return tag.starts_with("polyline "); });
    ASSERT_NE(line, markup.tags.end());
    auto const points = line->substr(line->find("points=\"") + 8);
    EXPECT_EQ(std::count(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(points.find('"')), ','), 5);
    EXPECT_TRUE(std::none_of(markup.tags.begin(), markup.tags.end(), [](auto const& tag) { return tag.starts_with("polygon "); }));
}

TEST(ClinicalCharts, ASurvivalCurveHasAStepBandAStrokeForEachCensoredAndALegend) {
    auto const chart = two_arms();

    auto const svg = render_svg(chart);

    Markup const markup(svg);
    auto const colour = light_colour(series_colour(0));
    auto const strokes = std::count_if(markup.tags.begin(), markup.tags.end(), [&](auto const& tag) {
        return tag.starts_with("line ") && tag.find(colour) != std::string::npos && number_in(tag, "x1") == number_in(tag, "x2");
    });
    EXPECT_EQ(strokes, 2);
    EXPECT_EQ(std::count_if(markup.tags.begin(), markup.tags.end(), [](auto const& tag) { return tag.starts_with("polygon "); }), 1);
    for (auto const* const words : {"NK cells", "Control", "95 % confidence interval", "censored", "log-rank p = 0.03"})
        EXPECT_TRUE(markup.shows(words)) << words;
}

TEST(ClinicalCharts, TheLegendOfSurvivalStandsRightOfTheAxis) {
    auto const svg = render_svg(two_arms());

    auto axis_end = 0.0;
    for (auto const& tag : Markup(svg).tags)
        if (tag.starts_with("line ") && tag.find("s-axis") != std::string::npos)
            axis_end = std::max(axis_end, number_in(tag, "x2"));
    auto const texts = placed_texts(svg);
    EXPECT_GT(axis_end, 300.0);
    for (auto const* const words : {"censored", "95 % confidence interval", "log-rank p = 0.03"}) {
        ASSERT_NE(text_placed(texts, words), nullptr) << words;
        EXPECT_GT(text_placed(texts, words)->x, axis_end) << words;
    }
}

TEST(ClinicalCharts, SwimmersAreSortedByTimeUnlessToldOtherwise) {
    auto chart = three_swimmers();

    auto const height_of = [](SwimmerChart const& c, std::string const& name) { return text_placed(placed_texts(render_svg(c)), name)->y; };

    EXPECT_LT(height_of(chart, "long"), height_of(chart, "middle"));
    EXPECT_LT(height_of(chart, "middle"), height_of(chart, "short"));
    chart.longest_first = false;
    EXPECT_LT(height_of(chart, "short"), height_of(chart, "long"));
}

TEST(ClinicalCharts, SegmentsOfASwimmerFollowTheTimeAxisAndKeepTheColourOfTheirState) {
    auto chart = three_swimmers();
    chart.states = {"response", "stable"};

    auto const svg = render_svg(chart);

    auto const response = bars_about(svg, "long: response, 1 to 8"), progression = bars_about(svg, "long: progression, 8 to 12");
    auto const stable = bars_about(svg, "stable");
    ASSERT_EQ(response.size(), 1u);
    ASSERT_EQ(progression.size(), 1u);
    ASSERT_EQ(stable.size(), 2u);
    EXPECT_NEAR(number_in(response[0], "x") + number_in(response[0], "width"), number_in(progression[0], "x"), 0.02);
    EXPECT_NEAR(number_in(response[0], "width") / number_in(progression[0], "width"), 7.0 / 4.0, 1e-3);
    EXPECT_EQ(attribute_of(response[0], 0, "fill"), light_colour(series_colour(0)));
    EXPECT_EQ(attribute_of(stable[0], 0, "fill"), light_colour(series_colour(1)));
    EXPECT_EQ(attribute_of(stable[1], 0, "fill"), light_colour(series_colour(1)));
}

TEST(ClinicalCharts, TheLegendOfSwimmersNamesStatesEventsAndWhatIsOngoing) {
    auto chart = three_swimmers();

    Markup const all(render_svg(chart));
    chart.patients.resize(1);
    Markup const one(render_svg(chart));

    for (auto const* const words : {"stable", "response", "progression", "dose", "response begins", "death", "observed", "ongoing"})
        EXPECT_NE(std::find(all.texts.begin(), all.texts.end(), words), all.texts.end()) << words;
    EXPECT_EQ(std::find(one.texts.begin(), one.texts.end(), "ongoing"), one.texts.end());
    EXPECT_EQ(std::find(one.texts.begin(), one.texts.end(), "observed"), one.texts.end());
}

TEST(ClinicalCharts, MarksOfASwimmerAtTheSameTimeDoNotHideOneAnother) {
    SwimmerChart chart;
    chart.patients = {{"p", 10, false, {}, {{"dose", 5}, {"dose", 5}, {"dose", 5}}}};

    std::vector<double> heights;
    for (auto const& tag : Markup(render_svg(chart)).tags)
        if (tag.starts_with("circle ") && !tag.ends_with('/'))
            heights.push_back(number_in(tag, "cy"));

    ASSERT_EQ(heights.size(), 3u);
    std::sort(heights.begin(), heights.end());
    EXPECT_GE(heights[1] - heights[0], 5.0);
    EXPECT_GE(heights[2] - heights[1], 5.0);
}

TEST(ClinicalCharts, ManySwimmersStandCloseTogetherWithoutNames) {
    SwimmerChart chart;
    for (auto i = 0; i < 120; ++i)
        chart.patients.push_back({"swimmer " + std::to_string(i), 1.0 + i});

    auto const svg = render_svg(chart);

    EXPECT_EQ(text_placed(placed_texts(svg), "swimmer 3"), nullptr);
    EXPECT_EQ(bars_about(svg, "swimmer ").size(), 120u);
    EXPECT_TRUE(Markup(svg).shows("120 patients"));
}

TEST(ClinicalCharts, BarsOfPatientsFallFromTheLargestIncreaseToTheLargestDecrease) {
    auto const svg = render_svg(responses(40));

    auto const bars = bars_about(svg, "patient ");
    ASSERT_EQ(bars.size(), 40u);
    auto signed_height = [](std::string const& bar, double zero) {
        return number_in(bar, "y") < zero - 0.1 ? number_in(bar, "height") : -number_in(bar, "height");
    };
    auto zero = 0.0;
    for (auto const& bar : bars)
        zero = std::max(zero, number_in(bar, "y"));
    for (std::size_t i = 1; i < bars.size(); ++i) {
        EXPECT_GT(number_in(bars[i], "x"), number_in(bars[i - 1], "x") + number_in(bars[i - 1], "width"));
        EXPECT_LE(signed_height(bars[i], zero), signed_height(bars[i - 1], zero) + 1e-9);
    }
    EXPECT_GT(signed_height(bars.front(), zero), 0.0);
    EXPECT_LT(signed_height(bars.back(), zero), -100.0);
}

TEST(ClinicalCharts, ABarBeyondTheClipEndsThereWithAMarkAndItsTrueValueInTheTooltip) {
    PatientWaterfall waterfall;
    waterfall.patients = {{"modest", 100.0, ""}, {"huge", 250.0, ""}};

    auto const svg = render_svg(waterfall);

    Markup const markup(svg);
    auto const huge = bars_about(svg, "huge: +250"), modest = bars_about(svg, "modest: +100");
    ASSERT_EQ(huge.size(), 1u);
    ASSERT_EQ(modest.size(), 1u);
    EXPECT_EQ(number_in(huge[0], "height"), number_in(modest[0], "height"));
    EXPECT_EQ(number_in(huge[0], "y"), number_in(modest[0], "y"));
    // One mark on the bar and one in the legend.
    EXPECT_EQ(std::count_if(markup.tags.begin(), markup.tags.end(), [](auto const& tag) { return tag.starts_with("polygon "); }), 2);
    EXPECT_TRUE(markup.shows("cut off"));
}

TEST(ClinicalCharts, NamesOfPatientsVanishWhenTheBarsStandTooCloseButTooltipsStay) {
    auto const few = render_svg(responses(20)), many = render_svg(responses(200));

    auto const turned = [](std::string const& svg) {
        auto const tags = Markup(svg).tags;
        return std::count_if(tags.begin(), tags.end(), [](auto const& tag) { return tag.find("rotate(-90") != std::string::npos; });
    };
    EXPECT_EQ(turned(few), 20);
    EXPECT_EQ(turned(many), 0);
    EXPECT_EQ(bars_about(many, "patient ").size(), 200u);
    EXPECT_TRUE(Markup(many).shows("n = 200"));
}

TEST(ClinicalCharts, ReferenceLinesOfChangesStandAtTheirValuesAndAreNamed) {
    PatientWaterfall waterfall;
    waterfall.patients = {{"a", 20.0, ""}, {"b", -30.0, ""}};

    auto const svg = render_svg(waterfall);

    std::vector<double> dashed;
    for (auto const& tag : Markup(svg).tags)
        if (tag.starts_with("line ") && tag.find("stroke-dasharray") != std::string::npos)
            dashed.push_back(number_in(tag, "y1"));
    auto const up = bars_about(svg, "a: "), down = bars_about(svg, "b: ");
    ASSERT_EQ(dashed.size(), 2u);
    EXPECT_NEAR(dashed[0], number_in(up.at(0), "y"), 0.02);
    EXPECT_NEAR(dashed[1], number_in(down.at(0), "y") + number_in(down.at(0), "height"), 0.02);
    EXPECT_TRUE(Markup(svg).shows("+20\u202f%"));
    EXPECT_TRUE(Markup(svg).shows("\u221230\u202f%"));
}

TEST(ClinicalCharts, PatientsWithoutAMeasurementAreCountedNotDrawn) {
    auto waterfall = responses(5);
    waterfall.patients[2].change = std::nan("");

    auto const svg = render_svg(waterfall);

    EXPECT_EQ(bars_about(svg, "patient ").size(), 4u);
    EXPECT_TRUE(Markup(svg).shows("n = 4; 1 not measured"));
}

TEST(ClinicalCharts, ASpiderHasOneLineAPatientAndOneLegendEntryAnArm) {
    auto const chart = to_chart(spider_of_two());

    Markup const markup(render_svg(spider_of_two()));

    std::vector<std::string> labels;
    for (auto const& series : chart.series)
        if (!series.label.empty())
            labels.push_back(series.label);
    EXPECT_EQ(labels, (std::vector<std::string>{"NK cells", "Control", "new lesion"}));
    EXPECT_EQ(std::count_if(markup.tags.begin(), markup.tags.end(), [](auto const& tag) { return tag.starts_with("polyline "); }), 3);
    EXPECT_EQ(std::count(markup.texts.begin(), markup.texts.end(), "NK cells"), 1);
}

TEST(ClinicalCharts, AMarkOfASpiderStandsOnItsLineAndIsLeftOutBeyondTheLinesEnd) {
    auto const chart = to_chart(spider_of_two());

    auto const& marks = chart.series.back();
    EXPECT_EQ(marks.x, (std::vector<double>{3.0}));
    EXPECT_EQ(marks.y, (std::vector<double>{-80.0}));
}

TEST(ClinicalCharts, ALogarithmicSpiderShowsRatiosAndSaysWhereItIsCut) {
    auto spider = spider_of_two();
    spider.burden = SpiderChart::Burden::log_ratio;

    auto const chart = to_chart(spider);

    EXPECT_EQ(chart.y_axis.scale, AxisScale::log);
    EXPECT_EQ(chart.series.at(1).y, (std::vector<double>{1.0, 1.0 + -60.0 / 100.0, 0.01}));
    ASSERT_EQ(chart.lines.size(), 3u);
    EXPECT_NEAR(chart.lines[0].value, 1.2, 1e-12);
    EXPECT_NEAR(chart.lines[1].value, 0.7, 1e-12);
    EXPECT_EQ(chart.lines[2].value, 0.01);
    spider.patients.erase(spider.patients.begin());
    EXPECT_EQ(to_chart(spider).lines.size(), 2u);
}

TEST(ClinicalCharts, ImpossibleListsAreContractErrors) {
    SurvivalChart uneven, above, backwards, risk = two_arms();
    uneven.arms = {{"", {0, 1}, {1}}};
    above.arms = {{"", {0}, {1.5}}};
    backwards.arms = {{"", {1, 0}, {1, 0.5}}};
    risk.at_risk_times = {0, 5};
    risk.arms[0].at_risk = {1};
    SwimmerChart reversed;
    reversed.patients = {{"p", 5, false, {{"stable", 3, 2}}, {}}};
    PatientWaterfall below;
    below.patients = {{"p", -101.0, ""}};
    SpiderChart spider;
    spider.patients = {{"p", "", {0, 1}, {0}, {}}};

    EXPECT_THROW(render_svg(uneven), ContractError);
    EXPECT_THROW(render_svg(above), ContractError);
    EXPECT_THROW(render_svg(backwards), ContractError);
    EXPECT_THROW(render_svg(risk), ContractError);
    EXPECT_THROW(render_svg(reversed), ContractError);
    EXPECT_THROW(render_svg(below), ContractError);
    EXPECT_THROW(render_svg(spider), ContractError);
}

TEST(ClinicalCharts, LongWordsAreBrokenOrCutWithinTheirWidth) {
    std::string const word(60, 'x');

    auto const lines = wrapped(breakable(word, letter_size, 100.0), letter_size, 100.0);

    EXPECT_GT(lines.size(), 3u);
    std::string together;
    for (auto const& line : lines) {
        EXPECT_LE(text_width(line, letter_size), 100.0);
        together += line;
    }
    EXPECT_EQ(together, word);
    EXPECT_EQ(breakable("short words", letter_size, 100.0), "short words");
    EXPECT_LE(text_width(shortened(word, letter_size, 100.0), letter_size), 100.0);
    EXPECT_TRUE(shortened(word, letter_size, 100.0).ends_with("x\u2026"));
    EXPECT_EQ(shortened("short", letter_size, 100.0), "short");
}

} // namespace
} // namespace nk::formats::report
