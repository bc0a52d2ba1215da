#include "nk/formats/report/page.hpp"
#include "nk/study/validate.hpp"

#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

namespace report = formats::report;

std::string shown(double x) {
    return std::isfinite(x) ? fmt::format("{:.3g}", x) : "none";
}

std::string tolerance_of(Check const& check) {
    if (check.low < -1e200)
        return "at most " + shown(check.high);
    return check.high > 1e200 ? "at least " + shown(check.low) : shown(check.low) + " to " + shown(check.high);
}

/// Bands that are open on one side are drawn as far as the numbers reach.
report::IntervalPlot plot_of(Validation const& validation) {
    report::IntervalPlot plot;
    plot.heading.title = validation.experiment.id + ": published tolerance and simulation";
    plot.heading.evidence = validation.experiment.role == "calibrated" ? report::Evidence::calibrated : report::Evidence::predicted;
    for (auto const& [result, low, high] : validation.checks) {
        report::IntervalPlot::Row row;
        row.label = result.check.name;
        row.published = result.check.published;
        auto const reach = std::max({std::abs(result.check.published), std::abs(result.observed), 1e-9});
        row.low = result.check.low < -1e200 ? std::min(0.0, -0.2 * reach) : result.check.low;
        row.high = result.check.high > 1e200 ? 1.3 * reach : result.check.high;
        row.observed = result.observed;
        row.observed_low = low;
        row.observed_high = high;
        plot.rows.push_back(row);
    }
    return plot;
}

Table table_of(Validation const& validation) {
    std::vector<std::string> name;
    std::vector<std::string> published;
    std::vector<std::string> tolerance;
    std::vector<std::string> observed;
    std::vector<std::string> verdict;
    for (auto const& check : validation.checks) {
        name.push_back(check.result.check.name);
        published.push_back(shown(check.result.check.published));
        tolerance.push_back(tolerance_of(check.result.check));
        observed.push_back(std::isfinite(check.low)
                               ? fmt::format("{} ({} to {})", shown(check.result.observed), shown(check.low), shown(check.high))
                               : shown(check.result.observed));
        verdict.emplace_back(check.result.pass ? "hit" : "miss");
    }
    Table out{validation.experiment.id, {}};
    out.add("check", std::move(name));
    out.add("published", std::move(published));
    out.add("tolerance", std::move(tolerance));
    out.add("simulated", std::move(observed));
    out.add("verdict", std::move(verdict));
    return out;
}

} // namespace

std::string validation_page(std::vector<Validation> const& validations, std::string const& version, std::string const& base_hash) {
    auto hits = 0;
    auto checks = 0;
    auto predicted = 0;
    auto predicted_hits = 0;
    std::string ids;
    for (auto const& validation : validations) {
        ids += " " + validation.experiment.id;
        for (auto const& check : validation.checks) {
            auto const fresh = validation.experiment.role != "calibrated" || !check.result.check.fitted;
            ++checks;
            hits += check.result.pass ? 1 : 0;
            predicted += fresh ? 1 : 0;
            predicted_hits += fresh && check.result.pass ? 1 : 0;
        }
    }
    report::Page page("Validation against published experiments", "Does the model reproduce what laboratories have measured?",
                      fmt::format("{} of {} published numbers lie within their tolerance; of those the model was not fitted to, {} of {}.",
                                  hits, checks, predicted_hits, predicted));
    page.add_fact({"Experiments", std::to_string(validations.size())});
    page.add_fact({"Hits", fmt::format("{} of {}", hits, checks)});
    page.add_fact({"Predicted, not fitted", fmt::format("{} of {}", predicted_hits, predicted)});
    for (auto const& validation : validations) {
        auto const& e = validation.experiment;
        page.add_heading(e.id + "  " + e.title);
        page.add_paragraph(
            fmt::format("{} Evidence grade {}, published numbers {}. {}", e.source, e.grade, e.confidence,
                        e.role == "calibrated" ? "The model was calibrated on this." : "A prediction: nothing was fitted to this."));
        page.add_figure(plot_of(validation));
        page.add_table("Numbers", table_of(validation));
        if (!e.note.empty())
            page.add_paragraph(e.note);
    }
    page.set_limits({"Tolerances are those of the published spread between donors and laboratories; a hit is agreement within them, not "
                     "proof of the mechanism.",
                     "Several published numbers are recalled or estimated from figures, as each experiment states.",
                     "Simulated wells and boxes of tissue are smaller than real ones and contain only the cells named."});
    report::Reproduction reproduction;
    reproduction.commands = {"nk validate" + ids + " -o validation"};
    reproduction.version = version;
    reproduction.more = {{"parameter base", base_hash}};
    page.set_reproduction(reproduction);
    return page.html();
}

} // namespace nk::study
