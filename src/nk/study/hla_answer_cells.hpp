#pragma once
#include "nk/biology/repertoire.hpp"

#include <string>
#include <vector>

namespace nk::study {

/// Responsiveness relative to the same cell without inhibitory receptors for self from which a cell is called educated, and weakly
/// educated: words for a scale that has no steps, not biology.
inline constexpr double educated_ratio = 1.25;
inline constexpr double weak_ratio = 1.1;

/// Cells drawn to learn how frequent each combination of receptors is.
inline constexpr std::size_t sampled_cells = 20000;

/// One parameter set made ready for typical cells of any donor.
struct CellModel {
    biology::Panel panel;
    biology::Laws laws;
    biology::RepertoireLaw repertoire;
    static CellModel from(ParameterBase const& base);
};

/// Copies of a receptor on a typical (median) positive CD56dim cell at rest, what is bound in cis left out [molecule/cell].
double median_copies(biology::Receptor const& receptor, double donor_factor);

/// Whether at least half of a donor's CD56dim cells carry the receptor at this priming: a typical cell then does.
bool usual(biology::DonorTraits const& donor, int receptor, double priming);

/// Copies at `priming` from those at rest [molecule/cell].
biology::ReceptorCopies primed(biology::Panel const& panel, biology::ReceptorCopies resting, double priming);

/// Responsiveness rho of a cell that has lived with `self`, education on.
double education_of(CellModel const& model, biology::ReceptorCopies const& resting, biology::LigandCopies const& self);

/// The inhibitory receptors that see self HLA and that a cell may carry in any combination, in a fixed order.
std::vector<std::string> const& self_receptors();

/// A combination of receptors as a bit mask over a list of at most 32, and its share among all NK cells.
std::vector<double> combination_shares(biology::Repertoire const& repertoire, std::vector<int> const& receptors, std::size_t cells);

} // namespace nk::study
