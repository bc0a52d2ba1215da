#pragma once
#include "nk/scenario/product_scenario.hpp"
#include "nk/scenario/tissue_scenario.hpp"
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
    double weight = 70.0;
    std::string label = "as planned";
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
            Field{"tolerance", &HostSettings::tolerance, "1", Range{1e-12, 1e-2}, "relative error of a step of the integration"},
            Field{"weight", &HostSettings::weight, "kg", Range{1, 300}, "body weight, for doses"},
            Field{"label", &HostSettings::label, "", any_number, "name of the run itself among its arms"}};
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

/// Cells given to the patient.
struct HostInfusion {
    std::string product;
    double at = 0.0;
    double dose = 1e7;
    double doses = 1;
    double every = 7.0;
    std::string route = "iv";
    std::string tumour;
    static constexpr auto fields() {
        return std::tuple{
            Field{"product", &HostInfusion::product, "", any_number, "name of a [product.*]; empty = the infusion's own name"},
            Field{"at", &HostInfusion::at, "day", Range{0, 40000}, "day of the first dose"},
            Field{"dose", &HostInfusion::dose, "cell/kg", Range{0, 1e10},
                  "NK cells of one dose, before their viability counts; no more than was made"},
            Field{"doses", &HostInfusion::doses, "1", Range{1, 100}, "how many"},
            Field{"every", &HostInfusion::every, "day", Range{0.01, 1000}, "time between doses"},
            Field{
                "route", &HostInfusion::route, "", any_number,
                "iv: into a vein; intra_arterial: into the organ of the tumour; intratumoral: into the tumour; intraperitoneal: to the gut",
                "iv|intra_arterial|intratumoral|intraperitoneal"},
            Field{"tumour", &HostInfusion::tumour, "", any_number, "name of the [tumour.*], where the route needs one"}};
    }
};

/// A drug or cytokine given to the patient.
struct HostTreatment {
    std::string what = "conditioning";
    std::string like;
    double at = 0.0;
    double amount = 1.0;
    double doses = 1;
    double every = 2.0;
    double duration = 0.0;
    double concentration = 0.0;
    static constexpr auto fields() {
        return std::tuple{
            Field{"what", &HostTreatment::what, "", any_number,
                  "conditioning: row of [conditioning.*]; cytokine: row of [support.*]; drug: an antibody, engager or blocker of [drug.*]; "
                  "treg_depletion",
                  "conditioning|cytokine|drug|treg_depletion"},
            Field{"like", &HostTreatment::like, "", any_number, "row of that table; empty = the row of the table's own name"},
            Field{"at", &HostTreatment::at, "day", Range{0, 40000}, "first day"},
            Field{"amount", &HostTreatment::amount, "1", Range{0, 100}, "usual doses of a cytokine; share of regulatory T cells removed"},
            Field{"doses", &HostTreatment::doses, "1", Range{1, 1000}, "how many doses of a cytokine"},
            Field{"every", &HostTreatment::every, "day", Range{0.01, 1000}, "time between them"},
            Field{"duration", &HostTreatment::duration, "day", Range{0, 40000},
                  "how long a drug is kept up or regulatory T cells are away"},
            Field{"concentration", &HostTreatment::concentration, "ug/mL", Range{0, 1e5}, "of a drug while it is kept up"}};
    }
};

/// A box of tissue in the body: for a while the cells of a tumour are agents in it.
struct HostSite {
    std::string tumour;
    double at = 0.0;
    double exchange = 30.0;
    std::vector<std::string> cells;
    TissueScenario box;
    static constexpr auto fields() {
        return std::tuple{
            Field{"tumour", &HostSite::tumour, "", any_number,
                  "name of the [tumour.*] whose cells the box holds a part of; empty = the site's own name"},
            Field{"at", &HostSite::at, "day", Range{0, 40000}, "day on which the agents take over; for as long as `box.tissue.duration`"},
            Field{"exchange", &HostSite::exchange, "min", Range{0.01, 10000},
                  "time between exchanges: NK cells of blood, IL-15 and T cells of the host act on the box; its tumour, NK cells and "
                  "interferon-gamma on the host"},
            Field{"cells", &HostSite::cells, "", any_number,
                  "the [box.cell.*] that are cells of the tumour; empty = all. Where they state no division time they divide as the tumour "
                  "grows"},
            Field{"box", &HostSite::box, "", any_number, "a tissue, or `extends` with the file of one; its NK cells are the host's"}};
    }
};

/// The same host, treated otherwise.
struct HostArm {
    std::string label;
    std::vector<std::string> set;
    std::vector<std::string> without;
    static constexpr auto fields() {
        return std::tuple{Field{"label", &HostArm::label, "", any_number, "name in the report"},
                          Field{"set", &HostArm::set, "", any_number, "values that differ, as \"infusion.cells.dose=1e6 cell/kg\""},
                          Field{"without", &HostArm::without, "", any_number, "tables left out, as \"treatment.conditioning\""}};
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
    std::map<std::string, ProductScenario> product;
    std::map<std::string, HostInfusion> infusion;
    std::map<std::string, HostTreatment> treatment;
    std::map<std::string, HostSite> site;
    std::map<std::string, HostArm> arm;
    Switches switches;
    std::map<std::string, std::string> parameters;
    static constexpr auto fields() {
        return std::tuple{Field{"kind", &HostScenario::kind, "", any_number, "kind of scenario", "body|therapy|cohort"},
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
                          Field{"product", &HostScenario::product, "", any_number, "NK cells as a medicine, by name"},
                          Field{"infusion", &HostScenario::infusion, "", any_number, "cells given, by name"},
                          Field{"treatment", &HostScenario::treatment, "", any_number, "drugs and cytokines given, by name"},
                          Field{"site", &HostScenario::site, "", any_number, "boxes of agents in the body, by name"},
                          Field{"arm", &HostScenario::arm, "", any_number, "the same host treated otherwise, by name: run beside it"},
                          Field{"switches", &HostScenario::switches, "", any_number, "alternative hypotheses"},
                          Field{"parameters", &HostScenario::parameters, "", any_number,
                                "parameters of the base to change, as \"recognition.threshold\" = 0.3"}};
    }
};

/// The host of an arm: without the tables that the arm leaves out, and without arms. What an arm sets is set by the reader.
inline HostScenario arm_of(HostScenario host, HostArm const& arm) {
    for (auto const& path : arm.without) {
        auto const dot = path.find('.');
        auto const table = path.substr(0, dot);
        auto const name = path.substr(dot + 1);
        if (table == "infection")
            host.infection.erase(name);
        else if (table == "tumour")
            host.tumour.erase(name);
        else if (table == "event")
            host.event.erase(name);
        else if (table == "habit")
            host.habit.erase(name);
        else if (table == "infusion")
            host.infusion.erase(name);
        else if (table == "treatment")
            host.treatment.erase(name);
    }
    std::erase_if(host.product, [&](auto const& product) {
        for (auto const& [name, infusion] : host.infusion)
            if ((infusion.product.empty() ? name : infusion.product) == product.first)
                return false;
        return true;
    });
    host.arm.clear();
    return host;
}

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
