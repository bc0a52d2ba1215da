#pragma once
#include "nk/backend/executor.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace nk::numerics {

/// Cubic voxels, x fastest: voxel (ix, iy, iz) has index ix + nx * (iy + ny * iz). 2-D: nz = 1; 1-D: ny = nz = 1; they are then
/// one voxel thick, and molecules are still concentration times `volume()`.
struct VoxelGrid {
    int nx = 1;
    int ny = 1;
    int nz = 1;
    double width = 1.0;                    ///< side of a voxel [um]
    std::array<double, 3> low = {0, 0, 0}; ///< lowest corner of voxel 0 [um]

    std::size_t size() const { return static_cast<std::size_t>(nx) * static_cast<std::size_t>(ny) * static_cast<std::size_t>(nz); }
    std::size_t index(int ix, int iy, int iz) const {
        return static_cast<std::size_t>(ix) +
               static_cast<std::size_t>(nx) * (static_cast<std::size_t>(iy) + static_cast<std::size_t>(ny) * static_cast<std::size_t>(iz));
    }
    double volume() const { return width * width * width; } ///< [um3]
};

enum class FaceKind : std::uint8_t { no_flux, periodic, held };

/// What happens at one outer face of the grid. `held` keeps `value` [molecule/um3] on the face itself, half a voxel beyond the centres.
struct Face {
    FaceKind kind = FaceKind::no_flux;
    double value = 0.0;
};

struct Substrate {
    double diffusion = 0.0;      ///< D [um2/min], >= 0
    double decay = 0.0;          ///< [1/min], >= 0
    std::array<Face, 6> faces{}; ///< -x, +x, -y, +y, -z, +z; periodic faces come in pairs
};

/// What cells do to one substrate: dc/dt = supply - (uptake + secretion) c in each voxel. Spans are empty (none) or one number a voxel.
/// A cell that secretes with rate s towards the saturation c_s adds s to `secretion` and s * c_s to `supply`; a constant source
/// adds its strength to `supply`. Several cells in a voxel add up.
template <class T> struct Exchange {
    std::span<T const> uptake;    ///< [1/min], >= 0
    std::span<T const> secretion; ///< [1/min], >= 0
    std::span<T const> supply;    ///< [molecule/um3/min], >= 0
    std::span<double> taken;      ///< out: molecules taken up from each voxel in the step
    std::span<double> secreted;   ///< out: molecules supplied to each voxel less those that `secretion` took back
};

enum class TimeScheme : std::uint8_t {
    first_order, ///< one step of backward Euler, locally one-dimensional
    second_order ///< 2 * (two half steps) - (one step), about three times the work
};

enum class DiffusionMethod : std::uint8_t { first_order, second_order, quasi_steady };

struct StepReport {
    DiffusionMethod method = DiffusionMethod::first_order;
    /// Estimated largest error of the step in any voxel [molecule/um3]: two half steps against one. For the second order this is
    /// the error of the half steps it starts from, an upper bound in practice. NaN where it was not measured (first order).
    double error = std::numeric_limits<double>::quiet_NaN();
    double clipped = 0.0; ///< second order: share of the molecules that extrapolation made negative; they were taken back evenly
    int steps = 1;        ///< steps made
};

struct SteadyReport {
    int iterations = 0;
    double residual = 0.0; ///< |b - A c| / |b|, Euclidean
    double error = 0.0;    ///< estimated largest error of c against the exact discrete solution [molecule/um3]
};

/// Substrates that diffuse, decay and are exchanged with cells: dc/dt = D lap c - decay c + supply - (uptake + secretion) c.
///
/// One step is locally one-dimensional (Yanenko 1971; Ghaffarizadeh et al. 2016, BioFVM): first each voxel by itself,
/// c <- (c + dt supply) / (1 + dt (decay + uptake + secretion)), then backward Euler along x, y and z by Thomas' algorithm. Every
/// coefficient and every intermediate number is >= 0 and each matrix has column sums 1, so for any dt the step is stable, keeps
/// c >= 0 and, away from held voxels and faces, conserves molecules to rounding. Errors: O(width^2), and O(dt) or O(dt^2) by
/// the scheme; with dt beyond the time of diffusion through the grid, splitting errors remain near held voxels and sources
/// (the fixed point depends on dt): use `steady_state`. In float each sweep may change the molecules by about 1e-7 of them.
///
/// Bits do not depend on the number of threads: lines are independent and sums use the blocks of `Executor::sum`.
///
/// T  float or double
template <class T> class Diffusion {
  public:
    /// expects  sizes >= 1, width > 0, finite D, decay, values >= 0; periodic faces in pairs. All concentrations start at 0.
    Diffusion(VoxelGrid const& grid, std::vector<Substrate> substrates);

    VoxelGrid const& grid() const { return grid_; }
    std::vector<Substrate> const& substrates() const { return substrates_; }
    /// concentration of each voxel [molecule/um3], `grid().size()` numbers; keep them >= 0
    std::span<T> field(std::size_t substrate) { return fields_[substrate]; }
    std::span<T const> field(std::size_t substrate) const { return fields_[substrate]; }

    /// Walls, for all substrates: where mask != 0 nothing flows through the voxel's faces, and its concentration stands still
    /// at 0. Replaces earlier walls. A voxel both blocked and held is blocked.
    void block(std::span<std::uint8_t const> mask);
    /// Voxels that keep a concentration (vessels): values [molecule/um3] hold where mask != 0. Replaces earlier ones of the substrate.
    void hold(std::size_t substrate, std::span<std::uint8_t const> mask, std::span<T const> values);
    /// Wall voxels take nothing and give nothing.
    bool is_blocked(std::size_t voxel) const { return !blocked_.empty() && blocked_[voxel] != 0; }

    /// The voxel that holds a place [um]; `grid().size()` where it lies outside. Periodic axes wrap it into the grid.
    std::size_t voxel_at(double x, double y, double z) const;
    /// Puts `amount` [molecule] >= 0 into the voxel at (x, y, z). Returns what the field really gained: `amount` but for the rounding of T;
    /// 0 in walls and outside. What is put into a held voxel is gone with the next step.
    double deposit(std::size_t substrate, double x, double y, double z, double amount);
    /// Takes up to `amount` [molecule] out of the voxel at (x, y, z); returns what the field lost, never more than was there.
    double take_up(std::size_t substrate, double x, double y, double z, double amount);
    /// First-order uptake of all voxels over dt [min] by itself: c <- c / (1 + dt rate), rate [1/min] >= 0. taken [molecule] is
    /// exactly what each voxel lost.
    void take_up(std::size_t substrate, std::span<T const> rate, double dt, std::span<double> taken, backend::Executor const& executor);
    /// Molecules in all voxels but walls.
    double molecules(std::size_t substrate, backend::Executor const& executor) const;

    /// All substrates through dt [min] > 0. exchange: empty, or one for each substrate. `taken` and `secreted` are extrapolated like
    /// the field, so that molecules add up in both schemes.
    StepReport step(double dt, backend::Executor const& executor, std::span<Exchange<T> const> exchange = {},
                    TimeScheme scheme = TimeScheme::first_order);
    /// One substrate by itself, first order.
    void step(std::size_t substrate, double dt, backend::Executor const& executor, Exchange<T> const& exchange);
    /// Estimated largest error [molecule/um3] of two first-order half steps, from their difference to one step; changes nothing.
    double time_error(std::size_t substrate, double dt, backend::Executor const& executor, Exchange<T> const& exchange = {}) const;

    /// Sets the substrate to the solution of (decay + uptake + secretion) c - D lap c = supply, by conjugate gradients preconditioned
    /// with a multigrid cycle, in double. Negative rounding is cut to 0; `taken` and `secreted` are left alone.
    /// tolerance  of the residual relative to the right-hand side
    /// throws  NumericalError where nothing removes molecules, or without convergence
    SteadyReport steady_state(std::size_t substrate, Exchange<T> const& exchange, double tolerance, backend::Executor const& executor);

    /// One substrate through `duration` [min] to a tolerance relative to its largest concentration, by the method that fits: the
    /// steady state when what is left of the start is certainly smaller, else second-order steps, halved (to 1024 at most) until
    /// each has an estimated error below the tolerance. The report says which, with the sum of the estimates. `taken` and
    /// `secreted` are summed over the steps.
    StepReport advance(std::size_t substrate, double duration, double tolerance, backend::Executor const& executor,
                       Exchange<T> const& exchange = {});

  private:
    /// What is special about the voxels of one substrate; empty where nothing is.
    struct Mask {
        std::vector<std::uint8_t> kind;                ///< 0 free, 1 held, 2 blocked
        std::vector<T> value;                          ///< of held voxels
        std::array<std::vector<std::uint8_t>, 3> line; ///< by axis: does the line hold such a voxel
    };
    void mark_lines(Mask& mask) const;
    void expect(Exchange<T> const& exchange) const;
    /// First-order steps of substrates [first, first + exchange.size()).
    void sweep(std::size_t first, double dt, std::span<Exchange<T> const> exchange, backend::Executor const& executor);
    /// The voxels of one row by themselves; zero: a row of zeros for what the exchange leaves out.
    void react(std::size_t substrate, std::size_t row, double dt, Exchange<T> const& exchange, std::vector<T> const& zero);
    StepReport extrapolate(std::size_t substrate, double dt, Exchange<T> const& exchange, backend::Executor const& executor);

    VoxelGrid grid_;
    std::vector<Substrate> substrates_;
    std::vector<std::vector<T>> fields_;
    std::vector<Mask> masks_;
    std::vector<std::uint8_t> blocked_;
};

extern template class Diffusion<float>;
extern template class Diffusion<double>;

} // namespace nk::numerics
