#pragma once
#include "nk/formats/report/page.hpp"
#include "nk/study/tissue_report_data.hpp"

#include <optional>

namespace nk::study {

/// A film: a sheet from above, or the middle slice of a tissue with depth.
std::optional<formats::report::Scene> tissue_film(TissueRunData const& run);

/// The colours of the picture of the final state in words: "blue leukaemia cell, ..."
std::string picture_colours(TissueRunData const& run);

/// The figures of one run: cells and NK cells over time, infection, hits, kills, fields.
std::vector<formats::report::Figure> course_figures(TissueRunData const& run);

/// Hits on a million cells in a day, of this run and of those it is compared with; nothing without a ledger.
std::optional<formats::report::Figure> hits_figure(TissueRunData const& run);

/// One line for each run and group of cells: contacts, hits, kills, hits on a million cells in a day.
Table met_table(TissueRunData const& run);

/// One line for each run: cells infected, killed and left.
Table runs_table(TissueRunData const& run);

/// The same quantity in all runs over time; empty when there is nothing to compare with.
std::vector<formats::report::Figure> compared_figures(TissueRunData const& run);

} // namespace nk::study
