#include "nk/study/hazard_report.hpp"

#include "nk/formats/report/page.hpp"
#include "nk/study/cohort_statistics.hpp"
#include "nk/study/hazard_cohort.hpp"
#include "nk/study/report_parts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace nk::study {
namespace {

using namespace formats::report;

/// One third of activity in one arm.
struct ThirdRate {
    std::string arm;
    int third = 1; ///< 1 is the lowest
    double cancers = 0.0, years = 0.0;
    RateRatio ratio{1.0, 1.0, 1.0}; ///< against the lowest third; NaN without cancers in one of the two
};

ThirdRate rate_of_third(Table const& counts, std::string const& label, int t) {
    auto const &arm = column_words(counts, "TRTP"), &sex = column_words(counts, "SEX");
    auto const &third = column_numbers(counts, "third"), &age = column_numbers(counts, "age_from");
    auto const &cancers = column_numbers(counts, "cancers"), &years = column_numbers(counts, "person_years");
    ThirdRate out{label, t};
    std::map<std::pair<double, std::string>, RateStratum> strata;
    for (std::size_t i = 0; i < arm.size(); ++i) {
        if (arm[i] != label)
            continue;
        auto& stratum = strata[{age[i], sex[i]}];
        if (third[i] == t) {
            out.cancers += cancers[i];
            out.years += years[i];
            stratum.events += cancers[i];
            stratum.time += years[i];
        }
        if (third[i] == 1.0) {
            stratum.reference_events += cancers[i];
            stratum.reference_time += years[i];
        }
    }
    std::vector<RateStratum> list;
    for (auto const& entry : strata)
        list.push_back(entry.second);
    if (t > 1)
        out.ratio = mantel_haenszel(list);
    return out;
}

std::string rate_ratio_text(RateRatio const& ratio) {
    return std::isnan(ratio.value) ? not_estimable : fmt::format("{:.2f} ({:.2f}-{:.2f})", ratio.value, ratio.low, ratio.high);
}

Table rates_table(std::vector<ThirdRate> const& rates) {
    Table out{"rates", {}};
    std::vector<std::string> arms;
    for (auto const& one : rates)
        arms.push_back(one.arm);
    out.add("TRTP", std::move(arms));
    auto const number = [&](char const* name, char const* unit, auto const& of) {
        std::vector<double> values;
        for (auto const& one : rates)
            values.push_back(of(one));
        out.add(name, unit, std::move(values));
    };
    number("third_of_activity", "1", [](auto const& one) { return static_cast<double>(one.third); });
    number("cancers", "1", [](auto const& one) { return one.cancers; });
    number("person_years", "year", [](auto const& one) { return one.years; });
    number("rate_ratio", "1", [](auto const& one) { return one.ratio.value; });
    number("low_95", "1", [](auto const& one) { return one.ratio.low; });
    number("high_95", "1", [](auto const& one) { return one.ratio.high; });
    return out;
}

Chart thirds_chart(std::vector<ThirdRate> const& rates) {
    Chart out;
    out.heading = {"Cancer by third of NK activity", "Mantel-Haenszel rate ratios over age and sex, with 95 % intervals. Lowest third = 1.",
                   Evidence::illustrative};
    out.x_axis.title = "third of NK activity (1 = lowest)";
    out.x_axis.ticks_at = {1.0, 2.0, 3.0};
    out.y_axis.title = "rate ratio of cancer";
    for (auto const& one : rates) {
        if (one.third == 1) {
            out.series.emplace_back();
            out.series.back().label = one.arm;
            out.series.back().style = SeriesStyle::line_points;
        }
        auto& line = out.series.back();
        line.x.push_back(one.third);
        line.y.push_back(one.ratio.value);
        line.low.push_back(one.ratio.low);
        line.high.push_back(one.ratio.high);
    }
    return out;
}

std::string thirds_answer(double people, RateRatio const& middle, RateRatio const& highest) {
    if (std::isnan(middle.value) || std::isnan(highest.value))
        return fmt::format("Of {:.0f} persons too few get cancer: rate ratios of thirds of NK activity are {}.", people, not_estimable);
    return fmt::format(
        "Of {:.0f} persons, those in the middle and the highest third of NK activity get cancer {:.2f} and {:.2f} times as often "
        "as those in the lowest (an association that the law repeats, with numbers published as an illustration of it; not a "
        "prediction, not a cause).",
        people, middle.value, highest.value);
}

} // namespace

StudyWords hazard_result(scenario::CohortScenario const& scenario, std::vector<std::string> const& arms, MergedJobs const& merged,
                         nlohmann::json summary) {
    auto const& counts = table_named(merged, "counts");
    std::vector<ThirdRate> rates;
    for (auto const& label : arms)
        for (int t = 1; t <= 3; ++t)
            rates.push_back(rate_of_third(counts, label, t));
    StudyWords out;
    out.summary = std::move(summary);
    out.summary["model"] = "hazard";
    out.summary["seed"] = static_cast<std::uint64_t>(scenario.seed);
    auto const json = [](double value) { return std::isnan(value) ? nlohmann::json() : nlohmann::json(value); };
    for (auto const& one : rates) {
        out.words += fmt::format("{:24} third {}  {:>9.0f} cancers in {:>12.0f} years  rate ratio {}\n", one.arm, one.third, one.cancers,
                                 one.years, rate_ratio_text(one.ratio));
        out.summary["rates"].push_back({{"arm", one.arm},
                                        {"third", one.third},
                                        {"cancers", one.cancers},
                                        {"rate_ratio", json(one.ratio.value)},
                                        {"low", json(one.ratio.low)},
                                        {"high", json(one.ratio.high)}});
    }
    Page page(scenario.title.empty() ? "Cohort" : scenario.title, scenario.question,
              thirds_answer(scenario.cohort.people, rates[1].ratio, rates[2].ratio));
    auto table = rates_table(rates);
    page.add_figure(thirds_chart(rates), "rates.csv");
    page.add_table("Cancers", table);
    page.set_weakest_evidence(weakest_of_therapy);
    page.set_limits(cohort_limits());
    page.set_reproduction(reproduction_of(out.summary));
    out.report = page.html();
    out.tables = {std::move(table)};
    return out;
}

} // namespace nk::study
