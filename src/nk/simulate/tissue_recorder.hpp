#pragma once
#include "nk/base/state.hpp"
#include "nk/simulate/tissue_files.hpp"

#include <array>
#include <vector>

namespace nk::simulate {

/// What is read off the tissue at one moment.
struct Counts {
    double time = 0.0;
    std::vector<double> alive; ///< by kind
    double in_contact = 0.0;
    std::vector<double> killed; ///< by NK cells so far, by kind
    double died = 0.0;          ///< otherwise, so far
    double divided = 0.0;       ///< so far
    double infected = 0.0;      ///< now, alive
    double productive = 0.0;    ///< of these, those that produce virus
    double refractory = 0.0;    ///< now, protected by interferon
    double arrived = 0.0;       ///< so far
    std::vector<double> mean;   ///< concentration of each substrate
    template <class State> void visit_state(State& state) {
        state(time, alive, in_contact, killed, died, divided, infected, productive, refractory, arrived, mean);
    }
};

/// A motile cell at one time.
struct TrackPoint {
    double time = 0.0;          ///< [min]
    double x = 0, y = 0, z = 0; ///< [um]
    std::uint32_t id = 0;
    std::uint16_t kind = 0;
    std::uint8_t state = 0; ///< index of its name
    template <class State> void visit_state(State& to) { to(time, x, y, z, id, kind, state); }
};

/// Follows a run: frames, counts, events.
class TissueRecorder {
  public:
    /// directory, scenario  outlive the recorder
    TissueRecorder(formats::RunDirectory const& directory, scenario::TissueScenario const& scenario, tissue::TissuePlan const& plan);

    /// Looks at the tissue, takes its events, and writes a frame when it is one's turn, or the last one with all other files.
    void watch(tissue::Tissue& tissue, bool last);
    /// Notes where motile cells are, when the scenario asks for tracks and it is their time.
    void track(tissue::Tissue const& tissue);

    template <class State> void visit_state(State& state) { state(calls_, frames_, died_, events_, counts_, ledger_, tracks_, files_); }
    double picture_bar() const { return bar_; } ///< length of the scale bar in the picture [um]
    int frames() const { return frames_; }      ///< written so far
    long frames_in_all() const { return frames_in_all_; }
    Counts const& last() const { return counts_.back(); }
    std::vector<Table> tables(tissue::TissuePlan const& plan) const;

  private:
    Counts count(tissue::Tissue const& tissue) const;
    Table series(tissue::TissuePlan const& plan) const;
    Table ledger() const;
    Table tracks(tissue::TissuePlan const& plan) const;

    formats::RunDirectory const& directory_;
    scenario::TissueScenario const& scenario_;
    TissueFiles files_;
    long stride_ = 1;
    long track_steps_ = 1; ///< mechanics steps between points of tracks
    long frames_in_all_ = 1;
    long calls_ = 0;
    int frames_ = 0;
    double died_ = 0.0;
    double bar_ = 0.0;
    std::array<double, 32> events_{}; ///< by what happened
    std::vector<Counts> counts_;
    std::vector<tissue::LedgerEntry> ledger_;
    std::vector<TrackPoint> tracks_;
};

/// Cells of a tissue as a frame keeps them: id, kind, state, position, radius; with `ligands` the factors that they inherit: `hla` and
/// `nkg2d` (0 = lost) and `ligand.FAMILY`, NaN for NK cells.
Table cells_table(tissue::Tissue const& tissue, bool ligands = false);
/// Voxels of one substrate: places and concentration.
Table field_table(tissue::Tissue const& tissue, std::size_t substrate);

} // namespace nk::simulate
