#include "small_tissue.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>

namespace {

using namespace nk;
using namespace nk::test;
using nk::tissue::Happening;

std::map<Happening, int> count_events(std::vector<tissue::LedgerEntry> const& ledger) {
    std::map<Happening, int> out;
    for (auto const& entry : ledger)
        ++out[entry.what];
    return out;
}

TEST(Tissue, nk_cells_find_bind_and_kill_tumour_cells_that_go_on_dividing) {
    auto tissue = small_tissue({.duration = 120.0, .cycle_hours = 4.0});

    while (!tissue.done())
        tissue.advance();

    auto const events = count_events(tissue.contacts().ledger);
    EXPECT_GT(events.at(Happening::contact_opened), 20);
    EXPECT_GT(events.at(Happening::committed), 5);
    EXPECT_GT(events.at(Happening::divided), 5);
    EXPECT_EQ(tissue.health().not_finite, 0U);
}

TEST(Tissue, the_state_has_the_same_bits_with_1_2_3_and_8_threads) {
    auto const hash = [](int threads) {
        auto tissue = small_tissue({.cycle_hours = 4.0}, 5, threads);
        run(tissue, 300);
        return tissue.state_hash();
    };
    auto const expected = hash(1);

    for (auto const threads : {2, 3, 8})
        EXPECT_EQ(hash(threads), expected) << threads;
}

TEST(Tissue, a_state_saved_and_loaded_goes_on_as_if_nothing_had_happened) {
    SmallTissue const size{.cycle_hours = 4.0};
    auto whole = small_tissue(size);
    run(whole, 250);
    auto const saved = whole.save();
    run(whole, 250);

    auto resumed = small_tissue(size, 1, 2);
    resumed.load(saved);
    run(resumed, 250);

    EXPECT_EQ(resumed.state_hash(), whole.state_hash());
    EXPECT_GT(whole.contacts().ledger.size(), 50U);
}

TEST(Tissue, a_saved_state_that_is_cut_or_too_long_is_refused) {
    auto tissue = small_tissue({});
    run(tissue, 30);
    auto saved = tissue.save();

    for (auto const share : {0.0, 0.1, 0.5, 0.999}) {
        auto const part = std::span(saved).first(static_cast<std::size_t>(share * static_cast<double>(saved.size())));
        EXPECT_THROW(small_tissue({}).load(part), BrokenState) << share;
    }
    saved.push_back(0);
    EXPECT_THROW(small_tissue({}).load(saved), BrokenState);
}

TEST(Tissue, how_often_cells_are_sorted_in_memory_changes_no_cell) {
    auto const cells_by_id = [](int sort_every) {
        auto plan = small_plan({.cycle_hours = 4.0});
        plan.sort_every = sort_every;
        Tissue tissue(std::move(plan), shared_laws(), shared_tissue_laws(), 2, backend::Executor(2));
        run(tissue, 300);
        std::map<std::uint32_t, std::array<double, 4>> out;
        for (std::size_t row = 0; row < tissue.cells().size(); ++row) {
            auto const cell = tissue.cells().load(row);
            out[cell.id] = {cell.x, cell.y, cell.z, cell.patience};
        }
        return out;
    };

    EXPECT_EQ(cells_by_id(1), cells_by_id(1000));
}

TEST(Tissue, a_far_bystander_changes_nothing) {
    auto plan = small_plan({.side = 400.0, .cycle_hours = 4.0});
    plan.substrates.clear(); // fields reach everywhere
    plan.oxygen = -1;
    plan.kinds[0].exchange.clear();
    plan.kinds[0].needs_oxygen = false;
    plan.kinds[1].motility.chemotaxis.clear();
    plan.kinds[0].cycle.reset(); // a new cell's id would come after the bystander's
    auto more = plan;
    more.cells.push_back({195.0, 195.0, 195.0, 0, false, {}});
    Tissue alone(plan, shared_laws(), shared_tissue_laws(), 2, backend::Executor(1));
    Tissue watched(more, shared_laws(), shared_tissue_laws(), 2, backend::Executor(1));

    run(alone, 300);
    run(watched, 300);

    for (std::size_t row = 0; row < alone.cells().size(); ++row) {
        auto const cell = alone.cells().load(row);
        std::size_t other = 0;
        while (watched.cells().load(other).id != cell.id)
            ++other;
        auto const same = watched.cells().load(other);
        EXPECT_EQ(cell.x, same.x);
        EXPECT_EQ(cell.y, same.y);
        EXPECT_EQ(cell.z, same.z);
        EXPECT_EQ(cell.state, same.state);
    }
}

TEST(Tissue, no_cell_is_lost_or_made_but_by_an_event) {
    auto tissue = small_tissue({.boundary = Boundary::absorbing, .duration = 240.0, .cycle_hours = 3.0});
    auto const start = tissue.cells().size();

    while (!tissue.done())
        tissue.advance();

    auto events = count_events(tissue.contacts().ledger);
    std::size_t gone = 0;
    for (auto const state : tissue.cells().of<&Cell::state>())
        gone += state == CellState::gone ? 1 : 0;
    // cells that left since the last closing of gaps still have a row
    auto const removed = static_cast<std::size_t>(events[Happening::cleared] + events[Happening::left] + events[Happening::nk_died]);
    EXPECT_EQ(tissue.cells().size() - gone, start + static_cast<std::size_t>(events[Happening::divided]) - removed);
    EXPECT_GT(events[Happening::left], 0);
}

TEST(Tissue, every_contact_that_opens_ends_once_or_is_still_open) {
    auto tissue = small_tissue({.duration = 120.0, .cycle_hours = 2.0});

    while (!tissue.done())
        tissue.advance();

    std::map<std::uint32_t, int> open;
    for (auto const& entry : tissue.contacts().ledger) {
        if (entry.what == Happening::contact_opened) {
            EXPECT_EQ(open[entry.nk]++, 0);
        } else if (entry.what == Happening::contact_detached || entry.what == Happening::contact_released ||
                   entry.what == Happening::contact_torn) {
            EXPECT_EQ(open[entry.nk]--, 1);
        } else if (entry.what == Happening::hit) {
            EXPECT_EQ(open[entry.nk], 1) << "a hit outside a contact";
        }
    }
    for (auto const& nk : tissue.contacts().nk)
        EXPECT_EQ(open[nk.id], nk.target != tissue::nobody ? 1 : 0);
}

TEST(Tissue, a_flat_sheet_stays_flat) {
    auto tissue = small_tissue({.boundary = Boundary::periodic, .three_d = false, .cycle_hours = 4.0});

    run(tissue, 300);

    for (auto const z : tissue.cells().of<&Cell::z>())
        EXPECT_EQ(z, 0.0);
}

} // namespace
