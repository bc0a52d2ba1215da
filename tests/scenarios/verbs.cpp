#include "scenarios/program.hpp"

#include <gtest/gtest.h>

namespace nk::test {
namespace {

TEST(Json, of_every_verb_is_one_document) {
    Workplace const place;
    auto const file = place.tiny_assay();
    std::vector<std::vector<std::string>> const calls{{"new", "well"},
                                                      {"demo", "--list"},
                                                      {"check", file},
                                                      {"explain", "killing.potency"},
                                                      {"explain", "--list"},
                                                      {"doctor"},
                                                      {"completion", "bash"},
                                                      {"schema", "--reference"},
                                                      {"--version"},
                                                      {"run", "--help"},
                                                      {"check", "missing.toml"},
                                                      {"rnu"},
                                                      {"run", file, "--seed", "x"}};

    for (auto words : calls) {
        words.emplace_back("--json");
        auto const outcome = place.run(words);
        EXPECT_TRUE(nlohmann::json::accept(outcome.out)) << words[0] << ": " << outcome.out.substr(0, 300);
    }
}

TEST(Help, of_every_verb_has_an_example) {
    Workplace const place;
    auto const overview = place.run({"--help"});
    ASSERT_EQ(overview.code, 0);

    for (auto const* verb : {"demo", "new", "check", "run", "report", "diff", "explain", "doctor", "completion"}) {
        auto const help = place.run({verb, "--help"});
        EXPECT_EQ(help.code, 0) << verb;
        EXPECT_NE(help.out.find(std::string("\nExample\n  nk ") + verb), std::string::npos) << help.out;
        EXPECT_NE(overview.out.find(std::string("\n  ") + verb + " "), std::string::npos) << verb;
    }
}

TEST(SharedOptions, stand_before_or_after_the_verb) {
    Workplace const place;
    auto const file = place.tiny_assay();

    auto const before = place.run({"--json", "check", file}), after = place.run({"check", file, "--json"});

    EXPECT_EQ(before.out, after.out);
    EXPECT_EQ(after.json().at("wells"), 2);
}

TEST(Explain, gives_the_number_with_its_source_and_use) {
    Workplace const place;

    auto const document = place.run({"explain", "killing.potency", "--json"}).json();

    EXPECT_EQ(document.at("name"), "killing.potency");
    EXPECT_EQ(document.at("unit"), "1");
    EXPECT_LT(document.at("low"), document.at("high"));
    EXPECT_EQ(document.at("file"), "data/model.toml");
    EXPECT_GT(document.at("line"), 0);
    EXPECT_NE(document.at("used_by").get<std::string>().find("killing"), std::string::npos);
    ASSERT_FALSE(document.at("references").empty());
    EXPECT_NE(document.at("references")[0].at("text").get<std::string>().find("(2013)"), std::string::npos);
}

TEST(Explain, lists_the_names_below_a_beginning) {
    Workplace const place;

    auto const some = place.run({"explain", "--list", "recognition", "--json"}).json(),
               all = place.run({"explain", "--list", "--json"}).json();

    EXPECT_GT(some.size(), 5u);
    EXPECT_GT(all.size(), some.size());
    for (auto const& one : some)
        EXPECT_EQ(one.at("name").get<std::string>().rfind("recognition.", 0), 0u);
}

TEST(Doctor, warns_of_more_threads_than_cores) {
    Workplace const place;
    ::setenv("OMP_NUM_THREADS", "5000", 1);

    auto const document = place.run({"doctor", "--json"}).json();
    ::unsetenv("OMP_NUM_THREADS");

    EXPECT_GE(document.at("threads"), 1);
    ASSERT_FALSE(document.at("warnings").empty());
    EXPECT_NE(document.at("warnings")[0].get<std::string>().find("OMP_NUM_THREADS is 5000"), std::string::npos);
}

} // namespace
} // namespace nk::test
