#pragma once
#include "nk/base/parameters.hpp"
#include "nk/scenario/cohort_scenario.hpp"
#include "nk/scenario/problem_list.hpp"
#include "nk/scenario/tissue_scenario.hpp"
#include "nk/scenario/toml_document.hpp"

#include <string>

namespace nk::scenario {

/// Most cells one well may hold.
inline constexpr double most_cells_in_a_well = 5e6;
/// Most wells of one plate (every combination, with replicates).
inline constexpr double most_wells = 100000;

/// Most tables of one kind (effectors, targets, drugs, events, compared curves).
inline constexpr std::size_t most_tables = 1000;

/// What a check looks at, with short ways to say where something is wrong.
struct CheckContext {
    WellScenario const& scenario;
    Node const& root; ///< the document the scenario was read from: gives the places
    SourceTexts const& sources;
    ParameterBase const& base; ///< with the scenario's [parameters] applied
    ProblemList& problems;

    void error(std::string const& path, std::string kind, std::string what, std::string why = "", std::string hint = "") const;
    void warn(std::string const& path, std::string kind, std::string what, std::string why = "", std::string hint = "") const;
    /// True when the text or an override says something about this key.
    bool given(std::string const& path) const { return find_path(root, path) != nullptr; }
};

/// Checks the meaning of a scenario that has been read: names that refer to each other, doses, times, sizes.
/// Everything found goes into `context.problems` as errors or warnings.
void check_well(CheckContext const& context);

/// Checks the meaning of a tissue.
/// context  its scenario is `meetings_of(tissue)`
void check_tissue(CheckContext const& context, TissueScenario const& tissue);

/// The rules of a tissue: words, names, units.
void check_rules(CheckContext const& context, TissueScenario const& tissue);

/// Checks the meaning of a host.
/// context  its scenario is `meetings_of(host)`
void check_host(CheckContext const& context, HostScenario const& host);
/// ... and of a cohort.
void check_cohort(CheckContext const& context, CohortScenario const& cohort);

/// The parts of `check_well`.
void check_typing(CheckContext const& context);
void check_effectors(CheckContext const& context);
void check_targets(CheckContext const& context);
void check_medium(CheckContext const& context);
void check_plate(CheckContext const& context);
void check_vary(CheckContext const& context);
void check_events(CheckContext const& context);
void check_compare(CheckContext const& context);
void check_settings(CheckContext const& context);

/// True for the units a cytokine may have: IU/mL, ng/mL or nM.
bool is_dose(Quantity const& quantity);

} // namespace nk::scenario
