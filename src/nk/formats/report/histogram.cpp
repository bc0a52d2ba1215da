#include "nk/formats/report/chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::formats::report {
namespace {

std::vector<double> finite(std::vector<double> values) {
    values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }), values.end());
    std::sort(values.begin(), values.end());
    return values;
}

/// Freedman & Diaconis (1981), rounded to 1-2-5 and held between 8 and 60 bins.
double bin_width(std::vector<double> const& sorted) {
    auto const n = sorted.size();
    auto const span = sorted.back() - sorted.front();
    if (span <= 0.0)
        return 1.0;
    auto const quartiles = sorted[n * 3 / 4] - sorted[n / 4];
    auto const advised = 2.0 * quartiles / std::cbrt(static_cast<double>(n));
    auto const raw = std::clamp(advised, span / 60.0, span / 8.0);
    auto const power = std::pow(10.0, std::floor(std::log10(raw)));
    auto const share = raw / power;
    return power * (share < 1.5 ? 1.0 : share < 3.5 ? 2.0 : share < 7.5 ? 5.0 : 10.0);
}

} // namespace

Chart histogram(Heading heading, Axis x_axis, std::vector<HistogramGroup> const& groups, HistogramBins bins) {
    std::vector<double> all;
    for (auto const& group : groups)
        all.insert(all.end(), group.values.begin(), group.values.end());
    all = finite(all);
    Chart chart{std::move(heading), std::move(x_axis), {"Share (%)"}, {}, {}};
    if (all.empty())
        return chart;
    auto const whole = bins == HistogramBins::whole_numbers && all.back() - all.front() <= 200.0;
    auto const width = whole ? 1.0 : bin_width(all);
    auto const origin = whole ? std::round(all.front()) - 0.5 : std::floor(all.front() / width) * width;
    auto const count = static_cast<std::size_t>((all.back() - origin) / width) + 1;
    for (auto const& group : groups) {
        auto const values = finite(group.values);
        Series series;
        series.label = group.label;
        series.style = SeriesStyle::bar;
        series.y.assign(count, 0.0);
        for (std::size_t i = 0; i < count; ++i)
            series.x.push_back(origin + (static_cast<double>(i) + 0.5) * width);
        for (auto const value : values)
            series.y[static_cast<std::size_t>((value - origin) / width)] += 100.0 / static_cast<double>(values.size());
        chart.series.push_back(std::move(series));
    }
    return chart;
}

} // namespace nk::formats::report
