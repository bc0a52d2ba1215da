#include "nk/study/therapy_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/host_report_figures.hpp"
#include "nk/study/tissue_report_data.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr double least_seen = 0.1;    ///< infused cells are called seen above that [cell/uL]
constexpr double least_burden = 1.0;  ///< a log axis of cells begins there [cell]
constexpr double il6_axis_from = 1.0; ///< [pg/mL]

/// A number of the base of parameters, as the run used it.
double response_limit(HostRunData const& run, std::string const& name) {
    auto const& names = texts_of(run.parameters, "name");
    auto const found = std::find(names.begin(), names.end(), "therapy.response." + name);
    return found == names.end() ? 0.0 : numbers_of(run.parameters, "value").at(static_cast<std::size_t>(found - names.begin()));
}

/// The run and its arms, each with a name.
std::vector<std::pair<std::string, HostRunData const*>> arms_of_run(HostRunData const& run) {
    std::vector<std::pair<std::string, HostRunData const*>> out{{run.label.empty() ? "as planned" : run.label, &run}};
    for (auto const& arm : run.arms)
        out.emplace_back(arm.label, &arm);
    return out;
}

std::vector<double> in_blood(HostRunData const& run) {
    std::vector<double> out(run.numbers("day").size(), 0.0);
    for (auto const& product : run.products()) {
        auto const& one = run.numbers(product + "_blood");
        for (std::size_t i = 0; i < std::min(out.size(), one.size()); ++i)
            out[i] += one[i];
    }
    return out;
}

std::vector<double> burden(HostRunData const& run) {
    std::vector<double> out(run.numbers("day").size(), 0.0);
    for (auto const& tumour : run.begun("tumours")) {
        auto const& one = run.numbers(tumour + "_cells");
        for (std::size_t i = 0; i < std::min(out.size(), one.size()); ++i)
            out[i] += one[i];
    }
    return out;
}

/// What the burden counts: "B cells" need not be a tumour.
std::string cells_told(HostRunData const& run) {
    auto const tumours = run.begun("tumours");
    return tumours.size() == 1 ? named_cells(run.title_of("tumours", tumours.front())) : "tumour cells";
}

template <class Values>
Chart arms_chart(HostRunData const& run, std::string title, std::string note, std::string axis, Values const& values) {
    Chart out;
    out.heading = {std::move(title), std::move(note), Evidence::predicted};
    out.x_axis.title = run.time_title();
    out.y_axis.title = std::move(axis);
    auto const arms = arms_of_run(run);
    for (std::size_t a = 0; a < arms.size(); ++a) {
        auto const& [label, arm] = arms[a];
        Series series;
        series.label = arms.size() > 1 ? label : "";
        auto days = arm->numbers("day");
        for (auto& day : days)
            day = run.time(day);
        auto const course = values(*arm);
        if (course.size() != days.size()) // an arm in which nothing is given has no such column
            continue;
        std::tie(series.x, series.y) = thinned_course(days, course);
        series.colour = static_cast<int>(a);
        series.dashed = a % 2 == 1;
        out.series.push_back(std::move(series));
    }
    return out;
}

double highest(Chart const& chart) {
    auto out = 0.0;
    for (auto const& series : chart.series)
        for (auto const y : series.y)
            out = std::max(out, y);
    return out;
}

/// A log axis from `least` on; smaller values are drawn there.
void logarithmic_from(Chart& chart, double least) {
    chart.y_axis.scale = AxisScale::log;
    chart.y_axis.low = least;
    for (auto& series : chart.series)
        for (auto& y : series.y)
            y = std::max(y, least);
}

SwimmerChart course_of_arms(HostRunData const& run) {
    SwimmerChart out;
    out.heading = {
        "Course of each arm",
        fmt::format("A bar is the time under observation; coloured while more than {} infused cell/uL are in blood.", least_seen),
        Evidence::predicted};
    out.time_axis.title = run.time_title();
    out.states = {"infused cells in blood"};
    out.events = {"infusion", "response", "progression", "lethal burden"};
    auto const lethal = response_limit(run, "lethal");
    out.plain_label = "no infused cells in blood";
    out.longest_first = false;
    for (auto const& [label, arm] : arms_of_run(run)) {
        SwimmerChart::Patient one;
        one.label = label;
        auto const& day = arm->numbers("day");
        auto const cancer = burden(*arm);
        auto const fatal =
            static_cast<std::size_t>(std::find_if(cancer.begin(), cancer.end(), [&](double n) { return n >= lethal; }) - cancer.begin());
        one.end = run.time(fatal < day.size() ? day[fatal] : arm->last_day());
        one.ongoing = fatal >= day.size();
        if (!one.ongoing)
            one.marks.push_back({"lethal burden", one.end});
        auto const cells = in_blood(*arm);
        for (std::size_t i = 0; i + 1 < std::min(day.size(), fatal + 1); ++i)
            if (cells[i + 1] >= least_seen) {
                if (!one.segments.empty() && one.segments.back().to == run.time(day[i]))
                    one.segments.back().to = run.time(day[i + 1]);
                else
                    one.segments.push_back({out.states.front(), run.time(day[i]), run.time(day[i + 1])});
            }
        for (auto const& happening : arm->happenings)
            for (auto const day : happening.doses)
                if (happening.what == "infusion" && run.time(day) <= one.end)
                    one.marks.push_back({"infusion", run.time(day)});
        for (auto const& [name, tumour] : arm->summary["therapy"]["tumours"].items()) {
            if (auto const at = study::number_in(tumour, "response_day"))
                one.marks.push_back({"response", run.time(*at)});
            if (auto const at = study::number_in(tumour, "progression_day"))
                one.marks.push_back({"progression", run.time(*at)});
        }
        out.patients.push_back(std::move(one));
    }
    return out;
}

PatientWaterfall best_changes(HostRunData const& run) {
    PatientWaterfall out;
    out.heading = {"Best change of the burden",
                   "Fewest " + cells_told(run) + " after the first treatment, against the first treatment; cells, not diameters.",
                   Evidence::predicted};
    out.value_axis.title = "change of " + cells_told(run) + " (%)";
    auto const partial = 100.0 * (response_limit(run, "partial") - 1.0), progression = 100.0 * (response_limit(run, "progression") - 1.0);
    out.lines = {{partial, "partial response"}, {progression, "progression"}};
    for (auto const& [label, arm] : arms_of_run(run))
        for (auto const& [name, tumour] : arm->summary["therapy"]["tumours"].items())
            out.patients.push_back({label, std::max(-100.0, tumour["best_change_percent"].get<double>()), label});
    return out;
}

Table arms_table(HostRunData const& run) {
    std::vector<std::string> arm_name, response, best, cells, peak, peak_day, seen, rejected, grade;
    for (auto const& [label, arm] : arms_of_run(run)) {
        auto const& therapy = arm->summary["therapy"];
        std::string what, change;
        for (auto const& [name, tumour] : therapy["tumours"].items()) {
            what += (what.empty() ? "" : "; ") + tumour["response"].get<std::string>();
            change += (change.empty() ? "" : "; ") + fmt::format("{:+.0f} %", tumour["best_change_percent"].get<double>());
        }
        std::string most = "\u2013", on = "\u2013", last = "never", lost = "\u2013";
        auto height = 0.0;
        for (auto const& [name, product] : therapy["products"].items())
            if (auto const top = product["peak_blood_per_ul"].get<double>(); top > height) {
                height = top;
                most = rounded_text(top, 2) + " /uL";
                on = product["peak_day"].is_null() ? "\u2013" : number_text(product["peak_day"].get<double>(), 3);
                last = product["last_seen_day"].is_null() ? "never" : number_text(product["last_seen_day"].get<double>(), 3);
                lost = percent_text(product["rejected_share"].get<double>());
            }
        auto const end = burden(*arm);
        arm_name.push_back(label);
        response.push_back(what.empty() ? "\u2013" : what);
        best.push_back(change.empty() ? "\u2013" : change);
        cells.push_back(end.empty() || what.empty() ? "\u2013" : rounded_text(end.back(), 2));
        peak.push_back(most);
        peak_day.push_back(on);
        seen.push_back(last);
        rejected.push_back(lost);
        grade.push_back(std::to_string(therapy["crs_grade"].get<int>()));
    }
    Table out{"arms", {}};
    out.add("arm", std::move(arm_name));
    out.add("best response", std::move(response));
    out.add("best change", std::move(best));
    out.add(cells_told(run) + " at the end", std::move(cells));
    out.add("peak of infused cells", std::move(peak));
    out.add("on day", std::move(peak_day));
    out.add("last seen, day", std::move(seen));
    out.add("rejected, of those lost", std::move(rejected));
    out.add("cytokine release, grade", std::move(grade));
    return out;
}

/// Batches of the run and of its arms; a product that is made the same way in several is told once.
void add_batches(TherapyShown& out, HostRunData const& run) {
    std::vector<std::string> of, step, day, in, nk, t, purity, viability, told;
    std::vector<std::string> tested, test, value, limit, passed;
    for (auto const& [label, arm] : arms_of_run(run)) {
        auto const& made = arm->products_made;
        if (made.rows() == 0)
            continue;
        auto const &names = texts_of(made, "product"), &steps = texts_of(made, "step");
        for (auto const& [product, release] : arm->summary["therapy"]["release"].items()) {
            auto way = product + ":";
            for (std::size_t i = 0; i < names.size(); ++i)
                if (names[i] == product)
                    way += " " + steps[i];
            if (std::find(told.begin(), told.end(), way) != told.end())
                continue;
            auto const title =
                std::any_of(told.begin(), told.end(), [&product = product](auto const& one) { return one.starts_with(product + ":"); })
                    ? as_words(product) + " (" + label + ")"
                    : as_words(product);
            told.push_back(way);
            for (std::size_t i = 0; i < names.size(); ++i) {
                if (names[i] != product)
                    continue;
                of.push_back(title);
                step.push_back(as_words(steps[i]));
                day.push_back(number_text(numbers_of(made, "day")[i], 3));
                in.push_back(rounded_text(numbers_of(made, "nk_in")[i], 2));
                nk.push_back(rounded_text(numbers_of(made, "nk_out")[i], 2));
                t.push_back(rounded_text(numbers_of(made, "t_out")[i], 2));
                purity.push_back(percent_text(numbers_of(made, "purity")[i]));
                viability.push_back(percent_text(numbers_of(made, "viability")[i]));
            }
            for (auto const& one : release.value("limited_by_vessel", nlohmann::json::array()))
                out.vessel += fmt::format("{}{}, {}: of the cells only {} were grown, since the vessel holds no more of their harvest.",
                                          out.vessel.empty() ? "" : " ", title, as_words(one.at("step").template get<std::string>()),
                                          percent_text(one.at("used").template get<double>()));
            for (auto const& one : release.at("tests")) {
                auto const unit = one.at("unit") == "1" ? std::string() : " " + one.at("unit").template get<std::string>();
                auto const least = one.contains("at_least");
                tested.push_back(title);
                test.push_back(one.at("test").template get<std::string>());
                value.push_back(number_text(one.at("value").template get<double>(), 2) + unit);
                limit.push_back((least ? "at least " : "at most ") +
                                number_text(one.at(least ? "at_least" : "at_most").template get<double>(), 2) + unit);
                passed.push_back(one.at("passed").template get<bool>() ? "passed" : "not passed");
            }
        }
    }
    out.record.name = "record";
    for (auto& [name, values] : {std::pair{"product", &of},
                                 {"step", &step},
                                 {"day", &day},
                                 {"NK cells in", &in},
                                 {"NK cells out", &nk},
                                 {"T cells out", &t},
                                 {"NK cells of all", &purity},
                                 {"alive", &viability}})
        out.record.add(name, std::move(*values));
    out.release.name = "release";
    for (auto& [name, values] : {std::pair{"product", &tested}, {"test", &test}, {"value", &value}, {"limit", &limit}, {"", &passed}})
        out.release.add(name, std::move(*values));
}

double peak_of(HostRunData const& arm) {
    auto out = 0.0;
    for (auto const& [name, product] : arm.summary["therapy"]["products"].items())
        out = std::max(out, product["peak_blood_per_ul"].get<double>());
    return out;
}

/// "3.9 to 61", or one number where both read the same.
std::string range_text(double low, double high, int digits) {
    auto const from = rounded_text(low, digits), to = rounded_text(high, digits);
    return from == to ? from : from + " to " + to;
}

std::string therapy_answer(HostRunData const& run) {
    auto const arms = arms_of_run(run);
    std::string responders;
    auto tumours = false;
    auto least = peak_of(run), most = least, first = -1.0, last = -1.0;
    for (auto const& [label, arm] : arms) {
        auto const& therapy = arm->summary["therapy"];
        for (auto const& [name, tumour] : therapy["tumours"].items()) {
            tumours = true;
            auto const response = tumour["response"].get<std::string>();
            if (response == "complete" || response == "partial")
                responders += fmt::format("{}{} ({})", responders.empty() ? "" : "; ",
                                          arms.size() > 1 ? label : arm->title_of("tumours", name), response);
        }
        least = std::min(least, peak_of(*arm));
        most = std::max(most, peak_of(*arm));
        for (auto const& [name, product] : therapy["products"].items())
            if (!product["last_seen_day"].is_null()) {
                auto const day = product["last_seen_day"].get<double>();
                first = first < 0.0 ? day : std::min(first, day);
                last = std::max(last, day);
            }
    }
    std::string out;
    if (tumours)
        out = responders.empty() ? (arms.size() > 1 ? "No arm brings a response. " : "There is no response. ")
                                 : "Response: " + responders + ". ";
    if (most > 0.0)
        out += fmt::format("Infused cells peak at {} per uL of blood{}. ", range_text(least, most, 2),
                           last < 0.0 ? "" : " and are last seen on day " + range_text(first, last, 3));
    for (auto const& [label, arm] : arms)
        for (auto const& warning : arm->summary["therapy"].value("warnings", nlohmann::json::array()))
            out += fmt::format("{}{}. ", arms.size() > 1 ? label + ": " : "", warning.get<std::string>());
    return out;
}

} // namespace

TherapyShown therapy_shown(HostRunData const& run) {
    TherapyShown out;
    if (!run.summary.contains("therapy") || run.summary["therapy"].is_null())
        return out;
    out.answer = therapy_answer(run);
    out.table = arms_table(run);
    add_batches(out, run);
    auto const usual_expansion = response_limit(run, "expansion");
    auto cells = arms_chart(run, "Expansion and persistence of infused cells",
                            fmt::format("Trials speak of expansion above {} cell/uL.", usual_expansion),
                            "infused NK cells in blood (cell/uL)", in_blood);
    if (highest(cells) > 0.0) {
        logarithmic_from(cells, 0.1 * least_seen);
        if (highest(cells) > usual_expansion / 10.0)
            cells.lines.push_back({usual_expansion, "expansion", ReferenceLine::Direction::horizontal});
        out.figures.emplace_back(std::move(cells));
        out.figures.emplace_back(course_of_arms(run));
    }
    if (auto chart = arms_chart(run, "Burden", "All tumours of the host together.", cells_told(run) + " (cell)", burden);
        highest(chart) > 0.0) {
        auto lowest = highest(chart);
        for (auto const& series : chart.series)
            for (auto const y : series.y)
                lowest = std::min(lowest, std::max(y, least_burden));
        logarithmic_from(chart, std::max(least_burden, std::pow(10.0, std::floor(std::log10(lowest)) - 1.0)));
        out.figures.emplace_back(std::move(chart));
        out.figures.emplace_back(best_changes(run));
    }
    for (auto const& name : run.begun("infections")) {
        auto const unit = run.summary.at("infections").at(name).at("unit_of_titre").get<std::string>();
        auto chart = arms_chart(run, capitalised(run.title_of("infections", name)) + ": virus", "The arms of this run.",
                                "titre (" + unit + ")", [&](HostRunData const& arm) { return arm.numbers(name + "_titre"); });
        if (highest(chart) <= 0.0)
            continue;
        auto const detection = run.summary.at("infections").at(name).at("detection").get<double>();
        logarithmic_from(chart, detection > 0.0 && detection < highest(chart) ? 0.1 * detection : 1e-6 * highest(chart));
        out.figures.emplace_back(std::move(chart));
    }
    auto il15 = arms_chart(run, "IL-15", "What NK cells sense: own, freed by conditioning, given, or made by armoured cells.",
                           "IL-15, relative to health", [](HostRunData const& arm) { return arm.numbers("il15"); });
    il15.y_axis.low = 0.0;
    out.figures.emplace_back(std::move(il15));
    auto il6 = arms_chart(run, "IL-6 in serum", "From the killing flux; grades of cytokine release are read from its peak.", "IL-6 (pg/mL)",
                          [](HostRunData const& arm) { return arm.numbers("il6"); });
    if (highest(il6) > il6_axis_from) {
        logarithmic_from(il6, il6_axis_from);
        out.figures.emplace_back(std::move(il6));
    }
    return out;
}

} // namespace nk::study
