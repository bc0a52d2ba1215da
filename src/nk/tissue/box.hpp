#pragma once
#include "nk/numerics/cell_grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace nk::tissue {

enum class Boundary : std::uint8_t {
    periodic,   ///< what leaves on one side comes in on the other
    reflecting, ///< what leaves is mirrored back, and so is its velocity
    absorbing   ///< what leaves is gone
};

/// The space cells live in: an axis-aligned box with one kind of boundary an axis.
struct Box {
    std::array<double, 3> low = {0, 0, 0};  ///< [um]
    std::array<double, 3> high = {1, 1, 1}; ///< [um], above `low`; equal on the third axis of a layer, which must not be periodic
    std::array<Boundary, 3> boundary = {Boundary::periodic, Boundary::periodic, Boundary::periodic};

    double size(std::size_t axis) const { return high[axis] - low[axis]; }
    /// The difference of two positions [um] as the way to the nearest image; exactly antisymmetric in d.
    double nearest_image(double d, std::size_t axis) const {
        return boundary[axis] == Boundary::periodic ? d - size(axis) * std::round(d / size(axis)) : d;
    }
    /// Brings a position [um] that moved back into the box, with its velocity. Returns false where it left through an absorbing
    /// boundary; it then stays where it is.
    bool keep(double& position, double& velocity, std::size_t axis) const {
        if (position >= low[axis] && position < high[axis])
            return true;
        switch (boundary[axis]) {
        case Boundary::periodic:
            position = wrapped(position, axis);
            return true;
        case Boundary::reflecting:
            reflect(position, velocity, axis);
            return true;
        case Boundary::absorbing:
            break;
        }
        return position >= low[axis] && position <= high[axis];
    }
    /// A position inside [low, high) at whole box lengths from the one given.
    double wrapped(double position, std::size_t axis) const {
        auto const inside = position - size(axis) * std::floor((position - low[axis]) / size(axis));
        return inside >= low[axis] && inside < high[axis] ? inside : low[axis]; // rounding may leave it on the upper face
    }
    /// Mirrors a position at the faces until it is in [low, high]; the velocity turns with each mirror.
    void reflect(double& position, double& velocity, std::size_t axis) const {
        auto const length = size(axis);
        if (!(length > 0.0)) {
            position = low[axis];
            return;
        }
        auto const mirror = [&](double face) {
            position = 2.0 * face - position;
            velocity = -velocity;
        };
        // Way beyond the box: whole periods of the mirrored images first.
        if (std::abs(position - low[axis]) > 4.0 * length)
            position -= 2.0 * length * std::floor((position - low[axis]) / (2.0 * length));
        for (int mirrors = 0; mirrors < 6 && (position < low[axis] || position > high[axis]); ++mirrors)
            mirror(position < low[axis] ? low[axis] : high[axis]);
        position = std::min(std::max(position, low[axis]), high[axis]);
    }
    /// The same box for the neighbour search.
    numerics::CellBox cell_box() const {
        numerics::CellBox out{low, high, {}};
        for (std::size_t axis = 0; axis < 3; ++axis)
            out.periodic[axis] = boundary[axis] == Boundary::periodic;
        return out;
    }
};

} // namespace nk::tissue
