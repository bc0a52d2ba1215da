#include "small_tissue.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numbers>

/// Limiting cases with exact solutions, by the whole engine (model, table of limiting cases).
namespace {

using namespace nk;
using namespace nk::test;
using tissue::Happening;

/// Laws without forces: cells pass through each other.
biology::TissueLaws without_forces() {
    auto out = tissue_laws();
    out.mechanics.repulsion = 0.0;
    out.cycle.pressure_half = 1e9;
    return out;
}

/// An empty box without fields; kind 0 is a target, kind 1 an NK cell, both at rest for ever.
TissuePlan bare_plan(double side, bool three_d, double dt, double duration) {
    auto plan = small_plan({.tumour = 0, .nk = 0, .side = side, .boundary = Boundary::periodic, .three_d = three_d, .dt = dt});
    plan.duration = duration;
    plan.substrates.clear();
    plan.oxygen = -1;
    for (auto& kind : plan.kinds) {
        kind.exchange.clear();
        kind.cycle.reset();
        kind.death_rate = 0.0;
        kind.radius_sd = 0.0;
        kind.adhesion = 0.0;
        kind.clearance = 0.0;
        kind.needs_oxygen = false;
        kind.motility = {};
    }
    return plan;
}

/// Contacts that open at the first touch and never end.
biology::Laws sticky_laws() {
    auto out = shared_laws();
    out.search.attach_rate = 1e6;
    out.search.attach_sd = 0.0;
    out.search.neighbour_slots = 1e9;
    out.recognition.stage_rate = 0.0;
    out.recognition.detach_high = out.recognition.detach_low = out.recognition.detach_after_hit = 0.0;
    out.killing.receptor_rate = 0.0;
    out.adaptation.survival_no_cytokine = 1e6;
    return out;
}

std::vector<double> times_of(std::vector<tissue::LedgerEntry> const& ledger, Happening what) {
    std::vector<double> out;
    for (auto const& entry : ledger)
        if (entry.what == what)
            out.push_back(entry.time);
    return out;
}

TEST(TissueLimits, T5_free_walkers_spread_as_the_persistent_random_walk_at_any_step) {
    constexpr int walkers = 1000;
    auto const laws = without_forces();
    for (auto const three_d : {false, true})
        for (auto const dt : {0.2, 0.02}) {
            auto plan = bare_plan(4000.0, three_d, dt, 20.0);
            plan.kinds[1].motility = {4.0, 0.0, 3.0, 0.0, 0.0, 0.0, {}};
            for (int i = 0; i < walkers; ++i)
                plan.cells.push_back({0.0, 0.0, 0.0, 1, false, {}});
            Tissue tissue(plan, shared_laws(), laws, 5, backend::Executor(2));

            run(tissue, std::lround(20.0 / dt));

            auto squares = 0.0;
            for (std::size_t row = 0; row < tissue.cells().size(); ++row)
                squares += std::pow(tissue.cells().of<&Cell::x>()[row], 2) + std::pow(tissue.cells().of<&Cell::y>()[row], 2) +
                           std::pow(tissue.cells().of<&Cell::z>()[row], 2);
            auto const n = static_cast<double>(tissue.cells().size()); // some died of age
            auto const exact = 2.0 * 16.0 * 3.0 * (20.0 - 3.0 * (1.0 - std::exp(-20.0 / 3.0)));
            auto const dimensions = three_d ? 3.0 : 2.0;
            EXPECT_NEAR(squares / n / exact, 1.0, 4.0 * std::sqrt(2.0 / (dimensions * n))) << dimensions << "-D, dt " << dt;
        }
}

TEST(TissueLimits, T6_a_secreting_cell_is_the_steady_point_source) {
    auto plan = bare_plan(430.0, true, 0.1, 600.0);
    plan.voxels = {43, 43, 43, 10.0, {-215.0, -215.0, -215.0}};
    tissue::SubstratePlan substrate{"CXCL10", "molecule/um3", {1e3, 1.0, {}}, 0.0};
    substrate.solver = tissue::FieldSolver::steady;
    plan.substrates = {substrate};
    plan.kinds[0].exchange = {{.substrate = 0, .release = 1000.0}};
    plan.cells = {{0.0, 0.0, 0.0, 0, false, {}}};
    Tissue tissue(plan, shared_laws(), without_forces(), 1, backend::Executor(2));

    run(tissue, 3);

    auto const lambda = std::sqrt(1e3);
    for (auto const r : {60.0, 80.0, 100.0}) { // where the voxels resolve the decay length of 32 um and the faces are far
        auto const exact = 1000.0 / (4.0 * std::numbers::pi * 1e3 * r) * std::exp(-r / lambda);
        EXPECT_NEAR(tissue.fields().values(0)[tissue.fields().voxel(r, 0.0, 0.0)] / exact, 1.0, 0.06) << r;
    }
    EXPECT_NEAR(tissue.fields().molecules(0), 1000.0, 1e-3); // release over decay, whatever the voxels
}

TEST(TissueLimits, T6_molecules_are_conserved_and_decay_exponentially) {
    auto plan = bare_plan(200.0, true, 0.1, 600.0);
    plan.substrates.push_back({"kept", "molecule/um3", {2e3, 0.0, {}}, 0.0});
    plan.substrates.push_back({"decaying", "molecule/um3", {2e3, 0.05, {}}, 0.3});
    plan.substrates[1].solver = tissue::FieldSolver::adaptive;
    plan.substrates[1].tolerance = 1e-5;
    plan.kinds[0].exchange = {{.substrate = 0, .release = 123.0}};
    for (int i = 0; i < 50; ++i)
        plan.cells.push_back({-90.0 + 3.6 * i, 2.0 * i - 50.0, 1.5 * i - 40.0, 0, false, {}});
    Tissue tissue(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(2));
    auto const start = tissue.fields().molecules(1);

    run(tissue, 500);

    EXPECT_NEAR(tissue.fields().molecules(0) / (50 * 123.0 * 50.0), 1.0, 1e-7); // rates are kept in steps of 1e-12
    EXPECT_NEAR(tissue.fields().molecules(1) / (start * std::exp(-0.05 * 50.0)), 1.0, 1e-3);
}

/// Oxygen in the middle of a ball of cells over that at its surface, one cell in each voxel.
double depth_of_oxygen(double voxel) {
    auto const n = static_cast<int>(std::lround(360.0 / voxel));
    auto plan = bare_plan(n * voxel, true, 0.1, 600.0);
    plan.voxels = {n, n, n, voxel, {-0.5 * n * voxel, -0.5 * n * voxel, -0.5 * n * voxel}};
    plan.substrates.push_back({"nutrient", "molecule/um3", {1e3, 0.0, {}}, 1.0});
    plan.substrates[0].solver = tissue::FieldSolver::steady;
    for (int face = 0; face < 6; ++face)
        plan.substrates[0].physics.faces[static_cast<std::size_t>(face)] = {numerics::FaceKind::held, 1.0};
    auto& kind = plan.kinds[0];
    kind.radius = 0.4 * voxel;
    auto const share = 4.0 / 3.0 * std::numbers::pi * 0.064;   // of its voxel
    kind.exchange = {{.substrate = 0, .uptake = 0.4 / share}}; // 0.4 /min in the ball: a length of 50 um
    auto inside = 0;
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j)
            for (int k = 0; k < n; ++k) {
                double const p[3] = {(i + 0.5 - 0.5 * n) * voxel, (j + 0.5 - 0.5 * n) * voxel, (k + 0.5 - 0.5 * n) * voxel};
                if (p[0] * p[0] + p[1] * p[1] + p[2] * p[2] < 100.0 * 100.0) {
                    plan.cells.push_back({p[0], p[1], p[2], 0, false, {}});
                    ++inside;
                }
            }
    Tissue tissue(plan, shared_laws(), without_forces(), 1, backend::Executor(2));
    run(tissue, 2);
    auto const middle = tissue.fields().values(0)[tissue.fields().voxel(0.0, 0.0, 0.0)];
    auto surface = 0.0; // along the axes, between the two voxels on both sides of the surface
    for (auto const& way : {std::array{1.0, 0.0, 0.0}, std::array{0.0, -1.0, 0.0}, std::array{0.0, 0.0, 1.0}}) {
        auto const at = [&](double r) { return tissue.fields().values(0)[tissue.fields().voxel(r * way[0], r * way[1], r * way[2])]; };
        auto const low = (std::floor(100.0 / voxel - 0.5) + 0.5) * voxel; // centre of the voxel below
        auto const weight = (100.0 - low) / voxel;
        surface += ((1.0 - weight) * at(low) + weight * at(low + voxel)) / 3.0;
    }
    EXPECT_GT(inside, 100);
    return middle / surface;
}

TEST(TissueLimits, T7_first_order_uptake_in_a_ball_leaves_the_exact_share_in_its_middle_and_finer_voxels_are_nearer_to_it) {
    auto const s = 100.0 / 50.0;
    auto const exact = s / std::sinh(s);

    auto const coarse = std::abs(depth_of_oxygen(24.0) / exact - 1.0);
    auto const fine = std::abs(depth_of_oxygen(8.0) / exact - 1.0);

    EXPECT_LT(fine, 0.04);
    EXPECT_LT(fine, coarse);
}

TEST(TissueLimits, T12_clones_die_out_as_the_birth_and_death_process) {
    constexpr int founders = 1500;
    auto plan = bare_plan(3000.0, true, 0.2, 1e4);
    auto const birth = 1.0 / 300.0;
    auto const death = 0.5 / 300.0;
    plan.kinds[0].cycle = biology::CellCycle{1.0, 300.0 / 60.0};
    plan.kinds[0].death_rate = death;
    plan.phenotype_every = 25;
    for (int i = 0; i < founders; ++i)
        plan.cells.push_back({100.0 * (i % 25) - 1200.0, 100.0 * (i / 25 % 25) - 1200.0, 300.0 * (i / 625) - 400.0, 0, false, {}});
    Tissue tissue(plan, shared_laws(), without_forces(), 7, backend::Executor(2));

    run(tissue, 3000); // 600 min

    std::map<std::uint32_t, std::uint32_t> founder;
    for (auto const& entry : tissue.take_ledger())
        if (entry.what == Happening::divided) {
            auto const mother = founder.find(entry.target);
            founder[static_cast<std::uint32_t>(entry.value)] = mother == founder.end() ? entry.target : mother->second;
        }
    std::vector<int> members(founders);
    for (std::size_t row = 0; row < tissue.cells().size(); ++row)
        if (tissue.cells().of<&Cell::state>()[row] == CellState::alive) {
            auto const id = tissue.cells().of<&Cell::id>()[row];
            auto const found = founder.find(id);
            ++members[found == founder.end() ? id : found->second];
        }
    auto const extinct = static_cast<double>(std::count(members.begin(), members.end(), 0)) / founders;
    auto const grown = std::exp((birth - death) * 600.0);
    auto const exact = death * (grown - 1.0) / (birth * grown - death);
    EXPECT_NEAR(extinct, exact, 4.0 * std::sqrt(exact * (1.0 - exact) / founders));
}

/// Death times of targets by NK cells that themselves die, with targets that divide, at one step.
std::vector<double> death_times(double dt, std::uint64_t first_seed) {
    auto laws = shared_laws();
    laws.adaptation.survival_no_cytokine = 0.1;
    std::vector<double> out;
    for (auto seed = first_seed; seed < first_seed + 6; ++seed) {
        auto plan = small_plan({.tumour = 150, .nk = 60, .duration = 240.0, .dt = dt, .cycle_hours = 5.0});
        plan.substrates.pop_back(); // drift follows the gradient of the step before
        plan.kinds[0].exchange.pop_back();
        plan.kinds[1].motility.chemotaxis.clear();
        Tissue tissue(plan, laws, shared_tissue_laws(), seed, backend::Executor(1));
        run(tissue, std::lround(180.0 / dt));
        for (auto const& entry : tissue.take_ledger())
            if (entry.what == Happening::committed)
                out.push_back(entry.time);
    }
    std::sort(out.begin(), out.end());
    return out;
}

TEST(TissueLimits, T19_killing_does_not_depend_on_the_step_though_killers_die_and_targets_divide) {
    auto const coarse = death_times(0.2, 1);
    auto const fine = death_times(0.02, 101);

    ASSERT_GT(coarse.size(), 150U);
    auto distance = 0.0; // two-sample Kolmogorov-Smirnov
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < coarse.size() && j < fine.size()) {
        coarse[i] < fine[j] ? ++i : ++j;
        distance = std::max(distance, std::abs(static_cast<double>(i) / static_cast<double>(coarse.size()) -
                                               static_cast<double>(j) / static_cast<double>(fine.size())));
    }
    auto const n = static_cast<double>(coarse.size());
    auto const m = static_cast<double>(fine.size());
    EXPECT_LT(distance, 1.95 * std::sqrt((n + m) / (n * m))); // one in a thousand
    EXPECT_LT(std::abs(n - m), 4.0 * std::sqrt(n + m));
}

TEST(TissueLimits, T24_a_corridor_is_patrolled_in_its_length_over_number_times_speed) {
    constexpr double length = 2000.0;
    constexpr int walkers = 20;
    auto const laws = sticky_laws();
    auto const tissue_law = without_forces();
    auto total = 0.0;
    constexpr int trials = 300;
    Random places(11, 0, Purpose::test);
    for (std::uint64_t seed = 0; seed < trials; ++seed) {
        auto plan = bare_plan(length, false, 0.1, 1e4);
        plan.matrix = {{.alignment = 1.0}};
        plan.kinds[1].motility = {4.0, 0.0, 1e7, 0.0, 0.0, 0.0, {}}; // straight on
        plan.cells = {{0.0, 0.0, 0.0, 0, false, {}}};
        for (int i = 0; i < walkers; ++i) {
            auto const x = 12.0 + (length - 24.0) * places.uniform();
            plan.cells.push_back({x > 0.5 * length ? x - length : x, 0.0, 0.0, 1, false, {}});
        }
        Tissue tissue(plan, laws, tissue_law, seed, backend::Executor(1));
        std::vector<double> opened;
        while (opened.empty()) {
            run(tissue, 10);
            opened = times_of(tissue.take_ledger(), Happening::contact_opened);
        }
        total += opened.front();
    }
    // speeds along the corridor are normal with sd 4; touching needs no walk over radii and reach on both sides
    auto const mean_speed = 4.0 * std::sqrt(2.0 / std::numbers::pi);
    auto const exact = (length - 2.0 * 11.5) / (walkers * mean_speed);
    EXPECT_NEAR(total / trials / exact, 1.0, 4.0 / std::sqrt(trials) + 1.0 / walkers); // the mean of few walkers is a little less
}

TEST(TissueLimits, T25_diffusing_walkers_reach_an_absorbing_sphere_at_smoluchowskis_rate) {
    constexpr int walkers = 12000;
    constexpr double side = 400.0;
    auto plan = bare_plan(side, true, 0.02, 1e3);
    plan.kinds[0].radius = 8.0;
    plan.kinds[1].motility = {25.0, 0.0, 0.02, 0.0, 0.0, 0.0, {}};
    auto const laws = sticky_laws();
    auto const tissue_law = without_forces();
    auto const contact = 8.0 + 4.0 + laws.search.reach;
    for (int i = 0; i < 64; ++i) // ten diffusion lengths from each other
        plan.cells.push_back({100.0 * (i % 4) - 150.0, 100.0 * (i / 4 % 4) - 150.0, 100.0 * (i / 16) - 150.0, 0, false, {}});
    Random places(3, 0, Purpose::test);
    while (plan.cells.size() < 64 + walkers) {
        double p[3];
        auto square = 0.0;
        for (auto& x : p) {
            x = side * (places.uniform() - 0.5);
            square += std::pow(std::remainder(x - 50.0, 100.0), 2); // to the nearest sphere
        }
        if (square > contact * contact)
            plan.cells.push_back({p[0], p[1], p[2], 1, false, {}});
    }
    Tissue tissue(plan, laws, tissue_law, 9, backend::Executor(2));
    constexpr double minutes = 10.0;

    run(tissue, std::lround(minutes / 0.02));

    auto const absorbed = static_cast<double>(times_of(tissue.take_ledger(), Happening::contact_opened).size());
    auto const diffusion = 25.0 * 25.0 * 0.02 / 3.0;
    auto const density = walkers / (side * side * side - 64.0 * 4.0 / 3.0 * std::numbers::pi * std::pow(contact, 3));
    auto const exact = 64.0 * density * 4.0 * std::numbers::pi * diffusion * contact * minutes *
                       (1.0 + 2.0 * contact / std::sqrt(std::numbers::pi * diffusion * minutes));
    // a walk of finite steps sees a sphere smaller by about 0.7 of its mean step (Milne)
    auto const milne = 0.71 * std::sqrt(2.0 * diffusion * 0.02) / contact;
    EXPECT_GT(exact, 200.0);
    EXPECT_NEAR(absorbed / exact, 1.0 - milne, 4.0 / std::sqrt(exact));
}

/// Places after a run of a heap of cells that push, adhere, take up and secrete; `turn` maps the first places.
template <class Turn> std::vector<std::array<double, 3>> heap(Turn turn) {
    auto plan = small_plan({.tumour = 150, .nk = 0});
    plan.kinds[0].cycle.reset();
    plan.kinds[0].death_rate = 0.0;
    plan.kinds[0].motility.chemotaxis = {{1, 1.0, 0.0}};
    for (auto& cell : plan.cells) {
        auto const p = turn(std::array{cell.x, cell.y, cell.z});
        cell.x = p[0];
        cell.y = p[1];
        cell.z = p[2];
    }
    Tissue tissue(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(2));
    run(tissue, 200);
    std::vector<std::array<double, 3>> out(150);
    for (std::size_t row = 0; row < tissue.cells().size(); ++row)
        out[tissue.cells().of<&Cell::id>()[row]] = {tissue.cells().of<&Cell::x>()[row], tissue.cells().of<&Cell::y>()[row],
                                                    tissue.cells().of<&Cell::z>()[row]};
    return out;
}

TEST(TissueLimits, mirrored_and_turned_tissues_stay_mirrored_and_turned) {
    auto const as_is = [](std::array<double, 3> p) { return p; };
    auto const mirrored = [](std::array<double, 3> p) { return std::array{-p[0], p[1], p[2]}; };
    auto const turned = [](std::array<double, 3> p) { return std::array{p[1], p[2], p[0]}; };

    auto const plain = heap(as_is);
    auto const mirror = heap(mirrored);
    auto const turn = heap(turned);

    auto farthest = 0.0;
    auto worst = 0.0;
    auto const start = small_plan({.tumour = 150, .nk = 0}).cells;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        auto const m = mirrored(plain[i]);
        auto const t = turned(plain[i]);
        for (std::size_t axis = 0; axis < 3; ++axis)
            worst = std::max({worst, std::abs(m[axis] - mirror[i][axis]), std::abs(t[axis] - turn[i][axis])});
        farthest = std::max(farthest, std::abs(plain[i][0] - start[i].x));
    }
    EXPECT_GT(farthest, 3.0);
    // directional splitting of the fields is not quite symmetric, and overlapping neighbours amplify what is left
    EXPECT_LT(worst, 0.02 * farthest);
}

} // namespace
