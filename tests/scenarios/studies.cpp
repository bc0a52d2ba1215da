#include "scenarios/program.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <thread>

namespace nk::test {
namespace {

std::vector<std::string> const small_people{"-s", "cohort.people=4", "-s", "host.duration=20 day", "-s", "host.sample=16 cell"};

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> const& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// Sentences that would tell a person what to do.
void expect_no_advice(std::string const& page) {
    for (auto const* words :
         {"you should", "You should", "we recommend", "is recommended", "ask your doctor", "prevents cancer", "will be cured"})
        EXPECT_EQ(page.find(words), std::string::npos) << words;
    EXPECT_NE(page.find("Research use only"), std::string::npos);
    EXPECT_NE(page.find("Weakest evidence behind this"), std::string::npos);
}

TEST(Therapy, template_runs_with_its_arms_and_reports_product_and_release) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "therapy", "t.toml"}).code, 0);

    auto const check = place.run({"check", "t.toml"});
    auto const run = place.run({"run", "t.toml", "-o", "out", "-s", "host.sample=16 cell", "-s", "host.duration=20 day"});
    auto const again = place.run({"report", "out"});

    EXPECT_EQ(check.code, 0) << check.err;
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_NE(run.out.find("best response"), std::string::npos) << run.out;
    EXPECT_EQ(again.code, 0) << again.err;
    auto const page = place.read("out/report.html");
    for (auto const* words : {"Expansion and persistence of infused cells", "Release tests", "potency", "Course of each arm"})
        EXPECT_NE(page.find(words), std::string::npos) << words;
    expect_no_advice(page);
    EXPECT_TRUE(place.exists("out/products.csv"));
    EXPECT_TRUE(place.exists("out/arms/car/report.html"));
}

/// The summary of a study, without the command that made it.
nlohmann::json summary_of(Workplace const& place, std::string const& folder) {
    auto out = nlohmann::json::parse(place.read(folder + "/summary.json"));
    out.erase("command_line");
    return out;
}

TEST(Cohort, shards_merge_into_the_same_bytes_as_the_whole) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "cohort", "c.toml"}).code, 0);

    auto const whole = place.run(with({"cohort", "c.toml", "-o", "whole"}, small_people));
    ASSERT_EQ(place.run(with({"cohort", "c.toml", "-o", "a", "--shard", "1/2"}, small_people)).code, 0);
    ASSERT_EQ(place.run(with({"cohort", "c.toml", "-o", "b", "--shard", "2/2"}, small_people)).code, 0);
    auto const merged = place.run({"merge", "b", "a", "-o", "merged"});

    ASSERT_EQ(whole.code, 0) << whole.err;
    ASSERT_EQ(merged.code, 0) << merged.err;
    for (auto const* file : {"adtte.csv", "adrs.csv", "subjects.csv", "courses.csv", "km.csv", "statistics.csv"})
        EXPECT_EQ(place.read(std::string("whole/") + file), place.read(std::string("merged/") + file)) << file;
    EXPECT_EQ(summary_of(place, "merged"), summary_of(place, "whole"));
    auto const page = place.read("whole/report.html");
    EXPECT_NE(page.find("P0000001: infusion, "), std::string::npos); // in the bars of patients
    expect_no_advice(page);
}

TEST(Cohort, that_is_killed_goes_on_to_the_same_bytes) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "cohort", "c.toml"}).code, 0);
    auto const command = with({"cohort", "c.toml", "-o", "out"}, small_people);
    ASSERT_EQ(place.run(with({"cohort", "c.toml", "-o", "whole"}, small_people)).code, 0);

    auto const killed = place.run_while(command, [](pid_t process) {
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
        kill(process, SIGKILL);
    });
    auto const again = place.run(command);

    EXPECT_TRUE(killed.code == 128 + SIGKILL || killed.code == 0); // a fast machine is done by then
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(place.read("out/adtte.csv"), place.read("whole/adtte.csv"));
    EXPECT_EQ(place.read("out/courses.csv"), place.read("whole/courses.csv"));
}

TEST(Plan, names_the_file_that_it_misses_and_runs_when_it_is_there) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "plan", "p.toml"}).code, 0);

    auto const missing = place.run({"plan", "p.toml", "-o", "out"});
    ASSERT_EQ(place.run({"new", "cohort", "trial.toml"}).code, 0);
    auto text = place.read("p.toml");
    for (auto const& [from, to] :
         {std::pair{"patients = 4", "patients = 2"}, {"islands = 2", "islands = 1"}, {"generations = 4", "generations = 1"}})
        text.replace(text.find(from), std::string(from).size(), to);
    place.write("p.toml", text);
    auto const run = place.run({"plan", "p.toml", "-o", "out", "-s", "host.duration=20 day", "-s", "host.sample=16 cell"});

    EXPECT_EQ(missing.code, 2) << missing.err;
    EXPECT_NE(missing.err.find("nk new cohort trial.toml"), std::string::npos) << missing.err;
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_TRUE(place.exists("out/front.csv"));
    auto const page = place.read("out/report.html");
    EXPECT_EQ(page.find("best protocol is"), std::string::npos);
    expect_no_advice(page);
}

TEST(Sweep, of_shards_merges_into_the_summary_of_the_whole_with_its_seed) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "sweep", "s.toml"}).code, 0);
    ASSERT_EQ(place.run({"new", "well", "assay.toml"}).code, 0);
    auto const sweep = [&](std::vector<std::string> const& more) {
        return place.run(with({"sweep", "s.toml", "--seed", "77", "-s", "sweep.replicates=1", "-s", "well.targets=50 cell"}, more));
    };

    auto const whole = sweep({"-o", "whole"});
    ASSERT_EQ(sweep({"-o", "a", "--shard", "1/2"}).code, 0);
    ASSERT_EQ(sweep({"-o", "b", "--shard", "2/2"}).code, 0);
    auto const merged = place.run({"merge", "b", "a", "-o", "merged"});

    ASSERT_EQ(whole.code, 0) << whole.err;
    ASSERT_EQ(merged.code, 0) << merged.err;
    EXPECT_EQ(summary_of(place, "whole").at("seed"), 77);
    EXPECT_EQ(summary_of(place, "merged"), summary_of(place, "whole"));
    EXPECT_EQ(merged.out.substr(0, merged.out.find("merged/")), whole.out.substr(0, whole.out.find("whole/")));
}

TEST(Sweep, of_a_parameter_that_does_not_exist_is_an_error_with_its_place) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "sweep", "s.toml"}).code, 0);
    ASSERT_EQ(place.run({"new", "well", "assay.toml"}).code, 0);
    auto text = place.read("s.toml");
    std::string const key = "key = \"plate.e_to_t\"";
    text.replace(text.find(key), key.size(), "key = \"plate.e_to_tt\"");
    place.write("s.toml", text);

    auto const run = place.run({"sweep", "s.toml", "-o", "out"});

    EXPECT_EQ(run.code, 2) << run.err;
    EXPECT_NE(run.err.find("s.toml:"), std::string::npos) << run.err;
    EXPECT_FALSE(place.exists("out"));
}

} // namespace
} // namespace nk::test
