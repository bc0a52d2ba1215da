#include "small_tissue.hpp"

#include <gtest/gtest.h>

namespace {

using namespace nk;
using namespace nk::test;
using biology::Behaviour;
using biology::Signal;
using tissue::Among;
using tissue::RuledBehaviour;

/// Cells that neither divide nor die nor crawl by themselves, without fields.
TissuePlan quiet_plan(int tumour, int nk) {
    auto plan = small_plan({.tumour = tumour, .nk = nk, .duration = 600.0});
    plan.substrates.clear();
    plan.oxygen = -1;
    for (auto& kind : plan.kinds) {
        kind.exchange.clear();
        kind.motility.chemotaxis.clear();
        kind.cycle.reset();
        kind.death_rate = 0.0;
    }
    return plan;
}

RuledBehaviour rule(Behaviour behaviour, int about, biology::HillRule const& response, RuledBehaviour::Sense const& sense) {
    return {behaviour, about, {response}, {sense}};
}

std::size_t alive_of(Tissue const& tissue, std::uint16_t kind) {
    auto const kinds = tissue.cells().of<&Cell::kind>();
    auto const states = tissue.cells().of<&Cell::state>();
    std::size_t out = 0;
    for (std::size_t row = 0; row < kinds.size(); ++row)
        out += kinds[row] == kind && states[row] == CellState::alive ? 1 : 0;
    return out;
}

TEST(TissueRules, a_death_rate_that_follows_contacts_kills_only_cells_that_are_touched) {
    auto plan = quiet_plan(0, 0);
    plan.kinds[1] = plan.kinds[0]; // any other kind will do
    plan.kinds[1].name = "touching";
    plan.kinds[0].clearance = 1e6;
    plan.kinds[0].rules = {rule(Behaviour::death_rate, -1, {0.5, 8.0, 0.0, 600.0}, {Signal::contact, 1, Among::all})};
    plan.cells = {{-40, 0, 0, 0, false, {}}, {-26, 0, 0, 1, false, {}}, {40, 0, 0, 0, false, {}}};
    Tissue tissue(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));

    run(tissue, 100);

    EXPECT_EQ(alive_of(tissue, 0), 1U);
    EXPECT_GT(tissue.cells().of<&Cell::x>()[0] * (tissue.cells().of<&Cell::state>()[0] == CellState::alive ? 1.0 : -1.0), 0.0);
    EXPECT_EQ(alive_of(tissue, 1), 1U);
}

TEST(TissueRules, a_rule_for_infected_cells_leaves_the_others_alone) {
    auto plan = quiet_plan(50, 0);
    plan.kinds[0].clearance = 1e6;
    plan.kinds[0].rules = {rule(Behaviour::death_rate, -1, {1e-9, 1.0, 0.0, 600.0}, {Signal::age, -1, Among::infected})};
    Tissue tissue(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));

    run(tissue, 200);

    EXPECT_EQ(alive_of(tissue, 0), 50U);
}

TEST(TissueRules, a_kind_without_a_cycle_divides_when_a_rule_lets_it) {
    auto plan = quiet_plan(50, 0);
    plan.kinds[0].cycle = biology::CellCycle{1.0, 1e300}; // as the rule's builder gives it
    auto const still = plan;
    plan.kinds[0].rules = {rule(Behaviour::division_rate, -1, {1e-9, 1.0, 0.0, 0.2}, {Signal::age, -1, Among::all})};
    Tissue growing(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));
    Tissue waiting(still, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));

    run(growing, 3000);
    run(waiting, 3000);

    EXPECT_GT(alive_of(growing, 0), 70U);
    EXPECT_EQ(alive_of(waiting, 0), 50U);
}

TEST(TissueRules, a_secretion_that_follows_a_signal_fills_a_field_that_nobody_else_fills) {
    auto plan = quiet_plan(20, 0);
    plan.substrates.push_back({"IL12", "molecule/um3", {1e3, 0.0, {}}, 0.0});
    auto const silent = plan;
    plan.kinds[0].exchange = {{.substrate = 0}};
    plan.kinds[0].rules = {rule(Behaviour::secretion, 0, {1e-9, 1.0, 0.0, 100.0}, {Signal::age, -1, Among::all})};
    Tissue tissue(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));
    auto const secreting_steps = 400 - plan.phenotype_every; // at step 0 no cell has an age

    run(tissue, 400);

    EXPECT_NEAR(tissue.fields().molecules(0), 20 * 100.0 * 0.1 * (secreting_steps - 1), 20 * 100.0 * 0.1 * 1.01);
    EXPECT_EQ(silent.kinds[0].exchange.size(), 0U);
}

TEST(TissueRules, more_copies_of_a_ligand_by_a_rule_are_seen_by_nk_cells) {
    auto plan = quiet_plan(5, 0);
    plan.kinds[0].rules = {rule(Behaviour::ligand_copies, 0, {1e-9, 1.0, 20000.0, 40000.0}, {Signal::age, -1, Among::all})};
    Tissue tissue(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));
    auto const before = tissue.ligands_of(2)[0];

    run(tissue, 2 * plan.phenotype_every + 1);

    EXPECT_NEAR(tissue.ligands_of(2)[0], 2.0F * before, 1e-3F * before);
}

TEST(TissueRules, hold_for_any_number_of_threads_and_after_saving_and_loading) {
    auto plan = small_plan({.tumour = 2200, .nk = 60, .side = 320.0, .duration = 10.0, .cycle_hours = 4.0});
    plan.kinds[0].rules = {rule(Behaviour::division_rate, -1, {0.5, 2.0, 0.25, 0.0}, {Signal::pressure, -1, Among::all}),
                           rule(Behaviour::secretion, 1, {1.0, 1.0, 0.0, 500.0}, {Signal::contact, 1, Among::all})};
    plan.kinds[1].rules = {rule(Behaviour::speed, -1, {2.0, 1.0, 4.0, 0.5}, {Signal::concentration, 1, Among::all}),
                           rule(Behaviour::persistence, -1, {2.0, 1.0, 3.0, 9.0}, {Signal::gradient, 1, Among::all}),
                           rule(Behaviour::priming, -1, {0.5, 2.0, 0.0, 0.9}, {Signal::contact, 0, Among::all})};
    auto const make = [&](int threads) { return Tissue(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(threads)); };
    auto one = make(1);
    auto three = make(3);

    run(one, 50);
    run(three, 50);
    auto loaded = make(2);
    loaded.load(one.save());
    run(one, 40);
    run(three, 40);
    run(loaded, 40);

    EXPECT_EQ(one.state_hash(), three.state_hash());
    EXPECT_EQ(one.state_hash(), loaded.state_hash());
}

TEST(TissueRules, without_effect_change_nothing_but_the_state_that_holds_them) {
    auto plan = small_plan({.duration = 20.0});
    Tissue plain(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));
    plan.kinds[1].rules = {rule(Behaviour::speed, -1, {1.0, 1.0, 4.0, 4.0}, {Signal::priming, -1, Among::all})};
    Tissue ruled(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(1));

    run(plain, 100);
    run(ruled, 100);

    for (std::size_t row = 0; row < plain.cells().size(); ++row)
        EXPECT_EQ(plain.cells().of<&Cell::x>()[row], ruled.cells().of<&Cell::x>()[row]);
}

TEST(TissueShedding, fills_the_field_and_takes_ligands_off_the_surface_where_a_rule_raises_it) {
    auto plan = quiet_plan(30, 0);
    plan.substrates.push_back({"sNKG2DL", "molecule/um3", {2e3, 0.0, {}}, 0.0});
    plan.shed = 0;
    auto laws = shared_tissue_laws();
    laws.heredity.shedding = 0.03;
    laws.heredity.turnover = 0.1;
    auto raised = plan;
    raised.kinds[0].rules = {rule(Behaviour::shedding, -1, {1e-9, 1.0, 1.0, 5.0}, {Signal::age, -1, Among::all})};
    Tissue usual(plan, shared_laws(), laws, 1, backend::Executor(1));
    Tissue more(raised, shared_laws(), laws, 1, backend::Executor(1));
    auto surface = 0.0;
    for (std::size_t row = 0; row < usual.cells().size(); ++row)
        surface += static_cast<double>(usual.ligands_of(row)[0]);

    run(usual, 200); // 20 min, the first 2 of them before the first look
    run(more, 200);

    auto const factor = (0.1 + 0.03) / (0.1 + 5.0 * 0.03);
    EXPECT_NEAR(usual.fields().molecules(0), surface * 0.03 / 60.0 * 18.0, 1e-3 * surface * 0.03 / 60.0 * 18.0);
    EXPECT_NEAR(more.ligands_of(3)[0], static_cast<double>(usual.ligands_of(3)[0]) * factor, 1.0);
    EXPECT_GT(more.fields().molecules(0), 2.0 * usual.fields().molecules(0));
}

/// Mean squares of the displacements along each axis of free walkers.
std::array<double, 3> spread(tissue::MatrixPlan const& matrix, double* turned = nullptr) {
    auto plan = quiet_plan(0, 400);
    plan.box.low = {-1e4, -1e4, -1e4};
    plan.box.high = {1e4, 1e4, 1e4};
    plan.kinds[1].motility = {4.0, 0.0, 3.0, 0.0, 0.0, 0.0, {}};
    for (std::size_t i = 0; i < plan.cells.size(); ++i) // far from each other
        plan.cells[i] = {200.0 * (static_cast<double>(i % 20) - 9.5), 200.0 * (static_cast<double>(i / 20) - 9.5), 500.0, 1, false, {}};
    auto const start = plan.cells;
    plan.matrix = {matrix};
    Tissue tissue(plan, shared_laws(), shared_tissue_laws(), 4, backend::Executor(2));
    run(tissue, 300);
    std::array<double, 3> out{};
    auto radial = 0.0;
    for (std::size_t row = 0; row < tissue.cells().size(); ++row) {
        auto const& from = start[tissue.cells().of<&Cell::id>()[row]];
        double const d[3] = {tissue.cells().of<&Cell::x>()[row] - from.x, tissue.cells().of<&Cell::y>()[row] - from.y,
                             tissue.cells().of<&Cell::z>()[row] - from.z};
        auto const distance = std::sqrt(from.x * from.x + from.y * from.y + from.z * from.z);
        radial += std::pow((d[0] * from.x + d[1] * from.y + d[2] * from.z) / distance, 2) / 400.0;
        for (std::size_t axis = 0; axis < 3; ++axis)
            out[axis] += d[axis] * d[axis] / 400.0;
    }
    if (turned != nullptr)
        *turned = radial;
    return out;
}

TEST(TissueMatrix, fibres_guide_cells_along_them_and_keep_the_mean_square_displacement) {
    using Pattern = tissue::MatrixPlan::Pattern;
    auto const t = 30.0;
    auto const free = 2.0 * 16.0 / 3.0 * 3.0 * (t - 3.0 * (1.0 - std::exp(-t / 3.0))); // T5, along one axis
    auto const error = 4.0 * std::sqrt(2.0 / 400.0);                                   // four standard errors of a variance

    auto const plain = spread({});
    auto const along_y = spread({.pattern = Pattern::along_axis, .axis = 1, .alignment = 0.8});
    auto radial = 0.0;
    spread({.pattern = Pattern::radial, .alignment = 0.9}, &radial);
    auto tangential = 0.0;
    spread({.pattern = Pattern::tangential, .alignment = 0.9}, &tangential);
    auto const slow = spread({.speed = 0.5});

    EXPECT_NEAR(plain[1] / free, 1.0, error);
    EXPECT_NEAR(along_y[0] / free, 0.2, 0.2 * error);
    EXPECT_NEAR(along_y[1] / free, 1.0 + 2.0 * 0.8, 2.6 * error);
    EXPECT_NEAR(along_y[2] / free, 0.2, 0.2 * error);
    EXPECT_NEAR(radial / free, 1.0 + 2.0 * 0.9, 2.8 * error + 0.05);
    EXPECT_NEAR(tangential / free, 0.1, 0.1 * error + 0.01);
    EXPECT_NEAR(slow[0] / free, 0.25, 0.25 * error);
}

TEST(TissueNk, divide_on_il15_and_only_on_it) {
    auto plan = quiet_plan(0, 100);
    plan.phenotype_every = 60;
    plan.duration = 3000.0;
    plan.box.boundary = {Boundary::reflecting, Boundary::reflecting, Boundary::reflecting};
    biology::Cytokine il15{"IL15", 1.0, 1.0, 1.0, 0.5, 1.0, 1.0, "molecule/um3", 12500.0, 0.0};
    auto fed = plan;
    fed.cytokines = {{il15}, {-1}, {1e6}, 0};
    Tissue with(fed, shared_laws(), shared_tissue_laws(), 1, backend::Executor(2));
    Tissue without(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(2));

    run(with, 15000); // 25 h
    run(without, 15000);
    auto const arrivals = [](std::vector<tissue::LedgerEntry> const& ledger, tissue::Happening what) {
        return std::count_if(ledger.begin(), ledger.end(), [&](auto const& entry) { return entry.what == what; });
    };
    auto const fed_ledger = with.take_ledger();
    auto const starved_ledger = without.take_ledger();

    // recruitment 0.01 /h, then division 0.5 /day: the mean number of divisions is the integral of the share in cycle
    auto const hours = 25.0;
    auto const a = 0.01;
    auto const b = 0.5 / 24.0;
    auto const share = [&](double t) { return a * (std::exp(b * t) - std::exp(-a * t)) / (a + b); }; // dC/dt = a (1-..) + b C
    auto expected = 0.0;
    for (int i = 0; i < 1000; ++i)
        expected += 100.0 * b * share((i + 0.5) * hours / 1000) * hours / 1000;
    auto const divided = static_cast<double>(arrivals(fed_ledger, tissue::Happening::divided));
    EXPECT_NEAR(divided, expected, 4.0 * std::sqrt(expected) + 0.1 * expected); // few die meanwhile
    EXPECT_EQ(arrivals(starved_ledger, tissue::Happening::divided), 0);
    EXPECT_GT(arrivals(starved_ledger, tissue::Happening::nk_died), arrivals(fed_ledger, tissue::Happening::nk_died));
}

TEST(TissueNk, do_nothing_after_their_death_and_their_contacts_end_with_it) {
    auto plan = small_plan({.tumour = 150, .nk = 80, .duration = 600.0, .dt = 0.2});
    auto laws = shared_laws();
    laws.adaptation.survival_no_cytokine = 0.05; // 72 min
    Tissue tissue(plan, laws, shared_tissue_laws(), 2, backend::Executor(1));

    run(tissue, 1000);

    std::map<std::uint32_t, double> died;
    auto torn = 0;
    auto const ledger = tissue.take_ledger();
    for (auto const& entry : ledger)
        if (entry.what == tissue::Happening::nk_died)
            died[entry.nk] = entry.time;
    for (auto const& entry : ledger) {
        auto const death = died.find(entry.nk);
        if (entry.nk == tissue::nobody || death == died.end())
            continue;
        EXPECT_LE(entry.time, death->second) << tissue::to_text(entry.what);
        torn += entry.what == tissue::Happening::contact_torn && entry.time == death->second ? 1 : 0;
    }
    EXPECT_GT(died.size(), 40U);
    EXPECT_GT(torn, 0);
}

TEST(TissueNk, degranulate_more_slowly_without_oxygen) {
    auto plan = small_plan({.tumour = 300, .nk = 80, .duration = 240.0, .cycle_hours = 1e5});
    for (auto& kind : plan.kinds) {
        kind.needs_oxygen = false; // no necrosis: only the NK cells notice
        kind.exchange.clear();
    }
    auto choked = plan;
    for (auto& face : choked.substrates[0].physics.faces)
        face.value = 0.0;
    choked.substrates[0].initial = 0.0;
    Tissue with(plan, shared_laws(), shared_tissue_laws(), 1, backend::Executor(2));
    Tissue without(choked, shared_laws(), shared_tissue_laws(), 1, backend::Executor(2));

    run(with, 2400);
    run(without, 2400);

    EXPECT_GT(with.killed()[0], 20U);
    EXPECT_LT(static_cast<double>(without.killed()[0]), 0.8 * static_cast<double>(with.killed()[0]));
}

} // namespace
