#include "nk/study/cohort_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/cohort_infections.hpp"
#include "nk/study/cohort_statistics.hpp"
#include "nk/study/hazard_report.hpp"
#include "nk/study/host_report_data.hpp"
#include "nk/study/report_parts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr std::size_t most_lines = 120; ///< patients in a spider of one arm

std::string day_or_none(std::optional<double> const& day) {
    return day ? number_text(*day, 3) + " days" : "not reached";
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
            out.remarks.push_back(fmt::format("{}: hazard ratio {}", arm.label, ratio_text(arm.hazard_ratio)));
    }
    if (endpoint.log_rank && !std::isnan(endpoint.log_rank->p))
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

SpiderChart spider(Courses const& burden, std::vector<std::string> const& arms, std::string const& cells) {
    SpiderChart out;
    out.heading = predicted("Burden of each patient", capitalised(cells) + " relative to the first day.");
    out.x_axis.title = "time since entry (day)";
    out.y_axis.title = cells + ", relative to the first day";
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
        if (a + 1 == arms.size()) // all bands mean the same
            series.band_label = "middle half of those alive";
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

PatientWaterfall waterfall_of(Table const& adrs, std::vector<std::string> const& arms, std::string const& cells) {
    PatientWaterfall out;
    out.heading = predicted("Best change of " + cells, "Of each patient after treatment, before any progression.");
    out.value_axis.title = "best change of " + cells + " (%)";
    out.groups = arms;
    out.lines = {{73.0, "progression: +73 %"}, {-66.0, "partial response: -66 %"}};
    auto const& codes = column_words(adrs, "PARAMCD");
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (codes[i] == "BESTCHG")
            out.patients.push_back({column_words(adrs, "USUBJID")[i], column_numbers(adrs, "AVAL")[i], column_words(adrs, "TRTP")[i]});
    return out;
}

/// Days of infusions by patient.
std::map<std::string, std::vector<double>> infusions_of(Table const& adrs, std::string const& arm) {
    std::map<std::string, std::vector<double>> out;
    auto const &codes = column_words(adrs, "PARAMCD"), &arms = column_words(adrs, "TRTP"), &ids = column_words(adrs, "USUBJID");
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (codes[i] == "INFUSDAY" && arms[i] == arm)
            out[ids[i]].push_back(column_numbers(adrs, "AVAL")[i]);
    return out;
}

/// Patients of one arm as bars: infusions, response until progression, death.
SwimmerChart swimmer_of(Table const& adtte, Table const& adrs, std::string const& arm) {
    SwimmerChart out;
    out.heading = predicted("Patients: " + arm, "The first forty.");
    out.time_axis.title = "time since entry (day)";
    out.states = {"response", "progression"};
    out.events = {"infusion", "death"};
    auto const infusions = infusions_of(adrs, arm);
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
        if (auto const days = infusions.find(id); days != infusions.end())
            for (auto const day : days->second)
                one.marks.push_back({"infusion", day});
        if (!one.ongoing)
            one.marks.push_back({"death", one.end});
        out.patients.push_back(std::move(one));
    }
    return out;
}

std::string arms_answer(std::vector<Endpoint> const& endpoints, std::vector<ResponseRates> const& rates) {
    std::string out;
    for (auto const& one : rates)
        if (one.responding)
            out += fmt::format("{}: response in {}. ", one.arm, share_text(one.responding));
    for (auto const& endpoint : endpoints) {
        if (endpoint.arms.empty())
            continue;
        std::size_t events = 0;
        for (auto const& arm : endpoint.arms)
            events += arm.events;
        auto const& first = endpoint.arms.front();
        auto const same =
            std::all_of(endpoint.arms.begin(), endpoint.arms.end(), [&](auto const& arm) { return arm.events == first.events; });
        if (same || endpoint.arms.size() == 1) {
            out += fmt::format("{} of {} persons {}{}. ", first.events, first.times.size(), endpoint.event,
                               endpoint.arms.size() > 1 ? " in every arm" : "");
            continue;
        }
        out += fmt::format("{}: {} events among {} persons in each of {} arms", endpoint.title, events, first.times.size(),
                           endpoint.arms.size());
        for (std::size_t a = 1; a < endpoint.arms.size(); ++a)
            out += fmt::format("; {} against {}: hazard ratio {}", endpoint.arms[a].label, first.label,
                               ratio_text(endpoint.arms[a].hazard_ratio));
        out += ". ";
    }
    return out;
}

/// What the burden counts: "leukaemia cells", "B cells".
std::string burden_cells(scenario::CohortReading const& reading) {
    if (reading.scenario.tumour.size() != 1)
        return "tumour cells";
    auto const& [name, one] = *reading.scenario.tumour.begin();
    auto const row = one.like.empty() ? name : one.like;
    return named_cells(!one.label.empty() ? one.label : reading.base.text("tumour." + row + ".title", as_words(row)));
}

/// A cohort with the statistics of its tables.
struct ShownCohort {
    scenario::CohortScenario const& scenario;
    MergedJobs const& merged;
    std::vector<std::string> arms;
    std::vector<Endpoint> endpoints;
    std::vector<ResponseRates> rates;
    std::vector<InfectionRates> infections;
    std::string cells; ///< what the burden counts
    double severe;     ///< loss of an organ that is called severe [1]
    Table const& table(char const* name) const { return table_named(merged, name); }
};

nlohmann::json json_or_null(double value) {
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

void add_to_summary(nlohmann::json& summary, ShownCohort const& cohort) {
    for (auto const& one : cohort.rates) {
        auto const value = [](Share const& share, std::size_t which) { return json_or_null(share_numbers(share)[which]); };
        summary["responses"].push_back({{"arm", one.arm},
                                        {"patients", one.patients},
                                        {"complete", value(one.complete, 0)},
                                        {"response", value(one.responding, 0)},
                                        {"response_low", value(one.responding, 1)},
                                        {"response_high", value(one.responding, 2)},
                                        {"expansion", value(one.expanded, 0)},
                                        {"bag_short", value(one.bag_short, 0)},
                                        {"crs_2", value(one.crs, 0)}});
    }
    for (auto const& endpoint : cohort.endpoints)
        for (auto const& arm : endpoint.arms) {
            auto const& ratio = arm.hazard_ratio;
            summary["endpoints"].push_back({{"code", endpoint.code},
                                            {"arm", arm.label},
                                            {"persons", arm.times.size()},
                                            {"events", arm.events},
                                            {"hazard_ratio", ratio ? json_or_null(ratio->value) : nlohmann::json()},
                                            {"low", ratio ? json_or_null(ratio->low) : nlohmann::json()},
                                            {"high", ratio ? json_or_null(ratio->high) : nlohmann::json()}});
        }
    for (auto const& one : cohort.infections)
        summary["infections"].push_back(to_json(one));
}

std::string bag_words(Share const& bag_short) {
    return bag_short && bag_short->value > 0.0 ? "; bag too small in " + share_text(bag_short) : "";
}

std::string words_of(ShownCohort const& cohort) {
    std::string out;
    std::size_t width = 0;
    for (auto const& arm : cohort.arms)
        width = std::max(width, arm.size());
    for (auto const& one : cohort.rates)
        out += fmt::format("{:{}}  response {}; cytokine release of grade 2 or more {}{}\n", one.arm, width, share_text(one.responding),
                           share_text(one.crs), bag_words(one.bag_short));
    for (auto const& one : cohort.infections)
        out += fmt::format("{:{}}  {}", one.arm, width, words_of(one));
    for (auto const& endpoint : cohort.endpoints)
        for (auto const& arm : endpoint.arms)
            out += fmt::format("{:{}}  {}: {} of {} had it; median {}\n", arm.label, width, endpoint.code, arm.events, arm.times.size(),
                               day_or_none(arm.median.value));
    return out;
}

void add_infections(Page& page, ShownCohort const& cohort) {
    if (cohort.infections.empty())
        return;
    std::set<std::string> viruses;
    for (auto const& one : cohort.infections)
        if (one.infections > 0)
            viruses.insert(one.virus);
    auto const& rows = cohort.table("infections");
    for (auto const& virus : viruses) {
        page.add_figure(severity_chart(rows, virus, cohort.arms, cohort.severe), "infections.csv");
        page.add_figure(duration_chart(rows, virus, cohort.arms), "infections.csv");
    }
    page.add_table(
        "Infections", infections_shown(cohort.infections),
        fmt::format("Shares are of persons, with exact intervals (Clopper and Pearson); the others are medians with the middle half of "
                    "infections. An infection is detected when its titre comes to the limit of detection; this model has no symptoms. "
                    "Severe: {:.0f} % of the organ's healthy cells lost.",
                    100.0 * cohort.severe));
}

/// Figures of what was given and what became of tumours.
void add_treatment(Page& page, ShownCohort const& cohort) {
    auto const& adrs = cohort.table("adrs");
    auto const& courses = cohort.table("courses");
    auto const& arms = cohort.arms;
    auto const burden = courses_of(courses, "burden");
    if (!burden.id.empty() && burden.value.front().front() > 0.0) {
        page.add_figure(waterfall_of(adrs, arms, cohort.cells), "adrs.csv");
        page.add_figure(spider(burden, arms, cohort.cells), "courses.csv");
        for (auto const& arm : arms)
            page.add_figure(swimmer_of(cohort.table("adtte"), adrs, arm), "adtte.csv");
    }
    for (auto const& one : cohort.rates)
        if (one.bag_short && one.bag_short->value > 0.0)
            page.add_paragraph(
                fmt::format("{}: in {} of the patients the bag held too little for at least one dose, and what it held was given.", one.arm,
                            share_text(one.bag_short)));
    page.add_figure(bands(courses_of(courses, "infused_blood"), arms, "Expansion and persistence of infused cells",
                          "infused NK cells in blood (/uL)", "Median of the patients alive."),
                    "courses.csv");
    page.add_figure(bands(courses_of(courses, "il6"), arms, "Interleukin-6", "IL-6 in serum (pg/mL)", "Median of the patients alive."),
                    "courses.csv");
}

std::string page_of(ShownCohort const& cohort, Table const& statistics, nlohmann::json const& summary) {
    auto const& scenario = cohort.scenario;
    Page page(scenario.title.empty() ? "Cohort" : scenario.title, scenario.question,
              answer_of(cohort.infections) + arms_answer(cohort.endpoints, cohort.rates));
    for (auto const& one : cohort.rates)
        if (one.responding)
            page.add_fact({one.arm + ", response", fmt::format("{:.0f} %", 100.0 * one.responding->value), share_text(one.responding)});
    for (auto const& one : cohort.infections)
        if (one.infected)
            page.add_fact({fmt::format("{}, {}", one.arm, as_words(one.virus)), fmt::format("{:.0f} %", 100.0 * one.infected->value),
                           "infected: " + share_text(one.infected)});
    add_infections(page, cohort);
    for (auto const& endpoint : cohort.endpoints)
        page.add_figure(survival_chart(endpoint), "km.csv");
    if (!cohort.rates.empty())
        add_treatment(page, cohort);
    page.add_figure(bands(courses_of(cohort.table("courses"), "nk_blood"), cohort.arms, "Own NK cells", "own NK cells in blood (/uL)",
                          "Median of the persons alive."),
                    "courses.csv");
    page.add_table(
        "Statistics", statistics,
        "Hazard ratios against the first arm (Cox, Efron's ties); none where an arm has no event. Arms share persons and chance, so "
        "intervals for their difference are too wide.");
    page.set_weakest_evidence(weakest_of_therapy);
    page.set_limits(cohort_limits());
    page.set_reproduction(reproduction_of(summary));
    return page.html();
}

} // namespace

StudyWords cohort_result(scenario::CohortReading const& reading, MergedJobs const& merged, nlohmann::json summary) {
    auto const& scenario = reading.scenario;
    std::vector<std::string> arms{scenario.cohort.label};
    for (auto const& [name, arm] : scenario.arm)
        arms.push_back(arm.label.empty() ? name : arm.label);
    if (scenario.cohort.model == "hazard")
        return hazard_result(scenario, arms, merged, std::move(summary));
    auto const& adtte = table_named(merged, "adtte");
    auto const& adrs = table_named(merged, "adrs");
    ShownCohort const cohort{scenario,
                             merged,
                             arms,
                             endpoints_of(adtte, arms),
                             response_rates_of(adrs, arms),
                             infection_rates_of(adtte, adrs, table_named(merged, "infections"), arms),
                             burden_cells(reading),
                             reading.base.value("therapy.response.severe_damage", "1")};
    StudyWords out;
    out.tables = statistics_tables(cohort.endpoints, cohort.rates);
    auto const statistics = out.tables[1];
    if (!cohort.infections.empty())
        out.tables.push_back(infection_rates_table(cohort.infections));
    out.summary = std::move(summary);
    out.summary["model"] = "body";
    out.summary["seed"] = static_cast<std::uint64_t>(scenario.seed);
    add_to_summary(out.summary, cohort);
    out.words = words_of(cohort);
    out.report = page_of(cohort, statistics, out.summary);
    return out;
}

} // namespace nk::study
