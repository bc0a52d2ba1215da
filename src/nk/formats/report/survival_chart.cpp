#include "nk/base/error.hpp"
#include "nk/formats/report/clinical_plots.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/plot_area.hpp"
#include "nk/formats/report/series_shapes.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>

namespace nk::formats::report {
namespace {

using SurvivalArm = SurvivalChart::Arm;

constexpr double risk_line_height = 17.0;
constexpr double column_gap = 8.0;
constexpr double least_stroke_distance = 2.5; ///< of censored patients [px]
constexpr double broad_letters_share = 1.07;  ///< fonts broader than the one `text_width` estimates

/// The numbers below the ticks: one list an arm, one text a tick.
using RiskNumbers = std::vector<std::vector<std::string>>;

bool is_share(double value) {
    return std::isnan(value) || (value >= -1e-9 && value <= 1.0 + 1e-9);
}

bool all_finite(std::vector<double> const& values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

void check_survival(SurvivalChart const& chart) {
    NK_EXPECT(all_finite(chart.at_risk_times) && std::is_sorted(chart.at_risk_times.begin(), chart.at_risk_times.end()));
    for (auto const& arm : chart.arms) {
        NK_EXPECT(arm.survival.size() == arm.time.size() && arm.low.size() == arm.high.size());
        NK_EXPECT(arm.low.empty() || arm.low.size() == arm.time.size());
        NK_EXPECT(all_finite(arm.time) && std::is_sorted(arm.time.begin(), arm.time.end()));
        NK_EXPECT(all_finite(arm.censored) && all_finite(arm.follow_up));
        NK_EXPECT(arm.at_risk.empty() || arm.at_risk.size() == chart.at_risk_times.size());
        for (auto const* list : {&arm.survival, &arm.low, &arm.high})
            NK_EXPECT(std::all_of(list->begin(), list->end(), is_share));
    }
}

double largest_of(std::vector<double> const& values, double least) {
    return values.empty() ? least : std::max(least, *std::max_element(values.begin(), values.end()));
}

/// The arm as a series of steps, from time 0 to the last patient's time.
Series steps_of(SurvivalArm const& arm, std::size_t place) {
    Series series{arm.label, arm.time, arm.survival, arm.low, arm.high};
    series.style = SeriesStyle::step;
    series.colour = arm.colour >= 0 ? arm.colour : static_cast<int>(place);
    if (series.x.empty())
        return series;
    if (series.x.front() > 0.0) {
        series.x.insert(series.x.begin(), 0.0);
        for (auto* list : {&series.y, &series.low, &series.high})
            if (list == &series.y || !list->empty())
                list->insert(list->begin(), 1.0);
    }
    auto const last = largest_of(arm.follow_up, largest_of(arm.censored, series.x.back()));
    if (last > series.x.back()) {
        series.x.push_back(last);
        for (auto* list : {&series.y, &series.low, &series.high})
            if (!list->empty())
                list->push_back(list->back());
    }
    return series;
}

/// The height of the steps at a time; NaN before their beginning.
double height_at(Series const& series, double time) {
    auto const after = std::upper_bound(series.x.begin(), series.x.end(), time);
    return after == series.x.begin() ? Axis::not_given() : series.y[static_cast<std::size_t>(after - series.x.begin()) - 1];
}

AxisTicks time_ticks(SurvivalChart const& chart, std::vector<Series> const& all, Canvas const& canvas) {
    auto axis = chart.x_axis;
    axis.scale = AxisScale::linear;
    if (!chart.at_risk_times.empty())
        axis.ticks_at = chart.at_risk_times;
    auto low = 0.0, high = 0.0;
    for (auto const& series : all) {
        low = series.x.empty() ? low : std::min(low, series.x.front());
        high = largest_of(series.x, high);
    }
    for (auto const& arm : chart.arms)
        high = largest_of(arm.follow_up, high);
    high = high > low ? high : low + 1.0;
    return choose_ticks(axis, low, high, canvas.narrow() ? 4 : 7, RangeFit::tight);
}

RiskNumbers risk_numbers(SurvivalChart const& chart, AxisTicks const& ticks) {
    std::vector<double> times;
    for (auto const& tick : ticks.ticks)
        times.push_back(tick.value);
    RiskNumbers rows;
    auto any = false;
    for (auto const& arm : chart.arms) {
        auto numbers = arm.at_risk;
        if (chart.at_risk_times.empty() && !arm.follow_up.empty())
            numbers = numbers_at_risk(arm.follow_up, times);
        any = any || !numbers.empty();
        numbers.resize(times.size(), Axis::not_given());
        rows.emplace_back();
        for (auto const number : numbers)
            rows.back().push_back(number_text(number, 6));
    }
    return any ? rows : RiskNumbers{};
}

double widest_number(RiskNumbers const& rows) {
    auto widest_text = 0.0;
    for (auto const& row : rows)
        for (auto const& number : row)
            widest_text = std::max(widest_text, text_width(number, letter_size));
    return widest_text;
}

/// Takes the text from every tick but each second, third, ... until the columns stand apart: a tick without text has no number.
void thin_columns(AxisTicks& ticks, double number_width, PixelScale const& x) {
    auto const count = ticks.ticks.size();
    auto const apart = [&](std::size_t stride) {
        for (std::size_t i = stride; i < count; i += stride) {
            auto const &before = ticks.ticks[i - stride], &here = ticks.ticks[i];
            auto const halves = std::max(number_width, text_width(before.text, letter_size)) / 2.0 +
                                std::max(number_width, text_width(here.text, letter_size)) / 2.0;
            if (x(here.value) - x(before.value) < halves + column_gap)
                return false;
        }
        return true;
    };
    std::size_t stride = 1;
    while (stride < count && !apart(stride))
        ++stride;
    for (std::size_t i = 0; i < count; ++i)
        if (i % stride != 0)
            ticks.ticks[i].text.clear();
}

/// Where the table's columns stand and how wide its names may be.
struct RiskTable {
    RiskNumbers const& numbers;
    AxisTicks const& ticks;
    std::vector<std::vector<std::string>> const& names;
    double number_width;
};

double draw_risk_table(SvgWriter& svg, SurvivalChart const& chart, RiskTable const& table, PlotArea const& area, PixelScale const& x,
                       Canvas const& canvas, double y) {
    auto below = draw_lines(svg, {8.0, y + 22.0}, wrapped(chart.at_risk_title, letter_size, canvas.width - 16.0),
                            {letter_size, Anchor::start, "ink", true});
    for (std::size_t k = 0; k < table.numbers.size(); ++k) {
        auto const& lines = table.names[k];
        auto const text_height = static_cast<double>(lines.size()) * risk_line_height;
        auto const name_end = area.left - table.number_width / 2.0 - 14.0;
        auto const colour = look_of({"", {}, {}, {}, {}, {}, SeriesStyle::step, chart.arms[k].colour}, k).colour;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            Point const place{canvas.narrow() ? 16.0 : name_end, below + static_cast<double>(i) * risk_line_height};
            svg.text(place, lines[i], {letter_size, canvas.narrow() ? Anchor::start : Anchor::end});
        }
        // A strip in the arm's colour, since words in the paler colours are hard to read.
        svg.rectangle({canvas.narrow() ? 8.0 : name_end + 4.0, below - 12.0}, 3.0, text_height - 1.0, {colour});
        auto const middle = below + (text_height - risk_line_height) / 2.0;
        auto const baseline = canvas.narrow() ? below + text_height : middle;
        for (std::size_t i = 0; i < table.ticks.ticks.size(); ++i)
            if (!table.ticks.ticks[i].text.empty())
                svg.text({x(table.ticks.ticks[i].value), baseline}, table.numbers[k][i], {letter_size, Anchor::middle});
        below += text_height + (canvas.narrow() ? risk_line_height : 0.0) + 4.0;
    }
    return below - 8.0;
}

void draw_censoring(SvgWriter& svg, SurvivalArm const& arm, Series const& series, std::string const& colour, PixelScale const& x,
                    PixelScale const& y) {
    auto times = arm.censored;
    std::sort(times.begin(), times.end());
    auto last = -1e9;
    for (auto const time : times) {
        auto const height = height_at(series, time);
        // Closer strokes would melt into a bar that hides the curve.
        if (!y.shows(height) || x(time) - last < least_stroke_distance)
            continue;
        last = x(time);
        Point const place{x(time), y(height)};
        svg.line({place.x, place.y - 5.5}, {place.x, place.y + 5.5}, {"none", colour, 1.6});
    }
}

std::vector<LegendEntry> survival_legend(SurvivalChart const& chart, std::vector<Series> const& all) {
    std::vector<LegendEntry> entries;
    auto banded = false;
    for (std::size_t k = 0; k < all.size(); ++k) {
        auto const look = look_of(all[k], k);
        if (!all[k].label.empty())
            entries.push_back({all[k].label, LegendEntry::Kind::line, look.colour, look.dash});
        banded = banded || !all[k].low.empty();
    }
    if (banded && !chart.band_label.empty())
        entries.push_back({chart.band_label, LegendEntry::Kind::band, "muted", "", 0, 0.3});
    return entries;
}

bool has_censored(SurvivalChart const& chart) {
    return !chart.censored_label.empty() &&
           std::any_of(chart.arms.begin(), chart.arms.end(), [](auto const& arm) { return !arm.censored.empty(); });
}

/// Legend, the sample of a censored patient, remarks. Returns the height.
double draw_explanations(SvgWriter& svg, SurvivalChart const& chart, std::vector<Series> const& all, Point corner, double width,
                         bool side_by_side) {
    auto y = corner.y + draw_legend(svg, corner, width, breakable(survival_legend(chart, all), width), side_by_side);
    if (has_censored(chart)) {
        std::vector<LegendEntry> const entry{{chart.censored_label, LegendEntry::Kind::line, "muted"}};
        svg.line({corner.x + 12.0, y + 3.5}, {corner.x + 12.0, y + 14.5}, {"none", "muted", 1.6});
        y += draw_legend(svg, {corner.x, y}, width, breakable(entry, width), side_by_side);
    }
    for (auto const& remark : chart.remarks)
        y = 2.0 + draw_lines(svg, {corner.x, y + 20.0}, wrapped(breakable(remark, letter_size, width), letter_size, width), {letter_size}) -
            letter_size * 1.38;
    return y + (chart.remarks.empty() ? 0.0 : 6.0) - corner.y;
}

double explanation_width(SurvivalChart const& chart, std::vector<Series> const& all, double most) {
    auto entries = survival_legend(chart, all);
    if (has_censored(chart))
        entries.push_back({chart.censored_label});
    auto width = entries.empty() ? 0.0 : legend_width(entries, most);
    for (auto const& remark : chart.remarks)
        width = std::max(width, std::min(most, text_width(remark, letter_size)));
    return width;
}

std::string survival_words(SurvivalChart const& chart, std::vector<Series> const& all) {
    auto out = chart.y_axis.title + " against " + chart.x_axis.title + ".";
    for (auto const& series : all)
        if (!series.y.empty())
            out += " " + series.label + ": " + number_text(series.y.back()) + " at " + number_text(series.x.back()) + ".";
    for (auto const& remark : chart.remarks)
        out += " " + remark + ".";
    return out + (chart.heading.note.empty() ? "" : " " + chart.heading.note);
}

} // namespace

std::vector<double> numbers_at_risk(std::vector<double> const& follow_up, std::vector<double> const& times) {
    std::vector<double> numbers;
    for (auto const time : times)
        numbers.push_back(
            static_cast<double>(std::count_if(follow_up.begin(), follow_up.end(), [time](double until) { return until >= time; })));
    return numbers;
}

std::string render_svg(SurvivalChart const& chart, Canvas const& canvas) {
    check_survival(chart);
    SvgWriter svg;
    std::vector<Series> all;
    for (auto const& arm : chart.arms)
        all.push_back(steps_of(arm, all.size()));
    auto y_axis = chart.y_axis;
    y_axis.scale = AxisScale::linear;
    y_axis.low = std::isnan(y_axis.low) ? 0.0 : y_axis.low;
    y_axis.high = std::isnan(y_axis.high) ? 1.0 : y_axis.high;
    auto const y_ticks = choose_ticks(y_axis, 0.0, 1.0, canvas.narrow() ? 4 : 6, RangeFit::nice);
    auto x_ticks = time_ticks(chart, all, canvas);
    auto const numbers = risk_numbers(chart, x_ticks);
    auto const number_width = widest_number(numbers);

    auto const top = draw_heading(svg, chart.heading, canvas);
    auto const text_room = explanation_width(chart, all, canvas.width * 0.28);
    auto const beside = !canvas.narrow() && text_room > 0.0;
    auto left = std::max(30.0, tick_text_width(y_ticks) + 16.0), widest_name = 0.0;
    auto const most = canvas.narrow() ? canvas.width - 24.0 : canvas.width * 0.22;
    std::vector<std::vector<std::string>> names;
    for (auto const& arm : chart.arms) {
        names.push_back(wrapped(breakable(arm.label, letter_size, most), letter_size, most));
        for (auto const& line : names.back())
            widest_name = std::max(widest_name, text_width(line, letter_size) * broad_letters_share);
    }
    if (!numbers.empty())
        left = std::max(left, number_width / 2.0 + (canvas.narrow() ? 8.0 : 22.0 + widest_name));
    auto const y_title = wrapped(y_axis.title, 14.0, canvas.width - 16.0);
    PlotArea area{left, top, canvas.width - (beside ? text_room + 32.0 : std::max(16.0, number_width / 2.0 + 6.0)), 0.0};
    area.top += y_axis.title.empty() ? 10.0 : 20.0 * static_cast<double>(y_title.size()) + 10.0;
    area.bottom = area.top + (canvas.narrow() ? 230.0 : 320.0);
    PixelScale const x(AxisScale::linear, x_ticks, area.left, area.right);
    PixelScale const y(AxisScale::linear, y_ticks, area.bottom, area.top);
    thin_columns(x_ticks, number_width, x);

    if (!y_axis.title.empty())
        draw_lines(svg, {8.0, top + 14.0}, y_title, {14.0});
    draw_y_axis(svg, area, y_ticks, y);
    auto below = draw_x_axis(svg, area, x_ticks, x, chart.x_axis.title);
    svg.begin_clip({area.left - 6.0, area.top - 8.0}, area.width() + 12.0, area.height() + 14.0);
    draw_series(svg, all, area, x, y);
    for (std::size_t k = 0; k < all.size(); ++k)
        draw_censoring(svg, chart.arms[k], all[k], look_of(all[k], k).colour, x, y);
    svg.end_group();
    if (!numbers.empty())
        below = draw_risk_table(svg, chart, {numbers, x_ticks, names, number_width}, area, x, canvas, below);
    if (beside)
        below = std::max(below, area.top + draw_explanations(svg, chart, all, {area.right + 22.0, area.top}, text_room, false));
    else
        below += 8.0 + draw_explanations(svg, chart, all, {8.0, below + 8.0}, canvas.width - 16.0, true);
    return svg.document(canvas.width, draw_note(svg, chart.heading, canvas, below), chart.heading.title, survival_words(chart, all));
}

} // namespace nk::formats::report
