#include "nk/study/host_report_figures.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/tissue_report_data.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::study {
namespace {

using namespace formats::report;

/// A day of -1 stands for an infection that is not cleared.
bool is_day_of_clearance(std::string const& outcome) {
    return outcome.ends_with(", days until cleared");
}

std::string value_text(std::string const& outcome, std::string const& unit, double value) {
    if (is_day_of_clearance(outcome) && value < 0.0)
        return "not cleared";
    return rounded_text(value, 3) + (unit == "1" ? "" : " " + unit);
}

/// How far apart two results are, as a logarithm of their ratio; infinite where only one of them is there.
double size_of_change(double with, double without) {
    if (with == without)
        return 0.0;
    if (with <= 0.0 || without <= 0.0)
        return std::numeric_limits<double>::infinity();
    return std::abs(std::log(with / without));
}

std::string change_text(double with, double without) {
    if (with <= 0.0 || without <= 0.0)
        return with > 0.0 ? "only with it" : "only without it";
    auto const ratio = with / without;
    if (ratio >= 3.0)
        return number_text(ratio, 2) + " times as much";
    if (ratio <= 1.0 / 3.0)
        return "1/" + number_text(1.0 / ratio, 2) + " of it";
    return (ratio > 1.0 ? "+" : "") + number_text(100.0 * (ratio - 1.0), 2) + " %";
}

/// "nk_blood, mean" and "flu, peak titre" for readers.
std::string outcome_title(HostRunData const& run, std::string const& outcome) {
    auto const comma = outcome.rfind(", ");
    auto const of = outcome.substr(0, comma), what = comma == std::string::npos ? "" : outcome.substr(comma);
    if (of == "nk_blood")
        return "NK cells in blood" + what;
    if (of == "activity")
        return "activity of an NK cell in blood" + what;
    if (of == "adaptive_of_nk_blood")
        return "share of adaptive NK cells in blood" + what;
    if (run.summary.at("infections").contains(of))
        return run.title_of("infections", of) + what;
    return (run.summary.at("tumours").contains(of) ? run.title_of("tumours", of) : as_words(of)) + what;
}

/// A chance for a table; smaller ones stand in classes.csv.
std::string chance_text(double chance) {
    constexpr auto least_told = 0.001;
    return chance > 0.0 && chance < least_told ? "<0.001" : number_text(chance, 2);
}

/// The title of a happening; a scenario may hold some that lie beyond the end.
std::string happening_title(HostRunData const& run, std::string const& what, std::string const& name) {
    for (auto const& one : run.happenings)
        if (one.what == what && one.name == name)
            return one.title;
    return as_words(name);
}

} // namespace

Table happenings_table(HostRunData const& run) {
    std::vector<std::string> number, what, title, from, until;
    for (auto const& one : run.happenings) {
        number.push_back(std::to_string(number.size() + 1));
        what.push_back(one.what);
        title.push_back(one.title);
        from.push_back("day " + number_text(one.from, 4));
        auto const length = one.until - one.from;
        until.push_back(length <= 0.0                 ? ""
                        : one.until >= run.last_day() ? "the end"
                        : length < 1.0                ? duration_text(1440.0 * length) + " later"
                                                      : "day " + number_text(one.until, 4));
    }
    Table out{"happenings", {}};
    out.add("number", std::move(number));
    out.add("what", std::move(what));
    out.add("name", std::move(title));
    out.add("from", std::move(from));
    out.add("until", std::move(until));
    return out;
}

Table infections_table(HostRunData const& run) {
    std::vector<std::string> title, peak, cleared, takeover, nk, cd8, virus, cured;
    auto const day = [](std::optional<double> value, char const* otherwise) { return value ? number_text(*value, 3) : otherwise; };
    for (auto const& name : run.begun("infections")) {
        auto const& one = run.summary.at("infections").at(name);
        title.push_back(run.title_of("infections", name));
        peak.push_back(fmt::format("{} {}, day {}", rounded_text(one.at("peak_titre").get<double>(), 2),
                                   one.at("unit_of_titre").get<std::string>(), day(number_in(one, "days_until_peak"), "\u2013")));
        auto const gone = number_in(one, "days_until_cleared");
        auto const sleeps = gone && one.value("latent_cells", 0.0) >= 1.0;
        cleared.push_back(day(gone, "persists") + (run.came_back(name) ? ", then back" : sleeps ? ", latent cells stay" : ""));
        takeover.push_back(day(number_in(one, "takeover_days"), "never"));
        nk.push_back(percent_text(one.at("share_killed_by_nk").get<double>()));
        cd8.push_back(percent_text(one.at("share_killed_by_cd8").get<double>()));
        virus.push_back(percent_text(one.at("share_died_by_virus").get<double>()));
        cured.push_back(percent_text(one.at("share_cured").get<double>()));
    }
    Table out{"infections", {}};
    out.add("infection", std::move(title));
    out.add("peak of the titre", std::move(peak));
    out.add("cleared, day", std::move(cleared));
    out.add("CD8 T cells take over, day", std::move(takeover));
    out.add("killed by NK cells", std::move(nk));
    out.add("killed by CD8 T cells", std::move(cd8));
    out.add("died of virus", std::move(virus));
    out.add("cured", std::move(cured));
    return out;
}

ChangesShown changes_shown(HostRunData const& run) {
    auto const &what = texts_of(run.changes, "what"), &name = texts_of(run.changes, "name"), &outcome = texts_of(run.changes, "outcome"),
               &unit = texts_of(run.changes, "unit");
    auto const &with = numbers_of(run.changes, "with"), &without = numbers_of(run.changes, "without");
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < with.size(); ++i) {
        auto const less_than_a_cell = unit[i] == "cell" && with[i] < 1.0 && without[i] < 1.0;
        if (!less_than_a_cell && size_of_change(with[i], without[i]) > least_change)
            order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return size_of_change(with[a], without[a]) > size_of_change(with[b], without[b]); });
    ChangesShown out;
    out.untold = order.size() - std::min(order.size(), most_changes);
    order.resize(std::min(order.size(), most_changes));
    std::vector<std::string> left_out, result, here, there, difference;
    for (auto const i : order) {
        left_out.push_back(what[i] + ": " + happening_title(run, what[i], name[i]));
        result.push_back(outcome_title(run, outcome[i]));
        here.push_back(value_text(outcome[i], unit[i], with[i]));
        there.push_back(value_text(outcome[i], unit[i], without[i]));
        difference.push_back(is_day_of_clearance(outcome[i]) && std::min(with[i], without[i]) < 0.0
                                 ? (with[i] < 0.0 ? "cleared only without it" : "cleared only with it")
                                 : change_text(with[i], without[i]));
    }
    out.table.name = "changes";
    out.table.add("what", std::move(left_out));
    out.table.add("result", std::move(result));
    out.table.add("with it", std::move(here));
    out.table.add("without it", std::move(there));
    out.table.add("difference", std::move(difference));
    return out;
}

Table meetings_table(HostRunData const& run) {
    auto const& names = texts_of(run.classes, "class");
    auto const &share = numbers_of(run.classes, "share_of_stage"), &education = numbers_of(run.classes, "education");
    std::vector<std::string> met{"share of its stage", "education"};
    std::vector<std::vector<std::string>> columns(names.size());
    for (std::size_t q = 0; q < names.size(); ++q)
        columns[q] = {percent_text(share.at(q)), number_text(education.at(q), 2)};
    std::string const head = "p_kill ", resting = ", resting", primed = ", primed";
    for (auto const& column : run.classes.columns) {
        if (!column.name.starts_with(head) || !column.name.ends_with(resting))
            continue;
        auto const target = column.name.substr(head.size(), column.name.size() - head.size() - resting.size());
        auto const& at_rest = numbers_of(run.classes, column.name);
        auto const& after = numbers_of(run.classes, head + target + primed);
        met.push_back(as_words(target));
        for (std::size_t q = 0; q < names.size(); ++q)
            columns[q].push_back(chance_text(at_rest.at(q)) + " \u2192 " + chance_text(after.at(q)));
    }
    Table out{"meetings", {}};
    out.add("cell that is met", std::move(met));
    for (std::size_t q = 0; q < names.size(); ++q)
        out.add(names[q], std::move(columns[q]));
    return out;
}

Table modulators_table(HostRunData const& run) {
    std::vector<std::string> title, acts_on, range, grade;
    std::vector<double> effect;
    for (auto const& one : run.summary.at("modulators")) {
        title.push_back(one.at("title").get<std::string>());
        acts_on.push_back(one.at("acts_on").get<std::string>());
        effect.push_back(one.at("effect").get<double>());
        range.push_back(number_text(one.at("low").get<double>(), 3) + " to " + number_text(one.at("high").get<double>(), 3));
        grade.push_back(one.at("grade").get<std::string>());
    }
    Table out{"modulators", {}};
    out.add("part of life", std::move(title));
    out.add("acts on", std::move(acts_on));
    out.add("factor", "1", std::move(effect));
    out.add("published range", std::move(range));
    out.add("grade", std::move(grade));
    return out;
}

Table health_table(HostRunData const& run) {
    auto const& health = run.summary.at("health");
    Table out{"health", {}};
    out.add("quantity", {"NK cells made less lost less there, relative to those there",
                         "negative amounts set to zero, in units too small to matter", "steps of the integration", "times it began anew"});
    out.add("value", {number_text(health.at("mass_error").get<double>(), 2), number_text(health.at("clipped").get<double>(), 2),
                      number_text(health.at("steps").get<double>(), 6), number_text(health.at("solvers").get<double>(), 6)});
    return out;
}

} // namespace nk::study
