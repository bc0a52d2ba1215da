#pragma once
#include "nk/study/arm_runner.hpp"

#include <functional>
#include <string>
#include <vector>

namespace nk::study {

/// One parameter the calibration may move, in the parameter's own unit.
struct FreeParameter {
    std::string name;
    double low = 0.0;
    double high = 0.0;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &FreeParameter::name, "", any_number, "parameter of the base"},
                          Field{"low", &FreeParameter::low, "1", any_number, "least value, > 0, in the parameter's unit"},
                          Field{"high", &FreeParameter::high, "1", any_number, "greatest value, in the parameter's unit"}};
    }
};

/// What is fitted to what.
struct Calibration {
    std::vector<std::string> experiments;
    std::vector<FreeParameter> parameter;
    double population = 48;
    double generations = 60;
    double members = 50;
    double seed = 1;
    static constexpr auto fields() {
        return std::tuple{Field{"experiments", &Calibration::experiments, "", any_number, "published experiments to meet"},
                          Field{"parameter", &Calibration::parameter, "", any_number, "parameters to move"},
                          Field{"population", &Calibration::population, "1", Range{6, 10000}, "sets tried at a time"},
                          Field{"generations", &Calibration::generations, "1", Range{1, 100000}, "rounds at most"},
                          Field{"members", &Calibration::members, "1", Range{1, 100000}, "feasible sets wanted"},
                          Field{"seed", &Calibration::seed, "1", not_negative, "seed of the search"}};
    }
};
Calibration read_calibration(std::string const& text, ParameterBase const& base, std::string const& name);

/// One parameter set and how it meets the published numbers.
struct Candidate {
    std::vector<double> values; ///< in the order of Calibration::parameter
    double cost = 0.0;          ///< sum over checks of z^2/10 + (|z| - 1)_+^2, z = distance from the middle in tolerances
    int misses = 0;             ///< checks outside their tolerance
};

/// Differential evolution in the logarithms of the parameters, judged with the mixed well (chain solver); every set that
/// meets the checks is kept, so that the ensemble covers the feasible region instead of its best point.
///
/// report   called after every generation
/// returns  feasible sets, the cheapest first; when fewer than wanted are found, the best others follow
std::vector<Candidate> calibrate(Calibration const& calibration, std::vector<Experiment> const& experiments, FileText const& files, ParameterBase const& base,
                                 backend::Executor executor, std::function<void(int generation, std::vector<Candidate> const& population, std::size_t feasible)> const& report);

/// A copy of the base with the values of a candidate.
ParameterBase with_values(ParameterBase base, Calibration const& calibration, std::vector<double> const& values);
/// Table of sets: names in the first line, units in the second; as data/ensemble.csv.
std::string ensemble_csv(Calibration const& calibration, std::vector<Candidate> const& members, ParameterBase const& base);

} // namespace nk::study
