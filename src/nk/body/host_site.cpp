#include "nk/body/host.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

// A tumour whose cells are agents in a box of tissue: what the host gives it, and what it takes back.

namespace nk::body {
namespace {

/// Adds cells to populations in proportion to those that are there; to none where there is nobody.
void add_by_share(double* populations, std::size_t count, double cells) {
    auto const all = std::accumulate(populations, populations + count, 0.0);
    for (std::size_t q = 0; q < count && all > 0.0; ++q)
        populations[q] *= 1.0 + cells / all;
}

} // namespace

bool Host::begin_site(std::size_t tumour, double nk) {
    auto const organ = plan_.tumours[tumour].organ;
    if (!equations_.tumour_runs[tumour] || equations_.tumour_cells(tumour, y_.data()) <= 0.0 || equations_.nk_in(organ, y_.data()) <= nk)
        return false;
    auto const& layout = equations_.layout();
    add_by_share(&y_[layout.organs[organ].nk], layout.populations.size(), -nk);
    site_nk_[tumour] = nk;
    equations_.tumour_in_box[tumour] = true;
    tumour_held_[tumour] = false;
    solver_.reset();
    choose_active();
    return true;
}

void Host::report_site(std::size_t tumour, SiteReport const& report) {
    NK_EXPECT(equations_.tumour_in_box[tumour] && report.days > 0.0);
    auto const& plan = plan_.tumours[tumour];
    auto const& layout = equations_.layout();
    auto const& at = layout.tumours[tumour];
    auto const levels = biology::damage_levels(plan.hits_to_kill);
    NK_EXPECT(report.phenotypes.size() == plan.phenotypes.size());
    std::fill(y_.begin() + static_cast<std::ptrdiff_t>(at.cells), y_.begin() + static_cast<std::ptrdiff_t>(at.dormant), 0.0);
    for (std::size_t p = 0; p < plan.phenotypes.size(); ++p) // damage is the agents' own
        y_[at.cells + p * levels] = report.phenotypes[p];
    auto* const blood = &y_[layout.organs[plan_.blood].nk];
    if (report.nk_arrived - report.nk_left > 0.5 * std::accumulate(blood, blood + layout.populations.size(), 0.0))
        throw NumericalError(
            fmt::format("the box of `{}` draws more than half of the NK cells in blood between two exchanges, on day {:.4g}: "
                        "exchange more often, or take a box with fewer arrivals for its tumour cells",
                        plan.name, day_));
    y_[at.by_nk] += report.killed;
    equations_.box_killed[tumour] = report.killed / report.days;
    if (plan_.therapy)
        y_[layout.il6] += plan_.therapy->laws.host.il6_per_kill * 1e-9 * report.killed;
    add_by_share(blood, layout.populations.size(), report.nk_left - report.nk_arrived);
    site_nk_[tumour] += report.nk_arrived - report.nk_left + report.nk_born - report.nk_died;
    y_[layout.born] += report.nk_born;
    y_[layout.lost] += report.nk_died;
    y_[layout.organs[plan.organ].ifng] += report.interferon / (plan_.organs[plan.organ].organ.law.volume * 1e3);
    clip();
    solver_.reset();
}

void Host::end_site(std::size_t tumour) {
    auto const& layout = equations_.layout();
    add_by_share(&y_[layout.organs[plan_.tumours[tumour].organ].nk], layout.populations.size(), site_nk_[tumour]);
    site_nk_[tumour] = 0.0;
    equations_.tumour_in_box[tumour] = false;
    equations_.box_killed[tumour] = 0.0;
    solver_.reset();
    choose_active();
}

double Host::nk_in_sites() const {
    return std::accumulate(site_nk_.begin(), site_nk_.end(), 0.0);
}

} // namespace nk::body
