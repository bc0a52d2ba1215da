#include "nk/numerics/survival.hpp"

#include "nk/base/error.hpp"
#include "nk/base/random.hpp"
#include "numerics/survival_data.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <vector>

namespace {

using namespace nk::numerics;
using namespace nk::test;
using nk::Purpose;
using nk::Random;

TEST(Survival, kaplan_meier_of_uncensored_times_is_the_share_still_alive) {
    auto const curve = kaplan_meier({{3, true}, {1, true}, {4, true}, {1, true}, {5, true}});

    EXPECT_EQ(curve.time, (Values{1, 3, 4, 5}));
    expect_same(curve.survival, {0.6, 0.4, 0.2, 0.0}, "survival", 1e-15);
    EXPECT_EQ(curve.at_risk, (std::vector<std::size_t>{5, 3, 2, 1}));
    EXPECT_EQ(curve.events, (std::vector<std::size_t>{2, 1, 1, 1}));
}

TEST(Survival, curve_of_lung_is_that_of_R) { // survfit(Surv(time, status == 2) ~ 1, lung, conf.type = "log-log")
    auto const curve = kaplan_meier(times_of(lung_time, lung_event));

    Values const at{11, 163, 310, 361, 883};
    Rows const r{{227, 176, 85, 70, 4},
                 {3, 3, 2, 1, 1},
                 {0.982456140350877, 0.766515703858413, 0.495024293180913, 0.427843516480976, 0.0503455680708105},
                 {0.953935230206082, 0.705846422655995, 0.424244072784757, 0.357027383610771, 0.0178661710928527},
                 {0.993379132789539, 0.816310420606175, 0.561795979140734, 0.496663779723018, 0.108662176030919},
                 {0.0176018239431177, 0.264795219729494, 0.69971942322491, 0.844413693987478, 2.8892674625218},
                 {0.0066062671477401, 0.202119814836567, 0.573845322148847, 0.696144237033472, 2.17489507081398},
                 {0.0468985281999227, 0.34690566310031, 0.853204256165748, 1.02426257183724, 3.83828469796609}};
    ASSERT_EQ(curve.time.size(), 186U);
    for (std::size_t k = 0; k < at.size(); ++k) {
        auto const i = static_cast<std::size_t>(std::find(curve.time.begin(), curve.time.end(), at[k]) - curve.time.begin());
        ASSERT_LT(i, curve.time.size());
        Values const ours{static_cast<double>(curve.at_risk[i]),
                          static_cast<double>(curve.events[i]),
                          curve.survival[i],
                          curve.low[i],
                          curve.high[i],
                          curve.hazard[i],
                          curve.hazard_low[i],
                          curve.hazard_high[i]};
        for (std::size_t column = 0; column < ours.size(); ++column)
            EXPECT_NEAR(ours[column], r[column][k], 1e-11 * std::max(1.0, r[column][k])) << "time " << at[k] << " column " << column;
    }
}

TEST(Survival, quartiles_and_restricted_mean_of_lung_are_those_of_R) { // quantile(fit), summary(fit, rmean = 500)
    auto const curve = kaplan_meier(times_of(lung_time, lung_event));

    EXPECT_EQ(numbers(quantile_time(curve, 0.25)), (Values{170, 144, 194}));
    EXPECT_EQ(numbers(quantile_time(curve, 0.5)), (Values{310, 284, 361}));
    EXPECT_EQ(numbers(quantile_time(curve, 0.75)), (Values{550, 457, 643}));
    EXPECT_NEAR(restricted_mean(curve, 500).value, 310.334436722258, 1e-9);
    EXPECT_NEAR(restricted_mean(curve, 500).standard_error, 11.246009598799, 1e-10);
}

TEST(Survival, restricted_mean_of_uncensored_times_is_their_mean_with_its_standard_error) {
    auto const mean_of_all = restricted_mean(kaplan_meier({{1, true}, {2, true}, {4, true}, {9, true}}), 9);

    Values const x{1, 2, 4, 9};
    EXPECT_NEAR(mean_of_all.value, 4.0, 1e-14);
    EXPECT_NEAR(mean_of_all.standard_error, std::sqrt(variance(x) * 3.0 / 4.0 / 4.0), 1e-14); // n, not n - 1, in the variance
}

TEST(Survival, a_level_met_for_a_while_is_reached_in_the_middle_of_it) {
    auto const falling = kaplan_meier({{1, true}, {2, true}, {4, true}, {5, true}});
    auto const staying = kaplan_meier({{1, true}, {2, true}, {4, false}, {5, false}});

    EXPECT_EQ(quantile_time(falling, 0.5).value, 3.0);
    EXPECT_EQ(quantile_time(staying, 0.5).value, 2.0);
    EXPECT_EQ(quantile_time(staying, 0.6).value, std::nullopt);
    EXPECT_EQ(quantile_time(staying, 0.5).high, std::nullopt);
}

TEST(Survival, the_curve_is_one_before_the_first_event_and_steps_at_the_event) {
    auto const curve = kaplan_meier({{2, true}, {3, false}, {5, true}, {7, false}});

    EXPECT_EQ(survival_at(curve, 0), 1.0);
    EXPECT_EQ(survival_at(curve, 1.999), 1.0);
    EXPECT_EQ(survival_at(curve, 2), 0.75);
    EXPECT_EQ(survival_at(curve, 5), 0.375);
    EXPECT_EQ(survival_at(curve, 100), 0.375);
}

TEST(Survival, persons_censored_at_a_grid_point_are_still_at_risk_there) {
    Times const times{{2, true}, {3, false}, {3, true}, {7, false}};

    EXPECT_EQ(at_risk(times, {0, 2, 3, 3.5, 7, 8}), (std::vector<std::size_t>{4, 4, 3, 1, 1, 0}));
    EXPECT_EQ(at_risk({}, {1}), (std::vector<std::size_t>{0}));
}

TEST(Survival, when_all_are_censored_the_survival_is_one_without_limits_or_median) {
    auto const curve = kaplan_meier({{1, false}, {2, false}, {2, false}});

    EXPECT_EQ(curve.survival, (Values{1, 1}));
    EXPECT_EQ(curve.hazard, (Values{0, 0}));
    EXPECT_TRUE(std::isnan(curve.low[1]) && std::isnan(curve.high[1]) && std::isnan(curve.hazard_high[1]));
    EXPECT_EQ(curve.censored, (std::vector<std::size_t>{1, 2}));
    EXPECT_EQ(quantile_time(curve, 0.5).value, std::nullopt);
    EXPECT_EQ(restricted_mean(curve, 2).value, 2.0);
    EXPECT_EQ(restricted_mean(curve, 2).standard_error, 0.0);
}

TEST(Survival, a_single_person_has_a_curve_of_one_step) {
    auto const curve = kaplan_meier({{3, true}});

    EXPECT_EQ(curve.survival, (Values{0}));
    EXPECT_EQ(quantile_time(curve, 0.5).value, 3.0);
    EXPECT_EQ(quantile_time(curve, 0.5).low, std::nullopt);
    EXPECT_EQ(restricted_mean(curve, 5).value, 3.0);
    EXPECT_TRUE(std::isnan(log_rank({Times{{3, true}}}).p));
}

TEST(Survival, broken_contracts_are_told) {
    auto const nan = std::numeric_limits<double>::quiet_NaN();

    EXPECT_THROW(kaplan_meier({}), nk::ContractError);
    EXPECT_THROW(kaplan_meier({{nan, true}}), nk::ContractError);
    EXPECT_THROW(kaplan_meier({{-1, true}}), nk::ContractError);
    EXPECT_THROW(kaplan_meier({{1, true}}, 1.0), nk::ContractError);
    EXPECT_THROW(cox_regression({{1, true}}, {{nan}}), nk::ContractError);
    EXPECT_THROW(cox_regression({{1, true}, {2, true}}, {{1.0}, {1.0, 2.0}}), nk::ContractError);
    EXPECT_THROW(cox_regression({{1, true}}, {{1.0}}, 0.95, {1, 2}), nk::ContractError);
    EXPECT_THROW(exact_proportion(3, 2), nk::ContractError);
    EXPECT_THROW(exact_proportion(0, 0), nk::ContractError);
}

TEST(Survival, log_rank_tests_of_lung_and_ovarian_are_those_of_R) {
    auto const ovarian_times = times_of(ovarian_time, ovarian_event);

    auto const lung = log_rank(split(times_of(lung_time, lung_event), lung_sex, 2));      // survdiff(Surv(time, status == 2) ~ sex, lung)
    auto const plain = log_rank(split(ovarian_times, ovarian_rx, 2));                     // survdiff(Surv(futime, fustat) ~ rx, ovarian)
    auto const stratified = log_rank(split(ovarian_times, ovarian_rx, 2, ovarian_resid)); // ... ~ rx + strata(resid.ds)

    expect_same({lung.chi_square, lung.degrees, lung.p}, {10.3267419548856, 1, 0.00131116452035549}, "lung", 1e-11);
    expect_same(lung.observed, {112, 53}, "lung observed");
    expect_same(lung.expected, {91.5817390295728, 73.4182609704272}, "lung expected", 1e-12);
    expect_same({plain.chi_square, plain.p}, {1.06273986129141, 0.302591116989095}, "ovarian", 1e-11);
    expect_same(plain.expected, {5.23353101714994, 6.76646898285006}, "ovarian expected", 1e-12);
    expect_same({stratified.chi_square, stratified.p}, {1.27964345120336, 0.257965340027947}, "strata", 1e-11);
    expect_same(stratified.expected, {5.09519647019647, 6.90480352980353}, "strata expected", 1e-12);
}

TEST(Survival, an_empty_group_does_not_change_a_log_rank_test) {
    Times const a{{1, true}, {4, true}, {6, false}, {8, true}};
    Times const b{{2, true}, {3, true}, {5, true}, {5, false}};

    auto const two = log_rank({a, b});
    auto const three = log_rank({a, Times{}, b});

    EXPECT_EQ(three.degrees, 1.0);
    EXPECT_NEAR(three.chi_square, two.chi_square, 1e-13);
    EXPECT_EQ(three.expected[1], 0.0);
}

TEST(Survival, without_events_a_log_rank_test_has_no_degree_and_no_p) {
    auto const none = log_rank({Times{{1, false}, {2, false}}, Times{{3, false}}});

    EXPECT_EQ(none.chi_square, 0.0);
    EXPECT_EQ(none.degrees, 0.0);
    EXPECT_TRUE(std::isnan(none.p));
    EXPECT_EQ(none.observed, (Values{0, 0}));
}

TEST(Survival, groups_of_strata_that_never_meet_are_not_compared) {
    Times const a{{1, true}, {4, true}, {6, false}};
    Times const b{{2, true}, {3, true}, {5, true}};

    auto const apart = log_rank({{a, b, {}, {}}, {{}, {}, a, b}});

    EXPECT_EQ(apart.degrees, 2.0);
    EXPECT_NEAR(apart.chi_square, 2.0 * log_rank({a, b}).chi_square, 1e-12);
}

TEST(Survival, log_rank_p_values_are_uniform_when_the_hazards_are_equal) {
    Values p;
    for (std::uint64_t study = 0; study < 500; ++study) {
        Random rng(7, study, Purpose::test);
        std::vector<Times> groups(3);
        for (auto& group : groups)
            for (int i = 0; i < 40; ++i) {
                auto const event = rng.exponential();
                auto const censored = 2.0 * rng.exponential();
                group.push_back({std::min(event, censored), event <= censored});
            }
        p.push_back(log_rank(groups).p);
    }

    EXPECT_GT(kolmogorov_smirnov(p, [](double x) { return x; }).p_value, 1e-4);
}

TEST(Survival, chi_square_tails_are_those_of_R) { // pchisq(c(0.3, 7, 60), k, lower.tail = FALSE)
    std::map<std::size_t, Values> const r{{1, {0.583882420770365, 0.0081509715935027, 9.48573757107385e-15}},
                                          {2, {0.860707976425058, 0.0301973834223185, 9.35762296884017e-14}},
                                          {3, {0.960028480306878, 0.0718977724964651, 5.87823072790691e-13}},
                                          {8, {0.999981285860337, 0.536632667900785, 4.66103200077929e-10}},
                                          {15, {0.999999999958689, 0.957649747332551, 2.52208507869614e-07}}};

    for (auto const& [degrees, tail] : r) {
        EXPECT_NEAR(chi_square_tail(0.3, degrees) / tail[0], 1.0, 1e-13);
        EXPECT_NEAR(chi_square_tail(7.0, degrees) / tail[1], 1.0, 1e-13);
        EXPECT_NEAR(chi_square_tail(60.0, degrees) / tail[2], 1.0, 1e-13);
        EXPECT_EQ(chi_square_tail(0.0, degrees), 1.0);
        EXPECT_EQ(chi_square_tail(infinity, degrees), 0.0);
    }
    EXPECT_NEAR(chi_square_tail(2000.0, 2000), 0.4957949, 1e-6); // pchisq(2000, 2000, lower.tail = FALSE)
}

TEST(Survival, exact_proportions_are_those_of_R) { // binom.test
    auto const some = exact_proportion(3, 17);
    auto const none = exact_proportion(0, 12);

    expect_same({some.value, some.low, some.high}, {3.0 / 17.0, 0.037985068070626, 0.434317872844284}, "3 of 17");
    expect_same({none.value, none.low, none.high}, {0.0, 0.0, 0.264648469397051}, "0 of 12");
}

TEST(Survival, the_interval_of_a_difference_is_that_of_Newcombe) { // 1998, Table II(a): 56/70 - 48/80: 0.0524 to 0.3339
    auto const difference = difference_of_proportions(56, 70, 48, 80);
    auto const turned = difference_of_proportions(48, 80, 56, 70);

    expect_same({difference.value, difference.low, difference.high}, {0.2, 0.0524314724023649, 0.333872654036906}, "Newcombe");
    expect_same({turned.value, turned.low, turned.high}, {-0.2, -0.333872654036906, -0.0524314724023649}, "turned");
}

} // namespace
