#include "nk/study/cohort_tables.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

enum { subjects, adtte, adrs, courses, infected };

constexpr std::size_t most_course_rows = 60; ///< of one person and arm: enough to draw

/// An empty table with the columns of its description.
Table empty_table(JobTable const& table) {
    Table out{table.name, {}};
    for (auto const& column : table.columns)
        if (column.text)
            out.add(column.name, std::vector<std::string>{});
        else
            out.add(column.name, column.unit, std::vector<double>{});
    return out;
}

std::string allele_words(std::vector<std::string> const& words) {
    std::string out;
    for (auto const& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

} // namespace

std::vector<JobTable> CohortRows::tables() {
    auto const text = [](char const* name) { return JobTable::Column{name, "", true}; };
    auto const number = [](char const* name, char const* unit) { return JobTable::Column{name, unit, false}; };
    return {{"subjects",
             {text("USUBJID"), text("TRTP"), number("AGE", "year"), text("SEX"), text("HLA"), text("KIR"), text("FCGR3A"), text("CMV"),
              number("NK_COUNT", "cell/uL"), number("POTENCY", "1"), number("ACTIVITY", "1"), number("INFECTNS", "1"),
              number("DETECTED", "1"), number("SEVERE", "1"), number("DTHDY", "day"), text("DTHCAUS")}},
            {"adtte", {text("USUBJID"), text("TRTP"), text("PARAMCD"), number("AVAL", "day"), number("CNSR", "1"), text("EVNTDESC")}},
            {"adrs", {text("USUBJID"), text("TRTP"), text("PARAMCD"), number("AVAL", "1"), text("AVALC")}},
            {"courses",
             {text("USUBJID"), text("TRTP"), number("ADY", "day"), number("burden", "cell"), number("infused_blood", "cell/uL"),
              number("il6", "pg/mL"), number("nk_blood", "cell/uL"), number("lymphocytes", "1")}},
            {"infections",
             {text("USUBJID"), text("TRTP"), text("INFECTION"), text("VIRUS"), text("ORGAN"), number("ASTDY", "day"),
              number("DETECTED", "1"), number("PEAK", "1"), text("PEAKU"), number("PEAKDAYS", "day"), number("DETDAYS", "day"),
              number("CLRDAYS", "day"), number("LOSS", "1"), number("SEVERE", "1"), number("FATAL", "1"), number("CELLDIED", "cell"),
              number("NKKILLED", "cell"), number("NKSHARE", "1")}}};
}

CohortRows::CohortRows(std::size_t person) : id_(fmt::format("P{:07}", person + 1)) {
    for (auto const& table : tables())
        tables_.push_back(empty_table(table));
}

void CohortRows::put(std::size_t table, std::size_t column, double value) {
    std::get<std::vector<double>>(tables_[table].columns[column].values).push_back(value);
}

void CohortRows::put(std::size_t table, std::size_t column, std::string value) {
    std::get<std::vector<std::string>>(tables_[table].columns[column].values).push_back(std::move(value));
}

void CohortRows::subject(std::string const& arm, biology::Person const& person, scenario::HostScenario const& host, double activity,
                         CohortEnd const& end) {
    auto const count = [&](auto const& which) {
        return static_cast<double>(std::count_if(end.infections.begin(), end.infections.end(), which));
    };
    put(subjects, 0, id_);
    put(subjects, 1, arm);
    put(subjects, 2, host.host.age);
    put(subjects, 3, person.woman ? "F" : "M");
    put(subjects, 4, allele_words(host.donor.hla));
    put(subjects, 5, allele_words(host.donor.kir));
    put(subjects, 6, host.donor.fcgr3a);
    put(subjects, 7, host.donor.cmv);
    put(subjects, 8, host.host.nk_count);
    put(subjects, 9, host.host.potency);
    put(subjects, 10, activity);
    put(subjects, 11, static_cast<double>(end.infections.size()));
    put(subjects, 12, count([](auto const& one) { return one.seen.detected; }));
    put(subjects, 13, count([](auto const& one) { return one.severe; }));
    put(subjects, 14, end.death < 0.0 ? std::nan("") : end.death);
    put(subjects, 15, end.cause);
}

void CohortRows::event(std::string const& arm, char const* parameter, double day, bool happened, std::string const& what) {
    put(adtte, 0, id_);
    put(adtte, 1, arm);
    put(adtte, 2, parameter);
    put(adtte, 3, day);
    put(adtte, 4, happened ? 0.0 : 1.0);
    put(adtte, 5, what);
}

void CohortRows::response(std::string const& arm, char const* parameter, double value, std::string const& text) {
    put(adrs, 0, id_);
    put(adrs, 1, arm);
    put(adrs, 2, parameter);
    put(adrs, 3, value);
    put(adrs, 4, text);
}

void CohortRows::responses(std::string const& arm, body::Host const& host, simulate::TherapyOutcome const& outcome, std::size_t short_doses,
                           double until) {
    if (!outcome.tumours.empty()) {
        auto const& first = outcome.tumours.front(); // the first tumour is the one that is treated
        auto const rank = first.response == "complete" ? 3.0 : first.response == "partial" ? 2.0 : first.response == "stable" ? 1.0 : 0.0;
        response(arm, "BOR", rank, first.response);
        response(arm, "BESTCHG", 100.0 * (first.best - 1.0), "");
        response(arm, "RSPDAY", first.responded, "");
        response(arm, "PRGDAY", first.progressed, "");
    }
    response(arm, "CRSGRADE", outcome.crs_grade, "");
    response(arm, "IL6PEAK", outcome.il6_peak, "");
    if (!outcome.grafts.empty())
        response(arm, "SHORTDOS", static_cast<double>(short_doses), "");
    for (std::size_t g = 0; g < outcome.grafts.size(); ++g) {
        auto const& name = host.plan().therapy->grafts[g].name;
        response(arm, "PEAKNK", outcome.grafts[g].peak, name);
        response(arm, "EXPAND", outcome.grafts[g].expanded ? 1.0 : 0.0, name);
        response(arm, "LASTNK", outcome.grafts[g].last_seen, name);
        response(arm, "GIVENNK", host.values()[host.equations().layout().grafts[g].given], name);
        for (auto const& infusion : host.plan().therapy->grafts[g].infusions)
            if (infusion.cells > 0.0 && infusion.at <= until)
                response(arm, "INFUSDAY", infusion.at, name);
    }
}

void CohortRows::infections(std::string const& arm, std::vector<CohortInfection> const& seen, std::set<std::string> const& viruses) {
    for (auto const& one : seen) {
        auto const since = [&](double day) { return day < 0.0 ? std::nan("") : day - one.seen.began; };
        for (std::size_t i = 0; auto const& words : {id_, arm, one.name, one.virus, one.organ})
            put(infected, i++, words);
        put(infected, 5, one.seen.began);
        put(infected, 6, one.seen.detected ? 1.0 : 0.0);
        put(infected, 7, one.seen.peak);
        put(infected, 8, one.unit);
        put(infected, 9, since(one.seen.peak_day));
        put(infected, 10, one.seen.detectable);
        put(infected, 11, since(one.seen.cleared));
        put(infected, 12, one.seen.organ_lost);
        put(infected, 13, one.severe ? 1.0 : 0.0);
        put(infected, 14, one.fatal ? 1.0 : 0.0);
        put(infected, 15, one.seen.infected_died);
        put(infected, 16, one.seen.killed_by_nk);
        put(infected, 17, one.seen.share_by_nk);
    }
    for (auto const& virus : viruses) {
        auto count = 0.0, detected = 0.0, severe = 0.0, first = -1.0, peak = 0.0, longest = 0.0, loss = 0.0, detectable = 0.0;
        for (auto const& one : seen) {
            if (one.virus != virus)
                continue;
            count += 1.0;
            detected += one.seen.detected ? 1.0 : 0.0;
            severe += one.severe ? 1.0 : 0.0;
            first = first < 0.0 ? one.seen.began : std::min(first, one.seen.began);
            peak = std::max({peak, one.seen.peak, one.detection});
            longest = longest < 0.0 || one.seen.cleared < 0.0 ? -1.0 : std::max(longest, one.seen.days_to_clear());
            loss = std::max(loss, one.seen.organ_lost);
            detectable += one.seen.detectable;
        }
        response(arm, "INFECTNS", count, virus);
        response(arm, "INFDETCT", detected, virus);
        response(arm, "INFSEVER", severe, virus);
        if (count == 0.0)
            continue;
        response(arm, "INFDAY", first, virus);
        if (peak > 0.0)
            response(arm, "INFPEAK", std::log10(peak), virus);
        response(arm, "INFDETDY", detectable, virus);
        response(arm, "INFCLEAR", longest, virus);
        response(arm, "INFLOSS", 100.0 * loss, virus);
    }
}

void CohortRows::course(std::string const& arm, body::Host const& host, simulate::HostCourse const& course, double until) {
    auto const& days = course.values("day");
    auto const every = std::max<std::size_t>(1, (days.size() + most_course_rows - 1) / most_course_rows);
    for (std::size_t i = 0; i < days.size() && days[i] <= until; i += every) {
        auto burden = 0.0;
        for (auto const& tumour : host.plan().tumours)
            burden += course.values(tumour.name + "_cells")[i];
        auto infused = 0.0;
        if (host.plan().therapy)
            for (auto const& graft : host.plan().therapy->grafts)
                infused += course.values(graft.name + "_blood")[i];
        put(courses, 0, id_);
        put(courses, 1, arm);
        put(courses, 2, days[i]);
        put(courses, 3, burden);
        put(courses, 4, infused);
        put(courses, 5, host.plan().therapy ? course.values("il6")[i] : 0.0);
        put(courses, 6, course.values("nk_blood")[i]);
        put(courses, 7, host.plan().therapy ? course.values("lymphocytes")[i] : 1.0);
    }
}

std::vector<JobTable> hazard_tables() {
    std::vector<JobTable::Column> columns{{"TRTP", "", true}, {"SEX", "", true}, {"third", "1", false}, {"age_from", "year", false}};
    for (auto const* name : {"people", "cancers", "deaths", "infections", "infected"})
        columns.push_back({name, "1", false});
    columns.push_back({"person_years", "year", false});
    return {{"counts", std::move(columns)}};
}

std::vector<Table> hazard_rows(HazardResult const& result) {
    auto out = empty_table(hazard_tables().front());
    auto const text = [&](std::size_t c, std::string value) {
        std::get<std::vector<std::string>>(out.columns[c].values).push_back(std::move(value));
    };
    auto const number = [&](std::size_t c, double value) { std::get<std::vector<double>>(out.columns[c].values).push_back(value); };
    for (std::size_t arm = 0; arm < result.arms.size(); ++arm)
        for (auto const woman : {false, true})
            for (std::size_t third = 0; third < 3; ++third)
                for (std::size_t band = 0; band < age_bands; ++band) {
                    auto const& counts = result.group(arm, woman, third, band);
                    if (counts.people == 0)
                        continue;
                    text(0, result.arms[arm]);
                    text(1, woman ? "F" : "M");
                    number(2, static_cast<double>(third + 1));
                    number(3, static_cast<double>(band) * age_band_width);
                    number(4, static_cast<double>(counts.people));
                    number(5, static_cast<double>(counts.cancers));
                    number(6, static_cast<double>(counts.deaths));
                    number(7, static_cast<double>(counts.infections));
                    number(8, static_cast<double>(counts.infected));
                    number(9, counts.person_years);
                }
    return {std::move(out)};
}

} // namespace nk::study
