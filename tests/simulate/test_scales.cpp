#include "nk/scenario/embedded.hpp"
#include "nk/scenario/parameter_reader.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/coupling.hpp"
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/host_run.hpp"

#include <cmath>
#include <gtest/gtest.h>

// The same targets and NK cells three times: by the equations of the body, by contacts that open and end by chance, and as agents in a
// periodic box that nobody enters or leaves. Nothing grows, everything that differs between the scales for a reason is switched off.

namespace nk::simulate {
namespace {

constexpr double side = 1000.0;    // of the box [um]
constexpr double targets = 5000.0; // one NK cell for six of them: one killer a target
constexpr double killers = 860.0;  // as dense as in the gut
constexpr double minutes = 1440.0;
constexpr char const* stirred = R"(
kind = "body"
[host]
duration = "1 day"
output_every = "1 day"
sample = 1024
classes = 8
[target.line]
like = "K562"
[tumour.lymphoma]
organ = "gut"
cells = "5000 cell"
target = "line"
growth = "0 1/day"
losses = false
[parameters]
"search.attach_burst_gain" = 0
"search.nk_diameter_sd" = 0
"target.K562.ligand_sd" = 0
"target.K562.susceptibility_sd" = 0
"adaptation.survival_no_cytokine" = "1000 day"
"tumour.lymphoma.density" = "5e9 cell/L"
"tumour.lymphoma.depth" = "100000 um"
"tumour.lymphoma.hypoxic_radius" = "100000 um"
"tumour.lymphoma.tgfb_floor" = 1
"tumour.lymphoma.shedding" = "0 1/day"
"tumour.lymphoma.circulating" = "0 1/day"
"tumour.lymphoma.dormancy" = "0 1/day"
"tumour.lymphoma.antigenicity" = 0
"trafficking.recruitment" = 0
)";
constexpr char const* box = R"(
[site.lymphoma]
exchange = "2 h"
[site.lymphoma.box.tissue]
width = "1000 um"
height = "1000 um"
depth = "1000 um"
boundary = "periodic"
duration = "24 h"
[site.lymphoma.box.effector.resting]
like = "resting_nk"
[site.lymphoma.box.cell.tumour]
target = "line"
radius = "8 um"
division_time = "0 min"
death_rate = "0 1/min"
adhesion = "0 1/min"
clearance = "1 min"
[site.lymphoma.box.target.line]
like = "K562"
[site.lymphoma.box.nk.resting]
[site.lymphoma.box.place.tumour]
shape = "box"
count = "5000 cell"
[site.lymphoma.box.place.resting]
shape = "box"
count = "860 cell"
)";

ParameterBase const& base_of_scales() {
    static ParameterBase const base = scenario::load_parameters();
    return base;
}

scenario::HostReading reading_of(std::string const& text, std::vector<std::string> const& overrides = {}) {
    return scenario::read_host_scenario(text, base_of_scales(), overrides);
}

CoupledHost host_of(scenario::HostReading const& reading, int threads = 1) {
    return {build_host(reading.scenario, reading.base), reading.scenario, reading.base, backend::Executor(threads)};
}

/// NK cells of the box by class: as in blood, or as in the organ of the tumour.
std::vector<double> as_in_blood(body::HostPlan const& plan) {
    std::vector<double> out;
    for (auto const& one : plan.meetings->classes())
        out.push_back(killers * one.share * (one.bright ? plan.meetings->bright() : 1.0 - plan.meetings->bright()));
    return out;
}
std::vector<double> as_in_organ(body::Host const& host) {
    auto const organ = host.plan().tumours[0].organ;
    auto const& layout = host.equations().layout();
    auto out = body::class_numbers(*host.plan().meetings, layout.populations, &host.values()[layout.organs[organ].nk]);
    for (auto& cells : out)
        cells *= side * side * side * 1e-15 / host.plan().organs[organ].organ.law.volume;
    return out;
}

/// The chain of contacts, event by event: each class by itself, contacts end at their mean rate.
double killed_by_chance(body::HostPlan const& plan, std::vector<double> const& nk, std::uint64_t run) {
    Random rng(31, run, Purpose::test);
    auto const& table = *plan.meetings;
    auto const target = plan.tumours[0].phenotypes[0].target;
    biology::Surroundings around;
    around.add(table.search(), table.targets()[target].radius, targets / (side * side * side));
    auto const count = table.classes().size();
    std::vector<double> free(count), held(count, 0.0), open(count);
    std::vector<biology::Meeting> meeting;
    for (std::size_t q = 0; q < count; ++q) {
        free[q] = std::floor(nk[q]) + (rng.uniform() < nk[q] - std::floor(nk[q]) ? 1.0 : 0.0);
        open[q] = table.opening(q, target, 0.0, around) / (side * side * side);
        meeting.push_back(table.at(q, target, 0, {}));
    }
    auto free_targets = targets;
    auto killed = 0.0;
    for (auto time = 0.0;;) {
        std::vector<double> rates;
        auto all = 0.0;
        for (std::size_t q = 0; q < count; ++q) {
            rates.push_back(open[q] * free[q] * free_targets);
            rates.push_back(held[q] / meeting[q].minutes);
            all += rates[2 * q] + rates[2 * q + 1];
        }
        time += rng.exponential() / all;
        if (time >= minutes)
            return killed;
        auto pick = rng.uniform() * all;
        std::size_t event = 0;
        while (event + 1 < rates.size() && (pick -= rates[event]) >= 0.0)
            ++event;
        auto const q = event / 2;
        auto const opens = event % 2 == 0;
        free[q] += opens ? -1.0 : 1.0;
        held[q] += opens ? 1.0 : -1.0;
        auto const dies = !opens && rng.uniform() < meeting[q].kill;
        killed += dies ? 1.0 : 0.0;
        free_targets += opens ? -1.0 : dies ? 0.0 : 1.0;
    }
}

double mean_killed_by_chance(body::HostPlan const& plan, std::vector<double> const& nk, int runs) {
    auto mean = 0.0;
    for (int run = 0; run < runs; ++run)
        mean += killed_by_chance(plan, nk, static_cast<std::uint64_t>(run)) / runs;
    return mean;
}

TEST(Scales, EquationsOfTheBodyAgreeWithContactsByChance) {
    auto coupled = host_of(reading_of(stirred));
    auto const nk = as_in_organ(coupled.host());
    coupled.advance(minutes / 1440.0);
    auto const by_equations = targets - coupled.host().equations().tumour_cells(0, coupled.host().values().data());

    constexpr int runs = 40;
    auto const mean = mean_killed_by_chance(coupled.host().plan(), nk, runs);

    auto const error = std::sqrt(by_equations / runs); // of a Poisson number
    EXPECT_GT(by_equations, 200.0);
    EXPECT_NEAR(mean, by_equations, 4.0 * error + 0.015 * by_equations); // contacts begin to end after their length, 20 of 1440 minutes
}

TEST(Scales, AgentsInAStirredBoxKillAsContactsByChance) {
    auto coupled = host_of(reading_of(std::string(stirred) + box), 2);
    auto const by_chance = mean_killed_by_chance(coupled.host().plan(), as_in_blood(coupled.host().plan()), 40);

    coupled.advance(minutes / 1440.0);

    auto const by_agents = targets - coupled.host().equations().tumour_cells(0, coupled.host().values().data());
    auto const error = std::sqrt(by_chance);
    EXPECT_LT(by_agents, by_chance + 4.0 * error);
    // agents kill some per cent fewer for known reasons: a killed target is no longer touched while a spared one is (about 8 %), and
    // death follows the lethal hit by half an hour of 24 (2 %)
    EXPECT_GT(by_agents, 0.9 * by_chance - 4.0 * error);
}

TEST(Scales, ABoxTakesItsNkCellsFromTheBodyAndGivesThemBack) {
    auto const text = std::string(stirred) + R"(
[site.lymphoma]
at = "1 day"
exchange = "20 min"
[site.lymphoma.box.tissue]
width = "200 um"
height = "200 um"
depth = "200 um"
boundary = "absorbing"
duration = "6 h"
[site.lymphoma.box.substrate.IFNg]
[site.lymphoma.box.effector.resting]
like = "il2_nk"
[site.lymphoma.box.cell.tumour]
target = "line"
[site.lymphoma.box.target.line]
like = "K562"
[site.lymphoma.box.nk.resting]
[site.lymphoma.box.place.tumour]
shape = "box"
count = "200 cell"
[site.lymphoma.box.place.resting]
shape = "box"
count = "40 cell"
[site.lymphoma.box.vessel.one]
nk = "resting"
arrivals = "60 1/h"
)";
    auto const reading = reading_of(text, {"host.duration=3 day"});
    auto coupled = host_of(reading);
    coupled.advance(1.1);
    auto const within = coupled.host().nk_in_sites();
    auto const balance = coupled.host().mass_error();
    coupled.advance(3.0);
    auto arrived = 0.0, left = 0.0, killed = 0.0;
    auto const& site = *coupled.sites().front();
    for (auto const& one : site.traffic()) {
        arrived += one.back.nk_arrived;
        left += one.back.nk_left;
        killed += one.back.killed;
    }

    EXPECT_GT(site.copies(), 1.0);
    EXPECT_GT(within, 0.0);
    EXPECT_LT(std::abs(balance), 1e-9);
    EXPECT_GT(arrived, 0.0);
    EXPECT_GT(left, 0.0);
    EXPECT_GT(killed, 0.0);
    EXPECT_EQ(coupled.host().nk_in_sites(), 0.0);
    EXPECT_LT(std::abs(coupled.host().mass_error()), 1e-9);
    EXPECT_TRUE(std::isinf(site.next()));
    auto const cells = coupled.host().equations().tumour_cells(0, coupled.host().values().data());
    EXPECT_GT(cells, 0.0); // the equations went on with what the box left

    auto again = host_of(reading, 3);
    again.advance(1.1);
    again.advance(3.0);
    EXPECT_EQ(again.host().values(), coupled.host().values());
}

TEST(Scales, ABoxThatDoesNotFitItsHostIsRefusedAtItsPlace) {
    auto const problems = [](std::string const& change) {
        try {
            reading_of(std::string(stirred) + box, {change});
        } catch (ScenarioError const& error) {
            return error.problems().front().what;
        }
        return std::string("none");
    };

    EXPECT_EQ(problems("site.lymphoma.tumour=other"), "[site.lymphoma] holds cells of other, which is no [tumour.*] of this scenario");
    EXPECT_EQ(problems("site.lymphoma.cells=bone"), "`bone` is no [site.lymphoma.box.cell.*]");
    EXPECT_EQ(problems("tumour.lymphoma.at=3 day"), "[site.lymphoma] begins before its tumour");
    EXPECT_EQ(problems("site.lymphoma.box.donor.fcgr3a=VV"), "`donor` of a box is that of its host");
    EXPECT_EQ(problems("site.lymphoma.box.tissue.life_step=0.05 min"), "`tissue.life_step` is shorter than `tissue.step`");

    auto empty = host_of(reading_of(std::string(stirred) + box, {"tumour.lymphoma.cells=1e14 cell"}));
    EXPECT_THROW(empty.advance(1.0), ScenarioError); // the box would hold more NK cells than the organ
}

} // namespace
} // namespace nk::simulate
