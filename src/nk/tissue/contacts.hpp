#pragma once
#include "nk/base/hash.hpp"
#include "nk/biology/contact_chain.hpp"
#include "nk/biology/repertoire.hpp"
#include "nk/tissue/ledger.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace nk::tissue {

/// The life of one target cell at the contact scale.
struct TargetState {
    std::uint32_t id = nobody; ///< cell id
    int kind = 0;
    biology::Resistance resistance;
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

    bool is_dead(double now) const { return dead >= 0.0 && dead <= now; }
    template <class State> void visit_state(State& state) {
        state(id, kind, resistance, damage, receptor_units, shot_damage, changed, committed, dead, leaky, death, course, killer,
              background_death, held_by, rng);
    }
};

/// The life of one NK cell at the contact scale.
struct NkState {
    std::uint32_t id = nobody; ///< cell id
    int kind = 0;
    biology::NkPhenotype born;
    biology::ReceptorCopies lost{}; ///< share of each receptor lost by internalisation and shedding
    biology::Lytic lytic;
    double exhaustion = 0.0;
    double refilling = 1.0; ///< factor of the rate at which granules refill, from where the cell is [1]
    double changed = 0.0;   ///< when the slow state was last brought up to date [min]
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
    std::uint32_t version = 0; ///< of its clock; a due event with another one is void
    biology::Recognition seen;
    biology::ContactPhase phase;
    biology::ContactRates rates;
    biology::ReceptorCopies engaged{}; ///< share of each receptor bound in this contact
    Random opening;
    Random contact;
    template <class State> void visit_state(State& state) {
        state(id, kind, born, lost, lytic, exhaustion, refilling, changed, free_since, last_kill, dies, ifng, kills, hits, contacts,
              patience, refused, refused_until, target, opened, version, seen, phase, rates, engaged, opening, contact);
    }
};

/// An NK cell that is about to open a contact.
struct Opening {
    double time;          ///< [min]
    std::uint32_t nk;     ///< slot
    std::uint32_t target; ///< slot, or nobody: no wish
};

/// What the two cells of an opening contact bring with them, from where they are.
struct Meeting {
    biology::ReceptorCopies receptors; ///< on the NK cell now [molecule/cell]
    biology::LigandCopies ligands;     ///< on the target now [molecule/cell]
    double priming = 0.0;              ///< c of the NK cell
    double ifng_threshold = 1.0;       ///< factor of the cytokines on the threshold of interferon-gamma secretion
    double degranulation = 1.0;        ///< factor of the rate of the last stage, by lack of oxygen or rules
};

/// Part of a step during which a pair touched, from the gaps between their surfaces at its two ends (straight line between) [1].
double touching_share(double gap_before, double gap_now, double reach);

/// Model switches of the contact scale.
struct ContactSwitches {
    biology::RecognitionSwitches recognition;
    bool bursts = true;
    bool shot_noise_damage = false;
};

/// Every contact between an NK cell and a target, from opening to closing: the one owner of hits, damage and death by NK cells.
/// Contacts are event-driven with exponential clocks, so their times are exact whatever the step of the motion; events happen in
/// the order of their times. Who touches whom is the business of the space around (`Well`, `Tissue`).
///
/// Slots index `nk` and `targets`; the caller adds to both, and brings `panel` and `support` up to date.
class Contacts {
  public:
    Contacts(biology::Laws const& laws, ContactSwitches const& switches) : laws_(laws), switches_(switches) {}

    std::vector<NkState> nk;
    std::vector<TargetState> targets;
    std::vector<LedgerEntry> ledger;
    double ifng = 0.0; ///< secreted by all NK cells [molecule]

    /// Receptors and affinities from now on.
    /// panel    outlives the contacts
    /// support  of survival and refilling by the medium [1]
    void set_medium(biology::Panel const& panel, double support) {
        panel_ = &panel;
        support_ = support;
    }

    /// All events up to `end`: due ones, and the wishes (sorted by time), whose contacts open unless one of the two is taken.
    /// may_open(target slot)  whether the cell is still there
    /// meet(opening)          the Meeting, asked only for contacts that open
    template <class MayOpen, class Meet> void run(std::span<Opening const> wishes, double end, MayOpen may_open, Meet meet) {
        std::size_t next = 0;
        for (;;) {
            auto const wish_time = next < wishes.size() ? wishes[next].time : never;
            if (wish_time > end && next_due() > end)
                return;
            if (wish_time > next_due()) {
                happen_next();
                continue;
            }
            auto const& wish = wishes[next++];
            if (is_free(wish) && may_open(wish.target)) {
                catch_up(nk[wish.nk], wish.time);
                open(wish, meet(wish));
            }
        }
    }
    static constexpr std::size_t most_touching = 32; ///< targets that one NK cell weighs at a time
    /// One target that a free NK cell touched for a part of the time it looks back on.
    struct Touch {
        std::uint32_t target;
        double hazard; ///< integrated over that time [1]
    };
    /// Rate at which the NK cell opens a contact with something it touches that is full of ICAM-1 [1/min].
    double opening_rate(NkState const& cell, double priming, double now) const;
    /// The same for a target with this many copies of ICAM-1, relative [1].
    double icam_share(double icam1) const { return icam1 / (icam1 + laws_.search.icam_half); }
    /// Takes the hazards from the NK cell's patience; when it ends, the contact it wishes to open, at its moment in [now - span, now].
    Opening wait(std::uint32_t nk_slot, std::span<Touch const> touches, double span, double now);
    /// Ends an open contact.
    void close(std::uint32_t nk_slot, double now, Happening how);
    /// The NK cell goes on with another target in the same contact: its own divided, and the nearer daughter inherits it.
    void hand_over(std::uint32_t nk_slot, std::uint32_t target);
    /// The target will die at `when` unless something kills it before.
    void plan_background_death(std::uint32_t target, double when) { push({when, target, 0, true}); }

    /// How far the burst after a kill still speeds an NK cell up [1].
    double armed(NkState const& cell, double now) const;
    /// Receptors after losses, at priming c; `factor`: drugs on free receptors.
    biology::ReceptorCopies receptors_at(NkState const& cell, double priming, biology::ReceptorCopies const& factor) const;
    /// Brings an NK cell's slow state from its last change to `now`, outside contacts.
    void catch_up(NkState& cell, double now) const;
    /// Granules refill by `factor` of their rate from now on; in an open contact from its opening.
    void set_refilling(NkState& cell, double factor, double now) const;
    void note(double time, Happening what, std::uint32_t nk_slot, std::uint32_t target, double value);
    void add_to_hash(Hasher& hasher) const;
    template <class State> void visit_state(State& state) { state(nk, targets, ledger, ifng, due_); }

  private:
    static constexpr double never = 1e300;
    struct Due { ///< an event of the contact scale
        double time;
        std::uint32_t slot; ///< of the NK cell whose clock rings, or of the target that dies
        std::uint32_t version;
        bool death;
        bool operator>(Due const& o) const {
            if (time != o.time)
                return time > o.time;
            return death != o.death ? death : slot > o.slot;
        }
        template <class State> void visit_state(State& state) { state(time, slot, version, death); }
    };
    double next_due() const { return due_.empty() ? never : due_.front().time; }
    void push(Due const& due);
    void happen_next();
    bool is_free(Opening const& wish) const;
    void open(Opening const& wish, Meeting const& meeting);
    void schedule(std::uint32_t nk_slot, double now);
    void happen(std::uint32_t nk_slot, double now);
    void hit(std::uint32_t nk_slot, double now);
    void commit(std::uint32_t target, std::uint32_t nk_slot, biology::Death death, double now);
    void die(std::uint32_t target, double now);
    void age_damage(TargetState& target, double now) const;
    void remember_contact(NkState& cell, double now);

    biology::Laws const& laws_;
    ContactSwitches switches_;
    biology::Panel const* panel_ = nullptr;
    double support_ = 0.0;
    std::vector<Due> due_; ///< a heap, the earliest first
};

} // namespace nk::tissue
