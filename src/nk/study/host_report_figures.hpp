#pragma once
#include "nk/formats/report/page.hpp"
#include "nk/study/host_report_data.hpp"

namespace nk::study {

/// NK cells in blood, their activity and kinds, NK cells in organs, over the whole run; numbers mark what happens.
std::vector<formats::report::Figure> person_figures(HostRunData const& run);

/// Of one infection, by days since it began: titre, what infected cells died of, infected cells and CD8 T cells, tissue alive.
std::vector<formats::report::Figure> infection_figures(HostRunData const& run, std::string const& name);

/// Of one tumour: its cells, what killed them, what they lost.
std::vector<formats::report::Figure> tumour_figures(HostRunData const& run, std::string const& name);

/// What happens, with the numbers of the figures.
Table happenings_table(HostRunData const& run);

/// One line for each infection that began.
Table infections_table(HostRunData const& run);

/// What each thing changed, the largest change first.
struct ChangesShown {
    Table table;
    std::size_t untold = 0; ///< changes of more than the least that are not in the table for its length
};
inline constexpr double least_change = 0.01;    ///< changes told are larger than this, relative
inline constexpr std::size_t most_changes = 40; ///< lines of the table
ChangesShown changes_shown(HostRunData const& run);

/// One line for each cell that is met, one column for each class: chance that a contact kills, resting and primed.
Table meetings_table(HostRunData const& run);

/// One line for each modulator at work: factor, published range, grade of the evidence.
Table modulators_table(HostRunData const& run);

/// How well the numbers were kept.
Table health_table(HostRunData const& run);

/// "0", "<1 %", "23 %"
std::string percent_text(double share);

} // namespace nk::study
