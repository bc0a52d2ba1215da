#include "scenarios/program.hpp"

#include "nk/formats/run_directory.hpp"
#include "nk/formats/sha256.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace nk::test {
namespace {

TEST(Demo, writes_its_scenario_and_a_report_and_says_where) {
    Workplace const place;

    auto const outcome =
        place.run({"demo", "-s", "well.targets=40", "-s", "well.duration=30 min", "-s", "plate.replicates=1", "-o", "here"});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("here/report.html\n"), std::string::npos);
    EXPECT_TRUE(place.exists("here/killing-assay.toml"));
    auto const page = place.read("here/report.html");
    EXPECT_NE(page.find("</html>"), std::string::npos);
    EXPECT_NE(page.find("calibrated on this"), std::string::npos);
    EXPECT_NE(page.find("What the model cannot say"), std::string::npos);
    EXPECT_EQ(page.find("http://"), page.find("http://www.w3.org/")) << "a report that needs the network";
}

TEST(Demo, takes_another_folder_when_its_own_is_taken) {
    Workplace const place;
    std::filesystem::create_directory(place.path() / "nk-demo-killing-assay");

    auto const outcome = place.run({"demo", "-s", "well.targets=20", "-s", "well.duration=10 min", "-s", "plate.replicates=1", "--quiet"});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(place.exists("nk-demo-killing-assay-2/report.html"));
    EXPECT_EQ(outcome.err, "");
}

TEST(Run, leaves_everything_that_a_run_directory_holds) {
    Workplace const place;

    auto const outcome = place.run({"run", place.tiny_assay(), "-o", "out"});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    for (auto const* name : {"scenario.toml", "frames/0000.h5", "run.h5", "wells.csv", "time_course.csv", "nk_cells.csv", "ledger.csv",
                             "summary.json", "report.html", "ro-crate-metadata.json"})
        EXPECT_TRUE(place.exists(std::string("out/") + name)) << name;
    auto const run = formats::RunDirectory::open((place.path() / "out").string());
    EXPECT_EQ(run.series("wells").rows(), 2u);
    EXPECT_EQ(run.frame_indices().size(), 7u) << "one frame every ten minutes of an hour";
}

TEST(Run, gives_the_stable_fields_as_json_and_nothing_else_on_stdout) {
    Workplace const place;

    auto const outcome = place.run({"--json", "run", place.tiny_assay(), "-o", "out", "--threads", "2"});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    auto const document = outcome.json();
    EXPECT_EQ(document.at("run"), "out");
    EXPECT_EQ(document.at("seed"), 3);
    EXPECT_EQ(document.at("threads"), 2);
    EXPECT_EQ(document.at("simulated_minutes"), 60.0);
    EXPECT_GT(document.at("wall_seconds"), 0.0);
    EXPECT_EQ(document.at("state_hash").get<std::string>().size(), 32u);
    ASSERT_EQ(document.at("summary").at("wells").size(), 2u);
    for (auto const& well : document.at("summary").at("wells"))
        for (auto const* field : {"row", "column", "e_to_t", "effector", "target", "value", "replicate", "specific_lysis_percent",
                                  "kills_per_nk", "fraction_non_killers", "cd107a_percent"})
            EXPECT_TRUE(well.contains(field)) << field;
}

TEST(Run, ends_in_the_same_state_for_any_number_of_threads) {
    Workplace const place;
    auto const file = place.tiny_assay();
    std::vector<std::string> hashes;

    for (auto const* threads : {"1", "2", "3"})
        hashes.push_back(
            place.run({"run", file, "--json", "--threads", threads, "-o", std::string("out") + threads}).json().at("state_hash"));

    EXPECT_EQ(hashes[0], hashes[1]);
    EXPECT_EQ(hashes[0], hashes[2]);
}

TEST(Run, of_one_well_ends_in_the_same_state_for_any_number_of_threads) {
    Workplace const place;
    auto const run = [&](char const* threads) {
        return place.run({"run", place.tiny_assay(), "--json", "-s", "well.targets=1500", "-s", "plate.e_to_t=[4]", "--until", "10 min",
                          "--threads", threads, "-o", std::string("out") + threads});
    };

    auto const one = run("1"), three = run("3");

    ASSERT_EQ(one.code, 0) << one.err;
    EXPECT_EQ(one.json().at("state_hash"), three.json().at("state_hash"));
}

TEST(Run, repeats_itself_with_the_same_seed_and_differs_with_another) {
    Workplace const place;
    auto const file = place.tiny_assay();
    auto const hash = [&](char const* seed, char const* folder) {
        return place.run({"run", file, "--json", "--seed", seed, "-o", folder}).json().at("state_hash");
    };

    auto const first = hash("7", "a"), again = hash("7", "b"), other = hash("8", "c");

    EXPECT_EQ(first, again);
    EXPECT_NE(first, other);
}

TEST(Run, is_repeated_by_the_scenario_it_resolved) {
    Workplace const place;
    auto const first =
        place.run({"run", place.tiny_assay(), "--json", "-s", "well.targets=50", "-s", "killing.potency=0.7", "--seed", "11", "-o", "a"})
            .json();

    auto const again = place.run({"run", "a/scenario.toml", "--json", "-o", "b"}).json();

    EXPECT_EQ(first.at("state_hash"), again.at("state_hash"));
}

TEST(Run, echoes_what_was_overridden_with_its_unit) {
    Workplace const place;

    auto const outcome = place.run({"run", place.tiny_assay(), "-s", "well.duration=0.5 h", "-s", "search.speed=0.1 um/s", "-o", "out"});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("set well.duration = 30 min\n"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("set search.speed = 6 um/min\n"), std::string::npos) << outcome.err;
    EXPECT_NE(place.read("out/parameters.csv").find("search.speed,6,um/min"), std::string::npos);
}

TEST(Run, shortened_by_until_is_a_success_that_says_so) {
    Workplace const place;

    auto const outcome = place.run({"run", place.tiny_assay(), "--until", "20 min", "-o", "out"});

    EXPECT_EQ(outcome.code, 0);
    EXPECT_NE(outcome.err.find("shortened from 1 h to 20 min"), std::string::npos) << outcome.err;
    EXPECT_NE(place.read("out/scenario.toml").find("duration = \"20 min\""), std::string::npos);
}

TEST(Run, draws_a_curve_against_the_value_that_varies) {
    Workplace const place;
    auto const file = place.tiny_assay();

    auto const outcome = place.run({"run", file, "--json", "-s", "plate.vary=well.spontaneous_death", "-s",
                                    "plate.values=[\"0 1/h\", \"0.5 1/h\"]", "-s", "plate.e_to_t=[1]", "-o", "out"});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    auto const wells = outcome.json().at("summary").at("wells");
    ASSERT_EQ(wells.size(), 2u);
    EXPECT_EQ(wells[1].at("value"), "0.5 1/h");
    EXPECT_NE(place.read("out/report.html").find("Killing by well.spontaneous_death"), std::string::npos);
}

TEST(Run, hashes_the_texts_that_it_read) {
    Workplace const place;
    place.tiny_assay();
    place.write("child.toml", "extends = \"tiny.toml\"\nseed = 4\n");
    ASSERT_EQ(place.run({"run", "child.toml", "-o", "out", "-s", "plate.e_to_t=[1]"}).code, 0);

    auto const crate = nlohmann::json::parse(place.read("out/ro-crate-metadata.json"));

    std::map<std::string, std::string> hashes;
    for (auto const& entity : crate.at("@graph"))
        hashes[entity.at("@id")] = entity.value("sha256", "");
    EXPECT_EQ(hashes["child.toml"], formats::sha256(place.read("child.toml")));
    EXPECT_EQ(hashes["tiny.toml"], formats::sha256(place.read("tiny.toml")));
    for (auto const& entity : crate.at("@graph"))
        if (entity.at("@id") == "#run") {
            EXPECT_EQ(entity.at("object").size(), 2U);
        }
}

TEST(Run, lists_the_data_that_stood_in_for_the_built_in_ones) {
    Workplace const place;
    auto const data = std::string(NK_SOURCE_DIR) + "/data";
    ASSERT_EQ(place.run({"--data", data, "run", place.tiny_assay(), "-o", "out"}).code, 0);

    EXPECT_NE(place.read("out/ro-crate-metadata.json").find("file://" + data + "/model.toml"), std::string::npos);
}

TEST(Run, with_a_name_that_is_no_utf8_is_finished) {
    Workplace const place;
    place.write("na\xefve.toml", place.read(place.tiny_assay()));

    auto const outcome = place.run({"run", "na\xefve.toml"});

    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(place.exists("runs/na\xefve-1/report.html"));
}

TEST(Report, is_written_again_from_the_folder_alone) {
    Workplace const place;
    ASSERT_EQ(place.run({"run", place.tiny_assay(), "-o", "out"}).code, 0);
    auto const before = place.read("out/report.html");
    std::filesystem::remove(place.path() / "out/report.html");
    std::filesystem::remove(place.path() / "tiny.toml");

    auto const outcome = place.run({"report", "out"});

    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "out/report.html\n");
    EXPECT_EQ(place.read("out/report.html"), before);
}

TEST(Diff, names_the_parameters_and_outcomes_that_differ) {
    Workplace const place;
    auto const file = place.tiny_assay();
    ASSERT_EQ(place.run({"run", file, "-o", "a"}).code, 0);
    ASSERT_EQ(place.run({"run", file, "-s", "search.attach_rate=0.02 1/min", "-o", "b"}).code, 0);

    auto const different = place.run({"diff", "a", "b", "--json"}).json();
    auto const equal = place.run({"diff", "a", "a", "--json"}).json();

    EXPECT_FALSE(different.at("same_state").get<bool>());
    ASSERT_EQ(different.at("parameters").size(), 1u);
    EXPECT_EQ(different.at("parameters")[0].at("name"), "search.attach_rate");
    EXPECT_EQ(different.at("parameters")[0].at("b"), "0.02 1/min");
    EXPECT_FALSE(different.at("outcomes").empty());
    EXPECT_TRUE(equal.at("same_state").get<bool>());
    EXPECT_TRUE(equal.at("scenario").empty() && equal.at("parameters").empty() && equal.at("outcomes").empty());
}

TEST(Diff, compares_wells_with_the_same_cells) {
    Workplace const place;
    auto const file = place.tiny_assay();
    ASSERT_EQ(place.run({"run", file, "-o", "a"}).code, 0);
    ASSERT_EQ(place.run({"run", file, "-s", "plate.e_to_t=[4, 8]", "-o", "b"}).code, 0);

    auto const document = place.run({"diff", "a", "b", "--json"}).json();

    EXPECT_TRUE(document.at("a_finished").get<bool>() && document.at("b_finished").get<bool>());
    EXPECT_EQ(document.at("wells_only_in_a").size(), 1U);
    EXPECT_NE(document.at("wells_only_in_b").at(0).get<std::string>().find("8:1"), std::string::npos);
    for (auto const& one : document.at("outcomes"))
        EXPECT_NE(one.at("well").get<std::string>().find("4:1"), std::string::npos) << one;
}

} // namespace
TEST(Tissue, template_is_checked_run_and_reported_like_any_scenario) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "tissue", "t.toml"}).code, 0);

    auto const check = place.run({"check", "t.toml"});
    auto const run =
        place.run({"run", "t.toml", "-o", "out", "--until", "20 min", "-s", "output.vtk=true", "-s", "output.h5ad=true", "--json"});
    auto const again = place.run({"report", "out"});
    ASSERT_EQ(place.run({"run", "t.toml", "-o", "other", "--until", "20 min", "--seed", "5"}).code, 0);
    auto const diff = place.run({"diff", "out", "other"});

    EXPECT_EQ(check.code, 0) << check.err;
    EXPECT_NE(check.out.find("750 cells at the start"), std::string::npos) << check.out;
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(nlohmann::json::parse(run.out)["summary"]["alive"].size(), 3U);
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_NE(diff.out.find("seed"), std::string::npos) << diff.out << diff.err;
    EXPECT_NE(diff.out.find("The final states differ."), std::string::npos) << diff.out;
    for (auto const* file : {"picture.png", "cells.pvd", "cells_0000.vtp", "cells.h5ad", "time_course.csv", "ledger.csv", "report.html"})
        EXPECT_TRUE(place.exists(std::string("out/") + file)) << file;
}

TEST(Tissue, scenario_that_only_extends_another_is_still_a_tissue) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "tissue", "t.toml"}).code, 0);
    place.write("child.toml", "extends = \"t.toml\"\n[place.left]\ncount = 10\n");

    auto const check = place.run({"check", "child.toml"});

    EXPECT_EQ(check.code, 0) << check.err;
    EXPECT_NE(check.out.find("460 cells"), std::string::npos) << check.out;
}

TEST(Host, template_is_checked_run_and_reported_like_any_scenario) {
    Workplace const place;
    ASSERT_EQ(place.run({"new", "body", "h.toml"}).code, 0);

    auto const check = place.run({"check", "h.toml"});
    auto const run = place.run({"run", "h.toml", "-o", "out", "--until", "20 day", "-s", "host.sample=16", "--json"});
    auto const same = place.run({"run", "h.toml", "-o", "same", "--until", "20 day", "-s", "host.sample=16", "--threads", "1", "--json"});
    auto const again = place.run({"report", "out"});
    ASSERT_EQ(place.run({"run", "h.toml", "-o", "other", "--until", "20 day", "-s", "host.sample=16", "-s", "host.age=60 year"}).code, 0);
    auto const diff = place.run({"diff", "out", "other"});

    EXPECT_EQ(check.code, 0) << check.err;
    EXPECT_NE(check.out.find("8 organs"), std::string::npos) << check.out;
    ASSERT_EQ(run.code, 0) << run.err;
    auto const document = nlohmann::json::parse(run.out);
    EXPECT_GT(document["summary"]["last"]["nk_blood"].get<double>(), 50.0);
    EXPECT_LT(std::abs(document["summary"]["health"]["mass_error"].get<double>()), 1e-8);
    EXPECT_EQ(document["state_hash"], nlohmann::json::parse(same.out)["state_hash"]);
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(diff.code, 0) << diff.err;
    EXPECT_NE(diff.out.find("age"), std::string::npos) << diff.out << diff.err;
    for (auto const* file : {"course.csv", "classes.csv", "changes.csv", "parameters.csv", "run.h5", "report.html"})
        EXPECT_TRUE(place.exists(std::string("out/") + file)) << file;
}

} // namespace nk::test
