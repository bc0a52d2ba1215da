#include "nk/biology/engagement_lanes.hpp"

namespace nk::biology::lanes {

// in files of their own, with their own compiler options
void many_cells_avx2(Panel const& panel, ContactShares const& contact, std::span<ReceptorCopies const> nk, LigandCopies const& target,
                     std::span<Engagement> out);
void many_cells_avx512(Panel const& panel, ContactShares const& contact, std::span<ReceptorCopies const> nk, LigandCopies const& target,
                       std::span<Engagement> out);

ManyCells widest_here() {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return many_cells_avx512;
    return __builtin_cpu_supports("avx2") ? many_cells_avx2 : engage_in_packs<2>;
}

} // namespace nk::biology::lanes
