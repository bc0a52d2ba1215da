#pragma once
#include "nk/biology/host_laws.hpp"
#include "nk/biology/meetings.hpp"
#include "nk/biology/therapy_laws.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nk::body {

/// Something that lasts: strength from one day to another.
struct Span {
    double from = 0.0;     ///< [day]
    double until = 0.0;    ///< [day]
    double strength = 1.0; ///< [1]
};

/// Something done once: a share of cells is taken away.
struct Removal {
    double at = 0.0;    ///< [day]
    double share = 1.0; ///< [1]
};

/// One organ of a host.
struct OrganPlan {
    biology::Organ organ;
    std::size_t drains = 0; ///< organ that receives what leaves it
    int self = -1;          ///< target of the meeting table that its healthy cells are; -1 = none
};

/// One infection.
struct InfectionPlan {
    std::string name;
    biology::Course course;
    std::size_t organ = 0;
    std::size_t target = 0;    ///< infected cells in the meeting table
    double hla = 1.0;          ///< HLA class I of infected cells, relative to healthy ones
    double at = 0.0;           ///< [day]
    double dose = 1.0;         ///< inoculum, relative to the usual one
    double memory = 0.0;       ///< memory CD8 T cells at the start [cell]
    double antibody = 0.0;     ///< antibody at the start, 0..1
    double latent = 0.0;       ///< latent cells at the start [cell]
    std::vector<Span> blocked; ///< a drug that blocks that share of production
};

/// Tumour cells with the same ligands.
struct PhenotypePlan {
    std::string name;
    std::size_t target = 0;   ///< in the meeting table
    double cells = 0.0;       ///< when the tumour begins [cell]
    double growth = 1.0;      ///< relative to its kind
    double hla = 1.0;         ///< HLA class I that CD8 T cells see, relative to healthy cells
    int without_hla = -1;     ///< phenotype of daughters that lost HLA class I; -1 = none
    int without_nkg2d = -1;   ///< phenotype of daughters that lost their NKG2D ligands; -1 = none
    int without_antigen = -1; ///< phenotype of daughters that lost the antigen of a drug or a chimeric receptor; -1 = none
};

/// One tumour.
struct TumourPlan {
    std::string name;
    biology::TumourKind kind;
    std::size_t organ = 0;
    int spreads = -1; ///< organ in which metastases grow; -1 = none
    double at = 0.0;  ///< [day]
    double hits_to_kill = 1.0;
    std::vector<PhenotypePlan> phenotypes;
    std::vector<Removal> surgery;
    int metastasis_of = -1; ///< the tumour whose cell founds it, by chance; -1 = it begins at `at`
};

/// A modulator and when it works.
struct ModulatorPlan {
    biology::Modulator row;
    std::vector<Span> spans;
};

/// What lacks, from the deficiency table; all 1 in health.
inline constexpr biology::DeficiencyLaw no_lack{1.0, 1.0, 1.0, 1.0, 1.0, 1.0};

/// Cells of a product, given once.
struct InfusionPlan {
    double at = 0.0;    ///< [day]
    double cells = 0.0; ///< that live [cell]
    int organ = -1;     ///< into its artery; -1 = into a vein
    int tumour = -1;    ///< into this tumour; -1 = not
};

/// NK cells from outside: of one product.
struct GraftPlan {
    std::string name;
    std::shared_ptr<biology::MeetingTable const> meetings;   ///< same targets in the same order as the host's own
    std::shared_ptr<biology::MeetingTable const> with_drugs; ///< the same under full drugs; null = no drug
    std::vector<InfusionPlan> infusions;
    double priming = 1.0;     ///< when infused [1]
    double content = 1.0;     ///< filling of their granules when infused [1]
    double motile = 1.0;      ///< of those alive [1]
    double speed = 1.0;       ///< relative to fresh cells
    double potency = 1.0;     ///< lytic activity, relative
    double armour = 0.0;      ///< IL-15 signal that they make for themselves [1]
    double sensitivity = 1.0; ///< IL-15 signal felt, relative
    double young = 1.0;       ///< share that still divides
    double mismatch = 0.0;    ///< T cells of the host that know them as foreign, relative to those of a wholly mismatched person
    double survival = 1.0;    ///< factor of their death rate
    bool irradiated = false;
};

/// A course of drugs before cells are given.
struct ConditioningPlan {
    double from = 0.0; ///< [day]
    biology::ConditioningLaw law;
};

/// One dose of a cytokine.
struct SupportPlan {
    double at = 0.0;     ///< [day]
    double amount = 1.0; ///< usual doses
    bool feeds_tregs = false;
    biology::SupportLaw law;
};

/// What is done to a patient.
struct TherapyPlan {
    biology::TherapyLaws laws;
    std::vector<biology::HomingLaw> homing; ///< by organ
    std::vector<GraftPlan> grafts;
    std::vector<ConditioningPlan> conditioning;
    std::vector<SupportPlan> support;
    std::vector<Span> drugs;         ///< antibodies, engagers and blockers; strength 1 = their full concentration
    double drug_decay = 21.0;        ///< time constant of their loss [day]
    std::vector<Span> tregs_removed; ///< strength: share of them
};

/// A host: plain numbers, no files and no names to look up.
struct HostPlan {
    biology::HostLaws laws;
    biology::Laws contact; ///< laws of contacts, for slow changes of NK cells
    std::shared_ptr<biology::MeetingTable const> meetings;
    std::vector<OrganPlan> organs;
    std::size_t blood = 0;
    double age = 30.0;        ///< at the start [year]
    double nk_scale = 1.0;    ///< NK cells of this person, relative to the table
    double potency = 1.0;     ///< lytic activity of this person, relative
    double ifng_decay = 30.0; ///< loss of interferon-gamma [1/day]
    biology::DeficiencyLaw lack = no_lack;
    std::vector<Span> exercise;      ///< hard exercise; strength 1 = as hard as can be
    std::vector<Removal> depletions; ///< of NK cells, everywhere
    std::vector<InfectionPlan> infections;
    std::vector<TumourPlan> tumours;
    std::vector<ModulatorPlan> modulators;
    std::optional<TherapyPlan> therapy;
    std::shared_ptr<biology::MeetingTable const> with_drugs; ///< its own NK cells under full drugs; null = no drug
    int probe = -1;                                          ///< target whose killing measures activity; -1 = not measured
    bool stochastic = false;                                 ///< small numbers by chance
    double few = 100.0;                                      ///< cells below which chance rules [cell]
    std::uint64_t seed = 1;
    double tolerance = 1e-6; ///< relative error of a step
};

} // namespace nk::body
