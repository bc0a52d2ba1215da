#include "nk/study/plan_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/cohort_statistics.hpp"
#include "nk/study/report_parts.hpp"
#include "nk/study/therapy_plan.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

std::string aim_title(std::string const& objective) {
    if (objective == "burden")
        return "change of tumour cells, log10";
    if (objective == "no_durable_response")
        return "patients without a durable response";
    if (objective == "cytokine_release")
        return "risk of cytokine release (0 to 1)";
    return objective == "cells" ? "cells given, log10" : "cost (units of one's own)";
}

constexpr double least_span = 0.02; ///< an aim that differs by less is the same for all protocols

/// An axis that does not blow up what is equal.
void show_at_least(Axis& axis, std::vector<double> const& values) {
    auto const [low, high] = std::minmax_element(values.begin(), values.end());
    if (values.empty() || *high - *low >= least_span)
        return;
    auto const middle = std::round(50.0 * (*low + *high)) / 100.0;
    axis.low = middle - 2.5 * least_span;
    axis.high = middle + 2.5 * least_span;
}

/// What no control changes.
std::string equal_aims(Table const& front, std::vector<std::string> const& aims) {
    std::string out;
    for (auto const& aim : aims) {
        auto const& values = column_numbers(front, aim + "_mean");
        auto const [low, high] = std::minmax_element(values.begin(), values.end());
        if (!values.empty() && *high - *low < least_span)
            out += (out.empty() ? "" : " and ") + aim_title(aim);
    }
    return out.empty() ? "" : fmt::format(" All of them give the same {} (within {}).", out, least_span);
}

Chart front_chart(Table const& front, std::string const& x, std::string const& y) {
    Chart out;
    out.heading = {aim_title(y) + " against " + aim_title(x),
                   "Every point is a protocol that no other beats in all aims at once. Bars: least and greatest mean under a member of the "
                   "parameter ensemble.",
                   Evidence::predicted};
    out.x_axis.title = aim_title(x);
    out.y_axis.title = aim_title(y);
    Series series;
    series.label = "protocols of the front";
    series.style = SeriesStyle::points;
    series.x = column_numbers(front, x + "_mean");
    series.y = column_numbers(front, y + "_mean");
    series.low = column_numbers(front, y + "_low");
    series.high = column_numbers(front, y + "_high");
    series.band_label = "members of the parameter ensemble";
    show_at_least(out.x_axis, series.x);
    show_at_least(out.y_axis, series.y);
    out.series.push_back(std::move(series));
    return out;
}

} // namespace

StudyWords plan_result(scenario::PlanScenario const& scenario, MergedJobs const& merged, nlohmann::json summary) {
    auto const& protocols = merged.tables.front();
    auto const& aims = scenario.plan.objectives;
    std::vector<std::vector<double>> means(protocols.rows());
    for (auto const& aim : aims) {
        auto const& values = column_numbers(protocols, aim + "_mean");
        for (std::size_t i = 0; i < values.size(); ++i)
            means[i].push_back(values[i]);
    }
    auto const kept = pareto_front(means);
    StudyWords out;
    Table front{"front", {}};
    for (auto const& column : protocols.columns) {
        auto const& all = std::get<std::vector<double>>(column.values);
        std::vector<double> values;
        for (auto const row : kept)
            values.push_back(all[row]);
        front.add(column.name, column.unit, std::move(values));
    }
    out.summary = std::move(summary);
    out.summary["protocols_found"] = protocols.rows();
    out.summary["protocols_on_the_front"] = kept.size();
    out.summary["objectives"] = aims;
    out.summary["seed"] = static_cast<std::uint64_t>(scenario.seed);
    out.words = fmt::format("{} protocols found, {} of them on the front of {} aims\n", protocols.rows(), kept.size(), aims.size());
    Page page(
        scenario.title.empty() ? "Plan" : scenario.title, scenario.question,
        fmt::format("{} of the {} protocols found are beaten by no other in all of {} aims at once. Which of them to take is a question "
                    "of values, not of this model.{}",
                    kept.size(), protocols.rows(), aims.size(), equal_aims(front, aims)));
    page.set_weakest_evidence(weakest_of_therapy);
    for (std::size_t a = 1; a < aims.size(); ++a)
        page.add_figure(front_chart(front, aims[0], aims[a]), "front.csv");
    for (auto const& entry : scenario.control) {
        Chart chart;
        auto const& label = entry.second.label.empty() ? entry.first : entry.second.label;
        chart.heading = {"The front along " + label, "The same protocols.", Evidence::predicted};
        chart.x_axis.title = label + (entry.second.low.unit == "1" ? "" : " (" + entry.second.low.unit + ")");
        chart.x_axis.scale = entry.second.scale == "log" ? AxisScale::log : AxisScale::linear;
        chart.y_axis.title = aim_title(aims[0]);
        Series series;
        series.label = "protocols of the front";
        series.style = SeriesStyle::points;
        series.x = column_numbers(front, entry.first);
        series.y = column_numbers(front, aims[0] + "_mean");
        show_at_least(chart.y_axis, series.y);
        chart.series.push_back(std::move(series));
        page.add_figure(chart, "front.csv");
    }
    page.add_table("The front", front,
                   "`search`: value on the patients of the search; `mean`, `low`, `high`: on new patients, over the members of the "
                   "parameter ensemble.");
    page.set_limits(
        {"Which protocol is best: aims conflict, and only people can weigh them.",
         "Anything about a patient: these are virtual persons, and most numbers of therapy are our own estimates, the weakest grade. "
         "Research use only.",
         "Uncertainty in full: the ensemble varies recognition, not the numbers of therapy themselves."});
    page.set_reproduction(reproduction_of(out.summary));
    out.report = page.html();
    out.tables = {std::move(front)};
    return out;
}

} // namespace nk::study
