#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace nk::biology {

// Laws of NK-cell therapy in a body. Times are days, amounts are cells. IL-15 stands for the signal of IL-15 and IL-2 alike, relative to
// that of health.

/// Infused NK cells: table [therapy.graft].
struct GraftLaw {
    double death_without;
    double death_with;
    double death_half;
    double division;
    double division_half;
    double capacity;
    double lifetime_divisions;
    double irradiated_death;
    double rejection;
    double rejection_delay;
    double priming_half;
    double tumour_residence;
    static constexpr auto fields() {
        return std::tuple{
            Field{"death_without", &GraftLaw::death_without, "1/day", not_negative, "death without any IL-15"},
            Field{"death_with", &GraftLaw::death_with, "1/day", not_negative, "death at saturating IL-15"},
            Field{"death_half", &GraftLaw::death_half, "1", Range{1e-3, 1e3}, "IL-15 signal at which half of that protection is there"},
            Field{"division", &GraftLaw::division, "1/day", not_negative, "division at saturating IL-15"},
            Field{"division_half", &GraftLaw::division_half, "1", Range{1e-3, 1e3}, "IL-15 signal of half-maximal division"},
            Field{"capacity", &GraftLaw::capacity, "cell", Range{1, 1e14}, "infused cells at which they stop dividing"},
            Field{"lifetime_divisions", &GraftLaw::lifetime_divisions, "1", Range{1, 1e3}, "mean divisions in the body before they stop"},
            Field{"irradiated_death", &GraftLaw::irradiated_death, "1/day", not_negative, "death of irradiated cells"},
            Field{"rejection", &GraftLaw::rejection, "1/day", not_negative,
                  "loss of wholly mismatched cells to primed T cells of the host"},
            Field{"rejection_delay", &GraftLaw::rejection_delay, "day", Range{0.01, 100}, "time constant of that priming"},
            Field{"priming_half", &GraftLaw::priming_half, "1", Range{1e-3, 1e3}, "IL-15 signal that keeps NK cells half primed"},
            Field{"tumour_residence", &GraftLaw::tumour_residence, "day", Range{1e-3, 1e3},
                  "stay in a tumour of cells that were injected into it"}};
    }
};

/// Where infused cells go: rows [homing.ORGAN]; organs without a row are as for the host's own cells.
struct HomingLaw {
    double first_pass;
    double entry;
    double residence;
    static constexpr auto fields() {
        return std::tuple{
            Field{"first_pass", &HomingLaw::first_pass, "1", fraction, "held when they first come through, after infusion into a vein"},
            Field{"entry", &HomingLaw::entry, "1", not_negative, "entry, relative to the host's own cells"},
            Field{"residence", &HomingLaw::residence, "1", Range{1e-3, 1e3}, "stay, relative to the host's own cells"}};
    }
};

/// The host under therapy: table [therapy.host].
struct TreatedHostLaw {
    double il15_floor;
    double regrowth;
    double treg_brake;
    double margination;
    double margination_half;
    double il6_decay;
    double il6_per_kill;
    double antigen_loss;
    static constexpr auto fields() {
        return std::tuple{
            Field{"il15_floor", &TreatedHostLaw::il15_floor, "1", Range{1e-3, 1},
                  "uptake and clearance of IL-15 that no lymphocyte does, of all"},
            Field{"regrowth", &TreatedHostLaw::regrowth, "1/day", not_negative, "logistic regrowth of depleted lymphocytes"},
            Field{"treg_brake", &TreatedHostLaw::treg_brake, "1", fraction, "division on IL-2 that regulatory T cells take away"},
            Field{"margination", &TreatedHostLaw::margination, "1", not_negative,
                  "rise of the entry of NK cells into tissue under much IL-15, relative"},
            Field{"margination_half", &TreatedHostLaw::margination_half, "1", Range{1e-3, 1e3}, "added IL-15 signal of half of that rise"},
            Field{"il6_decay", &TreatedHostLaw::il6_decay, "1/day", Range{1e-2, 1e3}, "fall of IL-6 in serum"},
            Field{"il6_per_kill", &TreatedHostLaw::il6_per_kill, "pg/mL", not_negative, "IL-6 that 1e9 killed tumour cells bring forth"},
            Field{"antigen_loss", &TreatedHostLaw::antigen_loss, "1", fraction,
                  "loss of the antigen of a drug or chimeric receptor per division"}};
    }
};

/// Drugs that empty the host of lymphocytes before cells are given: rows [conditioning.*].
struct ConditioningLaw {
    double duration;
    double lymphocyte_kill;
    double nk_kill;
    double tumour_kill;
    static constexpr auto fields() {
        return std::tuple{Field{"duration", &ConditioningLaw::duration, "day", Range{0.01, 100}, "how long it is given"},
                          Field{"lymphocyte_kill", &ConditioningLaw::lymphocyte_kill, "1", not_negative, "kill of T cells, ln"},
                          Field{"nk_kill", &ConditioningLaw::nk_kill, "1", not_negative, "kill of the host's NK cells, ln"},
                          Field{"tumour_kill", &ConditioningLaw::tumour_kill, "1", not_negative, "kill of tumour cells, ln"}};
    }
};
struct Conditioning {
    std::string name, title;
    ConditioningLaw law;
};

/// Cytokines given to the patient: rows [support.*], for one usual dose.
struct SupportLaw {
    double signal;
    double rise;
    double decay;
    double il6;
    static constexpr auto fields() {
        return std::tuple{Field{"signal", &SupportLaw::signal, "1", not_negative, "IL-15 signal that one usual dose adds at its peak"},
                          Field{"rise", &SupportLaw::rise, "day", Range{1e-4, 100}, "time constant of its uptake"},
                          Field{"decay", &SupportLaw::decay, "day", Range{1e-4, 100}, "time constant of its loss"},
                          Field{"il6", &SupportLaw::il6, "pg/mL/day", not_negative, "IL-6 that it brings forth at its peak"}};
    }
};
struct Support {
    std::string name, title;
    bool feeds_tregs = false; ///< IL-2 does, IL-15 does not
    SupportLaw law;
};

/// How outcomes are told from numbers: table [therapy.response].
struct ResponseLaw {
    double remission;
    double partial;
    double progression;
    double crs_1;
    double crs_2;
    double crs_3;
    double crs_4;
    double expansion;
    double lethal;
    double severe_damage;
    double lethal_damage;
    static constexpr auto fields() {
        return std::tuple{
            Field{"remission", &ResponseLaw::remission, "cell", not_negative, "tumour cells below which no tumour is found"},
            Field{"partial", &ResponseLaw::partial, "1", fraction, "cells left, of those before, that are called a partial response"},
            Field{"progression", &ResponseLaw::progression, "1", Range{1, 100},
                  "cells, relative to the fewest, that are called progression"},
            Field{"crs_1", &ResponseLaw::crs_1, "pg/mL", not_negative, "IL-6 of grade 1 (fever)"},
            Field{"crs_2", &ResponseLaw::crs_2, "pg/mL", not_negative, "IL-6 of grade 2 (fluids, oxygen)"},
            Field{"crs_3", &ResponseLaw::crs_3, "pg/mL", not_negative, "IL-6 of grade 3 (one vasopressor)"},
            Field{"crs_4", &ResponseLaw::crs_4, "pg/mL", not_negative, "IL-6 of grade 4 (ventilation)"},
            Field{"expansion", &ResponseLaw::expansion, "cell/uL", not_negative, "infused cells in blood that are called an expansion"},
            Field{"lethal", &ResponseLaw::lethal, "cell", Range{1, 1e15}, "tumour cells of which a patient dies"},
            Field{"severe_damage", &ResponseLaw::severe_damage, "1", fraction, "loss of an infected organ that is called severe"},
            Field{"lethal_damage", &ResponseLaw::lethal_damage, "1", fraction, "loss of an infected organ of which a person dies"}};
    }
    /// ASTCT grade 0 to 4 that goes with an IL-6: a rough stand-in, as the consensus grades fever, pressure and oxygen.
    int crs_grade(double il6) const { return (il6 >= crs_1) + (il6 >= crs_2) + (il6 >= crs_3) + (il6 >= crs_4); }
};

struct TherapyLaws {
    GraftLaw graft;
    TreatedHostLaw host;
    ResponseLaw response;
    std::map<std::string, HomingLaw> homing; ///< by organ
    static TherapyLaws from(ParameterBase const& base);
};

/// errors  ScenarioError: no such row, with the nearest
Conditioning read_conditioning(ParameterBase const& base, std::string const& name);
Support read_support(ParameterBase const& base, std::string const& name);

} // namespace nk::biology
