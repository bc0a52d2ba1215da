#include "nk/study/ensemble.hpp"

#include "shared_base.hpp"

#include <gtest/gtest.h>

namespace nk::study {
namespace {

using test::base;

constexpr char const* two_sets = "recognition.threshold,killing.repair_rate\n1,1/h\n0.3,0.6\n0.4,1.2\n";

TEST(Ensemble, without_a_file_the_only_member_is_the_base) {
    auto const members = ensemble_members(base(), "");

    ASSERT_EQ(members.size(), 1U);
    EXPECT_EQ(members[0].hash(), base().hash());
}

TEST(Ensemble, a_member_takes_the_values_of_its_line_in_the_unit_of_the_second_line) {
    auto const members = ensemble_members(base(), two_sets);

    ASSERT_EQ(members.size(), 2U);
    EXPECT_DOUBLE_EQ(members[0].value("recognition.threshold", "1"), 0.3);
    EXPECT_NEAR(members[1].value("killing.repair_rate", "1/min"), 0.02, 1e-12);
    EXPECT_DOUBLE_EQ(members[1].value("recognition.brake", "1"), base().value("recognition.brake", "1"));
}

TEST(Ensemble, what_the_user_set_stays) {
    auto changed = base();
    changed.set("recognition.threshold", {0.5, "1"});

    auto const member = Ensemble(changed, two_sets, {"recognition.threshold"}).member(0);

    EXPECT_DOUBLE_EQ(member.value("recognition.threshold", "1"), 0.5);
    EXPECT_NEAR(member.value("killing.repair_rate", "1/min"), 0.01, 1e-12);
}

TEST(Ensemble, every_problem_of_the_file_is_reported_with_its_line) {
    try {
        Ensemble const bad(base(), "recognition.treshold,killing.repair_rate\n1,um\n0.3,x\n0.3\n");
        FAIL() << "was accepted";
    } catch (ScenarioError const& error) {
        ASSERT_EQ(error.problems().size(), 4U);
        EXPECT_EQ(error.problems()[0].where.line, 1);
        EXPECT_NE(error.problems()[0].hint.find("recognition.threshold"), std::string::npos);
        EXPECT_EQ(error.problems()[1].kind, "unit");
        EXPECT_EQ(error.problems()[2].where.line, 3);
        EXPECT_EQ(error.problems()[3].where.line, 4);
    }
}

TEST(Interval, ninety_percent_of_the_members_lie_in_it) {
    std::vector<double> values;
    for (int i = 100; i >= 0; --i)
        values.push_back(i);

    auto const interval = interval_of(values);

    EXPECT_DOUBLE_EQ(interval.low, 5.0);
    EXPECT_DOUBLE_EQ(interval.high, 95.0);
}

} // namespace
} // namespace nk::study
