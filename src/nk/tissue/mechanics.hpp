#pragma once
#include "nk/backend/executor.hpp"
#include "nk/numerics/cell_grid.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace nk::tissue {

/// Overdamped spheres: with L the sum of two radii and r their distance, each of the two is displaced along the line of centres by
///   repulsion (L - r)  away            where r < L
///   sqrt(a b) (r - L)  towards         where L <= r < reach L, with the adhesions a, b of the two
/// [um/min]. Both are springs, so a pair alone relaxes as exp(-2 k t).
struct MechanicsLaw {
    double repulsion = 0.0;      ///< [1/min], >= 0
    double adhesion_reach = 1.0; ///< [1], >= 1
    double touch = 0.0;          ///< two cells touch where r < L + touch [um], >= 0

    /// Farthest distance [um] at which cells of these radii [um] matter to each other.
    double range(double largest_radius) const;
};

/// What the neighbours do to each cell, by slot of the caller; slots that are not in the grid stay as they are.
struct CellMotion {
    std::span<double> vx, vy, vz;        ///< displacement rate [um/min], a multiple of 2^-36
    std::span<float> pressure;           ///< sum of (L - r)/L over the overlapping neighbours [1], each to 2^-20; may be empty
    std::span<std::uint32_t> neighbours; ///< cells that touch; may be empty
};

/// Registers that a kernel is compiled for. All give the same bits.
enum class Registers : std::uint8_t { scalar, avx2, avx512 };

/// Those of the machine that runs, widest first; the scalar kernel is always the last.
std::span<Registers const> usable_registers();

/// Forces between all cells of a grid.
///
/// Each pair is looked at once. Its three components are rounded to multiples of 2^-36 um/min and added, as integers, to the one
/// cell and subtracted from the other. Integers add up to the same in every order, so the bits of a cell's motion depend on
/// nothing but the positions, radii and adhesions of those in its range: not on the order of the slots, on threads, on
/// registers, or on cells elsewhere. The sum over all cells is exactly zero, and a mirrored arrangement moves mirrored.
///
/// Two cells closer than 1e-9 um part along x, the one of the higher slot towards +x.
///
/// On periodic axes a pair interacts through its nearest image alone; boxes less than three ranges wide work, but on one thread.
///
/// Bounds: a component of one pair stays below 2^14 um/min (checked from the largest radius and adhesion), the sum on one cell below
/// 2^27 um/min (beyond 2^17 its conversion to double rounds), overlapping neighbours below 2^20, touching ones below 2^23.
class Mechanics {
  public:
    explicit Mechanics(Registers registers = usable_registers().front()) : registers_(registers) {}

    /// grid  built with a width of at least `law.range(grid.largest_radius())`; its `value` is the adhesion of a cell [1/min]
    /// expects  spans of `motion` that hold every slot of the grid; the bounds above
    void forces(numerics::CellGrid const& grid, MechanicsLaw const& law, backend::Executor const& executor, CellMotion const& motion);

    /// The same in two steps, for who wants no columns of it: the forces here, then what each cell got, by its place in the grid.
    void push(numerics::CellGrid const& grid, MechanicsLaw const& law, backend::Executor const& executor);
    float pressure(std::size_t place) const;
    /// Displacement rate [um/min]; once for each cell after a `push`, which adds to what was not taken.
    std::array<double, 3> take(std::size_t place);

  private:
    Registers registers_;
    std::vector<std::int64_t> sums_; ///< four a cell in the order of the grid; all 0 where they were taken
};

} // namespace nk::tissue
