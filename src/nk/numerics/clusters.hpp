#pragma once
#include <cstddef>
#include <vector>

namespace nk::numerics {

/// Points put into groups.
struct Clusters {
    std::vector<std::size_t> of;              ///< group of each point, shape (points)
    std::vector<std::vector<double>> centres; ///< shape (groups, dimensions)
    double unexplained = 0.0;                 ///< variance within groups, share of all [1]
};

/// k-means (Lloyd) from a start without chance: the first centre is the point next to the mean, each further one the point farthest from
/// all centres before. Groups are ordered by their first coordinate. Fewer groups come back when fewer points differ.
///
/// points   shape (points, dimensions), at least one
/// groups   >= 1
/// source   Lloyd 1982, IEEE Trans Inf Theory 28:129
Clusters k_means(std::vector<std::vector<double>> const& points, std::size_t groups);

} // namespace nk::numerics
