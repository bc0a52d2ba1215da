#include "nk/study/cohort_statistics.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace nk::study {
namespace {

TableColumn const& column_of(Table const& table, std::string const& name) {
    auto const found = std::find_if(table.columns.begin(), table.columns.end(), [&](auto const& column) { return column.name == name; });
    NK_EXPECT(found != table.columns.end());
    return *found;
}

/// Title of an endpoint, and what happened to who had the event.
std::map<std::string, std::pair<std::string, std::string>> const& endpoint_titles() {
    static std::map<std::string, std::pair<std::string, std::string>> const titles{
        {"OS", {"Survival", "died"}},
        {"PFS", {"Survival without progression", "had progression or died"}},
        {"FIRSTINF", {"Time without infection", "got an infection"}},
        {"SEVINF", {"Time without severe infection", "got a severe infection"}},
        {"CANCER", {"Time without cancer", "got cancer"}}};
    return titles;
}

void compare(Endpoint& endpoint) {
    std::size_t events = 0;
    std::vector<std::vector<numerics::SurvivalTime>> groups;
    for (auto const& arm : endpoint.arms) {
        events += arm.events;
        groups.push_back(arm.times);
    }
    if (endpoint.arms.size() < 2 || events == 0)
        return;
    endpoint.log_rank = numerics::log_rank(groups);
    for (std::size_t a = 1; a < endpoint.arms.size(); ++a) {
        auto& arm = endpoint.arms[a];
        if (arm.events + endpoint.arms[0].events == 0)
            continue;
        auto times = endpoint.arms[0].times;
        std::vector<std::vector<double>> covariate(times.size(), {0.0});
        times.insert(times.end(), arm.times.begin(), arm.times.end());
        covariate.resize(times.size(), {1.0});
        auto const cox = numerics::cox_regression(times, covariate);
        auto const ratio = cox.hazard_ratio[0];
        if (std::isfinite(ratio) && ratio > 0.0) // 0 or infinite when all events are in one arm: nothing tells how far
            arm.hazard_ratio = HazardRatio{ratio, cox.low[0], cox.high[0]};
    }
}

} // namespace

Share share_of(std::size_t successes, std::size_t n) {
    return n == 0 ? Share{} : Share{numerics::exact_proportion(successes, n)};
}

std::string share_text(Share const& share) {
    if (!share)
        return not_estimable;
    return fmt::format("{:.0f} % (95 % interval {:.0f} to {:.0f} %)", 100.0 * share->value, 100.0 * share->low, 100.0 * share->high);
}

std::array<double, 3> share_numbers(Share const& share) {
    constexpr auto none = std::numeric_limits<double>::quiet_NaN();
    return share ? std::array{share->value, share->low, share->high} : std::array{none, none, none};
}

std::string ratio_text(std::optional<HazardRatio> const& ratio) {
    return ratio ? fmt::format("{:.2f} ({:.2f}-{:.2f})", ratio->value, ratio->low, ratio->high) : not_estimable;
}

std::vector<double> const& column_numbers(Table const& table, std::string const& column) {
    return std::get<std::vector<double>>(column_of(table, column).values);
}

std::vector<std::string> const& column_words(Table const& table, std::string const& column) {
    return std::get<std::vector<std::string>>(column_of(table, column).values);
}

std::vector<Endpoint> endpoints_of(Table const& adtte, std::vector<std::string> const& arms) {
    auto const& code = column_words(adtte, "PARAMCD");
    auto const& arm = column_words(adtte, "TRTP");
    auto const& time = column_numbers(adtte, "AVAL");
    auto const& censored = column_numbers(adtte, "CNSR");
    std::vector<Endpoint> out;
    for (auto const* wanted : {"OS", "PFS", "FIRSTINF", "SEVINF", "CANCER"}) {
        if (std::find(code.begin(), code.end(), wanted) == code.end())
            continue;
        auto const& [title, event] = endpoint_titles().at(wanted);
        Endpoint endpoint{wanted, title, event, {}, {}};
        for (auto const& label : arms) {
            Endpoint::Arm one;
            one.label = label;
            for (std::size_t i = 0; i < code.size(); ++i)
                if (code[i] == wanted && arm[i] == label) {
                    one.times.push_back({time[i], censored[i] == 0.0});
                    one.events += censored[i] == 0.0 ? 1 : 0;
                }
            if (one.times.empty())
                continue;
            one.curve = numerics::kaplan_meier(one.times);
            one.median = numerics::quantile_time(one.curve, 0.5);
            endpoint.arms.push_back(std::move(one));
        }
        compare(endpoint);
        out.push_back(std::move(endpoint));
    }
    return out;
}

std::vector<ResponseRates> response_rates_of(Table const& adrs, std::vector<std::string> const& arms) {
    auto const& code = column_words(adrs, "PARAMCD");
    auto const& arm = column_words(adrs, "TRTP");
    auto const& value = column_numbers(adrs, "AVAL");
    std::vector<ResponseRates> out;
    for (auto const& label : arms) {
        std::map<std::string, std::size_t> all, complete, responding, expanded;
        for (std::size_t i = 0; i < code.size(); ++i) {
            if (arm[i] != label)
                continue;
            ++all[code[i]];
            complete[code[i]] += value[i] >= 3.0 ? 1 : 0;
            responding[code[i]] += value[i] >= 2.0 ? 1 : 0;
            expanded[code[i]] += value[i] >= 1.0 ? 1 : 0;
        }
        auto const patients = all["CRSGRADE"];
        if (patients == 0)
            continue;
        ResponseRates rates;
        rates.arm = label;
        rates.patients = patients;
        rates.complete = share_of(complete["BOR"], all["BOR"]);
        rates.responding = share_of(responding["BOR"], all["BOR"]);
        rates.expanded = share_of(expanded["EXPAND"], all["EXPAND"]);
        rates.bag_short = share_of(expanded["SHORTDOS"], all["SHORTDOS"]); // one dose or more
        rates.crs = share_of(responding["CRSGRADE"], patients);            // grade 2 or more
        out.push_back(rates);
    }
    return out;
}

namespace {

/// A table made row by row; the first row names the columns.
class RowTable {
  public:
    explicit RowTable(std::string name) { table_.name = std::move(name); }
    void text(std::string const& column, std::string const& value) { put(column, "", value); }
    void number(std::string const& column, char const* unit, double value) { put(column, unit, value); }
    void share(std::string const& column, Share const& share) {
        auto const [value, low, high] = share_numbers(share);
        number(column, "1", value);
        number(column + "_low_95", "1", low);
        number(column + "_high_95", "1", high);
    }
    Table take() { return std::move(table_); }

  private:
    template <class Value> void put(std::string const& column, char const* unit, Value const& value) {
        auto found = std::find_if(table_.columns.begin(), table_.columns.end(), [&](auto const& one) { return one.name == column; });
        if (found == table_.columns.end())
            found = table_.columns.insert(found, {column, unit, std::vector<Value>{}});
        std::get<std::vector<Value>>(found->values).push_back(value);
    }
    Table table_;
};

Table curves_table(std::vector<Endpoint> const& endpoints) {
    RowTable out("km");
    for (auto const& endpoint : endpoints)
        for (auto const& arm : endpoint.arms)
            for (std::size_t i = 0; i < arm.curve.time.size(); ++i) {
                out.text("PARAMCD", endpoint.code);
                out.text("TRTP", arm.label);
                out.number("time", "day", arm.curve.time[i]);
                out.number("survival", "1", arm.curve.survival[i]);
                out.number("low_95", "1", arm.curve.low[i]);
                out.number("high_95", "1", arm.curve.high[i]);
                out.number("nelson_aalen", "1", arm.curve.hazard[i]);
                out.number("at_risk", "1", static_cast<double>(arm.curve.at_risk[i]));
                out.number("events", "1", static_cast<double>(arm.curve.events[i]));
                out.number("censored", "1", static_cast<double>(arm.curve.censored[i]));
            }
    return out.take();
}

Table endpoints_table(std::vector<Endpoint> const& endpoints) {
    constexpr auto none = std::numeric_limits<double>::quiet_NaN();
    RowTable out("statistics");
    for (auto const& endpoint : endpoints)
        for (auto const& arm : endpoint.arms) {
            auto const ratio = arm.hazard_ratio.value_or(HazardRatio{none, none, none});
            out.text("PARAMCD", endpoint.code);
            out.text("TRTP", arm.label);
            out.number("patients", "1", static_cast<double>(arm.times.size()));
            out.number("events", "1", static_cast<double>(arm.events));
            out.number("median", "day", arm.median.value.value_or(none));
            out.number("median_low_95", "day", arm.median.low.value_or(none));
            out.number("median_high_95", "day", arm.median.high.value_or(none));
            out.number("hazard_ratio", "1", ratio.value);
            out.number("hazard_ratio_low_95", "1", ratio.low);
            out.number("hazard_ratio_high_95", "1", ratio.high);
            out.number("log_rank_p", "1", endpoint.log_rank ? endpoint.log_rank->p : none);
        }
    return out.take();
}

Table response_rates_table(std::vector<ResponseRates> const& rates) {
    RowTable out("response_rates");
    for (auto const& one : rates) {
        out.text("TRTP", one.arm);
        out.number("patients", "1", static_cast<double>(one.patients));
        out.share("complete_response", one.complete);
        out.share("response", one.responding);
        out.share("expansion", one.expanded);
        out.share("crs_grade_2_or_more", one.crs);
        out.share("bag_short", one.bag_short);
    }
    return out.take();
}

} // namespace

std::vector<Table> statistics_tables(std::vector<Endpoint> const& endpoints, std::vector<ResponseRates> const& rates) {
    std::vector<Table> out{curves_table(endpoints), endpoints_table(endpoints)};
    if (!rates.empty())
        out.push_back(response_rates_table(rates));
    return out;
}

} // namespace nk::study
