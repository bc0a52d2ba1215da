#pragma once
#include "nk/biology/contact_chain.hpp"
#include "nk/biology/heredity.hpp"
#include "nk/biology/repertoire.hpp"
#include "nk/biology/search.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nk::biology {

/// A kind of cell that the NK cells of a body meet.
struct MeetingTarget {
    std::string name;
    LigandCopies ligands{}; ///< at rest [molecule/cell]
    Resistance resistance;
    double icam1 = 0.0;  ///< [molecule/cell]
    double radius = 7.0; ///< [um]
    bool sheds = false;  ///< its soluble ligands lower NKG2D on NK cells: only then is that tabulated
};

/// One NK cell of a sample of a donor's repertoire.
struct MeetingCell {
    NkPhenotype born;
    std::size_t nk_class = 0;
};

/// NK cells that do much the same: what a body counts.
struct NkClass {
    std::string name;
    bool bright = false;
    bool adaptive = false;
    double share = 0.0;     ///< of the CD56bright or of the CD56dim cells [1]
    double education = 0.0; ///< mean responsiveness [1]
};

/// What NK cells and their surroundings are at the moment of a contact.
struct MeetingState {
    double priming = 0.0; ///< c [1]
    double hla = 1.0;     ///< HLA class I of the target, relative to its kind
    double content = 1.0; ///< filling of the granules [1]
    double nkg2d = 1.0;   ///< NKG2D on the NK cell, relative
};

/// One contact of a mean NK cell of a class, weighted by how readily its cells open contacts.
struct Meeting {
    double kill = 0.0;    ///< chance that the target dies [1]
    double hurt = 0.0;    ///< chance that it lives with one more unit of damage [1]
    double minutes = 0.0; ///< mean contact time [min]
    double hits = 0.0;    ///< expected hits [1]
    double ifng = 0.0;    ///< interferon-gamma: minutes at the greatest rate [min]
};

/// How finely the conditions of contacts are tabulated; values between are interpolated, values beyond are held.
struct MeetingAxes {
    std::vector<double> priming{0.0, 0.33, 0.67, 1.0};
    std::vector<double> hla{0.1, 0.3, 1.0, 3.0};
    std::vector<double> content{0.0, 0.5, 1.0};
    std::vector<double> nkg2d{0.25, 1.0};
};

/// What a donor's NK cells do to each kind of target: the recognition law and the contact chain, solved for every cell of a sample,
/// then averaged over classes (model section 3.5). The only source of kill rates of a body.
class MeetingTable {
  public:
    /// How many cells and classes.
    struct Size {
        std::size_t cells = 128;
        std::size_t dim_classes = 4; ///< of CD56dim cells that are not adaptive
    };
    /// panel, laws, switches  as for `recognise`
    /// repertoire  of the donor
    /// seed        which cells are drawn
    /// expects     at least one target; at least 2 cells
    MeetingTable(Panel const& panel, Laws const& laws, RecognitionSwitches const& switches, Repertoire const& repertoire,
                 std::uint64_t seed, std::vector<MeetingTarget> targets, Size size, MeetingAxes axes = {});

    /// The same cells in the same classes under drugs.
    /// panel            with the bindings that drugs make
    /// receptor_factor  receptors left free, one a receptor [1]
    /// ligands          of each target, as drugs leave them
    MeetingTable under(Panel panel, ReceptorCopies const& receptor_factor, std::vector<LigandCopies> const& ligands) const;

    std::vector<NkClass> const& classes() const { return classes_; }
    std::vector<MeetingTarget> const& targets() const { return targets_; }
    /// CD56bright among the sample [1].
    double bright() const { return bright_; }
    /// Variance of the logit of P(kill) that lies within classes, share of all: the quantisation error [1].
    double unexplained() const { return unexplained_; }

    /// damage  units the target carries, < its hits_to_kill
    Meeting at(std::size_t nk_class, std::size_t target, std::size_t damage, MeetingState const& state) const;
    /// Rate coefficient at which one cell of a class opens contacts with one target [um3/min]: search, then attachment while it touches.
    double opening(std::size_t nk_class, std::size_t target, double priming, Surroundings const& around) const;
    SearchLaw const& search() const { return laws_.search; }

  private:
    static constexpr std::size_t numbers = 5;
    std::size_t levels_of(std::size_t target) const;
    std::vector<double> const& nkg2d_axis(std::size_t target) const;
    void draw_cells(Repertoire const& repertoire, std::uint64_t seed, std::size_t cells);
    std::vector<std::vector<double>> features() const;
    void make_classes(std::size_t dim_classes);
    void fill();
    std::vector<double> chances(std::size_t target, double priming) const;
    template <class Each> void solve_cells(std::size_t target, MeetingState const& state, Each each) const;
    std::size_t offset(std::size_t nk_class, std::size_t target, std::size_t damage, std::array<std::size_t, 4> const& index) const;

    Panel panel_;
    Laws laws_;
    RecognitionSwitches switches_;
    LigandFamilies families_;
    int nkg2d_;
    std::optional<ReceptorCopies> receptor_factor_; ///< receptors that drugs leave free
    std::vector<MeetingTarget> targets_;
    MeetingAxes axes_;
    std::vector<MeetingCell> cells_;
    std::vector<NkClass> classes_;
    std::vector<double> attach_; ///< mean heritable factor of contact opening, by class
    double bright_ = 0.0;
    double adaptive_ = 0.0; ///< among the CD56dim cells
    double unexplained_ = 0.0;
    std::vector<std::size_t> first_; ///< of each target in `values_`
    std::vector<double> values_;     ///< (target, class, damage, priming, hla, content, nkg2d, numbers); chances as logarithms
};

} // namespace nk::biology
