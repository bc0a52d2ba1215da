#pragma once
#include "nk/base/random.hpp"
#include "nk/numerics/survival.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

/// Tables of persons for the tests of survival.hpp. Numbers of R are printed by survival_of_r.R (R 4.2, survival 3.5-3).
namespace nk::test {

using Values = std::vector<double>;
using Times = std::vector<numerics::SurvivalTime>;
using Rows = std::vector<std::vector<double>>;
inline constexpr double infinity = std::numeric_limits<double>::infinity();

// Loprinzi et al. 1994, the set `lung` of R's package survival (228 persons; days, death, years, 1 male or 2 female).
inline std::vector<double> const lung_time{
    306, 455, 1010, 210, 883, 1022, 310, 361, 218, 166, 170, 654, 728, 71,  567, 144, 613, 707, 61,  88,  301, 81,  624, 371, 394, 520,
    574, 118, 390,  12,  473, 26,   533, 107, 53,  122, 814, 965, 93,  731, 460, 153, 433, 145, 583, 95,  303, 519, 643, 765, 735, 189,
    53,  246, 689,  65,  5,   132,  687, 345, 444, 223, 175, 60,  163, 65,  208, 821, 428, 230, 840, 305, 11,  132, 226, 426, 705, 363,
    11,  176, 791,  95,  196, 167,  806, 284, 641, 147, 740, 163, 655, 239, 88,  245, 588, 30,  179, 310, 477, 166, 559, 450, 364, 107,
    177, 156, 529,  11,  429, 351,  15,  181, 283, 201, 524, 13,  212, 524, 288, 363, 442, 199, 550, 54,  558, 207, 92,  60,  551, 543,
    293, 202, 353,  511, 267, 511,  371, 387, 457, 337, 201, 404, 222, 62,  458, 356, 353, 163, 31,  340, 229, 444, 315, 182, 156, 329,
    364, 291, 179,  376, 384, 268,  292, 142, 413, 266, 194, 320, 181, 285, 301, 348, 197, 382, 303, 296, 180, 186, 145, 269, 300, 284,
    350, 272, 292,  332, 285, 259,  110, 286, 270, 81,  131, 225, 269, 225, 243, 279, 276, 135, 79,  59,  240, 202, 235, 105, 224, 239,
    237, 173, 252,  221, 185, 92,   13,  222, 192, 183, 211, 175, 197, 203, 116, 188, 191, 105, 174, 177};
inline std::vector<double> const lung_event{
    1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0,
    0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1,
    1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
inline std::vector<double> const lung_age{
    74, 68, 56, 57, 60, 74, 68, 71, 53, 61, 57, 68, 68, 60, 57, 67, 70, 63, 56, 57, 67, 49, 50, 58, 72, 70, 60, 70, 53, 74, 69, 73, 48,
    60, 61, 62, 65, 66, 74, 64, 70, 73, 59, 60, 68, 76, 74, 63, 74, 50, 72, 63, 68, 58, 59, 62, 65, 57, 58, 64, 75, 48, 73, 65, 69, 68,
    67, 64, 68, 67, 63, 48, 74, 40, 53, 71, 51, 56, 81, 73, 59, 55, 42, 44, 44, 71, 62, 61, 44, 72, 63, 70, 66, 57, 69, 72, 69, 71, 64,
    70, 58, 69, 56, 63, 59, 66, 54, 67, 55, 75, 69, 44, 80, 75, 54, 76, 49, 68, 66, 80, 75, 60, 69, 72, 70, 66, 50, 64, 77, 48, 59, 53,
    47, 55, 67, 74, 58, 56, 54, 56, 73, 74, 76, 65, 57, 53, 71, 54, 82, 59, 70, 60, 62, 53, 55, 69, 68, 62, 63, 56, 62, 44, 69, 63, 64,
    57, 60, 46, 61, 65, 61, 58, 56, 43, 53, 59, 56, 55, 53, 74, 60, 39, 66, 65, 51, 45, 72, 58, 64, 53, 72, 52, 50, 64, 71, 70, 63, 64,
    52, 60, 64, 73, 63, 50, 63, 62, 55, 50, 69, 59, 60, 67, 69, 64, 65, 65, 41, 76, 70, 57, 67, 71, 76, 77, 39, 75, 66, 58};
inline std::vector<double> const lung_sex{1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1,
                                          2, 1, 2, 1, 2, 1, 2, 1, 2, 2, 2, 1, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 2, 1, 2, 2, 2, 1, 1, 2, 1, 1,
                                          2, 2, 1, 1, 1, 2, 1, 1, 2, 2, 2, 2, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1, 2, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1,
                                          2, 2, 2, 1, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 2, 2, 2, 1,
                                          1, 2, 1, 2, 2, 1, 1, 1, 2, 1, 1, 2, 1, 2, 1, 1, 1, 2, 1, 1, 2, 2, 1, 1, 2, 1, 1, 2, 2, 2, 1, 1, 1,
                                          2, 2, 1, 1, 1, 1, 2, 1, 2, 1, 2, 1, 2, 2, 2, 1, 1, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1,
                                          2, 1, 2, 1, 2, 2, 2, 1, 2, 2, 1, 2, 2, 1, 1, 2, 1, 1, 2, 1, 2, 2, 1, 2, 1, 1, 1, 2, 1, 2};
// Edmunson et al. 1979, the set `ovarian` (26 persons; days, death, years, treatment, residual disease).
inline std::vector<double> const ovarian_time{59,  115, 156, 421,  431,  448,  464,  475,  477, 563, 638, 744, 769,
                                              770, 803, 855, 1040, 1106, 1129, 1206, 1227, 268, 329, 353, 365, 377};
inline std::vector<double> const ovarian_event{1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0};
inline std::vector<double> const ovarian_age{72.3315, 74.4932, 66.4658, 53.3644, 50.3397, 56.4301, 56.937,  59.8548, 64.1753,
                                             55.1781, 56.7562, 50.1096, 59.6301, 57.0521, 39.2712, 43.1233, 38.8932, 44.6,
                                             53.9068, 44.2055, 59.589,  74.5041, 43.137,  63.2192, 64.4247, 58.3096};
inline std::vector<double> const ovarian_rx{1, 1, 1, 2, 1, 1, 2, 2, 1, 2, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 2, 1, 1, 2, 2, 2};
inline std::vector<int> const ovarian_resid{2, 2, 2, 2, 2, 1, 2, 2, 2, 1, 1, 1, 2, 2, 1, 1, 2, 1, 1, 2, 1, 2, 2, 1, 2, 1};
inline Times times_of(Values const& time, Values const& event) {
    Times out;
    for (std::size_t i = 0; i < time.size(); ++i)
        out.push_back({time[i], event[i] == 1.0});
    return out;
}

inline Rows rows_of(Values const& a, Values const& b) {
    Rows out;
    for (std::size_t i = 0; i < a.size(); ++i)
        out.push_back({a[i], b[i]});
    return out;
}

/// groups[g]: the persons whose label is g + 1.
inline std::vector<Times> split(Times const& times, Values const& label, std::size_t groups) {
    std::vector<Times> out(groups);
    for (std::size_t i = 0; i < times.size(); ++i)
        out[static_cast<std::size_t>(label[i]) - 1].push_back(times[i]);
    return out;
}

inline std::vector<std::vector<Times>> split(Times const& times, Values const& label, std::size_t groups, std::vector<int> const& stratum) {
    std::vector<std::vector<Times>> out(2, std::vector<Times>(groups));
    for (std::size_t i = 0; i < times.size(); ++i)
        out[static_cast<std::size_t>(stratum[i]) - 1][static_cast<std::size_t>(label[i]) - 1].push_back(times[i]);
    return out;
}

/// Equal within the relative error (absolute below 1e-3); NaN equals NaN.
inline void expect_same(Values const& ours, Values const& theirs, std::string const& what, double relative = 1e-9) {
    ASSERT_EQ(ours.size(), theirs.size()) << what;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (std::isnan(theirs[i]))
            EXPECT_TRUE(std::isnan(ours[i])) << what << " " << i << ": " << ours[i];
        else
            EXPECT_NEAR(ours[i], theirs[i], relative * std::max(std::abs(theirs[i]), 1e-3)) << what << " " << i;
    }
}

inline Values numbers(std::vector<std::size_t> const& counts) {
    return {counts.begin(), counts.end()};
}

inline Values numbers(numerics::Median const& median) {
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    return {median.value.value_or(nan), median.low.value_or(nan), median.high.value_or(nan)};
}

/// A table with ties and censoring: group 1 to 3, x1 = group 1, x2 normal, stratum 1 or 2.
struct Table {
    Times times;
    Values group;
    Rows covariates;
    std::vector<int> stratum;
};

inline Table random_table(std::uint64_t index) {
    Random rng(20261123, index, Purpose::test);
    Table out;
    auto const persons = 30 + rng.below(60);
    for (std::uint64_t i = 0; i < persons; ++i) {
        auto const group = static_cast<double>(1 + rng.below(3));
        auto const x2 = std::round(rng.normal() * 1000.0) / 1000.0;
        auto const until = std::ceil(8.0 * rng.exponential() * std::exp(-0.4 * x2 + 0.3 * (group == 1.0)));
        auto const censored = std::ceil(14.0 * rng.exponential());
        out.times.push_back({std::min(until, censored), until <= censored});
        out.group.push_back(group);
        out.covariates.push_back({group == 1.0 ? 1.0 : 0.0, x2});
        out.stratum.push_back(static_cast<int>(1 + rng.below(2)));
    }
    return out;
}

inline Table permuted(Table const& table, std::uint64_t seed) {
    Random rng(seed, 0, Purpose::test);
    auto out = table;
    for (auto i = table.times.size(); i > 1; --i) {
        auto const j = rng.below(i);
        std::swap(out.times[i - 1], out.times[j]);
        std::swap(out.group[i - 1], out.group[j]);
        std::swap(out.covariates[i - 1], out.covariates[j]);
        std::swap(out.stratum[i - 1], out.stratum[j]);
    }
    return out;
}

} // namespace nk::test
