#include "base/moments.hpp"
#include "nk/base/error.hpp"
#include "nk/base/random.hpp"
#include "nk/numerics/survival.hpp"
#include "numerics/survival_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace nk::numerics;
using namespace nk::test;
using nk::Purpose;
using nk::Random;

/// coefficient, standard error, p and interval of all covariates, likelihoods, tests; as in `cox_of` of the R script.
void expect_cox(Cox const& cox, std::map<std::string, Values> const& r, std::string const& what, double relative) {
    EXPECT_TRUE(cox.converged) << what;
    EXPECT_EQ(cox.warning, "") << what;
    expect_same(cox.coefficient, r.at("coefficient"), what + " coefficient", relative);
    expect_same(cox.standard_error, r.at("standard_error"), what + " standard error", relative);
    expect_same(cox.p, r.at("p"), what + " p", relative);
    expect_same(cox.low, r.at("low"), what + " low", relative);
    expect_same(cox.high, r.at("high"), what + " high", relative);
    expect_same({cox.log_likelihood, cox.null_log_likelihood}, r.at("log_likelihood"), what + " likelihood", relative);
    expect_same({cox.score_test, cox.wald_test, cox.likelihood_ratio}, r.at("tests"), what + " tests", relative);
}

TEST(Survival, cox_regression_of_lung_is_that_of_R) { // coxph(Surv(time, status == 2) ~ age + sex, lung)
    auto const cox = cox_regression(times_of(lung_time, lung_event), rows_of(lung_age, lung_sex));

    expect_cox(cox,
               {{"coefficient", {0.0170453318501651, -0.513218519836182}},
                {"standard_error", {0.00922327347725708, 0.167457962436242}},
                {"p", {0.0645910120633418, 0.00217844493879888}},
                {"low", {0.998968580294516, 0.431093577560292}},
                {"high", {1.03574669980516, 0.831098512237977}},
                {"log_likelihood", {-742.848245783771, -749.909801390395}},
                {"tests", {13.7223214895153, 13.4732495469599, 14.1231112132466}}},
               "lung", 1e-10);
    EXPECT_EQ(cox.degrees, 2.0);
}

TEST(Survival, cox_regression_of_ovarian_with_and_without_strata_is_that_of_R) { // coxph(Surv(futime, fustat) ~ age + rx, ovarian)
    auto const times = times_of(ovarian_time, ovarian_event);

    auto const plain = cox_regression(times, rows_of(ovarian_age, ovarian_rx));
    auto const stratified = cox_regression(times, rows_of(ovarian_age, ovarian_rx), 0.95, ovarian_resid); // + strata(resid.ds)

    expect_cox(plain,
               {{"coefficient", {0.147326595469114, -0.803973012665114}},
                {"standard_error", {0.0461470477408026, 0.63204937187945}},
                {"p", {0.0014102423942954, 0.203369627452367}},
                {"low", {1.05852882579423, 0.129669416411279}},
                {"high", {1.26842141502431, 1.54468652399048}},
                {"log_likelihood", {-27.0418988630084, -34.9849403711626}},
                {"tests", {18.5571233836198, 13.467506895286, 15.8860830163083}}},
               "ovarian", 1e-10);
    expect_cox(stratified,
               {{"coefficient", {0.115424646732911, -0.651035358834845}},
                {"standard_error", {0.0459221250491414, 0.630975126110384}},
                {"p", {0.0119544313533759, 0.302169366132075}},
                {"low", {1.02574475145879, 0.151416057855111}},
                {"high", {1.22805345379029, 1.79616379117765}},
                {"log_likelihood", {-22.049125454327, -27.3378020272561}},
                {"tests", {11.1382845327807, 8.71644827571425, 10.5773531458584}}},
               "strata", 1e-10);
}

TEST(Survival, without_ties_the_score_test_of_two_groups_is_the_log_rank_test) {
    Times times;
    Values group;
    Rows covariates;
    Random rng(3, 0, Purpose::test);
    for (int i = 0; i < 60; ++i) {
        times.push_back({rng.exponential(), rng.uniform() < 0.7});
        group.push_back(static_cast<double>(1 + i % 2));
        covariates.push_back({group.back()});
    }

    EXPECT_NEAR(cox_regression(times, covariates).score_test, log_rank(split(times, group, 2)).chi_square, 1e-10);
}

TEST(Survival, T26_a_hazard_ratio_of_exponential_times_lies_in_its_interval_as_often_as_it_says) {
    auto const log_ratio = std::log(1.8);
    constexpr int studies = 4000; // so that most_z standard errors fit within 0.93 to 0.97
    auto inside = 0;
    Moments z;
    for (int study = 0; study < studies; ++study) {
        Random rng(26, static_cast<std::uint64_t>(study), Purpose::test);
        Times times;
        Rows covariates;
        for (int i = 0; i < 120; ++i) {
            auto const x = i % 2 == 0 ? 0.0 : 1.0;
            auto const event = rng.exponential() * std::exp(-log_ratio * x);
            auto const censored = 2.5 * rng.exponential();
            times.push_back({std::min(event, censored), event <= censored});
            covariates.push_back({x});
        }
        auto const cox = cox_regression(times, covariates);
        inside += std::log(cox.low[0]) <= log_ratio && log_ratio <= std::log(cox.high[0]);
        z.add((cox.coefficient[0] - log_ratio) / cox.standard_error[0]);
    }

    auto const coverage = inside / static_cast<double>(studies);
    auto const standard_error = std::sqrt(0.95 * 0.05 / studies);
    RecordProperty("coverage", std::to_string(coverage));
    EXPECT_LT(std::abs(coverage - 0.95), most_z * standard_error) << coverage;
    EXPECT_GT(coverage, 0.93);
    EXPECT_LT(coverage, 0.97);
    EXPECT_LT(std::abs(z.z(0.0)), most_z) << z.mean(); // the bias of the estimate is below what this many studies show
    EXPECT_NEAR(z.variance(), 1.0, most_z * std::sqrt(2.0 / studies));
}

TEST(Survival, a_covariate_that_separates_the_events_has_an_infinite_coefficient_and_a_warning) {
    Times const times{{1, true}, {2, true}, {3, true}, {4, true}, {5, false}, {6, false}, {7, true}, {8, false}};
    Rows const covariates{{1, 0.3}, {1, -1.0}, {1, 0.4}, {1, 0.1}, {0, 0.2}, {0, -0.7}, {0, 0.9}, {0, 0.8}};

    auto const cox = cox_regression(times, covariates);
    auto const turned = cox_regression(times, {{0}, {0}, {0}, {0}, {5}, {5}, {5}, {5}});

    EXPECT_FALSE(cox.converged);
    EXPECT_NE(cox.warning.find("no maximum in covariate 1:"), std::string::npos) << cox.warning;
    EXPECT_EQ(cox.coefficient[0], infinity);
    EXPECT_EQ(cox.high[0], infinity);
    EXPECT_TRUE(std::isnan(cox.wald_test));
    EXPECT_TRUE(std::isfinite(cox.coefficient[1]) && cox.standard_error[1] > 0.0);
    EXPECT_GT(cox.likelihood_ratio, 0.0);
    EXPECT_EQ(turned.coefficient[0], -infinity);
    EXPECT_EQ(turned.hazard_ratio[0], 0.0);
    EXPECT_NEAR(turned.log_likelihood, -std::log(4.0 * 3.0 * 2.0 * 2.0), 1e-8); // each dies first of her kind; then one of two
}

TEST(Survival, a_covariate_that_orders_all_events_perfectly_is_told_too) {
    Times const times{{5, true}, {4, true}, {3, true}, {2, true}, {1, true}};

    auto const cox = cox_regression(times, {{1}, {2}, {3}, {4}, {5}});

    EXPECT_EQ(cox.coefficient[0], infinity);
    EXPECT_NEAR(cox.log_likelihood, 0.0, 1e-9);
    EXPECT_NEAR(cox.null_log_likelihood, -std::log(120.0), 1e-12);
}

TEST(Survival, a_large_but_finite_coefficient_is_not_taken_for_infinite) {
    Times times;
    Rows covariates;
    for (int i = 0; i < 400; ++i) { // all with the covariate die before those without, but for one
        times.push_back({i == 399 ? 0.5 : 1.0 + i, true});
        covariates.push_back({i < 200 ? 1.0 : 0.0});
    }

    auto const cox = cox_regression(times, covariates);

    EXPECT_TRUE(cox.converged) << cox.warning;
    EXPECT_GT(cox.coefficient[0], 5.0);
    EXPECT_LT(cox.coefficient[0], 8.0);
    EXPECT_NEAR(cox.wald_test, std::pow(cox.coefficient[0] / cox.standard_error[0], 2), 1e-9);
}

/// How the likelihood of one covariate behaves, by its definition: 0 flat, 1 rising or -1 falling without end, 2 with a maximum.
int shape_of_likelihood(Times const& times, Values const& x) {
    auto rises = true;
    auto falls = true;
    for (std::size_t i = 0; i < times.size(); ++i)
        for (std::size_t j = 0; j < times.size(); ++j)
            if (times[i].event && times[j].time >= times[i].time) {
                rises = rises && x[j] <= x[i];
                falls = falls && x[j] >= x[i];
            }
    return rises && falls ? 0 : rises ? 1 : falls ? -1 : 2;
}

TEST(Survival, infinite_coefficients_are_found_exactly_where_the_likelihood_has_no_maximum) {
    std::map<int, int> seen;
    for (std::uint64_t study = 0; study < 3000; ++study) {
        Random rng(11, study, Purpose::test);
        Times times;
        Values x;
        Rows covariates;
        auto const persons = 2 + rng.below(8);
        for (std::uint64_t i = 0; i < persons; ++i) {
            x.push_back(std::round(2.0 * rng.uniform()));
            auto const time = 1.0 + static_cast<double>(rng.below(6)) - x.back();
            times.push_back({std::max(time, 0.0), rng.uniform() < 0.6});
            covariates.push_back({x.back()});
        }

        auto const cox = cox_regression(times, covariates);

        auto const shape = shape_of_likelihood(times, x);
        auto const b = cox.coefficient[0];
        EXPECT_EQ(std::isnan(b) ? 0 : b == infinity ? 1 : b == -infinity ? -1 : 2, shape) << study << " " << b;
        EXPECT_EQ(cox.converged, shape == 2) << study;
        EXPECT_EQ(cox.warning.empty(), shape == 2) << study;
        ++seen[shape];
    }
    EXPECT_TRUE(seen[-1] > 50 && seen[0] > 50 && seen[1] > 50 && seen[2] > 50);
}

TEST(Survival, a_covariate_that_follows_from_others_or_never_varies_is_left_out_and_told) {
    auto const times = times_of(ovarian_time, ovarian_event);
    Rows covariates;
    for (std::size_t i = 0; i < times.size(); ++i)
        covariates.push_back({ovarian_age[i], 0.7, ovarian_rx[i], 2.0 * ovarian_age[i] - ovarian_rx[i]});

    auto const cox = cox_regression(times, covariates);

    EXPECT_NEAR(cox.coefficient[0], 0.147326595469114, 1e-10);
    EXPECT_NEAR(cox.coefficient[2], -0.803973012665114, 1e-9);
    EXPECT_TRUE(std::isnan(cox.coefficient[1]) && std::isnan(cox.coefficient[3]));
    EXPECT_EQ(cox.degrees, 2.0);
    EXPECT_NE(cox.warning.find("covariates 2 and 4 left out"), std::string::npos) << cox.warning;
}

TEST(Survival, a_covariate_constant_within_each_stratum_is_left_out) {
    auto const times = times_of(ovarian_time, ovarian_event);
    Rows covariates;
    for (auto const label : ovarian_resid)
        covariates.push_back({100.0 + label});

    auto const cox = cox_regression(times, covariates, 0.95, ovarian_resid);

    EXPECT_TRUE(std::isnan(cox.coefficient[0]));
    EXPECT_FALSE(cox.converged);
}

TEST(Survival, without_events_or_with_one_person_cox_regression_knows_nothing_and_says_so) {
    auto const none = cox_regression({{1, false}, {2, false}, {3, false}}, {{1}, {0}, {2}});
    auto const one = cox_regression({{1, true}}, {{1}});

    EXPECT_TRUE(std::isnan(none.coefficient[0]) && std::isnan(none.p[0]) && std::isnan(none.score_test));
    EXPECT_NE(none.warning.find("nobody has the event"), std::string::npos);
    EXPECT_FALSE(none.converged);
    EXPECT_EQ(none.log_likelihood, 0.0);
    EXPECT_TRUE(std::isnan(one.coefficient[0]));
    EXPECT_NE(one.warning, "");
}

TEST(Survival, the_order_of_the_persons_changes_no_bit) {
    auto const table = random_table(100);
    auto const other = permuted(table, 5);

    auto const a = cox_regression(table.times, table.covariates, 0.9, table.stratum);
    auto const b = cox_regression(other.times, other.covariates, 0.9, other.stratum);

    EXPECT_EQ(a.coefficient, b.coefficient);
    EXPECT_EQ(a.p, b.p);
    EXPECT_EQ(a.log_likelihood, b.log_likelihood);
    EXPECT_EQ(kaplan_meier(table.times).low, kaplan_meier(other.times).low);
    EXPECT_EQ(log_rank(split(table.times, table.group, 3)).p, log_rank(split(other.times, other.group, 3)).p);
}

TEST(Survival, the_units_of_time_and_covariates_change_no_p_value) {
    auto table = random_table(101);
    auto scaled = table;
    for (auto& one : scaled.times)
        one.time *= 24.0;
    auto other_units = table.covariates;
    for (auto& row : other_units)
        row[1] = 1e6 + 1e-3 * row[1];

    auto const cox = cox_regression(table.times, table.covariates);
    auto const in_hours = cox_regression(scaled.times, table.covariates);
    auto const in_units = cox_regression(table.times, other_units);

    EXPECT_EQ(cox.p, in_hours.p);
    EXPECT_EQ(log_rank(split(table.times, table.group, 3)).p, log_rank(split(scaled.times, table.group, 3)).p);
    EXPECT_EQ(kaplan_meier(table.times).survival, kaplan_meier(scaled.times).survival);
    EXPECT_NEAR(in_units.p[1] / cox.p[1], 1.0, 1e-4); // 1e6 + 1e-3 keeps 7 digits
    EXPECT_NEAR(in_units.coefficient[1] * 1e-3, cox.coefficient[1], 1e-4 * std::abs(cox.coefficient[1]));
}

std::map<std::string, Values> results_of_r(std::string const& file) {
    std::map<std::string, Values> out;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string table;
        std::string name;
        words >> table >> name;
        for (std::string word; words >> word;)
            out[table + " " + name].push_back(word == "nan" ? std::numeric_limits<double>::quiet_NaN() : std::stod(word));
    }
    return out;
}

void expect_table(Table const& table, std::map<std::string, Values> const& all, std::string const& label) {
    auto const r = [&](std::string const& name) { return all.at(label + " " + name); };
    auto const curve = kaplan_meier(table.times);
    std::map<std::string, Values> const ours{{"time", curve.time},
                                             {"at_risk", numbers(curve.at_risk)},
                                             {"events", numbers(curve.events)},
                                             {"survival", curve.survival},
                                             {"censored", numbers(curve.censored)},
                                             {"low", curve.low},
                                             {"high", curve.high},
                                             {"hazard", curve.hazard},
                                             {"hazard_low", curve.hazard_low},
                                             {"hazard_high", curve.hazard_high}};
    for (auto const& [name, values] : ours)
        expect_same(values, r("curve_" + name), label + " " + name, 1e-10);
    expect_same(numbers(quantile_time(curve, 0.5)), r("median"), label + " median");
    auto const area = restricted_mean(curve, 7.5);
    expect_same({area.value, area.standard_error}, r("mean"), label + " mean", 1e-10);
    std::map<std::string, LogRank> const tests{{"plain_", log_rank(split(table.times, table.group, 3))},
                                               {"stratified_", log_rank(split(table.times, table.group, 3, table.stratum))}};
    for (auto const& [name, test] : tests) {
        expect_same({test.chi_square, test.degrees, test.p}, r(name + "chi"), label + " " + name, 1e-8);
        expect_same(test.observed, r(name + "observed"), label + " " + name, 1e-12);
        expect_same(test.expected, r(name + "expected"), label + " " + name, 1e-10);
    }
    for (std::string const prefix : {"cox_", "stratified_cox_"}) {
        std::map<std::string, Values> expected;
        for (std::string const name : {"coefficient", "standard_error", "p", "low", "high", "log_likelihood", "tests"})
            expected[name] = r(prefix + name);
        auto const strata = prefix == "cox_" ? std::vector<int>{} : table.stratum;
        expect_cox(cox_regression(table.times, table.covariates, 0.95, strata), expected, label + " " + prefix, 1e-7);
    }
}

struct TestFolder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("nk-survival-" + std::to_string(::getpid()));
    TestFolder() { std::filesystem::create_directories(path); }
    TestFolder(TestFolder const&) = delete;
    TestFolder& operator=(TestFolder const&) = delete;
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

TEST(Survival, twenty_random_tables_give_what_R_gives) {
    TestFolder const folder;
    auto const tables = (folder.path / "tables.csv").string();
    auto const results = (folder.path / "results.txt").string();
    {
        std::ofstream out(tables);
        out.precision(17);
        out << "table,time,event,group,x1,x2,stratum\n";
        for (std::uint64_t k = 0; k < 20; ++k) {
            auto const t = random_table(k);
            for (std::size_t i = 0; i < t.times.size(); ++i)
                out << k << ',' << t.times[i].time << ',' << t.times[i].event << ',' << t.group[i] << ',' << t.covariates[i][0] << ','
                    << t.covariates[i][1] << ',' << t.stratum[i] << '\n';
        }
    }

    auto const command = "Rscript '" NK_SOURCE_DIR "/tests/numerics/survival_of_r.R' '" + tables + "' '" + results + "' 2> /dev/null";
    auto const status = WEXITSTATUS(std::system(command.c_str()));
    if (status == 127 || status == 77) // of the shell without Rscript, of the script without the package
        GTEST_SKIP() << "no Rscript with the package survival on PATH";
    ASSERT_EQ(status, 0);

    auto const r = results_of_r(results);
    for (std::uint64_t k = 0; k < 20; ++k)
        expect_table(random_table(k), r, std::to_string(k));
}

} // namespace
