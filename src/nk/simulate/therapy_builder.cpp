#include "nk/simulate/therapy_builder.hpp"

#include "nk/scenario/toml_writer.hpp"
#include "nk/simulate/product_cells.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::simulate {
namespace {

constexpr double any_fc_receptors = 1e12; ///< coats are as thick as the antibody makes them
constexpr char const* peritoneal_organ = "gut";

/// The drugs of a scenario as a well has them, all at their full concentration.
std::map<std::string, scenario::Drug> drugs_of(scenario::HostScenario const& scenario) {
    std::map<std::string, scenario::Drug> out;
    for (auto const& [name, treatment] : scenario.treatment)
        if (treatment.what == "drug") {
            auto& drug = out[name];
            drug.like = treatment.like.empty() ? name : treatment.like;
            drug.concentration = treatment.concentration;
        }
    return out;
}

std::size_t organ_named(body::HostPlan const& plan, std::string const& name, std::string const& where) {
    for (std::size_t j = 0; j < plan.organs.size(); ++j)
        if (plan.organs[j].organ.name == name)
            return j;
    throw ScenarioError(Problem{{}, "name", fmt::format("`{}` needs an organ `{}`, which this host has not", where, name), "", ""});
}

/// HLA alleles of the donor that the patient does not have, of all of the donor's [1].
double mismatch_of(scenario::Donor const& patient, scenario::Donor const& donor) {
    auto foreign = 0.0;
    for (auto const& allele : donor.hla)
        foreign += std::find(patient.hla.begin(), patient.hla.end(), allele) == patient.hla.end() ? 1.0 : 0.0;
    return donor.hla.empty() ? 1.0 : foreign / static_cast<double>(donor.hla.size());
}

struct Dose {
    double at;     ///< [day]
    double wanted; ///< [cell]
    double cells;  ///< what the bag still holds of it [cell]
};

/// Doses out of one bag.
std::vector<Dose> doses_of(scenario::HostInfusion const& given, double weight, double bag) {
    std::vector<Dose> out;
    for (auto d = 0.0; d < given.doses; d += 1.0) {
        auto const wanted = given.dose * weight;
        out.push_back({given.at + d * given.every, wanted, std::min(bag, wanted)});
        bag -= out.back().cells;
    }
    return out;
}

} // namespace

std::vector<std::string> short_doses(scenario::HostScenario const& scenario, ParameterBase const& base) {
    constexpr auto noticed = 0.99; // a dose that is short by less is whole
    std::vector<std::string> out;
    for (auto const& [name, given] : scenario.infusion) {
        auto const product = given.product.empty() ? name : given.product;
        auto const cells =
            cells_of_product(scenario.product.at(product), scenario.host.weight, base, static_cast<std::uint64_t>(scenario.seed));
        for (auto const& dose : doses_of(given, scenario.host.weight, cells.nk)) {
            if (dose.cells >= noticed * dose.wanted)
                continue;
            out.push_back(dose.cells <= 0.0 ? fmt::format("infusion `{}` on day {:g} finds the bag empty: nothing is given", name, dose.at)
                                            : fmt::format("infusion `{}` on day {:g} finds {:.2g} of {:.2g} NK cells in the bag", name,
                                                          dose.at, dose.cells, dose.wanted));
        }
    }
    return out;
}

bool is_treated(scenario::HostScenario const& scenario) {
    return !scenario.infusion.empty() || !scenario.treatment.empty();
}

std::vector<int> antigens_of(scenario::HostScenario const& scenario, ParameterBase const& base, biology::Panel const& panel) {
    std::vector<int> out;
    auto const add = [&](std::string const& ligand) {
        if (auto const l = panel.ligand(ligand); l >= 0 && std::find(out.begin(), out.end(), l) == out.end())
            out.push_back(l);
    };
    for (auto const& entry : scenario.product)
        if (!entry.second.car_antigen.empty())
            add(entry.second.car_antigen);
    for (auto const& [name, drug] : drugs_of(scenario)) {
        auto const row = biology::read_drug(base, drug.like);
        if (row.kind == biology::DrugKind::fc_antibody || row.kind == biology::DrugKind::engager)
            for (auto const& antigen : row.antigens)
                add(antigen);
    }
    return out;
}

scenario::WellScenario Crews::well_of(scenario::Donor const& donor, scenario::Effector const& cells) const {
    auto out = meetings_;
    out.effector["own"] = cells;
    // targets are the patient's, whose HLA they may carry; the cells are the donor's
    out.effector["own"].hla = donor.hla;
    out.donor.kir = donor.kir;
    out.donor.fcgr3a = donor.fcgr3a;
    out.donor.cmv = donor.cmv;
    out.donor.frequency = donor.frequency;
    for (auto const& [receptor, share] : cells.copies)
        if (receptor == "CAR" && donor.frequency.contains("CAR") && share > 0.0)
            out.donor.frequency["CAR"] = donor.frequency.at("CAR");
    return out;
}

std::shared_ptr<biology::MeetingTable const> Crews::table(scenario::WellScenario const& well) {
    auto const& host = host_.host;
    auto const key = scenario::to_toml(well) + fmt::format("{} {}", host.sample, host.classes);
    auto& known = known_.tables[key];
    if (!known) {
        WellBuilder const builder(well, base_);
        auto const effector = builder.effector_kind("own");
        biology::MeetingTable::Size const size{static_cast<std::size_t>(host.sample), static_cast<std::size_t>(host.classes)};
        known = std::make_shared<biology::MeetingTable>(builder.panel_for("own"), builder.laws(), builder.switches(), *effector.repertoire,
                                                        static_cast<std::uint64_t>(host_.seed), known_.targets, size);
    }
    return known;
}

std::shared_ptr<biology::MeetingTable const> Crews::under(scenario::WellScenario well, std::map<std::string, scenario::Drug> const& drugs) {
    if (drugs.empty())
        return nullptr;
    auto const plain = table(well);
    well.drug = drugs;
    auto& known = known_.tables[scenario::to_toml(well) + fmt::format("{} {}", host_.host.sample, host_.host.classes)];
    if (!known) {
        WellBuilder const builder(well, base_);
        std::vector<tissue::TargetKind> kinds;
        for (auto const& target : known_.targets) {
            auto& kind = kinds.emplace_back();
            kind.ligands = target.ligands;
            kind.fc_receptors = any_fc_receptors;
        }
        auto const medium = builder.media(kinds, "own").front();
        known = std::make_shared<biology::MeetingTable>(plain->under(medium.panel, medium.receptor_factor, medium.ligands));
    }
    return known;
}

std::shared_ptr<biology::MeetingTable const> Crews::of_host_under(std::map<std::string, scenario::Drug> const& drugs) {
    return under(meetings_, drugs);
}

std::shared_ptr<biology::MeetingTable const> Crews::of(scenario::Donor const& donor, scenario::Effector const& cells) {
    return table(well_of(donor, cells));
}

std::shared_ptr<biology::MeetingTable const> Crews::of_under(scenario::Donor const& donor, scenario::Effector const& cells,
                                                             std::map<std::string, scenario::Drug> const& drugs) {
    return under(well_of(donor, cells), drugs);
}

namespace {

/// Collects the therapy of one patient.
class TherapyBuilder {
  public:
    TherapyBuilder(body::HostPlan& plan, scenario::HostScenario const& scenario, ParameterBase const& base, Crews& crews)
        : plan_(plan), scenario_(scenario), base_(base), crews_(crews), drugs_(drugs_of(scenario)) {}

    void build() {
        auto& therapy = plan_.therapy.emplace();
        therapy.laws = biology::TherapyLaws::from(base_);
        for (auto const& organ : plan_.organs) {
            auto const row = therapy.laws.homing.find(organ.organ.name);
            therapy.homing.push_back(row != therapy.laws.homing.end() ? row->second : biology::HomingLaw{0.0, 1.0, 1.0});
        }
        for (auto const& [name, treatment] : scenario_.treatment)
            add_treatment(therapy, name, treatment);
        auto const in_order = [](auto const& a, auto const& b) { return a.from < b.from; };
        std::stable_sort(therapy.drugs.begin(), therapy.drugs.end(), in_order);
        plan_.with_drugs = crews_.of_host_under(drugs_);
        for (auto const& entry : scenario_.infusion)
            add_infusion(therapy, entry.first, entry.second);
        for (auto& graft : therapy.grafts)
            std::stable_sort(graft.infusions.begin(), graft.infusions.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
    }

  private:
    void add_treatment(body::TherapyPlan& therapy, std::string const& name, scenario::HostTreatment const& given) const {
        auto const row = given.like.empty() ? name : given.like;
        if (given.what == "conditioning")
            therapy.conditioning.push_back({given.at, biology::read_conditioning(base_, row).law});
        else if (given.what == "cytokine") {
            auto const support = biology::read_support(base_, row);
            for (auto d = 0.0; d < given.doses; d += 1.0)
                therapy.support.push_back({given.at + d * given.every, given.amount, support.feeds_tregs, support.law});
        } else if (given.what == "drug")
            therapy.drugs.push_back({given.at, given.at + given.duration, 1.0});
        else
            therapy.tregs_removed.push_back({given.at, given.at + given.duration, std::min(1.0, given.amount)});
    }

    std::size_t graft_of(body::TherapyPlan& therapy, std::string const& name, ProductCells const& cells) {
        auto const& product = scenario_.product.at(name);
        for (std::size_t g = 0; g < therapy.grafts.size(); ++g)
            if (therapy.grafts[g].name == name)
                return g;
        auto donor = product.autologous ? scenario_.donor : product.donor;
        donor.frequency.insert(cells.frequency.begin(), cells.frequency.end());
        body::GraftPlan graft;
        graft.name = name;
        graft.meetings = crews_.of(donor, cells.effector);
        graft.with_drugs = crews_.of_under(donor, cells.effector, drugs_);
        graft.priming = cells.priming;
        graft.content = cells.content;
        graft.motile = cells.motile;
        graft.speed = cells.speed;
        graft.armour = cells.armour;
        graft.sensitivity = cells.sensitivity;
        graft.young = cells.young;
        graft.survival = cells.survival;
        graft.irradiated = cells.irradiated;
        graft.mismatch = product.autologous ? 0.0 : mismatch_of(scenario_.donor, product.donor);
        therapy.grafts.push_back(std::move(graft));
        return therapy.grafts.size() - 1;
    }

    void add_infusion(body::TherapyPlan& therapy, std::string const& name, scenario::HostInfusion const& given) {
        auto const product = given.product.empty() ? name : given.product;
        auto const cells =
            cells_of_product(scenario_.product.at(product), scenario_.host.weight, base_, static_cast<std::uint64_t>(scenario_.seed));
        auto const index = graft_of(therapy, product, cells);
        body::InfusionPlan one;
        if (!given.tumour.empty()) {
            auto const found =
                std::find_if(plan_.tumours.begin(), plan_.tumours.end(), [&](auto const& tumour) { return tumour.name == given.tumour; });
            NK_EXPECT(found != plan_.tumours.end()); // checked by the reader
            if (given.route == "intratumoral")
                one.tumour = static_cast<int>(found - plan_.tumours.begin());
            if (given.route == "intra_arterial")
                one.organ = static_cast<int>(found->organ);
        }
        if (given.route == "intraperitoneal")
            one.organ = static_cast<int>(organ_named(plan_, peritoneal_organ, "infusion." + name + ".route"));
        for (auto const& dose : doses_of(given, scenario_.host.weight, cells.nk)) {
            one.at = dose.at;
            one.cells = dose.cells * cells.viability * cells.alive_24h; // what freezing killed within a day counts as dead
            therapy.grafts[index].infusions.push_back(one);
        }
    }

    body::HostPlan& plan_;
    scenario::HostScenario const& scenario_;
    ParameterBase const& base_;
    Crews& crews_;
    std::map<std::string, scenario::Drug> drugs_;
};

} // namespace

void add_therapy(body::HostPlan& plan, scenario::HostScenario const& scenario, ParameterBase const& base, Crews& crews) {
    TherapyBuilder(plan, scenario, base, crews).build();
}

} // namespace nk::simulate
