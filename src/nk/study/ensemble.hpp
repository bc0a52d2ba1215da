#pragma once
#include "nk/base/parameters.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nk::study {

/// The feasible parameter sets that ship with the program: what is not known of the parameters, as a list of equally
/// good answers. A member is made when asked for, since a whole base is large.
class Ensemble {
  public:
    /// csv_text  header of dotted parameter names, a line with their units, one line a set; "" = the base alone.
    ///           Lines that start with # and empty lines are left out
    /// fixed     names that keep their value in `base` (what the user set)
    /// errors    ScenarioError with every problem: unknown names, units of another dimension, ragged lines, no numbers
    Ensemble(ParameterBase base, std::string_view csv_text, std::vector<std::string> const& fixed = {});

    /// Number of sets; 1 when there is only the base.
    std::size_t size() const { return rows_.empty() ? 1 : rows_.size(); }
    /// True when the program has more than the base itself.
    bool real() const { return rows_.size() > 1; }
    ParameterBase member(std::size_t index) const;

  private:
    ParameterBase base_;
    std::vector<std::string> names_;
    std::vector<std::string> units_;
    std::vector<std::vector<double>> rows_;
};

/// All members at once.  errors: as Ensemble
std::vector<ParameterBase> ensemble_members(ParameterBase const& base, std::string_view csv_text);

/// The text of data/ensemble.csv, embedded or of the folder that stands in for data/; "" when there is none.
std::string ensemble_text(std::optional<std::filesystem::path> const& folder = std::nullopt);

/// What 90 % of the members say: the 5 % and 95 % quantiles (linear between order statistics).
struct Interval {
    double low = 0.0;
    double high = 0.0;
};
/// expects: at least one value
Interval interval_of(std::vector<double> values);

} // namespace nk::study
