#include "nk/scenario/embedded.hpp"
#include "nk/scenario/parameter_reader.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/host_run.hpp"
#include "nk/simulate/infection_outcome.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace nk::simulate {
namespace {

ParameterBase const& standard_base() {
    static ParameterBase const base = scenario::load_parameters();
    return base;
}

body::HostPlan plan_of(std::string const& text, ParameterBase const& base = standard_base()) {
    auto const reading = scenario::read_host_scenario("kind = \"body\"\nhost.sample = 32\n" + text, base);
    return build_host(reading.scenario, reading.base);
}

double nk_in(body::Host const& host, std::string const& organ) {
    for (std::size_t j = 0; j < host.plan().organs.size(); ++j)
        if (host.plan().organs[j].organ.name == organ)
            return host.equations().nk_in(j, host.values().data());
    return -1.0;
}

TEST(Host, StaysInTheSteadyStateOfItsTable) {
    body::Host host(plan_of("[parameters]\n\"ageing.production\" = \"0 1/year\""));
    auto const blood = nk_in(host, "blood");
    auto const spleen = nk_in(host, "spleen");

    host.advance(300.0);

    EXPECT_NEAR(nk_in(host, "blood"), blood, 1e-5 * blood);
    EXPECT_NEAR(nk_in(host, "spleen"), spleen, 1e-5 * spleen);
    EXPECT_LT(std::abs(host.mass_error()), 1e-9);
}

TEST(Host, HasTheNkCellsOfItsTableInEveryOrgan) {
    body::Host const host(plan_of("[parameters]\n\"ageing.production\" = \"0 1/year\""));

    for (auto const& organ : host.plan().organs)
        EXPECT_NEAR(nk_in(host, organ.organ.name), organ.organ.law.nk, 1e-9 * organ.organ.law.nk) << organ.organ.name;
}

TEST(Host, KeepsItsBalanceOfCellsThroughExerciseDepletionAndInfection) {
    body::Host host(plan_of(R"(
[event.run]
at = "1 day"
duration = "1 h"
[event.antibody]
what = "nk_depletion"
at = "5 day"
amount = 0.9
[infection.influenza]
at = "8 day"
)"));

    host.advance(30.0);

    EXPECT_LT(std::abs(host.mass_error()), 1e-8);
    EXPECT_LT(host.health().clipped, 1.0); // less than one unit of what is too small to matter
}

TEST(Host, RegainsItsNkCellsAfterDepletion) {
    body::Host host(plan_of("[event.antibody]\nwhat = \"nk_depletion\"\nat = \"0 day\"\namount = 0.9\n"));
    host.advance(0.5);
    auto const soon = host.equations().nk_everywhere(host.values().data());
    auto const il15 = host.equations().il15(host.day(), host.values().data());

    host.advance(400.0);

    EXPECT_GT(il15, 1.2); // who is left gets more of it
    EXPECT_GT(host.equations().nk_everywhere(host.values().data()), 2.0 * soon);
}

TEST(Host, HepatitisBIsClearedWhenNobodyFindsItThoughLatentCellsStay) {
    body::Host host(plan_of("[infection.hepatitis_b]\nat = \"0 day\""));
    auto const course = follow(host, 330.0, 1.0);
    auto const& titre = course.values("hepatitis_b_titre");
    auto const& infected = course.values("hepatitis_b_infected");
    auto const detection = host.plan().infections[0].course.law.detection;

    auto const cleared = day_of_clearance(host, course, 0);
    auto const seen = infection_seen(host, course, 0);
    auto const early = infection_seen(host, course, 0, 100.0);

    ASSERT_LT(host.infections()[0].cleared, 0.0); // some latent cells stay for life
    EXPECT_GT(host.values()[host.equations().layout().infections[0].latent], 1.0);
    ASSERT_GT(cleared, 0.0);
    for (auto row = static_cast<std::size_t>(cleared); row < titre.size(); ++row) {
        EXPECT_LT(titre[row], detection) << row;
        EXPECT_LT(infected[row], 1.0) << row;
    }
    auto const before = static_cast<std::size_t>(cleared) - 1;
    EXPECT_TRUE(titre[before] >= detection || infected[before] >= 1.0);
    EXPECT_EQ(seen.cleared, cleared);
    EXPECT_TRUE(seen.detected);
    EXPECT_GT(seen.detectable, 30.0);
    EXPECT_LT(seen.detectable, cleared);
    EXPECT_LT(early.cleared, 0.0); // at death on day 100 it was there
    EXPECT_LT(early.detectable, seen.detectable);
}

TEST(Host, InfectionThatLastsIsNotCleared) {
    body::Host host(plan_of("[infection.hepatitis_c]\nat = \"0 day\""));

    auto const course = follow(host, 120.0, 1.0);

    EXPECT_LT(day_of_clearance(host, course, 0), 0.0);
}

TEST(Host, InfectionThatHasNotBegunIsNeitherSeenNorCleared) {
    body::Host host(plan_of("[infection.influenza]\nat = \"30 day\""));

    auto const course = follow(host, 10.0, 1.0);

    EXPECT_LT(day_of_clearance(host, course, 0), 0.0);
    EXPECT_FALSE(infection_seen(host, course, 0).detected);
}

TEST(Host, RepeatsWithItsSeedAndOnlyWithIt) {
    auto const cells_after = [&](int seed) {
        body::Host host(plan_of("seed = " + std::to_string(seed) + "\n" + "host.duration = \"30 day\"\n" +
                                "host.chance = true\ntumour.carcinoma.cells = \"20 cell\"\n"));
        host.advance(30.0);
        return host.equations().tumour_cells(0, host.values().data());
    };

    EXPECT_EQ(cells_after(1), cells_after(1));
    EXPECT_TRUE(cells_after(2) != cells_after(1) || cells_after(3) != cells_after(1));
}

TEST(Host, T12_TumourCellsByChanceDieOutAsBirthAndDeathSay) {
    auto const reading = scenario::read_host_scenario(R"(
kind = "body"
host.chance = true
host.few = "1000 cell"
host.sample = 8
tumour.carcinoma.cells = "1 cell"
tumour.carcinoma.growth = "0.5 1/day"
tumour.carcinoma.losses = false
parameters = { "tumour.carcinoma.death" = "2 1/day", "search.attach_rate" = "0 1/min" }
)",
                                                      standard_base());
    auto plan = build_host(reading.scenario, reading.base);
    constexpr int clones = 200;
    constexpr auto b = 2.5, d = 2.0;
    std::map<double, int> alive{{1.0, 0}, {4.0, 0}, {15.0, 0}};
    for (int seed = 1; seed <= clones; ++seed) {
        plan.seed = static_cast<std::uint64_t>(seed);
        body::Host host(plan);
        for (auto& [day, count] : alive) {
            host.advance(day);
            count += host.equations().tumour_cells(0, host.values().data()) > 0.0 ? 1 : 0;
        }
    }

    auto const survive = [&](double day) {
        auto const grown = std::exp((b - d) * day);
        return 1.0 - d * (grown - 1.0) / (b * grown - d);
    };
    for (auto const& [day, count] : alive) {
        auto const error = std::sqrt(survive(day) * (1.0 - survive(day)) / clones);
        EXPECT_NEAR(count / double{clones}, survive(day), 4.0 * error) << day;
    }
    EXPECT_NEAR(survive(15.0), 1.0 - d / b, 1e-3); // so the last of them is that of clones that stay
}

TEST(Host, SparseTargetsAreKilledAtOpeningTimesChanceTimesDensity) { // limit of low density: <k_open P> N/V
    auto const plan = plan_of("tumour.carcinoma.cells = \"10 cell\"\ntumour.carcinoma.losses = false\n"
                              "parameters = { \"target.carcinoma.hits_to_kill\" = 1, \"search.attach_rate\" = \"1e-6 1/min\" }\n");
    body::Host const host(plan);
    auto const& tumour = plan.tumours[0];
    auto const& organ = host.equations().layout().organs[tumour.organ];

    biology::Surroundings around; // the cells of a nodule are as dense, few as they are
    around.add(plan.meetings->search(), plan.meetings->targets()[tumour.phenotypes[0].target].radius, tumour.kind.law.density * 1e-15);
    auto const nk = body::class_numbers(*plan.meetings, host.equations().layout().populations, &host.values()[organ.nk]);
    auto expected = 0.0;
    for (std::size_t q = 0; q < nk.size(); ++q) {
        auto const target = tumour.phenotypes[0].target;
        auto const opening = plan.meetings->opening(q, target, 0.0, around) * 1e-15 * 1440.0; // [L/day]
        expected += opening * plan.meetings->at(q, target, 0, {}).kill * nk[q] * 10.0 / plan.organs[tumour.organ].organ.law.volume;
    }
    expected *= host.equations().activity(0.0);

    EXPECT_GT(expected, 0.0);
    EXPECT_NEAR(host.rates().tumours[0].nk, expected, 0.001 * expected);
}

TEST(Host, TwiceTheBodyAtTheSameDensitiesKillsEachCellAtTheSameRate) { // model T30
    auto plan = plan_of("infection.influenza.at = \"0 day\"\n");
    auto large = plan;
    for (auto& organ : large.organs) {
        organ.organ.law.volume *= 2.0;
        organ.organ.law.nk *= 2.0;
        organ.organ.law.cells *= 2.0;
    }
    large.infections[0].course.law.targets *= 2.0;
    large.infections[0].course.law.entry *= 0.5;
    large.infections[0].course.law.inoculum *= 2.0;
    large.laws.adaptive.precursors *= 2.0;
    large.laws.adaptive.antigen_half *= 2.0;
    large.laws.adaptive.capacity *= 2.0;
    large.infections[0].course.law.detection *= 2.0;

    body::Host one(plan), two(large);
    one.advance(3.0);
    two.advance(3.0);

    auto const infected = one.equations().infected_cells(0, one.values().data());
    EXPECT_GT(infected, 1e4);
    EXPECT_NEAR(two.equations().infected_cells(0, two.values().data()) / infected, 2.0, 1e-3);
    EXPECT_NEAR(two.rates().infections[0].nk / one.rates().infections[0].nk, 2.0, 1e-2);
}

TEST(Host, FollowsAVirusThatOnlyDataDescribe) {
    auto base = standard_base();
    std::string text = "[infection.sixth]\ntitle = \"a sixth virus\"\nvirus = \"influenza\"\norgan = \"gut\"\ntarget = \"epithelium\"\n"
                       "titre = \"copies/mL\"\n";
    for (auto const& name : base.children("infection.influenza")) {
        auto const row = "infection.influenza." + name;
        if (!base.contains(row))
            continue;
        auto const& p = base.at(row);
        text += name + " = { value = \"" + to_text(name == "entry" ? Quantity{2.0 * p.quantity.value, p.quantity.unit} : p.quantity) +
                "\", low = 0, high = 1e15, source = \"assumption\", confidence = \"estimate\" }\n";
    }
    scenario::SourceTexts sources;
    scenario::ProblemList problems;
    scenario::read_parameters("sixth.toml", text, base, sources, problems);
    ASSERT_TRUE(problems.empty());

    body::Host host(plan_of("infection.sixth.at = \"0 day\"\n", base));
    host.advance(10.0);

    EXPECT_GT(host.infections()[0].peak, 10.0 * host.plan().infections[0].course.law.inoculum);
}

TEST(Host, WithoutPerforinNkCellsKillHardlyAnyTumourCell) {
    auto const rate = [](std::string const& lack) {
        body::Host const host(plan_of(lack + "tumour.leukaemia.cells = \"1000 cell\"\ntumour.leukaemia.organ = \"marrow\"\n"));
        return host.rates().tumours[0].nk;
    };

    EXPECT_LT(rate("host.deficiency = \"perforin\"\n"), 0.5 * rate(""));
}

TEST(Host, RefusesOrgansThatCannotBeInBalance) {
    EXPECT_THROW(body::Host(plan_of("parameters = { \"organ.human_gut.residence\" = \"0.01 day\" }\n")), ScenarioError);
}

TEST(Host, LosesNothingByLookingMoreOften) {
    auto const text = std::string("infection.influenza.at = \"1 day\"\n");
    body::Host once(plan_of(text)), often(plan_of(text));

    once.advance(9.0);
    for (int i = 1; i <= 90; ++i)
        often.advance(0.1 * i);

    EXPECT_NEAR(often.infections()[0].peak / once.infections()[0].peak, 1.0, 0.05); // peaks are read at looks
    EXPECT_NEAR(nk_in(often, "lung") / nk_in(once, "lung"), 1.0, 1e-4);
}

} // namespace
} // namespace nk::simulate
