#include "nk/simulate/tissue_run.hpp"

#include "nk/formats/checkpoint.hpp"
#include "shared_base.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace nk;
using nk::test::base;

std::string const nodule = R"(kind = "tissue"
[tissue]
width = "200 um"
height = "200 um"
depth = "100 um"
duration = "60 min"
frame_interval = "20 min"
[substrate.oxygen]
[substrate.CXCL10]
[effector.il2]
like = "il2_nk"
[target.null]
like = "721_221"
[cell.tumour]
like = "leukaemia"
target = "null"
secretion.CXCL10 = "50 molecule/min"
[nk.il2]
towards = "CXCL10"
pull = "2 um/min"
[place.tumour]
radius = "60 um"
count = 150
[place.il2]
shape = "box"
count = 40
[vessel.v]
x = "-80 um"
nk = "il2"
arrivals = "20 1/h"
supplies = ["oxygen"]
)";

scenario::TissueReading read(std::vector<std::string> const& overrides = {}, std::string const& text = nodule) {
    return scenario::read_tissue_scenario(text, base(), overrides);
}

/// What is wrong with a scenario, in one text.
std::string problems_of(std::vector<std::string> const& overrides, std::string const& text = nodule) {
    try {
        auto const reading = read(overrides, text);
        simulate::build_tissue(reading.scenario, reading.base);
    } catch (ScenarioError const& error) {
        std::string out;
        for (auto const& problem : error.problems())
            out += problem.what + "\n";
        return out;
    }
    return "";
}

simulate::RunOutcome run(scenario::TissueReading const& reading, std::string const& name, int threads) {
    auto const folder = fs::temp_directory_path() / (name + std::to_string(::getpid()));
    fs::remove_all(folder);
    simulate::RunSettings settings;
    settings.folder = folder.string();
    settings.threads = threads;
    return simulate::run_tissue(reading, base(), settings);
}

TEST(TissueRun, WritesAFolderThatIsTheSameForAnyNumberOfThreads) {
    auto const reading = read();
    auto const one = run(reading, "nk-tissue-1-", 1);
    auto const two = run(reading, "nk-tissue-2-", 2);

    EXPECT_EQ(one.state_hash, two.state_hash);
    EXPECT_GT(one.summary.at("killed_by_nk").get<double>(), 0.0);
    EXPECT_GT(one.summary.at("nk_arrived").get<double>(), 3.0);
    auto const directory = formats::RunDirectory::open(one.folder);
    EXPECT_TRUE(directory.finished());
    EXPECT_EQ(directory.frame_indices().size(), 4U);
    EXPECT_EQ(directory.series("time_course").rows(), 4U);
    fs::remove_all(one.folder);
    fs::remove_all(two.folder);
}

TEST(TissueRun, TheResolvedScenarioGivesTheSameTissue) {
    auto const first = read();
    auto const again = scenario::read_tissue_scenario(first.resolved_text, base());

    EXPECT_EQ(again.resolved_text, first.resolved_text);
    auto const one = simulate::build_tissue(first.scenario, first.base);
    auto const other = simulate::build_tissue(again.scenario, again.base);
    ASSERT_EQ(one.plan.cells.size(), other.plan.cells.size());
    for (std::size_t i = 0; i < one.plan.cells.size(); ++i)
        EXPECT_EQ(one.plan.cells[i].x, other.plan.cells[i].x);
}

TEST(TissueRun, HlaOfItsOwnProtectsATumour) {
    auto const killed = [](std::vector<std::string> const& overrides) {
        auto const outcome = run(read(overrides), "nk-tissue-hla-", 2);
        fs::remove_all(outcome.folder);
        return outcome.summary.at("killed_by_nk").get<double>();
    };

    std::vector<std::string> overrides{"tissue.duration=6 h", "effector.il2.like=resting_nk", "place.il2.count=300",
                                       "place.tumour.count=250"};
    auto const without = killed(overrides);
    overrides.push_back("target.null.hla=[\"self\"]");
    auto const with = killed(overrides);

    EXPECT_GT(without, 10.0);
    EXPECT_LT(with, 0.3 * without);
}

std::string fresh(std::string const& name) {
    auto const folder = fs::temp_directory_path() / (name + std::to_string(::getpid()));
    fs::remove_all(folder);
    return folder.string();
}

simulate::RunOutcome run_until(scenario::TissueReading const& reading, std::string const& folder, double until) {
    simulate::RunSettings settings;
    settings.folder = folder;
    settings.until = until;
    return simulate::run_tissue(reading, base(), settings);
}

/// Goes on with the run of a folder; the sentences it said go to `said`.
simulate::RunOutcome resume(scenario::TissueReading const& reading, std::string const& folder, std::string& said) {
    return simulate::resume_tissue(formats::RunDirectory::open(folder), reading, base(), {}, {},
                                   [&](std::string const& sentence) { said += sentence + "\n"; });
}

TEST(TissueRun, ThatWasStoppedAndResumedHasTheBitsOfOneThatWasNot) {
    auto const reading = read();
    auto const whole = run(reading, "nk-tissue-whole-", 1);
    auto const folder = fresh("nk-tissue-stopped-");
    run_until(reading, folder, 33.0);
    std::string said;

    auto const resumed = resume(reading, folder, said);

    EXPECT_EQ(resumed.state_hash, whole.state_hash);
    auto const one = formats::RunDirectory::open(whole.folder);
    auto const other = formats::RunDirectory::open(folder);
    EXPECT_EQ(other.frame_indices(), one.frame_indices());
    for (auto const* table : {"time_course", "ledger"})
        for (std::size_t c = 0; c < one.series(table).columns.size(); ++c)
            EXPECT_EQ(other.series(table).columns[c].values, one.series(table).columns[c].values) << table << c;
    EXPECT_NE(said.find("from the checkpoint at 33 min"), std::string::npos) << said;
    fs::remove_all(whole.folder);
    fs::remove_all(folder);
}

TEST(TissueRun, WithABrokenCheckpointGoesOnFromTheOneBefore) {
    auto const reading = read();
    auto const folder = fresh("nk-tissue-broken-");
    auto const stopped = run_until(reading, folder, 50.0);
    auto const last = formats::checkpoint_indices(formats::RunDirectory::open(folder)).back();
    auto const file = folder + "/checkpoints/000" + std::to_string(last) + ".h5";
    fs::resize_file(file, fs::file_size(file) / 2);
    std::string said;

    auto const resumed = resume(reading, folder, said);

    auto const whole = run(reading, "nk-tissue-whole2-", 1);
    EXPECT_EQ(resumed.state_hash, whole.state_hash);
    EXPECT_NE(said.find("taking the one before"), std::string::npos) << said;
    EXPECT_NE(said.find("from the checkpoint at 40 min"), std::string::npos) << said;
    EXPECT_NE(stopped.state_hash, whole.state_hash);
    fs::remove_all(whole.folder);
    fs::remove_all(folder);
}

TEST(TissueRun, WithoutCheckpointsCannotBeResumed) {
    auto const reading = read();
    auto const folder = fresh("nk-tissue-bare-");
    run_until(reading, folder, 10.0);
    fs::remove_all(folder + "/checkpoints");
    std::string said;

    EXPECT_THROW(resume(reading, folder, said), ScenarioError);
    fs::remove_all(folder);
}

TEST(TissueRun, ABranchSharesThePastAndWithoutAChangeTheFutureToo) {
    auto const reading = read();
    auto const whole = run(reading, "nk-tissue-trunk-", 1);
    auto const trunk = formats::RunDirectory::open(whole.folder);
    auto const branch = [&](scenario::TissueReading const& changed) {
        simulate::RunSettings settings;
        settings.folder = fresh("nk-tissue-branch-");
        auto out = simulate::fork_tissue(trunk, reading, changed, 30.0, base(), settings, {}, [](auto const&) {});
        auto const course = formats::RunDirectory::open(out.folder).series("time_course");
        fs::remove_all(settings.folder);
        return std::pair{out.state_hash, std::get<std::vector<double>>(course.columns[1].values)};
    };

    auto const same = branch(read());
    auto const other = branch(read({"nk.il2.pull=0 um/min"}));

    EXPECT_EQ(same.first, whole.state_hash);
    EXPECT_NE(other.first, whole.state_hash);
    EXPECT_EQ(other.second[1], same.second[1]); // the frame at 20 min
    EXPECT_THROW(branch(read({"substrate.IFNg.interval=1 min"})), ScenarioError);
    fs::remove_all(whole.folder);
}

TEST(TissueScenario, NamesThatDoNotFitTogetherAreErrors) {
    EXPECT_NE(problems_of({"place.tumour.of=tumor"}).find("is of tumor"), std::string::npos);
    EXPECT_NE(problems_of({"cell.tumour.target=nul"}).find("names nul"), std::string::npos);
    EXPECT_NE(problems_of({"nk.il2.towards=IFNg"}).find("no [substrate.*]"), std::string::npos);
    EXPECT_NE(problems_of({"nk.il2.effector=resting"}).find("no [effector.*]"), std::string::npos);
    EXPECT_NE(problems_of({"vessel.v.nk=other"}).find("no [nk.*]"), std::string::npos);
    EXPECT_NE(problems_of({"cell.tumour.virus=influenza"}).find("field to spread"), std::string::npos);
    EXPECT_NE(problems_of({"place.tumour.infected=3"}).find("no virus"), std::string::npos);
}

TEST(TissueScenario, SizesThatDoNotFitAreErrors) {
    EXPECT_NE(problems_of({"tissue.step=1 min"}).find("too long for the repulsion"), std::string::npos);
    EXPECT_NE(problems_of({"place.tumour.inner=70 um"}).find("no room"), std::string::npos);
    EXPECT_NE(problems_of({"place.tumour.x=5000 um"}).find("no room"), std::string::npos);
    EXPECT_NE(problems_of({"place.tumour.shape=box", "place.tumour.count=0", "place.tumour.spacing=0.1 um"}).find("room for"),
              std::string::npos);
    EXPECT_NE(problems_of({"vessel.v.x=500 um"}).find("outside"), std::string::npos);
    EXPECT_NE(problems_of({"tissue.boundary=periodic", "tissue.voxel=30 um"}).find("whole number of voxels"), std::string::npos);
    EXPECT_NE(problems_of({"substrate.CXCL10.initial=5 mmHg"}).find("no concentration"), std::string::npos);
    EXPECT_NE(problems_of({"tissue.voxel=1 um", "tissue.width=10 mm", "tissue.height=10 mm"}).find("fields would need"), std::string::npos);
}

TEST(TissueScenario, IsNotReadAsAKillingAssay) {
    EXPECT_EQ(scenario::scenario_kind(nodule), "tissue");
    EXPECT_THROW(scenario::read_well_scenario(nodule, base()), ScenarioError);
    EXPECT_THROW(scenario::read_tissue_scenario("kind = \"well\"\n", base()), ScenarioError);
}

} // namespace
