#include "nk/study/arm_runner.hpp"

#include "nk/body/mixed_well.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/run_wells.hpp"
#include "nk/study/cohort_arm.hpp"
#include "nk/study/host_arm.hpp"
#include "nk/study/repertoire_arm.hpp"
#include "nk/study/tissue_arm.hpp"

#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace nk::study {
namespace {

constexpr std::uint64_t study_seed = 20240517;
constexpr int killer_sample = 72;
constexpr int target_sample = 5;
constexpr double touching_minutes = 60.0;
constexpr std::size_t touching_targets = 400;

scenario::WellReading read_arm(Arm const& arm, ArmFile const& file, ParameterBase const& base) {
    if (arm.replicates > 1.0 || !arm.looks.empty() || !arm.as_arm.empty())
        throw ScenarioError(Problem{{},
                                    "arm",
                                    "arm \"" + arm.name + "\": `replicates` and `looks` are of tissues, `as_arm` of therapies",
                                    "its scenario describes wells",
                                    "take `plate.replicates` and `well.duration`"});
    return scenario::read_well_scenario(file.text, base, arm.set, nullptr, file.path, file.open);
}

Observation observation_of(Arm const& arm, simulate::WellPlace const& place, int donor) {
    Observation out;
    out.arm = arm.name;
    out.effector = place.effector;
    out.target = place.targets.size() == 1 ? place.targets.front() : "mixed";
    out.value = place.value;
    out.e_to_t = place.e_to_t;
    out.donor = donor;
    return out;
}

/// A sample of NK cells as they are when the assay begins.
std::vector<body::MixedKiller> sample_killers(tissue::EffectorKind const& kind, tissue::Medium const& medium,
                                              tissue::TargetKind const& target, biology::Laws const& laws, double minutes) {
    std::vector<body::MixedKiller> out;
    auto const& search = laws.search;
    for (std::uint64_t index = 0; out.size() < killer_sample; ++index) {
        auto const born = kind.repertoire->cell(study_seed, index);
        auto const carried = [&](int r) { return born.copies[r] > 0.0F; };
        if (!std::all_of(kind.required.begin(), kind.required.end(), carried) ||
            std::any_of(kind.forbidden.begin(), kind.forbidden.end(), carried)) {
            if (index > 400000)
                throw ScenarioError(Problem{{}, "biology", "no NK cell of this donor passes the gates of `" + kind.name + "`", "", ""});
            continue;
        }
        auto const start = born.bright ? kind.priming_bright : kind.priming;
        auto const plateau = born.bright ? medium.cytokines.priming_bright : medium.cytokines.priming;
        auto const c = biology::relaxed(start, plateau, 0.5 * minutes, laws.adaptation.priming_time * 60.0); // halfway through
        body::MixedKiller killer;
        killer.receptors = born.copies;
        for (auto const r : kind.knocked_out)
            killer.receptors[r] = 0.0F;
        for (std::size_t r = 0; r < medium.panel.receptors.size(); ++r)
            killer.receptors[r] *=
                static_cast<float>(1.0 + (medium.panel.receptors[r].primed_factor - 1.0) * c) * medium.receptor_factor[r];
        killer.lytic = kind.lytic;
        killer.state = {born.education, c, 0.0, biology::lytic_filling(laws.killing, kind.lytic), 1.0};
        killer.opening_rate = search.attach_rate * born.attach_factor * (1.0 + (search.attach_primed_factor - 1.0) * c) * target.icam1 /
                              (target.icam1 + search.icam_half);
        out.push_back(killer);
    }
    return out;
}

std::vector<body::MixedTarget> sample_targets(tissue::TargetKind const& kind, biology::LigandCopies const& ligands,
                                              biology::Panel const& panel) {
    std::vector<body::MixedTarget> out;
    for (std::uint64_t index = 0; index < target_sample; ++index) {
        Random rng(study_seed, index, Purpose::target_state);
        body::MixedTarget target{ligands, kind.resistance};
        for (std::size_t l = 0; l < panel.ligands.size(); ++l) {
            auto const own = rng.lognormal_mean_one(kind.ligand_sd);
            if (panel.ligand_family[l] != "antibody")
                target.ligands[l] *= static_cast<float>(own);
        }
        // stratified: the quantile midpoints of the log-normal susceptibility
        auto const z = std::sqrt(2.0) * std::array{-0.9062, -0.3708, 0.0, 0.3708, 0.9062}[index];
        target.resistance.susceptibility = std::exp(kind.susceptibility_sd * z - 0.5 * kind.susceptibility_sd * kind.susceptibility_sd);
        out.push_back(target);
    }
    return out;
}

Observation mixed_observation(Arm const& arm, simulate::WellBuilder const& builder, simulate::WellPlace const& place,
                              TouchingTable& touching) {
    auto const plan = builder.plan({place.e_to_t, place.effector, place.targets});
    auto const entry = touching.of(plan, builder.laws());
    auto const& medium = plan.media.front();
    body::MixedWell well;
    well.killers = sample_killers(plan.effectors[0], medium, plan.targets[0], builder.laws(), plan.duration);
    for (std::size_t k = 0; k < plan.targets.size(); ++k)
        for (auto const& target : sample_targets(plan.targets[k], medium.ligands[k], medium.panel))
            well.targets.push_back(target);
    well.nk_per_target = place.e_to_t * plan.effectors[0].nk_fraction;
    well.touching = entry.targets_per_nk;
    well.minutes = plan.duration;
    well.bursts = plan.bursts;
    auto const solved = body::solve(well, medium.panel, builder.laws(), plan.switches);
    auto out = observation_of(arm, place, 0);
    out.readouts = {{"specific_lysis_percent", 100.0 * solved.lysis},
                    {"cd107a_percent", 100.0 * solved.cd107a},
                    {"kills_per_nk", solved.kills_per_nk},
                    {"fraction_non_killers", solved.non_killers},
                    {"top_quartile_share", solved.top_quartile},
                    {"hit_probability", solved.hit_probability},
                    {"contact_minutes", solved.contact_minutes},
                    {"top_decile_share", solved.top_decile}};
    for (std::size_t k = 0; k <= 4; ++k)
        out.readouts["fraction_kills_" + std::to_string(k)] = solved.kill_share[k];
    return out;
}

} // namespace

std::vector<Observation> observe_agents(Experiment const& experiment, FileText const& files, ParameterBase const& base,
                                        backend::Executor executor) {
    std::vector<Observation> out;
    for (auto const& arm : experiment.arm) {
        if (arm.repertoire) {
            auto const donors = observe_repertoires(arm, base, study_seed, executor);
            out.insert(out.end(), donors.begin(), donors.end());
            continue;
        }
        if (!arm.product.steps.empty()) {
            auto const batches = observe_products(arm, base, study_seed);
            out.insert(out.end(), batches.begin(), batches.end());
            continue;
        }
        auto const file = arm_file(arm, files, experiment.id);
        if (file.kind == "cohort") {
            auto const people = observe_cohort(arm, file, base, executor);
            out.insert(out.end(), people.begin(), people.end());
            continue;
        }
        if (file.kind == "tissue") {
            auto const tissues = observe_tissues(arm, file, base, executor);
            out.insert(out.end(), tissues.begin(), tissues.end());
            continue;
        }
        if (file.kind == "body" || file.kind == "therapy") {
            auto const hosts = observe_hosts(arm, file, base, executor);
            out.insert(out.end(), hosts.begin(), hosts.end());
            continue;
        }
        auto const reading = read_arm(arm, file, base);
        auto const donors = static_cast<int>(std::lround(arm.donors));
        for (int donor = 0; donor < donors; ++donor) {
            auto const seed = donors > 1 ? derived_seed(study_seed, static_cast<std::uint64_t>(donor) + 1) : 0;
            for (auto const& well : simulate::run_wells(reading.scenario, reading.base, executor.threads(), {}, {}, seed)) {
                out.push_back(observation_of(arm, well.place, donor));
                out.back().readouts = well.readouts;
            }
        }
    }
    return out;
}

TouchingTable::Entry TouchingTable::of(tissue::WellPlan const& plan, biology::Laws const& laws) {
    std::string key = fmt::format("{} {} {} {} {}", static_cast<int>(plan.shape), plan.spacing, plan.microwell_width,
                                  plan.targets[0].diameter, plan.microwells);
    for (auto const& batch : plan.batches)
        key += fmt::format(" {}:{}", static_cast<int>(batch.role), batch.count);
    if (auto const found = known_.find(key); found != known_.end())
        return found->second;
    auto small = plan;
    auto const targets = static_cast<double>(plan.batches.front().count);
    auto const scale = std::min(1.0, static_cast<double>(touching_targets) / std::max(1.0, targets));
    for (auto& batch : small.batches)
        batch.count = static_cast<std::size_t>(std::lround(static_cast<double>(batch.count) * scale));
    small.bowl_radius = std::max(20.0 * plan.targets[0].diameter, small.bowl_radius * scale);
    small.microwells = static_cast<std::size_t>(std::max(1.0, std::round(static_cast<double>(plan.microwells) * scale)));
    small.duration = touching_minutes;
    auto still = laws;
    still.search.attach_rate = 0.0; // contacts would hold cells: the mixed well accounts for the time in contact itself
    tissue::Well well(small, still, study_seed, backend::Executor(1));
    Entry sum{0.0, 0.0};
    auto looks = 0;
    while (!well.done()) {
        well.advance();
        if (well.time() < 0.25 * touching_minutes)
            continue;
        auto const now = well.touching();
        sum.targets_per_nk += now.targets_per_nk;
        sum.nk_per_target += now.nk_per_target;
        ++looks;
    }
    Entry const entry{mixing_ * sum.targets_per_nk / looks, sum.nk_per_target / looks};
    known_.emplace(key, entry);
    return entry;
}

std::vector<Observation> observe_mixed(Experiment const& experiment, FileText const& files, ParameterBase const& base,
                                       TouchingTable& touching) {
    std::vector<Observation> out;
    for (auto const& arm : experiment.arm) {
        if (arm.repertoire || !arm.product.steps.empty())
            continue;
        auto const file = arm_file(arm, files, experiment.id);
        if (file.kind != "well")
            continue;
        auto const reading = read_arm(arm, file, base);
        std::string built_for = "\n";
        std::unique_ptr<simulate::WellBuilder> builder;
        for (auto const& place : simulate::plate_of(reading.scenario)) {
            if (place.replicate > 1)
                continue;
            if (place.value != built_for) {
                auto changed = reading.scenario;
                auto changed_base = reading.base;
                if (!place.value.empty())
                    scenario::set_value(changed, changed_base, reading.scenario.plate.vary, place.value);
                builder = std::make_unique<simulate::WellBuilder>(changed, changed_base);
                built_for = place.value;
            }
            out.push_back(mixed_observation(arm, *builder, place, touching));
        }
    }
    return out;
}

} // namespace nk::study
