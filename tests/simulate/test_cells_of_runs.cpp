#include "simulate/tissue_places.hpp"

#include "nk/formats/checkpoint.hpp"
#include "nk/formats/csv.hpp"

#include <cmath>

namespace {

namespace fs = std::filesystem;
using namespace nk;
using test::CellFolder;
using test::run_in;

std::string const crowd = "x,y,z,kind,infected,hla,ligand.adhesion\n"
                          "0,0,0,tumour,0,0,3\n"
                          "12,0,0,tumour,,,\n"
                          "30,10,5,epithelium,1,,\n"
                          "-30,1,-7,il2,,,\n"
                          "8,9,1,il2,,,\n";
std::string const listed = "[place.cells]\nfile = \"cells.csv\"\n";

simulate::RunOutcome resume(scenario::TissueReading const& reading, std::string const& folder) {
    return simulate::resume_tissue(formats::RunDirectory::open(folder), reading, test::base(), {}, {}, [](auto const&) {});
}

scenario::TissueReading reading_of(std::string const& folder, std::vector<std::string> const& overrides = {}) {
    return scenario::read_tissue_scenario_file(folder + "/scenario.toml", test::base(), overrides);
}

std::vector<double> const& numbers(Table const& table, std::string const& name) {
    for (auto const& column : table.columns)
        if (column.name == name)
            return std::get<std::vector<double>>(column.values);
    throw std::runtime_error("no column " + name);
}

TEST(ARunFromAFile, KeepsACopyAndRepeatsWithoutTheFile) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);
    auto const first = run_in(folder, folder.read(listed + "x = \"3 um\"\n"), "first");
    fs::remove(folder / "cells.csv");

    auto const again = run_in(folder, reading_of(first.folder), "again");

    EXPECT_EQ(again.state_hash, first.state_hash);
    EXPECT_EQ(formats::read_text(again.folder + "/cells/cells.csv"), formats::read_text(first.folder + "/cells/cells.csv"));
    auto const text = formats::read_text(first.folder + "/scenario.toml");
    EXPECT_NE(text.find("file = \"cells/cells.csv\""), std::string::npos);
    EXPECT_NE(text.find("# [place.cells] from " + (folder / "cells.csv") + " (SHA-256 "), std::string::npos);
    auto const metadata = formats::read_text(first.folder + "/ro-crate-metadata.json");
    EXPECT_NE(metadata.find("cells/cells.csv"), std::string::npos);
    EXPECT_NE(metadata.find(folder / "cells.csv"), std::string::npos);
}

TEST(ARunFromAFile, IsResumedAndBranchedWithoutTheFile) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);
    auto const reading = folder.read(listed);
    auto const whole = run_in(folder, reading, "whole");
    run_in(folder, reading, "stopped", 8.0);
    fs::remove(folder / "cells.csv");

    auto const resumed = resume(reading_of(folder / "stopped"), folder / "stopped");
    simulate::RunSettings settings;
    settings.folder = folder / "branch";
    auto const branch = simulate::fork_tissue(formats::RunDirectory::open(whole.folder), reading_of(whole.folder), reading_of(whole.folder),
                                              10.0, test::base(), settings, {}, [](auto const&) {});

    EXPECT_EQ(resumed.state_hash, whole.state_hash);
    EXPECT_EQ(branch.state_hash, whole.state_hash);
    EXPECT_TRUE(fs::exists(folder / "branch/cells/cells.csv"));
}

TEST(ARunFromAFile, SaysWhatIsMissingOrChangedInItsFolder) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);
    run_in(folder, folder.read(listed), "run", 8.0);
    auto const problem = [&] {
        try {
            resume(reading_of(folder / "run"), folder / "run");
        } catch (ScenarioError const& error) {
            return error.problems().front().what;
        }
        return std::string("nothing");
    };

    folder.write("run/cells/cells.csv", crowd);
    auto const changed = problem();
    fs::remove(folder / "run/cells/cells.csv");
    auto const missing = problem();

    EXPECT_NE(changed.find("is not the file"), std::string::npos) << changed;
    EXPECT_NE(missing.find("cannot be read from `" + (folder / "run/cells/cells.csv")), std::string::npos) << missing;
}

TEST(CellsOfARun, AreThoseOfItsLastFrameOrOfATime) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);
    auto const first = run_in(folder, folder.read(listed, {"output.ligands=true"}), "first");
    auto const frame = [&](int index) { return formats::RunDirectory::open(first.folder).frame(index).tables.front(); };

    auto const last = folder.cells("[place.all]\nrun = \"first\"\n");
    auto const early = folder.cells("[place.all]\nrun = \"first@5 min\"\n");
    auto const nk = folder.cells("[place.all]\nrun = \"first\"\nonly = [\"il2\"]\nx = \"1 um\"\n");

    ASSERT_EQ(last.size(), 5U);
    for (std::size_t i = 0; i < last.size(); ++i) {
        EXPECT_EQ(last[i].x, numbers(frame(4), "x")[i]);
        EXPECT_EQ(early[i].x, numbers(frame(1), "x")[i]);
        EXPECT_EQ(last[i].radius, numbers(frame(4), "radius")[i]);
    }
    EXPECT_TRUE(last[2].infected);
    ASSERT_TRUE(last[0].ligands.has_value());
    EXPECT_TRUE(last[0].ligands->hla_lost);
    EXPECT_FALSE(last[3].ligands.has_value());
    ASSERT_EQ(nk.size(), 2U);
    EXPECT_EQ(nk[1].x, numbers(frame(4), "x")[4] + 1.0);
}

TEST(CellsOfARun, KeepTheFactorsOfTheirLigands) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);
    auto const reading = folder.read(listed, {"output.ligands=true"});
    run_in(folder, reading, "first");
    auto const before = simulate::build_tissue(reading.scenario, reading.base);
    tissue::Tissue const tissue(before.plan, before.laws, before.tissue_laws, 1, backend::Executor(1));

    auto const cells = folder.cells("[place.all]\nrun = \"first@0\"\n");

    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t f = 0; f < before.plan.families.names.size(); ++f)
            EXPECT_NEAR(cells[row].ligands->ln_factor[f], tissue.cells().load(row).ligand_ln[f], 1e-6) << row << " " << f;
}

TEST(CellsOfARun, ThatCannotBeFoundAreAProblemOfTheLineThatNamesIt) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);
    run_in(folder, folder.read(listed), "first");
    fs::create_directories(folder / "empty");
    auto const said = [&](std::string const& run, std::string const& more = "") {
        auto const problems = folder.problems("[place.all]\nrun = \"" + run + "\"\n" + more);
        if (problems.size() != 1)
            return std::to_string(problems.size()) + " problems";
        EXPECT_EQ(problems[0].where.line, 20) << problems[0].what;
        return problems[0].what + " | " + problems[0].why;
    };

    EXPECT_NE(said("nowhere").find("is not the folder of a run"), std::string::npos);
    EXPECT_NE(said("empty").find("is not the folder of a run"), std::string::npos);
    EXPECT_NE(said("first@7 min").find("nearest of its 5 frames is at 5 min"), std::string::npos);
    EXPECT_NE(said("first@noon").find("cannot be read"), std::string::npos);
    EXPECT_NE(said("first", "x = \"90 um\"\n").find("outside the box"), std::string::npos);
    auto const frame = folder / "first/frames/0004.h5";
    fs::resize_file(frame, fs::file_size(frame) / 2);
    EXPECT_NE(said("first").find("cannot be read"), std::string::npos);
    fs::remove_all(folder / "first/frames");
    EXPECT_NE(said("first").find("has no frames"), std::string::npos);
}

TEST(Tracks, HaveAPointForEachMotileCellAndTime) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);

    auto const outcome = run_in(folder, folder.read(listed, {"output.tracks=true", "output.tracks_every=2 min"}), "tracked");

    auto const tracks = formats::read_csv(outcome.folder + "/tracks.csv");
    auto const& time = numbers(tracks, "time");
    auto const& id = numbers(tracks, "id");
    ASSERT_EQ(time.size(), 22U); // two NK cells at 0, 2, ..., 20 min
    for (std::size_t row = 0; row < time.size(); ++row) {
        EXPECT_NEAR(time[row], 2.0 * static_cast<double>(row / 2), 1e-9);
        EXPECT_EQ(id[row], 3.0 + static_cast<double>(row % 2));
    }
    EXPECT_EQ(numbers(tracks, "x")[0], -30.0);
    EXPECT_NE(numbers(tracks, "x")[20], -30.0);
    EXPECT_EQ(tracks.columns.back().name, "state");
}

TEST(Tracks, AreNotWrittenUnlessAskedForAndByThemselvesFollowTheFrames) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);

    auto const without = run_in(folder, folder.read(listed), "without");
    auto const with = run_in(folder, folder.read(listed, {"output.tracks=true"}), "with");

    EXPECT_FALSE(fs::exists(without.folder + "/tracks.csv"));
    EXPECT_EQ(formats::read_csv(with.folder + "/tracks.csv").rows(), 10U); // 0, 5, ..., 20 min
    EXPECT_EQ(with.state_hash, without.state_hash);
}

TEST(Tracks, OfARunThatWasStoppedAndResumedAreThoseOfOneThatWasNot) {
    CellFolder const folder;
    folder.write("cells.csv", crowd);
    auto const reading = folder.read(listed, {"output.tracks=true", "output.tracks_every=1 min"});
    auto const whole = run_in(folder, reading, "whole");
    run_in(folder, reading, "stopped", 7.0);
    // as after a kill: the last checkpoint is older than what the folder holds, and the tables are not written
    auto const directory = formats::RunDirectory::open(folder / "stopped");
    formats::remove_checkpoint(directory, formats::checkpoint_indices(directory).back());
    fs::remove(folder / "stopped/tracks.csv");

    auto const resumed = resume(reading_of(folder / "stopped"), folder / "stopped");

    EXPECT_EQ(resumed.state_hash, whole.state_hash);
    EXPECT_EQ(formats::read_text(folder / "stopped/tracks.csv"), formats::read_text(whole.folder + "/tracks.csv"));
}

} // namespace
