#include "nk/base/time.hpp"
#include "nk/tissue/tissue.hpp"

#include <cmath>

namespace nk::tissue {

/// Every cell senses what its rules follow; what it does from now on is kept until the next time.
void Tissue::respond() {
    executor_.for_each(cells_.size(), [&](std::size_t row) {
        auto const& kind = kind_of(row);
        if (kind.rules.empty() || present_[row] == 0)
            return;
        std::vector<double> signals;
        for (std::size_t r = 0; r < kind.rules.size(); ++r) {
            auto const& ruled_one = kind.rules[r];
            signals.clear();
            for (auto const& what : ruled_one.senses)
                signals.push_back(sense(row, what));
            ruled_[row * rules_ + r] = biology::respond(ruled_one.rules, signals);
        }
        cells_.of<&Cell::adhesion>()[row] =
            static_cast<float>(ruled(row, biology::Behaviour::adhesion, static_cast<double>(cells_.of<&Cell::adhesion>()[row])));
    });
}

/// What a rule made of a behaviour, or the kind's own value where there is no rule.
double Tissue::ruled(std::size_t row, biology::Behaviour behaviour, int about, double otherwise) const {
    auto const& rules = kind_of(row).rules;
    for (std::size_t r = 0; r < rules.size(); ++r)
        if (rules[r].behaviour == behaviour && rules[r].about == about)
            return ruled_[row * rules_ + r];
    return otherwise;
}

/// Concentration of a substrate at a cell.
double Tissue::around(std::size_t row, int substrate) const {
    return fields_.values(static_cast<std::size_t>(
        substrate))[fields_.voxel(cells_.of<&Cell::x>()[row], cells_.of<&Cell::y>()[row], cells_.of<&Cell::z>()[row])];
}

/// Cells with the property asked for that touch this one.
double Tissue::touching(std::size_t row, RuledBehaviour::Sense const& what) const {
    using biology::Signal;
    auto const reach = laws_.search.reach;
    auto const range = static_cast<double>(cells_.of<&Cell::radius>()[row]) + 0.5 * widest_ + reach;
    auto count = 0.0;
    grid_.near(cells_.of<&Cell::x>()[row], cells_.of<&Cell::y>()[row], cells_.of<&Cell::z>()[row], range,
               [&](numerics::CellRecord const&, std::uint32_t other, double, double, double) {
                   if (other == row || gap(row, other) > reach)
                       return;
                   auto const state = cells_.of<&Cell::state>()[other];
                   auto const lives = state <= CellState::dying;
                   auto const counts = what.signal == Signal::contact_dead ? state == CellState::dead
                                       : what.signal == Signal::contact_infected
                                           ? lives && cells_.of<&Cell::infection>()[other] >= biology::InfectionState::eclipse
                                           : lives && cells_.of<&Cell::kind>()[other] == what.about;
                   count += counts ? 1.0 : 0.0;
               });
    return count;
}

double Tissue::sense(std::size_t row, RuledBehaviour::Sense const& what) const {
    using biology::InfectionState;
    using biology::Signal;
    auto const infection = cells_.of<&Cell::infection>()[row];
    auto const infected = infection >= InfectionState::eclipse;
    if ((what.among == Among::infected && !infected) || (what.among == Among::uninfected && infected))
        return 0.0;
    auto const agent = cells_.of<&Cell::agent>()[row];
    auto const is_nk = kind_of(row).role == Role::nk;
    switch (what.signal) {
    case Signal::concentration:
        return around(row, what.about);
    case Signal::gradient: {
        auto const g = fields_.gradient(static_cast<std::size_t>(what.about),
                                        fields_.voxel(cells_.of<&Cell::x>()[row], cells_.of<&Cell::y>()[row], cells_.of<&Cell::z>()[row]));
        return std::sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2]);
    }
    case Signal::pressure:
        return static_cast<double>(cells_.of<&Cell::pressure>()[row]);
    case Signal::contact:
    case Signal::contact_dead:
    case Signal::contact_infected:
        return touching(row, what);
    case Signal::damage:
        return is_nk || agent == nobody ? 0.0 : contacts_.targets[agent].damage;
    case Signal::infection_time:
        return infected ? (time() - cells_.of<&Cell::infected_at>()[row]) / minutes_per_hour : 0.0;
    case Signal::interferon_protection:
        return infection == InfectionState::refractory ? 1.0 : 0.0;
    case Signal::priming:
        return is_nk ? nk_life_[agent].priming : 0.0;
    case Signal::granules:
        return is_nk ? biology::lytic_filling(laws_.killing, contacts_.nk[agent].lytic) : 0.0;
    case Signal::exhaustion:
        return is_nk ? contacts_.nk[agent].exhaustion : 0.0;
    case Signal::divisions:
        return cells_.of<&Cell::divisions>()[row];
    case Signal::age:
        return (time() - cells_.of<&Cell::born_at>()[row]) / minutes_per_hour;
    }
    return 0.0;
}

} // namespace nk::tissue
