#pragma once
#include "nk/base/field.hpp"
#include "nk/base/quantity.hpp"

#include <map>
#include <string>
#include <vector>

namespace nk::scenario {

/// What is run, and at which points.
struct SweepSettings {
    std::string scenario;
    std::string text;
    std::string design = "grid";
    double points = 32;
    double replicates = 1;
    bool same_seed = true;
    std::vector<std::string> outcomes;
    static constexpr auto fields() {
        return std::tuple{
            Field{"scenario", &SweepSettings::scenario, "", any_number,
                  "file of the scenario that is run at every point (well, tissue or body), seen from the sweep's own file"},
            Field{"text", &SweepSettings::text, "", any_number,
                  "the scenario itself in place of its file: how a folder of results keeps it"},
            Field{"design", &SweepSettings::design, "", any_number,
                  "where to try: grid: every combination; list: rows of a file; latin: Latin hypercube; sobol: Sobol sequence; random; "
                  "sobol-indices: points x (factors + 2) points that tell how much of the variance each factor explains",
                  "grid|list|latin|sobol|random|sobol-indices"},
            Field{"points", &SweepSettings::points, "1", Range{1, 1e6}, "points of latin, sobol and random; rows of sobol-indices"},
            Field{"replicates", &SweepSettings::replicates, "1", Range{1, 1e5}, "runs at each point, each with its own seed"},
            Field{"same_seed", &SweepSettings::same_seed, "", any_number,
                  "the n-th replicates of all points share their random numbers, so that points differ by less chance"},
            Field{"outcomes", &SweepSettings::outcomes, "", any_number,
                  "read-outs to keep and show; empty = all, with the usual ones shown"}};
    }
};

/// One thing that differs between points.
struct SweepFactor {
    std::string key;
    std::string label;
    std::vector<std::string> values;
    Quantity low{0.0, ""};
    Quantity high{0.0, ""};
    std::string scale = "linear";
    double levels = 5;
    bool whole = false;
    static constexpr auto fields() {
        return std::tuple{
            Field{"key", &SweepFactor::key, "", any_number,
                  "what differs: a dotted key of the scenario, as \"plate.e_to_t\", or a parameter, as \"recognition.threshold\""},
            Field{"label", &SweepFactor::label, "", any_number, "name in the report; empty = the name of the table"},
            Field{"values", &SweepFactor::values, "", any_number, "its values, with units"},
            Field{"low", &SweepFactor::low, "", any_number, "smallest value, with its unit, in place of `values`"},
            Field{"high", &SweepFactor::high, "", any_number, "largest value"},
            Field{"scale", &SweepFactor::scale, "", any_number, "how the points lie between low and high", "linear|log"},
            Field{"levels", &SweepFactor::levels, "1", Range{1, 10000}, "values of a grid between low and high, both among them"},
            Field{"whole", &SweepFactor::whole, "", any_number, "whole numbers only: values between low and high are rounded"}};
    }
};

/// Points out of a file.
struct SweepList {
    std::string file;
    std::string text;
    static constexpr auto fields() {
        return std::tuple{
            Field{"file", &SweepList::file, "", any_number,
                  "CSV file, seen from the sweep's own file: one column for each factor, by its name, one row for each point"},
            Field{"text", &SweepList::text, "", any_number, "the rows themselves in place of their file"}};
    }
};

/// One scenario at many points.
struct SweepScenario {
    std::string kind = "sweep";
    std::string title;
    std::string question;
    double seed = 1;
    SweepSettings sweep;
    std::map<std::string, SweepFactor> factor;
    SweepList list;
    std::map<std::string, std::string> parameters;
    static constexpr auto fields() {
        return std::tuple{
            Field{"kind", &SweepScenario::kind, "", any_number, "kind of scenario", "sweep"},
            Field{"title", &SweepScenario::title, "", any_number, "title of the report"},
            Field{"question", &SweepScenario::question, "", any_number, "the question the sweep answers"},
            Field{"seed", &SweepScenario::seed, "1", Range{0, 9007199254740991.0},
                  "seed of the points and of all runs, in place of the scenario's own"},
            Field{"sweep", &SweepScenario::sweep, "", any_number, "what is run, and at which points"},
            Field{"factor", &SweepScenario::factor, "", any_number, "what differs between points, by name"},
            Field{"list", &SweepScenario::list, "", any_number, "points out of a file, for design = \"list\""},
            Field{"parameters", &SweepScenario::parameters, "", any_number,
                  "parameters of the base or keys of the scenario to change in every run, as \"recognition.threshold\" = 0.3"}};
    }
};

} // namespace nk::scenario
