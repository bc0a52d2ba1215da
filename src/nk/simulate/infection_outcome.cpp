#include "nk/simulate/infection_outcome.hpp"

#include <algorithm>
#include <cmath>

namespace nk::simulate {
namespace {

/// Time between two rows during which a titre is not below a limit; its logarithm runs straight from one to the other.
double detectable_between(double from, double until, double first, double last, double limit) {
    if (!(limit > 0.0) || (first >= limit && last >= limit))
        return until - from;
    if (first < limit && last < limit)
        return 0.0;
    constexpr auto nothing = 1e-9; // of the limit: a titre of 0 has no logarithm
    auto const below = std::log(std::max(nothing, std::min(first, last) / limit));
    auto const above = std::log(std::max(first, last) / limit);
    return (until - from) * above / (above - below);
}

} // namespace

double day_of_clearance(body::Host const& host, HostCourse const& course, std::size_t index) {
    auto const& now = host.infections()[index];
    if (now.cleared >= 0.0 || now.began < 0.0)
        return now.cleared;
    auto const& plan = host.plan().infections[index];
    auto const& days = course.values("day");
    auto const& titre = course.values(plan.name + "_titre");
    auto const& infected = course.values(plan.name + "_infected");
    // latent cells keep the host's own account open, with a titre that nobody can measure
    for (auto row = days.size(); row-- > 0;)
        if (titre[row] >= plan.course.law.detection || infected[row] >= 1.0)
            return row + 1 < days.size() ? days[row + 1] : -1.0;
    return -1.0; // never seen, so never gone
}

InfectionSeen infection_seen(body::Host const& host, HostCourse const& course, std::size_t index, double until) {
    auto const& now = host.infections()[index];
    InfectionSeen out;
    if (now.began < 0.0 || now.began > until)
        return out;
    auto const& plan = host.plan().infections[index];
    auto const& at = host.equations().layout().infections[index];
    auto const& y = host.values();
    out.began = now.began;
    if (now.peak_day <= until) {
        out.peak = now.peak;
        out.peak_day = now.peak_day;
    }
    auto const& days = course.values("day");
    auto const& titre = course.values(plan.name + "_titre");
    auto const& infected = course.values(plan.name + "_infected");
    auto const& alive = course.values("alive_" + host.plan().organs[plan.organ].organ.name);
    auto least = 1.0;
    out.worst_day = now.began;
    for (std::size_t row = 0; row < days.size() && days[row] <= until; ++row) {
        if (days[row] < now.began)
            continue;
        if (infected[row] >= 1.0 && alive[row] < least) {
            least = alive[row];
            out.worst_day = days[row];
        }
        out.detectable +=
            row > 0 ? detectable_between(days[row - 1], days[row], titre[row - 1], titre[row], plan.course.law.detection) : 0.0;
        if (titre[row] > out.peak) {
            out.peak = titre[row];
            out.peak_day = days[row];
        }
    }
    if (days.back() <= until) // the host looks more often than the course has rows
        least = std::min(least, now.least_alive);
    out.organ_lost = 1.0 - least;
    out.detected = out.peak > 0.0 && out.peak >= plan.course.law.detection;
    if (auto const day = day_of_clearance(host, course, index); day <= until)
        out.cleared = day;
    auto const gone = y[at.by_nk] + y[at.by_cd8] + y[at.by_virus] + y[at.by_cure];
    out.infected_died = gone - y[at.by_cure];
    out.killed_by_nk = y[at.by_nk];
    out.share_by_nk = gone > 0.0 ? out.killed_by_nk / gone : 0.0;
    return out;
}

int infection_to_blame(body::Host const& host, HostCourse const& course, std::size_t organ, double day) {
    auto const& days = course.values("day");
    auto out = -1;
    auto most = 0.0;
    auto there = false;
    for (std::size_t i = 0; i < host.plan().infections.size(); ++i) {
        auto const began = host.infections()[i].began;
        if (host.plan().infections[i].organ != organ || began < 0.0 || began > day)
            continue;
        auto const& infected = course.values(host.plan().infections[i].name + "_infected");
        auto sum = 0.0, last = 0.0; // [cell day]
        for (std::size_t row = 0; row < days.size() && days[row] <= day; ++row) {
            sum += row > 0 ? 0.5 * (infected[row - 1] + infected[row]) * (days[row] - days[row - 1]) : 0.0;
            last = infected[row];
        }
        auto const here = last >= 1.0;
        if (out < 0 || (here && !there) || (here == there && sum > most)) {
            out = static_cast<int>(i);
            most = sum;
            there = here;
        }
    }
    return out;
}

} // namespace nk::simulate
