#pragma once
#include "nk/base/parameters.hpp"

#include <array>
#include <string>
#include <vector>

namespace nk::biology {

inline constexpr int max_receptors = 28;
inline constexpr int max_ligands = 44;
inline constexpr int max_pairs = 72;
inline constexpr int largest_group = 16; ///< receptors or ligands that compete with each other

/// Copies of every receptor on one NK cell [molecule/cell]; index = Panel::receptor.
using ReceptorCopies = std::array<float, max_receptors>;
/// Copies of every ligand on one target [molecule/cell]; index = Panel::ligand.
using LigandCopies = std::array<float, max_ligands>;

/// One row of the receptor table.
struct Receptor {
    std::string name;
    std::string title;
    std::string gene; ///< KIR gene it needs, or ""
    bool inhibitory;
    double copies;             ///< on a positive resting CD56dim cell [molecule/cell]
    double copies_sd;          ///< sd of ln between cells [1]
    double primed_factor;      ///< copies at full priming, relative [1]
    double bright_factor;      ///< copies on CD56bright cells, relative [1]
    double frequency_dim;      ///< share of positive CD56dim cells [1]
    double frequency_bright;   ///< share of positive CD56bright cells [1]
    double frequency_primed;   ///< share after full priming [1]
    double frequency_donor_sd; ///< sd of logit share between donors [1]
    double sigma_113;          ///< signal per complex at SLP-76 Y113 [1]
    double sigma_128;          ///< signal per complex at SLP-76 Y128 [1]
    double omega;              ///< inhibitory signal per complex [1]
    double proofreading_rate;  ///< [1/s]
    double proofreading_steps; ///< [1]
    double cis_fraction;       ///< share bound to ligands of the own cell [1]
};

/// One receptor-ligand pair.
struct Binding {
    int receptor;
    int ligand;
    double kd;         ///< 3-D dissociation constant [molecule/um3]
    double koff;       ///< [1/s]
    double size_match; ///< share of pairs whose lengths fit the gap [1]
};

/// What one bound pair of a binding adds to the signals.
struct PairSignal {
    double competent; ///< share of bound pairs that live long enough to signal [1]
    double sigma_113;
    double sigma_128;
    double omega;
    bool inhibitory;
};

/// Share of bound pairs that live long enough to signal (kinetic proofreading) [1].
double competent_share(Receptor const& receptor, Binding const& binding);

/// A group of receptors and ligands that compete with each other and with nobody else.
struct BindingGroup {
    std::vector<int> by_receptor; ///< pairs, indices into Panel::bindings, sorted by receptor, then by ligand
    std::vector<int> by_ligand;   ///< the same pairs sorted by ligand, then by receptor
    std::vector<int> receptors;   ///< sorted
    std::vector<int> ligands;     ///< sorted
};

/// The receptors, ligands and their affinities; built from the parameter base, extended by drugs, then constant.
class Panel {
  public:
    static Panel from(ParameterBase const& base);

    /// Index of a receptor or ligand, or -1.
    int receptor(std::string const& name) const;
    int ligand(std::string const& name) const;
    /// Adds a ligand that exists only in this simulation (an antibody coat); returns its index.
    int add_ligand(std::string const& name);
    /// Adds or replaces a pair and regroups.
    void set_binding(Binding const& binding);
    void remove_bindings_of(int receptor);

    std::vector<Receptor> receptors;
    std::vector<std::string> ligands;
    std::vector<std::string> ligand_family;
    std::vector<Binding> bindings;
    std::vector<PairSignal> signals; ///< of each binding
    std::vector<BindingGroup> groups;

  private:
    void regroup();
};

} // namespace nk::biology
