#pragma once
#include "nk/tissue/tissue.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nk::test {

/// Reads the ledger of a tissue line by line, keeps its own account of who holds whom, and says the first thing that does not fit.
class LedgerReader {
  public:
    std::string fault;
    std::map<tissue::Happening, int> lines;
    int handed_over = 0; ///< contacts that went to the daughter of their target
    int released = 0;    ///< contacts with a target that died of another cause

    void read(std::vector<tissue::LedgerEntry> const& ledger) {
        for (auto const& entry : ledger) {
            ++lines[entry.what];
            read(entry);
        }
    }
    /// Compares its account with the state after the lines that it has read.
    void compare(tissue::Tissue const& tissue) {
        auto const& contacts = tissue.contacts();
        std::map<std::uint32_t, tissue::CellState> state;
        for (std::size_t row = 0; row < tissue.cells().size(); ++row)
            state[tissue.cells().of<&tissue::Cell::id>()[row]] = tissue.cells().of<&tissue::Cell::state>()[row];
        std::size_t held = 0;
        for (std::uint32_t slot = 0; slot < contacts.nk.size(); ++slot) {
            auto const& nk = contacts.nk[slot];
            auto const open = open_.find(nk.id);
            demand((open != open_.end()) == (nk.target != tissue::nobody), nk.id, "holds somebody in the state or in the ledger alone");
            if (nk.target == tissue::nobody || open == open_.end())
                continue;
            ++held;
            auto const& target = contacts.targets[nk.target];
            demand(std::count(target.held_by.begin(), target.held_by.end(), slot) == 1, nk.id, "is not known to its target");
            demand(state.contains(nk.id) && state[nk.id] == tissue::CellState::alive, nk.id, "holds on though it is no more");
            demand(state.contains(target.id) && state[target.id] <= tissue::CellState::dying, nk.id, "holds a cell that is no more");
            demand(open->second.of.contains(target.id), nk.id, "holds another cell than the ledger says");
            demand(nk.opened == open->second.opened, nk.id, "holds on since another time");
            handed_over += target.id != open->second.at_opening && open->second.of.size() > 1 ? 1 : 0;
            open->second.of = {target.id};
        }
        for (auto const& target : contacts.targets)
            held -= target.held_by.size();
        demand(held == 0, 0, "and others: targets think they are held by more or fewer than hold them");
    }

  private:
    struct Open {
        double opened;
        std::uint32_t at_opening;
        std::set<std::uint32_t> of; ///< the target, or one of the daughters that it became since the last comparison
    };
    void demand(bool holds, std::uint32_t id, char const* complaint) {
        if (!holds && fault.empty())
            fault = fmt::format("cell {} {}", id, complaint);
    }
    void read(tissue::LedgerEntry const& entry) {
        using enum tissue::Happening;
        auto const open = open_.find(entry.nk);
        auto const is_open = open != open_.end() && open->second.of.contains(entry.target);
        demand(entry.nk == tissue::nobody || !gone_.contains(entry.nk), entry.nk, "acts after its end");
        if (entry.nk != tissue::nobody && entry.what != left) { // after the step, whatever it did in it
            demand(entry.time >= acted_[entry.nk], entry.nk, "acts before what it did already, or after its death");
            acted_[entry.nk] = entry.time;
        }
        demand(entry.target == tissue::nobody || entry.what == cleared || entry.what == left || !gone_.contains(entry.target), entry.target,
               "suffers after its end");
        switch (entry.what) {
        case contact_opened:
            demand(open == open_.end(), entry.nk, "holds two at a time");
            open_[entry.nk] = {entry.time, entry.target, {entry.target}};
            break;
        case contact_detached:
        case contact_released:
        case contact_torn:
            demand(is_open, entry.nk, "lets go what it did not hold");
            if (!is_open)
                break;
            demand(entry.time >= open->second.opened, entry.nk, "lets go before it holds");
            demand(std::abs(entry.value - (entry.time - open->second.opened)) < 1e-9, entry.nk, "held on for another time");
            open_.erase(open);
            break;
        case hit:
            demand(is_open && entry.time > open->second.opened, entry.nk, "hits what it does not hold");
            break;
        case committed:
            demand(is_open, entry.nk, "kills what it does not hold");
            demand(committed_.insert(entry.target).second, entry.target, "is killed twice");
            break;
        case sublethal_damage:
            demand(is_open && !committed_.contains(entry.target), entry.target, "is damaged though nobody holds it or it dies already");
            break;
        case divided:
            for (auto& [nk, one] : open_)
                if (one.of.contains(entry.target))
                    one.of.insert(static_cast<std::uint32_t>(entry.value));
            break;
        case died:
            released += entry.value == static_cast<double>(biology::Death::background) && !committed_.contains(entry.target) ? 1 : 0;
            end(entry.target);
            break;
        case left:
            end(entry.nk != tissue::nobody ? entry.nk : entry.target);
            break;
        case nk_died:
            end(entry.nk);
            break;
        default:
            break;
        }
    }
    void end(std::uint32_t id) {
        gone_.insert(id);
        demand(!open_.contains(id), id, "ends with a contact open");
        for (auto const& [nk, one] : open_)
            demand(one.of != std::set{id}, nk, "holds on to a cell that ends");
    }

    std::map<std::uint32_t, Open> open_;    ///< by NK cell
    std::map<std::uint32_t, double> acted_; ///< last, by NK cell [min]
    std::set<std::uint32_t> committed_;
    std::set<std::uint32_t> gone_;
};

} // namespace nk::test
