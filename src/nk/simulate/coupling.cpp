#include "nk/simulate/coupling.hpp"

#include "nk/base/time.hpp"
#include "nk/biology/priming.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::simulate {
namespace {

constexpr double molecules_a_mole = 6.02214076e23; // definition of the mole
constexpr double over = std::numeric_limits<double>::infinity();

bool is_of_tumour(scenario::HostSite const& site, std::string const& cell) {
    return site.cells.empty() || std::find(site.cells.begin(), site.cells.end(), cell) != site.cells.end();
}

std::size_t tumour_named(body::HostPlan const& host, std::string const& name) {
    auto const found = std::find_if(host.tumours.begin(), host.tumours.end(), [&](auto const& t) { return t.name == name; });
    NK_EXPECT(found != host.tumours.end()); // the reader sees to it
    return static_cast<std::size_t>(found - host.tumours.begin());
}

/// The tissue of a box: with the person, the hypotheses and random numbers of its host. Tumour cells for which the box states no division
/// time divide as the tumour grows: cycles of k equal stages and mean T make it grow at k (2^(1/k) - 1)/T.
TissueBuild build_box(scenario::HostSite const& site, biology::TumourKind const& tumour, scenario::HostScenario const& host,
                      ParameterBase const& base) {
    auto box = site.box;
    box.donor = host.donor;
    box.switches = host.switches;
    box.seed = host.seed;
    auto const rows = biology::read_tissue_cells(base);
    for (auto& entry : box.cell) { // no structured binding: clang 14 cannot capture one
        auto& cell = entry.second;
        if (cell.division_time >= 0.0 || !is_of_tumour(site, entry.first))
            continue;
        auto const row = std::find_if(rows.begin(), rows.end(), [&](auto const& r) { return r.name == cell.like; });
        auto const stages = row->cycle ? row->cycle->stages : 1.0;
        cell.division_time = tumour.law.growth > 0.0 ? stages * (std::exp2(1.0 / stages) - 1.0) / tumour.law.growth * minutes_per_day : 0.0;
    }
    return build_tissue(box, base);
}

} // namespace

Site::Site(std::string name, scenario::HostSite const& plan, scenario::HostScenario const& scenario, ParameterBase const& base,
           body::HostPlan const& host, backend::Executor executor)
    : name_(std::move(name)), tumour_(tumour_named(host, plan.tumour.empty() ? name_ : plan.tumour)),
      build_(build_box(plan, host.tumours[tumour_].kind, scenario, base)),
      tissue_(build_.plan, build_.laws, build_.tissue_laws, static_cast<std::uint64_t>(scenario.seed), executor),
      phenotype_count_(host.tumours[tumour_].phenotypes.size()), molar_mass_(build_.laws.adaptation.ifng_molar_mass), at_(plan.at),
      exchange_(plan.exchange / minutes_per_day), next_(plan.at) {
    for (auto const& kind : tissue_.plan().kinds)
        is_tumour_.push_back(kind.role == tissue::Role::target && is_of_tumour(plan, kind.name));
    usual_blood_ = host.organs[host.blood].organ.law.nk;
}

double Site::nk_alive() const {
    auto out = std::size_t{0};
    for (std::size_t k = 0; k < is_tumour_.size(); ++k)
        out += tissue_.plan().kinds[k].role == tissue::Role::nk ? tissue_.alive(k) : 0;
    return static_cast<double>(out);
}

/// Living tumour cells of the box by phenotype of the body: as it began, without HLA class I, without NKG2D ligands, without both.
std::vector<double> Site::phenotypes() const {
    std::vector<double> out(phenotype_count_, 0.0);
    auto const& cells = tissue_.cells();
    auto const kinds = cells.of<&tissue::Cell::kind>();
    auto const states = cells.of<&tissue::Cell::state>();
    auto const hla_lost = cells.of<&tissue::Cell::hla_lost>();
    auto const nkg2d_lost = cells.of<&tissue::Cell::nkg2d_lost>();
    for (std::size_t row = 0; row < cells.size(); ++row)
        if (is_tumour_[kinds[row]] && states[row] == tissue::CellState::alive) {
            auto const phenotype = static_cast<std::size_t>((hla_lost[row] != 0 ? 1 : 0) + (nkg2d_lost[row] != 0 ? 2 : 0));
            out[phenotype < phenotype_count_ ? phenotype : 0] += 1.0;
        }
    return out;
}

tissue::Supply Site::supply_of(body::Host const& host) const {
    auto const& layout = host.equations().layout();
    auto const& y = host.values();
    auto const blood = host.plan().blood;
    auto const hazard = host.equations().tumour_hazard(tumour_, host.day(), y.data());
    tissue::Supply out;
    out.arrivals = host.equations().nk_in(blood, y.data()) / usual_blood_;
    out.priming = std::clamp(y[layout.organs[blood].priming], 0.0, 1.0);
    out.content = std::clamp(y[layout.organs[blood].content], 0.0, 1.0);
    out.il15 = host.equations().il15(host.day(), y.data());
    out.hazards.resize(is_tumour_.size());
    for (std::size_t k = 0; k < is_tumour_.size(); ++k)
        if (is_tumour_[k])
            out.hazards[k] = {hazard.drugs / minutes_per_day, hazard.with_hla / minutes_per_day};
    return out;
}

void Site::begin(body::Host& host) {
    auto cells = 0.0;
    for (auto const count : phenotypes())
        cells += count;
    auto const tumour = host.equations().tumour_cells(tumour_, host.values().data());
    copies_ = cells > 0.0 ? tumour / cells : 0.0;
    if (copies_ <= 0.0 || !host.begin_site(tumour_, copies_ * nk_alive())) {
        auto const& plan = host.plan().tumours[tumour_];
        throw ScenarioError(
            Problem{{},
                    "biology",
                    fmt::format("[site.{}] cannot begin on day {:.6g}", name_, host.day()),
                    fmt::format("the tumour has {:.3g} cells and the box {:.0f}; the box holds {:.0f} NK cells, which stand for "
                                "{:.3g}, and the {} has {:.3g}",
                                tumour, cells, nk_alive(), copies_ * nk_alive(), host.plan().organs[plan.organ].organ.name,
                                host.equations().nk_in(plan.organ, host.values().data())),
                    "let it begin when the tumour is there, with fewer NK cells for each tumour cell"});
    }
    runs_ = true;
}

/// The box up to a day, and what came of it, in cells of the body.
body::SiteReport Site::run_until(double day) {
    auto const minutes = (day - at_) * minutes_per_day;
    std::vector<tissue::LedgerEntry> events;
    while (!tissue_.done() && tissue_.time() < minutes - 1e-6) {
        tissue_.advance();
        auto const now = tissue_.take_ledger();
        events.insert(events.end(), now.begin(), now.end());
    }
    if (tissue_.health().not_finite > 0)
        throw NumericalError(
            fmt::format("[site.{}]: places of cells were no numbers on day {:.4g}: take a shorter `tissue.step`", name_, day));
    auto const turnover = tissue_.turnover(events);
    auto killed = 0.0;
    for (std::size_t k = 0; k < is_tumour_.size(); ++k)
        killed += is_tumour_[k] ? static_cast<double>(tissue_.killed()[k]) : 0.0;
    auto const of_body = [&](double count) { return copies_ * count; };
    body::SiteReport out;
    for (auto const count : phenotypes())
        out.phenotypes.push_back(of_body(count));
    out.killed = of_body(killed - killed_);
    out.nk_arrived = of_body(static_cast<double>(turnover.nk_arrived));
    out.nk_left = of_body(static_cast<double>(turnover.nk_left));
    out.nk_born = of_body(static_cast<double>(turnover.nk_born));
    out.nk_died = of_body(static_cast<double>(turnover.nk_died));
    out.interferon = of_body(turnover.interferon - interferon_) / molecules_a_mole * molar_mass_ * 1e9;
    killed_ = killed;
    interferon_ = turnover.interferon;
    return out;
}

void Site::meet(body::Host& host) {
    auto const now = next_;
    if (!runs_) {
        begin(host);
    } else {
        auto& last = traffic_.back();
        last.day = now;
        last.back = run_until(now);
        last.back.days = std::min(exchange_, now - at_);
        for (auto const count : last.back.phenotypes)
            last.box_cells += count / copies_;
        last.box_nk = nk_alive();
        host.report_site(tumour_, last.back);
        if (tissue_.done()) {
            host.end_site(tumour_);
            next_ = over;
            return;
        }
    }
    Traffic coming;
    coming.supply = supply_of(host);
    tissue_.set_supply(coming.supply);
    traffic_.push_back(std::move(coming));
    auto const end = at_ + tissue_.plan().duration / minutes_per_day;
    next_ = now + 1.5 * exchange_ > end ? end : now + exchange_; // no short last one
}

CoupledHost::CoupledHost(body::HostPlan plan, scenario::HostScenario const& scenario, ParameterBase const& base, backend::Executor executor)
    : host_(std::move(plan)) {
    for (auto const& [name, site] : scenario.site)
        sites_.push_back(std::make_unique<Site>(name, site, scenario, base, host_.plan(), executor));
}

void CoupledHost::advance(double until) {
    for (;;) {
        auto next = until;
        for (auto const& site : sites_)
            next = std::min(next, site->next());
        if (next > host_.day())
            host_.advance(next);
        auto met = false;
        for (auto& site : sites_)
            if (site->next() <= next) {
                site->meet(host_);
                met = true;
            }
        if (!met && next >= until)
            return;
    }
}

Table sites_table(CoupledHost const& host) {
    std::vector<std::string> name;
    std::vector<double> day, copies, cells, nk, killed, arrived, left, born, died, interferon, arrivals, priming, content, il15;
    for (auto const& site : host.sites())
        for (auto const& one : site->traffic()) {
            if (one.day <= 0.0)
                continue; // has not passed
            name.push_back(site->name());
            day.push_back(one.day);
            copies.push_back(site->copies());
            cells.push_back(one.box_cells);
            nk.push_back(one.box_nk);
            killed.push_back(one.back.killed / site->copies());
            arrived.push_back(one.back.nk_arrived / site->copies());
            left.push_back(one.back.nk_left / site->copies());
            born.push_back(one.back.nk_born / site->copies());
            died.push_back(one.back.nk_died / site->copies());
            interferon.push_back(one.back.interferon);
            arrivals.push_back(one.supply.arrivals);
            priming.push_back(one.supply.priming);
            content.push_back(one.supply.content);
            il15.push_back(one.supply.il15);
        }
    Table out{"sites", {}};
    out.add("site", name);
    out.add("day", "day", day);
    out.add("stands_for", "1", copies);
    out.add("tumour_cells", "cell", cells);
    out.add("nk_cells", "cell", nk);
    out.add("killed_by_nk", "cell", killed);
    out.add("nk_arrived", "cell", arrived);
    out.add("nk_left", "cell", left);
    out.add("nk_born", "cell", born);
    out.add("nk_died", "cell", died);
    out.add("interferon_gamma", "ng", interferon);
    out.add("blood_nk", "1", arrivals);
    out.add("blood_priming", "1", priming);
    out.add("blood_content", "1", content);
    out.add("il15", "1", il15);
    return out;
}

} // namespace nk::simulate
