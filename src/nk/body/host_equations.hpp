#pragma once
#include "nk/body/host_layout.hpp"

namespace nk::body {

inline constexpr double litre_per_um3 = 1e-15;

/// Cells of one kind in one state that NK cells meet in a room.
struct RoomTarget {
    std::size_t target = 0; ///< in the meeting table
    std::size_t damage = 0; ///< units it carries
    double cells = 0.0;
    double hla = 1.0;    ///< HLA class I, relative to its kind
    double killed = 0.0; ///< out: [cell/day]
    double hurt = 0.0;   ///< out: to one more unit of damage [cell/day]
};

/// A mixed volume with NK cells and targets.
struct Room {
    std::size_t number = 0;          ///< of all rooms of the host
    int tumour = -1;                 ///< whose injected cells are here, too; -1 = none
    double volume = 1.0;             ///< [L]
    double nk_share = 1.0;           ///< NK cells of the organ that are in this room
    double nkg2d = 1.0;              ///< NKG2D on them, relative
    double activity = 1.0;           ///< factor of what hits do
    std::vector<RoomTarget> targets; ///< in and out
};

/// Rates at one moment that are of interest beyond the equations.
struct HostRates {
    struct Infection {
        double nk = 0.0;    ///< infected cells killed by NK cells [cell/day]
        double cd8 = 0.0;   ///< ... by CD8 T cells [cell/day]
        double virus = 0.0; ///< ... that die by themselves [cell/day]
    };
    struct Tumour {
        double nk = 0.0;
        double cd8 = 0.0;
        double seeding = 0.0; ///< metastases founded [1/day]
    };
    std::vector<Infection> infections;
    std::vector<Tumour> tumours;
    std::vector<double> self; ///< own healthy cells killed, by organ [cell/day]
};

/// dy/dt of a host (model sections 3.3 to 3.5 and 3.8).
class HostEquations {
  public:
    explicit HostEquations(HostPlan const& plan);

    HostLayout const& layout() const { return layout_; }
    /// Health without infections and tumours: a steady state of the equations at the age and with the modulators of no one.
    std::vector<double> steady_state() const;
    /// rates  filled in when given
    void slope(double day, double const* y, double* dydt, HostRates* rates = nullptr) const;

    /// Whether a part of the vector moves; parts that do not are held at their value.
    std::vector<bool> infection_runs, tumour_runs;
    /// No infected cell is left: only its T cells and antibody move.
    std::vector<bool> infection_cleared;
    std::vector<bool> graft_runs;
    /// The cells of a tumour are agents in a box of tissue: they grow and die there, and the equations hold their number.
    std::vector<bool> tumour_in_box;
    /// What was killed there lately, by tumour [cell/day].
    std::vector<double> box_killed;

    // Parts of the slope, of use to readings.
    double nk_in(std::size_t organ, double const* y) const;
    double nk_everywhere(double const* y) const;
    double il15(double day, double const* y) const;
    /// IL-15 signal that was given, relative to health; what IL-2 gives as its divisions count.
    double given_il15(double day) const;
    /// Drugs in blood, 0..1 of their full concentration.
    double drugs(double day) const;
    /// Share of the T cells of the first day that the conditioning given until a day leaves alive, without those made since.
    double spared(double day) const;
    double graft_in(std::size_t graft, std::size_t organ, double const* y) const;
    double graft_everywhere(std::size_t graft, double const* y) const;
    /// Product of the factors of all modulators of one kind at a time.
    double modulated(std::string_view acts_on, double day) const;
    double activity(double day) const;
    double production(double day) const;
    /// Killing of the probe target by a mean NK cell of blood, as opened contacts times P(kill), relative to a resting cell of the table.
    double probe(double day, double const* y) const;
    double tumour_cells(std::size_t tumour, double const* y) const;
    double infected_cells(std::size_t infection, double const* y) const;
    /// Death of tumour cells that NK cells have no part in [1/day].
    struct TumourHazard {
        double drugs;    ///< of conditioning, of all cells
        double with_hla; ///< by CD8 T cells, of cells with the HLA class I of the organ around
    };
    TumourHazard tumour_hazard(std::size_t tumour, double day, double const* y) const;

  private:
    struct Stage {
        double division, death, maturation;
    };
    struct Antigen {
        double deaths; ///< of cells that carry it [cell/day]
        double amount; ///< presented for each of them [1]
        double delay;  ///< [day]
        double ifng;   ///< where they die [ng/mL]
    };
    /// Cells of one population in an organ in health.
    double healthy_nk(std::size_t organ, std::size_t population) const;
    void set_traffic();
    double perforin_of(double y_content) const;
    void turnover(double day, double const* y, double* dydt) const;
    void traffic(double day, double const* y, double* dydt) const;
    void surroundings(double day, double const* y, double* dydt) const;
    void meet(std::size_t organ, double day, Room& room, double const* y, double* dydt) const;
    struct Crew;
    /// What came of the meetings of a room.
    struct Met {
        std::vector<double> killed, hurt;    ///< by target [cell/day]
        std::vector<double> hits, killed_by; ///< by crew [1/day], [cell/day]
        double secreting = 0.0;              ///< cells that secrete at the greatest rate
    };
    struct LastMet {
        std::vector<double> inputs;
        Met met;
    };
    static std::vector<double> inputs_of(Room const& room, std::vector<Crew> const& crews, double own_activity, double under_drugs);
    biology::Surroundings surroundings_of(Room const& room) const;
    Met solve_room(Room const& room, std::vector<Crew> const& crews, double own_activity, double under_drugs) const;
    std::vector<Crew> crews(std::size_t organ, Room const& room, double const* y) const;
    void therapy(double day, double const* y, double* dydt) const;
    void graft(std::size_t index, double day, double const* y, double* dydt) const;
    void graft_traffic(std::size_t index, double day, double const* y, double* dydt) const;
    /// Kill rates of the conditioning that is given [1/day].
    struct Depletion {
        double lymphocytes, nk, tumour;
    };
    Depletion depletion(double day) const;
    double margination(double day) const;
    void organ_meetings(std::size_t organ, double day, double const* y, double* dydt, HostRates* rates) const;
    void infection(std::size_t index, double day, double const* y, double* dydt, HostRates* rates) const;
    void infection_killed(std::size_t index, Room const& room, std::size_t first, double const* y, double* dydt, HostRates* rates) const;
    void tumour(std::size_t index, double day, double const* y, double* dydt, HostRates* rates) const;
    /// ... what of it reaches the blood. Returns metastases founded [1/day].
    double spread(std::size_t index, double day, double const* y, double* dydt) const;
    void feed_adaptive(std::size_t tumour, double killed, double day, double const* y, double* dydt) const;
    void adaptive(AdaptiveAt const& at, Antigen const& antigen, double day, double const* y, double* dydt) const;
    /// Cells killed by CD8 T cells [cell/day].
    double cd8_kills(AdaptiveAt const& at, double cells, double hla, double volume, double const* y) const;
    Stage stage(bool bright, double day, double const* y) const;
    /// Extra division of NKG2C+ cells that an infection drives [1/day].
    double adaptive_division(double const* y) const;

    HostPlan const& plan_;
    HostLayout layout_;
    std::vector<std::vector<std::size_t>> host_population_of_; ///< population of the host whose traffic one of a graft has
    std::vector<std::vector<double>> entry_;                   ///< blood to organ, (organ, population) [1/day]
    mutable std::vector<LastMet> last_met_;                    ///< by room: one host is followed by one thread
    double maturation_ = 0.0;                                  ///< CD56bright to CD56dim [1/day]
    double production_ = 0.0;                                  ///< made by the marrow [cell/day]
    double normal_nk_ = 0.0;                                   ///< in health, in organs [cell]
};

/// Level that follows spans with one time constant for its rise and one for its fall, at a day. Spans in order of time; the greatest
/// of several counts.
double level(std::vector<Span> const& spans, double day, double rise, double fall);

} // namespace nk::body
