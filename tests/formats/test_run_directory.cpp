#include "nk/formats/run_directory.hpp"

#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/sha256.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <thread>

namespace nk::formats {
namespace {

Table numbers(std::string const& name, std::string const& column, std::vector<double> values) {
    Table table{name, {}};
    table.add(column, "min", std::move(values));
    return table;
}

RunRecord record(std::vector<RunInput> inputs = {}) {
    RunRecord out;
    out.summary = {{"wells", {{{"specific_lysis_percent", 58.0}}}}};
    out.title = "Killing assay";
    out.created = "2025-03-01T12:00:00Z";
    out.version = "0.1.0";
    out.command_line = "nk run a.toml";
    out.inputs = std::move(inputs);
    return out;
}

TEST(RunDirectory, AFinishedRunIsReadBack) {
    ScratchFolder const folder;
    auto const run = RunDirectory::create(folder / "run");
    run.write_scenario("kind = \"well\"\n");
    run.write_frame(0, 0.0, "min", {numbers("cells", "x", {1.0})});
    run.write_frame(1, 30.0, "min", {numbers("cells", "x", {2.0}), numbers("events", "t", {})});
    run.finish(record(), {numbers("killing", "time", {0.0, 5.0})});

    auto const back = RunDirectory::open(folder / "run");

    EXPECT_TRUE(back.finished());
    EXPECT_EQ(back.scenario(), "kind = \"well\"\n");
    EXPECT_EQ(back.summary(), record().summary);
    EXPECT_EQ(back.series("killing").rows(), 2u);
    EXPECT_EQ(back.series("killing").columns.at(0).unit, "min");
    EXPECT_EQ(back.frame_indices(), (std::vector<int>{0, 1}));
    EXPECT_EQ(back.frame(1).time, 30.0);
    EXPECT_EQ(back.frame(1).tables.size(), 2u);
    EXPECT_EQ(read_text(folder / "run/killing.csv"), "time[min]\n0\n5\n");
    EXPECT_THROW(back.series("kiling"), ScenarioError);
}

TEST(RunDirectory, AKilledRunIsReadable) {
    ScratchFolder const folder;
    auto const run = RunDirectory::create(folder / "run");
    run.write_scenario("kind = \"well\"\n");
    run.write_frame(0, 0.0, "min", {numbers("cells", "x", {1.0})});

    auto const back = RunDirectory::open(folder / "run");

    EXPECT_FALSE(back.finished());
    EXPECT_TRUE(back.summary().is_null());
    EXPECT_TRUE(back.series().empty());
    EXPECT_EQ(back.frame(0).tables.at(0).rows(), 1u);
}

TEST(RunDirectory, AFolderThatHoldsSomethingIsRefused) {
    ScratchFolder const folder;
    write_atomically(folder / "thesis.txt", "years of work");

    EXPECT_THROW(RunDirectory::create(folder.path()), ScenarioError);
    EXPECT_THROW(RunDirectory::create(folder.path(), ExistingFolder::replace), ScenarioError);
    EXPECT_EQ(read_text(folder / "thesis.txt"), "years of work");
}

TEST(RunDirectory, OfManyThatWantOneFolderOneGetsIt) {
    ScratchFolder const folder;
    for (int round = 0; round < 20; ++round) {
        auto const path = folder / ("run" + std::to_string(round));
        std::atomic<int> owners{0};
        std::vector<std::thread> programs;
        for (int i = 0; i < 4; ++i)
            programs.emplace_back([&] {
                try {
                    RunDirectory::create(path);
                    ++owners;
                } catch (ScenarioError const&) {
                }
            });
        for (auto& program : programs)
            program.join();
        EXPECT_EQ(owners, 1);
    }
}

TEST(RunDirectory, ManyThatWantTheNextFreeFolderGetOneEach) {
    ScratchFolder const folder;
    std::mutex lock;
    std::set<std::string> paths;
    std::vector<std::thread> programs;
    for (int i = 0; i < 8; ++i)
        programs.emplace_back([&] {
            auto const run = RunDirectory::create_free(folder / "runs/assay", true);
            std::lock_guard const guard(lock);
            paths.insert(run.path());
        });
    for (auto& program : programs)
        program.join();

    EXPECT_EQ(paths.size(), 8u);
    EXPECT_TRUE(paths.contains(folder / "runs/assay-1"));
    EXPECT_EQ(RunDirectory::create_free(folder / "demo", false).path(), folder / "demo");
    EXPECT_EQ(RunDirectory::create_free(folder / "demo", false).path(), folder / "demo-2");
}

TEST(RunDirectory, ADiscardedRunLeavesOnlyWhatTheUserPutThere) {
    ScratchFolder const folder;
    auto const run = RunDirectory::create(folder / "gone"), kept = RunDirectory::create(folder / "kept");
    run.write_scenario("a");
    run.write_frame(0, 0.0, "min", {});
    kept.write_scenario("a");
    write_atomically(folder / "kept/notes.txt", "mine");

    run.discard();
    kept.discard();

    EXPECT_FALSE(std::filesystem::exists(folder / "gone"));
    EXPECT_EQ(read_text(folder / "kept/notes.txt"), "mine");
    EXPECT_FALSE(std::filesystem::exists(folder / "kept/scenario.toml"));
}

TEST(RunDirectory, ACommandLineThatIsNoUtf8DoesNotLoseTheRun) {
    ScratchFolder const folder;
    auto const run = RunDirectory::create(folder / "run");
    run.write_scenario("a");
    auto latin = record({{"na\xefve.toml", "x"}});
    latin.command_line = "nk run na\xefve.toml";
    latin.summary["command_line"] = latin.command_line;

    run.finish(latin, {numbers("killing", "time", {1.0})});

    EXPECT_TRUE(run.finished());
    EXPECT_EQ(run.summary().at("command_line"), "nk run na\xEF\xBF\xBDve.toml");
}

TEST(RunDirectory, ASummaryThatIsNotOursIsTold) {
    ScratchFolder const folder;
    auto const run = RunDirectory::create(folder / "run");
    run.write_text("summary.json", "[3]");

    EXPECT_THROW(run.reading_summary([&] { return run.summary().at("wells"); }), MachineError);
}

TEST(RunDirectory, AnEmptyFolderIsAccepted) {
    ScratchFolder const folder;

    EXPECT_NO_THROW(RunDirectory::create(folder.path()));
}

TEST(RunDirectory, ReplacingRemovesTheEarlierRunAndNothingElse) {
    ScratchFolder const folder;
    auto const first = RunDirectory::create(folder / "run");
    first.write_scenario("a");
    first.write_frame(7, 0.0, "min", {});
    first.finish(record(), {numbers("old_series", "time", {1.0})});
    write_atomically(folder / "run/notes.csv", "mine");

    auto const second = RunDirectory::create(folder / "run", ExistingFolder::replace);

    EXPECT_TRUE(second.frame_indices().empty());
    EXPECT_FALSE(second.finished());
    EXPECT_FALSE(std::filesystem::exists(folder / "run/old_series.csv"));
    EXPECT_FALSE(std::filesystem::exists(folder / "run/scenario.toml"));
    EXPECT_EQ(read_text(folder / "run/notes.csv"), "mine");
}

TEST(RunDirectory, WhatIsNoRunIsRefused) {
    ScratchFolder const folder;

    EXPECT_THROW(RunDirectory::open(folder.path()), ScenarioError);
    EXPECT_THROW(RunDirectory::open(folder / "none"), ScenarioError);
}

TEST(RunDirectory, TheMetadataListsEveryFileWithItsHash) {
    ScratchFolder const folder;
    write_atomically(folder / "my input.toml", "changed since it was read");
    auto const run = RunDirectory::create(folder / "run");
    run.write_scenario("a");
    run.write_frame(0, 0.0, "min", {});
    run.finish(record({{folder / "my input.toml", "x = 1\n"}}), {numbers("killing", "time", {1.0})});

    auto const crate = nlohmann::json::parse(read_text(folder / "run/ro-crate-metadata.json"));

    std::map<std::string, nlohmann::json> entities;
    for (auto const& entity : crate.at("@graph"))
        EXPECT_TRUE(entities.emplace(entity.at("@id").get<std::string>(), entity).second);
    EXPECT_EQ(entities.at("ro-crate-metadata.json").at("conformsTo").at("@id"), "https://w3id.org/ro/crate/1.1");
    EXPECT_EQ(entities.at("ro-crate-metadata.json").at("about").at("@id"), "./");
    for (auto const* field : {"name", "description", "datePublished", "license"})
        EXPECT_TRUE(entities.at("./").contains(field)) << field;
    for (auto const& part : entities.at("./").at("hasPart"))
        EXPECT_EQ(entities.at(part.at("@id")).at("@type"), "File");
    for (auto const* name : {"scenario.toml", "frames/0000.h5", "run.h5", "killing.csv", "summary.json"})
        EXPECT_EQ(entities.at(name).at("sha256"), sha256(read_text(folder / ("run/" + std::string(name))))) << name;
    EXPECT_EQ(entities.at("#run").at("object").at(0).at("@id"), "file://" + folder.path() + "/my%20input.toml");
    EXPECT_EQ(entities.at("#run").at("description"), "nk run a.toml");
}

TEST(Sha256, AgreesWithThePublishedExamples) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

} // namespace
} // namespace nk::formats
