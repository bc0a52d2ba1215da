#include "nk/biology/engagement.hpp"

#include "nk/biology/engagement_lanes.hpp"

#include <algorithm>

namespace nk::biology {
namespace {

lanes::ContactShares shares_of(ContactGeometry const& contact) {
    return {std::min(1.0, contact.accessible * contact.area / contact.nk_membrane), std::min(1.0, contact.area / contact.target_membrane),
            contact.area * contact.confinement};
}

} // namespace

double bound_pairs(double receptors, double ligands, double dissociation) {
    return lanes::bound_pairs(receptors, ligands, dissociation);
}

void engage(Panel const& panel, ContactGeometry const& contact, ReceptorCopies const& nk, LigandCopies const& target, Engagement& out) {
    lanes::engage<1>(panel, shares_of(contact), std::span(&nk, 1), target, std::span(&out, 1));
}

void engage(Panel const& panel, ContactGeometry const& contact, std::span<ReceptorCopies const> nk, LigandCopies const& target,
            std::span<Engagement> out) {
    static auto const best = lanes::widest_here();
    best(panel, shares_of(contact), nk, target, out);
}

} // namespace nk::biology
