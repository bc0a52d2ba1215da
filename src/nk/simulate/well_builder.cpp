#include "nk/simulate/well_builder.hpp"
#include "nk/base/time.hpp"

#include "nk/simulate/genotype_reader.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::simulate {
namespace {

tissue::Shape shape_from(std::string const& text) {
    if (text == "flat")
        return tissue::Shape::flat;
    if (text == "microwell")
        return tissue::Shape::microwell;
    return text == "gel" ? tissue::Shape::gel : tissue::Shape::u_bottom;
}

void add_gate(std::vector<int>& gates, biology::Panel const& panel, std::string const& receptor) {
    if (auto const r = panel.receptor(receptor); r >= 0 && std::find(gates.begin(), gates.end(), r) == gates.end())
        gates.push_back(r);
}

bool contains(std::vector<std::string> const& list, std::string const& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

} // namespace

WellBuilder::WellBuilder(scenario::WellScenario const& scenario, ParameterBase const& base)
    : scenario_(scenario), base_(base), laws_(biology::Laws::from(base)), panel_(biology::Panel::from(base)),
      repertoire_law_(base.load<biology::RepertoireLaw>("repertoire")), geometry_(base.load<AssayGeometry>("assay")),
      cytokines_(biology::read_cytokines(base)), donor_(genotype(scenario.donor.hla)) {}

biology::Genotype WellBuilder::genotype(std::vector<std::string> const& hla) const {
    auto const& donor = scenario_.donor;
    return read_genotype(base_, hla, donor.kir, donor.fcgr3a, donor.cmv);
}

biology::RecognitionSwitches WellBuilder::switches() const {
    return {scenario_.switches.proofreading, scenario_.switches.shared_kinase, scenario_.switches.local_inhibition};
}

void WellBuilder::randomise_donor(std::uint64_t seed) {
    donor_seed_ = seed;
}

tissue::TargetKind WellBuilder::target_kind(std::string const& name) const {
    auto const& given = scenario_.target.at(name);
    auto const prefix = "target." + given.like + ".";
    auto const number = [&](std::string const& field, char const* unit) { return base_.value(prefix + field, unit); };
    tissue::TargetKind out;
    out.name = name;
    out.diameter = number("diameter", "um");
    out.icam1 = number("icam1", "molecule/cell");
    out.resistance.hits_to_kill = given.hits_to_kill >= 0.0 ? given.hits_to_kill : number("hits_to_kill", "1");
    out.resistance.pi9 = given.pi9 >= 0.0 ? given.pi9 : number("pi9", "1");
    out.resistance.fas = given.fas >= 0.0 ? given.fas : number("fas", "1");
    out.resistance.caspase_inhibitor = given.caspase_inhibitor;
    out.spontaneous_death =
        scenario_.well.spontaneous_death >= 0.0 ? scenario_.well.spontaneous_death : number("spontaneous_death", "1/min");
    out.ligand_sd = number("ligand_sd", "1");
    out.susceptibility_sd = number("susceptibility_sd", "1");
    out.fc_receptors = number("fc_receptors", "molecule/cell");
    for (auto const& ligand : base_.children(prefix + "ligands"))
        if (auto const l = panel_.ligand(ligand); l >= 0)
            out.ligands[l] = static_cast<float>(number("ligands." + ligand, "molecule/cell"));

    biology::HlaAmounts amounts{number("hla_a", "molecule/cell"), number("hla_b", "molecule/cell"), number("hla_c", "molecule/cell"),
                                number("hla_e", "molecule/cell")};
    auto const& row_hla = base_.attribute(prefix + "hla");
    auto const& hla = given.hla.empty() ? row_hla : given.hla;
    if (hla.empty() || hla.front() == "none") {
        if (auto const e = panel_.ligand("HLA_E"); e >= 0)
            out.ligands[e] += static_cast<float>(amounts.e);
    } else {
        if (!given.hla.empty() && amounts.a + amounts.b + amounts.c <= 0.0) { // a null line given HLA: at the level of a blood lymphocyte
            auto const usual = [&](char const* field) { return base_.value(std::string("target.lymphocyte.") + field, "molecule/cell"); };
            amounts = {usual("hla_a"), usual("hla_b"), usual("hla_c"), usual("hla_e")};
        }
        biology::add_hla(panel_, hla.front() == "self" ? donor_ : genotype(hla), amounts, out.ligands);
    }
    for (auto const& [ligand, copies] : given.ligands)
        out.ligands[panel_.ligand(ligand)] = static_cast<float>(copies);
    for (auto const& [ligand, factor] : given.ligand_factor)
        out.ligands[panel_.ligand(ligand)] *= static_cast<float>(factor);
    return out;
}

/// The panel of one effector: own copy numbers, and the chimeric receptor only where it was put in, with one antigen.
biology::Panel WellBuilder::panel_for(std::string const& effector) const {
    auto const& given = scenario_.effector.at(effector);
    auto panel = panel_;
    auto const genes = base_.attribute("effector." + given.like + ".genes");
    auto const car = panel.receptor("CAR");
    for (auto const& [name, copies] : given.copies)
        panel.receptors[panel.receptor(name)].copies = copies;
    if (car >= 0) {
        auto const asked = given.copies.find("CAR");
        auto const carries = asked != given.copies.end() ? asked->second > 0.0 : contains(genes, "CAR") || !given.car_antigen.empty();
        auto& receptor = panel.receptors[car];
        receptor.frequency_dim = receptor.frequency_bright = receptor.frequency_primed = carries ? 1.0 : 0.0;
        if (!given.car_antigen.empty()) {
            auto const antigen = panel.ligand(given.car_antigen);
            auto const found = std::find_if(panel.bindings.begin(), panel.bindings.end(),
                                            [&](auto const& b) { return b.receptor == car && b.ligand == antigen; });
            if (found == panel.bindings.end())
                throw ScenarioError(Problem{{},
                                            "biology",
                                            "there is no binding of CAR to `" + given.car_antigen + "` in the tables",
                                            "",
                                            "antigens with a CAR: " + [&] {
                                                std::string list;
                                                for (auto const& name : base_.children("binding.CAR"))
                                                    list += (list.empty() ? "" : ", ") + name;
                                                return list;
                                            }()});
            auto const kept = *found;
            panel.remove_bindings_of(car);
            panel.set_binding(kept);
        }
    }
    return panel;
}

tissue::EffectorKind WellBuilder::effector_kind(std::string const& name) const {
    auto const& given = scenario_.effector.at(name);
    auto const prefix = "effector." + given.like + ".";
    auto const number = [&](char const* field, char const* unit) { return base_.value(prefix + field, unit); };
    tissue::EffectorKind out;
    out.name = name;
    out.nk_fraction = given.nk_fraction >= 0.0 ? given.nk_fraction : number("nk_fraction", "1");
    out.motile_fraction = number("motile_fraction", "1");
    out.bystander_diameter = number("bystander_diameter", "um");

    std::map<std::string, Quantity> preculture = given.preculture;
    if (preculture.empty())
        for (auto const& cytokine : base_.children(prefix + "preculture"))
            preculture[cytokine] = base_.at(prefix + "preculture." + cytokine).quantity;
    auto const time = given.preculture_time >= 0.0 ? given.preculture_time : number("preculture_time", "min");
    auto const effect = biology::effect_of(cytokines_, preculture);
    auto const tau = laws_.adaptation.priming_time * minutes_per_hour;
    auto const start = number("priming", "1");
    out.priming = biology::relaxed(start, effect.priming, time, tau);
    out.priming_bright = biology::relaxed(start, effect.priming_bright, time, tau);

    auto panel = panel_for(name);
    for (auto const& gate : base_.attribute(prefix + "gates"))
        add_gate(gate.back() == '+' ? out.required : out.forbidden, panel, gate.substr(0, gate.size() - 1));
    for (auto const& receptor : given.positive)
        add_gate(out.required, panel, receptor);
    for (auto const& receptor : given.negative)
        add_gate(out.forbidden, panel, receptor);
    out.lytic.granules = laws_.killing.granules;
    out.lytic.fasl = laws_.killing.fasl_rest;
    out.lytic.perforin = !contains(given.knockout, "perforin");
    out.lytic.granzymes = !contains(given.knockout, "granzymes");
    out.lytic.death_ligands = !contains(given.knockout, "FasL");
    for (auto const& receptor : given.knockout)
        if (auto const r = panel.receptor(receptor); r >= 0)
            out.knocked_out.push_back(r);

    auto const person = given.hla.empty() ? donor_ : genotype(given.hla);
    auto const self = own_cell(base_, panel, person, "lymphocyte");
    Random rng(donor_seed_, 0, Purpose::study);
    if (donor_seed_ > 0 && base_.text(prefix + "cells") == "PBMC") // the share of NK cells differs between donors, too
        out.nk_fraction = std::min(1.0, out.nk_fraction * rng.lognormal_mean_one(base_.value("repertoire.nk_share_of_pbmc_sd", "1")));
    auto traits = biology::donor_traits(panel, repertoire_law_, person, scenario_.donor.frequency, donor_seed_ > 0 ? &rng : nullptr);
    out.repertoire =
        std::make_shared<biology::Repertoire>(std::move(panel), laws_, repertoire_law_, std::move(traits), self, switches(),
                                              biology::acquisition_from(scenario_.switches.acquisition),
                                              scenario_.switches.selection_strength, scenario_.switches.education, out.priming);
    return out;
}

tissue::Medium WellBuilder::medium_at(double time, std::vector<tissue::TargetKind> const& targets, biology::Panel panel) const {
    auto drugs = scenario_.drug;
    auto cytokines = scenario_.cytokine;
    for (auto const& event : scenario_.event) {
        if (event.at > time)
            continue;
        if (event.what == "set_cytokine")
            cytokines[event.of] = event.amount;
        else if (event.what == "set_drug")
            drugs[event.of].concentration = in_unit(event.amount, event.amount.unit == "1" ? "1" : "ug/mL");
        else if (event.what == "wash_medium") {
            cytokines.clear();
            for (auto& [name, drug] : drugs)
                drug.concentration = drug.serum_igg = 0.0;
        }
    }
    std::vector<biology::Dose> doses;
    for (auto const& [name, given] : drugs) {
        auto const row = biology::read_drug(base_, given.like.empty() ? name : given.like);
        doses.push_back({row, biology::number_density(given.concentration, row.molar_mass),
                         biology::number_density(given.serum_igg, base_.value("drug.serum_igg.molar_mass", "g/mol")), given.coating});
        if (!row.cytokine.empty() && given.concentration > 0.0) { // the cytokine arm acts as that many moles of the cytokine
            auto const nanomolar = given.concentration / row.molar_mass * 1e6;
            cytokines[row.cytokine] = {nanomolar, "nM"};
        }
    }
    tissue::Medium out;
    out.from = time;
    auto const effect = biology::apply_doses(panel, doses, biology::cd16_affinity(base_, donor_.v158_alleles));
    out.receptor_factor = effect.receptor_factor;
    out.cytokines = biology::effect_of(cytokines_, cytokines);
    for (auto const& target : targets) {
        auto ligands = target.ligands;
        for (std::size_t l = 0; l < panel.ligands.size(); ++l)
            ligands[l] *= effect.ligand_factor[l];
        auto asked = 0.0;
        for (auto const& coat : effect.coats)
            asked += coat.copies;
        for (auto const& coat : effect.coats)
            ligands[coat.ligand] = static_cast<float>(asked > 0.0 ? coat.copies * std::min(1.0, target.fc_receptors / asked) : 0.0);
        out.ligands.push_back(ligands);
    }
    out.panel = std::move(panel);
    return out;
}

std::vector<tissue::Medium> WellBuilder::media(std::vector<tissue::TargetKind> const& targets, std::string const& effector) const {
    std::vector<double> times{0.0};
    for (auto const& event : scenario_.event)
        if (event.what == "set_cytokine" || event.what == "set_drug" || event.what == "wash_medium")
            times.push_back(event.at);
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::vector<tissue::Medium> out;
    for (auto const time : times)
        out.push_back(medium_at(time, targets, panel_for(effector)));
    return out;
}

void WellBuilder::add_events(tissue::WellPlan& plan, double targets) const {
    auto const count = [&](Quantity const& amount) { return static_cast<std::size_t>(std::lround(amount.value * targets)); };
    auto const kind_of = [](auto const& kinds, std::string const& name) {
        for (std::size_t k = 0; k < kinds.size(); ++k)
            if (kinds[k].name == name)
                return static_cast<int>(k);
        return 0;
    };
    for (auto const& event : scenario_.event) {
        auto amount = event.amount;
        if (event.what == "rechallenge" && amount.value == 0.0)
            amount.value = 1.0;
        if (event.what == "rechallenge")
            plan.removals.push_back({event.at, tissue::Role::target, true});
        if (event.what == "rechallenge" || event.what == "add_targets")
            plan.batches.push_back({tissue::Role::target, kind_of(plan.targets, event.of), count(amount), event.at, 0.0});
        if (event.what == "add_effectors") {
            auto const kind = kind_of(plan.effectors, event.of);
            auto const nk = static_cast<std::size_t>(std::lround(static_cast<double>(count(amount)) * plan.effectors[kind].nk_fraction));
            plan.batches.push_back({tissue::Role::nk, kind, nk, event.at, 0.0});
            plan.batches.push_back({tissue::Role::bystander, kind, count(amount) - nk, event.at, 0.0});
        }
        if (event.what == "wash_effectors" || event.what == "wash_targets")
            plan.removals.push_back({event.at, event.what == "wash_targets" ? tissue::Role::target : tissue::Role::nk, false});
    }
    std::stable_sort(plan.removals.begin(), plan.removals.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
}

tissue::WellPlan WellBuilder::plan(WellChoice const& choice) const {
    auto const& well = scenario_.well;
    if (well.step * laws_.search.repulsion >= 0.5) // explicit steps of a close packing diverge beyond
        throw ScenarioError(Problem{{},
                                    "range",
                                    "`well.step` is too long for the repulsion of touching cells",
                                    fmt::format("{} min; at most {:.3g} min", to_text(well.step), 0.49 / laws_.search.repulsion),
                                    "take a shorter step"});
    tissue::WellPlan plan;
    plan.shape = shape_from(well.geometry);
    plan.duration = well.duration;
    plan.dt = well.step;
    plan.gel_speed_factor = well.gel_speed_factor;
    plan.microwell_width = well.microwell_width;
    plan.bursts = scenario_.switches.bursts;
    plan.shot_noise_damage = scenario_.switches.shot_noise_damage;
    plan.switches = switches();
    auto shares = 0.0;
    for (auto const& name : choice.targets) {
        plan.targets.push_back(target_kind(name));
        shares += scenario_.target.at(name).share;
    }
    NK_EXPECT(!plan.targets.empty());
    plan.effectors.push_back(effector_kind(choice.effector));
    plan.media = media(plan.targets, choice.effector);

    for (std::size_t k = 0; k < plan.targets.size(); ++k) {
        auto const share =
            shares > 0.0 ? scenario_.target.at(choice.targets[k]).share / shares : 1.0 / static_cast<double>(plan.targets.size());
        plan.batches.push_back(
            {tissue::Role::target, static_cast<int>(k), static_cast<std::size_t>(std::lround(well.targets * share)), 0.0, well.settling});
    }
    auto const effectors = std::lround(choice.e_to_t * well.targets);
    auto const nk = std::lround(static_cast<double>(effectors) * plan.effectors[0].nk_fraction);
    plan.batches.push_back({tissue::Role::nk, 0, static_cast<std::size_t>(nk), 0.0, well.settling});
    plan.batches.push_back({tissue::Role::bystander, 0, static_cast<std::size_t>(effectors - nk), 0.0, well.settling});
    add_events(plan, well.targets);

    auto const scale = well.targets / geometry_.reference_targets;
    plan.bowl_radius = std::max(20.0 * plan.targets.front().diameter, geometry_.bowl_radius * scale);
    plan.volume = geometry_.medium_volume * scale;
    plan.spacing = well.spacing > 0.0                 ? well.spacing
                   : plan.shape == tissue::Shape::gel ? std::cbrt(1.0 / geometry_.gel_density)
                                                      : std::sqrt(geometry_.flat_area / geometry_.reference_targets);
    auto const per_microwell =
        well.microwell_targets > 0.0 ? well.microwell_targets : well.targets / std::max(1.0, static_cast<double>(nk));
    plan.microwells = static_cast<std::size_t>(std::max(1.0, std::ceil(well.targets / per_microwell)));
    return plan;
}

} // namespace nk::simulate
