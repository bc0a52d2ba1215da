#include "nk/study/well_report_figures.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr double wide_range = 30.0; ///< values that span more are drawn on a log axis

std::vector<double> const& numbers(Table const& table, std::string const& column) {
    for (auto const& one : table.columns)
        if (one.name == column)
            return std::get<std::vector<double>>(one.values);
    throw ContractError("the run's table " + table.name + " has no column " + column);
}

std::vector<std::string> const& texts(Table const& table, std::string const& column) {
    for (auto const& one : table.columns)
        if (one.name == column)
            return std::get<std::vector<std::string>>(one.values);
    throw ContractError("the run's table " + table.name + " has no column " + column);
}

std::string axis_words(std::string const& readout) {
    static std::map<std::string, std::string> const words{{"specific_lysis_percent", "Specific lysis (%)"},
                                                          {"cd107a_percent", "NK cells with CD107a (%)"},
                                                          {"kills_per_nk", "Kills per NK cell"},
                                                          {"fraction_non_killers", "NK cells that never kill (share)"}};
    auto const found = words.find(readout);
    return found == words.end() ? readout : found->second;
}

bool has_order(ReportedRun const& run) {
    return run.value_names.empty() && run.curves.front().x.size() > 1;
}

Axis x_axis(ReportedRun const& run) {
    Axis axis;
    if (!run.along_value) {
        axis.title = "Effector cells per target cell (E:T)";
        axis.scale = AxisScale::log;
        axis.ticks_at = run.curves.front().x;
        return axis;
    }
    axis.title = run.summary.value("vary", "") + (run.value_unit == "1" ? "" : " (" + run.value_unit + ")");
    auto const& x = run.curves.front().x;
    auto const first = x.front() == 0.0 && x.size() > 2 ? x[1] : x.front();
    if (first > 0.0 && x.back() / first > wide_range) {
        axis.scale = AxisScale::log;
        if (x.front() == 0.0) // the point of the value 0 stands on this axis without a number
            axis.ticks_at.assign(x.begin() + 1, x.end());
    }
    return axis;
}

/// Where a value stands on the axis: on a log axis 0 is drawn one step below the smallest value.
double drawn_at(Axis const& axis, std::vector<double> const& x, double value) {
    return axis.scale == AxisScale::log && value <= 0.0 && x.size() > 1 ? x[1] / 10.0 : value;
}

Series series_of(ReportedCurve const& curve, std::string const& readout, Axis const& axis, SeriesStyle style) {
    Series series;
    series.label = curve.label;
    series.style = style;
    series.colour = static_cast<int>(curve.colour);
    auto intervals = true;
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
        auto const spread = spread_of(curve.wells[i], readout);
        series.x.push_back(drawn_at(axis, curve.x, curve.x[i]));
        series.y.push_back(spread.mean);
        series.low.push_back(spread.low);
        series.high.push_back(spread.high);
        intervals = intervals && !std::isnan(spread.low);
    }
    if (!intervals)
        series.low = series.high = {};
    return series;
}

/// Published points of a read-out, in the colour of the effector they belong to.
std::vector<Series> published(ReportedRun const& run, std::string const& readout, Axis const& axis) {
    std::vector<Series> out;
    std::map<double, std::size_t> place;
    auto const& curve = numbers(run.compare, "curve");
    for (std::size_t row = 0; row < run.compare.rows(); ++row) {
        if (texts(run.compare, "readout")[row] != readout)
            continue;
        if (!place.contains(curve[row])) {
            place[curve[row]] = out.size();
            Series series;
            series.label = texts(run.compare, "label")[row].empty() ? "published" : texts(run.compare, "label")[row];
            series.style = SeriesStyle::points;
            for (auto const& one : run.curves)
                if (one.effector == texts(run.compare, "effector")[row]) {
                    series.colour = static_cast<int>(one.colour);
                    break;
                }
            out.push_back(std::move(series));
        }
        auto& series = out[place[curve[row]]];
        series.x.push_back(drawn_at(axis, run.curves.front().x, numbers(run.compare, "x")[row]));
        series.y.push_back(numbers(run.compare, "y")[row]);
        series.sd.push_back(numbers(run.compare, "sd")[row]);
    }
    return out;
}

std::string sources_of(ReportedRun const& run, std::string const& readout) {
    std::set<std::string> sources;
    for (std::size_t row = 0; row < run.compare.rows(); ++row)
        if (texts(run.compare, "readout")[row] == readout && !texts(run.compare, "source")[row].empty())
            sources.insert(texts(run.compare, "source")[row]);
    std::string out;
    for (auto const& source : sources)
        out += (out.empty() ? "" : "; ") + source;
    return out;
}

std::size_t replicates_of(ReportedRun const& run) {
    return run.curves.front().wells.front().size();
}

Heading heading_of(ReportedRun const& run, std::string const& readout, std::string const& title) {
    Heading heading{title, "", calibrated_on(run, readout) ? Evidence::calibrated : Evidence::predicted};
    auto const sources = sources_of(run, readout);
    heading.note = fmt::format("Lines: mean of {} well{} each; around it: {}.", replicates_of(run), replicates_of(run) == 1 ? "" : "s",
                               interval_words(replicates_of(run)));
    if (!sources.empty())
        heading.note += " Points: published values with their SD (" + sources + ").";
    if (run.along_value && x_axis(run).scale == AxisScale::log && run.curves.front().x.front() == 0.0)
        heading.note += " The leftmost point, without a number, is the value 0.";
    return heading;
}

BarChart bars(ReportedRun const& run, std::string const& readout) {
    BarChart chart{heading_of(run, readout, axis_words(readout)), {axis_words(readout)}};
    chart.heading.note = fmt::format("Mean of {} well{}.", replicates_of(run), replicates_of(run) == 1 ? "" : "s");
    chart.interval_label = interval_words(replicates_of(run));
    auto const one_place = run.curves.front().x.size() == 1;
    if (one_place) { // a bar for each curve
        chart.groups.push_back({run.place_words(run.reference)});
        for (auto const& curve : run.curves)
            chart.categories.push_back(curve.label);
    } else
        chart.categories = run.value_names;
    for (auto const& curve : run.curves) {
        if (!one_place)
            chart.groups.push_back({curve.label});
        auto& group = chart.groups.back();
        for (auto const& wells : curve.wells) {
            auto const spread = spread_of(wells, readout);
            group.values.push_back(spread.mean);
            group.low.push_back(std::isnan(spread.low) ? spread.mean : spread.low);
            group.high.push_back(std::isnan(spread.high) ? spread.mean : spread.high);
        }
    }
    return chart;
}

bool is_one_of(ReportedWell const& well, std::string const& row, double column) {
    return well.row == row && static_cast<double>(well.column) == column;
}

} // namespace

bool calibrated_on(ReportedRun const& run, std::string const& readout) {
    return sources_of(run, readout).find("calibrated") != std::string::npos;
}

Figure readout_figure(ReportedRun const& run, std::string const& readout) {
    if (!has_order(run))
        return bars(run, readout);
    Chart chart{heading_of(run, readout,
                           readout == "specific_lysis_percent"
                               ? (run.along_value ? "Killing by " + run.summary.value("vary", "") : "Killing curve")
                               : axis_words(readout)),
                x_axis(run),
                {axis_words(readout)}};
    chart.y_axis.low = 0.0;
    auto points = published(run, readout, chart.x_axis);
    // Markers belong to the published points, where there are any, so that nobody takes one for the other.
    auto const style = points.empty() ? SeriesStyle::line_points : SeriesStyle::line;
    for (auto const& curve : run.curves)
        chart.series.push_back(series_of(curve, readout, chart.x_axis, style));
    for (auto& series : points)
        chart.series.push_back(std::move(series));
    return chart;
}

Chart time_course_figure(ReportedRun const& run) {
    Chart chart{{"Lysis over time at " + run.place_words(run.reference),
                 fmt::format("Mean of {} well{} each; band: {}. A cell counts when its membrane has failed, as in a release assay.",
                             replicates_of(run), replicates_of(run) == 1 ? "" : "s", "lowest to highest well"),
                 Evidence::predicted},
                {"Time (h)"},
                {"Specific lysis (%)"}};
    chart.x_axis.format = TickFormat::hours;
    chart.y_axis.low = 0.0;
    auto const& rows = texts(run.courses, "row");
    auto const& columns = numbers(run.courses, "column");
    auto const& times = numbers(run.courses, "time");
    auto const& lysis = numbers(run.courses, "specific_lysis");
    for (auto const& curve : run.curves) {
        std::map<double, std::vector<double>> at;
        for (auto const* well : run.reference_wells(curve))
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (is_one_of(*well, rows[i], columns[i]))
                    at[times[i]].push_back(lysis[i]);
        Series series;
        series.label = curve.label;
        series.colour = static_cast<int>(curve.colour);
        for (auto const& [time, values] : at) {
            auto sum = 0.0;
            for (auto const value : values)
                sum += value;
            series.x.push_back(time);
            series.y.push_back(sum / static_cast<double>(values.size()));
            series.low.push_back(*std::min_element(values.begin(), values.end()));
            series.high.push_back(*std::max_element(values.begin(), values.end()));
        }
        if (replicates_of(run) == 1)
            series.low = series.high = {};
        if (!series.x.empty())
            chart.series.push_back(std::move(series));
    }
    if (replicates_of(run) == 1)
        chart.heading.note = "One well each. A cell counts when its membrane has failed, as in a release assay.";
    return chart;
}

Chart kills_figure(ReportedRun const& run) {
    std::vector<HistogramGroup> groups;
    auto const& rows = texts(run.kills, "row");
    auto const& columns = numbers(run.kills, "column");
    auto cells = 0.0, most = 0.0;
    for (auto const& curve : run.curves) {
        HistogramGroup group{curve.label, {}};
        for (auto const* well : run.reference_wells(curve))
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (is_one_of(*well, rows[i], columns[i]))
                    group.values.insert(group.values.end(), static_cast<std::size_t>(numbers(run.kills, "nk_cells")[i]),
                                        numbers(run.kills, "kills")[i]);
        cells += static_cast<double>(group.values.size());
        for (auto const kills : group.values)
            most = std::max(most, kills);
        if (!group.values.empty())
            groups.push_back(std::move(group));
    }
    Heading const heading{"Kills of single NK cells at " + run.place_words(run.reference),
                          number_text(cells, 9) + " NK cells in all; in percent of each group.", Evidence::predicted};
    auto chart = histogram(heading, {"Targets killed by one NK cell"}, groups, HistogramBins::whole_numbers);
    if (most <= 20.0)
        for (auto kills = 0.0; kills <= most; kills += 1.0)
            chart.x_axis.ticks_at.push_back(kills);
    return chart;
}

std::optional<PlateMap> plate_figure(ReportedRun const& run) {
    if (run.wells.size() < 6)
        return std::nullopt;
    PlateMap map{{"The plate", "One field a well. Columns: E:T ratios, their replicates side by side; rows: effectors, targets and values.",
                  Evidence::predicted}};
    map.scale = {"Specific lysis (%)", 0.0, 100.0, false};
    std::vector<std::string> rows;
    map.columns = 1;
    for (auto const& well : run.wells) {
        if (std::find(rows.begin(), rows.end(), well.row) == rows.end())
            rows.push_back(well.row);
        map.columns = std::max(map.columns, well.column);
    }
    map.rows = static_cast<int>(rows.size());
    if (map.rows > 26 || map.columns > 48)
        return std::nullopt;
    map.values.assign(rows.size() * static_cast<std::size_t>(map.columns), no_number);
    map.labels.assign(map.values.size(), "");
    for (auto const& well : run.wells) {
        auto const row = static_cast<std::size_t>(std::find(rows.begin(), rows.end(), well.row) - rows.begin());
        auto const place = row * static_cast<std::size_t>(map.columns) + static_cast<std::size_t>(well.column - 1);
        map.values[place] = well.readouts.at("specific_lysis_percent");
        map.labels[place] =
            run.effector_label(well.effector) + ", E:T " + ratio_text(well.e_to_t) + (well.value.empty() ? "" : ", " + well.value);
    }
    return map;
}

Table contact_table(ReportedRun const& run) {
    static std::vector<std::pair<std::string, std::string>> const rows{
        {"contacts_per_nk", "contacts per NK cell"},
        {"hit_probability", "share of contacts with a hit"},
        {"contact_minutes", "mean contact (min)"},
        {"contact_minutes_with_hit", "mean contact with a hit (min)"},
        {"minutes_to_first_hit", "contact to first hit (min)"},
        {"hits_to_kill_median", "hits to kill, median"},
        {"granules_per_hit", "granules per hit"},
        {"median_contact_to_first_kill_min", "contact to lethal hit, first kill, median (min)"},
        {"median_interval_later_kills_min", "between later kills, median (min)"},
        {"fraction_granzyme", "share of kills by granzymes"},
        {"fraction_necrosis", "share of kills by perforin alone"},
        {"fraction_death_receptor", "share of kills by death receptors"},
        {"fraction_non_killers", "share of NK cells that never kill"},
        {"top_quartile_share", "share of kills by the best quarter"},
        {"ifng_pg_per_ml", "interferon gamma (pg/mL)"}};
    Table table{"contacts", {}};
    std::vector<std::string> names;
    for (auto const& row : rows)
        names.push_back(row.second);
    table.add("statistic", std::move(names));
    for (auto const& curve : run.curves) {
        std::vector<double> values;
        for (auto const& row : rows)
            values.push_back(spread_of(run.reference_wells(curve), row.first).mean);
        table.add(curve.label, "1", std::move(values));
    }
    return table;
}

} // namespace nk::study
