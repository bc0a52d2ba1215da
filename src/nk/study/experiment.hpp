#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"
#include "nk/scenario/product_scenario.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace nk::study {

/// One simulated part of an experiment: a scenario (wells, a tissue, a host, a cohort) run with overrides, repertoires of many donors, or
/// batches of a product.
struct Arm {
    std::string name;
    std::string scenario;
    std::vector<std::string> set;
    std::string as_arm;
    bool quick = true;
    double donors = 1;
    double replicates = 1;
    std::vector<double> looks;
    bool repertoire = false;
    double cells = 5000;
    std::string genotypes = "population";
    scenario::ProductScenario product;
    static constexpr auto fields() {
        return std::tuple{
            Field{"name", &Arm::name, "", any_number, "wells of this arm carry this name"},
            Field{"scenario", &Arm::scenario, "", any_number, "scenario file in the experiment's folder"},
            Field{"set", &Arm::set, "", any_number, "overrides, as `nk run -s`"},
            Field{"as_arm", &Arm::as_arm, "", any_number,
                  "name of the [arm.*] of a therapy's scenario to run; empty = the scenario as it stands"},
            Field{"quick", &Arm::quick, "", any_number, "run in the quick set; if not, neither are the checks that name the arm"},
            Field{"donors", &Arm::donors, "1", Range{1, 10000}, "random virtual donors of wells; 1 = the mean donor"},
            Field{"replicates", &Arm::replicates, "1", Range{1, 10000}, "tissues with seeds of their own"},
            Field{"looks", &Arm::looks, "h", Range{0, 8760}, "when a tissue is read out; empty = at its end"},
            Field{"repertoire", &Arm::repertoire, "", any_number, "generate repertoires instead of running a scenario"},
            Field{"cells", &Arm::cells, "1", Range{1, 1e6}, "NK cells of each repertoire"},
            Field{"genotypes", &Arm::genotypes, "", any_number, "whose repertoires", "population|A/A|reference"},
            Field{"product", &Arm::product, "", any_number, "make a product, once for each of `donors`, instead of running a scenario"}};
    }
};

/// One published number and what the simulation has to say to it.
struct Check {
    std::string name;
    std::string of;
    std::string kind = "value";
    std::string to;
    std::vector<std::string> sum;
    std::string over = "e_to_t";
    std::string direction = "rising";
    double slack = 0.0;
    double published = 0.0;
    double low = -1e300;
    double high = 1e300;
    bool fitted = true;
    std::string note;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &Check::name, "", any_number, "what is compared"},
                          Field{"of", &Check::of, "", any_number, "readout@filter=value,... : mean over the wells that match"},
                          Field{"kind", &Check::kind, "", any_number, "how the number is formed",
                                "value|ratio|difference|ratio_to_sum|monotone|ec50|ec50_ratio|half_maximal|donor_sd|donor_cv|range_ratio"},
                          Field{"to", &Check::to, "", any_number, "second selection"},
                          Field{"sum", &Check::sum, "", any_number, "selections of the sum in ratio_to_sum"},
                          Field{"over", &Check::over, "", any_number, "key that runs", "e_to_t|value|hour"},
                          Field{"direction", &Check::direction, "", any_number, "of a monotone check", "rising|falling"},
                          Field{"slack", &Check::slack, "1", not_negative, "wrong-way steps below this count as right"},
                          Field{"published", &Check::published, "1", any_number, "published number"},
                          Field{"low", &Check::low, "1", any_number, "lower end of the tolerance"},
                          Field{"high", &Check::high, "1", any_number, "upper end of the tolerance"},
                          Field{"fitted", &Check::fitted, "", any_number, "whether a calibration on this experiment uses the check"},
                          Field{"note", &Check::note, "", any_number, "remark"}};
    }
};

/// A published experiment: what was done, what came out, and with which tolerance a simulation may differ.
struct Experiment {
    std::string id;
    std::string title;
    std::string subsystem;
    std::string grade = "B";
    std::string confidence = "recalled";
    std::string source;
    std::string role = "predicted";
    bool quick = true;
    std::string note;
    std::vector<Arm> arm;
    std::vector<Check> check;
    static constexpr auto fields() {
        return std::tuple{
            Field{"id", &Experiment::id, "", any_number, "short name"},
            Field{"title", &Experiment::title, "", any_number, "title"},
            Field{"subsystem", &Experiment::subsystem, "", any_number, "what is tested"},
            Field{"grade", &Experiment::grade, "", any_number, "evidence grade", "A|B|C|D"},
            Field{"confidence", &Experiment::confidence, "", any_number, "how the published numbers are known", "read|recalled|estimate"},
            Field{"source", &Experiment::source, "", any_number, "citation"},
            Field{"role", &Experiment::role, "", any_number, "whether the model was fitted to it", "calibrated|predicted"},
            Field{"quick", &Experiment::quick, "", any_number, "part of the quick set"},
            Field{"note", &Experiment::note, "", any_number, "what the comparison can and cannot say"},
            Field{"arm", &Experiment::arm, "", any_number, "simulated parts"},
            Field{"check", &Experiment::check, "", any_number, "comparisons"}};
    }
};

/// Files of a study by path relative to its folder.
struct StudyFile {
    std::string path;
    std::string content;
};

/// Reads an experiment from the text of its experiment.toml.
/// errors: ScenarioError with every problem
Experiment read_experiment(std::string const& text, ParameterBase const& base, std::string const& name);

/// The part of an experiment that belongs to the quick set: without the arms that do not, and without the checks that name them.
Experiment quick_part(Experiment experiment);

/// One simulated well, one tissue or host at one time, one person of a cohort, one donor's repertoire or batch, as the checks see it.
struct Observation {
    std::string arm;
    std::string effector;
    std::string target;
    std::string value;
    double e_to_t = 0.0;
    double hour = 0.0; ///< when a tissue was read out
    int donor = 0;
    std::map<std::string, double> readouts;
};

/// A check against its observations.
struct CheckResult {
    Check check;
    double observed = 0.0;
    bool pass = false;
};

/// Evaluates one check. A selection that matches no well, or an unknown read-out, is an error of the experiment.
CheckResult evaluate(Check const& check, std::vector<Observation> const& observations);

/// Whether the observations have every read-out the check needs (the mixed well gives only some).
bool answers(std::vector<Observation> const& observations, Check const& check);

} // namespace nk::study
