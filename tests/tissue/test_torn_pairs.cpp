#include "ledger_reader.hpp"
#include "small_tissue.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

/// What is left of a contact when its two cells are torn apart: T19 of the table of limiting cases, pair by pair.
namespace {

using namespace nk;
using namespace nk::test;
using tissue::Happening;
using tissue::LedgerEntry;

constexpr int pairs = 500;
constexpr double pair_distance = 100.0;
constexpr double in_touch = 10.7; ///< between the centres of cells of radius 7 and 4 [um]
constexpr std::uint16_t target_kind = 0;
constexpr std::uint16_t killer_kind = 1;

/// Every killer attaches at the first touch; nothing pushes.
biology::Laws eager_laws() {
    auto out = shared_laws();
    out.search.attach_rate = 1e6;
    out.search.attach_sd = 0.0;
    out.adaptation.survival_no_cytokine = 1e6;
    out.killing.receptor_rate = 0.0;
    out.recognition.stage_rate = 0.4;
    return out;
}
biology::TissueLaws laws_without_pushes() {
    auto out = tissue_laws();
    out.mechanics.repulsion = 0.0;
    out.cycle.pressure_half = 1e9;
    return out;
}

/// A killer with a target beside it on each place of a cubic lattice, all at rest; killers come first.
TissuePlan lattice_of_pairs() {
    auto plan = small_plan({.tumour = 0, .nk = 0, .side = 8.0 * pair_distance, .boundary = Boundary::periodic});
    plan.duration = 1e3;
    plan.phenotype_every = 5;
    plan.substrates.clear();
    plan.oxygen = -1;
    for (auto& kind : plan.kinds) {
        kind.exchange.clear();
        kind.cycle.reset();
        kind.death_rate = kind.radius_sd = kind.adhesion = 0.0;
        kind.needs_oxygen = false;
        kind.motility = {};
    }
    for (auto const kind : {killer_kind, target_kind})
        for (int i = 0; i < pairs; ++i)
            plan.cells.push_back({pair_distance * (i % 8 - 3.5) + (kind == target_kind ? in_touch : 0.0),
                                  pair_distance * (i / 8 % 8 - 3.5),
                                  pair_distance * (i / 64 - 3.5),
                                  kind,
                                  false,
                                  {}});
    return plan;
}

/// The first contact of a killer: what its own clock brought first, or what ended it before.
struct FirstContact {
    double opened = -1.0;
    double time = -1.0;
    Happening what = Happening::contact_opened;
    bool own() const { return what == Happening::hit || what == Happening::contact_detached; }
};
/// By the killers' ids.
std::vector<FirstContact> first_contacts(std::vector<LedgerEntry> const& ledger) {
    std::vector<FirstContact> out(pairs);
    for (auto const& entry : ledger) {
        if (entry.nk >= pairs)
            continue;
        auto& one = out[entry.nk];
        if (entry.what == Happening::contact_opened && one.opened < 0.0)
            one.opened = entry.time;
        else if (entry.what != Happening::contact_opened && one.opened >= 0.0 && one.time < 0.0) {
            one.time = entry.time;
            one.what = entry.what;
        }
    }
    return out;
}

/// The ledger of fifteen minutes, audited after each step.
std::vector<LedgerEntry> ledger_of(TissuePlan const& plan, biology::Laws const& laws, int& handed_over) {
    auto const without_pushes = laws_without_pushes();
    Tissue tissue(plan, laws, without_pushes, 4, backend::Executor(1));
    LedgerReader reader;
    std::vector<LedgerEntry> out;
    for (int step = 0; step < 150; ++step) {
        tissue.advance();
        auto const lines = tissue.take_ledger();
        reader.read(lines);
        reader.compare(tissue);
        out.insert(out.end(), lines.begin(), lines.end());
    }
    EXPECT_EQ(reader.fault, "");
    handed_over = reader.handed_over;
    return out;
}

/// One way in which a pair is disturbed, and the end of contact that it brings.
struct Disturbance {
    char const* name;
    Happening end;
    double least; ///< share of the pairs that it reaches
    void (*change)(TissuePlan&, biology::Laws&);
};
std::ostream& operator<<(std::ostream& out, Disturbance const& one) {
    return out << one.name;
}

class TornPairs : public testing::TestWithParam<Disturbance> {};

TEST_P(TornPairs, a_disturbed_contact_goes_on_by_the_same_clock_or_ends_before_it_and_its_hit_never_comes) {
    auto plan = lattice_of_pairs();
    auto laws = eager_laws();
    auto handed_over = 0;
    auto const calm = first_contacts(ledger_of(plan, laws, handed_over));
    EXPECT_EQ(handed_over, 0);

    GetParam().change(plan, laws);
    auto const disturbed = first_contacts(ledger_of(plan, laws, handed_over));

    auto ended_before = 0;
    auto by_the_clock = 0;
    for (std::size_t i = 0; i < pairs; ++i) {
        ASSERT_EQ(disturbed[i].opened, calm[i].opened) << i;
        if (disturbed[i].own()) { // the bits of the undisturbed clock
            EXPECT_EQ(disturbed[i].time, calm[i].time) << i;
            EXPECT_EQ(disturbed[i].what, calm[i].what) << i;
            ++by_the_clock;
        } else if (disturbed[i].time >= 0.0) {
            EXPECT_EQ(disturbed[i].what, GetParam().end) << i;
            EXPECT_TRUE(calm[i].time < 0.0 || disturbed[i].time <= calm[i].time) << i;
            ++ended_before;
        } else {
            EXPECT_LT(calm[i].time, 0.0) << i;
        }
    }
    EXPECT_GT(by_the_clock, pairs / 5);
    if (GetParam().least > 0.0) {
        EXPECT_GT(ended_before, GetParam().least * pairs);
    } else {
        EXPECT_GT(handed_over, pairs / 10);
    }
}

INSTANTIATE_TEST_SUITE_P(
    By, TornPairs,
    testing::Values(Disturbance{"AnotherDeath", Happening::contact_released, 0.2,
                                [](TissuePlan& plan, biology::Laws&) { plan.kinds[target_kind].death_rate = 0.1; }},
                    Disturbance{"Division", Happening::contact_torn, 0.0,
                                [](TissuePlan& plan, biology::Laws&) {
                                    plan.kinds[target_kind].cycle = biology::CellCycle{1.0, 10.0 / 60.0};
                                }},
                    Disturbance{"Distance", Happening::contact_torn, 0.2,
                                [](TissuePlan& plan, biology::Laws&) {
                                    plan.kinds[target_kind].motility = {2.0, 0.0, 1e7, 0.0, 0.0, 0.0, {}}; // straight away
                                }},
                    Disturbance{"TheKillersDeath", Happening::contact_torn, 0.2,
                                [](TissuePlan&, biology::Laws& laws) { laws.adaptation.survival_no_cytokine = 10.0 / 1440.0; }}),
    [](auto const& one) { return std::string(one.param.name); });

/// Chance that three exponential stages are over by `time`, summed over the number of jumps of the fastest of them.
double three_stages_done(std::array<double, 3> const& rates, double time) {
    auto const fastest = *std::max_element(rates.begin(), rates.end());
    if (fastest <= 0.0)
        return 0.0;
    std::array<double, 4> share{1.0, 0.0, 0.0, 0.0};
    auto jumps = std::exp(-fastest * time);
    auto done = 0.0;
    for (int n = 1; n < 400; ++n) {
        for (std::size_t stage = 3; stage-- > 0;) {
            auto const moves = share[stage] * rates[stage] / fastest;
            share[stage + 1] += moves;
            share[stage] -= moves;
        }
        jumps *= fastest * time / n;
        done += jumps * share[3];
    }
    return done;
}

TEST(TornPairsAgain, the_next_contact_of_a_torn_killer_begins_anew_and_hits_by_the_exact_law_of_its_three_stages) {
    auto plan = lattice_of_pairs();
    plan.kinds[target_kind].motility = {3.0, 0.0, 1e7, 0.0, 0.0, 0.0, {}};
    plan.kinds.push_back(plan.kinds[target_kind]); // those that stay, on the other side of the killer
    plan.kinds.back().motility = {};
    auto const beside = plan.cells;
    for (std::size_t i = 0; i < pairs; ++i)
        plan.cells.push_back({beside[i].x - in_touch, beside[i].y, beside[i].z, 2, false, {}});
    auto laws = eager_laws();
    laws.recognition.detach_high = laws.recognition.detach_low = 0.0;
    auto const without_pushes = laws_without_pushes();
    Tissue tissue(plan, laws, without_pushes, 8, backend::Executor(1));
    struct Second {
        double opened = -1.0, hit = -1.0;
        std::array<double, 3> rates{};
    };
    std::map<std::uint32_t, Second> seconds;
    std::set<std::uint32_t> torn;
    constexpr double observed = 12.0; // [min]

    for (int step = 0; step < 300; ++step) {
        tissue.advance();
        for (auto const& entry : tissue.take_ledger()) {
            if (entry.what == Happening::contact_torn)
                torn.insert(entry.nk);
            auto const is_known = seconds.contains(entry.nk);
            if (entry.what == Happening::contact_opened && torn.contains(entry.nk) && !is_known && entry.target >= 2 * pairs) {
                auto const slot = std::find_if(tissue.contacts().nk.begin(), tissue.contacts().nk.end(),
                                               [&](auto const& nk) { return nk.id == entry.nk; });
                auto const last = biology::contact_rates(laws, slot->seen, {2, 0}, slot->lytic, {}, false).advance;
                seconds[entry.nk] = {entry.time, -1.0, {slot->seen.stage_rate[0], slot->seen.stage_rate[1], last}};
            }
            if (entry.what == Happening::hit && is_known && seconds[entry.nk].hit < 0.0 && entry.target >= 2 * pairs)
                seconds[entry.nk].hit = entry.time;
        }
    }

    auto expected = 0.0, spread = 0.0;
    std::vector<double> shares; // of the chance to hit while observed, uniform
    for (auto const& [id, one] : seconds) {
        if (one.opened + observed > tissue.time())
            continue;
        auto const chance = three_stages_done(one.rates, observed);
        expected += chance;
        spread += chance * (1.0 - chance);
        if (one.hit >= 0.0 && one.hit <= one.opened + observed)
            shares.push_back(three_stages_done(one.rates, one.hit - one.opened) / chance);
    }
    std::sort(shares.begin(), shares.end());
    auto const n = static_cast<double>(shares.size());
    auto distance = 0.0; // Kolmogorov-Smirnov
    for (std::size_t i = 0; i < shares.size(); ++i)
        distance =
            std::max({distance, std::abs(shares[i] - static_cast<double>(i) / n), std::abs(shares[i] - static_cast<double>(i + 1) / n)});
    EXPECT_GT(n, 50.0);
    EXPECT_NEAR(n, expected, 4.0 * std::sqrt(spread));
    EXPECT_LT(distance, 1.95 / std::sqrt(n));
}

/// A crowd in which contacts end in every way: cells divide, die, walk off, are pushed away and leave through the faces.
TissuePlan restless_crowd() {
    auto plan = small_plan({.tumour = 1800, .nk = 400, .side = 240.0, .boundary = Boundary::absorbing, .cycle_hours = 0.5});
    plan.phenotype_every = 5;
    plan.kinds[target_kind].cycle->stages = 2.0;
    plan.kinds[target_kind].death_rate = 0.01;
    plan.kinds[target_kind].clearance = 5.0;
    plan.kinds[target_kind].motility = {15.0, 0.3, 5.0, 0.0, 0.0, 0.0, {}};
    plan.kinds[killer_kind].motility.speed = 10.0;
    return plan;
}

TEST(TornPairsInACrowd, leave_a_ledger_that_fits_the_state_after_every_step_for_one_thread_and_three) {
    auto laws = shared_laws();
    laws.search.attach_rate = 3.0;
    laws.search.refractory = 1.0;
    laws.recognition.stage_rate = 1.0;
    laws.adaptation.survival_no_cytokine = 0.02;
    auto const make = [&](int threads) { return Tissue(restless_crowd(), laws, shared_tissue_laws(), 6, backend::Executor(threads)); };
    auto one = make(1);
    auto three = make(3);
    auto stopped = make(3);
    LedgerReader reader;

    for (int step = 0; step < 200; ++step) { // long enough for cells that left to die of their hits
        one.advance();
        three.advance();
        if (step == 50)
            stopped.load(three.save());
        else if (step > 50)
            stopped.advance();
        if (step % 25 == 24) {
            ASSERT_EQ(three.state_hash(), one.state_hash()) << step;
        }
        if (step == 50)
            stopped.take_ledger();
        three.take_ledger();
        reader.read(one.take_ledger());
        reader.compare(one);
        ASSERT_EQ(reader.fault, "") << step;
    }

    for (auto const what : {Happening::contact_opened, Happening::contact_torn, Happening::contact_released, Happening::contact_detached,
                            Happening::hit, Happening::committed, Happening::nk_died, Happening::left, Happening::divided})
        EXPECT_GT(reader.lines[what], 10) << tissue::to_text(what);
    EXPECT_GT(reader.handed_over, 5);
    EXPECT_GT(reader.released, 10);
    stopped.take_ledger();
    EXPECT_EQ(stopped.state_hash(), three.state_hash());
}

TEST(TornPairsAtTheEdge, a_killer_that_is_pushed_out_of_the_tissue_or_whose_target_walks_out_holds_nobody) {
    for (auto const killer_leaves : {true, false}) {
        auto plan = lattice_of_pairs();
        plan.box.boundary = {Boundary::absorbing, Boundary::absorbing, Boundary::absorbing};
        auto const face = plan.box.high[0];
        if (killer_leaves)
            plan.cells = {{face - 0.05, 0.0, 0.0, killer_kind, false, {}}, {face - 8.05, 0.0, 0.0, target_kind, false, {}}};
        else
            plan.cells = {{face - 8.05, 0.0, 0.0, killer_kind, false, {}}, {face - 0.05, 0.0, 0.0, target_kind, false, {}}};
        auto const laws = eager_laws();
        Tissue tissue(plan, laws, shared_tissue_laws(), 1, backend::Executor(1));
        LedgerReader reader;

        for (int step = 0; step < 20; ++step) {
            tissue.advance();
            reader.read(tissue.take_ledger());
            reader.compare(tissue);
        }

        EXPECT_EQ(reader.fault, "") << killer_leaves;
        EXPECT_EQ(reader.lines[Happening::contact_opened], 1) << killer_leaves;
        EXPECT_EQ(reader.lines[Happening::contact_torn], 1) << killer_leaves;
        EXPECT_EQ(reader.lines[Happening::left], 1) << killer_leaves;
        EXPECT_EQ(tissue.cells().size(), 1U) << killer_leaves;
    }
}

} // namespace
