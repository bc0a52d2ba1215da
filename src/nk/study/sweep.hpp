#pragma once
#include "nk/numerics/design.hpp"
#include "nk/scenario/read_sweep.hpp"
#include "nk/study/jobs.hpp"
#include "nk/study/scenario_outcomes.hpp"

namespace nk::study {

/// Where a sweep runs its scenario.
struct SweepPoints {
    numerics::UnitPoints unit;                   ///< shape (points, factors); empty for a list
    std::vector<std::vector<std::string>> texts; ///< values as they stand in the scenario, same shape
};
/// The points of the design: a pure function of the sweep.
SweepPoints sweep_points(scenario::SweepReading const& reading);

/// The values of one factor, as numbers of one unit where all points have one.
struct FactorColumn {
    std::string name;
    std::string label;
    std::string unit = "1";            ///< "" for texts
    bool log = false;                  ///< to be drawn on a logarithmic axis
    std::vector<double> numbers;       ///< by point; empty for texts
    std::vector<std::string> texts;    ///< by point
    std::vector<std::string> distinct; ///< texts in the order of the scenario, then of the points
};

/// A sweep ready to run, and what its tables mean.
struct SweepStudy {
    scenario::SweepReading reading;
    ParameterBase base; ///< the standard parameters
    SweepPoints points;
    std::vector<FactorColumn> factors;
    std::vector<OutcomeName> outcomes; ///< columns of the table of runs
    bool places = false;               ///< one run gives several rows: the combinations of a plate
    Table points_table;                ///< "points": factors as texts, a list that a sweep can read
    JobPlan plan;                      ///< one job for each point and replicate (the replicate runs faster); table "sweep"
};

/// Columns of the table "sweep" before the factors: point and replicate (from 1), seed; between factors and outcomes, where a run gives
/// several rows, effector, target, e_to_t, value.
///
/// base     the standard parameters
/// version  of the program: part of the key of the study
/// errors   ScenarioError for points that the scenario refuses (all are read before anything runs, unless there are very many), for
///          outcomes that there are not (with the nearest name) and for factors with the name of another column
SweepStudy plan_sweep(scenario::SweepReading const& reading, ParameterBase const& base, std::string const& version);

/// The seed of the runs of one replicate (from 0) at one point (from 0). Points share it when the sweep says `same_seed`.
std::uint64_t sweep_seed(scenario::SweepScenario const& scenario, std::size_t point, std::size_t replicate);

} // namespace nk::study
