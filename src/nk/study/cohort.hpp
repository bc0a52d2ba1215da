#pragma once
#include "nk/biology/people.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/study/jobs.hpp"

#include <filesystem>
#include <functional>

namespace nk::study {

/// One arm of a cohort, read.
struct CohortArm {
    std::string name;
    std::string label;
    scenario::CohortReading reading; ///< what the arm sets is set, what it leaves out is gone
};

/// A cohort ready to run. The arm "all" is the scenario as it stands; the others are its [arm.*].
struct CohortStudy {
    scenario::CohortReading reading;
    std::vector<CohortArm> arms;
    biology::Population population;
    JobPlan plan;
};

/// Reads the scenario of a cohort again with further overrides.
using CohortReader = std::function<scenario::CohortReading(std::vector<std::string> const& overrides)>;

/// Tables of a cohort with model "body", one row for each person and arm unless said otherwise (USUBJID, TRTP as trials have them):
/// subjects   who they are: AGE, SEX, HLA, KIR, FCGR3A, CMV, NK_COUNT, POTENCY, ACTIVITY (lysis of K562 at a fixed ratio, relative to
///            the scenario's own person), INFECTNS, DETECTED, SEVERE (numbers of infections), DTHDY [day] and DTHCAUS
/// adtte      times to events: PARAMCD, AVAL [day], CNSR (1 = censored), EVNTDESC; OS survival, PFS survival without progression,
///            FIRSTINF first infection that is detected, SEVINF first severe infection, CANCER first cancer by the hazard law
/// adrs       responses: BOR best response, BESTCHG best change of burden [%], CRSGRADE, PEAKNK [cell/uL], EXPAND, LASTNK [day],
///            GIVENNK [cell], INFUSDAY of each infusion [day], SHORTDOS doses for which the bag held too little; for each virus
///            (AVALC): INFECTNS, INFDETCT, INFSEVER numbers of infections, and of who had one INFDAY day of the first, INFPEAK log10
///            of the greatest titre, INFDETDY days above detection, INFCLEAR days until cleared of the longest (-1: not by the end),
///            INFLOSS most of the organ lost [%]
/// courses    through time: burden, infused cells in blood, IL-6, NK cells in blood, lymphocytes
/// infections one row for each infection: VIRUS, ORGAN, ASTDY [day], DETECTED, PEAK and its unit, PEAKDAYS and CLRDAYS [day after ASTDY],
///            DETDAYS above detection, LOSS of the organ's healthy cells, SEVERE, FATAL, CELLDIED infected cells that died, NKKILLED of
///            them by NK cells and NKSHARE of those that went
/// One job is one person in all arms. With model "hazard" one job is a block of people, and the table is `counts`.
///
/// base     the standard parameters
/// version  of the program: part of the key of the study
/// errors   ScenarioError of an arm, with its place
CohortStudy plan_cohort(CohortReader const& reader, ParameterBase const& base, std::string const& version);

/// People of one job of the model "hazard".
inline constexpr std::size_t hazard_block = 10000;

} // namespace nk::study
