#pragma once
#include "laws/hand_made.hpp"
#include "nk/tissue/tissue.hpp"

#include <memory>

/// A tumour, NK cells and two substrates, with laws and numbers written by hand.
namespace nk::test {

using tissue::Boundary;
using tissue::Cell;
using tissue::CellState;
using tissue::Tissue;
using tissue::TissueKind;
using tissue::TissuePlan;

inline biology::Laws tissue_test_laws() {
    auto out = laws();
    out.killing.granules_per_hit_sd = 0.3;
    out.killing.execution_granzyme = 10.0;
    out.killing.execution_necrosis = 3.0;
    out.killing.leak_time = 20.0;
    out.killing.rounding_time = 5.0;
    out.killing.pore_delay_least = 10.0;
    out.killing.pore_delay_mean = 30.0;
    out.killing.pore_repair_start = 20.0;
    out.killing.pore_repair_done = 80.0;
    out.killing.burst_decay = 60.0;
    out.killing.repair_rate = 0.015;
    out.killing.hit_size_shape = 1.0;
    out.adaptation.exhaustion_recovery = 5.0;
    out.adaptation.receptor_recovery = 0.1;
    out.adaptation.priming_time = 12.0;
    out.adaptation.survival_no_cytokine = 2.0;
    out.adaptation.survival_cytokine = 10.0;
    out.adaptation.internalisation = 0.001;
    out.adaptation.ifng_rate = 5.0;
    out.search.nk_diameter = 8.0;
    out.search.attach_rate = 0.3;
    out.search.attach_primed_factor = 1.5;
    out.search.attach_sd = 0.3;
    out.search.icam_half = 1000.0;
    out.search.refractory = 10.0;
    out.search.reach = 0.5;
    out.search.repulsion = 1.0;
    out.search.neighbour_slots = 4.0;
    return out;
}

inline biology::TissueLaws tissue_laws() {
    biology::TissueLaws out{};
    out.cycle = {5.0, 38.0, 20.0, 2.0};
    out.oxygen = {1e9, 5.0, 2.5, 0.17, 5.0, 2.0, 0.3, 5.0, 2.0, 0.3};
    out.heredity = {0.9, 0.01, 0.01, 0.0, 0.1};
    out.interferon = {0.1, 1.0, 0.1, 3.0, 1.0, 6.0};
    out.nk_growth = {0.01, 0.5, 1.0, 1.0};
    out.recruitment = {1.0, 4.0, 1.0, 1.0, 1e-9, 0.01};
    out.mechanics = {1.0, 1.25};
    return out;
}

/// One activating receptor, one ligand.
inline biology::Panel one_pair() {
    biology::Panel panel;
    auto kill = receptor("NKG2D", false, 0.05, 0.05, 0.0);
    kill.copies = 5000;
    kill.copies_sd = 0.4;
    kill.primed_factor = kill.bright_factor = 1.0;
    kill.frequency_dim = kill.frequency_bright = kill.frequency_primed = 1.0;
    panel.receptors.push_back(kill);
    panel.add_ligand("MICA");
    panel.ligand_family[0] = "stress";
    panel.set_binding({0, 0, 600.0, 0.02, 1.0});
    return panel;
}

inline tissue::EffectorKind killers(biology::Panel const& panel, biology::Laws const& laws) {
    tissue::EffectorKind out;
    out.name = "killers";
    biology::RepertoireLaw law{};
    law.kir_alpha_beta_total = 10.0;
    law.nkg2a_kir_odds = 1.0;
    auto const traits = biology::donor_traits(panel, law, {}, {}, nullptr);
    out.repertoire =
        std::make_shared<biology::Repertoire>(panel, laws, law, traits, biology::LigandCopies{}, biology::RecognitionSwitches{},
                                              biology::Acquisition::independent, 0.0, false, 0.5);
    out.priming = out.priming_bright = 0.5;
    return out;
}

struct SmallTissue {
    int tumour = 200;
    int nk = 40;
    double side = 160.0;
    Boundary boundary = Boundary::reflecting;
    bool three_d = true;
    double duration = 60.0;
    double dt = 0.1;
    double cycle_hours = 12.0;
};

inline biology::Laws const& shared_laws() {
    static biology::Laws const laws = tissue_test_laws();
    return laws;
}
inline biology::TissueLaws const& shared_tissue_laws() {
    static biology::TissueLaws const laws = tissue_laws();
    return laws;
}

inline TissuePlan small_plan(SmallTissue const& size) {
    TissuePlan plan;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        plan.box.low[axis] = axis == 2 && !size.three_d ? 0.0 : -0.5 * size.side;
        plan.box.high[axis] = axis == 2 && !size.three_d ? 0.0 : 0.5 * size.side;
        plan.box.boundary[axis] = axis == 2 && !size.three_d ? Boundary::reflecting : size.boundary;
    }
    plan.three_d = size.three_d;
    plan.duration = size.duration;
    plan.dt = size.dt;
    plan.phenotype_every = static_cast<int>(std::lround(2.0 / size.dt));
    auto const voxels = static_cast<int>(size.side / 20.0);
    plan.voxels = {
        voxels, voxels, size.three_d ? voxels : 1, 20.0, {-0.5 * size.side, -0.5 * size.side, size.three_d ? -0.5 * size.side : -10.0}};
    numerics::Substrate oxygen{1e5, 0.1, {}};
    for (int face = 0; face < (size.three_d ? 6 : 4); ++face)
        oxygen.faces[static_cast<std::size_t>(face)] = {numerics::FaceKind::held, 38.0};
    plan.substrates.push_back({"oxygen", "mmHg", oxygen, 38.0});
    plan.substrates.push_back({"CXCL10", "molecule/um3", {1e3, 0.016, {}}, 0.0});
    plan.oxygen = 0;

    auto const panel = one_pair();
    plan.medium.panel = panel;
    plan.medium.receptor_factor.fill(1.0F);
    plan.families = biology::LigandFamilies::from(panel);
    tissue::TargetKind target;
    target.name = "tumour";
    target.icam1 = 3000.0;
    target.ligands[0] = 20000.0F;
    target.ligand_sd = 0.4;
    target.susceptibility_sd = 0.3;
    plan.targets.push_back(target);
    plan.medium.ligands.push_back(target.ligands);
    plan.effectors.push_back(killers(panel, shared_laws()));

    TissueKind tumour;
    tumour.name = "tumour";
    tumour.radius = 7.0;
    tumour.radius_sd = 0.05;
    tumour.adhesion = 0.1;
    tumour.clearance = 120.0;
    tumour.needs_oxygen = true;
    tumour.cycle = biology::CellCycle{4.0, size.cycle_hours};
    tumour.death_rate = 1e-4;
    tumour.exchange = {{.substrate = 0, .uptake = 10.0}, {.substrate = 1, .secretion = 10.0, .saturation = 1.0}};
    TissueKind nk;
    nk.name = "nk";
    nk.role = tissue::Role::nk;
    nk.radius = 4.0;
    nk.motility = {4.0, 0.4, 3.0, 0.05, 0.2, 0.1, {{1, 2.0, 0.5}}};
    plan.kinds = {tumour, nk};
    Random rng(3, 0, Purpose::test);
    auto const place = [&](std::uint16_t kind, double inner, double outer) {
        for (;;) {
            double p[3];
            for (auto& coordinate : p)
                coordinate = (2.0 * rng.uniform() - 1.0) * outer;
            if (!size.three_d)
                p[2] = 0.0;
            auto const r = std::sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
            if (r < inner || r > outer)
                continue;
            plan.cells.push_back({p[0], p[1], p[2], kind, false, {}});
            return;
        }
    };
    for (int i = 0; i < size.tumour; ++i)
        place(0, 0.0, 0.3 * size.side);
    for (int i = 0; i < size.nk; ++i)
        place(1, 0.2 * size.side, 0.48 * size.side);
    return plan;
}

inline Tissue small_tissue(SmallTissue const& size, std::uint64_t seed = 1, int threads = 1) {
    return {small_plan(size), shared_laws(), shared_tissue_laws(), seed, backend::Executor(threads)};
}

inline void run(Tissue& tissue, long steps) {
    for (long i = 0; i < steps; ++i)
        tissue.advance();
}

} // namespace nk::test
