#include "nk/body/host_equations.hpp"

#include "nk/base/time.hpp"

#include <algorithm>
#include <cmath>

namespace nk::body {
namespace {

constexpr double young = 18.0; ///< no ageing law speaks of children [year]

} // namespace

double level(std::vector<Span> const& spans, double day, double rise, double fall) {
    auto out = 0.0;
    for (auto const& span : spans) {
        if (day <= span.from)
            break;
        auto const risen = span.strength * (1.0 - std::exp(-(std::min(day, span.until) - span.from) / rise));
        out = std::max(out, day <= span.until ? risen : risen * std::exp(-(day - span.until) / fall));
    }
    return out;
}

HostEquations::HostEquations(HostPlan const& plan)
    : infection_runs(plan.infections.size(), false), tumour_runs(plan.tumours.size(), false),
      infection_cleared(plan.infections.size(), false), graft_runs(plan.therapy ? plan.therapy->grafts.size() : 0, false),
      tumour_in_box(plan.tumours.size(), false), box_killed(plan.tumours.size(), 0.0), plan_(plan), layout_(plan) {
    NK_EXPECT(!plan.organs.empty() && plan.blood < plan.organs.size());
    last_met_.resize(plan.organs.size() + 2 * plan.tumours.size());
    set_traffic();
    for (auto const& graft : layout_.grafts) {
        auto& of = host_population_of_.emplace_back();
        for (auto const& one : graft.populations) {
            std::size_t same = 0;
            for (std::size_t q = 0; q < layout_.populations.size(); ++q)
                if (layout_.populations[q].bright == one.bright && !layout_.populations[q].adaptive)
                    same = q;
            of.push_back(same);
        }
    }
}

double HostEquations::healthy_nk(std::size_t organ, std::size_t population) const {
    auto const& one = layout_.populations[population];
    auto const& law = plan_.organs[organ].organ.law;
    return law.nk * plan_.nk_scale * (one.bright ? law.bright : 1.0 - law.bright) * one.share;
}

/// Entry rates, maturation and production that make the table of organs a steady state (model section 3.3).
void HostEquations::set_traffic() {
    auto const& law = plan_.laws.turnover;
    auto const& populations = layout_.populations;
    auto bright = 0.0;
    auto dim = 0.0;
    for (std::size_t j = 0; j < plan_.organs.size(); ++j)
        for (std::size_t q = 0; q < populations.size(); ++q)
            (populations[q].bright ? bright : dim) += healthy_nk(j, q);
    normal_nk_ = bright + dim;
    maturation_ = bright > 0.0 ? std::max(0.0, law.dim_death - law.dim_division) * dim / bright : 0.0;
    production_ = std::max(0.0, law.bright_death + maturation_ - law.bright_division) * bright;
    auto const n = populations.size();
    entry_.assign(plan_.organs.size(), std::vector<double>(n, 0.0));
    for (std::size_t q = 0; q < n; ++q) {
        auto const loss = populations[q].bright ? law.bright_death + law.bright_division + maturation_ : law.dim_death + law.dim_division;
        for (std::size_t j = 0; j < plan_.organs.size(); ++j) {
            if (j == plan_.blood)
                continue;
            auto const here = healthy_nk(j, q);
            auto inflow = 0.0;
            for (std::size_t k = 0; k < plan_.organs.size(); ++k)
                if (k != plan_.blood && plan_.organs[k].drains == j)
                    inflow += healthy_nk(k, q) / plan_.organs[k].organ.law.residence;
            if (!populations[q].bright) // what matures here
                for (std::size_t b = 0; b < n; ++b)
                    if (populations[b].bright)
                        inflow += maturation_ * healthy_nk(j, b) * populations[q].share;
            auto const in_blood = healthy_nk(plan_.blood, q);
            auto const needed = here * (1.0 / plan_.organs[j].organ.law.residence + loss) - inflow;
            if (needed < 0.0)
                throw ScenarioError(
                    Problem{{},
                            "biology",
                            "more NK cells drain into `organ." + plan_.organs[j].organ.name + "` than it can hold in health",
                            "its own number and residence let fewer leave",
                            "give it more cells, a shorter residence, or the organs that drain into it a longer one"});
            entry_[j][q] = in_blood > 0.0 ? needed / in_blood : 0.0;
        }
    }
}

std::vector<double> HostEquations::steady_state() const {
    std::vector<double> y(layout_.size, 0.0);
    auto const& law = plan_.laws.turnover;
    auto const& populations = layout_.populations;
    for (std::size_t q = 0; q < populations.size(); ++q) {
        auto everywhere = 0.0;
        for (std::size_t j = 0; j < plan_.organs.size(); ++j) {
            auto const here = healthy_nk(j, q);
            y[layout_.organs[j].nk + q] = here;
            everywhere += here;
        }
        auto const through = 2.0 * (populations[q].bright ? law.bright_division : law.dim_division) * everywhere +
                             (populations[q].bright ? production_ * populations[q].share : 0.0);
        for (std::size_t s = 0; s < layout_.transit_stages; ++s)
            y[layout_.transit + q * layout_.transit_stages + s] = through * law.transit / static_cast<double>(layout_.transit_stages);
    }
    for (std::size_t j = 0; j < plan_.organs.size(); ++j) {
        auto const& at = layout_.organs[j];
        y[at.content] = plan_.lack.perforin;
        y[at.hla] = 1.0;
        y[at.alive] = 1.0;
    }
    if (plan_.therapy)
        y[layout_.lymphocytes] = 1.0;
    return y;
}

double HostEquations::nk_in(std::size_t organ, double const* y) const {
    auto out = 0.0;
    for (std::size_t q = 0; q < layout_.populations.size(); ++q)
        out += std::max(0.0, y[layout_.organs[organ].nk + q]);
    return out;
}

double HostEquations::nk_everywhere(double const* y) const {
    auto out = 0.0;
    for (std::size_t j = 0; j < layout_.organs.size(); ++j)
        out += nk_in(j, y);
    return out;
}

/// IL-15 relative to health: what its constant source gives while NK cells and other cells take it up, and what is given.
double HostEquations::il15(double day, double const* y) const {
    auto const share = plan_.laws.turnover.il15_share;
    auto const nk = nk_everywhere(y) / normal_nk_;
    if (!plan_.therapy)
        return 1.0 / (1.0 - share + share * nk);
    auto grafts = 0.0;
    for (std::size_t g = 0; g < layout_.grafts.size(); ++g)
        grafts += graft_everywhere(g, y);
    auto const floor = std::min(plan_.therapy->laws.host.il15_floor, 1.0 - share);
    auto const others = 1.0 - floor - share;
    return 1.0 / (floor + share * (nk + grafts / normal_nk_) + others * std::max(0.0, y[layout_.lymphocytes])) + given_il15(day);
}

double HostEquations::modulated(std::string_view acts_on, double day) const {
    auto out = 1.0;
    for (auto const& modulator : plan_.modulators)
        if (modulator.row.acts_on == acts_on)
            out *= std::pow(modulator.row.law.effect, level(modulator.spans, day, modulator.row.law.onset, modulator.row.law.recovery));
    return std::clamp(out, 0.3, 2.0); // the product of factors that were never studied together
}

double HostEquations::activity(double day) const {
    auto const& law = plan_.laws.ageing;
    auto const years = std::max(0.0, plan_.age + day / 365.25 - std::max(young, law.from));
    return plan_.potency * std::max(0.1, 1.0 - law.activity * years) * modulated("activity", day);
}

double HostEquations::production(double day) const {
    auto const& law = plan_.laws.ageing;
    auto const years = std::max(0.0, plan_.age + day / 365.25 - std::max(young, law.from));
    return production_ * std::max(0.1, 1.0 - law.production * years) * modulated("production", day) * plan_.lack.production;
}

HostEquations::Stage HostEquations::stage(bool bright, double day, double const* y) const {
    auto const& law = plan_.laws.turnover;
    auto const c = il15(day, y);
    auto const want = 1.0 + (law.death_without_il15 - 1.0) * std::max(0.0, 1.0 - c);
    auto division = (bright ? law.bright_division : law.dim_division);
    auto const more = std::pow(c, law.il15_steepness);
    if (plan_.therapy) // far from health division comes to its greatest rate
        division = division * more / (1.0 + division * std::max(0.0, more - 1.0) / plan_.therapy->laws.graft.division);
    else
        division *= more;
    return {division, (bright ? law.bright_death : law.dim_death / plan_.lack.dim_survival) * want,
            bright ? maturation_ * plan_.lack.maturation : 0.0};
}

double HostEquations::adaptive_division(double const* y) const {
    auto out = 0.0;
    for (std::size_t i = 0; i < plan_.infections.size(); ++i)
        if (infection_runs[i]) {
            auto const antigen = std::max(0.0, y[layout_.infections[i].adaptive.antigen]);
            out += plan_.infections[i].course.law.adaptive_nk * antigen / (antigen + plan_.laws.adaptive.antigen_half);
        }
    if (out <= 0.0)
        return 0.0;
    auto adaptive = 0.0;
    for (std::size_t q = 0; q < layout_.populations.size(); ++q)
        if (layout_.populations[q].adaptive)
            for (auto const& organ : layout_.organs)
                adaptive += y[organ.nk + q];
    return out * std::max(0.0, 1.0 - adaptive / normal_nk_);
}

/// Birth, maturation and death. Cells that divide leave the organs and their daughters come back into blood after the transit, as
/// labelled cells do (validation V16).
void HostEquations::turnover(double day, double const* y, double* dydt) const {
    auto const& populations = layout_.populations;
    auto const stages = layout_.transit_stages;
    auto const pace = static_cast<double>(stages) / plan_.laws.turnover.transit;
    auto const bright = stage(true, day, y);
    auto const dim = stage(false, day, y);
    auto driven = dim;
    driven.division += adaptive_division(y);
    std::vector<double> dividing(populations.size(), 0.0);
    for (std::size_t j = 0; j < layout_.organs.size(); ++j) {
        auto const nk = layout_.organs[j].nk;
        for (std::size_t q = 0; q < populations.size(); ++q) {
            auto const& rates = populations[q].bright ? bright : populations[q].adaptive ? driven : dim;
            auto const here = y[nk + q];
            dividing[q] += rates.division * here;
            dydt[nk + q] -= (rates.division + rates.death + rates.maturation) * here;
            dydt[layout_.lost] += rates.death * here;
            if (rates.maturation > 0.0)
                for (std::size_t d = 0; d < populations.size(); ++d)
                    if (!populations[d].bright)
                        dydt[nk + d] += rates.maturation * here * populations[d].share;
        }
    }
    auto const made = production(day);
    for (std::size_t q = 0; q < populations.size(); ++q) {
        auto const from_marrow = populations[q].bright ? made * populations[q].share : 0.0;
        dydt[layout_.born] += dividing[q] + from_marrow;
        auto flow = 2.0 * dividing[q] + from_marrow;
        for (std::size_t s = 0; s < stages; ++s) {
            auto const at = layout_.transit + q * stages + s;
            dydt[at] += flow - pace * y[at];
            flow = pace * y[at];
        }
        dydt[layout_.organs[plan_.blood].nk + q] += flow;
    }
}

/// Movement between organs, and with the cells their priming and the filling of their granules.
void HostEquations::traffic(double day, double const* y, double* dydt) const {
    auto const& law = plan_.laws.traffic;
    auto const& populations = layout_.populations;
    auto const minute = 1.0 / minutes_per_day;
    auto const adrenaline = level(plan_.exercise, day, law.adrenaline_rise * minute, law.adrenaline_fall * minute);
    auto const cortisol = level(plan_.exercise, day, law.cortisol_rise * minute, law.cortisol_fall * minute);
    auto const in_blood = modulated("count", day) / margination(day); // more of them in blood: fewer enter tissues
    auto const& blood = layout_.organs[plan_.blood];
    auto const all_in_blood = std::max(1.0, nk_in(plan_.blood, y));
    for (std::size_t j = 0; j < layout_.organs.size(); ++j) {
        if (j == plan_.blood)
            continue;
        auto const& at = layout_.organs[j];
        auto const& organ = plan_.organs[j].organ.law;
        auto arrived = 0.0;
        auto left = 0.0;
        for (std::size_t q = 0; q < populations.size(); ++q) {
            auto const answer = adrenaline * organ.mobilised * (populations[q].bright ? law.bright_mobilised : 1.0);
            auto const held = cortisol * (1.0 - organ.mobilised);
            auto const entry = entry_[j][q] * (1.0 + law.recruitment * y[at.inflamed]) * (1.0 + law.cortisol_entry * held) /
                               ((1.0 + law.adrenaline_entry * answer) * in_blood);
            auto const in = entry * y[blood.nk + q];
            auto const out = y[at.nk + q] / organ.residence * (1.0 + law.adrenaline_exit * answer);
            dydt[at.nk + q] += in - out;
            dydt[blood.nk + q] -= in;
            dydt[layout_.organs[plan_.organs[j].drains].nk + q] += out;
            arrived += in;
            left += out;
        }
        auto const here = std::max(1.0, nk_in(j, y));
        auto const& onward = layout_.organs[plan_.organs[j].drains];
        auto const there = plan_.organs[j].drains == plan_.blood ? all_in_blood : std::max(1.0, nk_in(plan_.organs[j].drains, y));
        for (auto const [mine, from, to] :
             {std::array{at.priming, blood.priming, onward.priming}, std::array{at.content, blood.content, onward.content}}) {
            dydt[mine] += arrived / here * (y[from] - y[mine]);
            dydt[to] += left / there * (y[mine] - y[to]);
        }
    }
}

/// Priming and refilling of NK cells; interferon-gamma, HLA class I, recovery of organs.
void HostEquations::surroundings(double day, double const* y, double* dydt) const {
    auto const& slow = plan_.contact.adaptation;
    auto const given = given_il15(day);
    for (std::size_t j = 0; j < layout_.organs.size(); ++j) {
        auto const& at = layout_.organs[j];
        auto interferon = 0.0;
        auto recovery = 0.0;
        for (std::size_t i = 0; i < plan_.infections.size(); ++i)
            if (infection_runs[i] && plan_.infections[i].organ == j) {
                interferon += std::max(0.0, y[layout_.infections[i].interferon]);
                recovery = std::max(recovery, plan_.infections[i].course.law.renewal);
            }
        auto const drawn = interferon / (1.0 + interferon);
        auto plateau = interferon / (interferon + plan_.laws.traffic.priming_half);
        if (given > 0.0)
            plateau = 1.0 - (1.0 - plateau) * plan_.therapy->laws.graft.priming_half / (given + plan_.therapy->laws.graft.priming_half);
        dydt[at.priming] += (plateau - y[at.priming]) * 24.0 / slow.priming_time;
        dydt[at.content] += (plan_.lack.perforin - y[at.content]) * 24.0 / plan_.contact.killing.refill_time;
        dydt[at.inflamed] += (drawn - y[at.inflamed]) * 24.0 / plan_.laws.traffic.recruitment_time;
        dydt[at.ifng] -= plan_.ifng_decay * y[at.ifng];
        auto const ifng = std::max(0.0, y[at.ifng]);
        auto const hla = 1.0 + (slow.mhc_max - 1.0) * ifng / (ifng + slow.mhc_half);
        dydt[at.hla] += (hla - y[at.hla]) * 24.0 / slow.mhc_time;
        dydt[at.alive] += std::max(recovery, 0.01) * (1.0 - y[at.alive]);
    }
}

double HostEquations::probe(double day, double const* y) const {
    if (plan_.probe < 0)
        return 0.0;
    auto const target = static_cast<std::size_t>(plan_.probe);
    auto const& at = layout_.organs[plan_.blood];
    auto sum = 0.0;
    auto all = 0.0;
    auto const cells = class_numbers(*plan_.meetings, layout_.populations, y + at.nk);
    for (std::size_t q = 0; q < cells.size(); ++q) {
        auto const seen = plan_.meetings->at(q, target, 0, {.priming = y[at.priming], .hla = 1.0, .content = y[at.content], .nkg2d = 1.0});
        sum += cells[q] * plan_.meetings->opening(q, target, y[at.priming], {}) * seen.kill;
        all += cells[q];
    }
    return all > 0.0 ? activity(day) * sum / all : 0.0;
}

void HostEquations::slope(double day, double const* y, double* dydt, HostRates* rates) const {
    std::fill(dydt, dydt + layout_.size, 0.0);
    if (rates != nullptr)
        *rates = {std::vector<HostRates::Infection>(plan_.infections.size()), std::vector<HostRates::Tumour>(plan_.tumours.size()),
                  std::vector<double>(plan_.organs.size(), 0.0)};
    turnover(day, y, dydt);
    traffic(day, y, dydt);
    surroundings(day, y, dydt);
    if (plan_.therapy)
        therapy(day, y, dydt);
    for (std::size_t j = 0; j < plan_.organs.size(); ++j)
        organ_meetings(j, day, y, dydt, rates);
    for (std::size_t i = 0; i < plan_.infections.size(); ++i)
        if (infection_runs[i])
            infection(i, day, y, dydt, rates);
    for (std::size_t t = 0; t < plan_.tumours.size(); ++t)
        if (tumour_runs[t])
            tumour(t, day, y, dydt, rates);
}

} // namespace nk::body
