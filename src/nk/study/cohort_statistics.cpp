#include "nk/study/cohort_statistics.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace nk::study {
namespace {

TableColumn const& column_of(Table const& table, std::string const& name) {
    auto const found = std::find_if(table.columns.begin(), table.columns.end(), [&](auto const& column) { return column.name == name; });
    NK_EXPECT(found != table.columns.end());
    return *found;
}

std::map<std::string, std::string> const& endpoint_titles() {
    static std::map<std::string, std::string> const titles{{"OS", "Survival"},
                                                           {"PFS", "Survival without progression"},
                                                           {"SEVINF", "Time without severe infection"},
                                                           {"CANCER", "Time without cancer"}};
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
        arm.hazard_ratio = cox.hazard_ratio[0];
        arm.low = cox.low[0];
        arm.high = cox.high[0];
    }
}

} // namespace

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
    for (auto const* wanted : {"OS", "PFS", "SEVINF", "CANCER"}) {
        if (std::find(code.begin(), code.end(), wanted) == code.end())
            continue;
        Endpoint endpoint{wanted, endpoint_titles().at(wanted), {}, {}};
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
        std::map<std::string, std::size_t> all, complete, responding, expanded, severe;
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
        auto const tumours = std::max<std::size_t>(1, all["BOR"]);
        rates.complete = numerics::exact_proportion(complete["BOR"], tumours);
        rates.responding = numerics::exact_proportion(responding["BOR"], tumours);
        rates.expanded = numerics::exact_proportion(expanded["EXPAND"], std::max<std::size_t>(1, all["EXPAND"]));
        rates.crs = numerics::exact_proportion(responding["CRSGRADE"], patients); // grade 2 or more
        out.push_back(rates);
    }
    return out;
}

std::vector<Table> statistics_tables(std::vector<Endpoint> const& endpoints, std::vector<ResponseRates> const& rates) {
    auto const none = std::numeric_limits<double>::quiet_NaN();
    Table km{"km", {}}, statistics{"statistics", {}}, responses{"response_rates", {}};
    std::vector<std::string> code, arm;
    std::vector<double> time, survival, low, high, hazard, at_risk, events, censored;
    std::vector<std::string> of, label;
    std::vector<double> patients, happened, median, median_low, median_high, ratio, ratio_low, ratio_high, p;
    for (auto const& endpoint : endpoints)
        for (std::size_t a = 0; a < endpoint.arms.size(); ++a) {
            auto const& one = endpoint.arms[a];
            for (std::size_t i = 0; i < one.curve.time.size(); ++i) {
                code.push_back(endpoint.code);
                arm.push_back(one.label);
                time.push_back(one.curve.time[i]);
                survival.push_back(one.curve.survival[i]);
                low.push_back(one.curve.low[i]);
                high.push_back(one.curve.high[i]);
                hazard.push_back(one.curve.hazard[i]);
                at_risk.push_back(static_cast<double>(one.curve.at_risk[i]));
                events.push_back(static_cast<double>(one.curve.events[i]));
                censored.push_back(static_cast<double>(one.curve.censored[i]));
            }
            of.push_back(endpoint.code);
            label.push_back(one.label);
            patients.push_back(static_cast<double>(one.times.size()));
            happened.push_back(static_cast<double>(one.events));
            median.push_back(one.median.value.value_or(none));
            median_low.push_back(one.median.low.value_or(none));
            median_high.push_back(one.median.high.value_or(none));
            ratio.push_back(one.hazard_ratio);
            ratio_low.push_back(one.low);
            ratio_high.push_back(one.high);
            p.push_back(endpoint.log_rank ? endpoint.log_rank->p : none);
        }
    km.add("PARAMCD", code);
    km.add("TRTP", arm);
    for (auto& [name, unit, values] : std::vector<std::tuple<char const*, char const*, std::vector<double>>>{{"time", "day", time},
                                                                                                             {"survival", "1", survival},
                                                                                                             {"low_95", "1", low},
                                                                                                             {"high_95", "1", high},
                                                                                                             {"nelson_aalen", "1", hazard},
                                                                                                             {"at_risk", "1", at_risk},
                                                                                                             {"events", "1", events},
                                                                                                             {"censored", "1", censored}})
        km.add(name, unit, values);
    statistics.add("PARAMCD", of);
    statistics.add("TRTP", label);
    for (auto& [name, unit, values] :
         std::vector<std::tuple<char const*, char const*, std::vector<double>>>{{"patients", "1", patients},
                                                                                {"events", "1", happened},
                                                                                {"median", "day", median},
                                                                                {"median_low_95", "day", median_low},
                                                                                {"median_high_95", "day", median_high},
                                                                                {"hazard_ratio", "1", ratio},
                                                                                {"hazard_ratio_low_95", "1", ratio_low},
                                                                                {"hazard_ratio_high_95", "1", ratio_high},
                                                                                {"log_rank_p", "1", p}})
        statistics.add(name, unit, values);
    std::vector<Table> out{std::move(km), std::move(statistics)};
    if (!rates.empty()) {
        std::vector<std::string> arms;
        std::vector<double> n;
        for (auto const& one : rates) {
            arms.push_back(one.arm);
            n.push_back(static_cast<double>(one.patients));
        }
        responses.add("TRTP", arms);
        responses.add("patients", "1", n);
        auto const add = [&](std::string const& name, numerics::Proportion ResponseRates::*member) {
            std::vector<double> value, least, most;
            for (auto const& one : rates) {
                value.push_back((one.*member).value);
                least.push_back((one.*member).low);
                most.push_back((one.*member).high);
            }
            responses.add(name, "1", value);
            responses.add(name + "_low_95", "1", least);
            responses.add(name + "_high_95", "1", most);
        };
        add("complete_response", &ResponseRates::complete);
        add("response", &ResponseRates::responding);
        add("expansion", &ResponseRates::expanded);
        add("crs_grade_2_or_more", &ResponseRates::crs);
        out.push_back(std::move(responses));
    }
    return out;
}

} // namespace nk::study
