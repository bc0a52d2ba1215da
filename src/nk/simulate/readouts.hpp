#pragma once
#include "nk/base/table.hpp"
#include "nk/tissue/well.hpp"

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace nk::simulate {

/// Read-outs of one well by name, as instruments give them; the names are those of summary.wells and of validation files.
using Readouts = std::map<std::string, double>;

/// What the contact scale of a well or a tissue has seen up to some time.
struct ContactHistory {
    std::span<tissue::LedgerEntry const> ledger;               ///< in the order it was written
    std::span<tissue::NkState const> nk;                       ///< all that there were
    std::span<tissue::TargetState const> targets;              ///< at least those an NK cell opened a contact with
    std::map<std::uint32_t, std::array<double, 3>> targets_at; ///< place of every target by cell id, of a dead one where it died [um]
    double ifng_molecules = 0.0;                               ///< secreted by all NK cells
    double minutes = 0.0;                                      ///< since the start
};
/// The read-outs of docs/reference/readouts.md that follow from contacts, kills and NK cells alone: the same for wells and tissues.
void add_contact_readouts(ContactHistory const& history, Readouts& out);

/// One well's numbers at its end.
///
/// specific_lysis_percent  100 (x - s)/(1 - s): x = share of targets with failed membranes, s = the same without NK cells
/// cd107a_percent          NK cells with at least one hit
/// and the single-cell statistics of docs/reference/readouts.md
Readouts read_out(tissue::Well const& well);

/// Lysis, contacts and kills over time, one row every `interval` minutes.
Table time_course(tissue::Well const& well, double interval);
/// One row an NK cell: receptors' class, contacts, hits, kills, content.
Table nk_cells(tissue::Well const& well);
/// The event ledger as a table.
Table ledger_table(tissue::Well const& well, std::size_t most_rows);
/// Shares of targets that have failed membranes at `time` with NK cells (x) and, by the same cells' own clocks, without (s).
struct Release {
    double with_nk;
    double without_nk;
};
Release release_at(tissue::Well const& well, double time);

} // namespace nk::simulate
