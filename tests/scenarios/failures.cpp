#include "scenarios/program.hpp"

#include "formats/full_disk.hpp"
#include "nk/formats/run_directory.hpp"

#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/stat.h>
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

TEST(Output, that_may_not_grow_is_an_error_and_leaves_nothing_half_written) {
    Workplace const place;
    auto const file = place.tiny_assay();
    auto const outcome = [&] {
        FullDisk const small(1500);
        std::signal(SIGXFSZ, SIG_DFL); // the program itself has to see to it
        return place.run({"run", file, "-o", "out"});
    }();

    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("File too large"), std::string::npos) << outcome.err;
    for (auto const& entry : fs::recursive_directory_iterator(place.path() / "out"))
        EXPECT_NE(entry.path().extension(), ".part") << entry.path();
}

TEST(Fit, refuses_a_calibration_that_asks_for_nothing) {
    Workplace const place;
    place.write("empty.toml", "");
    place.write("aimless.toml", "experiments = []\n[[parameter]]\nname = \"killing.potency\"\nlow = 0.5\nhigh = 2\n");

    auto const empty = place.run({"fit", "empty.toml"}), aimless = place.run({"fit", "aimless.toml"});

    EXPECT_EQ(empty.code, 2);
    EXPECT_NE(empty.err.find("no parameter to move"), std::string::npos) << empty.err;
    EXPECT_EQ(aimless.code, 2);
    EXPECT_NE(aimless.err.find("no experiment to meet"), std::string::npos) << aimless.err;
}

TEST(Check, finds_what_a_run_would_refuse_and_the_run_leaves_no_folder) {
    Workplace const place;
    auto const file = place.tiny_assay();
    std::vector<std::vector<std::string>> const wrong{{"-s", "donor.kir=[\"A/A\"]", "-s", "effector.il2.positive=[\"KIR2DS2\"]"},
                                                      {"-s", "search.repulsion=1000 1/min"}};

    for (auto const& overrides : wrong)
        for (auto words : {std::vector<std::string>{"check", file}, std::vector<std::string>{"run", file, "-o", "out"}}) {
            words.insert(words.end(), overrides.begin(), overrides.end());
            auto const outcome = place.run(words);
            EXPECT_EQ(outcome.code, 2) << words[0] << " " << overrides.back() << outcome.err;
        }

    EXPECT_FALSE(place.exists("out"));
}

TEST(Check, shows_the_place_of_a_number_that_no_law_takes) {
    Workplace const place;

    auto const outcome = place.run({"check", place.tiny_assay(), "-s", "killing.necrosis=7"});

    EXPECT_EQ(outcome.code, 2);
    EXPECT_NE(outcome.err.find("-s #1"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find("1 1\n"), std::string::npos) << outcome.err;
}

TEST(Check, shows_the_line_of_a_typing_that_cannot_be_read) {
    Workplace const place;
    place.write("donor.toml", place.read(place.tiny_assay()) + "[donor]\nhla = [\"A*02:01\",\n  \"B*99:01\"]\nkir = [\"2DL9\"]\n");

    auto const outcome = place.run({"check", "donor.toml"});

    EXPECT_EQ(outcome.code, 2);
    EXPECT_NE(outcome.err.find("donor.toml:16:3"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("donor.toml:17:8"), std::string::npos) << outcome.err;
}

TEST(Numbers, that_count_things_are_whole_and_exact) {
    Workplace const place;
    auto const file = place.tiny_assay();

    EXPECT_EQ(place.run({"validate", "V01", "--members", "-3"}).code, 2);
    EXPECT_EQ(place.run({"validate", "V01", "--members", "2.5"}).code, 2);
    auto const negative = place.run({"run", file, "--seed", "-1"});
    EXPECT_EQ(negative.code, 2);
    EXPECT_NE(negative.err.find("`-1` is not a whole number"), std::string::npos) << negative.err;
    EXPECT_EQ(place.run({"run", file, "--seed", "9007199254740993"}).code, 2);
    EXPECT_EQ(place.run({"check", file, "-s", "seed=9007199254740993"}).code, 2);
    EXPECT_EQ(place.run({"check", file, "-s", "seed=9007199254740991"}).code, 0);
}

TEST(Validate, sees_to_its_folder_before_the_work) {
    Workplace const place;
    place.write("file", "");
    fs::create_directory(place.path() / "bare");

    auto const blocked = place.run({"validate", "V01", "-o", "file/out"});
    auto const bare = place.run({"validate", "--folder", "bare"});

    EXPECT_EQ(blocked.code, 1);
    EXPECT_EQ(blocked.err.find("running"), std::string::npos) << blocked.err;
    EXPECT_EQ(bare.code, 2);
    EXPECT_NE(bare.err.find("no experiment below `bare`"), std::string::npos) << bare.err;
}

TEST(Summary, of_another_form_is_no_mistake_of_the_program) {
    Workplace const place;
    ASSERT_EQ(place.run({"run", place.tiny_assay(), "-o", "out"}).code, 0);

    for (auto const* text : {"[1, 2]", "{\"kind\": \"well\", \"wells\": [{\"row\": 5}]}", "{\"kind\": 7}", "{\"wells\": 3}"}) {
        place.write("out/summary.json", text);
        auto const report = place.run({"report", "out"}), diff = place.run({"diff", "out", "out"});
        EXPECT_TRUE(report.code == 1 || report.code == 2) << text << report.err;
        EXPECT_EQ(diff.code, 1) << text << diff.err;
        EXPECT_NE(diff.err.find("out/summary.json"), std::string::npos) << diff.err;
    }
}

TEST(Hla, reads_plain_files_only_and_tells_of_empty_ones) {
    Workplace const place;
    fs::create_directory(place.path() / "pipe");
    fs::create_directory(place.path() / "empty");
    ASSERT_EQ(::mkfifo((place.path() / "pipe/A_prot.fasta").c_str(), 0600), 0);
    place.write("empty/A_prot.fasta", "");

    auto const pipe = place.run({"hla", "A*02:01", "--ipd", "pipe"}), empty = place.run({"hla", "A*02:01", "--ipd", "empty"});

    EXPECT_EQ(pipe.code, 1);
    EXPECT_NE(pipe.err.find("not a plain file"), std::string::npos) << pipe.err;
    EXPECT_EQ(empty.code, 0) << empty.err;
    EXPECT_NE(empty.err.find("`empty/A_prot.fasta` is empty"), std::string::npos) << empty.err;
}

TEST(Hla, names_the_line_of_a_table) {
    Workplace const place;
    place.write("people.csv", "id,hla\n\nx,\"A*02:01\nB*08:01\"\n\ny,B*99:01\n");

    auto const outcome = place.run({"hla", "--table", "people.csv"});

    EXPECT_EQ(outcome.code, 2);
    EXPECT_NE(outcome.err.find("people.csv:6:"), std::string::npos) << outcome.err;
}

TEST(Files, are_named_in_backquotes_with_the_reason) {
    Workplace const place;

    EXPECT_NE(place.run({"run", "missing.toml"}).err.find("`missing.toml`: No such file"), std::string::npos);
    EXPECT_NE(place.run({"fit", "missing.toml"}).err.find("`missing.toml`: No such file"), std::string::npos);
    EXPECT_NE(place.run({"check", "."}).err.find("`.`: it is not a plain file"), std::string::npos);
    EXPECT_NE(place.run({"check", ""}).err.find("name of the file to read is empty"), std::string::npos);
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

    for (auto const signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
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

TEST(Interruption, that_the_parent_set_to_ignored_stays_ignored) {
    Workplace const place;
    auto* const before = std::signal(SIGINT, SIG_IGN); // as a shell does for what it starts in the background

    auto const outcome = place.run_while({"run", place.long_assay(), "-o", "out"}, [&](pid_t child) {
        await_frames(place.path() / "out", 1);
        ::kill(child, SIGINT);
        await_frames(place.path() / "out", 5);
        ::kill(child, SIGTERM);
    });
    std::signal(SIGINT, before);

    EXPECT_EQ(outcome.code, 4);
    EXPECT_NE(outcome.err.find("stopped by SIGTERM"), std::string::npos) << outcome.err;
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
