#pragma once
#include "nk/scenario/read_scenario.hpp"
#include "nk/scenario/sweep_scenario.hpp"

#include <variant>

namespace nk::scenario {

/// A scenario of one of the kinds that can be run again and again.
using AnyReading = std::variant<WellReading, TissueReading, HostReading>;

/// A scenario that a study runs many times with changes: its text is read anew for each of them.
struct BaseScenario {
    std::string kind;                ///< "well", "tissue", "body" or "therapy"
    std::string name;                ///< of its file
    std::string text;                ///< as it stands in the file
    FileOpener open;                 ///< of files it extends
    std::vector<std::string> always; ///< overrides of every run
    std::string resolved;            ///< with `always`: all defaults and units

    /// The scenario with `always` and then `overrides`.
    /// errors: as `read_well_scenario`
    AnyReading read(ParameterBase const& base, std::vector<std::string> const& overrides, SourceTexts* sources = nullptr) const;
};

/// A factor ready for use.
struct FactorRange {
    std::string name;
    std::string label;
    std::string key;
    std::vector<std::string> values; ///< empty = between low and high, or from a list
    double low = 0.0, high = 0.0;    ///< in `unit`
    std::string unit = "1";
    bool log = false;
    bool whole = false;
    bool in_list = false; ///< the key holds a list: a single value is put into one
    std::size_t levels = 1;

    /// The value at u in [0, 1], as it would stand in the scenario, quotes left out.
    std::string text_at(double u) const;
    /// "key=value"
    std::string override_of(std::string const& value) const;
};

/// A sweep as read.
struct SweepReading {
    SweepScenario scenario;
    BaseScenario base_scenario;
    std::vector<FactorRange> factors;           ///< in the order of their names
    std::vector<std::vector<std::string>> rows; ///< of design "list": shape (points, factors)
    std::vector<Problem> warnings;
    std::string resolved_text;
};

/// Reads a sweep with the scenario it names, and tries every value of every factor by itself with the reader of that scenario.
///
/// open    gives the scenario, the list and what they extend; not needed where the sweep holds their texts
/// errors  ScenarioError with every problem found, at its place in the sweep's file: keys that do not exist (with the nearest name),
///         units and values that do not fit, low > high, factors without values or with one key
SweepReading read_sweep(std::string_view text, ParameterBase const& base, std::vector<std::string> const& overrides, SourceTexts* sources,
                        std::string const& name, FileOpener const& open);
/// The same from a file.  errors: MachineError when it cannot be read
SweepReading read_sweep_file(std::filesystem::path const& file, ParameterBase const& base, std::vector<std::string> const& overrides = {},
                             SourceTexts* sources = nullptr);

} // namespace nk::scenario
