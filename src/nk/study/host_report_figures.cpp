#include "nk/study/host_report_figures.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/tissue_report_data.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::study {
namespace {

using namespace formats::report;

/// The same killers in the same colours in all figures.
constexpr int colour_killers = 0, colour_virus = 1, colour_cd8 = 2, colour_kind = 3, colour_latent = 4, colour_memory = 5;

constexpr double least_told_of_tissue = 0.999; ///< a loss of tissue smaller than this has no figure [1]
constexpr double shortest_look = 20.0;         ///< an infection is shown at least so long, and what is done about it [day]
constexpr double longest_look = 365.25;        ///< of an infection that lasts, in a run of many years, unless something is done later [day]
constexpr double decades_shown = 8.0;          ///< a log axis reaches down so far below its peak

/// Days that a figure shows, and what its axis counts.
struct Look {
    double from, until; ///< [day]
    double zero;        ///< day that the axis calls 0
    double unit;        ///< days in a unit of the axis
    std::string title;
    double place(double day) const { return (day - zero) / unit; }
};

struct CourseLine {
    std::string label;
    std::string column;
    int colour;
    bool dashed = false;
};

Look whole_run(HostRunData const& run) {
    auto const unit = run.in_years() ? 1.0 / run.time(1.0) : 1.0;
    return {run.first_day(), run.last_day(), 0.0, unit, run.time_title()};
}

Look look_at_infection(HostRunData const& run, std::string const& name, nlohmann::json const& one) {
    auto const began = one.at("began_day").get<double>();
    auto const cleared = number_in(one, "days_until_cleared");
    auto until = began + shortest_look;
    if (cleared && !run.came_back(name))
        until = std::max(until, began + 1.5 * *cleared);
    else // what lasts is shown as long as it lasts; of many years the beginning
        until = std::max(until, run.in_years() ? began + longest_look : run.last_day());
    for (auto const& happening : run.happenings) // a treatment is given to see what comes of it
        if ((happening.what == "event" || happening.what == "infusion" || happening.what == "treatment") && happening.until > began &&
            (!cleared || happening.from < began + *cleared))
            until = std::max(until, happening.until + shortest_look);
    return {std::max(run.first_day(), began - 1.0), std::min(run.last_day(), until), began, 1.0, "time since infection (day)"};
}

Look look_at_tumour(HostRunData const& run, nlohmann::json const& one) {
    auto look = whole_run(run);
    look.from = std::max(look.from, one.at("began_day").get<double>());
    if (auto const gone = number_in(one, "gone_day"))
        look.until = std::min(look.until, *gone + 0.1 * (*gone - look.from));
    return look;
}

std::vector<double> within(HostRunData const& run, Look const& look, std::vector<double> const& values) {
    auto const& day = run.numbers("day");
    std::vector<double> out;
    for (std::size_t i = 0; i < day.size() && i < values.size(); ++i)
        if (day[i] >= look.from - 1e-9 && day[i] <= look.until + 1e-9)
            out.push_back(values[i]);
    return out;
}

double largest(Chart const& chart) {
    auto out = 0.0;
    for (auto const& series : chart.series)
        for (auto const y : series.y)
            out = std::max(out, y);
    return out;
}

Chart over_time(HostRunData const& run, Look const& look, std::string const& title, std::string const& axis,
                std::vector<CourseLine> const& lines, std::string const& note = "") {
    Chart out;
    out.heading = {title, note, Evidence::predicted};
    out.x_axis.title = look.title;
    if (auto const end = look.place(look.until); std::abs(end - std::round(end)) < 1e-3 * end)
        out.x_axis.high = std::round(end); // ten years of 3652 days end at a tick
    out.y_axis.title = axis;
    auto days = within(run, look, run.numbers("day"));
    for (auto& day : days)
        day = look.place(day);
    for (auto const& line : lines) {
        auto const& values = run.numbers(line.column);
        if (values.empty())
            continue;
        Series series;
        series.label = lines.size() > 1 ? line.label : "";
        std::tie(series.x, series.y) = thinned_course(days, within(run, look, values));
        series.colour = line.colour;
        series.dashed = line.dashed;
        out.series.push_back(std::move(series));
    }
    return out;
}

/// A log axis that begins where numbers lose their meaning: at one cell, or at `least`, or far below the peak.
void make_logarithmic(Chart& chart, double least) {
    auto const peak = largest(chart);
    // What never appears has no line, and no entry in the legend.
    std::erase_if(chart.series,
                  [](auto const& series) { return std::all_of(series.y.begin(), series.y.end(), [](double y) { return y <= 0.0; }); });
    chart.y_axis.scale = AxisScale::log;
    auto const low = std::max(least < peak ? least : 0.0, peak * std::pow(10.0, -decades_shown));
    auto lowest = peak;
    for (auto const& series : chart.series)
        for (auto const y : series.y)
            if (y > 0.0)
                lowest = std::min(lowest, y);
    if (peak > 0.0 && lowest < low)
        chart.y_axis.low = std::pow(10.0, std::floor(std::log10(low) + 1e-9));
}

/// A line where something begins or ends.
struct Mark {
    double at; ///< [day]
    std::string label;
};

/// Puts the marks of one half of the plot into the chart, from its outer edge inwards or the other way round, as their texts run: to
/// the right in the left half, to the left in the right half. Neighbours whose texts would meet share one, behind the last of them.
void put_marks(Chart& chart, Look const& look, std::vector<Mark> const& marks) {
    constexpr auto room_of_a_letter = 0.016, room_at_ends = 0.015; // shares of the plot's width
    auto const span = look.until - look.from;
    std::string label;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        auto const leftwards = i > 0 && marks[i].at < marks[i - 1].at;
        label = label.empty() ? marks[i].label : leftwards ? marks[i].label + ", " + label : label + ", " + marks[i].label;
        auto const room = span * (room_at_ends + room_of_a_letter * static_cast<double>(label.size()));
        auto const shared = i + 1 < marks.size() && std::abs(marks[i + 1].at - marks[i].at) < room;
        chart.lines.push_back({look.place(marks[i].at), shared ? "" : label, ReferenceLine::Direction::vertical});
        if (!shared)
            label.clear();
    }
}

/// Lines where something begins or ends, under the numbers of the table of happenings.
void mark_happenings(Chart& chart, HostRunData const& run, Look const& look, std::string const& but = "") {
    constexpr auto worth_an_end = 0.02; // of the plot's width: what is shorter is one line
    std::vector<Mark> left, right;
    auto const middle = 0.5 * (look.from + look.until);
    auto const add = [&](double at, std::string label) { (at > middle ? right : left).push_back({at, std::move(label)}); };
    std::string told;
    auto with_ends = false;
    for (std::size_t i = 0; i < run.happenings.size(); ++i) {
        auto const& one = run.happenings[i];
        if (one.name == but && (one.what == "infection" || one.what == "tumour"))
            continue;
        auto const number = std::to_string(i + 1);
        auto const begins = one.from > look.from && one.from < look.until;
        auto const ends = one.until > look.from && one.until < look.until && one.until - one.from > worth_an_end * (look.until - look.from);
        if (begins)
            add(one.from, number);
        if (ends)
            add(one.until, "(" + number + ")");
        with_ends |= ends;
        if (begins || ends || (one.from <= look.from && one.until >= look.until))
            told += fmt::format("{}{}: {}", told.empty() ? "" : "; ", number, one.title);
    }
    std::stable_sort(left.begin(), left.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
    std::stable_sort(right.begin(), right.end(), [](auto const& a, auto const& b) { return a.at > b.at; });
    put_marks(chart, look, left);
    put_marks(chart, look, right);
    if (!told.empty())
        chart.heading.note += fmt::format("{}Numbers mark what happens{}. {}.", chart.heading.note.empty() ? "" : " ",
                                          with_ends ? ", in brackets its end" : "", told);
}

Chart kinds_figure(HostRunData const& run, Look const& look) {
    auto out = over_time(run, look, "Kinds of NK cells in blood", "share of NK cells in blood",
                         {{"CD56bright", "bright_of_nk_blood", colour_cd8},
                          {"adaptive (NKG2C+, after cytomegalovirus)", "adaptive_of_nk_blood", colour_kind}});
    out.y_axis.format = TickFormat::percent;
    out.y_axis.low = 0.0;
    return out;
}

Chart organs_figure(HostRunData const& run, Look const& look) {
    std::vector<CourseLine> lines;
    for (auto const& organ : run.organs())
        lines.push_back({as_words(organ), "nk_" + organ, static_cast<int>(lines.size())});
    auto out = over_time(run, look, "NK cells in organs", "NK cells (cell)", lines, "Blood has a figure of its own.");
    make_logarithmic(out, 1.0);
    return out;
}

Chart titre_figure(HostRunData const& run, std::string const& name, nlohmann::json const& one, Look const& look) {
    auto const unit = one.at("unit_of_titre").get<std::string>();
    auto out =
        over_time(run, look, capitalised(run.title_of("infections", name)) + ": virus", "titre (" + unit + ")", {{"", name + "_titre", 0}});
    auto const detection = one.at("detection").get<double>();
    make_logarithmic(out, 0.01 * detection);
    if (detection > 0.0 && detection < largest(out))
        out.lines.push_back({detection, "limit of detection", ReferenceLine::Direction::horizontal});
    return out;
}

/// A marker of the day on which CD8 T cells take over.
void mark_takeover(Chart& chart, nlohmann::json const& one) {
    if (auto const takeover = number_in(one, "takeover_days"))
        chart.lines.push_back({*takeover, "CD8 T cells take over", ReferenceLine::Direction::vertical});
}

} // namespace

std::string percent_text(double share) {
    auto const percent = 100.0 * share;
    if (percent <= 0.0)
        return "0 %";
    if (percent < 1.0)
        return "<1 %";
    return percent > 99.0 && percent < 100.0 ? ">99 %" : fmt::format("{:.0f} %", percent);
}

std::vector<Figure> person_figures(HostRunData const& run) {
    auto const look = whole_run(run);
    auto blood = over_time(run, look, "NK cells in blood", "NK cells (cell/uL)", {{"", "nk_blood", colour_killers}});
    auto activity = over_time(run, look, "Activity of an NK cell in blood", "killing of K562 by one cell, relative to the first day",
                              {{"", "activity", colour_killers}});
    auto organs = organs_figure(run, look);
    for (auto* chart : {&blood, &activity, &organs})
        mark_happenings(*chart, run, look);
    blood.y_axis.low = activity.y_axis.low = 0.0;
    std::vector<Figure> out{blood, activity};
    if (!organs.series.empty())
        out.emplace_back(organs);
    auto kinds = kinds_figure(run, look);
    mark_happenings(kinds, run, look);
    out.emplace_back(kinds);
    return out;
}

std::vector<Figure> infection_figures(HostRunData const& run, std::string const& name) {
    auto const& one = run.summary.at("infections").at(name);
    auto const look = look_at_infection(run, name, one);
    auto const title = capitalised(run.title_of("infections", name));
    std::vector<Figure> out;
    auto const add = [&](Chart chart) {
        if (largest(chart) <= 0.0)
            return;
        mark_happenings(chart, run, look, name);
        out.emplace_back(std::move(chart));
    };
    add(titre_figure(run, name, one, look));
    auto deaths = over_time(run, look, title + ": what infected cells die of", "infected cells that die (cell/day)",
                            {{"killed by NK cells", name + "_killed_by_nk", colour_killers},
                             {"killed by CD8 T cells", name + "_killed_by_cd8", colour_cd8},
                             {"die of the virus", name + "_died_by_virus", colour_virus, true}});
    make_logarithmic(deaths, 1.0);
    mark_takeover(deaths, one);
    add(std::move(deaths));
    auto cells = over_time(run, look, title + ": infected cells and CD8 T cells", "cells (cell)",
                           {{"infected cells", name + "_infected", colour_virus},
                            {"latently infected cells", name + "_latent", colour_latent, true},
                            {"CD8 T cells that kill", name + "_cd8", colour_cd8},
                            {"memory CD8 T cells", name + "_memory", colour_memory, true}});
    make_logarithmic(cells, 1.0);
    add(std::move(cells));
    if (one.at("least_of_organ_alive").get<double>() < least_told_of_tissue) {
        auto const organ = one.at("organ").get<std::string>();
        auto alive =
            over_time(run, look, title + ": tissue of the " + as_words(organ), "share of the tissue alive", {{"", "alive_" + organ, 0}});
        alive.y_axis.format = TickFormat::percent;
        add(std::move(alive));
    }
    return out;
}

std::vector<Figure> tumour_figures(HostRunData const& run, std::string const& name) {
    auto const& one = run.summary.at("tumours").at(name);
    auto const look = look_at_tumour(run, one);
    auto const title = capitalised(run.title_of("tumours", name));
    auto const told = named_cells(run.title_of("tumours", name));
    std::vector<Figure> out;
    auto const add = [&](Chart chart) {
        if (largest(chart) <= 0.0)
            return;
        mark_happenings(chart, run, look, name);
        out.emplace_back(std::move(chart));
    };
    auto cells = over_time(run, look, title + ": cells", told + " (cell)",
                           {{told, name + "_cells", 0}, {"of them in blood", name + "_circulating", colour_latent, true}});
    make_logarithmic(cells, 1.0);
    add(std::move(cells));
    auto killed =
        over_time(run, look, title + ": cells killed", told + " killed (cell/day)",
                  {{"by NK cells", name + "_killed_by_nk", colour_killers}, {"by CD8 T cells", name + "_killed_by_cd8", colour_cd8}});
    make_logarithmic(killed, 1e-3);
    add(std::move(killed));
    auto lost = over_time(run, look, title + ": what its cells lost", "share of " + told,
                          {{"lost HLA class I", name + "_without_hla", colour_cd8},
                           {"lost their NKG2D ligands", name + "_without_nkg2d_ligands", colour_killers, true}});
    lost.y_axis.format = TickFormat::percent;
    lost.y_axis.low = 0.0;
    add(std::move(lost));
    return out;
}

} // namespace nk::study
