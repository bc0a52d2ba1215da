#pragma once
#include "nk/study/sweep.hpp"

#include <string>
#include <vector>

namespace nk::study {

/// The runs of a sweep in order: by combination of the plate, outcome and point.
struct SweepRuns {
    struct Point {
        std::vector<double> values; ///< of all replicates that gave a number
        double mean = 0.0;          ///< NaN when none did
        double sd = 0.0;            ///< between replicates; NaN below two
    };
    std::vector<std::string> groups;                       ///< in words; one "" when the plate has a single combination
    std::vector<std::vector<std::vector<Point>>> by_group; ///< shape (groups, outcomes, points)
    std::size_t runs = 0;                                  ///< points x replicates

    std::vector<double> means(std::size_t group, std::size_t outcome) const; ///< by point
};

/// runs   the table "sweep" of the study, rows in any order
/// errors ScenarioError when the table is not of this study
SweepRuns sweep_runs(SweepStudy const& study, Table const& runs);

/// How much of the spread of an outcome is chance between runs of one point.
struct SweepChance {
    double between = 0.0; ///< sd of the means of points
    double within = 0.0;  ///< root mean variance between replicates; NaN without replicates
};
SweepChance sweep_chance(SweepRuns const& runs, std::size_t group, std::size_t outcome);

/// The effect of one factor on the mean outcome of each point. A factor of texts has levels in the order of its values and no rank
/// correlation.
numerics::FactorEffect sweep_effect(SweepStudy const& study, SweepRuns const& runs, std::size_t group, std::size_t outcome,
                                    std::size_t factor);

/// Sobol indices of the mean outcome of each point.  expects  design "sobol-indices"
numerics::SobolIndices sweep_indices(SweepStudy const& study, SweepRuns const& runs, std::size_t group, std::size_t outcome);

/// One row for each point and combination: factors, and of each outcome the mean and, with replicates, NAME_sd
/// and NAME_n, the runs that gave a number.
Table sweep_means_table(SweepStudy const& study, SweepRuns const& runs);
/// One row for each outcome, combination and factor: rank correlation, its p value, smallest and largest mean of a level.
Table sweep_effects_table(SweepStudy const& study, SweepRuns const& runs);
/// One row for each outcome, combination and factor: first-order and total Sobol indices with 95 % bootstrap intervals; no columns for
/// other designs.
Table sweep_indices_table(SweepStudy const& study, SweepRuns const& runs);

} // namespace nk::study
