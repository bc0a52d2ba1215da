#include "nk/study/host_report.hpp"

#include "nk/formats/report/text.hpp"
#include "nk/study/host_report_figures.hpp"
#include "nk/study/report_parts.hpp"
#include "nk/study/site_report.hpp"
#include "nk/study/therapy_report.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

std::string blood_words(HostRunData const& run) {
    auto const& blood = run.numbers("nk_blood");
    if (blood.empty())
        return "";
    return fmt::format("In {}, NK cells in blood go from {} to {} per uL.", run.length_words(), number_text(blood.front(), 3),
                       number_text(blood.back(), 3));
}

std::string infection_words(HostRunData const& run, std::string const& name) {
    auto const& one = run.summary.at("infections").at(name);
    auto out = capitalised(run.title_of("infections", name)) + ":";
    if (auto const peak = number_in(one, "days_until_peak"))
        out += fmt::format(" the titre peaks after {} days,", number_text(*peak, 2));
    auto const cleared = number_in(one, "days_until_cleared");
    auto const sleeps = one.value("latent_cells", 0.0) >= 1.0;
    out += cleared ? fmt::format(" no infected cell is {} after {} days{},", sleeps ? "seen" : "left", number_text(*cleared, 3),
                                 run.came_back(name) ? ", but there are some again at the end"
                                 : sleeps            ? ", though latent ones stay"
                                                     : "")
                   : std::string(" infected cells are still there at the end,");
    auto const takeover = number_in(one, "takeover_days");
    out += takeover ? fmt::format(" CD8 T cells kill more than NK cells from day {} of the infection on;", number_text(*takeover, 2))
                    : std::string(" CD8 T cells never kill more than NK cells;");
    auto const share = [&](char const* key) { return one.at(key).get<double>(); };
    out += fmt::format(" of the infected cells lost, NK cells killed {}, CD8 T cells {}, the virus {}",
                       percent_text(share("share_killed_by_nk")), percent_text(share("share_killed_by_cd8")),
                       percent_text(share("share_died_by_virus")));
    auto const cured = share("share_cured");
    return out + (cured > 0.0 ? fmt::format(", and {} were cured.", percent_text(cured)) : std::string("."));
}

std::string tumour_words(HostRunData const& run, std::string const& name) {
    auto const& one = run.summary.at("tumours").at(name);
    auto const title =
        fmt::format("{} in the {}", capitalised(run.title_of("tumours", name)), as_words(one.at("organ").get<std::string>()));
    if (auto const gone = number_in(one, "gone_day"))
        return fmt::format("{}: no cell is left {} days after it began.", title, number_text(*gone - one.at("began_day").get<double>(), 3));
    return fmt::format("{}: {} cells at the end.", title, rounded_text(one.at("cells").get<double>(), 2));
}

/// Infections and tumours that did not begin within the run; metastases that were never founded are among them.
std::size_t not_begun(HostRunData const& run, std::string const& table) {
    return run.summary.at(table).size() - run.begun(table).size();
}

std::string answer(HostRunData const& run) {
    auto out = blood_words(run);
    for (auto const& name : run.begun("infections"))
        out += " " + infection_words(run, name);
    for (auto const& name : run.begun("tumours"))
        out += " " + tumour_words(run, name);
    for (auto const* table : {"infections", "tumours"})
        if (auto const count = not_begun(run, table); count > 0)
            out += fmt::format(" {} of the {} {} did not begin.", count, run.summary.at(table).size(), table);
    return out;
}

void add_facts(Page& page, HostRunData const& run) {
    auto const &blood = run.numbers("nk_blood"), &activity = run.numbers("activity");
    if (!blood.empty())
        page.add_fact(
            {"NK cells in blood at the end", number_text(blood.back(), 3) + " /uL", number_text(blood.front(), 3) + " /uL at first"});
    if (!activity.empty())
        page.add_fact({"Activity of an NK cell at the end", number_text(activity.back(), 2),
                       number_text(*std::min_element(activity.begin(), activity.end()), 2) + " at its lowest; 1 on the first day"});
    if (!run.products().empty())
        page.add_fact({"Cytokine release", fmt::format("grade {}", run.summary["therapy"]["crs_grade"].get<int>()),
                       "IL-6 up to " + number_text(run.summary["therapy"]["il6_peak_pg_per_ml"].get<double>(), 2) + " pg/mL"});
    for (auto const& name : run.begun("infections")) {
        auto const& one = run.summary.at("infections").at(name);
        page.add_fact({capitalised(run.title_of("infections", name)) + ", killed by NK cells",
                       percent_text(one.at("share_killed_by_nk").get<double>()), "of the infected cells lost"});
    }
    for (auto const& name : run.begun("tumours")) {
        auto const& one = run.summary.at("tumours").at(name);
        page.add_fact(
            {capitalised(run.title_of("tumours", name)) + " at the end", rounded_text(one.at("cells").get<double>(), 2), "cells"});
    }
}

void add_changes(Page& page, HostRunData const& run) {
    if (run.changes.rows() == 0)
        return;
    auto const shown = changes_shown(run);
    auto note = fmt::format(
        "The same host without one thing at a time, all else equal. Told where the two differ by more than {:.0f} %; changes.csv "
        "has all. No claim is made that changes add up: two things left out together may differ from the sum.",
        100.0 * least_change);
    if (shown.untold > 0)
        note += fmt::format(" {} smaller changes are not in this table.", shown.untold);
    if (shown.table.rows() == 0)
        page.add_paragraph(
            fmt::format("Nothing that happens changes any of the results compared by more than {:.0f} %.", 100.0 * least_change));
    else
        page.add_table("What each thing changed", shown.table, note);
}

/// Those of grade C or D, by title.
std::string weak_modulators(HostRunData const& run) {
    std::string out;
    for (auto const& one : run.summary.at("modulators"))
        if (auto const grade = one.at("grade").get<std::string>(); grade != "A" && grade != "B")
            out += (out.empty() ? "" : ", ") + one.at("title").get<std::string>();
    return out;
}

void add_modulators(Page& page, HostRunData const& run) {
    if (run.summary.at("modulators").empty())
        return;
    auto const weak = weak_modulators(run);
    page.add_table("Parts of life that act on NK cells", modulators_table(run),
                   "Factor at full strength, relative to a person without it. Grades: A randomised or experimental, B prospective, C "
                   "cross-sectional, D mechanistic or animal. Results that rest on grade C or D are weak" +
                       (weak.empty() ? std::string("; none here does.") : "; here " + weak + ".") + " An association is no advice.");
}

std::vector<std::string> limits(HostRunData const& run, std::vector<ParameterRow> const& parameters) {
    auto const estimates = std::count_if(parameters.begin(), parameters.end(),
                                         [](auto const& row) { return row.confidence == formats::report::Confidence::estimate; });
    auto const& s = run.summary;
    std::vector<std::string> out{
        fmt::format("How sure the parameters are: {} of the {} listed are our own estimates, the weakest grade.", estimates,
                    parameters.size()),
        "How several things act together: the model lets each act by itself, and no data tell whether they do; no claim of additivity is "
        "made.",
        fmt::format("How NK cells turn over: published hypotheses exclude each other; this run follows `{}`.",
                    s.at("turnover").get<std::string>()),
        fmt::format("Differences between NK cells of one class: {} of the spread in killing lies within classes.",
                    percent_text(s.at("unexplained_by_classes").get<double>())),
        "Where in an organ cells are: every organ is mixed evenly.",
        "What others do: of the rest of the immune system there are CD8 T cells, help, antibody and interferons in outline; macrophages, "
        "neutrophils and dendritic cells are not there.",
        s.at("chance").get<bool>()
            ? "How much chance there is: small numbers are left to chance, and this is one course of many; other seeds differ."
            : "How much chance there is: every number is an expected one; whether the last cells die is not left to chance.",
        "Anything about a patient. Results are for research; an association here is no advice."};
    if (auto const weak = weak_modulators(run); !weak.empty())
        out.insert(out.begin() + 1, "Whether this acts on NK cells as said: " + weak + "; the evidence is of grade C or D, which is weak.");
    return out;
}

std::vector<ParameterRow> parameters_of(HostRunData const& run) {
    auto const& s = run.summary;
    auto const species = s.at("species").get<std::string>();
    std::vector<std::string> prefixes{"turnover." + s.at("turnover").get<std::string>() + ".", "organ." + species + "_blood.",
                                      "recognition."};
    for (auto const& one : run.happenings)
        if (one.what == "treatment") // of "cytokine.il2" the row is "support.il2"
            prefixes.push_back((one.row.starts_with("cytokine.") ? "support" + one.row.substr(8) : one.row) + ".");
        else if (one.what != "event" && one.what != "infusion")
            prefixes.push_back((one.what == "habit" ? "modulator" : one.what) + "." + one.row + ".");
    if (!run.products().empty())
        prefixes.emplace_back("therapy.");
    if (!run.begun("infections").empty() || !run.begun("tumours").empty())
        prefixes.emplace_back("adaptive.");
    if (std::any_of(run.happenings.begin(), run.happenings.end(), [](auto const& one) { return one.what == "event"; }))
        prefixes.emplace_back("trafficking.");
    if (run.in_years())
        prefixes.emplace_back("ageing.");
    if (auto const lack = s.at("deficiency").get<std::string>(); !lack.empty())
        prefixes.push_back("deficiency." + lack + ".");
    return decisive_parameters(run.parameters, {prefixes.begin(), prefixes.end()});
}

std::string page_of(HostRunData const& run) {
    auto const title = run.summary.value("title", ""), question = run.summary.value("question", "");
    auto const therapy = therapy_shown(run);
    Page page(title.empty() ? "Host" : title, question.empty() ? "What becomes of the NK cells of this host?" : question,
              therapy.answer + answer(run));
    add_facts(page, run);
    if (!run.happenings.empty())
        page.add_table("What happens", happenings_table(run), "The figures show the numbers.");
    if (!therapy.figures.empty()) {
        page.add_heading(run.arms.empty() ? "The therapy" : "The arms");
        page.add_table(run.arms.empty() ? "What came of it" : "What came of each arm", therapy.table,
                       "One virtual patient each, with the same random numbers; folders of the arms lie in arms/.");
        for (auto const& figure : therapy.figures)
            page.add_figure(figure, "course.csv");
        if (therapy.record.rows() > 0) {
            page.add_heading("The product");
            page.add_table("How it was made", therapy.record,
                           "One batch, drawn from the spreads of its steps. products.csv has the numbers.");
            if (!therapy.vessel.empty())
                page.add_paragraph(therapy.vessel);
            page.add_table("Release tests", therapy.release,
                           "Potency: specific lysis of K562 in 4 h at 10 NK cells to 1, simulated in a well. A batch that fails a test is "
                           "given here all the same.");
        }
        page.add_heading("The host");
    }
    for (auto const& figure : person_figures(run))
        page.add_figure(figure, "course.csv");
    if (auto const begun = run.begun("infections"); !begun.empty()) {
        page.add_heading(begun.size() == 1 ? "The infection" : "The infections");
        page.add_table("What became of infected cells", infections_table(run),
                       "Days since the infection; shares of the infected cells lost.");
        for (auto const& name : begun)
            for (auto const& figure : infection_figures(run, name))
                page.add_figure(figure, "course.csv");
    }
    if (auto const begun = run.begun("tumours"); !begun.empty()) {
        page.add_heading(begun.size() == 1 ? "The tumour" : "The tumours");
        for (auto const& name : begun)
            for (auto const& figure : tumour_figures(run, name))
                page.add_figure(figure, "course.csv");
    }
    if (run.sites.rows() > 0) {
        page.add_heading("Boxes of agents");
        page.add_paragraph(site_words(run));
        for (auto const& figure : site_figures(run))
            page.add_figure(figure, "sites.csv");
    }
    page.add_heading("Behind the results");
    add_changes(page, run);
    add_modulators(page, run);
    if (run.classes.rows() > 0)
        page.add_table("Classes of NK cells and their meetings", meetings_table(run),
                       "Chance that a contact kills: of a resting NK cell \u2192 of a primed one. classes.csv has the numbers.");
    page.add_table("Numerical health", health_table(run));
    auto const parameters = parameters_of(run);
    page.set_parameters(parameters);
    page.set_limits(limits(run, parameters));
    page.set_reproduction(reproduction_of(run.summary));
    return page.html();
}

} // namespace

std::string host_report(formats::RunDirectory const& directory) {
    return directory.reading_summary([&] { return page_of(read_host_run(directory)); });
}

} // namespace nk::study
