#include "nk/study/cohort_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/cohort_statistics.hpp"
#include "nk/study/report_parts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr std::size_t most_lines = 120; ///< patients in a spider of one arm

std::string percent_with(numerics::Proportion const& one) {
    return fmt::format("{:.0f} % (95 % interval {:.0f} to {:.0f} %)", 100.0 * one.value, 100.0 * one.low, 100.0 * one.high);
}

std::string day_or_none(std::optional<double> const& day) {
    return day ? number_text(*day, 3) + " days" : "not reached";
}

Table const& table_named(MergedJobs const& merged, std::string const& name) {
    auto const found = std::find_if(merged.tables.begin(), merged.tables.end(), [&](auto const& table) { return table.name == name; });
    NK_EXPECT(found != merged.tables.end());
    return *found;
}

Heading predicted(std::string title, std::string note) {
    return {std::move(title), std::move(note), Evidence::predicted};
}

/// Days, or years when the study is long.
struct TimeAxis {
    double unit;
    std::string title;
};

TimeAxis time_axis(double last_day) {
    return last_day > 3.0 * 365.25 ? TimeAxis{365.25, "time since entry (year)"} : TimeAxis{1.0, "time since entry (day)"};
}

SurvivalChart survival_chart(Endpoint const& endpoint) {
    auto last = 0.0;
    for (auto const& arm : endpoint.arms)
        last = std::max(last, arm.curve.time.empty() ? 0.0 : arm.curve.time.back());
    auto const axis = time_axis(last);
    SurvivalChart out;
    out.heading = predicted(endpoint.title, "Kaplan-Meier; the same persons in every arm, with the same random numbers. Bands: pointwise "
                                            "95 % intervals of this many persons, not of the parameters.");
    out.x_axis.title = axis.title;
    out.y_axis.title = "share of persons";
    for (auto const& arm : endpoint.arms) {
        SurvivalChart::Arm one;
        one.label = arm.label;
        for (std::size_t i = 0; i < arm.curve.time.size(); ++i) {
            one.time.push_back(arm.curve.time[i] / axis.unit);
            one.survival.push_back(arm.curve.survival[i]);
            one.low.push_back(arm.curve.low[i]);
            one.high.push_back(arm.curve.high[i]);
        }
        for (auto const& person : arm.times) {
            one.follow_up.push_back(person.time / axis.unit);
            if (!person.event)
                one.censored.push_back(person.time / axis.unit);
        }
        out.arms.push_back(std::move(one));
        if (&arm != &endpoint.arms.front())
            out.remarks.push_back(fmt::format("{}: hazard ratio {:.2f} ({:.2f}-{:.2f})", arm.label, arm.hazard_ratio, arm.low, arm.high));
    }
    if (endpoint.log_rank)
        out.remarks.push_back(fmt::format("log-rank p = {:.2g}", endpoint.log_rank->p));
    return out;
}

/// Courses of a column, one series a patient; empty when nothing happens in it.
struct Courses {
    std::vector<std::string> id, arm;
    std::vector<std::vector<double>> day, value;
};

Courses courses_of(Table const& table, std::string const& column) {
    auto const& id = column_words(table, "USUBJID");
    auto const& arm = column_words(table, "TRTP");
    auto const& day = column_numbers(table, "ADY");
    auto const& value = column_numbers(table, column);
    Courses out;
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (i == 0 || id[i] != id[i - 1] || arm[i] != arm[i - 1]) {
            out.id.push_back(id[i]);
            out.arm.push_back(arm[i]);
            out.day.emplace_back();
            out.value.emplace_back();
        }
        out.day.back().push_back(day[i]);
        out.value.back().push_back(value[i]);
    }
    return out;
}

SpiderChart spider(Courses const& burden, std::vector<std::string> const& arms) {
    SpiderChart out;
    out.heading = predicted("Burden of each patient", "Tumour cells relative to the first day.");
    out.x_axis.title = "time since entry (day)";
    out.y_axis.title = "tumour cells, relative to the first day";
    out.burden = SpiderChart::Burden::log_ratio;
    out.lowest_ratio = 1e-4;
    out.lines.clear();
    out.arms = arms;
    for (std::size_t p = 0; p < std::min(burden.id.size(), most_lines * arms.size()); ++p) {
        if (burden.value[p].front() <= 0.0)
            continue;
        SpiderChart::Patient one{burden.id[p], burden.arm[p], burden.day[p], {}, {}};
        for (auto const value : burden.value[p])
            one.change.push_back(100.0 * (value / burden.value[p].front() - 1.0));
        out.patients.push_back(std::move(one));
    }
    return out;
}

/// Median and middle half of a course in each arm.
Chart bands(Courses const& courses, std::vector<std::string> const& arms, std::string title, std::string axis, std::string note) {
    Chart out;
    out.heading = predicted(std::move(title), std::move(note));
    out.x_axis.title = "time since entry (day)";
    out.y_axis.title = std::move(axis);
    for (std::size_t a = 0; a < arms.size(); ++a) {
        Series series;
        series.label = arms[a];
        series.colour = static_cast<int>(a);
        std::vector<std::vector<double>> at;
        std::vector<double> days;
        for (std::size_t p = 0; p < courses.id.size(); ++p)
            if (courses.arm[p] == arms[a])
                for (std::size_t i = 0; i < courses.day[p].size(); ++i) {
                    if (i == at.size()) {
                        at.emplace_back();
                        days.push_back(courses.day[p][i]);
                    }
                    at[i].push_back(courses.value[p][i]);
                }
        for (std::size_t i = 0; i < at.size(); ++i) {
            std::sort(at[i].begin(), at[i].end());
            auto const quantile = [&](double q) {
                return at[i][static_cast<std::size_t>(q * static_cast<double>(at[i].size() - 1) + 0.5)];
            };
            series.x.push_back(days[i]);
            series.y.push_back(quantile(0.5));
            series.low.push_back(quantile(0.25));
            series.high.push_back(quantile(0.75));
        }
        series.band_label = "middle half of the patients alive";
        out.series.push_back(std::move(series));
    }
    return out;
}

double response_of(Table const& adrs, std::string const& id, std::string const& arm, char const* code) {
    auto const& ids = column_words(adrs, "USUBJID");
    auto const& arms = column_words(adrs, "TRTP");
    auto const& codes = column_words(adrs, "PARAMCD");
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (codes[i] == code && ids[i] == id && arms[i] == arm)
            return column_numbers(adrs, "AVAL")[i];
    return std::nan("");
}

PatientWaterfall waterfall_of(Table const& adrs, std::vector<std::string> const& arms) {
    PatientWaterfall out;
    out.heading = predicted("Best change of tumour cells", "Of each patient after treatment, before any progression.");
    out.value_axis.title = "best change of tumour cells (%)";
    out.groups = arms;
    out.lines = {{73.0, "progression: +73 %"}, {-66.0, "partial response: -66 %"}};
    auto const& codes = column_words(adrs, "PARAMCD");
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (codes[i] == "BESTCHG")
            out.patients.push_back({column_words(adrs, "USUBJID")[i], column_numbers(adrs, "AVAL")[i], column_words(adrs, "TRTP")[i]});
    return out;
}

/// Patients of one arm as bars: response until progression, death.
SwimmerChart swimmer_of(Table const& adtte, Table const& adrs, std::string const& arm) {
    SwimmerChart out;
    out.heading = predicted("Patients: " + arm, "The first forty.");
    out.time_axis.title = "time since entry (day)";
    out.states = {"response", "progression"};
    out.events = {"death"};
    auto const& codes = column_words(adtte, "PARAMCD");
    for (std::size_t i = 0; i < codes.size() && out.patients.size() < 40; ++i) {
        if (codes[i] != "OS" || column_words(adtte, "TRTP")[i] != arm)
            continue;
        auto const& id = column_words(adtte, "USUBJID")[i];
        SwimmerChart::Patient one;
        one.label = id;
        one.end = column_numbers(adtte, "AVAL")[i];
        one.ongoing = column_numbers(adtte, "CNSR")[i] == 1.0;
        auto const responded = response_of(adrs, id, arm, "RSPDAY");
        auto const progressed = response_of(adrs, id, arm, "PRGDAY");
        if (responded >= 0.0 && responded < one.end)
            one.segments.push_back({"response", responded, progressed >= 0.0 ? std::min(progressed, one.end) : one.end});
        if (progressed >= 0.0 && progressed < one.end)
            one.segments.push_back({"progression", progressed, one.end});
        if (!one.ongoing)
            one.marks.push_back({"death", one.end});
        out.patients.push_back(std::move(one));
    }
    return out;
}

std::string answer_of(std::vector<Endpoint> const& endpoints, std::vector<ResponseRates> const& rates) {
    std::string out;
    for (auto const& one : rates)
        out += fmt::format("{}: response in {}. ", one.arm, percent_with(one.responding));
    for (auto const& endpoint : endpoints) {
        std::size_t events = 0;
        for (auto const& arm : endpoint.arms)
            events += arm.events;
        auto const persons = endpoint.arms.empty() ? 0 : endpoint.arms.front().times.size();
        out += fmt::format("{}: {} events among {} persons{}", endpoint.title, events, persons,
                           endpoint.arms.size() > 1 ? fmt::format(" in each of {} arms", endpoint.arms.size()) : "");
        for (std::size_t a = 1; a < endpoint.arms.size(); ++a)
            out += fmt::format("; {} against {}: hazard ratio {:.2f} ({:.2f}-{:.2f})", endpoint.arms[a].label, endpoint.arms[0].label,
                               endpoint.arms[a].hazard_ratio, endpoint.arms[a].low, endpoint.arms[a].high);
        out += ". ";
    }
    return out;
}

std::vector<std::string> cohort_limits() {
    return {"Anything about a patient: these are virtual persons, and most numbers of therapy are our own estimates, the weakest grade.",
            "How sure the parameters are: intervals here tell how many persons there are, not how well the model is known.",
            "Correlations between traits of persons: age, typing, counts and activity are drawn independently of each other.",
            "Graft-versus-host disease, infections under conditioning, and cells of other kinds in the product.",
            "Cytokine release by the consensus: grades are read from IL-6 in serum, while the consensus grades fever, pressure and oxygen.",
            "Causes: where a hazard law is used, it repeats an association seen in one cohort; an association is no advice. Research use "
            "only."};
}

/// Report of the model "hazard": rates by third of activity.
StudyWords hazard_result(scenario::CohortScenario const& scenario, std::vector<std::string> const& arms, MergedJobs const& merged,
                         nlohmann::json summary) {
    auto const& counts = table_named(merged, "counts");
    auto const& arm = column_words(counts, "TRTP");
    auto const& third = column_numbers(counts, "third");
    auto const& age = column_numbers(counts, "age_from");
    auto const& sex = column_words(counts, "SEX");
    auto const& cancers = column_numbers(counts, "cancers");
    auto const& years = column_numbers(counts, "person_years");
    StudyWords out;
    Table rates{"rates", {}};
    std::vector<std::string> of;
    std::vector<double> thirds, events, time, ratio, low, high;
    std::vector<Series> series;
    for (auto const& label : arms) {
        Series line;
        line.label = label;
        line.style = SeriesStyle::line_points;
        for (int t = 1; t <= 3; ++t) {
            auto e = 0.0, y = 0.0;
            std::map<std::pair<double, std::string>, RateStratum> strata;
            for (std::size_t i = 0; i < arm.size(); ++i) {
                if (arm[i] != label)
                    continue;
                auto& stratum = strata[{age[i], sex[i]}];
                if (third[i] == t) {
                    e += cancers[i];
                    y += years[i];
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
            auto const mh = t == 1 ? RateRatio{1.0, 1.0, 1.0} : mantel_haenszel(list);
            of.push_back(label);
            thirds.push_back(t);
            events.push_back(e);
            time.push_back(y);
            ratio.push_back(mh.value);
            low.push_back(mh.low);
            high.push_back(mh.high);
            line.x.push_back(t);
            line.y.push_back(mh.value);
            line.low.push_back(mh.low);
            line.high.push_back(mh.high);
            out.words += fmt::format("{:24} third {}  {:>9.0f} cancers in {:>12.0f} years  rate ratio {:.2f} ({:.2f}-{:.2f})\n", label, t,
                                     e, y, mh.value, mh.low, mh.high);
        }
        series.push_back(std::move(line));
    }
    rates.add("TRTP", of);
    rates.add("third_of_activity", "1", thirds);
    rates.add("cancers", "1", events);
    rates.add("person_years", "year", time);
    rates.add("rate_ratio", "1", ratio);
    rates.add("low_95", "1", low);
    rates.add("high_95", "1", high);
    Page page(scenario.title.empty() ? "Cohort" : scenario.title, scenario.question,
              fmt::format(
                  "Of {:.0f} persons, those in the middle and the highest third of NK activity get cancer {:.2f} and {:.2f} times as often "
                  "as those in the lowest (an association that the law repeats, with numbers published as an illustration of it; not a "
                  "prediction, not a cause).",
                  scenario.cohort.people, ratio[1], ratio[2]));
    Chart chart;
    chart.heading = {"Cancer by third of NK activity",
                     "Mantel-Haenszel rate ratios over age and sex, with 95 % intervals. Lowest third = 1.", Evidence::illustrative};
    chart.x_axis.title = "third of NK activity (1 = lowest)";
    chart.y_axis.title = "rate ratio of cancer";
    chart.series = std::move(series);
    page.add_figure(chart, "rates.csv");
    page.add_table("Cancers", rates);
    page.set_weakest_evidence(weakest_of_therapy);
    page.set_limits(cohort_limits());
    out.summary = std::move(summary);
    out.summary["model"] = "hazard";
    out.summary["seed"] = static_cast<std::uint64_t>(scenario.seed);
    for (std::size_t i = 0; i < of.size(); ++i)
        out.summary["rates"].push_back(
            {{"arm", of[i]}, {"third", thirds[i]}, {"cancers", events[i]}, {"rate_ratio", ratio[i]}, {"low", low[i]}, {"high", high[i]}});
    page.set_reproduction(reproduction_of(out.summary));
    out.report = page.html();
    out.tables = {std::move(rates)};
    return out;
}

} // namespace

StudyWords cohort_result(scenario::CohortScenario const& scenario, MergedJobs const& merged, nlohmann::json summary) {
    std::vector<std::string> arms{scenario.cohort.label};
    for (auto const& [name, arm] : scenario.arm)
        arms.push_back(arm.label.empty() ? name : arm.label);
    if (scenario.cohort.model == "hazard")
        return hazard_result(scenario, arms, merged, std::move(summary));
    auto const& adtte = table_named(merged, "adtte");
    auto const& adrs = table_named(merged, "adrs");
    auto const& courses = table_named(merged, "courses");
    auto const endpoints = endpoints_of(adtte, arms);
    auto const rates = response_rates_of(adrs, arms);
    StudyWords out;
    out.tables = statistics_tables(endpoints, rates);
    out.summary = std::move(summary);
    out.summary["model"] = "body";
    out.summary["seed"] = static_cast<std::uint64_t>(scenario.seed);
    Page page(scenario.title.empty() ? "Cohort" : scenario.title, scenario.question, answer_of(endpoints, rates));
    std::size_t width = 0;
    for (auto const& endpoint : endpoints)
        for (auto const& arm : endpoint.arms)
            width = std::max(width, arm.label.size());
    for (auto const& one : rates) {
        page.add_fact({one.arm + ", response", fmt::format("{:.0f} %", 100.0 * one.responding.value), percent_with(one.responding)});
        out.words += fmt::format("{:{}}  response {}; cytokine release of grade 2 or more {}\n", one.arm, width,
                                 percent_with(one.responding), percent_with(one.crs));
        out.summary["responses"].push_back({{"arm", one.arm},
                                            {"patients", one.patients},
                                            {"complete", one.complete.value},
                                            {"response", one.responding.value},
                                            {"response_low", one.responding.low},
                                            {"response_high", one.responding.high},
                                            {"expansion", one.expanded.value},
                                            {"crs_2", one.crs.value}});
    }
    for (auto const& endpoint : endpoints)
        for (auto const& arm : endpoint.arms) {
            out.words += fmt::format("{:{}}  {}: {} of {} had it; median {}\n", arm.label, width, endpoint.code, arm.events,
                                     arm.times.size(), day_or_none(arm.median.value));
            out.summary["endpoints"].push_back({{"code", endpoint.code},
                                                {"arm", arm.label},
                                                {"persons", arm.times.size()},
                                                {"events", arm.events},
                                                {"hazard_ratio", arm.hazard_ratio},
                                                {"low", arm.low},
                                                {"high", arm.high}});
        }
    for (auto const& endpoint : endpoints)
        page.add_figure(survival_chart(endpoint), "km.csv");
    if (!rates.empty()) {
        auto const burden = courses_of(courses, "burden");
        if (!burden.id.empty() && burden.value.front().front() > 0.0) {
            page.add_figure(waterfall_of(adrs, arms), "adrs.csv");
            page.add_figure(spider(burden, arms), "courses.csv");
            for (auto const& arm : arms)
                page.add_figure(swimmer_of(adtte, adrs, arm), "adtte.csv");
        }
        page.add_figure(bands(courses_of(courses, "infused_blood"), arms, "Expansion and persistence of infused cells",
                              "infused NK cells in blood (/uL)", "Median of the patients alive."),
                        "courses.csv");
        page.add_figure(bands(courses_of(courses, "il6"), arms, "Interleukin-6", "IL-6 in serum (pg/mL)", "Median of the patients alive."),
                        "courses.csv");
    }
    page.add_figure(
        bands(courses_of(courses, "nk_blood"), arms, "Own NK cells", "own NK cells in blood (/uL)", "Median of the persons alive."),
        "courses.csv");
    page.add_table("Statistics", out.tables[1],
                   "Hazard ratios against the first arm (Cox, Efron's ties). Arms share persons and chance, so intervals for their "
                   "difference are too wide.");
    page.set_weakest_evidence(weakest_of_therapy);
    page.set_limits(cohort_limits());
    page.set_reproduction(reproduction_of(out.summary));
    out.report = page.html();
    return out;
}

} // namespace nk::study
