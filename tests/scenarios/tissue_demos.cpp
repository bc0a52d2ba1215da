#include "scenarios/program.hpp"

#include <gtest/gtest.h>

namespace nk::test {
namespace {

std::vector<std::string> small_demo(std::string const& name) {
    return {"demo", name,
            "-s",   "tissue.width=100 um",
            "-s",   "tissue.height=100 um",
            "-s",   "tissue.duration=20 min",
            "-s",   "place.resting.count=3 cell",
            "-o",   "here"};
}

TEST(DemoOfATissue, runs_its_arms_and_compares_them_in_one_report) {
    Workplace const place;

    auto const outcome = place.run(small_demo("epithelium"));

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    for (auto const* arm : {"no-contact", "primed", "no-interferon", "early-interferon"})
        EXPECT_TRUE(place.exists(std::string("here/arms/") + arm + "/report.html")) << arm;
    auto const page = place.read("here/report.html");
    EXPECT_NE(page.find("Infected cells in all runs"), std::string::npos);
    EXPECT_NE(page.find("NK cells that open no contacts"), std::string::npos);
    EXPECT_NE(page.find("Left in the other runs"), std::string::npos);
}

TEST(DemoOfATissue, is_reported_again_with_its_arms) {
    Workplace const place;
    ASSERT_EQ(place.run(small_demo("tolerance")).code, 0);
    auto const first = place.read("here/report.html");

    auto const outcome = place.run({"report", "here"});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(place.read("here/report.html"), first);
    EXPECT_NE(first.find("Hits of NK cells on a million cells in a day"), std::string::npos);
}

TEST(DemoOfATissue, gives_one_document_as_json) {
    Workplace const place;
    auto command = small_demo("tolerance");
    command.insert(command.begin(), "--json");

    auto const outcome = place.run(command);

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.json().at("run"), "here");
}

} // namespace
} // namespace nk::test
