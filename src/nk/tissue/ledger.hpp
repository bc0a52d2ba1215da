#pragma once
#include <cstdint>
#include <vector>

namespace nk::tissue {

/// What happened to a pair of cells, or to one.
enum class Happening : std::uint8_t {
    contact_opened,
    contact_detached,
    contact_released, ///< the dying target let its killer go
    contact_torn,     ///< pulled apart, or one of the two was washed away or died
    hit,
    sublethal_damage,
    committed, ///< the target is bound to die; value = biology::Death
    died,
    leaked, ///< membrane failed: a release assay sees it
    nk_died,
    divided,  ///< value = id of the new daughter; nk = nobody where the mother is no NK cell
    arrived,  ///< an NK cell from a vessel
    left,     ///< through an absorbing face
    infected, ///< by virus
    cleared   ///< the body of a dead cell is gone
};
char const* to_text(Happening what);

inline constexpr std::uint32_t nobody = 0xffffffffu;

/// One line of the event ledger. Ids are cell ids of the well.
struct LedgerEntry {
    double time; ///< [min]
    Happening what;
    std::uint32_t nk;     ///< NK cell, or nobody
    std::uint32_t target; ///< target cell, or nobody
    double value;         ///< hit: granules; committed: Death; contact ends: length [min]
    template <class State> void visit_state(State& state) { state(time, what, nk, target, value); }
};

} // namespace nk::tissue
