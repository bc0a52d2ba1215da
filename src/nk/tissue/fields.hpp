#pragma once
#include "nk/backend/executor.hpp"
#include "nk/base/state.hpp"
#include "nk/tissue/tissue_plan.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace nk::tissue {

/// The substances between the cells: concentrations on voxels, what cells put in and take out, and their steps in time.
///
/// What cells do is added up in fixed-point numbers, so that the sums do not depend on the order of the cells or on the threads.
class Fields {
  public:
    /// expects  substrates of the plan with names of their own, voxels over its box
    Fields(TissuePlan const& plan, backend::Executor executor);

    std::size_t count() const { return plans_.size(); }
    SubstratePlan const& plan(std::size_t substrate) const { return plans_[substrate]; }
    numerics::VoxelGrid const& grid() const { return diffusion_.grid(); }
    std::span<double const> values(std::size_t substrate) const { return diffusion_.field(substrate); }
    /// The voxel of a place; the nearest one for a place on or beyond the faces.
    std::size_t voxel(double x, double y, double z) const;
    /// Central difference over the neighbouring voxels, one-sided at faces [unit/um].
    std::array<double, 3> gradient(std::size_t substrate, std::size_t voxel) const;
    /// Forgets what cells did.
    void begin_exchange();
    /// Adds one cell, after `begin_exchange` and before `advance`. May be called by several threads at a time.
    /// factor_uptake, factor_secretion  of its kind's rates [1]
    void add_cell(CellExchange const& exchange, std::size_t voxel, double cell_volume, double factor_uptake = 1.0,
                  double factor_secretion = 1.0);
    /// Molecules set free at once. Serial.
    void release(std::size_t substrate, std::size_t voxel, double molecules);
    /// Takes molecules out of a voxel, at most those that are there. Serial.
    void take(std::size_t substrate, std::size_t voxel, double molecules);
    /// Whether any substrate moves at this mechanics step, so that the exchange is needed.
    bool is_due(long step) const;
    /// The substrates that are due at mechanics step number `step`, each through its own interval; dt [min] is one mechanics step.
    void advance(long step, double dt);

    /// What is known about the steps of one substrate.
    struct Account {
        double released = 0.0; ///< molecules set free at once
        double error = 0.0;    ///< largest estimated error of one advance, where the solver chose [unit]
        long steps = 0;        ///< first- or second-order steps made
        long steady = 0;       ///< times the steady state was taken instead
        template <class State> void visit_state(State& state) { state(released, error, steps, steady); }
    };
    Account const& account(std::size_t substrate) const { return accounts_[substrate]; }
    double molecules(std::size_t substrate) const { return diffusion_.molecules(substrate, executor_); }

    template <class State> void visit_state(State& state) {
        for (std::size_t s = 0; s < plans_.size(); ++s) {
            state(accounts_[s]);
            auto const field = diffusion_.field(s);
            state.bytes(field.data(), field.size_bytes());
        }
    }

  private:
    /// What cells do by voxel; empty where no kind of cell does such a thing. While cells are added each number holds the bits of a
    /// fixed-point sum, from then on the rate that it stands for: eight bytes for both.
    struct Sums {
        std::vector<double> loss;   ///< by uptake and by secretion towards a saturation [1/min]
        std::vector<double> supply; ///< [unit/min]
    };
    void hold(std::size_t substrate, std::span<std::uint32_t const> voxels, double value);
    void settle();

    std::vector<SubstratePlan> plans_;
    backend::Executor executor_;
    numerics::Diffusion<double> diffusion_;
    std::vector<Sums> sums_;
    bool adding_ = false; ///< `sums_` hold fixed-point sums
    std::vector<Account> accounts_;
};

} // namespace nk::tissue
