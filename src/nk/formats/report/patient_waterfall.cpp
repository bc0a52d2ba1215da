#include "nk/base/error.hpp"
#include "nk/formats/report/clinical_plots.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/plot_area.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>

namespace nk::formats::report {
namespace {

using BurdenChange = PatientWaterfall::Patient;

constexpr double least_pitch_of_names = 14.0; ///< of bars that still have upright names below them [px]
constexpr double longest_name = 120.0;        ///< [px]

/// What is drawn: the measured patients, largest increase first.
std::vector<BurdenChange const*> sorted_changes(PatientWaterfall const& waterfall) {
    std::vector<BurdenChange const*> order;
    for (auto const& patient : waterfall.patients) {
        NK_EXPECT(!(patient.change < -100.0 - 1e-9) && !std::isinf(patient.change));
        if (!std::isnan(patient.change))
            order.push_back(&patient);
    }
    std::stable_sort(order.begin(), order.end(), [](auto const* a, auto const* b) { return a->change > b->change; });
    return order;
}

std::string percent_change(double value) {
    return (value > 0.0 ? "+" : "") + number_text(value) + "\u202f%";
}

AxisTicks change_ticks(PatientWaterfall const& waterfall, std::vector<BurdenChange const*> const& order, Canvas const& canvas) {
    auto axis = waterfall.value_axis;
    axis.scale = AxisScale::linear;
    // Always down to -100 %, so that complete responses are told from others at a glance; up as far as needed.
    auto high = 40.0;
    for (auto const* patient : order)
        high = std::max(high, std::min(patient->change, waterfall.clip_at));
    for (auto const& line : waterfall.lines)
        high = std::max(high, std::min(line.value, waterfall.clip_at));
    return choose_ticks(axis, -100.0, std::min(high, waterfall.clip_at), canvas.narrow() ? 5 : 8, RangeFit::nice);
}

/// Dashed lines across, their labels right of the plot, one below another where they would meet.
void draw_limits(SvgWriter& svg, std::vector<ReferenceLine> lines, PlotArea const& area, PixelScale const& y, double room) {
    std::sort(lines.begin(), lines.end(), [](auto const& a, auto const& b) { return a.value > b.value; });
    auto next = -1e9;
    for (auto const& line : lines) {
        if (line.direction != ReferenceLine::Direction::horizontal || !(line.value >= y.low() && line.value <= y.high()))
            continue;
        auto const at = y(line.value);
        svg.line({area.left, at}, {area.right, at}, {"none", "ink", 1.2, "5 4"});
        if (line.label.empty())
            continue;
        auto const text = wrapped(breakable(line.label, letter_size, room), letter_size, room);
        auto const baseline = std::max(next, at + 4.5);
        next = draw_lines(svg, {area.right + 6.0, baseline}, text, {letter_size, Anchor::start, "muted"});
    }
}

double limit_room(std::vector<ReferenceLine> const& lines, double most) {
    auto room = 0.0;
    for (auto const& line : lines)
        room = std::max(room, text_width(line.label, letter_size));
    return std::min(most, room);
}

/// How bars stand side by side.
struct BarPlaces {
    PlotArea const& area;
    std::size_t count;
    double pitch() const { return std::min(60.0, area.width() / static_cast<double>(std::max<std::size_t>(1, count))); }
    double bar() const { return pitch() * (pitch() < 6.0 ? 0.88 : 0.78); }
    double centre(std::size_t i) const {
        auto const first = (area.left + area.right) / 2.0 - pitch() * static_cast<double>(count) / 2.0;
        return first + pitch() * (static_cast<double>(i) + 0.5);
    }
};

void draw_change(SvgWriter& svg, BurdenChange const& patient, std::string const& colour, double clip_at, double centre,
                 BarPlaces const& places, PixelScale const& y) {
    auto const top = std::min(clip_at, y.high());
    auto const zero = y(std::clamp(0.0, y.low(), y.high())), end = y(std::clamp(patient.change, y.low(), top));
    auto const width = places.bar();
    svg.rectangle({centre - width / 2.0, std::min(zero, end)}, width, std::max(1.5, std::abs(end - zero)), {colour}, 0.0,
                  patient.label + (patient.group.empty() ? "" : ", " + patient.group) + ": " + percent_change(patient.change));
    if (patient.change <= top)
        return;
    auto const half = std::min(width, 11.0) / 2.0, base = end - 3.0;
    auto const words = percent_change(patient.change);
    svg.polygon({{centre - half, base}, {centre, base - 7.0}, {centre + half, base}}, {"ink"}, words);
    if (text_width(words, letter_size) + 4.0 < places.pitch())
        svg.text({centre, base - 11.0}, words, {letter_size, Anchor::middle, "muted"});
}

/// Upright names below the bars when they have room. Returns the y below.
double draw_names(SvgWriter& svg, std::vector<BurdenChange const*> const& order, BarPlaces const& places) {
    auto const bottom = places.area.bottom;
    if (places.pitch() < least_pitch_of_names)
        return bottom + 4.0;
    auto longest = 0.0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto const name = shortened(order[i]->label, letter_size, longest_name);
        longest = std::max(longest, text_width(name, letter_size));
        if (!name.empty())
            svg.text({places.centre(i) + 4.5, bottom + 8.0}, name, {letter_size, Anchor::end, "muted", false, -90.0});
    }
    return bottom + 8.0 + longest;
}

std::string count_words(std::size_t shown, std::size_t all) {
    auto out = "Patients, sorted (n = " + std::to_string(shown);
    return out + (shown < all ? "; " + std::to_string(all - shown) + " not measured)" : ")");
}

std::vector<LegendEntry> change_legend(std::vector<std::string> const& groups, double clip_at, bool clipped) {
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (!groups[i].empty())
            entries.push_back({groups[i], LegendEntry::Kind::box, series_colour(static_cast<int>(i))});
    if (clipped)
        entries.push_back({"above " + percent_change(clip_at) + ", cut off", LegendEntry::Kind::points, "ink", "", 2});
    return entries;
}

std::string change_words(PatientWaterfall const& waterfall, std::vector<BurdenChange const*> const& order) {
    auto out = count_words(order.size(), waterfall.patients.size()) + ".";
    if (!order.empty())
        out += " From " + percent_change(order.front()->change) + " to " + percent_change(order.back()->change) + ".";
    for (auto const& line : waterfall.lines) {
        auto const rises = line.value > 0.0;
        auto const count = std::count_if(order.begin(), order.end(), [&](auto const* patient) {
            return rises ? patient->change >= line.value : patient->change <= line.value;
        });
        out += " " + std::to_string(count) + " at " + percent_change(line.value) + (rises ? " or above." : " or below.");
    }
    return out + (waterfall.heading.note.empty() ? "" : " " + waterfall.heading.note);
}

using SpiderPatient = SpiderChart::Patient;

/// A change [%] as the spider shows it.
double shown_burden(SpiderChart const& spider, double change) {
    if (spider.burden == SpiderChart::Burden::change || std::isnan(change))
        return change;
    return std::max(1.0 + change / 100.0, spider.lowest_ratio);
}

/// Where the patient's line runs at a time; NaN beyond its ends and in its gaps.
double burden_at(Series const& series, double time, bool logarithmic) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        if (series.x[i] == time && !std::isnan(series.y[i]))
            return series.y[i];
        if (i == 0 || !(series.x[i - 1] < time && time < series.x[i]))
            continue;
        auto const share = (time - series.x[i - 1]) / (series.x[i] - series.x[i - 1]);
        return logarithmic ? series.y[i - 1] * std::pow(series.y[i] / series.y[i - 1], share)
                           : series.y[i - 1] + share * (series.y[i] - series.y[i - 1]);
    }
    return Axis::not_given();
}

void check_spider(SpiderChart const& spider) {
    NK_EXPECT(std::isfinite(spider.lowest_ratio) && spider.lowest_ratio > 0.0);
    for (auto const& patient : spider.patients) {
        NK_EXPECT(patient.time.size() == patient.change.size() && std::is_sorted(patient.time.begin(), patient.time.end()));
        NK_EXPECT(std::all_of(patient.time.begin(), patient.time.end(), [](double v) { return std::isfinite(v); }));
        NK_EXPECT(std::none_of(patient.change.begin(), patient.change.end(), [](double v) { return v < -100.0 - 1e-9 || std::isinf(v); }));
    }
}

Series course_of(SpiderChart const& spider, SpiderPatient const& patient, std::size_t arm) {
    Series series;
    series.x = patient.time;
    series.colour = static_cast<int>(arm);
    for (auto const change : patient.change)
        series.y.push_back(shown_burden(spider, change));
    return series;
}

/// The limits as the axis shows them, and where a log axis was cut.
std::vector<ReferenceLine> spider_lines(SpiderChart const& spider) {
    std::vector<ReferenceLine> lines;
    auto const logarithmic = spider.burden == SpiderChart::Burden::log_ratio;
    for (auto line : spider.lines) {
        if (line.direction == ReferenceLine::Direction::horizontal && logarithmic)
            line.value = 1.0 + line.value / 100.0;
        if (!logarithmic || line.value > 0.0)
            lines.push_back(line);
    }
    auto const cut = [&](double change) { return 1.0 + change / 100.0 < spider.lowest_ratio; };
    if (logarithmic && std::any_of(spider.patients.begin(), spider.patients.end(), [&](SpiderPatient const& patient) {
            return std::any_of(patient.change.begin(), patient.change.end(), cut);
        }))
        lines.push_back({spider.lowest_ratio, "this or less", ReferenceLine::Direction::horizontal});
    return lines;
}

/// The code points of UTF-8 text, one by one.
std::vector<std::string> letters_of(std::string_view text) {
    std::vector<std::string> letters;
    for (auto const c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0) != 0x80 || letters.empty())
            letters.emplace_back();
        letters.back() += c;
    }
    return letters;
}

} // namespace

std::string render_svg(PatientWaterfall const& waterfall, Canvas const& canvas) {
    NK_EXPECT(std::isfinite(waterfall.clip_at) && waterfall.clip_at > 0.0);
    SvgWriter svg;
    auto const order = sorted_changes(waterfall);
    auto const ticks = change_ticks(waterfall, order, canvas);
    auto const top = draw_heading(svg, waterfall.heading, canvas);
    auto const y_title = wrapped(waterfall.value_axis.title, 14.0, canvas.width - 16.0);
    auto const room = limit_room(waterfall.lines, canvas.width * 0.22);
    auto const cut = std::min(waterfall.clip_at, ticks.high);
    auto const clipped = !order.empty() && order.front()->change > cut;
    PlotArea area{std::max(30.0, tick_text_width(ticks) + 16.0), top, canvas.width - 14.0 - room, 0.0};
    area.top += (waterfall.value_axis.title.empty() ? 10.0 : 20.0 * static_cast<double>(y_title.size()) + 10.0) + (clipped ? 24.0 : 0.0);
    area.bottom = area.top + (canvas.narrow() ? 230.0 : 320.0);
    PixelScale const y(AxisScale::linear, ticks, area.bottom, area.top);
    if (!waterfall.value_axis.title.empty())
        draw_lines(svg, {8.0, top + 14.0}, y_title, {14.0});
    draw_y_axis(svg, area, ticks, y);

    auto groups = waterfall.groups;
    for (auto const& patient : waterfall.patients)
        place_of(patient.group, groups);
    BarPlaces const places{area, order.size()};
    for (std::size_t i = 0; i < order.size(); ++i)
        draw_change(svg, *order[i], series_colour(static_cast<int>(place_of(order[i]->group, groups))), waterfall.clip_at, places.centre(i),
                    places, y);
    if (y.low() <= 0.0 && y.high() >= 0.0)
        svg.line({area.left, y(0.0)}, {area.right, y(0.0)}, {"none", "axis", 1.2});
    draw_limits(svg, waterfall.lines, area, y, room);
    auto below = draw_names(svg, order, places);
    auto const caption = wrapped(count_words(order.size(), waterfall.patients.size()), 14.0, area.right - 8.0);
    below = draw_lines(svg, {(area.left + area.right) / 2.0, below + 20.0}, caption, {14.0, Anchor::middle}) - 12.0;
    auto const width = canvas.width - 16.0;
    if (auto const legend = change_legend(groups, cut, clipped); !legend.empty())
        below += 10.0 + draw_legend(svg, {8.0, below + 10.0}, width, breakable(legend, width), true);
    return svg.document(canvas.width, draw_note(svg, waterfall.heading, canvas, below), waterfall.heading.title,
                        change_words(waterfall, order));
}

Chart to_chart(SpiderChart const& spider) {
    check_spider(spider);
    auto const logarithmic = spider.burden == SpiderChart::Burden::log_ratio;
    Chart chart{spider.heading, spider.x_axis, spider.y_axis, {}, spider_lines(spider)};
    chart.y_axis.scale = logarithmic ? AxisScale::log : AxisScale::linear;
    auto arms = spider.arms;
    for (auto const& patient : spider.patients)
        place_of(patient.arm, arms);
    std::vector<std::string> events;
    std::vector<Series> marks;
    for (std::size_t arm = 0; arm < arms.size(); ++arm) {
        Series entry; // without points: only the legend's entry of the arm
        entry.label = arms[arm];
        entry.colour = static_cast<int>(arm);
        chart.series.push_back(entry);
        for (auto const& patient : spider.patients) {
            if (patient.arm != arms[arm])
                continue;
            chart.series.push_back(course_of(spider, patient, arm));
            for (auto const& mark : patient.marks) {
                auto const burden = burden_at(chart.series.back(), mark.time, logarithmic);
                if (std::isnan(burden))
                    continue;
                auto const place = place_of(mark.event, events);
                marks.resize(std::max(marks.size(), place + 1));
                marks[place].x.push_back(mark.time);
                marks[place].y.push_back(burden);
            }
        }
    }
    for (std::size_t i = 0; i < marks.size(); ++i) {
        marks[i].label = events[i];
        marks[i].style = SeriesStyle::points;
        marks[i].colour = 6 + static_cast<int>(i); // from dark grey on: rarely an arm's colour
        chart.series.push_back(marks[i]);
    }
    return chart;
}

std::string render_svg(SpiderChart const& chart, Canvas const& canvas) {
    auto plain = to_chart(chart);
    for (auto& series : plain.series)
        series.label = breakable(series.label, letter_size, canvas.narrow() ? canvas.width - 50.0 : canvas.width * 0.28 - 36.0);
    return render_svg(plain, canvas);
}

std::string breakable(std::string_view text, double font_size, double width) {
    std::string out;
    auto word = 0.0;
    for (auto const& letter : letters_of(text)) {
        auto const here = text_width(letter, font_size);
        if (letter != " " && word + here > width && word > 0.0) {
            out += ' ';
            word = 0.0;
        }
        out += letter;
        word = letter == " " ? 0.0 : word + here;
    }
    return out;
}

std::string shortened(std::string_view text, double font_size, double width) {
    if (text_width(text, font_size) <= width)
        return std::string(text);
    std::string out;
    auto room = width - text_width("\u2026", font_size);
    for (auto const& letter : letters_of(text)) {
        room -= text_width(letter, font_size);
        if (room < 0.0)
            break;
        out += letter;
    }
    return out + "\u2026";
}

std::vector<LegendEntry> breakable(std::vector<LegendEntry> entries, double width) {
    constexpr auto sample_room = 32.0; // of the sample left of the words
    for (auto& entry : entries)
        entry.label = breakable(entry.label, letter_size, width - sample_room);
    return entries;
}

} // namespace nk::formats::report
