#include "nk/study/tissue_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/host_report.hpp"
#include "nk/study/report_parts.hpp"
#include "nk/study/tissue_report_figures.hpp"
#include "nk/study/well_report.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

std::string count_text(double value) {
    return number_text(value, 6);
}

/// "epithelial cell 0 (95 % interval 0 to 830)"
std::string rate_text(TissueRunData const& run) {
    std::string out;
    for (auto const& [group, met] : run.met_groups()) {
        auto const [low, high] = poisson_interval(met.hits);
        auto const scale = met.cell_days > 0.0 ? 1e6 / met.cell_days : 0.0;
        out += fmt::format("{}{} {} (95 % interval {} to {})", out.empty() ? "" : ", ", group,
                           number_text(met.hits_per_million_per_day(), 2), number_text(low * scale, 2), number_text(high * scale, 2));
    }
    return out;
}

std::string infection_words(TissueRunData const& run) {
    return fmt::format("the virus infects {} of {} cells, NK cells kill {} of the infected and {} of the others, and {} cells are left",
                       count_text(run.infections), count_text(run.living_targets().front()), count_text(run.met_infected.kills),
                       count_text(run.met_groups().front().second.kills), count_text(run.living_targets().back()));
}

std::string kill_words(TissueRunData const& run) {
    std::string out;
    for (auto const& [name, count] : run.summary.at("killed").items()) {
        auto const& alive = run.numbers("alive_" + name);
        if (!alive.empty())
            out += fmt::format("{}{} of {} ({}; {} at the end)", out.empty() ? "" : ", ", count_text(count.template get<double>()),
                               count_text(alive.front()), run.kind_label(name), count_text(alive.back()));
    }
    return out.empty() ? "there was nothing to kill" : "NK cells kill " + out;
}

std::string answer(TissueRunData const& run) {
    auto const infection = run.with_virus() && run.with_ledger && !run.living_targets().empty();
    auto out =
        "In " + duration_text(run.summary.at("simulated_minutes")) + ", " + (infection ? infection_words(run) : kill_words(run)) + ".";
    for (auto const& one : run.compared)
        out += fmt::format("{}{} ({})",
                           &one == &run.compared.front() ? (infection ? " Left in the other runs: " : " Killed in the other runs: ") : ", ",
                           count_text(infection ? one.living_targets().back() : one.summary.at("killed_by_nk").get<double>()), one.label);
    return run.compared.empty() ? out : out + ".";
}

void add_facts(Page& page, TissueRunData const& run) {
    auto const& s = run.summary;
    page.add_fact({"Killed by NK cells", count_text(s.at("killed_by_nk").get<double>()), "cells"});
    if (run.with_ledger)
        for (auto const& [group, met] : run.met_groups())
            page.add_fact({"Hits on a million " + group + " a day", number_text(met.hits_per_million_per_day(), 2),
                           fmt::format("{} hits in {} contacts", count_text(met.hits), count_text(met.contacts))});
    page.add_fact({"NK cells at the end", count_text(s.at("nk_alive").get<double>()),
                   fmt::format("{} arrived from vessels", count_text(s.at("nk_arrived").get<double>()))});
    page.add_fact({"Other cells at the end", count_text(s.at("targets_alive").get<double>()),
                   fmt::format("{} divisions", count_text(s.at("divisions").get<double>()))});
}

std::vector<std::string> limits(TissueRunData const& run, std::vector<ParameterRow> const& parameters) {
    auto const estimates = std::count_if(parameters.begin(), parameters.end(),
                                         [](auto const& row) { return row.confidence == formats::report::Confidence::estimate; });
    std::vector<std::string> out{
        run.compared.empty() ? "How much chance there is: this is one run with one seed; other seeds differ."
                             : "How much chance there is: each run is one run, all with the same seed; other seeds differ.",
        fmt::format("How sure the parameters are: {} of the {} listed are our own estimates, the weakest grade.", estimates,
                    parameters.size()),
        "Tissue beyond the box: blood, lymph and the rest of the body are not there; what leaves does not come back.",
        fmt::format("Differences within {:.0f} um or so: fields are known on voxels, and cells are spheres of constant size.",
                    run.summary.at("voxel").get<double>())};
    if (run.with_virus())
        out.emplace_back("What others do against the virus: macrophages, T cells and antibodies are not there.");
    out.emplace_back("Anything about a patient. Results are for research; an association here is no advice.");
    return out;
}

/// The picture of the final state, with its colours in words.
void add_picture(Page& page, TissueRunData const& run) {
    if (run.picture.empty())
        return;
    auto const words = picture_colours(run);
    page.add_picture({"The tissue at the end",
                      fmt::format("Colours: {}. The bar is {:.0f} um long.", words, run.summary.at("picture_bar_um").get<double>()),
                      Evidence::illustrative},
                     run.picture, "All cells at the end of the run as spheres: " + words, "picture.png");
}

std::vector<std::string_view> prefixes(TissueRunData const& run) {
    std::vector<std::string_view> out{"recognition.", "search.attach", "mechanics.", "recruitment."};
    if (run.with_virus())
        out.insert(out.end(), {"virus.", "interferon.", "substrate.virus", "substrate.IFN1", "cytokine.IFNa"});
    if (run.summary.at("divisions").get<double>() > 0.0)
        out.emplace_back("cell_cycle.");
    return out;
}

std::string page_of(TissueRunData const& run) {
    auto const title = run.summary.value("title", "");
    auto const question = run.summary.value("question", "");
    Page page(title.empty() ? "Tissue" : title, question.empty() ? "What do NK cells do in this tissue?" : question, answer(run));
    add_facts(page, run);
    if (!run.compared.empty())
        page.add_table("The runs", runs_table(run), "All with the same seed.");
    if (run.with_ledger && !run.met.empty())
        page.add_table("What NK cells did", met_table(run),
                       "Hits divided by living cells and time" + (run.with_virus() ? std::string(".") : ": " + rate_text(run) + "."));
    if (!run.compared.empty())
        if (auto const hits = hits_figure(run))
            page.add_figure(*hits, "ledger.csv");
    for (auto const& figure : compared_figures(run))
        page.add_figure(figure, "time_course.csv");
    if (!run.compared.empty())
        page.add_heading("The first run: " + run.label);
    if (auto const scene = tissue_film(run))
        page.add_animation(*scene);
    add_picture(page, run);
    for (auto const& figure : course_figures(run))
        page.add_figure(figure, "time_course.csv");
    auto const parameters = decisive_parameters(run.parameters, prefixes(run));
    page.set_parameters(parameters);
    page.set_limits(limits(run, parameters));
    page.set_reproduction(reproduction_of(run.summary));
    return page.html();
}

} // namespace

std::string tissue_report(formats::RunDirectory const& directory) {
    return directory.reading_summary([&] { return page_of(read_tissue_run(directory)); });
}

std::string report_of(formats::RunDirectory const& directory) {
    auto const kind = directory.reading_summary([&] {
        auto const summary = directory.summary();
        return summary.is_object() ? summary.value("kind", "") : std::string();
    });
    return kind == "tissue"                      ? tissue_report(directory)
           : kind == "body" || kind == "therapy" ? host_report(directory)
                                                 : well_report(directory);
}

} // namespace nk::study
