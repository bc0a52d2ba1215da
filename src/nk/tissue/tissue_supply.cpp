#include "nk/tissue/tissue.hpp"

#include <algorithm>

// A tissue as a part of a body: what comes in over its border, and what goes out.

namespace nk::tissue {

void Tissue::set_supply(Supply supply) {
    NK_EXPECT(supply.arrivals >= 0.0 && supply.il15 >= 0.0);
    NK_EXPECT(supply.hazards.empty() || supply.hazards.size() == plan_.kinds.size());
    supply_ = std::move(supply);
}

/// An NK cell that has just arrived is as those in blood are.
void Tissue::brought_by_blood(NkState& nk) {
    if (supply_.priming >= 0.0)
        nk_life_.back().priming = supply_.priming;
    if (supply_.content >= 0.0)
        nk.lytic.content *= supply_.content;
}

std::size_t Tissue::alive(std::size_t kind) const {
    auto const kinds = cells_.of<&Cell::kind>();
    auto const states = cells_.of<&Cell::state>();
    std::size_t out = 0;
    for (std::size_t row = 0; row < cells_.size(); ++row)
        out += kinds[row] == kind && states[row] == CellState::alive ? 1 : 0;
    return out;
}

Turnover Tissue::turnover(std::vector<LedgerEntry> const& events) const {
    Turnover out;
    for (auto const& event : events) {
        out.nk_arrived += event.what == Happening::arrived ? 1 : 0;
        out.nk_left += event.what == Happening::left && event.nk != nobody ? 1 : 0;
        out.nk_born += event.what == Happening::divided && event.nk != nobody ? 1 : 0;
        out.nk_died += event.what == Happening::nk_died ? 1 : 0;
    }
    for (auto const& nk : contacts_.nk) // by slot, which is never used twice
        out.interferon += nk.ifng;
    return out;
}

} // namespace nk::tissue
