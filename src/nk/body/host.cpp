#include "nk/body/host.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::body {
namespace {

constexpr double look_every = 0.25;  ///< how often it is seen who is gone and who took over, while an infection is young [day]
constexpr double look_late = 2.0;    ///< ... later, and at tumours [day]
constexpr double young_for = 120.0;  ///< how long an infection is young [day]
constexpr double settling = 2000.0;  ///< days in which a person comes to the own steady state before the first day
constexpr double chance_step = 0.05; ///< longest leap of small numbers [day]
constexpr double no_end = 1e6;       ///< a solver without a next change [day]

bool differs(biology::DeficiencyLaw const& lack) {
    return lack.production != 1.0 || lack.maturation != 1.0 || lack.dim_survival != 1.0;
}

} // namespace

Host::Host(HostPlan plan)
    : plan_(std::move(plan)), equations_(plan_), y_(equations_.steady_state()), infections_(plan_.infections.size()),
      tumours_(plan_.tumours.size()), site_nk_(plan_.tumours.size(), 0.0), tumour_held_(plan_.tumours.size(), false),
      infection_held_(plan_.infections.size(), false), scratch_(y_.size()), slope_(y_.size()) {
    for (std::size_t t = 0; t < plan_.tumours.size(); ++t)
        draws_.emplace_back(plan_.seed, t, Purpose::clone);
    for (std::size_t i = 0; i < plan_.infections.size(); ++i)
        draws_.emplace_back(plan_.seed, i, Purpose::first_infected);
    choose_active();
    settle();
    collect_breaks();
    auto const& layout = equations_.layout();
    y_[layout.born] = y_[layout.lost] = 0.0;
    starting_cells_ = equations_.nk_everywhere(y_.data());
    for (std::size_t i = 0; i < layout.populations.size() * layout.transit_stages; ++i)
        starting_cells_ += y_[layout.transit + i];
    start_due();
}

/// A person who makes or loses NK cells at other rates than the table's lives with that long before the first day.
void Host::settle() {
    if (differs(plan_.lack) || equations_.production(0.0) != equations_.production(-1e9) ||
        equations_.modulated("production", 0.0) != 1.0) {
        day_ = -settling;
        integrate(0.0);
        solver_.reset();
    }
    day_ = 0.0;
}

void Host::collect_breaks() {
    auto const add = [&](std::vector<Span> const& spans) {
        for (auto const& span : spans)
            breaks_.insert(breaks_.end(), {span.from, span.until});
    };
    add(plan_.exercise);
    for (auto const& modulator : plan_.modulators)
        add(modulator.spans);
    for (auto const& infection : plan_.infections) {
        breaks_.push_back(infection.at);
        add(infection.blocked);
    }
    for (auto const& tumour : plan_.tumours) {
        breaks_.push_back(tumour.at);
        for (auto const& removal : tumour.surgery)
            breaks_.push_back(removal.at);
    }
    for (auto const& removal : plan_.depletions)
        breaks_.push_back(removal.at);
    if (plan_.therapy) {
        add(plan_.therapy->drugs);
        add(plan_.therapy->tregs_removed);
        for (auto const& course : plan_.therapy->conditioning)
            breaks_.insert(breaks_.end(), {course.from, course.from + course.law.duration});
        for (auto const& dose : plan_.therapy->support)
            breaks_.push_back(dose.at);
        for (auto const& graft : plan_.therapy->grafts)
            for (auto const& infusion : graft.infusions)
                breaks_.push_back(infusion.at);
    }
    std::sort(breaks_.begin(), breaks_.end());
    breaks_.erase(std::unique(breaks_.begin(), breaks_.end()), breaks_.end());
}

/// What happens on this very day: infections, tumours, surgery, depletion.
void Host::start_due() {
    auto const& layout = equations_.layout();
    auto changed = false;
    for (std::size_t i = 0; i < plan_.infections.size(); ++i)
        if (plan_.infections[i].at == day_ && infections_[i].began < 0.0) {
            begin_infection(i);
            changed = true;
        }
    for (std::size_t t = 0; t < plan_.tumours.size(); ++t) {
        auto const& plan = plan_.tumours[t];
        auto const& at = layout.tumours[t];
        if (plan.at == day_ && tumours_[t].began < 0.0) {
            auto const levels = biology::damage_levels(plan.hits_to_kill);
            for (std::size_t p = 0; p < plan.phenotypes.size(); ++p)
                y_[at.cells + p * levels] = plan.phenotypes[p].cells;
            tumours_[t].began = day_;
            equations_.tumour_runs[t] = true;
            tumour_held_[t] = by_chance(true, equations_.tumour_cells(t, y_.data()));
            changed = true;
        }
        for (auto const& removal : plan.surgery)
            if (removal.at == day_) {
                for (auto i = at.cells; i < at.circulating; ++i)
                    y_[i] *= 1.0 - removal.share;
                changed = true;
            }
    }
    for (auto const& removal : plan_.depletions)
        if (removal.at == day_) {
            for (auto const& organ : layout.organs)
                for (std::size_t q = 0; q < layout.populations.size(); ++q) {
                    y_[layout.lost] += removal.share * y_[organ.nk + q];
                    y_[organ.nk + q] *= 1.0 - removal.share;
                }
            changed = true;
        }
    if (plan_.therapy)
        for (std::size_t g = 0; g < plan_.therapy->grafts.size(); ++g)
            for (auto const& infusion : plan_.therapy->grafts[g].infusions)
                if (infusion.at == day_)
                    infuse(g, infusion);
    if (changed || std::binary_search(breaks_.begin(), breaks_.end(), day_)) {
        solver_.reset();
        choose_active();
    }
}

/// Cells of a product come in; those given into a vein reach the lung first.
void Host::infuse(std::size_t graft, InfusionPlan const& infusion) {
    auto const& plan = plan_.therapy->grafts[graft];
    auto const& at = equations_.layout().grafts[graft];
    auto const before = equations_.graft_everywhere(graft, y_.data());
    auto const share_new = infusion.cells > 0.0 ? infusion.cells / (before + infusion.cells) : 0.0;
    y_[at.priming] += share_new * (plan.priming - y_[at.priming]);
    y_[at.content] += share_new * (plan.content - y_[at.content]);
    y_[at.given] += infusion.cells;
    for (std::size_t q = 0; q < at.populations.size(); ++q) {
        auto const& one = at.populations[q];
        auto left = infusion.cells * one.share * (one.bright ? plan.meetings->bright() : 1.0 - plan.meetings->bright());
        auto const into = [&](std::size_t organ, double cells) { y_[at.nk + organ * at.populations.size() + q] += cells; };
        if (infusion.tumour >= 0)
            y_[at.inside + static_cast<std::size_t>(infusion.tumour) * at.populations.size() + q] += left;
        else if (infusion.organ >= 0)
            into(static_cast<std::size_t>(infusion.organ), left);
        else {
            auto const all = left;
            for (std::size_t j = 0; j < plan_.organs.size(); ++j)
                if (j != plan_.blood) {
                    auto const held = all * plan_.therapy->homing[j].first_pass;
                    into(j, held);
                    left -= held;
                }
            into(plan_.blood, left);
        }
    }
    equations_.graft_runs[graft] = true;
}

/// Virus comes in. Who had the same virus before keeps memory and antibody.
void Host::begin_infection(std::size_t index) {
    auto const& plan = plan_.infections[index];
    auto const& at = equations_.layout().infections[index];
    y_[at.targets] = plan.course.law.targets;
    y_[at.virus] = plan.course.law.inoculum * plan.dose;
    y_[at.latent] = plan.latent;
    y_[at.adaptive.memory] = plan.memory * equations_.spared(day_);
    y_[at.adaptive.antibody] = plan.antibody;
    for (std::size_t i = 0; i < index; ++i)
        if (plan_.infections[i].course.name == plan.course.name && infections_[i].began >= 0.0) {
            auto const& before = equations_.layout().infections[i].adaptive;
            y_[at.adaptive.memory] += y_[before.memory] + y_[before.effector];
            y_[at.adaptive.antibody] = std::max(y_[at.adaptive.antibody], y_[before.antibody]);
        }
    infections_[index].began = day_;
    infection_held_[index] = by_chance(true, 0.0);
    equations_.infection_runs[index] = true;
}

void Host::choose_active() {
    auto const& layout = equations_.layout();
    active_.clear();
    auto const add = [&](std::size_t first, std::size_t last) {
        for (auto i = first; i < last; ++i)
            active_.push_back(i);
    };
    add(0, layout.therapy_first);
    if (plan_.therapy && (breaks_.empty() || day_ >= breaks_.front())) {
        add(layout.lymphocytes, layout.il6 + 1);
        for (std::size_t g = 0; g < layout.grafts.size(); ++g)
            if (equations_.graft_runs[g])
                add(layout.grafts[g].nk, layout.grafts[g].killed + 1);
    }
    for (std::size_t i = 0; i < layout.infections.size(); ++i)
        if (equations_.infection_runs[i] && !infection_held_[i])
            add(equations_.infection_cleared[i] ? layout.infections[i].adaptive.waiting : layout.infections[i].first,
                layout.infections[i].last);
    for (std::size_t t = 0; t < layout.tumours.size(); ++t)
        if (equations_.tumour_runs[t] && !tumour_held_[t])
            add(equations_.tumour_in_box[t] ? layout.tumours[t].circulating : layout.tumours[t].first, layout.tumours[t].last);
}

void Host::integrate(double until) {
    if (!solver_) {
        auto const next = std::upper_bound(breaks_.begin(), breaks_.end(), day_);
        solver_end_ = next == breaks_.end() || !std::isfinite(*next) ? until + no_end : std::max(until, *next);
        std::vector<double> y0, bounds;
        for (auto const i : active_) {
            y0.push_back(y_[i]);
            bounds.push_back(plan_.tolerance * equations_.layout().scale[i]);
        }
        scratch_ = y_;
        auto const rhs = [this](double t, double const* y, double* dydt) {
            for (std::size_t k = 0; k < active_.size(); ++k)
                scratch_[active_[k]] = y[k];
            equations_.slope(t, scratch_.data(), slope_.data());
            for (std::size_t k = 0; k < active_.size(); ++k)
                dydt[k] = slope_[active_[k]];
        };
        solver_.emplace(rhs, y0, day_, solver_end_, plan_.tolerance, bounds);
        ++health_.solvers;
    }
    auto const y = solver_->at(until);
    for (std::size_t k = 0; k < active_.size(); ++k)
        y_[active_[k]] = y[k];
    day_ = until;
    clip();
    if (until >= solver_end_) {
        health_.steps += solver_->steps();
        solver_.reset();
    }
}

/// Amounts cannot be negative; what the error of a step took below zero is set to zero and counted.
void Host::clip() {
    for (std::size_t i = 0; i < y_.size(); ++i)
        if (y_[i] < 0.0) {
            health_.clipped -= y_[i] / equations_.layout().scale[i];
            y_[i] = 0.0;
        }
}

void Host::advance(double until) {
    while (day_ < until) {
        auto next = until;
        if (auto const found = std::upper_bound(breaks_.begin(), breaks_.end(), day_); found != breaks_.end())
            next = std::min(next, *found);
        auto const anything =
            std::find(equations_.infection_runs.begin(), equations_.infection_runs.end(), true) != equations_.infection_runs.end() ||
            std::find(equations_.tumour_runs.begin(), equations_.tumour_runs.end(), true) != equations_.tumour_runs.end();
        if (anything) {
            auto every = look_late;
            for (std::size_t i = 0; i < infections_.size(); ++i)
                if (equations_.infection_runs[i] && infections_[i].cleared < 0.0 && day_ < infections_[i].began + young_for)
                    every = look_every;
            next = std::min(next, (std::floor(day_ / every + 1e-9) + 1.0) * every);
        }
        auto const held = std::find(tumour_held_.begin(), tumour_held_.end(), true) != tumour_held_.end() ||
                          std::find(infection_held_.begin(), infection_held_.end(), true) != infection_held_.end();
        if (held)
            next = std::min(next, day_ + chance_step);
        auto const from = day_;
        integrate(next);
        if (plan_.stochastic)
            leap(from, next);
        if (anything)
            look();
        start_due();
        end_what_is_gone();
    }
}

/// Records takeover, peaks and damage.
void Host::look() {
    auto const now = rates();
    auto const& layout = equations_.layout();
    for (std::size_t i = 0; i < infections_.size(); ++i) {
        auto& out = infections_[i];
        if (!equations_.infection_runs[i])
            continue;
        if (auto const titre = y_[layout.infections[i].virus]; titre > out.peak) {
            out.peak = titre;
            out.peak_day = day_;
        }
        if (equations_.infected_cells(i, y_.data()) >= 1.0) // later losses are not its own
            out.least_alive = std::min(out.least_alive, y_[layout.organs[plan_.infections[i].organ].alive]);
        if (out.takeover < 0.0) {
            out.handed_over = y_[layout.infections[i].by_nk];
            if (now.infections[i].cd8 > now.infections[i].nk && now.infections[i].cd8 >= 1.0)
                out.takeover = day_;
        }
    }
}

/// Less than one cell is none. An infection whose cells are gone goes on until its T cells have come to rest.
void Host::end_what_is_gone() {
    auto const& layout = equations_.layout();
    auto changed = false;
    auto const conditioning_to_come = equations_.spared(day_) > equations_.spared(no_end); // memory must be there to die of it
    for (std::size_t i = 0; i < infections_.size(); ++i) {
        if (!equations_.infection_runs[i])
            continue;
        auto const& law = plan_.infections[i].course.law;
        auto const& at = layout.infections[i];
        auto const cells = equations_.infected_cells(i, y_.data());
        auto const coming =
            law.entry * y_[at.targets] * y_[at.virus] / (law.clearance + law.entry * y_[at.targets] * law.entry_loss + 1e-12);
        infections_[i].most = std::max(infections_[i].most, cells);
        // without chance, an infection that has not yet made its first cell may still do so
        auto const none = plan_.stochastic ? cells + coming < 1e-3 : infections_[i].most >= 1.0 && cells + coming < 1.0;
        if (infections_[i].cleared < 0.0 && none && y_[at.latent] < 1.0) {
            infections_[i].cleared = day_;
            for (auto k = at.eclipse; k < at.by_nk; ++k) // eclipse, infected, virus, interferon, latent
                y_[k] = 0.0;
            equations_.infection_cleared[i] = true;
            infection_held_[i] = false;
            changed = true;
        }
        if (infections_[i].cleared >= 0.0 && !conditioning_to_come && y_[at.adaptive.effector] < 1.0 &&
            y_[at.adaptive.antigen] < 1e-3 * plan_.laws.adaptive.antigen_half) {
            equations_.infection_runs[i] = false;
            changed = true;
        }
    }
    for (std::size_t t = 0; t < tumours_.size(); ++t)
        if (equations_.tumour_runs[t] && equations_.tumour_cells(t, y_.data()) < (plan_.stochastic ? 0.5 : 1.0)) {
            for (auto k = layout.tumours[t].cells; k < layout.tumours[t].founded; ++k)
                y_[k] = 0.0;
            tumours_[t].gone = day_;
            equations_.tumour_runs[t] = false;
            tumour_held_[t] = false;
            changed = true;
        }
    for (std::size_t g = 0; g < layout.grafts.size(); ++g) {
        auto const& at = layout.grafts[g];
        if (auto const left = equations_.graft_everywhere(g, y_.data()); equations_.graft_runs[g] && left < 1.0) {
            y_[at.lost] += left;
            std::fill(y_.begin() + static_cast<std::ptrdiff_t>(at.nk), y_.begin() + static_cast<std::ptrdiff_t>(at.priming), 0.0);
            equations_.graft_runs[g] = false;
            changed = true;
        }
    }
    if (changed) {
        solver_.reset();
        choose_active();
    }
}

HostHealth Host::health() const {
    auto out = health_;
    if (solver_)
        out.steps += solver_->steps();
    return out;
}

double Host::graft_error(std::size_t graft) const {
    auto const& at = equations_.layout().grafts[graft];
    auto const now = equations_.graft_everywhere(graft, y_.data());
    return (y_[at.given] + y_[at.born] - y_[at.lost] - now) / std::max(1.0, y_[at.given]);
}

double Host::mass_error() const {
    auto const& layout = equations_.layout();
    auto now = equations_.nk_everywhere(y_.data()) + nk_in_sites();
    for (std::size_t i = 0; i < layout.populations.size() * layout.transit_stages; ++i)
        now += y_[layout.transit + i];
    return (starting_cells_ + y_[layout.born] - y_[layout.lost] - now) / std::max(1.0, now);
}

HostRates Host::rates() const {
    HostRates out;
    equations_.slope(day_, y_.data(), slope_.data(), &out);
    return out;
}

void Host::pack(std::vector<unsigned char>& runs) const {
    for (auto const* flags : {&equations_.infection_runs, &equations_.infection_cleared, &equations_.tumour_runs, &equations_.graft_runs,
                              &equations_.tumour_in_box, &infection_held_, &tumour_held_})
        runs.insert(runs.end(), flags->begin(), flags->end());
}

void Host::unpack(std::vector<unsigned char> const& runs) {
    auto next = runs.begin();
    for (auto* flags : {&equations_.infection_runs, &equations_.infection_cleared, &equations_.tumour_runs, &equations_.graft_runs,
                        &equations_.tumour_in_box, &infection_held_, &tumour_held_})
        for (std::size_t i = 0; i < flags->size(); ++i)
            (*flags)[i] = *next++ != 0;
    solver_.reset();
    choose_active();
}

} // namespace nk::body
