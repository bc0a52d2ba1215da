#include "nk/study/cohort_infections.hpp"
#include "nk/study/cohort_statistics.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;

/// Times to one kind of event: arm, day, whether it happened.
struct Time {
    std::string arm;
    double day;
    bool happened;
};

Table times_of(std::string const& code, std::vector<Time> const& times) {
    Table out{"adtte", {}};
    std::vector<std::string> codes(times.size(), code), arms;
    std::vector<double> days, censored;
    for (auto const& one : times) {
        arms.push_back(one.arm);
        days.push_back(one.day);
        censored.push_back(one.happened ? 0.0 : 1.0);
    }
    out.add("PARAMCD", codes);
    out.add("TRTP", arms);
    out.add("AVAL", "day", days);
    out.add("CNSR", "1", censored);
    return out;
}

Table responses_of(std::vector<std::string> const& codes, std::vector<double> const& values) {
    Table out{"adrs", {}};
    out.add("USUBJID", std::vector<std::string>(codes.size(), "P1"));
    out.add("TRTP", std::vector<std::string>(codes.size(), "a"));
    out.add("PARAMCD", codes);
    out.add("AVAL", "1", values);
    out.add("AVALC", std::vector<std::string>(codes.size(), codes.front() == "INFECTNS" ? "influenza" : ""));
    return out;
}

TEST(CohortStatistics, ShareOfNobodyIsNotEstimable) {
    auto const nobody = study::share_of(0, 0);

    EXPECT_FALSE(nobody);
    EXPECT_EQ(study::share_text(nobody), "not estimable");
    for (auto const number : study::share_numbers(nobody))
        EXPECT_TRUE(std::isnan(number));
    EXPECT_EQ(study::share_text(study::share_of(0, 40)), "0 % (95 % interval 0 to 9 %)");
}

TEST(CohortStatistics, PatientsWithoutTumoursHaveNoResponseRate) {
    auto const rates = study::response_rates_of(responses_of({"CRSGRADE"}, {0.0}), {"a"});
    auto const table = study::statistics_tables({}, rates).back();

    ASSERT_EQ(rates.size(), 1U);
    EXPECT_FALSE(rates[0].responding);
    EXPECT_FALSE(rates[0].expanded);
    EXPECT_TRUE(rates[0].crs);
    EXPECT_TRUE(std::isnan(study::column_numbers(table, "response").front()));
    EXPECT_EQ(study::column_numbers(table, "crs_grade_2_or_more").front(), 0.0);
}

TEST(CohortStatistics, HazardRatioWithoutEventsIsNotEstimable) {
    auto const none = study::endpoints_of(times_of("OS", {{"a", 10, false}, {"a", 10, false}, {"b", 10, false}}), {"a", "b"});
    auto const in_one = study::endpoints_of(times_of("OS", {{"a", 10, false}, {"a", 10, false}, {"b", 5, true}}), {"a", "b"});
    auto const in_both =
        study::endpoints_of(times_of("OS", {{"a", 8, true}, {"a", 10, false}, {"b", 5, true}, {"b", 9, false}}), {"a", "b"});

    EXPECT_FALSE(none.front().arms[1].hazard_ratio);
    EXPECT_FALSE(in_one.front().arms[1].hazard_ratio);
    EXPECT_EQ(study::ratio_text(none.front().arms[1].hazard_ratio), "not estimable");
    auto const table = study::statistics_tables(none, {})[1];
    EXPECT_TRUE(std::isnan(study::column_numbers(table, "hazard_ratio")[1]));
    ASSERT_TRUE(in_both.front().arms[1].hazard_ratio);
    EXPECT_GT(in_both.front().arms[1].hazard_ratio->value, 1.0);
    EXPECT_FALSE(in_both.front().arms[0].hazard_ratio); // the first is what the others are compared with
}

TEST(CohortStatistics, InfectionsOfAnArmWithoutAnyAreCountedAndTheirMiddleIsNotEstimable) {
    auto const times = times_of("OS", {{"a", 365.25, false}, {"a", 365.25, false}});
    Table infections{"infections", {}};
    for (auto const* name : {"USUBJID", "TRTP", "VIRUS", "PEAKU"})
        infections.add(name, std::vector<std::string>{});
    for (auto const* name : {"DETECTED", "PEAK", "DETDAYS", "CLRDAYS", "LOSS", "SEVERE", "FATAL", "CELLDIED", "NKSHARE"})
        infections.add(name, "1", std::vector<double>{});

    auto const rates = study::infection_rates_of(times, responses_of({"INFECTNS", "INFECTNS"}, {0.0, 0.0}), infections, {"a"});

    ASSERT_EQ(rates.size(), 1U);
    EXPECT_EQ(rates[0].virus, "influenza");
    EXPECT_EQ(rates[0].persons, 2U);
    EXPECT_DOUBLE_EQ(rates[0].years, 2.0);
    ASSERT_TRUE(rates[0].infected);
    EXPECT_EQ(rates[0].infected->value, 0.0);
    EXPECT_TRUE(std::isnan(rates[0].peak.median));
    EXPECT_TRUE(study::to_json(rates[0]).at("log10_peak").at("median").is_null());
}

TEST(CohortStatistics, InfectionsAreCountedByPersonAndDescribedByTheirMiddle) {
    auto const times = times_of("OS", {{"a", 365.25, false}, {"a", 365.25, false}});
    Table infections{"infections", {}};
    infections.add("USUBJID", std::vector<std::string>{"P1", "P1", "P2"});
    infections.add("TRTP", std::vector<std::string>(3, "a"));
    infections.add("VIRUS", std::vector<std::string>(3, "influenza"));
    infections.add("PEAKU", std::vector<std::string>(3, "TCID50/mL"));
    infections.add("DETECTED", "1", std::vector<double>{1, 1, 0});
    infections.add("PEAK", "1", std::vector<double>{1e4, 1e6, 1});
    infections.add("CLRDAYS", "day", std::vector<double>{8, 10, NAN});
    infections.add("LOSS", "1", std::vector<double>{0.1, 0.4, 0});
    infections.add("SEVERE", "1", std::vector<double>{0, 1, 0});
    infections.add("FATAL", "1", std::vector<double>{0, 0, 0});
    infections.add("DETDAYS", "day", std::vector<double>{5, 7, 0});
    infections.add("CELLDIED", "cell", std::vector<double>{1e8, 1e8, 0});
    infections.add("NKSHARE", "1", std::vector<double>{0.2, 0.4, 0});

    auto const rates = study::infection_rates_of(times, responses_of({"INFECTNS", "INFECTNS"}, {2.0, 1.0}), infections, {"a"}).front();

    EXPECT_EQ(rates.infections, 3U);
    EXPECT_EQ(rates.detected, 2U);
    EXPECT_EQ(rates.cleared, 2U);
    EXPECT_DOUBLE_EQ(rates.infected->value, 0.5); // one of two persons, though two infections
    EXPECT_DOUBLE_EQ(rates.severely->value, 0.5);
    EXPECT_DOUBLE_EQ(rates.peak.median, 5.0);
    EXPECT_DOUBLE_EQ(rates.days.median, 9.0);
    EXPECT_DOUBLE_EQ(rates.most_lost, 0.4);
}

} // namespace
