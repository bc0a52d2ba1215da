#include "nk/study/well_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/report_parts.hpp"
#include "nk/study/well_report_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

std::vector<std::string> const& texts(Table const& table, std::size_t column) {
    return std::get<std::vector<std::string>>(table.columns.at(column).values);
}

/// "52 % (three wells: 50 to 54 %)"
std::string with_interval(Spread const& spread, std::size_t replicates) {
    auto const decimals = spread.mean < 10.0 ? 1 : 0;
    if (std::isnan(spread.low))
        return fmt::format("{:.{}f} %", spread.mean, decimals);
    auto const what = replicates >= 3 ? fmt::format("{} wells", replicates) : std::string("95 % interval");
    return fmt::format("{:.{}f} % ({}: {:.{}f} to {:.{}f} %)", spread.mean, decimals, what, spread.low, decimals, spread.high, decimals);
}

/// The answer for curves along E:T, or at a single place: lysis of up to three curves at the reference place.
std::string answer_along_ratio(ReportedRun const& run) {
    std::string out;
    std::size_t told = 0;
    for (auto const& curve : run.curves) {
        auto const wells = run.reference_wells(curve);
        if (wells.empty() || told == 3)
            continue;
        auto const lysis = with_interval(spread_of(wells, "specific_lysis_percent"), wells.size());
        if (told++ == 0)
            out = fmt::format("At {}, {} kill {} of the {} cells in {}", run.place_words(run.reference), curve.label, lysis,
                              run.target_label(wells.front()->target), duration_text(run.summary.at("simulated_minutes")));
        else
            out += fmt::format("; {} {}", curve.label, lysis);
    }
    return out + ".";
}

/// The answer for curves along plate.vary: from its first to its last value.
std::string answer_along_value(ReportedRun const& run) {
    auto const& curve = run.curves.front();
    auto const first = with_interval(spread_of(curve.wells.front(), "specific_lysis_percent"), curve.wells.front().size());
    auto const last = with_interval(spread_of(curve.wells.back(), "specific_lysis_percent"), curve.wells.back().size());
    return fmt::format("With {} of {}, {} kill {}; with {} they kill {}.", run.summary.value("vary", ""), run.place_words(curve.x.front()),
                       curve.label, first, run.place_words(curve.x.back()), last);
}

void add_facts(Page& page, ReportedRun const& run) {
    auto const where = run.place_words(run.reference);
    auto const fact = [&](std::string const& label, ReportedCurve const& curve, std::string const& readout, double scale,
                          std::string const& unit) {
        auto const spread = spread_of(run.reference_wells(curve), readout);
        if (std::isnan(spread.mean))
            return;
        auto const shown = [&](double value) { return number_text(value * scale, unit == " %" && value * scale >= 10.0 ? 3 : 2) + unit; };
        auto const interval = std::isnan(spread.low) ? std::string() : fmt::format("{} to {}; ", shown(spread.low), shown(spread.high));
        page.add_fact({label, shown(spread.mean), interval + curve.label + ", " + where});
    };
    auto const& first = run.curves.front();
    fact("Specific lysis", first, "specific_lysis_percent", 1.0, " %");
    if (run.curves.size() > 1)
        fact("Specific lysis", run.curves[1], "specific_lysis_percent", 1.0, " %");
    fact("Kills per NK cell", run.curves[run.curves.size() > 1 ? 1 : 0], "kills_per_nk", 1.0, "");
    fact("NK cells that never kill", run.curves[run.curves.size() > 1 ? 1 : 0], "fraction_non_killers", 100.0, " %");
    if (run.curves.size() == 1)
        fact("Mean contact", first, "contact_minutes", 1.0, " min");
}

std::vector<std::string> limits(ReportedRun const& run, std::vector<ParameterRow> const& parameters) {
    auto const estimates = std::count_if(parameters.begin(), parameters.end(),
                                         [](auto const& row) { return row.confidence == formats::report::Confidence::estimate; });
    std::vector<std::string> out{
        "How far real donors differ: all wells hold cells of one donor, so the intervals show chance between wells and nothing else.",
        fmt::format("How sure the parameters are: {} of the {} listed are our own estimates, the weakest grade, and their uncertainty is "
                    "not in the intervals.",
                    estimates, parameters.size()),
        "What depends on gradients: cytokines and drugs are mixed evenly in the medium.",
        "What targets do in return beyond dying: they do not divide, move by themselves or change their ligands, except for HLA class I "
        "under interferon gamma.",
        "Anything about a patient. Results are for research; an association here is no advice."};
    if (run.compare.rows() == 0)
        out.insert(out.begin(), "Whether the curve is right: no published points were given to hold against it.");
    return out;
}

std::string page_of(ReportedRun const& run) {
    auto const title = run.summary.value("title", ""), question = run.summary.value("question", "");
    Page page(title.empty() ? "Killing assay" : title, question.empty() ? "How many target cells are killed?" : question,
              run.along_value ? answer_along_value(run) : answer_along_ratio(run));
    add_facts(page, run);
    page.add_figure(readout_figure(run, "specific_lysis_percent"), "wells.csv");
    for (auto const* readout : {"cd107a_percent", "kills_per_nk", "fraction_non_killers"})
        if (auto const& wanted = texts(run.compare, 2); std::find(wanted.begin(), wanted.end(), readout) != wanted.end())
            page.add_figure(readout_figure(run, readout), "wells.csv");
    page.add_figure(time_course_figure(run), "time_course.csv");
    page.add_figure(kills_figure(run), "kills.csv");
    page.add_table("Contacts and hits at " + run.place_words(run.reference), contact_table(run), "Means over replicates.");
    if (auto const plate = plate_figure(run))
        page.add_figure(*plate, "wells.csv");
    if (auto const scene = film(run))
        page.add_animation(*scene);
    auto const parameters = decisive_parameters(run.parameters, {"recognition.", "killing.", "search.attach", "education."});
    page.set_parameters(parameters);
    page.set_limits(limits(run, parameters));
    page.set_reproduction(reproduction_of(run.summary));
    return page.html();
}

} // namespace

std::string well_report(formats::RunDirectory const& directory) {
    return directory.reading_summary([&] { return page_of(read_run(directory)); });
}

} // namespace nk::study
