#pragma once
#include "nk/scenario/host_scenario.hpp"

namespace nk::scenario {

/// Who is in a cohort.
struct CohortSettings {
    double people = 100;
    std::string population = "german_adults";
    double age_from = 18.0;
    double age_to = 95.0;
    std::string sex = "any";
    std::vector<std::string> drawn{"age", "hla", "kir", "fcgr3a", "cmv", "nk_count", "potency"};
    std::string model = "body";
    std::string label = "as planned";
    static constexpr auto fields() {
        return std::tuple{
            Field{"people", &CohortSettings::people, "1", Range{1, 1e8}, "persons in every arm: the same persons in each"},
            Field{"population", &CohortSettings::population, "", any_number, "row of [population.*] they are drawn from", "@population"},
            Field{"age_from", &CohortSettings::age_from, "year", Range{0, 120}, "youngest at the start"},
            Field{"age_to", &CohortSettings::age_to, "year", Range{0, 120}, "oldest at the start"},
            Field{"sex", &CohortSettings::sex, "", any_number, "whom to take", "any|men|women"},
            Field{"drawn", &CohortSettings::drawn, "", any_number, "what differs between persons; the rest is that of the scenario",
                  "age|hla|kir|fcgr3a|cmv|nk_count|potency"},
            Field{"model", &CohortSettings::model, "", any_number,
                  "body: every person with the whole body; hazard: cancer, death and infections by hazard laws alone, for many people",
                  "body|hazard"},
            Field{"label", &CohortSettings::label, "", any_number, "name of the arm that is the scenario as it stands"}};
    }
};

/// A number that differs from person to person, beside what the population says.
struct CohortVary {
    std::string key;
    Quantity median{0.0, ""};
    double log_sd = 0.0;
    Quantity low{0.0, ""};
    Quantity high{0.0, ""};
    static constexpr auto fields() {
        return std::tuple{Field{"key", &CohortVary::key, "", any_number, "dotted key of the scenario, such as \"tumour.aml.cells\""},
                          Field{"median", &CohortVary::median, "", any_number, "median of a log-normal spread, with its unit"},
                          Field{"log_sd", &CohortVary::log_sd, "1", Range{0, 5}, "sd of its natural logarithm"},
                          Field{"low", &CohortVary::low, "", any_number, "least of an even spread, in place of the median"},
                          Field{"high", &CohortVary::high, "", any_number, "greatest of an even spread"}};
    }
};

/// Infections that persons meet by chance.
struct CohortExposure {
    std::string like;
    double rate = 0.1;
    static constexpr auto fields() {
        return std::tuple{Field{"like", &CohortExposure::like, "", any_number,
                                "row of the table of infections; empty = the row of the table's own name", "@infection"},
                          Field{"rate", &CohortExposure::rate, "1/year", Range{0, 100}, "how often each person meets it"}};
    }
};

/// Many hosts, and arms of the same hosts treated otherwise.
struct CohortScenario : HostScenario {
    CohortScenario() { kind = "cohort"; }
    CohortSettings cohort;
    std::map<std::string, CohortVary> vary;
    std::map<std::string, CohortExposure> exposure;
    static constexpr auto fields() {
        return std::tuple_cat(
            HostScenario::fields(),
            std::tuple{Field{"cohort", &CohortScenario::cohort, "", any_number, "who is in it"},
                       Field{"vary", &CohortScenario::vary, "", any_number, "what else differs between persons, by name"},
                       Field{"exposure", &CohortScenario::exposure, "", any_number, "infections that persons meet by chance, by name"}});
    }
};

} // namespace nk::scenario
