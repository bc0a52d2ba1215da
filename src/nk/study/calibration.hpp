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
    double start = 0.0;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &FreeParameter::name, "", any_number, "parameter of the base"},
                          Field{"low", &FreeParameter::low, "1", any_number, "least value, > 0, in the parameter's unit"},
                          Field{"high", &FreeParameter::high, "1", any_number, "greatest value, in the parameter's unit"},
                          Field{"start", &FreeParameter::start, "1", not_negative, "where the search begins; 0: at the value of the base"}};
    }
};

/// What is fitted to what.
struct Calibration {
    std::vector<std::string> experiments;
    std::vector<FreeParameter> parameter;
    double rounds = 12;
    double members = 60;
    double proposals = 3000;
    double spread = 0.7;
    double starts = 1;
    double mixing = 1.0;
    double passes = 1;
    double seed = 1;
    static constexpr auto fields() {
        return std::tuple{
            Field{"experiments", &Calibration::experiments, "", any_number, "published experiments to meet"},
            Field{"parameter", &Calibration::parameter, "", any_number, "parameters to move"},
            Field{"rounds", &Calibration::rounds, "1", Range{0, 10000}, "Gauss-Newton steps at most"},
            Field{"members", &Calibration::members, "1", Range{1, 100000}, "feasible sets wanted"},
            Field{"proposals", &Calibration::proposals, "1", Range{1, 1e7}, "sets tried at most for the ensemble"},
            Field{"spread", &Calibration::spread, "1", Range{0.01, 5}, "prior sd of ln of every parameter around its start"},
            Field{"starts", &Calibration::starts, "1", Range{1, 1000}, "searches from different places, the first from `start`"},
            Field{"mixing", &Calibration::mixing, "1", Range{0.05, 5}, "kills of agents relative to the mixed well, before it is measured"},
            Field{"passes", &Calibration::passes, "1", Range{1, 20}, "fits; before each but the first, `mixing` is measured with agents"},
            Field{"seed", &Calibration::seed, "1", not_negative, "seed of the search"}};
    }
};
Calibration read_calibration(std::string const& text, ParameterBase const& base, std::string const& name);

/// One parameter set and how it meets the published numbers.
struct Candidate {
    std::vector<double> values; ///< in the order of Calibration::parameter
    double cost = 0.0;          ///< sum of squared residuals, see `calibrate`
    int misses = 0;             ///< checks outside their tolerance
};

/// Fits with the mixed well (chain solver), which is smooth in the parameters, then samples what the data leave open.
///
/// With z the distance of a number from the middle of its tolerance in half-widths, each check gives the residuals z/3 and
/// 3 (|z| - 0.9)_+ (20 instead of 3 in a last search, while a check is missed); each parameter ln(x/base)/spread as a weak prior.
/// Levenberg-Marquardt in ln x finds the best set; the ensemble is a walk from there with steps shaped by the Jacobian: a set is kept when
/// it misses no check, or no more checks than the best set where that one misses some.
///
/// report   called after every step with words for people
/// returns  the best set first, then the members
/// source   Gutenkunst 2007 PLoS Comput Biol 3:e189 on ensembles of sloppy models
std::vector<Candidate> calibrate(Calibration const& calibration, std::vector<Experiment> const& experiments, FileText const& files,
                                 ParameterBase const& base, backend::Executor executor,
                                 std::function<void(std::string const& line, std::vector<Candidate> const& so_far)> const& report);

/// A copy of the base with the values of a candidate.
ParameterBase with_values(ParameterBase base, Calibration const& calibration, std::vector<double> const& values);
/// Table of sets: names in the first line, units in the second; as data/ensemble.csv.
std::string ensemble_csv(Calibration const& calibration, std::vector<Candidate> const& members, ParameterBase const& base);

} // namespace nk::study
