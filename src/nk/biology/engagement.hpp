#pragma once
#include "nk/biology/laws.hpp"
#include "nk/biology/panel.hpp"

#include <array>
#include <span>

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
/// A group of one pair uses the closed form. Others minimise the convex potential
/// sum x_u + sum_j B_j ln(1 + sum_u x_u/K_uj) - sum A_u ln x_u over the free molecules x of the side with fewer kinds, by
/// Newton's method in ln x.
/// returns     pairs bound; every receptor and ligand balance holds to 1e-9 of its total
void engage(Panel const& panel, ContactGeometry const& contact, ReceptorCopies const& nk, LigandCopies const& target, Engagement& out);

/// The same for many cells against one target, as many at a time as the registers hold; the bits are those of single calls.
/// `out` is as long as `nk`.
void engage(Panel const& panel, ContactGeometry const& contact, std::span<ReceptorCopies const> nk, LigandCopies const& target,
            std::span<Engagement> out);

} // namespace nk::biology
