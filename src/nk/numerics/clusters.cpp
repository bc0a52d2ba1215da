#include "nk/numerics/clusters.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nk::numerics {
namespace {

constexpr int most_rounds = 100;

using Point = std::vector<double>;

double squared_distance(Point const& a, Point const& b) {
    auto out = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        out += (a[i] - b[i]) * (a[i] - b[i]);
    return out;
}

std::size_t nearest(std::vector<Point> const& centres, Point const& point) {
    std::size_t best = 0;
    auto least = std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < centres.size(); ++c)
        if (auto const d = squared_distance(centres[c], point); d < least) {
            least = d;
            best = c;
        }
    return best;
}

Point mean_of(std::vector<Point> const& points) {
    Point out(points.front().size(), 0.0);
    for (auto const& point : points)
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] += point[i] / static_cast<double>(points.size());
    return out;
}

std::vector<Point> starting_centres(std::vector<Point> const& points, std::size_t groups) {
    std::vector<Point> out{points[nearest(points, mean_of(points))]};
    while (out.size() < groups) {
        Point const* farthest = nullptr;
        auto most = 0.0;
        for (auto const& point : points)
            if (auto const d = squared_distance(out[nearest(out, point)], point); d > most) {
                most = d;
                farthest = &point;
            }
        if (farthest == nullptr) // no other point is left
            break;
        out.push_back(*farthest);
    }
    return out;
}

} // namespace

Clusters k_means(std::vector<std::vector<double>> const& points, std::size_t groups) {
    NK_EXPECT(!points.empty() && groups >= 1);
    Clusters out;
    out.centres = starting_centres(points, groups);
    out.of.assign(points.size(), 0);
    for (int round = 0; round < most_rounds; ++round) {
        auto changed = round == 0;
        for (std::size_t p = 0; p < points.size(); ++p) {
            auto const group = nearest(out.centres, points[p]);
            changed = changed || group != out.of[p];
            out.of[p] = group;
        }
        if (!changed)
            break;
        for (std::size_t c = 0; c < out.centres.size(); ++c) {
            std::vector<Point> members;
            for (std::size_t p = 0; p < points.size(); ++p)
                if (out.of[p] == c)
                    members.push_back(points[p]);
            if (!members.empty())
                out.centres[c] = mean_of(members);
        }
    }
    std::vector<std::size_t> order(out.centres.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return out.centres[a].front() < out.centres[b].front(); });
    std::vector<std::size_t> place(order.size());
    std::vector<Point> sorted;
    for (std::size_t c = 0; c < order.size(); ++c) {
        place[order[c]] = c;
        sorted.push_back(out.centres[order[c]]);
    }
    out.centres = std::move(sorted);
    for (auto& group : out.of)
        group = place[group];
    auto within = 0.0;
    auto all = 0.0;
    auto const mean = mean_of(points);
    for (std::size_t p = 0; p < points.size(); ++p) {
        within += squared_distance(points[p], out.centres[out.of[p]]);
        all += squared_distance(points[p], mean);
    }
    out.unexplained = all > 0.0 ? within / all : 0.0;
    return out;
}

} // namespace nk::numerics
