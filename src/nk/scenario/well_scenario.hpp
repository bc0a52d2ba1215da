#pragma once
#include "nk/base/field.hpp"
#include "nk/base/quantity.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace nk::scenario {

/// The assay: shape of the well, how many targets, how long.
struct WellSettings {
    std::string geometry = "u_bottom";
    double targets = 2000;
    double duration = 240.0;
    double settling = 0.0;
    double spacing = 0.0;
    double microwell_width = 50.0;
    double microwell_targets = 0.0;
    double gel_speed_factor = 1.0;
    double step = 1.0;
    double frame_interval = 10.0;
    double spontaneous_death = -1.0;
    static constexpr auto fields() {
        return std::tuple{Field{"geometry", &WellSettings::geometry, "", any_number, "shape of the well", "u_bottom|flat|microwell|gel"},
                          Field{"targets", &WellSettings::targets, "cell", Range{1, 2e6}, "target cells in one well"},
                          Field{"duration", &WellSettings::duration, "min", Range{0.5, 525600}, "length of the assay"},
                          Field{"settling", &WellSettings::settling, "min", Range{0, 1440},
                                "time over which unspun cells reach the bottom; 0 = spun down"},
                          Field{"spacing", &WellSettings::spacing, "um", Range{0, 10000},
                                "mean distance between targets (flat, gel); 0 = a whole 96-well bottom (flat), 1e6 cells/mL (gel)"},
                          Field{"microwell_width", &WellSettings::microwell_width, "um", Range{15, 2000}, "side of one microwell"},
                          Field{"microwell_targets", &WellSettings::microwell_targets, "cell", Range{0, 1000},
                                "targets in each microwell; 0 = targets spread evenly over as many microwells as there are NK cells"},
                          Field{"gel_speed_factor", &WellSettings::gel_speed_factor, "1", Range{0, 5},
                                "speed of NK cells in the gel relative to open collagen"},
                          Field{"step", &WellSettings::step, "min", Range{0.01, 2},
                                "step of the motion; events in contacts have exact times and do not depend on it"},
                          Field{"frame_interval", &WellSettings::frame_interval, "min", Range{0.1, 100000}, "time between recorded frames"},
                          Field{"spontaneous_death", &WellSettings::spontaneous_death, "1/min", Range{-1, 1},
                                "death rate of targets without NK cells; -1 = from the target's row"}};
    }
};

/// The person the NK cells come from.
struct Donor {
    std::vector<std::string> hla;
    std::vector<std::string> kir;
    std::string fcgr3a = "VF";
    std::string cmv = "negative";
    std::map<std::string, double> frequency;
    static constexpr auto fields() {
        return std::tuple{
            Field{"hla", &Donor::hla, "", any_number, "HLA-A, -B, -C typing, any resolution, or a GL string; empty = the reference donor"},
            Field{"kir", &Donor::kir, "", any_number, "KIR genes present, or `A/A`, `A/B`, `B/B`; empty = the reference donor"},
            Field{"fcgr3a", &Donor::fcgr3a, "", any_number, "FCGR3A-158 genotype", "VV|VF|FF"},
            Field{"cmv", &Donor::cmv, "", any_number, "cytomegalovirus serostatus", "negative|positive"},
            Field{"frequency", &Donor::frequency, "1", fraction, "share of NK cells with a receptor, instead of the usual one",
                  "@receptor"}};
    }
};

/// One kind of effector cell given to the wells.
struct Effector {
    std::string like = "resting_nk";
    std::string label;
    double nk_fraction = -1.0;
    std::vector<std::string> positive;
    std::vector<std::string> negative;
    std::vector<std::string> knockout;
    std::map<std::string, double> copies;
    std::map<std::string, Quantity> preculture;
    double preculture_time = -1.0;
    std::string car_antigen;
    std::vector<std::string> hla;
    static constexpr auto fields() {
        return std::tuple{Field{"like", &Effector::like, "", any_number, "row of the effector table to start from", "@effector"},
                          Field{"label", &Effector::label, "", any_number, "name in the report"},
                          Field{"nk_fraction", &Effector::nk_fraction, "1", Range{-1, 1},
                                "NK cells among the effector cells; -1 = from the effector's row"},
                          Field{"positive", &Effector::positive, "", any_number, "sorted: cells carry these receptors", "@receptor"},
                          Field{"negative", &Effector::negative, "", any_number, "sorted: cells lack these receptors", "@receptor"},
                          Field{"knockout", &Effector::knockout, "", any_number,
                                "molecules the cells lack: perforin, granzymes, FasL, or a receptor", "perforin|granzymes|FasL|@receptor"},
                          Field{"copies", &Effector::copies, "molecule/cell", not_negative,
                                "receptor copies on positive cells, instead of the usual number", "@receptor"},
                          Field{"preculture", &Effector::preculture, "", not_negative,
                                "cytokines before the assay, each in a unit of its own kind (IU/mL, ng/mL, nM)", "@cytokine"},
                          Field{"preculture_time", &Effector::preculture_time, "min", Range{-1, 100000},
                                "length of the preculture; -1 = from the effector's row"},
                          Field{"car_antigen", &Effector::car_antigen, "", any_number,
                                "ligand the chimeric antigen receptor binds; give copies.CAR too", "@ligand"},
                          Field{"hla", &Effector::hla, "", any_number, "another donor's typing for these cells; empty = [donor]"}};
    }
};

/// One kind of target cell.
struct Target {
    std::string like = "K562";
    std::string label;
    double share = 1.0;
    std::map<std::string, double> ligands;
    std::map<std::string, double> ligand_factor;
    double hits_to_kill = -1.0;
    double pi9 = -1.0;
    double fas = -1.0;
    double caspase_inhibitor = 0.0;
    std::vector<std::string> hla;
    static constexpr auto fields() {
        return std::tuple{
            Field{"like", &Target::like, "", any_number, "row of the target table to start from", "@target"},
            Field{"label", &Target::label, "", any_number, "name in the report"},
            Field{"share", &Target::share, "1", Range{0, 1e6}, "share of this kind among the targets, relative to the other kinds"},
            Field{"ligands", &Target::ligands, "molecule/cell", not_negative, "copies of a ligand, instead of the row's", "@ligand"},
            Field{"ligand_factor", &Target::ligand_factor, "1", not_negative, "multiplies the row's copies of a ligand", "@ligand"},
            Field{"hits_to_kill", &Target::hits_to_kill, "1", Range{-1, 20}, "lethal damage units; -1 = from the row"},
            Field{"pi9", &Target::pi9, "1", Range{-1, 1}, "share of granzyme B neutralised by serpin B9; -1 = from the row"},
            Field{"fas", &Target::fas, "1", Range{-1, 1}, "Fas and TRAIL receptors, fraction of maximum; -1 = from the row"},
            Field{"caspase_inhibitor", &Target::caspase_inhibitor, "1", fraction, "share of caspase activity blocked"},
            Field{"hla", &Target::hla, "", any_number,
                  "HLA typing whose ligands the target carries; `self` = the donor's; empty = the row's"}};
    }
};

/// An antibody, engager or blocker in the medium.
struct Drug {
    std::string like;
    double concentration = 0.0;
    double serum_igg = 0.0;
    double coating = -1.0;
    static constexpr auto fields() {
        return std::tuple{Field{"like", &Drug::like, "", any_number, "row of the drug table", "@drug"},
                          Field{"concentration", &Drug::concentration, "ug/mL", not_negative, "concentration in the medium"},
                          Field{"serum_igg", &Drug::serum_igg, "ug/mL", not_negative, "polyclonal IgG that competes for CD16"},
                          Field{"coating", &Drug::coating, "molecule/cell", Range{-1, 1e7},
                                "antibodies held by the target's own Fc receptors (redirected lysis); -1 = from concentration"}};
    }
};

/// Something done to the wells after the start.
struct Event {
    double at = 0.0;
    std::string what = "rechallenge";
    Quantity amount;
    std::string of;
    static constexpr auto fields() {
        return std::tuple{
            Field{"at", &Event::at, "min", not_negative, "time of the event"},
            Field{"what", &Event::what, "", any_number, "what is done",
                  "add_effectors|add_targets|wash_effectors|wash_targets|wash_medium|rechallenge|set_cytokine|set_drug"},
            Field{"amount", &Event::amount, "", not_negative,
                  "how much: effectors per first target, fresh targets per first target, cytokine (its own unit), drug (ug/mL)"},
            Field{"of", &Event::of, "", any_number, "name of the effector, target, cytokine or drug"}};
    }
};

/// Which wells there are: every combination of E:T ratio, effector and dose, each `replicates` times.
struct Plate {
    std::vector<double> e_to_t{1.0};
    std::vector<std::string> effectors;
    std::vector<std::string> targets;
    double replicates = 1;
    std::string vary;
    std::vector<std::string> values;
    static constexpr auto fields() {
        return std::tuple{
            Field{"e_to_t", &Plate::e_to_t, "1", Range{0, 1000}, "effector to target ratios (all effector cells, not only NK cells)"},
            Field{"effectors", &Plate::effectors, "", any_number, "names of [effector.*] tables; empty = all"},
            Field{"targets", &Plate::targets, "", any_number,
                  "names of [target.*] tables, one kind a well; empty = all kinds mixed in every well"},
            Field{"replicates", &Plate::replicates, "1", Range{1, 1000}, "wells of each combination"},
            Field{"vary", &Plate::vary, "", any_number,
                  "dotted key of this scenario that changes from well to well, e.g. drug.rituximab.concentration"},
            Field{"values", &Plate::values, "", any_number, "its values, with units as in the key itself"}};
    }
};

/// Published points drawn over the simulated curves.
struct Compare {
    std::string effector;
    std::string readout = "specific_lysis_percent";
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> sd;
    std::string label;
    std::string source;
    static constexpr auto fields() {
        return std::tuple{Field{"effector", &Compare::effector, "", any_number, "name of the [effector.*] table the points belong to"},
                          Field{"readout", &Compare::readout, "", any_number, "column of summary.wells",
                                "specific_lysis_percent|cd107a_percent|kills_per_nk|fraction_non_killers"},
                          Field{"x", &Compare::x, "1", any_number, "E:T ratios, or values of plate.vary"},
                          Field{"y", &Compare::y, "1", any_number, "published values"},
                          Field{"sd", &Compare::sd, "1", not_negative, "published spread of y"},
                          Field{"label", &Compare::label, "", any_number, "legend text"},
                          Field{"source", &Compare::source, "", any_number, "where the points come from"}};
    }
};

/// Choices of what is written.
struct Output {
    double keep_frames = 60;
    std::string ledger = "sample";
    static constexpr auto fields() {
        return std::tuple{
            Field{"keep_frames", &Output::keep_frames, "1", Range{0, 10000}, "frames of cell positions kept of the first well"},
            Field{"ledger", &Output::ledger, "", any_number, "events kept: none, those of a sample of cells, or all", "none|sample|all"}};
    }
};

/// Model switches; every one off (or at its default) leaves the others' results unchanged.
struct Switches {
    bool proofreading = true;
    bool shared_kinase = false;
    bool local_inhibition = false;
    bool bursts = true;
    bool shot_noise_damage = false;
    std::string acquisition = "beta_binomial";
    double selection_strength = 0.0;
    bool education = true;
    static constexpr auto fields() {
        return std::tuple{Field{"proofreading", &Switches::proofreading, "", any_number, "short-lived bonds signal less"},
                          Field{"shared_kinase", &Switches::shared_kinase, "", any_number,
                                "inhibition needs the kinases that activating receptors recruit"},
                          Field{"local_inhibition", &Switches::local_inhibition, "", any_number,
                                "inhibitory receptors silence only activating ones nearby"},
                          Field{"bursts", &Switches::bursts, "", any_number, "a first kill speeds up the next ones"},
                          Field{"shot_noise_damage", &Switches::shot_noise_damage, "", any_number,
                                "damage of random size with continuous repair, instead of whole units"},
                          Field{"acquisition", &Switches::acquisition, "", any_number, "how NK cells come to their KIRs",
                                "beta_binomial|independent|sequential"},
                          Field{"selection_strength", &Switches::selection_strength, "1", Range{0, 10},
                                "how much self-HLA favours cells with a fitting KIR (0 = Andersson 2009, > 0 = Schonberg 2011)"},
                          Field{"education", &Switches::education, "", any_number, "responsiveness depends on self-HLA"}};
    }
};

/// A killing assay: one well or a plate.
struct WellScenario {
    std::string kind = "well";
    std::string title;
    std::string question;
    double seed = 1;
    WellSettings well;
    Donor donor;
    std::map<std::string, Effector> effector;
    std::map<std::string, Target> target;
    std::map<std::string, Drug> drug;
    std::map<std::string, Quantity> cytokine;
    Plate plate;
    std::vector<Event> event;
    std::vector<Compare> compare;
    Switches switches;
    Output output;
    std::map<std::string, std::string> parameters;
    static constexpr auto fields() {
        return std::tuple{Field{"kind", &WellScenario::kind, "", any_number, "kind of scenario", "well"},
                          Field{"title", &WellScenario::title, "", any_number, "title of the report"},
                          Field{"question", &WellScenario::question, "", any_number, "the question the run answers"},
                          Field{"seed", &WellScenario::seed, "1", Range{0, 9007199254740991.0}, "seed of all random numbers"},
                          Field{"well", &WellScenario::well, "", any_number, "the assay"},
                          Field{"donor", &WellScenario::donor, "", any_number, "the person the NK cells come from"},
                          Field{"effector", &WellScenario::effector, "", any_number, "kinds of effector cells, by name"},
                          Field{"target", &WellScenario::target, "", any_number, "kinds of target cells, by name"},
                          Field{"drug", &WellScenario::drug, "", any_number, "antibodies, engagers and blockers in the medium, by name"},
                          Field{"cytokine", &WellScenario::cytokine, "", not_negative,
                                "cytokines in the medium during the assay, each in a unit of its own kind (IU/mL, ng/mL, nM)", "@cytokine"},
                          Field{"plate", &WellScenario::plate, "", any_number, "the wells"},
                          Field{"event", &WellScenario::event, "", any_number, "things done after the start"},
                          Field{"compare", &WellScenario::compare, "", any_number, "published points to draw"},
                          Field{"switches", &WellScenario::switches, "", any_number, "alternative hypotheses"},
                          Field{"output", &WellScenario::output, "", any_number, "what is written"},
                          Field{"parameters", &WellScenario::parameters, "", any_number,
                                "parameters of the base to change, as \"recognition.threshold\" = 0.3"}};
    }
};

} // namespace nk::scenario
