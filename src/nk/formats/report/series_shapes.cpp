#include "nk/formats/report/series_shapes.hpp"

#include "nk/formats/report/palette.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::formats::report {
namespace {

using Run = std::vector<std::size_t>;

/// Indices of points that can be shown, split where one cannot.
std::vector<Run> visible_runs(Series const& series, PixelScale const& x, PixelScale const& y) {
    std::vector<Run> runs{{}};
    for (std::size_t i = 0; i < series.y.size(); ++i) {
        if (x.shows(series.x[i]) && y.shows(series.y[i]))
            runs.back().push_back(i);
        else if (!runs.back().empty())
            runs.emplace_back();
    }
    return runs;
}

void add_point(std::vector<Point>& points, Point next, SeriesStyle style) {
    if (style == SeriesStyle::step && !points.empty())
        points.push_back({next.x, points.back().y});
    points.push_back(next);
}

void draw_band(SvgWriter& svg, Series const& series, SeriesLook const& look, PlotArea const& area, PixelScale const& x,
               PixelScale const& y) {
    auto const plain = series.style == SeriesStyle::line || series.style == SeriesStyle::step;
    if (!(plain && !series.sd.empty()) && (series.low.empty() || series.style == SeriesStyle::points || series.style == SeriesStyle::bar))
        return;
    for (auto const& run : visible_runs(series, x, y)) {
        std::vector<Point> upper, lower;
        for (auto const i : run) {
            auto const [low, high] = interval_at(series, i);
            if (std::isnan(low) || std::isnan(high))
                continue;
            // What a log axis cannot show reaches down to its end.
            add_point(upper, {x(series.x[i]), y.shows(high) ? y(high) : area.bottom}, series.style);
            add_point(lower, {x(series.x[i]), y.shows(low) ? y(low) : area.bottom}, series.style);
        }
        upper = thinned(upper);
        lower = thinned(lower);
        upper.insert(upper.end(), lower.rbegin(), lower.rend());
        svg.polygon(upper, {look.colour, "none", 1.0, "", 0.2});
    }
}

void draw_line(SvgWriter& svg, Series const& series, SeriesLook const& look, PixelScale const& x, PixelScale const& y) {
    if (series.style == SeriesStyle::points || series.style == SeriesStyle::bar)
        return;
    for (auto const& run : visible_runs(series, x, y)) {
        std::vector<Point> points;
        for (auto const i : run)
            add_point(points, {x(series.x[i]), y(series.y[i])}, series.style);
        svg.polyline(thinned(points), {"none", look.colour, 2.4, look.dash});
    }
}

void draw_error_bar(SvgWriter& svg, Point low, Point high, std::string const& colour) {
    Paint const paint{"none", colour, 1.5};
    svg.line(low, high, paint);
    svg.line({low.x - 4.0, low.y}, {low.x + 4.0, low.y}, paint);
    svg.line({high.x - 4.0, high.y}, {high.x + 4.0, high.y}, paint);
}

std::string tooltip_of(Series const& series, std::size_t i) {
    auto const [low, high] = interval_at(series, i);
    auto const name = series.label.empty() ? "" : series.label + ": ";
    auto const range = std::isnan(low) ? "" : " (" + number_text(low) + " to " + number_text(high) + ")";
    return name + number_text(series.x[i]) + ", " + number_text(series.y[i], 4) + range;
}

void draw_points(SvgWriter& svg, Series const& series, SeriesLook const& look, PixelScale const& x, PixelScale const& y) {
    auto const marked = series.style == SeriesStyle::points || series.style == SeriesStyle::line_points;
    auto const bars = series.style == SeriesStyle::points || !series.sd.empty(); // else the interval is a band
    auto const many = series.y.size() > 400;
    for (std::size_t i = 0; i < series.y.size(); ++i) {
        if (!marked || !x.shows(series.x[i]) || !y.shows(series.y[i]))
            continue;
        Point const place{x(series.x[i]), y(series.y[i])};
        auto const [low, high] = interval_at(series, i);
        if (bars && y.shows(low) && y.shows(high))
            draw_error_bar(svg, {place.x, y(low)}, {place.x, y(high)}, look.colour);
        svg.marker(look.marker, place, many ? 3.0 : 4.8, look.colour, many ? "" : tooltip_of(series, i));
    }
}

void draw_bars(SvgWriter& svg, std::vector<Series> const& all, PixelScale const& x, PixelScale const& y) {
    auto const count = std::count_if(all.begin(), all.end(), [](Series const& s) { return s.style == SeriesStyle::bar; });
    auto const width = 0.84 * bar_spacing(all) / static_cast<double>(std::max<std::ptrdiff_t>(1, count));
    auto place = 0;
    for (std::size_t k = 0; k < all.size(); ++k) {
        auto const& series = all[k];
        if (series.style != SeriesStyle::bar)
            continue;
        auto const look = look_of(series, k);
        auto const base = y.shows(0.0) ? y(std::clamp(0.0, y.low(), y.high())) : y(y.low());
        auto const shift = (place++ - 0.5 * static_cast<double>(count - 1)) * width;
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            if (!x.shows(series.x[i]) || !y.shows(series.y[i]))
                continue;
            auto const left = x(series.x[i] + shift - width / 2.0), right = x(series.x[i] + shift + width / 2.0), end = y(series.y[i]);
            svg.rectangle({left, std::min(base, end)}, std::max(1.0, right - left - 1.0), std::abs(end - base), {look.colour}, 0.0,
                          tooltip_of(series, i));
            auto const [low, high] = interval_at(series, i);
            if (y.shows(low) && y.shows(high))
                draw_error_bar(svg, {(left + right) / 2.0, y(low)}, {(left + right) / 2.0, y(high)}, "ink");
        }
    }
}

} // namespace

SeriesLook look_of(Series const& series, std::size_t place) {
    auto const index = series.colour >= 0 ? series.colour : static_cast<int>(place);
    return {series_colour(index), index, series.dashed ? "6 4" : series_dash(index)};
}

std::pair<double, double> interval_at(Series const& series, std::size_t i) {
    constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
    if (!series.sd.empty())
        return {series.y[i] - series.sd[i], series.y[i] + series.sd[i]};
    return series.low.empty() ? std::pair{nan, nan} : std::pair{series.low[i], series.high[i]};
}

double bar_spacing(std::vector<Series> const& all) {
    std::vector<double> centres;
    for (auto const& series : all)
        if (series.style == SeriesStyle::bar)
            std::copy_if(series.x.begin(), series.x.end(), std::back_inserter(centres), [](double v) { return std::isfinite(v); });
    std::sort(centres.begin(), centres.end());
    auto smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < centres.size(); ++i)
        if (centres[i] > centres[i - 1])
            smallest = std::min(smallest, centres[i] - centres[i - 1]);
    return std::isfinite(smallest) ? smallest : 1.0;
}

void draw_series(SvgWriter& svg, std::vector<Series> const& all, PlotArea const& area, PixelScale const& x, PixelScale const& y) {
    for (std::size_t k = 0; k < all.size(); ++k)
        draw_band(svg, all[k], look_of(all[k], k), area, x, y);
    draw_bars(svg, all, x, y);
    for (std::size_t k = 0; k < all.size(); ++k)
        draw_line(svg, all[k], look_of(all[k], k), x, y);
    for (std::size_t k = 0; k < all.size(); ++k)
        draw_points(svg, all[k], look_of(all[k], k), x, y);
}

std::vector<Point> thinned(std::vector<Point> const& points) {
    if (points.size() < 1500)
        return points;
    std::vector<Point> kept;
    for (std::size_t i = 0; i < points.size();) {
        auto end = i;
        while (end < points.size() && std::floor(points[end].x) == std::floor(points[i].x))
            ++end;
        auto const first = points.begin() + static_cast<std::ptrdiff_t>(i), last = points.begin() + static_cast<std::ptrdiff_t>(end);
        auto const [low, high] = std::minmax_element(first, last, [](Point a, Point b) { return a.y < b.y; });
        kept.push_back(*first);
        kept.push_back(low < high ? *low : *high);
        kept.push_back(low < high ? *high : *low);
        kept.push_back(*(last - 1));
        i = end;
    }
    return kept;
}

} // namespace nk::formats::report
