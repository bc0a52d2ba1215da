#pragma once
#include "nk/biology/laws.hpp"
#include "nk/biology/panel.hpp"

#include <array>

namespace nk::biology {

/// Bound pairs of one receptor and one ligand in a contact: the smaller root of C^2 - (R + L + K) C + R L = 0, in the form
/// that does not cancel for large K.
///
/// receptors, ligands  copies available in the contact [molecule]
/// dissociation        2-D dissociation constant times contact area [molecule]
/// returns             pairs, between 0 and min(receptors, ligands) [molecule]
double bound_pairs(double receptors, double ligands, double dissociation);

/// Bound pairs of every binding of a panel in one contact.
struct Engagement {
    std::array<float, max_pairs> bound; ///< [molecule], index = Panel::bindings
};

/// Solves the binding equilibrium of all receptors with all ligands, competition included.
///
/// nk, target  copies per cell [molecule/cell]
/// Groups of one pair use the closed form; others minimise the convex potential
/// sum x_l + sum_r R_r ln(1 + sum_l x_l/K_rl) - sum L_l ln x_l over the free ligands x by Newton's method.
/// returns     pairs bound; every receptor and ligand balance holds to 1e-9 of its total
void engage(Panel const& panel, ContactGeometry const& contact, ReceptorCopies const& nk, LigandCopies const& target, Engagement& out);

} // namespace nk::biology
