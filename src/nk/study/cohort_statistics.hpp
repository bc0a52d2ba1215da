#pragma once
#include "nk/base/table.hpp"
#include "nk/numerics/survival.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace nk::study {

inline constexpr char const* not_estimable = "not estimable";

/// A share with its interval; none where it is a share of nobody.
using Share = std::optional<numerics::Proportion>;
/// successes of n with the exact interval; none when n is 0
Share share_of(std::size_t successes, std::size_t n);
/// "12 % (95 % interval 3 to 27 %)", or that it is not estimable
std::string share_text(Share const& share);
/// Value, low and high for a table: NaN where there is none.
std::array<double, 3> share_numbers(Share const& share);

struct HazardRatio {
    double value, low, high;
};
/// "0.74 (0.70-0.78)", or that it is not estimable
std::string ratio_text(std::optional<HazardRatio> const& ratio);

/// Times to one kind of event in all arms.
struct Endpoint {
    std::string code;  ///< PARAMCD
    std::string title; ///< "Survival"
    std::string event; ///< "died"
    struct Arm {
        std::string label;
        std::vector<numerics::SurvivalTime> times; ///< [day]
        numerics::SurvivalCurve curve;
        numerics::Median median;
        std::size_t events = 0;
        /// Against the first arm; none for the first arm itself, and where one of the two has no event: then it is not estimable.
        std::optional<HazardRatio> hazard_ratio;
    };
    std::vector<Arm> arms;
    std::optional<numerics::LogRank> log_rank; ///< of all arms; none when there is one arm or no event
};

/// Shares of patients in one arm.
struct ResponseRates {
    std::string arm;
    std::size_t patients = 0;
    Share complete, responding; ///< none without a tumour
    Share expanded;             ///< none without infused cells
    Share crs;
    Share bag_short; ///< for one dose at least; none without infused cells
};

std::vector<Endpoint> endpoints_of(Table const& adtte, std::vector<std::string> const& arms);
std::vector<ResponseRates> response_rates_of(Table const& adrs, std::vector<std::string> const& arms);
/// Tables `km` (curves) and `statistics`.
std::vector<Table> statistics_tables(std::vector<Endpoint> const& endpoints, std::vector<ResponseRates> const& rates);

std::vector<double> const& column_numbers(Table const& table, std::string const& column);
std::vector<std::string> const& column_words(Table const& table, std::string const& column);

} // namespace nk::study
