#include "nk/simulate/tissue_builder.hpp"
#include "nk/base/time.hpp"

#include "nk/scenario/unit_problem.hpp"
#include "nk/simulate/tissue_listed_cells.hpp"
#include "nk/simulate/tissue_places.hpp"
#include "nk/simulate/tissue_rules.hpp"
#include "nk/simulate/well_builder.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numbers>

namespace nk::simulate {
namespace {

[[noreturn]] void refuse(std::string kind, std::string what, std::string why = "", std::string hint = "") {
    throw ScenarioError(Problem{{}, std::move(kind), std::move(what), std::move(why), std::move(hint)});
}

/// Collects the plan; each step needs the ones before it.
class Builder {
  public:
    Builder(scenario::TissueScenario const& scenario, ParameterBase const& base)
        : scenario_(scenario), base_(base), meetings_(scenario::meetings_of(scenario)), rows_(biology::read_tissue_cells(base)) {
        for (auto const& [name, cell] : scenario.cell)
            if (cell.target.empty()) // the row's target as it stands
                meetings_.target["cell " + name].like = row_of(cell.like).target;
        if (meetings_.effector.empty())
            meetings_.effector["nobody"] = {};
    }

    TissueBuild build(CellSources const& sources) {
        WellBuilder const meetings(meetings_, base_);
        laws_ = &meetings.laws();
        tissue_laws_ = biology::TissueLaws::from(base_);
        set_space();
        add_substrates();
        add_viruses(meetings.panel());
        add_cells(meetings);
        add_nk(meetings);
        if (!plan_.cytokines.rows.empty())
            add_cytokines_everywhere();
        add_matrix();
        plan_.medium = meetings.media(plan_.targets, effector_of_panel()).front();
        plan_.families = biology::LigandFamilies::from(plan_.medium.panel);
        plan_.switches = {meetings.switches(), scenario_.switches.bursts, scenario_.switches.shot_noise_damage};
        add_rules(scenario_, rows_, substrates_, plan_);
        add_vessels();
        auto index = std::uint64_t{0};
        for (auto const& [name, place] : scenario_.place) {
            if (auto const source = sources.find(name); source != sources.end()) {
                ++index;
                place_listed_cells(source->second, place, name, static_cast<std::uint64_t>(scenario_.seed), plan_);
                continue;
            }
            auto const before = plan_.cells.size();
            place_cells(place, index++, kind(place.of.empty() ? name : place.of, "place." + name),
                        static_cast<std::uint64_t>(scenario_.seed), plan_);
            if (plan_.cells.size() == before || static_cast<double>(plan_.cells.size() - before) < place.count)
                refuse("range", fmt::format("[place.{}] has no room for its cells", name), "",
                       "look at its centre, radius and the size of the box");
        }
        auto laws = meetings.laws();
        laws.search.attach_rate *= laws.search.attach_in_tissue;
        return {std::move(plan_), laws, tissue_laws_};
    }

  private:
    biology::TissueCell const& row_of(std::string const& name) const {
        return *std::find_if(rows_.begin(), rows_.end(), [&](auto const& row) { return row.name == name; });
    }
    int substrate(std::string const& name, std::string const& where) const {
        auto const found = substrates_.find(name);
        if (found == substrates_.end())
            refuse("name", fmt::format("`{}` names {}, which is no [substrate.*] of this scenario", where, name), "",
                   fmt::format("add a table [substrate.{}]", name));
        return found->second;
    }
    std::uint16_t kind(std::string const& name, std::string const& where) const {
        for (std::size_t k = 0; k < plan_.kinds.size(); ++k)
            if (plan_.kinds[k].name == name)
                return static_cast<std::uint16_t>(k);
        std::vector<std::string> names;
        for (auto const& one : plan_.kinds)
            names.push_back(one.name);
        auto const near = nearest_name(name, names);
        refuse("name", fmt::format("`{}` is of `{}`, which is no [cell.*] or [nk.*]", where, name), "",
               near.empty() ? "" : "did you mean `" + near + "`?");
    }
    std::string effector_of_panel() const {
        if (scenario_.nk.empty())
            return meetings_.effector.begin()->first;
        auto const& [name, nk] = *scenario_.nk.begin();
        return nk.effector.empty() ? name : nk.effector;
    }

    void set_space() {
        auto const& space = scenario_.tissue;
        plan_.three_d = space.depth > 0.0;
        double const size[3] = {space.width, space.height, space.depth};
        using enum tissue::Boundary;
        auto const boundary = space.boundary == "periodic" ? periodic : space.boundary == "absorbing" ? absorbing : reflecting;
        int voxels[3];
        for (std::size_t axis = 0; axis < 3; ++axis) {
            plan_.box.low[axis] = -0.5 * size[axis];
            plan_.box.high[axis] = 0.5 * size[axis];
            plan_.box.boundary[axis] = size[axis] > 0.0 ? boundary : reflecting;
            voxels[axis] = std::max(1, static_cast<int>(std::ceil(size[axis] / space.voxel - 1e-9)));
            if (boundary == periodic && size[axis] > 0.0 && std::abs(voxels[axis] * space.voxel - size[axis]) > 1e-6)
                refuse("range", "a periodic box must be a whole number of voxels wide",
                       fmt::format("{} um and voxels of {} um", to_text(size[axis]), to_text(space.voxel)),
                       "change the size or `tissue.voxel`");
        }
        plan_.voxels = {voxels[0], voxels[1], voxels[2], space.voxel, {}};
        for (std::size_t axis = 0; axis < 3; ++axis)
            plan_.voxels.low[axis] = plan_.three_d || axis < 2 ? -0.5 * voxels[axis] * space.voxel : -0.5 * space.voxel;
        plan_.duration = space.duration;
        plan_.dt = space.step;
        plan_.phenotype_every = std::max(1, static_cast<int>(std::lround(space.life_step / space.step)));
        if (space.step * tissue_laws_.mechanics.repulsion > 0.2)
            refuse("range", "`tissue.step` is too long for the repulsion of touching cells",
                   fmt::format("{} min; at most {:.3g} min", to_text(space.step), 0.2 / tissue_laws_.mechanics.repulsion),
                   "take a shorter step");
    }

    double concentration(Quantity const& given, double usual, std::string const& unit, std::string const& where) const {
        if (given.unit.empty() || given.unit == "1") // not given
            return usual;
        if (!scenario::converts(given.unit, unit))
            refuse("unit", fmt::format("`{}` is no concentration of this substrate", where), to_text(given),
                   unit == "mmHg" ? "write it in mmHg" : "write it in nM or molecule/um3");
        return in_unit(given, unit);
    }

    void choose_solver(scenario::Substrate const& given, tissue::SubstratePlan& plan) const {
        constexpr double crossed = 100.0; // [um]
        auto const quick = 10.0 * crossed * crossed <= plan.physics.diffusion * given.interval;
        auto const automatic = given.solver == "automatic";
        auto const dt = scenario_.tissue.step;
        using enum tissue::FieldSolver;
        plan.solver = given.solver == "fixed" || (automatic && given.step > 0.0) ? fixed
                      : given.solver == "steady" || (automatic && quick)         ? steady
                                                                                 : adaptive;
        plan.tolerance = given.tolerance;
        auto const step = given.step > 0.0 ? given.step : dt;
        plan.every = std::max(1, static_cast<int>(std::lround((plan.solver == fixed ? std::max(step, dt) : given.interval) / dt)));
        plan.steps = std::max(1, static_cast<int>(std::lround(dt / step)));
    }

    void add_substrates() {
        auto const rows = biology::read_substrates(base_);
        auto const cytokines = biology::read_cytokines(base_);
        for (auto const& entry : scenario_.substrate) {
            auto const& name = entry.first;
            auto const& given = entry.second;
            auto const like = given.like.empty() ? name : given.like;
            auto const row = std::find_if(rows.begin(), rows.end(), [&](auto const& r) { return r.name == like; });
            if (row == rows.end())
                refuse("name", fmt::format("[substrate.{}] is no row of the substrate table", name), "", "add `like = \"...\"`");
            tissue::SubstratePlan plan;
            plan.name = name;
            plan.unit = row->unit;
            plan.physics.diffusion = row->diffusion;
            plan.physics.decay = row->decay;
            plan.initial = concentration(given.initial, row->initial, row->unit, "substrate." + name + ".initial");
            plan.held_value = concentration(given.edge, row->edge, row->unit, "substrate." + name + ".edge");
            for (std::size_t face = 0; face < (plan_.three_d ? 6U : 4U); ++face) {
                using enum numerics::FaceKind;
                auto const around = plan_.box.boundary[face / 2] == tissue::Boundary::periodic;
                plan.physics.faces[face] = {around ? periodic : given.faces == "held" ? held : no_flux, plan.held_value};
            }
            choose_solver(given, plan);
            auto const index = static_cast<int>(plan_.substrates.size());
            substrates_[name] = index;
            if (like == "oxygen")
                plan_.oxygen = index;
            if (like == "IFNg")
                plan_.ifng = index;
            if (like == "sNKG2DL")
                plan_.shed = index;
            if (!row->cytokine.empty()) {
                auto const cytokine =
                    std::find_if(cytokines.begin(), cytokines.end(), [&](auto const& c) { return c.name == row->cytokine; });
                add_cytokine(*cytokine, index, 0.0);
            }
            plan_.substrates.push_back(std::move(plan));
        }
    }

    /// One that NK cells sense: a field, or the same everywhere.
    void add_cytokine(biology::Cytokine const& row, int index, double everywhere) {
        auto& all = plan_.cytokines;
        if (row.name == "IL15")
            all.il15 = static_cast<int>(all.rows.size());
        all.rows.push_back(biology::in_field_unit(row));
        all.substrate.push_back(index);
        all.everywhere.push_back(everywhere);
    }

    /// Those outside the fields count beside the fields.
    void add_cytokines_everywhere() {
        auto const rows = biology::read_cytokines(base_);
        for (auto const& entry : scenario_.cytokine) {
            auto const& name = entry.first;
            auto const row = std::find_if(rows.begin(), rows.end(), [&](auto const& r) { return r.name == name; });
            add_cytokine(*row, -1, biology::in_own_unit(*row, entry.second) / biology::in_own_unit(*row, {1.0, "molecule/um3"}));
        }
    }

    void add_matrix() {
        for (auto const& [name, given] : scenario_.matrix) {
            using enum tissue::MatrixPlan::Pattern;
            auto const pattern = given.fibres == "radial" ? radial : given.fibres == "tangential" ? tangential : along_axis;
            plan_.matrix.push_back({pattern,
                                    pattern == along_axis ? static_cast<std::size_t>(given.fibres.back() - 'x') : 0,
                                    {given.x, given.y, given.z},
                                    given.inner,
                                    given.radius,
                                    given.alignment,
                                    given.speed});
            if (pattern == along_axis && !plan_.three_d && given.fibres.back() == 'z')
                refuse("range", fmt::format("`matrix.{}.fibres` stand upright in a flat tissue", name), "along_z",
                       "take along_x or along_y");
        }
    }

    void add_viruses(biology::Panel const& panel) {
        auto const rows = biology::read_viruses(base_);
        for (auto const& entry : scenario_.cell) { // no structured binding: clang 14 cannot capture one
            auto const& name = entry.first;
            auto const& cell = entry.second;
            if (cell.virus.empty() || viruses_.contains(cell.virus))
                continue;
            auto const row = std::find_if(rows.begin(), rows.end(), [&](auto const& r) { return r.name == cell.virus; });
            tissue::VirusPlan plan{*row, substrate("virus", "cell." + name + ".virus"), -1, -1};
            if (auto const interferon = substrates_.find("IFN1"); interferon != substrates_.end())
                plan.interferon = interferon->second;
            if (!row->ligand.empty())
                plan.ligand = panel.ligand(row->ligand);
            viruses_[cell.virus] = static_cast<int>(plan_.viruses.size());
            plan_.viruses.push_back(std::move(plan));
        }
    }

    void add_cells(WellBuilder const& meetings) {
        for (auto const& [name, given] : scenario_.cell) {
            auto const& row = row_of(given.like);
            auto const or_row = [](double value, double usual) { return value >= 0.0 ? value : usual; };
            tissue::TissueKind kind;
            kind.name = name;
            kind.radius = or_row(given.radius, row.numbers.radius);
            kind.radius_sd = row.numbers.radius_sd;
            kind.adhesion = or_row(given.adhesion, row.numbers.adhesion);
            kind.death_rate = or_row(given.death_rate, row.numbers.death_rate / minutes_per_day);
            kind.clearance = or_row(given.clearance, row.numbers.clearance * minutes_per_hour);
            kind.needs_oxygen = plan_.oxygen >= 0;
            kind.motility = {.speed = or_row(given.speed, row.numbers.speed),
                             .persistence = or_row(given.persistence, row.numbers.persistence),
                             .chemotaxis = {}};
            add_taxis(kind, given, "cell." + name);
            if (given.division_time > 0.0)
                kind.cycle = biology::CellCycle{row.cycle ? row.cycle->stages : 1.0, given.division_time / minutes_per_hour};
            else if (given.division_time < 0.0)
                kind.cycle = row.cycle;
            for (auto const& uptake : row.uptake)
                if (auto const s = substrates_.find(uptake.substrate); s != substrates_.end())
                    exchange_of(kind, s->second).uptake = uptake.rate;
            for (auto const& [what, rate] : given.uptake)
                exchange_of(kind, substrate(what, "cell." + name + ".uptake")).uptake = rate;
            for (auto const& [what, rate] : given.secretion)
                exchange_of(kind, substrate(what, "cell." + name + ".secretion")).release = rate;
            for (auto const& [what, rate] : given.secretion_rate) {
                auto const s = substrate(what, "cell." + name + ".secretion_rate");
                auto& exchange = exchange_of(kind, s);
                exchange.secretion = rate;
                exchange.saturation = concentration(given.secretion_level.at(what), 0.0, plan_.substrates[static_cast<std::size_t>(s)].unit,
                                                    "cell." + name + ".secretion_level." + what);
            }
            if (!given.virus.empty())
                kind.virus = viruses_.at(given.virus);
            kind.target = static_cast<int>(plan_.targets.size());
            auto const target = given.target.empty() ? "cell " + name : given.target;
            if (!meetings_.target.contains(target))
                refuse("name", fmt::format("`cell.{}.target` names `{}`, which is no [target.*]", name, target));
            plan_.targets.push_back(meetings.target_kind(target));
            plan_.targets.back().diameter = 2.0 * kind.radius;
            plan_.kinds.push_back(std::move(kind));
        }
    }

    /// given  a [cell.*] or an [nk.*]
    template <class Given> void add_taxis(tissue::TissueKind& kind, Given const& given, std::string const& table) const {
        if (given.towards.empty())
            return;
        auto const s = substrate(given.towards, table + ".towards");
        kind.motility.chemotaxis.push_back(
            {s, given.pull, concentration(given.half, 0.0, plan_.substrates[static_cast<std::size_t>(s)].unit, table + ".half")});
    }

    void add_nk(WellBuilder const& meetings) {
        auto const uptake = biology::read_exchange(base_, "tissue_nk.uptake", "1/min");
        auto const& search = laws_->search;
        for (auto const& [name, given] : scenario_.nk) {
            auto const effector = given.effector.empty() ? name : given.effector;
            if (!meetings_.effector.contains(effector))
                refuse("name", fmt::format("[nk.{}] is of the effector `{}`, which is no [effector.*]", name, effector), "",
                       fmt::format("add [effector.{}]", effector));
            tissue::TissueKind kind;
            kind.name = name;
            kind.role = tissue::Role::nk;
            kind.radius = 0.5 * search.nk_diameter;
            kind.radius_sd = search.nk_diameter_sd;
            kind.motility = {given.speed >= 0.0 ? given.speed
                             : plan_.three_d    ? search.speed_gel
                                                : search.speed,
                             search.speed_cv,
                             search.persistence,
                             search.stop_rate,
                             search.stop_rate_touching,
                             search.go_rate,
                             {}};
            add_taxis(kind, given, "nk." + name);
            for (auto const& one : uptake)
                if (auto const s = substrates_.find(one.substrate); s != substrates_.end())
                    kind.exchange.push_back({.substrate = s->second, .uptake = one.rate});
            kind.effector = static_cast<int>(plan_.effectors.size());
            plan_.effectors.push_back(meetings.effector_kind(effector));
            plan_.kinds.push_back(std::move(kind));
        }
    }

    void add_vessels() {
        auto const& grid = plan_.voxels;
        for (auto const& [name, given] : scenario_.vessel) {
            tissue::VesselPlan vessel;
            for (int k = 0; k < grid.nz; ++k)
                for (int j = 0; j < grid.ny; ++j)
                    for (int i = 0; i < grid.nx; ++i) {
                        auto const dx = grid.low[0] + (i + 0.5) * grid.width - given.x;
                        auto const dy = grid.low[1] + (j + 0.5) * grid.width - given.y;
                        if (std::max(std::abs(dx), std::abs(dy)) <= 0.5 * grid.width || dx * dx + dy * dy <= given.radius * given.radius)
                            vessel.voxels.push_back(static_cast<std::uint32_t>(grid.index(i, j, k)));
                    }
            if (vessel.voxels.empty())
                refuse("range", fmt::format("[vessel.{}] lies outside the box", name));
            for (auto const& what : given.supplies) {
                auto& held = plan_.substrates[static_cast<std::size_t>(substrate(what, "vessel." + name + ".supplies"))].held;
                held.insert(held.end(), vessel.voxels.begin(), vessel.voxels.end());
            }
            if (given.nk.empty())
                continue;
            vessel.kind = kind(given.nk, "vessel." + name + ".nk");
            auto const& law = tissue_laws_.recruitment;
            auto const length = plan_.three_d ? scenario_.tissue.depth : grid.width;
            auto const area = 2.0 * std::numbers::pi * given.radius * length;
            vessel.rate =
                given.arrivals >= 0.0 ? given.arrivals / minutes_per_hour : area * biology::arrivals_per_area(law, law.blood, 0.0);
            if (!given.attractant.empty()) {
                vessel.attractant = substrate(given.attractant, "vessel." + name + ".attractant");
                vessel.gain = law.gain;
                vessel.half = law.half;
                vessel.power = law.power;
            }
            plan_.vessels.push_back(std::move(vessel));
        }
    }

    scenario::TissueScenario const& scenario_;
    ParameterBase const& base_;
    scenario::WellScenario meetings_;
    std::vector<biology::TissueCell> rows_;
    biology::Laws const* laws_ = nullptr;
    biology::TissueLaws tissue_laws_{};
    std::map<std::string, int> substrates_, viruses_;
    tissue::TissuePlan plan_;
};

} // namespace

TissueBuild build_tissue(scenario::TissueScenario const& scenario, ParameterBase const& base) {
    return build_tissue(scenario, base, read_cell_sources(scenario));
}

TissueBuild build_tissue(scenario::TissueScenario const& scenario, ParameterBase const& base, CellSources const& sources) {
    return Builder(scenario, base).build(sources);
}

} // namespace nk::simulate
