#include "nk/body/host.hpp"

#include <algorithm>
#include <cmath>

// Small numbers by chance. Between two looks rates are constant; within that, clones of cells that divide and die are exact.

namespace nk::body {
namespace {

/// Poisson number; by multiplication, so for small means, and a rounded normal for large ones.
double poisson(double mean, Random& rng) {
    if (mean <= 0.0)
        return 0.0;
    if (mean > 200.0)
        return std::max(0.0, std::round(mean + std::sqrt(mean) * rng.normal()));
    auto left = mean;
    auto out = 0.0;
    for (left -= rng.exponential(); left > 0.0; left -= rng.exponential())
        out += 1.0;
    return out;
}

/// How many of `n` happen, each with chance p.
double binomial(double n, double p, Random& rng) {
    auto out = 0.0;
    for (auto i = 0.0; i < n; i += 1.0)
        out += rng.uniform() < p ? 1.0 : 0.0;
    return out;
}

/// Descendants of `n` cells after a time, each dividing at rate b and dying at rate d: exact.
/// source  Kendall 1948, Ann Math Stat 19:1
double birth_and_death(double n, double b, double d, double time, Random& rng) {
    auto const growth = std::exp((b - d) * time);
    auto const same = std::abs(b - d) * time < 1e-9;
    auto const extinct = same ? b * time / (1.0 + b * time) : d * (growth - 1.0) / (b * growth - d);
    auto const more = same ? b * time / (1.0 + b * time) : b * (growth - 1.0) / (b * growth - d);
    auto out = 0.0;
    for (auto i = 0.0; i < n; i += 1.0)
        if (rng.uniform() >= extinct) // a family that lives has 1 + Geometric(more) cells
            out += 1.0 + (more > 0.0 ? std::floor(std::log(rng.uniform()) / std::log(more)) : 0.0);
    return out;
}

} // namespace

void Host::leap(double from, double until) {
    auto const span = until - from;
    for (std::size_t t = 0; t < tumours_.size(); ++t)
        if (tumour_held_[t])
            leap_tumour(t, span);
    for (std::size_t i = 0; i < infections_.size(); ++i)
        if (infection_held_[i])
            leap_infection(i, from, span);
    found_metastases(span);
    // who is few is taken from the solver, who is many given to it; between the two is a factor of two, so that none goes to and fro
    auto changed = false;
    auto const& layout = equations_.layout();
    for (std::size_t t = 0; t < tumours_.size(); ++t) {
        auto const cells = equations_.tumour_cells(t, y_.data());
        auto const runs = equations_.tumour_runs[t] && !equations_.tumour_in_box[t];
        auto const hold = by_chance(runs, tumour_held_[t] ? 0.5 * cells : cells);
        if (hold && !tumour_held_[t])
            for (auto i = layout.tumours[t].cells; i < layout.tumours[t].circulating; ++i) { // whole cells, right on average
                auto const whole = std::floor(y_[i]);
                y_[i] = whole + (draws_[t].uniform() < y_[i] - whole ? 1.0 : 0.0);
            }
        changed = changed || hold != tumour_held_[t];
        tumour_held_[t] = hold;
    }
    for (std::size_t i = 0; i < infections_.size(); ++i) {
        auto const cells = equations_.infected_cells(i, y_.data());
        auto const runs = equations_.infection_runs[i] && infections_[i].cleared < 0.0;
        auto const hold = infection_held_[i] ? by_chance(runs, 0.5 * cells) : by_chance(runs, cells);
        auto const& at = layout.infections[i];
        if (hold && !infection_held_[i])
            for (auto k = at.eclipse; k < at.virus; ++k) {
                auto const whole = std::floor(y_[k]);
                y_[k] = whole + (draws_[tumours_.size() + i].uniform() < y_[k] - whole ? 1.0 : 0.0);
            }
        changed = changed || hold != infection_held_[i];
        infection_held_[i] = hold;
    }
    if (changed) {
        solver_.reset();
        choose_active();
    }
}

/// Cells of a small tumour divide and die, each phenotype at the rates of this moment. Units of damage are not followed.
void Host::leap_tumour(std::size_t index, double span) {
    auto const& plan = plan_.tumours[index];
    auto const& law = plan.kind.law;
    auto const& at = equations_.layout().tumours[index];
    auto const cells = equations_.tumour_cells(index, y_.data());
    auto const now = rates().tumours[index];
    auto const levels = biology::damage_levels(plan.hits_to_kill);
    auto const killed = cells > 0.0 ? (now.nk + now.cd8) / cells : 0.0;
    auto& rng = draws_[index];
    for (std::size_t p = 0; p < plan.phenotypes.size(); ++p) {
        auto& own = y_[at.cells + p * levels];
        for (std::size_t d = 1; d < levels; ++d) {
            own += y_[at.cells + p * levels + d];
            y_[at.cells + p * levels + d] = 0.0;
        }
        auto const before = std::round(own);
        auto const rate = law.growth * plan.phenotypes[p].growth;
        own = birth_and_death(before, rate + law.death, killed + law.death, span, rng);
        auto const mutate = [&](int to, double chance) {
            if (to < 0 || chance <= 0.0)
                return;
            auto const count = std::min(own, poisson(before * (rate + law.death) * span * chance, rng));
            own -= count;
            y_[at.cells + static_cast<std::size_t>(to) * levels] += count;
        };
        mutate(plan.phenotypes[p].without_hla, law.mutation_hla);
        mutate(plan.phenotypes[p].without_nkg2d, law.mutation_nkg2d);
    }
}

/// A few infected cells: each event by chance in short steps, virus as it is made.
void Host::leap_infection(std::size_t index, double from, double span) {
    auto const& plan = plan_.infections[index];
    auto const& law = plan.course.law;
    auto const& at = equations_.layout().infections[index];
    auto const stages = eclipse_stages(plan);
    auto const levels = biology::damage_levels(law.hits_to_kill);
    auto& rng = draws_[tumours_.size() + index];
    auto infected = 0.0;
    for (std::size_t d = 0; d < levels; ++d)
        infected += y_[at.infected + d];
    auto const now = rates().infections[index];
    auto const lost = law.infected_death + (infected > 0.0 ? (now.nk + now.cd8) / infected : 0.0);
    auto const happens = [&](double rate) { return 1.0 - std::exp(-rate * span); };
    auto const died = binomial(std::round(infected), happens(lost), rng);
    auto const woken = binomial(std::min(1e6, std::round(y_[at.latent])), happens(law.reactivation), rng);
    auto flow = poisson(law.entry * y_[at.targets] * y_[at.virus] * span, rng);
    y_[at.targets] = std::max(0.0, y_[at.targets] - flow);
    auto const resting = binomial(flow, law.latent_share, rng);
    flow -= resting;
    y_[at.latent] += resting - woken;
    for (std::size_t s = 0; s < stages; ++s) {
        auto const ready = binomial(std::round(y_[at.eclipse + s]), happens(law.eclipse * static_cast<double>(stages)), rng);
        y_[at.eclipse + s] += flow - ready;
        flow = ready;
    }
    for (std::size_t d = 1; d < levels; ++d)
        y_[at.infected + d] = 0.0;
    y_[at.infected] = std::max(0.0, infected - died) + flow + woken;
    y_[at.by_virus] += died;
    // virus between two moments: made by the infected cells of before, lost at its own rate
    auto const blocked = level(plan.blocked, from, 1e-3, 1e-3);
    auto const lost_virus = law.clearance + plan_.laws.adaptive.neutralisation * law.antibody_share * y_[at.adaptive.antibody];
    auto const made = law.production * infected * (1.0 - blocked) / (1.0 + y_[at.interferon]);
    auto const kept = std::exp(-lost_virus * span);
    y_[at.virus] = y_[at.virus] * kept + (lost_virus > 0.0 ? made / lost_virus * (1.0 - kept) : made * span);
}

/// Circulating tumour cells found metastases: the next free place of that tumour begins with one cell.
void Host::found_metastases(double span) {
    auto const now = rates();
    for (std::size_t t = 0; t < tumours_.size(); ++t) {
        if (!equations_.tumour_runs[t])
            continue;
        auto founded = poisson(now.tumours[t].seeding * span, draws_[t]);
        for (std::size_t m = 0; m < tumours_.size() && founded > 0.0; ++m) {
            if (plan_.tumours[m].metastasis_of != static_cast<int>(t) || tumours_[m].began >= 0.0)
                continue;
            y_[equations_.layout().tumours[m].cells] = 1.0;
            tumours_[m].began = day_;
            equations_.tumour_runs[m] = true;
            tumour_held_[m] = true;
            founded -= 1.0;
            solver_.reset();
            choose_active();
        }
    }
}

} // namespace nk::body
