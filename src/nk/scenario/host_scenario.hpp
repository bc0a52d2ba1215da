#pragma once
#include "nk/scenario/well_scenario.hpp"

namespace nk::scenario {

/// The person (or mouse) and the time.
struct HostSettings {
    std::string species = "human";
    std::string turnover = "zhang";
    double age = 30.0;
    double nk_count = 0.0;
    double potency = 1.0;
    std::string deficiency;
    double duration = 365.0;
    double output_every = 1.0;
    bool chance = false;
    double few = 100.0;
    double classes = 4;
    double sample = 128;
    double tolerance = 1e-6;
    static constexpr auto fields() {
        return std::tuple{
            Field{"species", &HostSettings::species, "", any_number, "whose organs", "human|mouse"},
            Field{"turnover", &HostSettings::turnover, "", any_number, "hypothesis on birth and death of NK cells: row of [turnover.*]",
                  "@turnover"},
            Field{"age", &HostSettings::age, "year", Range{0, 120}, "age at the start"},
            Field{"nk_count", &HostSettings::nk_count, "cell/uL", Range{0, 1e5},
                  "NK cells in blood in health; 0 = from the table of organs"},
            Field{"potency", &HostSettings::potency, "1", Range{0, 10},
                  "lytic activity of the NK cells of this person, relative to the usual"},
            Field{"deficiency", &HostSettings::deficiency, "", any_number, "an inborn or acquired lack; empty = none", "@deficiency"},
            Field{"duration", &HostSettings::duration, "day", Range{0.01, 40000}, "time simulated"},
            Field{"output_every", &HostSettings::output_every, "day", Range{1e-4, 10000}, "time between rows of the result"},
            Field{"chance", &HostSettings::chance, "", any_number,
                  "small numbers of infected and tumour cells, and metastases, are left to chance"},
            Field{"few", &HostSettings::few, "cell", Range{1, 100000}, "cells below which chance rules"},
            Field{"classes", &HostSettings::classes, "1", Range{1, 32}, "functional classes of CD56dim cells"},
            Field{"sample", &HostSettings::sample, "cell", Range{8, 100000}, "NK cells of the repertoire for which contacts are solved"},
            Field{"tolerance", &HostSettings::tolerance, "1", Range{1e-12, 1e-2}, "relative error of a step of the integration"}};
    }
};

/// One infection.
struct HostInfection {
    std::string like;
    std::string label;
    double at = 0.0;
    double dose = 1.0;
    double memory = 0.0;
    double antibody = 0.0;
    double latent = 0.0;
    static constexpr auto fields() {
        return std::tuple{
            Field{"like", &HostInfection::like, "", any_number, "row of the table of infections; empty = the row of the table's own name",
                  "@infection"},
            Field{"label", &HostInfection::label, "", any_number, "name in the report"},
            Field{"at", &HostInfection::at, "day", Range{0, 40000}, "day of the infection"},
            Field{"dose", &HostInfection::dose, "1", Range{0, 1e12}, "inoculum, relative to the row's"},
            Field{"memory", &HostInfection::memory, "cell", Range{0, 1e11}, "memory CD8 T cells that the person has already"},
            Field{"antibody", &HostInfection::antibody, "1", fraction, "antibody that the person has already, relative to the greatest"},
            Field{"latent", &HostInfection::latent, "cell", Range{0, 1e13}, "latently infected cells at that day"}};
    }
};

/// One tumour.
struct HostTumour {
    std::string like;
    std::string label;
    std::string organ = "lung";
    std::string target;
    double at = 0.0;
    double cells = 1.0;
    double growth = -1.0;
    bool losses = true;
    double metastases = 0;
    static constexpr auto fields() {
        return std::tuple{
            Field{"like", &HostTumour::like, "", any_number, "row of the table of tumours; empty = the row of the table's own name",
                  "@tumour"},
            Field{"label", &HostTumour::label, "", any_number, "name in the report"},
            Field{"organ", &HostTumour::organ, "", any_number, "where it grows: an organ of the species"},
            Field{"target", &HostTumour::target, "", any_number, "name of the [target.*] table with its ligands; empty = the row's target"},
            Field{"at", &HostTumour::at, "day", Range{0, 40000}, "day on which it begins"},
            Field{"cells", &HostTumour::cells, "cell", Range{0, 1e14}, "cells on that day"},
            Field{"growth", &HostTumour::growth, "1/day", Range{-1, 100}, "growth rate; -1 = from the row"},
            Field{"losses", &HostTumour::losses, "", any_number, "whether daughters may lose HLA class I or NKG2D ligands"},
            Field{"metastases", &HostTumour::metastases, "1", Range{0, 20}, "metastases that can be followed, with `host.chance`"}};
    }
};

/// Something that happens to the person.
struct HostEvent {
    std::string what = "exercise";
    double at = 0.0;
    double duration = 0.0;
    double amount = 1.0;
    std::string of;
    static constexpr auto fields() {
        return std::tuple{
            Field{"what", &HostEvent::what, "", any_number,
                  "exercise: hard bodily work; nk_depletion: a share of all NK cells is removed; surgery: a share of a tumour is removed; "
                  "antiviral: a drug blocks a share of virus production",
                  "exercise|nk_depletion|surgery|antiviral"},
            Field{"at", &HostEvent::at, "day", Range{0, 40000}, "when it begins"},
            Field{"duration", &HostEvent::duration, "day", Range{0, 40000}, "how long; for exercise and antiviral"},
            Field{"amount", &HostEvent::amount, "1", fraction, "strength or share"},
            Field{"of", &HostEvent::of, "", any_number, "name of the tumour or infection"}};
    }
};

/// A part of life that acts on NK cells.
struct HostHabit {
    std::string like;
    double from = 0.0;
    double until = 40000.0;
    double strength = 1.0;
    static constexpr auto fields() {
        return std::tuple{Field{"like", &HostHabit::like, "", any_number,
                                "row of the table of modulators; empty = the row of the table's own name", "@modulator"},
                          Field{"from", &HostHabit::from, "day", Range{0, 40000}, "first day"},
                          Field{"until", &HostHabit::until, "day", Range{0, 40000}, "last day"},
                          Field{"strength", &HostHabit::strength, "1", fraction, "share of the full effect"}};
    }
};

/// One host over days to decades.
struct HostScenario {
    std::string kind = "body";
    std::string title;
    std::string question;
    double seed = 1;
    HostSettings host;
    Donor donor;
    std::map<std::string, Target> target;
    std::map<std::string, HostInfection> infection;
    std::map<std::string, HostTumour> tumour;
    std::map<std::string, HostEvent> event;
    std::map<std::string, HostHabit> habit;
    Switches switches;
    std::map<std::string, std::string> parameters;
    static constexpr auto fields() {
        return std::tuple{Field{"kind", &HostScenario::kind, "", any_number, "kind of scenario", "body"},
                          Field{"title", &HostScenario::title, "", any_number, "title of the report"},
                          Field{"question", &HostScenario::question, "", any_number, "the question the run answers"},
                          Field{"seed", &HostScenario::seed, "1", Range{0, 9007199254740991.0}, "seed of all random numbers"},
                          Field{"host", &HostScenario::host, "", any_number, "the person and the time"},
                          Field{"donor", &HostScenario::donor, "", any_number, "typing of the person"},
                          Field{"target", &HostScenario::target, "", any_number, "ligands and resistance of tumour cells, by name"},
                          Field{"infection", &HostScenario::infection, "", any_number, "infections, by name"},
                          Field{"tumour", &HostScenario::tumour, "", any_number, "tumours, by name"},
                          Field{"event", &HostScenario::event, "", any_number, "what happens, by name"},
                          Field{"habit", &HostScenario::habit, "", any_number, "parts of life that act on NK cells, by name"},
                          Field{"switches", &HostScenario::switches, "", any_number, "alternative hypotheses"},
                          Field{"parameters", &HostScenario::parameters, "", any_number,
                                "parameters of the base to change, as \"recognition.threshold\" = 0.3"}};
    }
};

/// The tables a body shares with a well: what builds cells and their meetings.
inline WellScenario meetings_of(HostScenario const& host) {
    WellScenario out;
    out.seed = host.seed;
    out.donor = host.donor;
    out.target = host.target;
    out.switches = host.switches;
    out.effector["own"] = {};
    return out;
}

} // namespace nk::scenario
