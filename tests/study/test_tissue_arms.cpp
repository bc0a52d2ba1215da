#include "nk/study/arm_runner.hpp"

#include "nk/scenario/embedded.hpp"
#include "nk/study/validate.hpp"
#include "shared_base.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;
using nk::test::base;

std::string const gel = R"(kind = "tissue"
[tissue]
width = "120 um"
height = "120 um"
depth = "60 um"
voxel = "60 um"
duration = "2 h"
[effector.il2]
like = "il2_nk"
[target.null]
like = "721_221"
[cell.tumour]
like = "leukaemia"
target = "null"
[nk.il2]
[place.tumour]
shape = "box"
count = 60
[place.il2]
shape = "box"
count = 60
)";

std::string const head = R"(id = "X01"
title = "A small gel"
[[arm]]
name = "gel"
scenario = "gel.toml"
replicates = 2
looks = ["1 h", "2 h"]
)";

std::string const kills = R"([[check]]
name = "kills"
of = "killed_tumour@arm=gel,hour=2"
published = 10
low = 1
high = 60
)";

std::string const wells = R"(kind = "well"
[effector.il2]
like = "il2_nk"
[target.null]
like = "721_221"
)";

std::optional<std::string> files(std::string const& path) {
    if (path == "validation/X01/gel.toml")
        return gel;
    if (path == "validation/X01/well.toml")
        return wells;
    return std::nullopt;
}

study::Experiment experiment(std::string const& text) {
    return study::read_experiment(text, base(), "validation/X01/experiment.toml");
}

std::vector<study::Observation> observe(std::string const& text, int threads = 1) {
    return study::observe_agents(experiment(text), files, base(), backend::Executor(threads));
}

/// What is wrong with an experiment, in one text.
std::string problems_of(std::string const& text) {
    try {
        study::validate(experiment(text), files, base(), {}, backend::Executor(1));
    } catch (ScenarioError const& error) {
        std::string out;
        for (auto const& problem : error.problems())
            out += problem.what + " (" + problem.why + ") " + problem.hint + "\n";
        return out;
    }
    return "";
}

std::string changed(std::string text, std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(TissueArm, GivesOneObservationForEachReplicateAndLook) {
    auto const seen = observe(head);

    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[0].hour, 1.0);
    EXPECT_EQ(seen[1].hour, 2.0);
    EXPECT_EQ(seen[1].arm, "gel");
    EXPECT_EQ(seen[1].effector, "il2");
    EXPECT_EQ(seen[1].target, "tumour");
    EXPECT_GE(seen[1].readouts.at("contacts"), seen[0].readouts.at("contacts"));
    EXPECT_GT(seen[1].readouts.at("killed_tumour") + seen[3].readouts.at("killed_tumour"), 0.0);
}

TEST(TissueArm, ReplicatesDifferAndRepeatExactlyOnAnyNumberOfThreads) {
    auto const once = observe(head, 1);
    auto const again = observe(head, 2);

    EXPECT_NE(once[1].readouts.at("nk_speed_um_per_min"), once[3].readouts.at("nk_speed_um_per_min"));
    ASSERT_EQ(once.size(), again.size());
    for (std::size_t i = 0; i < once.size(); ++i)
        for (auto const& [name, value] : once[i].readouts) {
            auto const other = again[i].readouts.at(name);
            EXPECT_TRUE(value == other || (std::isnan(value) && std::isnan(other))) << name;
        }
}

TEST(TissueArm, ALookDoesNotChangeWhatComesAfterIt) {
    auto const both = observe(head);
    auto const last = observe(changed(head, "looks = [\"1 h\", \"2 h\"]\n", ""));

    ASSERT_EQ(last.size(), 2U);
    EXPECT_EQ(both[1].readouts.at("contacts"), last[0].readouts.at("contacts"));
    EXPECT_EQ(both[1].readouts.at("nk_arrest_percent"), last[0].readouts.at("nk_arrest_percent"));
}

TEST(TissueArm, TracksShowTheSpeedOfAPersistentRandomWalk) {
    auto const tracks = [&](std::string const& speed) {
        auto const text =
            changed(head, "scenario = \"gel.toml\"\n",
                    "scenario = \"gel.toml\"\nset = [\"nk.il2.speed=" + speed +
                        "\", \"tissue.boundary=periodic\", \"place.tumour.count=1\", \"parameters.search.attach_rate=0 1/min\", "
                        "\"parameters.search.stop_rate=0 1/min\", \"parameters.search.stop_rate_touching=0 1/min\", "
                        "\"parameters.search.speed_cv=0\", \"parameters.search.persistence=2 min\"]\n");
        return observe(text)[1].readouts;
    };
    auto const still = tracks("0 um/min");
    auto const moving = tracks("6 um/min");

    EXPECT_GT(still.at("nk_arrest_percent"), 99.0);
    // Fuerth: the root mean square of the way in 1 min is 6 sqrt(2 P^2 (1/P - 1 + exp(-1/P))) um, and the mean of the length of a normal
    // vector in three dimensions sqrt(8/(3 pi)) of it: 5.10 um; 0.25 is four standard errors
    EXPECT_NEAR(moving.at("nk_speed_um_per_min"), 5.10, 0.25);
    EXPECT_LT(moving.at("nk_arrest_percent"), 15.0);
    EXPECT_GT(moving.at("nk_speed_moving_um_per_min"), moving.at("nk_speed_um_per_min"));
}

TEST(TissueArm, CountsWhatTheTissueCounts) {
    auto const seen = observe(head);

    for (auto const& o : seen) {
        auto const& r = o.readouts;
        EXPECT_EQ(r.at("targets"), 60.0);
        EXPECT_EQ(r.at("nk_count"), 60.0);
        EXPECT_EQ(r.at("targets_alive"), r.at("alive_tumour"));
        EXPECT_NEAR(r.at("alive_share_tumour"), r.at("alive_tumour") / 60.0, 1e-12);
        EXPECT_NEAR(r.at("kills_per_nk_per_day"), r.at("kills_per_nk") * 24.0 / o.hour, 1e-9);
        EXPECT_NEAR(r.at("kills_per_day"), r.at("killed_tumour") * 24.0 / o.hour, 1e-9);
        EXPECT_GE(r.at("kills_per_nk") * 60.0, r.at("killed_tumour")); // a cell bound to die is killed before it is dead
        EXPECT_EQ(r.at("gone_tumour"), 0.0);
    }
}

TEST(TissueArm, AnUnknownReadoutNamesTheNearest) {
    EXPECT_EQ(problems_of(head + kills), "");
    EXPECT_NE(problems_of(head + changed(kills, "killed_tumour", "killed_tumor")).find("nearest: killed_tumour"), std::string::npos);
    EXPECT_NE(problems_of(head + changed(kills, "hour=2", "minute=2")).find("unknown filter `minute`"), std::string::npos);
    EXPECT_NE(problems_of(head + changed(kills, "hour=2", "hour=3")).find("no well matches"), std::string::npos);
}

TEST(TissueArm, SettingsOfTheOtherKindAreRefused) {
    EXPECT_NE(problems_of(changed(head, "replicates = 2", "donors = 2") + kills).find("no random donors"), std::string::npos);
    EXPECT_NE(problems_of(changed(head, "\"2 h\"", "\"3 h\"") + kills).find("after the end of its tissue"), std::string::npos);
    EXPECT_NE(problems_of(changed(head, "gel.toml", "well.toml") + kills).find("are of tissues"), std::string::npos);
    EXPECT_NE(problems_of(changed(head, "gel.toml", "none.toml") + kills).find("not there: `none.toml`"), std::string::npos);
}

TEST(TissueArm, TheQuickPartLeavesOutSlowArmsAndTheChecksThatNameThem) {
    auto const text =
        head + "[[arm]]\nname = \"long\"\nscenario = \"gel.toml\"\nquick = false\n" + kills + changed(kills, "arm=gel", "arm=long");

    auto const quick = study::quick_part(experiment(text));

    ASSERT_EQ(quick.arm.size(), 1U);
    EXPECT_EQ(quick.arm.front().name, "gel");
    ASSERT_EQ(quick.check.size(), 1U);
    EXPECT_EQ(quick.check.front().of, "killed_tumour@arm=gel,hour=2");
}

TEST(TissueArm, TheMixedWellLeavesTissuesOut) {
    study::TouchingTable touching;

    EXPECT_TRUE(study::observe_mixed(experiment(head), files, base(), touching).empty());
}

} // namespace
