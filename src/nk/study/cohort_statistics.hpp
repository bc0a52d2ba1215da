#pragma once
#include "nk/base/table.hpp"
#include "nk/numerics/survival.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nk::study {

/// Times to one kind of event in all arms.
struct Endpoint {
    std::string code;  ///< PARAMCD
    std::string title; ///< "Survival"
    struct Arm {
        std::string label;
        std::vector<numerics::SurvivalTime> times; ///< [day]
        numerics::SurvivalCurve curve;
        numerics::Median median;
        std::size_t events = 0;
        double hazard_ratio = 1.0, low = 1.0, high = 1.0; ///< against the first arm
    };
    std::vector<Arm> arms;
    std::optional<numerics::LogRank> log_rank; ///< of all arms; none when there is one arm or no event
};

/// Shares of patients in one arm.
struct ResponseRates {
    std::string arm;
    std::size_t patients = 0;
    numerics::Proportion complete, responding, expanded, crs;
};

std::vector<Endpoint> endpoints_of(Table const& adtte, std::vector<std::string> const& arms);
std::vector<ResponseRates> response_rates_of(Table const& adrs, std::vector<std::string> const& arms);
/// Tables `km` (curves) and `statistics`.
std::vector<Table> statistics_tables(std::vector<Endpoint> const& endpoints, std::vector<ResponseRates> const& rates);

std::vector<double> const& column_numbers(Table const& table, std::string const& column);
std::vector<std::string> const& column_words(Table const& table, std::string const& column);

} // namespace nk::study
