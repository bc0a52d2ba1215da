#pragma once
#include "nk/formats/report/page.hpp"
#include "nk/formats/run_directory.hpp"

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nk::study {

inline constexpr auto no_number = std::numeric_limits<double>::quiet_NaN();

/// One well as the report sees it.
struct ReportedWell {
    std::string row;
    int column = 1;
    double e_to_t = 1.0;
    std::string effector, target, value;
    std::map<std::string, double> readouts;
};

/// Mean over replicates with its interval.
struct Spread {
    double mean = 0.0, low = 0.0, high = 0.0;
};

/// Wells that stand on one curve: the same effector and target, and the same value of plate.vary or, when the curve runs
/// along that value, the same E:T ratio.
struct ReportedCurve {
    std::string label;
    std::string effector;
    std::size_t colour = 0; ///< the same for one effector in all figures, as long as there is one curve for each
    std::vector<double> x;  ///< E:T ratios, or values of plate.vary
    std::vector<std::vector<ReportedWell const*>> wells; ///< at each x, one for each replicate
};

/// Everything the report needs of a run, read from its directory.
struct ReportedRun {
    nlohmann::json summary;
    std::vector<ReportedWell> wells;
    Table courses, kills, compare, parameters;
    std::vector<formats::StoredFrame> frames;

    bool along_value = false;             ///< curves run along plate.vary
    std::string value_unit;               ///< of that axis
    std::vector<std::string> value_names; ///< when its values are no numbers: x = place in this list
    std::vector<ReportedCurve> curves;
    double reference = 0.0; ///< the x at which wells are compared in words and tables

    std::string effector_label(std::string const& name) const;
    std::string target_label(std::string const& names) const;
    /// Words for a place on the x axis: "E:T 10:1" or "0.1 ug/mL".
    std::string place_words(double x) const;
    /// The replicates of a curve at the reference x; empty when it has none there.
    std::vector<ReportedWell const*> reference_wells(ReportedCurve const& curve) const;
};

/// "10:1", as people write the ratio of effector to target cells.
std::string ratio_text(double e_to_t);

/// errors: ScenarioError when the run is not finished or is no killing assay
ReportedRun read_run(formats::RunDirectory const& directory);

/// Mean of a read-out over replicates. The interval is the range of three wells or more; of fewer the 95 % Wilson interval
/// of the cells counted, for shares and percentages; else there is none (NaN).
Spread spread_of(std::vector<ReportedWell const*> const& wells, std::string const& readout);
/// What those intervals hold, for legends.
std::string interval_words(std::size_t replicates);

} // namespace nk::study
