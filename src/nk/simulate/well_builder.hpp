#pragma once
#include "nk/scenario/well_scenario.hpp"
#include "nk/tissue/well.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nk::simulate {

/// Geometry of laboratory assays (table [assay]).
struct AssayGeometry {
    double reference_targets;
    double bowl_radius;
    double flat_area;
    double medium_volume;
    double gel_density;
    static constexpr auto fields() {
        return std::tuple{Field{"reference_targets", &AssayGeometry::reference_targets, "cell", Range{1, 1e9},
                                "targets in one well of a standard release assay"},
                          Field{"bowl_radius", &AssayGeometry::bowl_radius, "um", Range{1, 1e6}, "radius of a U-shaped bottom"},
                          Field{"flat_area", &AssayGeometry::flat_area, "um2", Range{1, 1e12}, "area of a flat bottom"},
                          Field{"medium_volume", &AssayGeometry::medium_volume, "um3", Range{1, 1e15}, "medium in one well"},
                          Field{"gel_density", &AssayGeometry::gel_density, "cell/um3", Range{1e-12, 1}, "targets in a gel"}};
    }
};

/// Which cells go into one well of a plate.
struct WellChoice {
    double e_to_t = 1.0;
    std::string effector;             ///< name of [effector.*]
    std::vector<std::string> targets; ///< names of [target.*] mixed in this well
};

/// Builds wells from a scenario and the parameter base: genotype, panel, laws, repertoire, media.
/// errors: ScenarioError for a typing that cannot be read or gates nobody passes
class WellBuilder {
  public:
    WellBuilder(scenario::WellScenario const& scenario, ParameterBase const& base);

    tissue::WellPlan plan(WellChoice const& choice) const;
    biology::Laws const& laws() const { return laws_; }
    biology::Panel const& panel() const { return panel_; }
    biology::Genotype const& donor() const { return donor_; }
    scenario::WellScenario const& scenario() const { return scenario_; }
    biology::RecognitionSwitches switches() const;

    /// Parts that other readers of a scenario (calibration, `nk recognise`) need as well.
    tissue::TargetKind target_kind(std::string const& name) const;
    tissue::EffectorKind effector_kind(std::string const& name) const;
    /// The receptors of one effector: own copy numbers, and a chimeric receptor where it was put in.
    biology::Panel panel_for(std::string const& effector) const;
    std::vector<tissue::Medium> media(std::vector<tissue::TargetKind> const& targets, std::string const& effector) const;
    /// A random donor of the same genotype instead of the mean one (virtual donors).
    void randomise_donor(std::uint64_t seed);

  private:
    biology::Genotype genotype(std::vector<std::string> const& hla) const;
    tissue::Medium medium_at(double time, std::vector<tissue::TargetKind> const& targets, biology::Panel panel) const;
    void add_events(tissue::WellPlan& plan, double targets) const;

    scenario::WellScenario scenario_;
    ParameterBase base_;
    biology::Laws laws_;
    biology::Panel panel_;
    biology::RepertoireLaw repertoire_law_;
    AssayGeometry geometry_;
    std::vector<biology::Cytokine> cytokines_;
    biology::Genotype donor_;
    std::uint64_t donor_seed_ = 0; ///< 0 = the mean donor
};

} // namespace nk::simulate
