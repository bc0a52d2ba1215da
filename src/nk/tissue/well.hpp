#pragma once
#include "nk/backend/executor.hpp"
#include "nk/base/hash.hpp"
#include "nk/biology/contact_chain.hpp"
#include "nk/numerics/neighbour_grid.hpp"
#include "nk/tissue/ledger.hpp"
#include "nk/tissue/motility.hpp"
#include "nk/tissue/well_plan.hpp"

#include <functional>
#include <queue>

namespace nk::tissue {

/// The life of one target cell at the contact scale.
struct TargetState {
    int kind = 0;
    float susceptibility = 1.0F;
    int damage = 0;           ///< live units of damage at `changed`
    int receptor_units = 0;   ///< live units of death-receptor signal at `changed`
    double shot_damage = 0.0; ///< continuous damage at `changed` (switch)
    double changed = 0.0;
    double committed = -1.0; ///< time of commitment to die, -1 = not
    double dead = -1.0;      ///< [min]
    double leaky = -1.0;     ///< [min]
    biology::Death death = biology::Death::none;
    biology::DeathCourse course;        ///< moments of dying
    std::uint32_t killer = nobody;      ///< cell id
    double background_death = 0.0;      ///< when it would die without NK cells [min]
    std::vector<std::uint32_t> held_by; ///< NK slots with an open contact
    Random rng;
};

/// The life of one NK cell at the contact scale.
struct NkState {
    int kind = 0;
    biology::NkPhenotype born;
    biology::ReceptorCopies lost{}; ///< share of each receptor lost by internalisation and shedding
    biology::Lytic lytic;
    double exhaustion = 0.0;
    double changed = 0.0; ///< when the slow state was last brought up to date [min]
    double free_since = 0.0;
    double last_kill = -1e30;
    double dies = 1e300;
    double ifng = 0.0; ///< secreted [molecule]
    int kills = 0;
    int hits = 0;
    int contacts = 0;
    double patience = 0.0;          ///< integrated opening hazard left before the next contact
    std::uint32_t refused = nobody; ///< target slot of the last hitless contact
    double refused_until = 0.0;
    // the open contact
    std::uint32_t target = nobody; ///< target slot
    double opened = 0.0;
    std::uint32_t version = 0;
    biology::Recognition seen;
    biology::ContactPhase phase;
    biology::ContactRates rates;
    biology::ReceptorCopies engaged{}; ///< share of each receptor bound in this contact
    Random opening;
    Random contact;
};

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

    std::vector<LedgerEntry> const& ledger() const { return ledger_; }
    std::vector<TargetState> const& targets() const { return targets_; }
    std::vector<NkState> const& nk() const { return nk_; }
    double ifng_molecules() const { return ifng_; }
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
    std::uint32_t id_of_target(std::uint32_t slot) const { return target_id_[slot]; }
    std::uint32_t id_of_nk(std::uint32_t slot) const { return nk_id_[slot]; }
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
    struct Due { ///< an event of the contact scale
        double time;
        std::uint32_t order; ///< NK slot, or target slot + nk count: breaks ties
        std::uint32_t version;
        bool operator>(Due const& o) const { return time != o.time ? time > o.time : order > o.order; }
    };
    struct Opening {
        double time;
        std::uint32_t nk;
        std::uint32_t target;
    };

    // setup (well_setup.cpp)
    void create_cells();
    void create_nk(std::uint32_t slot, int kind);
    void create_target(std::uint32_t slot, int kind);
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
    void act();
    void open(Opening const& opening);
    void close(std::uint32_t nk, double now, Happening how);
    void schedule(std::uint32_t nk, double now);
    void happen(std::uint32_t nk, double now);
    void hit(std::uint32_t nk, double now);
    void commit(std::uint32_t target, std::uint32_t nk, biology::Death death, double now);
    void die(std::uint32_t target, double now);
    void age_damage(TargetState& target, double now);
    void catch_up(NkState& nk, double now) const;
    void remember_contact(NkState& nk, double now);
    void remove_cells(Removal const& removal);
    void share_cytokines();
    double priming(NkState const& nk, double now) const;
    double armed(NkState const& nk, double now) const;
    biology::ReceptorCopies receptors_now(NkState const& nk, double priming) const;
    biology::LigandCopies ligands_now(std::uint32_t target) const;
    Medium const& medium() const { return plan_.media[medium_]; }
    void note(double time, Happening what, std::uint32_t nk, std::uint32_t target, double value);

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
    std::vector<TargetState> targets_;
    std::vector<NkState> nk_;
    std::vector<std::uint32_t> target_id_, nk_id_;
    numerics::NeighbourGrid target_grid_, small_grid_;
    double widest_target_ = 0.0, widest_small_ = 0.0;
    std::vector<Opening> wishes_; ///< by NK slot: target == nobody when none
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::vector<LedgerEntry> ledger_;
    double ifng_ = 0.0;
    double mhc_ = 1.0;
};

} // namespace nk::tissue
