#include "nk/simulate/tissue_places.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace nk::simulate {
namespace {

/// The part of space a place covers.
struct Region {
    scenario::CellPlace const& place;
    tissue::TissuePlan const& plan;
    double margin; ///< cells stay this far from faces [um]

    double from_centre(double x, double y, double z) const {
        auto const dx = x - place.x;
        auto const dy = y - place.y;
        auto const dz = plan.three_d ? z - place.z : 0.0;
        return std::sqrt(dx * dx + dy * dy + dz * dz);
    }
    bool holds(double x, double y, double z) const {
        double const p[3] = {x, y, z};
        for (std::size_t axis = 0; axis < (plan.three_d ? 3U : 2U); ++axis)
            if (p[axis] < plan.box.low[axis] + margin || p[axis] > plan.box.high[axis] - margin)
                return false;
        auto const r = from_centre(x, y, z);
        return place.shape == "box" ? r >= place.inner : r >= place.inner && r <= place.radius;
    }
    double low(std::size_t axis) const {
        double const centre[3] = {place.x, place.y, place.z};
        return place.shape == "box" ? plan.box.low[axis] : std::max(plan.box.low[axis], centre[axis] - place.radius);
    }
    double high(std::size_t axis) const {
        double const centre[3] = {place.x, place.y, place.z};
        return place.shape == "box" ? plan.box.high[axis] : std::min(plan.box.high[axis], centre[axis] + place.radius);
    }
};

/// Closest packing of spheres that touch at `spacing`: layers of hexagons, every second row and layer shifted.
std::vector<std::array<double, 3>> packed(Region const& region, double spacing) {
    auto places = 1.0;
    for (std::size_t axis = 0; axis < (region.plan.three_d ? 3U : 2U); ++axis)
        places *= 1.0 + std::max(0.0, region.high(axis) - region.low(axis)) / spacing;
    if (places > scenario::most_cells_in_a_tissue)
        throw ScenarioError(Problem{{},
                                    "range",
                                    fmt::format("a packing with cells {} um apart has room for {:.2g} cells", to_text(spacing), places),
                                    fmt::format("at most {:.2g}", scenario::most_cells_in_a_tissue),
                                    "take a larger `spacing`, a smaller `radius`, or give a `count`"});
    std::vector<std::array<double, 3>> out;
    auto const row = spacing * std::sqrt(3.0) / 2.0;
    auto const layer = region.plan.three_d ? spacing * std::sqrt(2.0 / 3.0) : 0.0;
    auto const steps = [](double from, double to, double step) {
        return step > 0.0 ? static_cast<int>(std::floor((to - from) / step)) : 0;
    };
    auto const x0 = region.low(0) + region.margin;
    auto const y0 = region.low(1) + region.margin;
    auto const z0 = region.plan.three_d ? region.low(2) + region.margin : 0.0;
    for (int k = 0; k <= steps(z0, region.high(2), layer); ++k)
        for (int j = 0; j <= steps(y0, region.high(1), row); ++j)
            for (int i = 0; i <= steps(x0, region.high(0), spacing); ++i) {
                auto const x = x0 + spacing * (i + 0.5 * ((j + k) % 2));
                auto const y = y0 + row * (j + (k % 2) / 3.0);
                auto const z = z0 + layer * k;
                if (region.holds(x, y, z))
                    out.push_back({x, y, z});
            }
    return out;
}

std::vector<std::array<double, 3>> scattered(Region const& region, std::size_t count, Random& rng) {
    std::vector<std::array<double, 3>> out;
    constexpr std::size_t patience = 10000; // draws for one cell before the region counts as empty
    for (std::size_t n = 0; n < count; ++n)
        for (std::size_t attempt = 0;; ++attempt) {
            std::array<double, 3> p{};
            for (std::size_t axis = 0; axis < (region.plan.three_d ? 3U : 2U); ++axis)
                p[axis] = region.low(axis) + (region.high(axis) - region.low(axis)) * rng.uniform();
            if (region.holds(p[0], p[1], p[2])) {
                out.push_back(p);
                break;
            }
            if (attempt > patience)
                return out;
        }
    return out;
}

} // namespace

void place_cells(scenario::CellPlace const& place, std::uint64_t index, std::uint16_t kind, std::uint64_t seed, tissue::TissuePlan& plan) {
    auto const radius = plan.kinds[kind].radius;
    Region const region{place, plan, std::min(radius, 0.25 * plan.box.size(0))};
    Random rng(seed, index, Purpose::placement);
    auto const places = place.count > 0.0 ? scattered(region, static_cast<std::size_t>(std::llround(place.count)), rng)
                                          : packed(region, place.spacing > 0.0 ? place.spacing : 2.0 * radius);
    std::vector<std::size_t> order(places.size());
    std::iota(order.begin(), order.end(), 0);
    auto const infected = std::min(places.size(), static_cast<std::size_t>(std::llround(place.infected)));
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
        return region.from_centre(places[a][0], places[a][1], places[a][2]) < region.from_centre(places[b][0], places[b][1], places[b][2]);
    });
    std::vector<char> ill(places.size());
    for (std::size_t n = 0; n < infected; ++n)
        ill[order[n]] = 1;
    for (std::size_t n = 0; n < places.size(); ++n)
        plan.cells.push_back({places[n][0], places[n][1], places[n][2], kind, ill[n] != 0, {}, 0.0});
}

} // namespace nk::simulate
