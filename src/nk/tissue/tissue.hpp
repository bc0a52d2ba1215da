#pragma once
#include "nk/backend/executor.hpp"
#include "nk/base/columns.hpp"
#include "nk/tissue/contacts.hpp"
#include "nk/tissue/fields.hpp"
#include "nk/tissue/mechanics.hpp"
#include "nk/tissue/motility.hpp"
#include "nk/tissue/tissue_plan.hpp"

#include <limits>

namespace nk::tissue {

enum class CellState : std::uint8_t { alive, dying, dead, gone };

/// One cell of a tissue: the columns that every cell has.
struct Cell {
    double x = 0.0, y = 0.0, z = 0.0;                     ///< [um]
    float moved_x = 0, moved_y = 0, moved_z = 0;          ///< in the last step [um]
    float radius = 0;                                     ///< [um]
    float adhesion = 0;                                   ///< [1/min]
    float pressure = 0;                                   ///< sum of relative overlaps [1]
    std::array<float, biology::max_families> ligand_ln{}; ///< ln factor of its ligands, by family
    double patience = 0.0;                                ///< integrated hazard left before its next event of life
    double infected_at = 0.0;                             ///< [min]
    double born_at = 0.0;                                 ///< start, division or arrival [min]
    std::uint32_t id = nobody;
    std::uint32_t draws = 0;       ///< random numbers of its life used so far
    std::uint32_t agent = nobody;  ///< its slot among NK cells or targets at the contact scale; a target gets one with its first contact
    std::uint32_t walker = nobody; ///< its slot among the motile cells
    std::uint16_t kind = 0;
    std::uint16_t divisions = 0; ///< since the start
    CellState state = CellState::alive;
    std::uint8_t stage = 0; ///< of the cycle, or of the infection; of an NK cell: 1 = in cycle
    biology::InfectionState infection = biology::InfectionState::target;
    std::uint8_t hla_lost = 0;
    std::uint8_t nkg2d_lost = 0;
    float hla_by_ifn1 = 1; ///< rise of HLA class I by type I interferon [1]
    float hla_by_ifng = 1; ///< and by interferon-gamma [1]
    float shed = 0;        ///< ligands of NKG2D that it sheds [molecule/min]

    static constexpr auto columns() {
        return std::tuple{Column{"x", &Cell::x},
                          Column{"y", &Cell::y},
                          Column{"z", &Cell::z},
                          Column{"moved_x", &Cell::moved_x},
                          Column{"moved_y", &Cell::moved_y},
                          Column{"moved_z", &Cell::moved_z},
                          Column{"radius", &Cell::radius},
                          Column{"adhesion", &Cell::adhesion},
                          Column{"pressure", &Cell::pressure},
                          Column{"ligand_ln", &Cell::ligand_ln},
                          Column{"patience", &Cell::patience},
                          Column{"infected_at", &Cell::infected_at},
                          Column{"born_at", &Cell::born_at},
                          Column{"id", &Cell::id},
                          Column{"draws", &Cell::draws},
                          Column{"agent", &Cell::agent},
                          Column{"walker", &Cell::walker},
                          Column{"kind", &Cell::kind},
                          Column{"divisions", &Cell::divisions},
                          Column{"state", &Cell::state},
                          Column{"stage", &Cell::stage},
                          Column{"infection", &Cell::infection},
                          Column{"hla_lost", &Cell::hla_lost},
                          Column{"nkg2d_lost", &Cell::nkg2d_lost},
                          Column{"hla_by_ifn1", &Cell::hla_by_ifn1},
                          Column{"hla_by_ifng", &Cell::hla_by_ifng},
                          Column{"shed", &Cell::shed}};
    }
};

/// What crawling cells have beside.
struct Walker {
    double vx = 0.0, vy = 0.0, vz = 0.0; ///< [um/min]
    double speed = 0.0;                  ///< rms along each axis while moving [um/min]
    std::uint32_t cell = nobody;         ///< row, or nobody: the slot is free
    std::uint8_t resting = 0;
    std::uint8_t touches_target = 0;
    Random rng;
    template <class State> void visit_state(State& state) { state(vx, vy, vz, speed, cell, resting, touches_target, rng); }
};

/// What NK cells have in a tissue, beside their state at the contact scale.
struct NkLife {
    double priming = 0.0;        ///< c [1]
    double support = 0.0;        ///< of survival and refilling by the cytokines around it [1]
    double ifng_threshold = 1.0; ///< factor of these on the threshold of interferon-gamma secretion [1]
    double ifng_released = 0.0;  ///< of what it secreted, what is in the field already [molecule]
    double patience = 0.0;       ///< integrated hazard of death left
    template <class State> void visit_state(State& state) { state(priming, support, ifng_threshold, ifng_released, patience); }
};

/// What the body around a tissue does to it, from one moment until it is told otherwise.
struct Supply {
    double arrivals = 1.0; ///< NK cells from vessels, relative to the plan
    double priming = -1.0; ///< of NK cells that arrive; -1 = as the plan says [1]
    double content = -1.0; ///< filling of their granules; -1 = as the plan says [1]
    double il15 = 1.0;     ///< IL-15 where it is no field, relative to the plan
    struct Hazard {
        double all = 0.0;      ///< death of any cell of the kind [1/min]
        double with_hla = 0.0; ///< more, of cells that have their HLA class I [1/min]
        template <class State> void visit_state(State& state) { state(all, with_hla); }
    };
    std::vector<Hazard> hazards; ///< by kind; empty = none
    template <class State> void visit_state(State& state) { state(arrivals, priming, content, il15, hazards); }
};

/// What happened at the border of a tissue and in it since its start, in cells and molecules.
struct Turnover {
    std::uint64_t nk_arrived = 0; ///< from vessels
    std::uint64_t nk_left = 0;    ///< through absorbing faces
    std::uint64_t nk_born = 0;    ///< by division
    std::uint64_t nk_died = 0;
    double interferon = 0.0; ///< interferon-gamma secreted by NK cells [molecule]
};

/// Agents in space with reaction-diffusion. The same plan and seed give the same bits for any number of threads and any order of
/// the cells in memory, and a state that was saved and loaded goes on as if nothing had happened.
class Tissue {
  public:
    /// laws, tissue_laws  outlive the tissue
    Tissue(TissuePlan plan, biology::Laws const& laws, biology::TissueLaws const& tissue_laws, std::uint64_t seed,
           backend::Executor executor);

    bool done() const { return step_ >= steps_; }
    /// One mechanics step.
    void advance();
    double time() const { return static_cast<double>(step_) * plan_.dt; }
    long step() const { return step_; }
    TissuePlan const& plan() const { return plan_; }
    Columns<Cell> const& cells() const { return cells_; }
    Contacts const& contacts() const { return contacts_; }
    Fields const& fields() const { return fields_; }
    /// Priming c of an NK cell.
    double priming(std::size_t nk_slot) const { return nk_life_[nk_slot].priming; }
    /// Events since the last call; ids are cell ids.
    std::vector<LedgerEntry> take_ledger();
    /// Copies of each ligand on a target now [molecule/cell].
    biology::LigandCopies ligands_of(std::size_t cell) const;

    /// From now on the body around gives this.
    /// expects  hazards by kind, or none; nothing negative but the -1 of priming and content
    void set_supply(Supply supply);
    /// From the events since the last call of `take_ledger` (add them up) and the state.
    Turnover turnover(std::vector<LedgerEntry> const& events) const;
    /// Living cells of a kind; of NK cells, those in it.
    std::size_t alive(std::size_t kind) const;

    /// Cells of each kind that NK cells killed so far.
    std::vector<std::uint64_t> const& killed() const { return killed_; }

    /// Numbers that must be 0 in a healthy run.
    struct Health {
        std::uint64_t not_finite = 0; ///< positions or concentrations that are no numbers
        std::uint64_t crowded = 0;    ///< cells that moved more than their radius in one step
        template <class State> void visit_state(State& state) { state(not_finite, crowded); }
    };
    Health const& health() const { return health_; }

    /// Hash of the whole state: equal for any number of threads, and after saving and loading.
    std::string state_hash() const;
    std::vector<std::uint8_t> save() const;
    /// errors: BrokenState
    void load(std::span<std::uint8_t const> state);
    /// What follows from the state but is no part of it; after another visitor than `load` filled it.
    void after_loading();
    template <class State> void visit_state(State& state) {
        state(step_, next_id_, cells_, row_of_, walkers_, free_walkers_, nk_life_, ruled_, arrivals_, killed_, health_, supply_);
        state(contacts_);
        fields_.visit_state(state);
    }

  private:
    enum class Event : std::uint8_t { none, division, death, infection, cleared };
    struct Passing { ///< what the passing of time brought one cell
        std::uint32_t row;
        Event event;
        double left; ///< of that time, after the event [min]
    };
    // setup (tissue_setup.cpp)
    void create(SeedCell const& seed);
    std::uint32_t add_walker(std::uint32_t row);
    std::uint32_t add_nk(std::uint32_t row, double now);
    std::uint32_t add_target(std::uint32_t row);
    void add_cell(Cell cell);
    // the step (tissue.cpp)
    void exchange();
    void push_apart();
    void respond();
    void move();
    void displace(std::size_t row);
    void search();
    void look_for_targets(std::uint32_t nk_slot);
    void act();
    void note_deaths(std::size_t first_entry);
    void lose_contacts(double end);
    void leave(std::uint32_t row, double now);
    void bury(std::uint32_t row);
    void watch_health();
    double gap(std::size_t one, std::size_t other) const;
    std::array<double, 3> between(std::size_t one, std::size_t other) const;
    Meeting meeting(Opening const& opening) const;
    std::array<double, 3> drift(std::size_t row) const;
    void guide(std::size_t row, double* step) const;
    void crawl(std::size_t row, Walker& walker, double* step) const;
    // rules of the scenario (tissue_rules.cpp)
    double sense(std::size_t row, RuledBehaviour::Sense const& what) const;
    double touching(std::size_t row, RuledBehaviour::Sense const& what) const;
    double ruled(std::size_t row, biology::Behaviour behaviour, int about, double otherwise) const;
    double ruled(std::size_t row, biology::Behaviour behaviour, double otherwise) const { return ruled(row, behaviour, -1, otherwise); }
    double around(std::size_t row, int substrate) const;
    // life and death (tissue_life.cpp)
    void live(double minutes);
    Passing pass_time(std::uint32_t row, double minutes);
    Event next_stage(Cell& cell) const;
    std::size_t sorting_voxel(std::size_t row) const;
    void divide(std::uint32_t row, double left, std::vector<Passing>& events);
    void share_contacts(std::uint32_t mother, std::uint32_t daughter);
    void perish(std::uint32_t row);
    void infect(std::uint32_t row);
    void arrive(double minutes);
    void brought_by_blood(NkState& nk);
    void prime(double minutes);
    double cytokine_around(std::size_t row, std::size_t cytokine) const;
    void plan_nk_deaths(double minutes);
    void release_interferon();
    void raise_hla(Cell& cell, std::size_t voxel, double minutes) const;
    void close_gaps();
    TissueKind const& kind_of(std::size_t row) const { return plan_.kinds[cells_.of<&Cell::kind>()[row]]; }
    Random life(Cell const& cell) const { return {seed_, cell.id, Purpose::life, cell.draws}; }

    TissuePlan plan_;
    biology::Laws const& laws_;
    biology::TissueLaws const& tissue_laws_;
    std::uint64_t seed_;
    backend::Executor executor_;
    long steps_;
    long step_ = 0;
    std::uint32_t next_id_ = 0;
    Columns<Cell> cells_;
    std::vector<std::uint32_t> row_of_; ///< by id; nobody where the cell is gone
    std::vector<Walker> walkers_;
    std::vector<std::uint32_t> free_walkers_;
    std::vector<NkLife> nk_life_; ///< by NK slot
    std::size_t rules_ = 0;       ///< most ruled behaviours of a kind
    std::vector<double> ruled_;   ///< values of the ruled behaviours, shape (cells, rules_)
    std::vector<OuStep> ou_;      ///< by kind
    Contacts contacts_;
    Fields fields_;
    numerics::CellGrid grid_;
    Mechanics mechanics_;
    struct Arrivals {
        Random rng;
        double patience = 0.0;
        template <class State> void visit_state(State& state) { state(rng, patience); }
    };
    std::vector<Arrivals> arrivals_;    ///< by vessel
    std::vector<std::uint64_t> killed_; ///< by kind
    Supply supply_;
    Health health_;
    // scratch of one step
    std::vector<Opening> wishes_;
    std::vector<std::array<double, 3>> bonds_; ///< pull of the held target, by NK slot [um/min]
    std::vector<std::uint8_t> present_;
    std::vector<std::uint8_t> outside_; ///< moved through an absorbing face
    double widest_ = 0.0;
    double farthest_ = 0.0; ///< longest displacement of the last step [um]
};

} // namespace nk::tissue
