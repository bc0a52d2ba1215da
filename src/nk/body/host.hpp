#pragma once
#include "nk/base/state.hpp"
#include "nk/body/host_equations.hpp"
#include "nk/numerics/ode.hpp"

#include <optional>

namespace nk::body {

/// What became of one infection.
struct InfectionOutcome {
    double began = -1.0;      ///< [day]; -1 = not yet
    double cleared = -1.0;    ///< no infected cell is left [day]; -1 = not yet
    double takeover = -1.0;   ///< CD8 T cells first kill more infected cells than NK cells do [day]; -1 = never until now
    double handed_over = 0.0; ///< infected cells killed by NK cells before the takeover [cell]
    double peak = 0.0;        ///< greatest titre
    double peak_day = -1.0;
    double most = 0.0;        ///< most infected cells at a time [cell]
    double least_alive = 1.0; ///< least share of the infected organ alive while a cell was infected [1]
    template <class State> void visit_state(State& state) {
        state(began, cleared, takeover, handed_over, peak, peak_day, most, least_alive);
    }
};

/// What became of one tumour.
struct TumourOutcome {
    double began = -1.0; ///< [day]; -1 = not yet
    double gone = -1.0;  ///< no cell is left [day]; -1 = not yet
    template <class State> void visit_state(State& state) { state(began, gone); }
};

/// How well the numbers of a host were kept.
struct HostHealth {
    double clipped = 0.0; ///< negative amounts set to zero, in units of what is too small to matter, summed
    long solvers = 0;     ///< times the integration began anew
    long steps = 0;       ///< steps of the integration
    template <class State> void visit_state(State& state) { state(clipped, solvers, steps); }
};

/// What happened in a box of agents that holds the cells of a tumour, in cells of the body.
struct SiteReport {
    double days = 0.0;              ///< since the last report
    std::vector<double> phenotypes; ///< tumour cells alive now, by phenotype [cell]
    double killed = 0.0;            ///< tumour cells that NK cells killed [cell]
    double nk_arrived = 0.0;        ///< from blood [cell]
    double nk_left = 0.0;           ///< to blood [cell]
    double nk_born = 0.0;           ///< [cell]
    double nk_died = 0.0;           ///< [cell]
    double interferon = 0.0;        ///< interferon-gamma given off [ng]
};

/// One host through time.
class Host {
  public:
    /// errors  NumericalError when the table of organs has no steady state
    explicit Host(HostPlan plan);
    Host(Host const&) = delete; // the solver holds its address
    Host& operator=(Host const&) = delete;

    /// errors  NumericalError of the integration, with the day
    void advance(double until);

    double day() const { return day_; }
    HostPlan const& plan() const { return plan_; }
    HostEquations const& equations() const { return equations_; }
    std::vector<double> const& values() const { return y_; }
    std::vector<InfectionOutcome> const& infections() const { return infections_; }
    std::vector<TumourOutcome> const& tumours() const { return tumours_; }
    HostHealth health() const;
    /// NK cells made less those lost less those that are there, relative to those that are there: 0 but for rounding and integration.
    double mass_error() const;
    /// Cells of a graft given and born less those lost less those there, relative to those given: 0 but for rounding and integration.
    double graft_error(std::size_t graft) const;
    /// Rates at this moment.
    HostRates rates() const;

    /// From now on the cells of a tumour are agents somewhere else, with NK cells that are taken from its organ.
    ///
    /// nk       in the box [cell]
    /// returns  false, and nothing is changed, when the tumour has no cells or the organ fewer NK cells than that
    bool begin_site(std::size_t tumour, double nk);
    /// Takes up what happened there.  expects: a tumour in a box
    void report_site(std::size_t tumour, SiteReport const& report);
    /// The equations go on with the tumour; the NK cells of the box return to its organ.
    void end_site(std::size_t tumour);
    /// NK cells in boxes [cell]
    double nk_in_sites() const;
    double probe() const { return equations_.probe(day_, y_.data()); }

    template <class State> void visit_state(State& state) {
        auto runs = std::vector<unsigned char>();
        pack(runs);
        state(day_, y_, runs, infections_, tumours_, draws_, health_, starting_cells_, site_nk_, equations_.box_killed);
        unpack(runs);
    }

  private:
    void settle();
    void collect_breaks();
    void start_due();
    void begin_infection(std::size_t index);
    void infuse(std::size_t graft, InfusionPlan const& infusion);
    void end_what_is_gone();
    void look();
    void leap(double from, double until);
    void leap_tumour(std::size_t index, double span);
    void leap_infection(std::size_t index, double from, double span);
    void found_metastases(double span);
    void integrate(double until);
    bool by_chance(bool runs, double cells) const { return plan_.stochastic && runs && cells < plan_.few; }
    void choose_active();
    void clip();
    void pack(std::vector<unsigned char>& runs) const;
    void unpack(std::vector<unsigned char> const& runs);

    HostPlan plan_;
    HostEquations equations_;
    double day_ = 0.0;
    std::vector<double> y_;
    std::vector<InfectionOutcome> infections_;
    std::vector<TumourOutcome> tumours_;
    std::vector<Random> draws_; ///< one stream a tumour, then one an infection
    HostHealth health_;
    double starting_cells_ = 0.0;
    std::vector<double> site_nk_;                    ///< NK cells in the box of each tumour [cell]
    std::vector<bool> tumour_held_, infection_held_; ///< advanced by chance, not by the solver

    std::vector<double> breaks_; ///< days at which something changes
    std::vector<std::size_t> active_;
    std::optional<numerics::OdeSolver> solver_;
    double solver_end_ = 0.0;
    mutable std::vector<double> scratch_, slope_;
};

} // namespace nk::body
