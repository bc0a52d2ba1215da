#pragma once
#include "nk/base/field.hpp"
#include "nk/base/quantity.hpp"

#include <map>
#include <string>
#include <vector>

namespace nk::scenario {

/// How protocols are looked for.
struct PlanSettings {
    std::string scenario;
    std::vector<std::string> objectives{"burden", "cytokine_release", "cells"};
    double patients = 6;
    double islands = 2;
    double population = 16;
    double generations = 8;
    double members = 4;
    double cost_of_1e9_cells = 1.0;
    double cost_of_infusion = 1.0;
    double cost_of_cytokine_dose = 0.2;
    static constexpr auto fields() {
        return std::tuple{
            Field{"scenario", &PlanSettings::scenario, "", any_number,
                  "file of the cohort whose patients are treated, seen from this file"},
            Field{"objectives", &PlanSettings::objectives, "", any_number,
                  "what shall be small: burden: change of the tumour, log10; no_durable_response: patients without one at the end; "
                  "cytokine_release: risk from IL-6; cells: cells needed, log10; cost",
                  "burden|no_durable_response|cytokine_release|cells|cost"},
            Field{"patients", &PlanSettings::patients, "1", Range{1, 10000}, "patients that each protocol is tried on"},
            Field{"islands", &PlanSettings::islands, "1", Range{1, 10000},
                  "searches that know nothing of each other: the jobs of the study"},
            Field{"population", &PlanSettings::population, "1", Range{8, 10000}, "protocols of one generation, a multiple of four"},
            Field{"generations", &PlanSettings::generations, "1", Range{0, 10000}, "generations of one search"},
            Field{"members", &PlanSettings::members, "1", Range{1, 1000},
                  "parameter sets of the ensemble under which the protocols that are left are tried again, on new patients"},
            Field{"cost_of_1e9_cells", &PlanSettings::cost_of_1e9_cells, "1", Range{0, 1e9}, "in units of one's own"},
            Field{"cost_of_infusion", &PlanSettings::cost_of_infusion, "1", Range{0, 1e9}, "in the same unit"},
            Field{"cost_of_cytokine_dose", &PlanSettings::cost_of_cytokine_dose, "1", Range{0, 1e9}, "in the same unit"}};
    }
};

/// Something of the protocol that may be chosen.
struct PlanControl {
    std::string key;
    std::string label;
    Quantity low{0.0, ""};
    Quantity high{0.0, ""};
    std::string scale = "linear";
    bool whole = false;
    static constexpr auto fields() {
        return std::tuple{
            Field{"key", &PlanControl::key, "", any_number, "dotted key of the cohort's scenario, such as \"infusion.cells.dose\""},
            Field{"label", &PlanControl::label, "", any_number, "name in the report; empty = the name of the table"},
            Field{"low", &PlanControl::low, "", any_number, "least, with its unit"},
            Field{"high", &PlanControl::high, "", any_number, "greatest"},
            Field{"scale", &PlanControl::scale, "", any_number, "how values are spread between them", "linear|log"},
            Field{"whole", &PlanControl::whole, "", any_number, "only whole numbers"}};
    }
    /// The value at u in [0, 1], as it stands in the scenario.
    std::string text_at(double u) const;
    double number_at(double u) const;
};

/// A search for protocols with several aims at once.
struct PlanScenario {
    std::string kind = "plan";
    std::string title;
    std::string question;
    double seed = 1;
    PlanSettings plan;
    std::map<std::string, PlanControl> control;
    static constexpr auto fields() {
        return std::tuple{Field{"kind", &PlanScenario::kind, "", any_number, "kind of scenario", "plan"},
                          Field{"title", &PlanScenario::title, "", any_number, "title of the report"},
                          Field{"question", &PlanScenario::question, "", any_number, "the question the search answers"},
                          Field{"seed", &PlanScenario::seed, "1", Range{0, 9007199254740991.0}, "seed of all random numbers"},
                          Field{"plan", &PlanScenario::plan, "", any_number, "how protocols are looked for"},
                          Field{"control", &PlanScenario::control, "", any_number, "what may be chosen, by name"}};
    }
};

} // namespace nk::scenario
