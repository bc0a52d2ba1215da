#include "nk/biology/engagement_lanes.hpp"

namespace nk::biology::lanes {

void many_cells_avx2(Panel const& panel, ContactShares const& contact, std::span<ReceptorCopies const> nk, LigandCopies const& target,
                     std::span<Engagement> out);

// Flattened, so that no function of the library is left behind in the form of this processor.
[[gnu::flatten]] void many_cells_avx2(Panel const& panel, ContactShares const& contact, std::span<ReceptorCopies const> nk,
                                      LigandCopies const& target, std::span<Engagement> out) {
    engage_in_packs<4>(panel, contact, nk, target, out);
}

} // namespace nk::biology::lanes
