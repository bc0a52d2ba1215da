#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/product_cells.hpp"
#include "nk/simulate/therapy_builder.hpp"
#include "nk/simulate/therapy_outcome.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace nk::simulate {
namespace {

ParameterBase const& therapy_base() {
    static ParameterBase const base = scenario::load_parameters();
    return base;
}

constexpr char const* patient = R"(
kind = "therapy"
host.sample = 24
host.classes = 2
[donor]
hla = ["A*02:01", "A*24:02", "B*07:02", "B*44:02", "C*05:01", "C*07:02"]
kir = ["A/A"]
[product.haplo]
steps = ["selection.cd3_cd56"]
donor.hla = ["A*02:01", "A*01:01", "B*07:02", "B*08:01", "C*07:01", "C*07:02"]
donor.kir = ["A/B"]
[infusion.haplo]
at = "2 day"
dose = "5e6 cell/kg"
)";

body::HostPlan plan_of_patient(std::string const& more = "", std::vector<std::string> const& overrides = {}) {
    auto const reading = scenario::read_host_scenario(patient + more, therapy_base(), overrides);
    return build_host(reading.scenario, reading.base);
}

double infused(body::Host const& host) {
    return host.equations().graft_everywhere(0, host.values().data());
}

double infused_in(body::Host const& host, std::string const& organ) {
    for (std::size_t j = 0; j < host.plan().organs.size(); ++j)
        if (host.plan().organs[j].organ.name == organ)
            return host.equations().graft_in(0, j, host.values().data());
    return -1.0;
}

TEST(Therapy, KeepsItsBalanceOfInfusedAndOwnCellsThroughConditioningDosesAndRejection) {
    body::Host host(plan_of_patient(R"(
[treatment.lo_cy_flu]
at = "0 day"
[treatment.il2]
what = "cytokine"
at = "2 day"
doses = 3
)",
                                    {"infusion.haplo.doses=2"}));

    host.advance(40.0);

    EXPECT_LT(std::abs(host.graft_error(0)), 1e-6);
    EXPECT_LT(std::abs(host.mass_error()), 1e-6);
    EXPECT_GT(host.values()[host.equations().layout().grafts[0].rejected], 0.0);
}

TEST(Therapy, SendsCellsGivenIntoAVeinThroughTheLungFirst) {
    body::Host host(plan_of_patient());

    host.advance(2.0 + 0.5 / 24.0);
    auto const early = infused_in(host, "lung") / infused(host);
    host.advance(3.0);
    auto const late = infused_in(host, "lung") / infused(host);

    EXPECT_GT(early, 0.5);
    EXPECT_LT(late, early);
    EXPECT_LT(infused_in(host, "lymph_node"), 0.02 * infused(host));
}

TEST(Therapy, RaisesIl15WhenLymphocytesAreTakenAwayAndLetsInfusedCellsLiveLonger) {
    body::Host alone(plan_of_patient());
    body::Host treated(plan_of_patient("[treatment.hi_cy_flu]\nat = \"0 day\"\n", {"infusion.haplo.at=6 day"}));

    alone.advance(2.0);
    treated.advance(6.0);
    auto const raised = treated.equations().il15(6.0, treated.values().data());
    auto const given = infused(alone);
    alone.advance(9.0);
    treated.advance(13.0);

    EXPECT_GT(raised, 3.0);
    EXPECT_LT(raised, 10.0);
    EXPECT_LT(infused(alone), 0.5 * given);
    EXPECT_GT(infused(treated), 2.0 * infused(alone));
}

TEST(Therapy, RejectsCellsThatShareNoHlaAndNeverThePatientsOwn) {
    auto const rejected = [](std::vector<std::string> const& overrides) {
        body::Host host(plan_of_patient("", overrides));
        host.advance(20.0);
        return host.values()[host.equations().layout().grafts[0].rejected];
    };

    auto const half = rejected({});
    auto const foreign = rejected({R"(product.haplo.donor.hla=["A*01:01", "A*03:01", "B*08:01", "B*15:01", "C*07:01", "C*03:04"])"});
    auto const own = rejected({"product.haplo.autologous=true", "product.haplo.donor.hla=[]"});

    EXPECT_EQ(own, 0.0);
    EXPECT_GT(half, 0.0);
    EXPECT_GT(foreign, half);
}

TEST(Therapy, ChangesNothingBeforeItBegins) {
    body::Host treated(plan_of_patient("", {"infusion.haplo.at=50 day"}));
    auto const reading =
        scenario::read_host_scenario("kind = \"body\"\nhost.sample = 24\nhost.classes = 2\n[donor]\nhla = [\"A*02:01\", \"A*24:02\", "
                                     "\"B*07:02\", \"B*44:02\", \"C*05:01\", \"C*07:02\"]\nkir = [\"A/A\"]\n",
                                     therapy_base());
    body::Host usual(build_host(reading.scenario, reading.base));

    treated.advance(30.0);
    usual.advance(30.0);

    auto const all = [](body::Host const& host) { return host.equations().nk_everywhere(host.values().data()); };
    EXPECT_NEAR(all(treated), all(usual), 1e-5 * all(usual));
}

TEST(Therapy, GivesNoMoreCellsThanWereMade) {
    body::Host host(plan_of_patient("", {"infusion.haplo.dose=1e10 cell/kg", "infusion.haplo.doses=3", "infusion.haplo.every=1 day"}));
    auto const reading = scenario::read_host_scenario(patient, therapy_base());
    auto const made =
        cells_of_product(reading.scenario.product.at("haplo"), 70.0, reading.base, static_cast<std::uint64_t>(reading.scenario.seed));

    host.advance(10.0);

    EXPECT_LE(host.values()[host.equations().layout().grafts[0].given], made.nk * (1.0 + 1e-9));
    EXPECT_GT(host.values()[host.equations().layout().grafts[0].given], 0.5 * made.nk);
}

TEST(Therapy, IsTheSameWhenTablesOfMeetingsAreKnown) {
    auto const reading = scenario::read_host_scenario(patient, therapy_base());
    KnownMeetings known;

    body::Host first(build_host(reading.scenario, reading.base, &known));
    auto const tables = known.tables.size();
    body::Host second(build_host(reading.scenario, reading.base, &known));
    first.advance(10.0);
    second.advance(10.0);

    EXPECT_EQ(known.tables.size(), tables);
    EXPECT_EQ(first.values(), second.values());
}

/// T cells of the first infection, one number for each of their states.
std::vector<double> t_cells(body::Host const& host, double const* from) {
    auto const& at = host.equations().layout().infections[0].adaptive;
    return {from + at.chain, from + at.memory + 1};
}

TEST(Therapy, ConditioningKillsDividingEffectorAndMemoryTCellsAsItKillsLymphocytes) {
    std::string const infected = "[infection.cytomegalovirus]\nat = \"0 day\"\n[treatment.lo_cy_flu]\nat = ";
    body::Host now(plan_of_patient(infected + "\"0 day\"\n"));
    body::Host later(plan_of_patient(infected + "\"50 day\"\n"));
    now.advance(4.0);
    auto const y = now.values();

    std::vector<double> with(y.size()), without(y.size());
    now.equations().slope(4.0, y.data(), with.data());
    later.advance(4.0); // so that its infection runs, too
    later.equations().slope(4.0, y.data(), without.data());

    auto const& law = now.plan().therapy->conditioning.front().law;
    auto const cells = t_cells(now, y.data()), dying = t_cells(now, with.data()), growing = t_cells(now, without.data());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        EXPECT_GT(cells[i], 0.0) << i;
        EXPECT_NEAR(growing[i] - dying[i], law.lymphocyte_kill / law.duration * cells[i], 1e-6 * cells[i]) << i;
    }
    auto const plasma = now.equations().layout().infections[0].adaptive.plasma; // plasma cells do not divide
    EXPECT_EQ(with[plasma], without[plasma]);
}

TEST(Therapy, ConditioningKillsMemoryOfVirusesThatComeLaterOrWentBefore) {
    auto const memory_on_day_31 = [](std::string const& treatment) {
        body::Host host(plan_of_patient("[infection.influenza]\nat = \"30 day\"\ndose = 0\nmemory = \"1e8 cell\"\n" + treatment));
        host.advance(31.0);
        return host.values()[host.equations().layout().infections[0].adaptive.memory];
    };
    auto const memory_at_reinfection = [](std::string const& at) {
        body::Host host(plan_of_patient("[infection.influenza]\nat = \"0 day\"\n[infection.influenza_again]\nlike = \"influenza\"\n"
                                        "at = \"300 day\"\n[treatment.lo_cy_flu]\nat = \"" +
                                        at + "\"\n"));
        host.advance(300.0);
        return host.values()[host.equations().layout().infections[1].adaptive.memory];
    };

    auto const left = std::exp(-therapy_base().value("conditioning.lo_cy_flu.lymphocyte_kill", "1"));
    EXPECT_NEAR(memory_on_day_31("[treatment.lo_cy_flu]\nat = \"10 day\"\n") / memory_on_day_31(""), left, 1e-3 * left);
    EXPECT_NEAR(memory_at_reinfection("290 day") / memory_at_reinfection("400 day"), left, 0.02 * left);
}

TEST(TherapyOutcome, TellsResponseProgressionAndReleaseFromTheCourse) {
    auto const reading = scenario::read_host_scenario(
        std::string(patient) + "[tumour.leukaemia]\norgan = \"marrow\"\ncells = \"1e11 cell\"\n", therapy_base());
    body::Host host(build_host(reading.scenario, reading.base));

    auto const course = follow(host, 60.0, 1.0);
    auto const outcome = therapy_outcome(host, course);

    ASSERT_EQ(outcome.tumours.size(), 1U);
    EXPECT_EQ(outcome.tumours[0].response, "progressive");
    EXPECT_GT(outcome.tumours[0].progressed, 2.0);
    EXPECT_EQ(outcome.crs_grade, 0);
    EXPECT_GT(outcome.grafts[0].last_seen, 2.0);
}

TEST(Therapy, WarnsOfDosesThatFindTheBagShortOrEmpty) {
    auto const warnings = [](std::vector<std::string> const& overrides) {
        auto const reading = scenario::read_host_scenario(patient, therapy_base(), overrides);
        return short_doses(reading.scenario, reading.base);
    };

    auto const enough = warnings({"infusion.haplo.dose=1e5 cell/kg", "infusion.haplo.doses=2"});
    auto const empty = warnings({"infusion.haplo.dose=1e9 cell/kg", "infusion.haplo.doses=3", "infusion.haplo.every=7 day"});

    EXPECT_TRUE(enough.empty());
    ASSERT_EQ(empty.size(), 3U);
    EXPECT_NE(empty[0].find("on day 2 finds"), std::string::npos) << empty[0];
    EXPECT_NE(empty[0].find("NK cells in the bag"), std::string::npos) << empty[0];
    EXPECT_NE(empty[1].find("on day 9 finds the bag empty"), std::string::npos) << empty[1];
    EXPECT_NE(empty[2].find("on day 16 finds the bag empty"), std::string::npos) << empty[2];
}

} // namespace
} // namespace nk::simulate
