#include "nk/study/cohort_infections.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/host_report_data.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr double days_of_a_year = 365.25;
constexpr auto not_known = std::numeric_limits<double>::quiet_NaN();

Middle middle_of(std::vector<double> values) {
    if (values.empty())
        return {not_known, not_known, not_known};
    std::sort(values.begin(), values.end());
    auto const at = [&](double q) {
        auto const place = q * static_cast<double>(values.size() - 1);
        auto const below = static_cast<std::size_t>(place);
        auto const above = std::min(below + 1, values.size() - 1);
        return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
    };
    return {at(0.5), at(0.25), at(0.75)};
}

/// Rows of one virus in one arm.
struct RowsOfVirus {
    std::vector<double> peak, days, detectable, loss, died, by_nk;
    std::set<std::string> infected, severely, dead; ///< persons
};

InfectionRates rates_of(Table const& infections, std::string const& arm, std::string const& virus, std::size_t persons, double years) {
    auto const &of = column_words(infections, "TRTP"), &what = column_words(infections, "VIRUS"), &id = column_words(infections, "USUBJID");
    auto const number = [&](char const* column, std::size_t row) { return column_numbers(infections, column)[row]; };
    InfectionRates out;
    out.arm = arm;
    out.virus = virus;
    out.persons = persons;
    out.years = years;
    RowsOfVirus rows;
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (of[i] != arm || what[i] != virus)
            continue;
        out.unit = column_words(infections, "PEAKU")[i];
        ++out.infections;
        rows.loss.push_back(number("LOSS", i));
        rows.died.push_back(number("CELLDIED", i));
        rows.by_nk.push_back(number("NKSHARE", i));
        if (number("DETECTED", i) > 0.0) {
            ++out.detected;
            rows.infected.insert(id[i]);
            rows.peak.push_back(std::log10(number("PEAK", i)));
            rows.detectable.push_back(number("DETDAYS", i));
        }
        if (auto const days = number("CLRDAYS", i); !std::isnan(days)) {
            ++out.cleared;
            rows.days.push_back(days);
        }
        if (number("SEVERE", i) > 0.0) {
            ++out.severe;
            rows.severely.insert(id[i]);
        }
        if (number("FATAL", i) > 0.0) {
            ++out.fatal;
            rows.dead.insert(id[i]);
        }
    }
    out.infected = share_of(rows.infected.size(), persons);
    out.severely = share_of(rows.severely.size(), persons);
    out.dead = share_of(rows.dead.size(), persons);
    out.most_lost = rows.loss.empty() ? not_known : *std::max_element(rows.loss.begin(), rows.loss.end());
    out.peak = middle_of(std::move(rows.peak));
    out.days = middle_of(std::move(rows.days));
    out.loss = middle_of(std::move(rows.loss));
    out.detectable = middle_of(std::move(rows.detectable));
    out.died = middle_of(std::move(rows.died));
    out.by_nk = middle_of(std::move(rows.by_nk));
    return out;
}

/// "0.012 % (0.009-0.015)", or a dash
std::string middle_text(Middle const& one, double factor, char const* unit, int digits = 2) {
    if (std::isnan(one.median))
        return not_estimable;
    return fmt::format("{}{} ({}\u2013{})", number_text(factor * one.median, digits), unit, number_text(factor * one.low, digits),
                       number_text(factor * one.high, digits));
}

nlohmann::json number_or_null(double value) {
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

nlohmann::json share_json(Share const& share) {
    auto const [value, low, high] = share_numbers(share);
    return {{"share", number_or_null(value)}, {"low", number_or_null(low)}, {"high", number_or_null(high)}};
}

nlohmann::json middle_json(Middle const& one) {
    return {{"median", number_or_null(one.median)}, {"low_quartile", number_or_null(one.low)}, {"high_quartile", number_or_null(one.high)}};
}

/// Share of the infections in which a column is at least x, against x: one curve an arm.
Chart exceedance_chart(Table const& infections, std::string const& column, std::string const& virus, std::vector<std::string> const& arms) {
    Chart out;
    out.y_axis.title = "share of infections with at least so much";
    out.y_axis.format = TickFormat::percent;
    out.y_axis.low = 0.0;
    auto const &of = column_words(infections, "TRTP"), &what = column_words(infections, "VIRUS");
    auto const& values = column_numbers(infections, column);
    for (std::size_t a = 0; a < arms.size(); ++a) {
        std::vector<double> own;
        for (std::size_t i = 0; i < of.size(); ++i)
            if (of[i] == arms[a] && what[i] == virus && values[i] > 0.0)
                own.push_back(values[i]);
        if (own.empty())
            continue;
        std::sort(own.begin(), own.end());
        Series series;
        series.label = arms[a];
        series.style = SeriesStyle::line;
        series.colour = static_cast<int>(a);
        for (std::size_t i = 0; i < own.size(); ++i) { // down a step behind each infection
            series.x.insert(series.x.end(), {own[i], own[i]});
            auto const all = static_cast<double>(own.size());
            series.y.insert(series.y.end(), {1.0 - static_cast<double>(i) / all, 1.0 - static_cast<double>(i + 1) / all});
        }
        out.series.push_back(std::move(series));
    }
    return out;
}

} // namespace

std::vector<InfectionRates> infection_rates_of(Table const& adtte, Table const& adrs, Table const& infections,
                                               std::vector<std::string> const& arms) {
    std::set<std::string> viruses;
    for (std::size_t i = 0; i < adrs.rows(); ++i)
        if (column_words(adrs, "PARAMCD")[i] == "INFECTNS")
            viruses.insert(column_words(adrs, "AVALC")[i]);
    auto const &code = column_words(adtte, "PARAMCD"), &of = column_words(adtte, "TRTP");
    auto const& day = column_numbers(adtte, "AVAL");
    std::vector<InfectionRates> out;
    for (auto const& arm : arms) {
        std::size_t persons = 0;
        auto years = 0.0;
        for (std::size_t i = 0; i < code.size(); ++i)
            if (code[i] == "OS" && of[i] == arm) {
                ++persons;
                years += day[i] / days_of_a_year;
            }
        for (auto const& virus : viruses)
            out.push_back(rates_of(infections, arm, virus, persons, years));
    }
    return out;
}

Table infection_rates_table(std::vector<InfectionRates> const& rates) {
    Table out{"infection_rates", {}};
    auto const words = [&](char const* name, std::string InfectionRates::*member) {
        std::vector<std::string> values;
        for (auto const& one : rates)
            values.push_back(one.*member);
        out.add(name, std::move(values));
    };
    auto const number = [&](std::string const& name, char const* unit, auto const& of) {
        std::vector<double> values;
        for (auto const& one : rates)
            values.push_back(static_cast<double>(of(one)));
        out.add(name, unit, std::move(values));
    };
    auto const share = [&](std::string const& name, Share InfectionRates::*member) {
        for (std::size_t k = 0; k < 3; ++k)
            number(name + std::array{"", "_low_95", "_high_95"}[k], "1", [&](auto const& one) { return share_numbers(one.*member)[k]; });
    };
    auto const middle = [&](std::string const& name, char const* unit, Middle InfectionRates::*member) {
        number(name + "_median", unit, [&](auto const& one) { return (one.*member).median; });
        number(name + "_low_quartile", unit, [&](auto const& one) { return (one.*member).low; });
        number(name + "_high_quartile", unit, [&](auto const& one) { return (one.*member).high; });
    };
    words("TRTP", &InfectionRates::arm);
    words("VIRUS", &InfectionRates::virus);
    number("persons", "1", [](auto const& one) { return one.persons; });
    number("person_years", "year", [](auto const& one) { return one.years; });
    number("infections", "1", [](auto const& one) { return one.infections; });
    number("detected", "1", [](auto const& one) { return one.detected; });
    number("cleared", "1", [](auto const& one) { return one.cleared; });
    number("severe", "1", [](auto const& one) { return one.severe; });
    number("fatal", "1", [](auto const& one) { return one.fatal; });
    share("persons_infected", &InfectionRates::infected);
    share("persons_severely", &InfectionRates::severely);
    share("persons_dead_of_it", &InfectionRates::dead);
    middle("log10_peak", "1", &InfectionRates::peak);
    middle("days_detectable", "day", &InfectionRates::detectable);
    middle("days_until_cleared", "day", &InfectionRates::days);
    middle("infected_cells_died", "cell", &InfectionRates::died);
    middle("organ_lost", "1", &InfectionRates::loss);
    number("organ_lost_most", "1", [](auto const& one) { return one.most_lost; });
    middle("killed_by_nk", "1", &InfectionRates::by_nk);
    return out;
}

Table infections_shown(std::vector<InfectionRates> const& rates) {
    std::vector<std::string> arm, infections, infected, severe, peak, detectable, days, loss;
    auto const one_virus = std::all_of(rates.begin(), rates.end(), [&](auto const& one) { return one.virus == rates.front().virus; });
    auto const brief = [](Share const& share) {
        return share ? fmt::format("{:.0f} % ({:.0f}\u2013{:.0f})", 100.0 * share->value, 100.0 * share->low, 100.0 * share->high)
                     : not_estimable;
    };
    for (auto const& one : rates) {
        arm.push_back(one_virus ? one.arm : one.arm + ": " + as_words(one.virus));
        infections.push_back(one.detected == one.infections ? std::to_string(one.infections)
                                                            : fmt::format("{}, {} detected", one.infections, one.detected));
        infected.push_back(brief(one.infected));
        severe.push_back(brief(one.severely));
        peak.push_back(middle_text(one.peak, 1.0, "", 3));
        detectable.push_back(middle_text(one.detectable, 1.0, "", 3));
        days.push_back(middle_text(one.days, 1.0, "", 3) +
                       (one.cleared < one.infections ? fmt::format("; {} not", one.infections - one.cleared) : ""));
        loss.push_back(middle_text(one.loss, 1e6, ""));
    }
    Table out{"infections", {}};
    out.add("arm", std::move(arm));
    out.add("infections", std::move(infections));
    out.add("persons infected", std::move(infected));
    out.add("severely", std::move(severe));
    out.add("greatest titre, log10", std::move(peak));
    out.add("days detected", std::move(detectable));
    out.add("days until cleared", std::move(days));
    out.add("healthy cells lost, of a million", std::move(loss));
    return out;
}

nlohmann::json to_json(InfectionRates const& rates) {
    return {{"arm", rates.arm},
            {"virus", rates.virus},
            {"persons", rates.persons},
            {"person_years", rates.years},
            {"infections", rates.infections},
            {"detected", rates.detected},
            {"cleared", rates.cleared},
            {"severe", rates.severe},
            {"fatal", rates.fatal},
            {"persons_infected", share_json(rates.infected)},
            {"persons_severely", share_json(rates.severely)},
            {"persons_dead_of_it", share_json(rates.dead)},
            {"log10_peak", middle_json(rates.peak)},
            {"unit_of_titre", rates.unit},
            {"days_detectable", middle_json(rates.detectable)},
            {"days_until_cleared", middle_json(rates.days)},
            {"infected_cells_died", middle_json(rates.died)},
            {"organ_lost", middle_json(rates.loss)},
            {"organ_lost_most", number_or_null(rates.most_lost)},
            {"killed_by_nk", middle_json(rates.by_nk)}};
}

std::string words_of(InfectionRates const& rates) {
    return fmt::format("{}: {} infections, {} severe; infected {}; detected for {} days; healthy organ lost {}\n", as_words(rates.virus),
                       rates.infections, rates.severe, share_text(rates.infected), middle_text(rates.detectable, 1.0, "", 3),
                       middle_text(rates.loss, 100.0, " %"));
}

std::string answer_of(std::vector<InfectionRates> const& rates) {
    std::set<std::string> viruses;
    for (auto const& one : rates)
        viruses.insert(one.virus);
    std::string out;
    for (auto const& virus : viruses) {
        std::string severe, days;
        for (auto const& one : rates) {
            if (one.virus != virus)
                continue;
            severe += fmt::format("{}{} of {} infections ({})", severe.empty() ? "" : "; ", one.severe, one.infections, one.arm);
            days += fmt::format("{}{}", days.empty() ? "" : ", ", number_text(one.detectable.median, 3));
        }
        out += fmt::format("{}: severe are {}; virus is detected for {} days (median, in this order). ", capitalised(as_words(virus)),
                           severe, days);
    }
    return out;
}

Chart severity_chart(Table const& infections, std::string const& virus, std::vector<std::string> const& arms, double severe) {
    auto out = exceedance_chart(infections, "LOSS", virus, arms);
    out.heading = {capitalised(as_words(virus)) + ": how severe",
                   "Every step is an infection. Healthy cells of the infected organ that are lost at its worst: killed by NK cells or "
                   "harmed by cytokines; "
                   "infected cells come on top.",
                   Evidence::predicted};
    out.x_axis.scale = AxisScale::log;
    out.x_axis.title = "share of the organ's healthy cells lost";
    out.x_axis.format = TickFormat::percent;
    out.x_axis.high = 1.0;
    out.lines.push_back({severe, "called severe", ReferenceLine::Direction::vertical});
    return out;
}

Chart duration_chart(Table const& infections, std::string const& virus, std::vector<std::string> const& arms) {
    auto out = exceedance_chart(infections, "DETDAYS", virus, arms);
    out.heading = {capitalised(as_words(virus)) + ": how long",
                   "Every step is an infection; those that death or the end cut short count as far as they went.", Evidence::predicted};
    out.x_axis.title = "days with a titre above detection";
    out.x_axis.scale = AxisScale::log;
    return out;
}

} // namespace nk::study
