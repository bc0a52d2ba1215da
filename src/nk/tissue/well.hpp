#pragma once
#include "nk/backend/executor.hpp"
#include "nk/numerics/neighbour_grid.hpp"
#include "nk/tissue/contacts.hpp"
#include "nk/tissue/motility.hpp"
#include "nk/tissue/well_plan.hpp"

#include <functional>

namespace nk::tissue {

/// One well: cells in space, contacts as owned event-driven objects, deaths. The same seed gives the same bits for any
/// number of threads; contact events have exact times, so `dt` only resolves the motion.
class Well {
  public:
    /// laws  outlives the well
    /// between  called again and again while a pellet settles; may throw to stop
    Well(WellPlan plan, biology::Laws const& laws, std::uint64_t seed, backend::Executor executor,
         std::function<void()> const& between = {});

    bool done() const { return step_ >= steps_; }
    void advance();
    double time() const { return static_cast<double>(step_) * dt_; }
    WellPlan const& plan() const { return plan_; }

    std::vector<LedgerEntry> const& ledger() const { return contacts_.ledger; }
    std::vector<TargetState> const& targets() const { return contacts_.targets; }
    std::vector<NkState> const& nk() const { return contacts_.nk; }
    double ifng_molecules() const { return contacts_.ifng; }
    double ifng_molar_mass() const { return laws_.adaptation.ifng_molar_mass; }
    double mhc_factor() const { return mhc_; }
    /// Mean number of NK cells touching a target that lives, and of live targets touching an NK cell, now.
    struct Touching {
        double nk_per_target;
        double targets_per_nk;
    };
    Touching touching() const;

    /// Positions and states for pictures, one entry a cell present.
    struct CellView {
        std::uint32_t id;
        Role role;
        int kind;
        int state; ///< target: 0 alive, 1 held, 2 dying, 3 dead; NK: 0 searching, 1 in contact, 2 has killed; bystander: 0
        double x, y, z, radius;
    };
    std::vector<CellView> cells() const;
    void add_to_hash(Hasher& hasher) const;

  private:
    struct Body { ///< columns of the motion
        std::vector<double> x, y, z, vx, vy, vz, fx, fy, fz, mx, my, mz, radius, speed, arrives;
        std::vector<Role> role;
        std::vector<std::uint32_t> slot;
        std::vector<std::uint8_t> present, resting, touching, touches_target;
        std::vector<std::uint32_t> microwell;
        std::vector<Random> rng;
    };
    // setup (well_setup.cpp)
    void create_cells();
    void create_nk(NkState& nk);
    void create_target(TargetState& target);
    void place_cells();
    void relax_pellet(std::function<void()> const& between);
    // motion (well_motion.cpp)
    void update_presence();
    void rebuild_grids();
    void move();
    void displace(std::uint32_t id, double dt, bool active);
    void keep_inside(std::uint32_t id);
    void watch(bool exposures);
    void push_apart(std::uint32_t id);
    void look_for_targets(std::uint32_t id);
    double nearest_image(double d, int axis) const;
    // contacts (well_contacts.cpp)
    void set_medium(std::size_t medium);
    void act();
    void lose_nk();
    void remove_cells(Removal const& removal);
    void share_cytokines();
    double distance(std::uint32_t one, std::uint32_t other) const;
    double priming(NkState const& nk, double now) const;
    Meeting meeting(Opening const& opening) const;
    biology::LigandCopies ligands_now(std::uint32_t target) const;
    Medium const& medium() const { return plan_.media[medium_]; }

    WellPlan plan_;
    biology::Laws const& laws_;
    std::uint64_t seed_;
    backend::Executor executor_;
    double dt_;
    long steps_;
    long step_ = 0;
    std::size_t medium_ = 0;
    std::size_t removal_ = 0;
    OuStep ou_;
    numerics::GridBox box_;
    Body body_;
    Contacts contacts_;
    numerics::NeighbourGrid target_grid_, small_grid_;
    double widest_target_ = 0.0, widest_small_ = 0.0;
    std::vector<Opening> wishes_; ///< by NK slot: target == nobody when none
    double mhc_ = 1.0;
};

} // namespace nk::tissue
