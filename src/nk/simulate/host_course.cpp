#include "nk/simulate/host_run.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::simulate {

HostCourse::HostCourse(body::HostPlan const&) {}

/// Columns come in the same order each time; the first row names them.
void HostCourse::put(std::string const& name, std::string const& unit, double value) {
    if (next_ == columns_.size())
        columns_.push_back({name, unit, {}});
    NK_EXPECT(columns_[next_].name == name);
    columns_[next_++].values.push_back(value);
}

void HostCourse::note(body::Host const& host) {
    next_ = 0;
    auto const rates = host.rates();
    put("day", "day", host.day());
    note_organs(host);
    auto const probe = host.probe();
    if (columns_[next_ - 1].values.size() == 1)
        first_probe_ = probe;
    put("activity", "1", first_probe_ > 0.0 ? probe / first_probe_ : 0.0);
    put("k562_killing", "um3/min", probe);
    put("il15", "1", host.equations().il15(host.day(), host.values().data()));
    put("own_cells_killed", "cell/day", [&] {
        auto sum = 0.0;
        for (auto const lost : rates.self)
            sum += lost;
        return sum;
    }());
    if (host.plan().therapy)
        note_therapy(host);
    note_infections(host, rates);
    note_tumours(host, rates);
}

void HostCourse::note_therapy(body::Host const& host) {
    auto const& plan = host.plan();
    auto const& layout = host.equations().layout();
    auto const* const y = host.values().data();
    auto const& blood = plan.organs[plan.blood].organ.law;
    put("lymphocytes", "1", y[layout.lymphocytes]);
    put("il6", "pg/mL", y[layout.il6]);
    put("drugs", "1", host.equations().drugs(host.day()));
    for (std::size_t g = 0; g < layout.grafts.size(); ++g) {
        auto const& name = plan.therapy->grafts[g].name;
        auto const& at = layout.grafts[g];
        auto const named = [&](char const* what) { return name + "_" + what; };
        put(named("blood"), "cell/uL", host.equations().graft_in(g, plan.blood, y) / (blood.volume * 1e6));
        put(named("all"), "cell", host.equations().graft_everywhere(g, y));
        for (std::size_t j = 0; j < plan.organs.size(); ++j)
            if (j != plan.blood)
                put(name + "_" + plan.organs[j].organ.name, "cell", host.equations().graft_in(g, j, y));
        put(named("priming"), "1", y[at.priming]);
        put(named("content"), "1", y[at.content]);
        put(named("given"), "cell", y[at.given]);
        put(named("born"), "cell", y[at.born]);
        put(named("rejected"), "cell", y[at.rejected]);
        put(named("killed"), "cell", y[at.killed]);
    }
}

void HostCourse::note_organs(body::Host const& host) {
    auto const& plan = host.plan();
    auto const& layout = host.equations().layout();
    auto const* const y = host.values().data();
    auto const& blood = plan.organs[plan.blood].organ.law;
    auto const in_blood = host.equations().nk_in(plan.blood, y);
    put("nk_blood", "cell/uL", in_blood / (blood.volume * 1e6));
    auto bright = 0.0;
    auto adaptive = 0.0;
    for (std::size_t q = 0; q < layout.populations.size(); ++q) {
        auto const cells = y[layout.organs[plan.blood].nk + q];
        bright += layout.populations[q].bright ? cells : 0.0;
        adaptive += layout.populations[q].adaptive ? cells : 0.0;
    }
    put("bright_of_nk_blood", "1", in_blood > 0.0 ? bright / in_blood : 0.0);
    put("adaptive_of_nk_blood", "1", in_blood > 0.0 ? adaptive / in_blood : 0.0);
    put("nk_all", "cell", host.equations().nk_everywhere(y));
    for (std::size_t j = 0; j < plan.organs.size(); ++j) {
        auto const& name = plan.organs[j].organ.name;
        auto const& at = layout.organs[j];
        if (j != plan.blood)
            put("nk_" + name, "cell", host.equations().nk_in(j, y));
        put("priming_" + name, "1", y[at.priming]);
        put("content_" + name, "1", y[at.content]);
        put("ifng_" + name, "ng/mL", y[at.ifng]);
        put("hla_" + name, "1", y[at.hla]);
        put("alive_" + name, "1", y[at.alive]);
    }
}

void HostCourse::note_infections(body::Host const& host, body::HostRates const& rates) {
    auto const& layout = host.equations().layout();
    auto const* const y = host.values().data();
    for (std::size_t i = 0; i < host.plan().infections.size(); ++i) {
        auto const& plan = host.plan().infections[i];
        auto const& at = layout.infections[i];
        auto const named = [&](char const* what) { return plan.name + "_" + what; };
        put(named("titre"), plan.course.titre, y[at.virus]);
        put(named("infected"), "cell", host.equations().infected_cells(i, y));
        put(named("latent"), "cell", y[at.latent]);
        put(named("interferon"), "1", y[at.interferon]);
        put(named("killed_by_nk"), "cell/day", rates.infections[i].nk);
        put(named("killed_by_cd8"), "cell/day", rates.infections[i].cd8);
        put(named("died_by_virus"), "cell/day", rates.infections[i].virus);
        put(named("cd8"), "cell", y[at.adaptive.effector]);
        put(named("memory"), "cell", y[at.adaptive.memory]);
        put(named("antibody"), "1", y[at.adaptive.antibody]);
    }
}

void HostCourse::note_tumours(body::Host const& host, body::HostRates const& rates) {
    auto const& layout = host.equations().layout();
    auto const* const y = host.values().data();
    for (std::size_t t = 0; t < host.plan().tumours.size(); ++t) {
        auto const& plan = host.plan().tumours[t];
        auto const& at = layout.tumours[t];
        auto const levels = biology::damage_levels(plan.hits_to_kill);
        auto const named = [&](char const* what) { return plan.name + "_" + what; };
        auto const all = host.equations().tumour_cells(t, y);
        auto without_hla = 0.0;
        auto without_nkg2d = 0.0;
        for (std::size_t p = 1; p < plan.phenotypes.size(); ++p) {
            auto own = y[at.dormant + p];
            for (std::size_t d = 0; d < levels; ++d)
                own += y[at.cells + p * levels + d];
            without_hla += p == 1 || p == 3 ? own : 0.0;
            without_nkg2d += p >= 2 ? own : 0.0;
        }
        put(named("cells"), "cell", all);
        put(named("without_hla"), "1", all > 0.0 ? without_hla / all : 0.0);
        put(named("without_nkg2d_ligands"), "1", all > 0.0 ? without_nkg2d / all : 0.0);
        put(named("killed_by_nk"), "cell/day", rates.tumours[t].nk);
        put(named("killed_by_cd8"), "cell/day", rates.tumours[t].cd8);
        put(named("circulating"), "cell", y[at.circulating]);
        put(named("metastases_expected"), "1", y[at.founded]);
    }
}

Table HostCourse::table() const {
    Table out{"course", {}};
    for (auto const& column : columns_)
        out.add(column.name, column.unit, column.values);
    return out;
}

nlohmann::json HostCourse::last() const {
    auto out = nlohmann::json::object();
    for (auto const& column : columns_)
        out[column.name] = column.values.back();
    return out;
}

std::vector<double> const& HostCourse::values(std::string const& name) const {
    auto const found = std::find_if(columns_.begin(), columns_.end(), [&](auto const& column) { return column.name == name; });
    NK_EXPECT(found != columns_.end());
    return found->values;
}

namespace {

/// moves  a host, or what carries one; host  that host
template <class Moves>
HostCourse follow_any(Moves& moves, body::Host const& host, double duration, double every, Progress const& progress) {
    HostCourse course(host.plan());
    course.note(host);
    auto const rows = static_cast<long>(std::ceil(duration / every - 1e-9));
    for (long row = 1; row <= rows; ++row) {
        moves.advance(std::min(duration, static_cast<double>(row) * every));
        course.note(host);
        if (progress)
            progress(static_cast<double>(row) / static_cast<double>(rows));
    }
    return course;
}

} // namespace

HostCourse follow(CoupledHost& host, double duration, double every, Progress const& progress) {
    return follow_any(host, host.host(), duration, every, progress);
}

HostCourse follow(body::Host& host, double duration, double every, Progress const& progress) {
    return follow_any(host, host, duration, every, progress);
}

} // namespace nk::simulate
