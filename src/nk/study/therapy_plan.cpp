#include "nk/study/therapy_plan.hpp"

#include "nk/base/hash.hpp"
#include "nk/study/patient.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <numeric>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

namespace nk::scenario {

double PlanControl::number_at(double u) const {
    auto const at = std::clamp(u, 0.0, 1.0);
    auto value = scale == "log" ? low.value * std::pow(high.value / low.value, at) : low.value + at * (high.value - low.value);
    return whole ? std::round(value) : value;
}

std::string PlanControl::text_at(double u) const {
    return fmt::format("{:.6g}{}", number_at(u), low.unit == "1" ? "" : " " + low.unit);
}

} // namespace nk::scenario

namespace nk::study {
namespace {

/// Patients under one parameter base, with their tables of meetings.
struct Ward {
    ParameterBase base;
    std::size_t first = 0; ///< number of the first patient
    std::vector<simulate::KnownMeetings> known;
};

/// Tries protocols on the patients of a ward.
class Trial {
  public:
    Trial(scenario::PlanScenario const& scenario, CohortStudy const& cohort) : scenario_(scenario), cohort_(cohort) {}

    std::vector<double> objectives(std::vector<double> const& protocol, Ward& ward) const {
        auto host = cohort_.reading.scenario;
        auto base = ward.base;
        std::size_t c = 0;
        for (auto const& entry : scenario_.control)
            scenario::set_value(host, base, entry.second.key, entry.second.text_at(protocol[c++]));
        std::vector<double> sum(scenario_.plan.objectives.size(), 0.0);
        for (std::size_t p = 0; p < ward.known.size(); ++p) {
            auto const patient = treat_patient(cohort_, host, base, ward.first + p, ward.known[p]);
            for (std::size_t o = 0; o < sum.size(); ++o)
                sum[o] += value_of(scenario_.plan.objectives[o], patient, host) / static_cast<double>(ward.known.size());
        }
        return sum;
    }

  private:
    double value_of(std::string const& objective, Patient const& patient, scenario::HostScenario const& host) const {
        if (objective == "burden")
            return std::log10(std::max(1.0, patient.burden_last) / std::max(1.0, patient.burden_first));
        if (objective == "no_durable_response")
            return patient.responding_at_end ? 0.0 : 1.0;
        if (objective == "cytokine_release")
            return patient.il6_peak / (patient.il6_peak + patient.crs_2);
        if (objective == "cells")
            return std::log10(std::max(1.0, patient.cells_given));
        auto const& plan = scenario_.plan;
        auto cost = plan.cost_of_1e9_cells * patient.cells_given / 1e9;
        for (auto const& entry : host.infusion)
            cost += plan.cost_of_infusion * entry.second.doses;
        for (auto const& entry : host.treatment)
            cost += entry.second.what == "cytokine" ? plan.cost_of_cytokine_dose * entry.second.doses * entry.second.amount : 0.0;
        return cost;
    }
    scenario::PlanScenario const& scenario_;
    CohortStudy const& cohort_;
};

/// The problem as pagmo sees it. Copies share the ward: one search runs on one thread.
struct ProtocolProblem {
    std::shared_ptr<Trial const> trial;
    std::shared_ptr<Ward> ward;
    std::size_t controls = 1;
    std::size_t aims = 1;
    pagmo::vector_double fitness(pagmo::vector_double const& protocol) const { return trial->objectives(protocol, *ward); }
    std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
        return {pagmo::vector_double(controls, 0.0), pagmo::vector_double(controls, 1.0)};
    }
    pagmo::vector_double::size_type get_nobj() const { return aims; }
};

Ward ward_of(ParameterBase base, std::size_t first, std::size_t patients) {
    return {std::move(base), first, std::vector<simulate::KnownMeetings>(patients)};
}

/// One island: the search, then what is left of it tried again.
Table search_island(scenario::PlanScenario const& scenario, CohortStudy const& cohort, std::vector<ParameterBase> const& members,
                    Table table, std::size_t island) {
    auto const& settings = scenario.plan;
    auto const patients = static_cast<std::size_t>(settings.patients);
    auto const seed = static_cast<unsigned>(derived_seed(static_cast<std::uint64_t>(scenario.seed), island));
    auto const trial = std::make_shared<Trial const>(scenario, cohort);
    auto const ward = std::make_shared<Ward>(ward_of(cohort.reading.base, 0, patients));
    ProtocolProblem const problem{trial, ward, scenario.control.size(), settings.objectives.size()};
    pagmo::population people(pagmo::problem(problem), static_cast<std::size_t>(settings.population), seed);
    if (settings.generations > 0.0)
        people = pagmo::algorithm(pagmo::nsga2(static_cast<unsigned>(settings.generations), 0.95, 10.0,
                                               1.0 / static_cast<double>(scenario.control.size()), 20.0, seed))
                     .evolve(people);
    std::vector<Ward> wards;
    for (auto const& member : members)
        wards.push_back(ward_of(member, patients, patients)); // patients that the search has not seen
    auto const front = pareto_front(people.get_f());
    auto column = [&](std::size_t c) -> std::vector<double>& { return std::get<std::vector<double>>(table.columns[c].values); };
    for (auto const row : front) {
        auto const& protocol = people.get_x()[row];
        std::size_t c = 0;
        column(c++).push_back(static_cast<double>(island + 1));
        std::size_t u = 0;
        for (auto const& entry : scenario.control)
            column(c++).push_back(entry.second.number_at(protocol[u++]));
        std::vector<std::vector<double>> again;
        for (auto& one : wards)
            again.push_back(trial->objectives(protocol, one));
        for (std::size_t o = 0; o < settings.objectives.size(); ++o) {
            auto mean = 0.0, low = again[0][o], high = again[0][o];
            for (auto const& values : again) {
                mean += values[o] / static_cast<double>(again.size());
                low = std::min(low, values[o]);
                high = std::max(high, values[o]);
            }
            column(c++).push_back(people.get_f()[row][o]);
            column(c++).push_back(mean);
            column(c++).push_back(low);
            column(c++).push_back(high);
        }
    }
    return table;
}

[[noreturn]] void refuse_control(std::string const& name, std::string const& what, std::string const& hint) {
    throw ScenarioError(Problem{{}, "range", fmt::format("[control.{}] {}", name, what), "", hint});
}

void check_controls(scenario::PlanScenario const& scenario, CohortStudy const& cohort) {
    if (scenario.control.empty())
        throw ScenarioError(Problem{{}, "missing", "there is nothing to choose", "", "add a [control.NAME] with key, low and high"});
    if (std::fmod(scenario.plan.population, 4.0) != 0.0)
        throw ScenarioError(Problem{{}, "range", "`plan.population` is no multiple of four", nk::to_text(scenario.plan.population), ""});
    if (scenario.plan.objectives.size() < 2)
        throw ScenarioError(Problem{{}, "missing", "a front needs at least two `plan.objectives`", "", ""});
    for (auto const& [name, control] : scenario.control) {
        if (control.low.unit != control.high.unit || control.low.value >= control.high.value)
            refuse_control(name, "needs `low` below `high`, in one unit", "");
        if (control.scale == "log" && control.low.value <= 0.0)
            refuse_control(name, "has a logarithmic scale, which begins above zero", "");
        for (auto const u : {0.0, 1.0}) { // both bounds must be values the key may have
            auto host = cohort.reading.scenario;
            auto base = cohort.reading.base;
            scenario::set_value(host, base, control.key, control.text_at(u));
        }
    }
}

} // namespace

std::vector<std::size_t> pareto_front(std::vector<std::vector<double>> const& objectives) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < objectives.size(); ++i) {
        auto const beaten = [&](std::vector<double> const& other, bool earlier) {
            auto better = false;
            for (std::size_t o = 0; o < other.size(); ++o) {
                if (other[o] > objectives[i][o])
                    return false;
                better = better || other[o] < objectives[i][o];
            }
            return better || earlier; // of equal ones the first stays
        };
        auto dominated = false;
        for (std::size_t k = 0; k < objectives.size() && !dominated; ++k)
            dominated = k != i && beaten(objectives[k], k < i);
        if (!dominated)
            out.push_back(i);
    }
    return out;
}

TherapyPlanStudy plan_therapy(scenario::PlanScenario const& scenario, std::string const& resolved_text, CohortStudy const& cohort,
                              std::vector<ParameterBase> const& members, std::string const& version) {
    NK_EXPECT(!members.empty());
    check_controls(scenario, cohort);
    TherapyPlanStudy out{scenario, {}, {}};
    JobTable table{"protocols", {{"island", "1", false}}};
    Table empty{"protocols", {}};
    for (auto const& [name, control] : scenario.control) {
        out.controls.push_back(name);
        table.columns.push_back({name, control.low.unit, false});
    }
    for (auto const& objective : scenario.plan.objectives)
        for (auto const* what : {"search", "mean", "low", "high"})
            table.columns.push_back({objective + "_" + what, "1", false});
    for (auto const& column : table.columns)
        empty.add(column.name, column.unit, std::vector<double>{});
    out.plan.kind = "plan";
    out.plan.scenario = resolved_text;
    out.plan.tables = {table};
    out.plan.count = static_cast<std::size_t>(scenario.plan.islands);
    Hasher hasher;
    hasher.add(resolved_text);
    hasher.add(cohort.plan.key);
    for (auto const& member : members)
        hasher.add(member.hash());
    hasher.add(version);
    out.plan.key = hasher.hex();
    out.plan.run = [scenario, cohort, members, empty](std::size_t island) {
        return std::vector<Table>{search_island(scenario, cohort, members, empty, island)};
    };
    return out;
}

} // namespace nk::study
