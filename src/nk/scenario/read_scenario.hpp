#pragma once
#include "nk/base/parameters.hpp"
#include "nk/scenario/cohort_scenario.hpp"
#include "nk/scenario/extends.hpp"
#include "nk/scenario/host_scenario.hpp"
#include "nk/scenario/source_texts.hpp"
#include "nk/scenario/tissue_scenario.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// A scenario as read: checked values, and everything needed to run and to repeat it.
template <class Scenario> struct ScenarioReading {
    Scenario scenario;
    ParameterBase base; ///< a copy of the data with the scenario's [parameters] applied
    std::vector<Problem> warnings;
    std::string resolved_text; ///< TOML with all defaults and units; reads back to an equal scenario
};
using WellReading = ScenarioReading<WellScenario>;
using TissueReading = ScenarioReading<TissueScenario>;
using HostReading = ScenarioReading<HostScenario>;
using CohortReading = ScenarioReading<CohortScenario>;

/// Reads a killing assay from a text.
///
/// text       TOML; any bytes are safe
/// base       names and numbers the scenario refers to
/// overrides  `key=value` texts, applied in order
/// sources    when given, keeps the texts that were read, for `render` of problems (also when this throws)
/// name       of the text, for problems and as the place `extends` starts from
/// open       gives the files that `extends` names; without it `extends` is refused
/// errors     ScenarioError with every problem found
WellReading read_well_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides = {},
                               SourceTexts* sources = nullptr, std::string const& name = "scenario.toml", FileOpener const& open = {});

/// The same from a file; `extends` works here.
/// errors: MachineError when the file cannot be read
WellReading read_well_scenario_file(std::filesystem::path const& file, ParameterBase const& base,
                                    std::vector<std::string> const& overrides = {}, SourceTexts* sources = nullptr);

/// The same for a tissue.
TissueReading read_tissue_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides = {},
                                   SourceTexts* sources = nullptr, std::string const& name = "scenario.toml", FileOpener const& open = {});
TissueReading read_tissue_scenario_file(std::filesystem::path const& file, ParameterBase const& base,
                                        std::vector<std::string> const& overrides = {}, SourceTexts* sources = nullptr);

/// The same for a host.
HostReading read_host_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides = {},
                               SourceTexts* sources = nullptr, std::string const& name = "scenario.toml", FileOpener const& open = {});
HostReading read_host_scenario_file(std::filesystem::path const& file, ParameterBase const& base,
                                    std::vector<std::string> const& overrides = {}, SourceTexts* sources = nullptr);

/// The same for a cohort. The scenario of an arm is read with what the arm sets as further overrides.
CohortReading read_cohort_scenario(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides = {},
                                   SourceTexts* sources = nullptr, std::string const& name = "scenario.toml", FileOpener const& open = {});
CohortReading read_cohort_scenario_file(std::filesystem::path const& file, ParameterBase const& base,
                                        std::vector<std::string> const& overrides = {}, SourceTexts* sources = nullptr);

/// Sets one value by its dotted path in a scenario, or else in the base, as a well of `plate.vary` does.
/// value  as it would stand in the scenario, quotes not needed: "5 ug/mL", "0.3"
/// errors ScenarioError when there is no such key or the value does not fit
void set_value(WellScenario& scenario, ParameterBase& base, std::string const& path, std::string const& value);
/// The same of a host, as a cohort does from person to person.
void set_value(HostScenario& scenario, ParameterBase& base, std::string const& path, std::string const& value);

/// The `kind` a scenario text states, itself or in what it extends; "well" when it states none or cannot be read: to choose its reader,
/// which then tells what is wrong.
std::string scenario_kind(std::string_view text, std::string const& name = "scenario.toml", FileOpener const& open = {});
std::string scenario_kind_of_file(std::filesystem::path const& file);

} // namespace nk::scenario
