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
    double arrived = 0.0;       ///< so far
    std::vector<double> mean;   ///< concentration of each substrate
    template <class State> void visit_state(State& state) {
        state(time, alive, in_contact, killed, died, divided, infected, arrived, mean);
    }
};

/// Follows a run: frames, counts, events.
class TissueRecorder {
  public:
    /// directory, scenario  outlive the recorder
    TissueRecorder(formats::RunDirectory const& directory, scenario::TissueScenario const& scenario, tissue::TissuePlan const& plan);

    /// Looks at the tissue, takes its events, and writes a frame when it is one's turn, or the last one with all other files.
    void watch(tissue::Tissue& tissue, bool last);

    template <class State> void visit_state(State& state) { state(calls_, frames_, died_, events_, counts_, ledger_, files_); }
    double picture_bar() const { return bar_; } ///< length of the scale bar in the picture [um]
    int frames() const { return frames_; }      ///< written so far
    long frames_in_all() const { return frames_in_all_; }
    Counts const& last() const { return counts_.back(); }
    std::vector<Table> tables(tissue::TissuePlan const& plan) const { return {series(plan), ledger()}; }

  private:
    Counts count(tissue::Tissue const& tissue) const;
    Table series(tissue::TissuePlan const& plan) const;
    Table ledger() const;

    formats::RunDirectory const& directory_;
    scenario::TissueScenario const& scenario_;
    TissueFiles files_;
    long stride_ = 1;
    long frames_in_all_ = 1;
    long calls_ = 0;
    int frames_ = 0;
    double died_ = 0.0;
    double bar_ = 0.0;
    std::array<double, 32> events_{}; ///< by what happened
    std::vector<Counts> counts_;
    std::vector<tissue::LedgerEntry> ledger_;
};

/// Cells of a tissue as a frame keeps them: id, kind, state, position, radius.
Table cells_table(tissue::Tissue const& tissue);
/// Voxels of one substrate: places and concentration.
Table field_table(tissue::Tissue const& tissue, std::size_t substrate);

} // namespace nk::simulate
