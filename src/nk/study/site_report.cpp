#include "nk/study/site_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/tissue_report_data.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace nk::study {
namespace {

using namespace formats::report;

/// The rows of one site.
struct SiteRows {
    std::string name;
    std::vector<std::size_t> rows;
};

std::vector<SiteRows> sites_of(HostRunData const& run) {
    std::vector<SiteRows> out;
    auto const& names = texts_of(run.sites, "site");
    for (std::size_t row = 0; row < names.size(); ++row) {
        if (out.empty() || out.back().name != names[row])
            out.push_back({names[row], {}});
        out.back().rows.push_back(row);
    }
    return out;
}

std::vector<double> of_site(HostRunData const& run, SiteRows const& site, std::string const& column) {
    auto const& all = numbers_of(run.sites, column);
    std::vector<double> out;
    for (auto const row : site.rows)
        out.push_back(all[row]);
    return out;
}

} // namespace

std::vector<Figure> site_figures(HostRunData const& run) {
    std::vector<Figure> out;
    for (auto const& site : sites_of(run)) {
        auto const day = of_site(run, site, "day");
        auto const line = [&](Chart& chart, std::string label, std::vector<double> values, int colour) {
            Series series;
            series.label = std::move(label);
            series.x = day;
            series.y = std::move(values);
            series.colour = colour;
            chart.series.push_back(std::move(series));
        };
        auto const chart_of = [&](std::string const& title, std::string const& axis) {
            Chart chart;
            chart.heading = {capitalised(as_words(site.name)) + ": " + title, "", Evidence::predicted};
            chart.x_axis.title = "time (day)";
            chart.y_axis.title = axis;
            chart.y_axis.low = 0.0;
            return chart;
        };
        auto cells = chart_of("cells in the box", "cells of the box (cell)");
        line(cells, "tumour cells", of_site(run, site, "tumour_cells"), 1);
        line(cells, "NK cells", of_site(run, site, "nk_cells"), 0);
        out.emplace_back(std::move(cells));
        auto events = chart_of("what happened in it", "events so far (cell)");
        for (auto const& [column, label, colour] :
             {std::tuple{"killed_by_nk", "tumour cells killed by NK cells", 1}, std::tuple{"nk_arrived", "NK cells that arrived", 0},
              std::tuple{"nk_left", "NK cells that left", 2}, std::tuple{"nk_died", "NK cells that died", 3}}) {
            auto values = of_site(run, site, column);
            std::partial_sum(values.begin(), values.end(), values.begin());
            if (values.back() > 0.0)
                line(events, label, std::move(values), colour);
        }
        if (!events.series.empty())
            out.emplace_back(std::move(events));
    }
    return out;
}

std::string site_words(HostRunData const& run) {
    std::string out;
    for (auto const& site : sites_of(run)) {
        auto const day = of_site(run, site, "day");
        auto const killed = of_site(run, site, "killed_by_nk");
        out += fmt::format(
            "{}In {} cells of the tumour were agents until day {}. Each cell of the box stands for {} of the body; NK cells killed "
            "{} of the box.",
            out.empty() ? "" : " ", as_words(site.name), number_text(day.back(), 4),
            number_text(of_site(run, site, "stands_for").back(), 3), number_text(std::accumulate(killed.begin(), killed.end(), 0.0), 4));
    }
    return out + " A chart of the tumour shows the box as it counts in the body.";
}

} // namespace nk::study
