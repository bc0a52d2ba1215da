#include "nk/base/error.hpp"
#include "nk/formats/report/clinical_plots.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/rows.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace nk::formats::report {
namespace {

using Swimmer = SwimmerChart::Patient;

constexpr std::size_t most_named_swimmers = 60;
constexpr double lane_height = 22.0;
constexpr double thin_lane_height = 8.0;
constexpr double arrow_room = 22.0;
constexpr double broad_names_share = 1.07; ///< fonts broader than the one `text_width` estimates

void check_swimmers(SwimmerChart const& chart) {
    for (auto const& patient : chart.patients) {
        NK_EXPECT(std::isfinite(patient.start) && std::isfinite(patient.end) && patient.start <= patient.end);
        for (auto const& segment : patient.segments)
            NK_EXPECT(std::isfinite(segment.from) && std::isfinite(segment.to) && segment.from <= segment.to);
        for (auto const& mark : patient.marks)
            NK_EXPECT(std::isfinite(mark.time));
    }
}

/// The patients in the order of their bars.
std::vector<Swimmer const*> swimmers_in_order(SwimmerChart const& chart) {
    std::vector<Swimmer const*> order;
    for (auto const& patient : chart.patients)
        order.push_back(&patient);
    if (chart.longest_first)
        std::stable_sort(order.begin(), order.end(), [](auto const* a, auto const* b) { return a->end - a->start > b->end - b->start; });
    return order;
}

/// Rows without names, close together.
RowLayout thin_rows(std::size_t count, double y, Canvas const& canvas) {
    RowLayout layout;
    layout.area = {14.0, y, canvas.width - arrow_room - 16.0, y};
    y += 6.0;
    for (std::size_t i = 0; i < count; ++i) {
        layout.top.push_back(y);
        layout.height.push_back(thin_lane_height);
        y += thin_lane_height + 2.0;
    }
    layout.area.bottom = y + 6.0;
    return layout;
}

AxisTicks swimmer_ticks(SwimmerChart const& chart, Canvas const& canvas) {
    auto axis = chart.time_axis;
    axis.scale = AxisScale::linear;
    auto low = 0.0, high = 0.0;
    for (auto const& patient : chart.patients) {
        low = std::min(low, patient.start);
        high = std::max(high, patient.end);
        for (auto const& segment : patient.segments) {
            low = std::min(low, segment.from);
            high = std::max(high, segment.to);
        }
        for (auto const& mark : patient.marks) {
            low = std::min(low, mark.time);
            high = std::max(high, mark.time);
        }
    }
    return choose_ticks(axis, low, high > low ? high : low + 1.0, canvas.narrow() ? 4 : 7, RangeFit::tight);
}

/// Whether some part of the patient's bar lies in no segment.
bool is_partly_plain(Swimmer const& patient) {
    auto segments = patient.segments;
    std::sort(segments.begin(), segments.end(), [](auto const& a, auto const& b) { return a.from < b.from; });
    auto const slack = 1e-9 * std::max(1.0, std::abs(patient.end));
    auto covered = patient.start;
    for (auto const& segment : segments) {
        if (segment.from > covered + slack)
            return true;
        covered = std::max(covered, segment.to);
    }
    return covered < patient.end - slack;
}

/// Shape and colour of the events; six shapes in ink, then again in colours.
struct EventLook {
    int marker = 0;
    std::string colour = "ink";
};

EventLook event_look(std::size_t place) {
    return {static_cast<int>(place % 6), place < 6 ? "ink" : series_colour(static_cast<int>(place / 6))};
}

/// Draws one patient's bar, arrow and marks.
class SwimmerLane {
  public:
    SwimmerLane(SvgWriter& svg, PixelScale const& x, PlotArea const& area, double top, double height)
        : svg_(svg), x_(x), area_(area), top_(top), height_(height) {}

    void draw(Swimmer const& patient, std::vector<std::string>& states, std::vector<std::string>& events) {
        stretch(patient.start, patient.end, "grid", patient.label + ": " + span_text(patient.start, patient.end));
        for (auto const& segment : patient.segments)
            stretch(segment.from, segment.to, series_colour(static_cast<int>(place_of(segment.state, states))),
                    patient.label + ": " + segment.state + ", " + span_text(segment.from, segment.to));
        if (patient.ongoing)
            arrow(patient.end);
        auto marks = patient.marks;
        std::stable_sort(marks.begin(), marks.end(), [](auto const& a, auto const& b) { return a.time < b.time; });
        for (auto const& mark : marks) {
            auto const look = event_look(place_of(mark.event, events));
            if (mark.time >= x_.low() && mark.time <= x_.high())
                svg_.marker(look.marker, {x_(mark.time), free_height(x_(mark.time))}, radius(), look.colour,
                            patient.label + ": " + mark.event + ", " + number_text(mark.time));
        }
    }

  private:
    static std::string span_text(double from, double to) { return number_text(from) + " to " + number_text(to); }
    double radius() const { return height_ < lane_height ? 2.6 : 4.3; }

    void stretch(double from, double to, std::string const& colour, std::string const& tooltip) {
        auto const left = std::clamp(x_(from), area_.left, area_.right), right = std::clamp(x_(to), area_.left, area_.right);
        if (to >= x_.low() && from <= x_.high())
            svg_.rectangle({left, top_}, std::max(0.8, right - left), height_, {colour}, 0.0, tooltip);
    }

    void arrow(double end) {
        auto const tip = std::clamp(x_(end), area_.left, area_.right), middle = top_ + height_ / 2.0, half = 0.36 * height_;
        svg_.line({tip, middle}, {tip + 9.0, middle}, {"none", "ink", 1.6});
        svg_.polygon({{tip + 7.0, middle - half}, {tip + 17.0, middle}, {tip + 7.0, middle + half}}, {"ink"});
    }

    /// Marks that would hide one another stand at different heights of the bar.
    double free_height(double x) {
        auto const shift = height_ < lane_height ? 0.0 : 6.0, apart = 2.0 * radius() + 1.0;
        std::size_t lane = 0;
        while (lane < taken_.size() && x - taken_[lane] < apart)
            ++lane;
        if (lane == taken_.size())
            lane = static_cast<std::size_t>(std::min_element(taken_.begin(), taken_.end()) - taken_.begin());
        taken_[lane] = x;
        return top_ + height_ / 2.0 + (lane == 0 ? 0.0 : lane == 1 ? -shift : shift);
    }

    SvgWriter& svg_;
    PixelScale const& x_;
    PlotArea const& area_;
    double top_, height_;
    std::array<double, 3> taken_{-1e9, -1e9, -1e9}; ///< x of the last mark in the middle, above and below
};

double draw_swimmer_legend(SvgWriter& svg, SwimmerChart const& chart, std::vector<std::string> const& states,
                           std::vector<std::string> const& events, Point corner, double width) {
    std::vector<LegendEntry> bars, marks;
    for (std::size_t i = 0; i < states.size(); ++i)
        bars.push_back({states[i], LegendEntry::Kind::box, series_colour(static_cast<int>(i))});
    if (std::any_of(chart.patients.begin(), chart.patients.end(), is_partly_plain) && !chart.plain_label.empty())
        bars.push_back({chart.plain_label, LegendEntry::Kind::box, "grid"});
    for (std::size_t i = 0; i < events.size(); ++i)
        marks.push_back({events[i], LegendEntry::Kind::points, event_look(i).colour, "", event_look(i).marker});
    auto y = corner.y;
    for (auto const* entries : {&bars, &marks})
        if (!entries->empty())
            y += draw_legend(svg, {corner.x, y}, width, breakable(*entries, width), true) + 2.0;
    auto const ongoing = std::any_of(chart.patients.begin(), chart.patients.end(), [](auto const& patient) { return patient.ongoing; });
    if (ongoing && !chart.ongoing_label.empty()) {
        std::vector<LegendEntry> const entry{{chart.ongoing_label, LegendEntry::Kind::line, "none"}};
        svg.line({corner.x + 4.0, y + 9.0}, {corner.x + 13.0, y + 9.0}, {"none", "ink", 1.6});
        svg.polygon({{corner.x + 11.0, y + 3.0}, {corner.x + 21.0, y + 9.0}, {corner.x + 11.0, y + 15.0}}, {"ink"});
        y += draw_legend(svg, {corner.x, y}, width, breakable(entry, width), true);
    }
    return y - corner.y;
}

std::string swimmer_words(SwimmerChart const& chart) {
    auto const ongoing = std::count_if(chart.patients.begin(), chart.patients.end(), [](auto const& patient) { return patient.ongoing; });
    return "Courses of " + std::to_string(chart.patients.size()) + " patients, " + std::to_string(ongoing) + " of them ongoing. " +
           chart.heading.note;
}

} // namespace

std::size_t place_of(std::string const& name, std::vector<std::string>& names) {
    auto const found = std::find(names.begin(), names.end(), name);
    auto const place = static_cast<std::size_t>(found - names.begin());
    if (found == names.end())
        names.push_back(name);
    return place;
}

std::string render_svg(SwimmerChart const& chart, Canvas const& canvas) {
    check_swimmers(chart);
    SvgWriter svg;
    auto const order = swimmers_in_order(chart);
    auto const top = draw_heading(svg, chart.heading, canvas);
    auto const named = order.size() <= most_named_swimmers;
    auto const most = canvas.narrow() ? canvas.width - 16.0 : canvas.width * 0.34;
    std::vector<std::string> names;
    for (auto const* patient : order)
        names.push_back(breakable(patient->label, letter_size, most));
    auto layout = named ? lay_out_rows(names, top, lane_height, arrow_room, canvas) : thin_rows(order.size(), top + 20.0, canvas);
    if (named && !layout.names_above)
        layout.area.left *= broad_names_share;
    if (!named)
        svg.text({14.0, top + 14.0}, number_text(static_cast<double>(order.size()), 6) + " patients");
    auto const ticks = swimmer_ticks(chart, canvas);
    PixelScale const x(AxisScale::linear, ticks, layout.area.left, layout.area.right);
    auto below = draw_x_axis(svg, layout.area, ticks, x, chart.time_axis.title);
    draw_row_names(svg, layout);
    auto states = chart.states, events = chart.events;
    // Colours and shapes follow the order of the patients given, not of the bars.
    for (auto const& patient : chart.patients) {
        for (auto const& segment : patient.segments)
            place_of(segment.state, states);
        for (auto const& mark : patient.marks)
            place_of(mark.event, events);
    }
    for (std::size_t i = 0; i < order.size(); ++i)
        SwimmerLane(svg, x, layout.area, layout.top[i], layout.height[i]).draw(*order[i], states, events);
    below += 10.0 + draw_swimmer_legend(svg, chart, states, events, {8.0, below + 10.0}, canvas.width - 16.0);
    return svg.document(canvas.width, draw_note(svg, chart.heading, canvas, below), chart.heading.title, swimmer_words(chart));
}

} // namespace nk::formats::report
