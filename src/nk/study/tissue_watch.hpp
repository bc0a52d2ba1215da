#pragma once
#include "nk/simulate/readouts.hpp"
#include "nk/tissue/tissue.hpp"

namespace nk::study {

/// Follows a tissue step by step and reads it out as a microscope would: contacts and kills by the names they have in wells, cells of
/// each kind, infection, fields, and the tracks of NK cells.
class TissueWatch {
  public:
    /// Begins with the tissue as it is.
    explicit TissueWatch(tissue::Tissue const& tissue);

    /// After every step: takes the tissue's events.
    void look(tissue::Tissue& tissue);

    /// All read-outs up to now, by name (docs/reference/readouts.md).
    simulate::Readouts readouts(tissue::Tissue const& tissue) const;

  private:
    using Place = std::array<double, 3>;
    void follow_tracks(tissue::Tissue const& tissue);
    void add_cells(tissue::Tissue const& tissue, simulate::Readouts& out) const;
    void add_tracks(simulate::Readouts& out) const;
    simulate::ContactHistory history(tissue::Tissue const& tissue) const;

    std::vector<double> at_start_; ///< living cells by kind
    std::vector<tissue::LedgerEntry> ledger_;
    std::map<std::uint32_t, Place> died_at_;  ///< targets bound to die, by cell id
    std::map<std::uint32_t, Place> track_at_; ///< living NK cells at the last frame of the tracks, by cell id
    long frame_ = 0;
    double infections_ = 0.0;
    double arrived_ = 0.0;
    struct Tracks {
        double intervals = 0.0; ///< between two frames of one cell
        double arrested = 0.0;  ///< of these
        double speed = 0.0;     ///< sum over all [um/min]
        double moving = 0.0;    ///< sum over those that are not arrested [um/min]
    };
    Tracks tracks_;
};

} // namespace nk::study
