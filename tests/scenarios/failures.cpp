#include "scenarios/program.hpp"

#include "nk/formats/run_directory.hpp"

#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

namespace nk::test {
namespace {

namespace fs = std::filesystem;

/// Waits until the run has written some frames.
void await_frames(fs::path const& folder, int frames) {
    auto const last = folder / "frames" / ("000" + std::to_string(frames) + ".h5");
    for (int i = 0; i < 3000 && !fs::exists(last); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

TEST(ExitCodes, tell_the_user_s_mistakes_from_the_machine_s) {
    Workplace const place;
    auto const file = place.tiny_assay();
    place.write("wrong.toml", "kind = \"well\"\n[well]\nduration = \"4 um\"\ntargets = -3\n");

    EXPECT_EQ(place.run({"check", file}).code, 0);
    EXPECT_EQ(place.run({"check", "wrong.toml"}).code, 2);
    EXPECT_EQ(place.run({"run", "missing.toml"}).code, 1);
    EXPECT_EQ(place.run({"explain", "killing.potencyy"}).code, 2);
    EXPECT_EQ(place.run({"report", "."}).code, 2);
    EXPECT_EQ(place.run({"--data", "nowhere", "check", file}).code, 1);
    EXPECT_EQ(place.run({}).code, 2);
    EXPECT_EQ(place.run({"--version"}).code, 0);
}

TEST(Check, reports_every_problem_at_once_with_its_place) {
    Workplace const place;
    place.write("wrong.toml", "kind = \"well\"\n[well]\nduration = \"4 um\"\ntargets = -3\n");

    auto const text = place.run({"check", "wrong.toml"});
    auto const problems = place.run({"check", "wrong.toml", "--json"}).json().at("error").at("problems");

    EXPECT_NE(text.err.find("wrong.toml:3:12"), std::string::npos) << text.err;
    EXPECT_NE(text.err.find("wrong.toml:4:11"), std::string::npos) << text.err;
    EXPECT_EQ(text.out, "");
    ASSERT_EQ(problems.size(), 2u);
    EXPECT_EQ(problems[0].at("line").get<int>() + problems[1].at("line").get<int>(), 3 + 4);
    EXPECT_NE(problems[0].at("line"), problems[1].at("line"));
}

TEST(CommandLine, names_the_nearest_verb_and_option) {
    Workplace const place;

    EXPECT_NE(place.run({"rnu", "x"}).err.find("nk run"), std::string::npos);
    EXPECT_NE(place.run({"run", "x", "--replicate", "3"}).err.find("--replicates"), std::string::npos);
    EXPECT_NE(place.run({"explain", "killing.potencyy"}).err.find("killing.potency`"), std::string::npos);
}

TEST(Run, refuses_a_folder_that_holds_something) {
    Workplace const place;
    fs::create_directory(place.path() / "mine");
    place.write("mine/letter.txt", "do not touch");

    auto const outcome = place.run({"run", place.tiny_assay(), "-o", "mine"});

    EXPECT_EQ(outcome.code, 2);
    EXPECT_NE(outcome.err.find("not empty"), std::string::npos) << outcome.err;
    EXPECT_EQ(std::distance(fs::directory_iterator(place.path() / "mine"), fs::directory_iterator{}), 1);
}

TEST(Run, says_what_stands_in_the_way_of_its_folder) {
    Workplace const place;
    place.write("file", "");

    auto const below_file = place.run({"run", place.tiny_assay(), "-o", "file/out"});

    EXPECT_EQ(below_file.code, 1);
    EXPECT_NE(below_file.err.find("file"), std::string::npos) << below_file.err;
}

TEST(Run, says_that_a_folder_is_not_writable) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may write everywhere";
    Workplace const place;
    fs::create_directory(place.path() / "locked");
    fs::permissions(place.path() / "locked", fs::perms::owner_read | fs::perms::owner_exec);

    auto const outcome = place.run({"run", place.tiny_assay(), "-o", "locked/out"});

    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("Permission denied"), std::string::npos) << outcome.err;
}

TEST(Output, that_cannot_be_written_is_an_error) {
    if (!fs::exists("/dev/full"))
        GTEST_SKIP() << "this system has no /dev/full";
    Workplace const place;

    auto const outcome = place.run({"new", "well"}, "/dev/full");

    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("cannot write to standard output"), std::string::npos) << outcome.err;
}

TEST(New, refuses_to_overwrite) {
    Workplace const place;
    place.write("mine.toml", "precious");

    auto const outcome = place.run({"new", "well", "mine.toml"});

    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(place.read("mine.toml"), "precious");
}

TEST(New, prints_a_template_that_passes_the_check) {
    Workplace const place;
    place.write("fresh.toml", place.run({"new", "well"}).out);

    auto const outcome = place.run({"check", "fresh.toml"});

    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out.substr(0, 3), "ok:");
}

TEST(Interruption, ends_in_good_order_with_code_4) {
    Workplace const place;

    for (auto const signal : {SIGINT, SIGTERM, SIGUSR1}) {
        auto const folder = "out" + std::to_string(signal);
        auto const outcome = place.run_while({"run", place.long_assay(), "-o", folder}, [&](pid_t child) {
            await_frames(place.path() / folder, 2);
            ::kill(child, signal);
        });

        EXPECT_EQ(outcome.code, 4);
        EXPECT_NE(outcome.err.find("whole frames"), std::string::npos) << outcome.err;
        auto const run = formats::RunDirectory::open((place.path() / folder).string());
        EXPECT_FALSE(run.finished());
        ASSERT_GE(run.frame_indices().size(), 3u);
        EXPECT_GT(run.frame(run.frame_indices().back()).tables.at(0).rows(), 1000u);
    }
}

TEST(Interruption, as_json_is_one_document) {
    Workplace const place;

    auto const outcome = place.run_while({"run", place.long_assay(), "-o", "out", "--json"}, [&](pid_t child) {
        await_frames(place.path() / "out", 1);
        ::kill(child, SIGINT);
    });

    EXPECT_EQ(outcome.code, 4);
    EXPECT_EQ(outcome.json().at("error").at("exit_code"), 4);
}

TEST(Kill, in_the_middle_leaves_a_readable_folder_without_a_summary) {
    Workplace const place;

    auto const outcome = place.run_while({"run", place.long_assay(), "-o", "out"}, [&](pid_t child) {
        await_frames(place.path() / "out", 3);
        ::kill(child, SIGKILL);
    });

    EXPECT_EQ(outcome.code, 128 + SIGKILL);
    EXPECT_FALSE(place.exists("out/summary.json"));
    EXPECT_EQ(place.run({"check", "out/scenario.toml"}).code, 0);
    auto const run = formats::RunDirectory::open((place.path() / "out").string());
    for (auto const index : run.frame_indices())
        EXPECT_GT(run.frame(index).tables.at(0).rows(), 1000u);
    EXPECT_NE(place.run({"report", "out"}).err.find("not finished"), std::string::npos);
}

} // namespace
} // namespace nk::test
