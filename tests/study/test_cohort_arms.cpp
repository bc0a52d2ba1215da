#include "nk/study/cohort_arm.hpp"

#include "nk/study/arm_runner.hpp"
#include "shared_base.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;
using nk::test::base;

std::string const trial = R"(kind = "cohort"
[cohort]
people = 3
[host]
duration = "20 day"
output_every = "2 day"
sample = "16 cell"
classes = 2
tolerance = 1e-4
[tumour.leukaemia]
organ = "marrow"
[product.cells]
steps = ["selection.cd3_cd56"]
donor.hla = ["A*02:01", "A*01:01", "B*07:02", "B*08:01", "C*07:01", "C*07:02"]
donor.kir = ["A/B"]
[infusion.cells]
at = "3 day"
[arm.none]
without = ["infusion.cells"]
set = ["host.potency=0.5"]
[arm.dose]
set = ["infusion.cells.dose=1e6 cell/kg"]
)";

std::string const hazard = R"(kind = "cohort"
[cohort]
people = 20000
population = "japanese_adults"
age_from = "40 year"
model = "hazard"
[host]
duration = "11 year"
)";

std::string const exposed = R"(kind = "cohort"
[cohort]
people = 4
[host]
duration = "60 day"
output_every = "1 day"
sample = "16 cell"
classes = 2
tolerance = 1e-4
[exposure.flu]
like = "influenza"
rate = "6 1/year"
)";

std::optional<std::string> files_of_people(std::string const& path) {
    if (path == "validation/X02/trial.toml")
        return trial;
    if (path == "validation/X02/exposed.toml")
        return exposed;
    if (path == "validation/X02/hazard.toml")
        return hazard;
    return std::nullopt;
}

std::vector<study::Observation> observe_people(std::string const& arm, int threads = 1) {
    auto const text = "id = \"X02\"\ntitle = \"People\"\n[[arm]]\nname = \"one\"\n" + arm;
    auto const experiment = study::read_experiment(text, base(), "validation/X02/experiment.toml");
    return study::observe_agents(experiment, files_of_people, base(), backend::Executor(threads));
}

TEST(CohortArm, GivesOneObservationForEachPersonAndArmOfTheCohort) {
    auto const seen = observe_people("scenario = \"trial.toml\"\n", 2);

    ASSERT_EQ(seen.size(), 9U);
    for (auto const& one : seen) {
        EXPECT_TRUE(one.value == "all" || one.value == "none" || one.value == "dose") << one.value;
        EXPECT_TRUE(one.readouts.contains("os_days"));
        EXPECT_EQ(one.readouts.contains("peaknk"), one.value != "none");
        EXPECT_EQ(one.readouts.contains("shortdos"), one.value != "none");
        EXPECT_EQ(one.readouts.contains("infusday"), one.value != "none");
        if (one.value != "none") {
            EXPECT_EQ(one.readouts.at("infusday"), 3.0);
        }
        if (one.value == "dose") {
            EXPECT_EQ(one.readouts.at("shortdos"), 0.0);
        }
    }
    auto const peak = [&](std::string const& arm) {
        for (auto const& one : seen)
            if (one.value == arm && one.donor == 0)
                return one.readouts.at("peaknk");
        return 0.0;
    };
    EXPECT_GT(peak("all"), 3.0 * peak("dose"));
}

TEST(CohortArm, TellsOfTheInfectionsOfEachPerson) {
    auto const seen = observe_people("scenario = \"exposed.toml\"\n");

    ASSERT_EQ(seen.size(), 4U);
    auto infected = 0;
    for (auto const& one : seen) {
        auto const& read = one.readouts;
        EXPECT_EQ(read.at("infectns") > 0.0, std::isfinite(read.at("infday")));
        EXPECT_EQ(read.at("firstinf_event"), read.at("infdetct") > 0.0 ? 1.0 : 0.0);
        if (read.at("infectns") == 0.0)
            continue;
        ++infected;
        EXPECT_GT(read.at("infpeak"), 3.0);
        EXPECT_GT(read.at("infdetdy"), 1.0);
        EXPECT_GE(read.at("infloss"), 0.0);
        EXPECT_LE(read.at("infday"), 60.0);
        EXPECT_DOUBLE_EQ(read.at("firstinf_days"), read.at("infday"));
    }
    EXPECT_GT(infected, 0);
}

TEST(CohortArm, IsTheSameForAnyNumberOfThreads) {
    auto const one = observe_people("scenario = \"trial.toml\"\n", 1);
    auto const two = observe_people("scenario = \"trial.toml\"\n", 2);

    ASSERT_EQ(one.size(), two.size());
    for (std::size_t i = 0; i < one.size(); ++i)
        EXPECT_EQ(one[i].readouts, two[i].readouts) << i;
}

TEST(CohortArm, ThirdsOfActivityAreComparedWithTheLowest) {
    auto const seen = observe_people("scenario = \"hazard.toml\"\n");

    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].effector, "low");
    EXPECT_NEAR(seen[0].readouts.at("rate_ratio"), 1.0, 1e-12);
    EXPECT_LT(seen[2].readouts.at("rate_ratio"), 1.0);
    auto people = 0.0;
    for (auto const& third : seen)
        people += third.readouts.at("people");
    EXPECT_EQ(people, 20000.0);
}

TEST(CohortArm, ProductsAreMadeOnceForEachDonorUnderTheParametersOfTheArm) {
    std::string const product = "donors = 30\nproduct.steps = [\"selection.cd3_cd56\"]\n";
    auto const mean = [](std::vector<study::Observation> const& seen) {
        auto sum = 0.0;
        for (auto const& one : seen)
            sum += one.readouts.at("log10_nk");
        return sum / static_cast<double>(seen.size());
    };

    auto const usual = observe_people(product);
    auto const twice = observe_people(product + "set = [\"source.leukapheresis.cells=2e11 cell\"]\n");

    ASSERT_EQ(usual.size(), 30U);
    auto const share = base().value("source.leukapheresis.cells", "cell") / 2e11;
    EXPECT_NEAR(mean(twice) - mean(usual), -std::log10(share), 1e-6);
    EXPECT_THROW(observe_people(product + "set = [\"source.nowhere.cells=2e11 cell\"]\n"), ScenarioError);
}

} // namespace
