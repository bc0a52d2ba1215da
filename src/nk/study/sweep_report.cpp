#include "nk/study/sweep_report.hpp"

#include "nk/formats/report/page.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr std::size_t most_shown_outcomes = 6;
constexpr std::size_t most_shown_groups = 6;
constexpr std::size_t most_charts = 36;
constexpr std::size_t most_drawn_points = 1500; ///< in one chart
constexpr std::size_t most_table_rows = 150;
constexpr double weak_evidence = 0.05;

/// A sweep with what the report shows of it.
struct ShownSweep {
    SweepStudy const& study;
    SweepRuns runs;
    std::vector<std::size_t> outcomes; ///< those shown
    std::size_t groups;                ///< the first of all
    std::size_t main = 0;              ///< outcome of the answer
};

bool varies(std::vector<double> const& values) {
    std::optional<double> first;
    for (auto const value : values)
        if (std::isfinite(value)) {
            if (first && *first != value)
                return true;
            first = first.value_or(value);
        }
    return false;
}

std::string unit_words(std::string const& unit) {
    return unit == "1" || unit.empty() ? "" : " (" + unit + ")";
}

ShownSweep shown_sweep(SweepStudy const& study, Table const& table) {
    ShownSweep out{study, sweep_runs(study, table), {}, 0, 0};
    for (std::size_t o = 0; o < study.outcomes.size(); ++o)
        if (study.outcomes[o].usual && out.outcomes.size() < most_shown_outcomes)
            out.outcomes.push_back(o);
    if (out.outcomes.empty())
        out.outcomes.push_back(0);
    out.groups = std::min(out.runs.groups.size(), most_shown_groups);
    out.main = out.outcomes.front();
    for (auto const o : out.outcomes)
        if (varies(out.runs.means(0, o))) {
            out.main = o;
            break;
        }
    return out;
}

/// The factor whose levels' means lie furthest apart.
std::optional<std::size_t> strongest_factor(ShownSweep const& shown) {
    std::optional<std::size_t> out;
    auto widest = 0.0;
    for (std::size_t f = 0; f < shown.study.factors.size(); ++f) {
        auto const effect = sweep_effect(shown.study, shown.runs, 0, shown.main, f);
        if (effect.highest - effect.lowest > widest) {
            widest = effect.highest - effect.lowest;
            out = f;
        }
    }
    return out;
}

/// "1 ug/mL" of a level of a factor.
std::string level_words(FactorColumn const& factor, double level) {
    if (factor.numbers.empty())
        return factor.distinct.at(static_cast<std::size_t>(level));
    return number_text(level) + (factor.unit == "1" ? "" : " " + factor.unit);
}

std::string sweep_answer(ShownSweep const& shown) {
    auto const& name = shown.study.outcomes[shown.main].name;
    auto const means = shown.runs.means(0, shown.main);
    double low = NAN;
    double high = NAN;
    for (auto const value : means) {
        low = std::fmin(low, value);
        high = std::fmax(high, value);
    }
    if (!std::isfinite(low))
        return fmt::format("No run gave a number for {}.", name);
    auto out = fmt::format("Over {} points {} goes from {} to {}", means.size(), name, number_text(low), number_text(high));
    if (!shown.runs.groups.front().empty())
        out += " at " + shown.runs.groups.front();
    auto const strongest = strongest_factor(shown);
    if (!strongest)
        return out + "; no factor changes it.";
    auto const& factor = shown.study.factors[*strongest];
    auto const effect = sweep_effect(shown.study, shown.runs, 0, shown.main, *strongest);
    auto const lowest = std::min_element(effect.means.begin(), effect.means.end()) - effect.means.begin();
    auto const highest = std::max_element(effect.means.begin(), effect.means.end()) - effect.means.begin();
    return out + fmt::format("; it differs most with {}: {} on average at {}, {} at {}.", factor.label, number_text(effect.lowest),
                             level_words(factor, effect.levels[static_cast<std::size_t>(lowest)]), number_text(effect.highest),
                             level_words(factor, effect.levels[static_cast<std::size_t>(highest)]));
}

void add_sweep_facts(Page& page, ShownSweep const& shown) {
    auto const& sweep = shown.study.reading.scenario.sweep;
    page.add_fact({"Points", number_text(static_cast<double>(shown.study.points.texts.size())), "design: " + sweep.design});
    page.add_fact({"Runs", number_text(static_cast<double>(shown.runs.runs)),
                   fmt::format("{} at each point, {}", number_text(sweep.replicates),
                               sweep.same_seed ? "with the same seeds at all points" : "each with its own seed")});
    auto const chance = sweep_chance(shown.runs, 0, shown.main);
    auto const& name = shown.study.outcomes[shown.main].name;
    if (std::isfinite(chance.between))
        page.add_fact({"Spread between points", number_text(chance.between), "sd of " + name});
    page.add_fact({"Chance at one point", std::isfinite(chance.within) ? number_text(chance.within) : "unknown",
                   std::isfinite(chance.within) ? "sd of " + name + " between replicates" : "one run a point tells nothing of chance"});
}

/// Runs as points and means of levels as a line, one colour a combination.
Chart factor_chart(ShownSweep const& shown, std::size_t outcome, std::size_t f) {
    auto const& factor = shown.study.factors[f];
    auto const& name = shown.study.outcomes[outcome];
    Chart out;
    out.heading = {name.name + " against " + factor.label, "", Evidence::predicted};
    out.x_axis.title = factor.label + unit_words(factor.unit);
    auto const positive = std::all_of(factor.numbers.begin(), factor.numbers.end(), [](double x) { return x > 0.0; });
    out.x_axis.scale = factor.log && positive ? AxisScale::log : AxisScale::linear;
    out.y_axis.title = name.name + unit_words(name.unit);
    auto const total = factor.numbers.size() * shown.groups * static_cast<std::size_t>(shown.study.reading.scenario.sweep.replicates);
    auto const stride = total / most_drawn_points + 1;
    for (std::size_t g = 0; g < shown.groups; ++g) {
        Series dots, line;
        dots.style = SeriesStyle::points;
        std::size_t seen = 0;
        for (std::size_t p = 0; p < factor.numbers.size(); ++p)
            for (auto const value : shown.runs.by_group[g][outcome][p].values)
                if (seen++ % stride == 0) {
                    dots.x.push_back(factor.numbers[p]);
                    dots.y.push_back(value);
                }
        auto const effect = sweep_effect(shown.study, shown.runs, g, outcome, f);
        line.style = SeriesStyle::line_points;
        line.label = shown.runs.groups[g].empty() ? "mean" : shown.runs.groups[g] + ", mean";
        line.x = effect.levels;
        line.y = effect.means;
        dots.colour = line.colour = static_cast<int>(g);
        out.series.push_back(std::move(dots));
        out.series.push_back(std::move(line));
    }
    auto const levels = sweep_effect(shown.study, shown.runs, 0, outcome, f).levels.size();
    out.heading.note =
        fmt::format("Points: {}. Line: means over all other factors at {}.", stride == 1 ? "runs" : fmt::format("every {}th run", stride),
                    factor.distinct.size() > numerics::most_levels ? fmt::format("{} groups of equal size", levels)
                                                                   : fmt::format("each of {} values", levels));
    return out;
}

/// Means at each value of a factor that is no number.
BarChart text_factor_chart(ShownSweep const& shown, std::size_t outcome, std::size_t f) {
    auto const& factor = shown.study.factors[f];
    auto const& name = shown.study.outcomes[outcome];
    BarChart out;
    out.heading = {name.name + " by " + factor.label, "Means over all other factors.", Evidence::predicted};
    out.value_axis.title = name.name + unit_words(name.unit);
    out.categories = factor.distinct;
    for (std::size_t g = 0; g < shown.groups; ++g) {
        BarChart::Group bars{
            shown.runs.groups[g].empty() ? "mean" : shown.runs.groups[g], std::vector<double>(factor.distinct.size(), NAN), {}, {}};
        auto const effect = sweep_effect(shown.study, shown.runs, g, outcome, f);
        for (std::size_t l = 0; l < effect.levels.size(); ++l)
            bars.values[static_cast<std::size_t>(effect.levels[l])] = effect.means[l];
        out.groups.push_back(std::move(bars));
    }
    return out;
}

HeatMap two_factor_map(ShownSweep const& shown, std::size_t outcome, std::size_t group) {
    auto const& rows = shown.study.factors[0];
    auto const& columns = shown.study.factors[1];
    auto const& name = shown.study.outcomes[outcome];
    HeatMap out;
    auto const where = shown.runs.groups[group].empty() ? "" : " (" + shown.runs.groups[group] + ")";
    out.heading = {name.name + " by " + rows.label + " and " + columns.label + where, "Means of runs.", Evidence::predicted};
    out.scale.title = name.name + unit_words(name.unit);
    out.row_title = rows.label;
    out.column_title = columns.label;
    out.rows = rows.distinct;
    out.columns = columns.distinct;
    out.values.assign(out.rows.size() * out.columns.size(), NAN);
    auto const index = [](FactorColumn const& factor, std::size_t point) {
        return static_cast<std::size_t>(std::find(factor.distinct.begin(), factor.distinct.end(), factor.texts[point]) -
                                        factor.distinct.begin());
    };
    auto const means = shown.runs.means(group, outcome);
    for (std::size_t p = 0; p < means.size(); ++p)
        out.values[index(rows, p) * out.columns.size() + index(columns, p)] = means[p];
    return out;
}

/// Factors in the order of how far an outcome goes with them.
std::vector<std::size_t> by_strength(std::vector<double> const& strength) {
    std::vector<std::size_t> out(strength.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = i;
    auto const size = [&](std::size_t i) { return std::isfinite(strength[i]) ? std::abs(strength[i]) : -1.0; };
    std::stable_sort(out.begin(), out.end(), [&](auto a, auto b) { return size(a) > size(b); });
    return out;
}

BarChart tornado(ShownSweep const& shown, std::size_t outcome) {
    auto const& study = shown.study;
    BarChart out;
    out.heading = {"Rank correlation of " + study.outcomes[outcome].name + " with each factor",
                   "Spearman's, over points; 1 or −1 when the outcome only rises or only falls with the factor, whatever the others do. "
                   "Factors that are no numbers have none.",
                   Evidence::predicted};
    out.value_axis = {"Rank correlation", AxisScale::linear, TickFormat::plain, -1.0, 1.0, {}};
    std::vector<std::vector<double>> all(shown.groups);
    for (std::size_t g = 0; g < shown.groups; ++g)
        for (std::size_t f = 0; f < study.factors.size(); ++f)
            all[g].push_back(sweep_effect(study, shown.runs, g, outcome, f).rank_correlation);
    auto const order = by_strength(all.front());
    for (auto const f : order)
        out.categories.push_back(study.factors[f].label);
    for (std::size_t g = 0; g < shown.groups; ++g) {
        BarChart::Group bars{shown.runs.groups[g], {}, {}, {}};
        for (auto const f : order)
            bars.values.push_back(all[g][f]);
        out.groups.push_back(std::move(bars));
    }
    return out;
}

BarChart indices_chart(ShownSweep const& shown, std::size_t outcome) {
    auto const& study = shown.study;
    auto const indices = sweep_indices(study, shown.runs, 0, outcome);
    BarChart out;
    out.heading = {"Share of the variance of " + study.outcomes[outcome].name + " that each factor explains",
                   fmt::format("Sobol indices from {} rows: by itself (Saltelli) and with its interactions (Jansen). They can lie a little "
                               "outside 0 to 1 by chance.{}{}",
                               indices.samples, study.reading.scenario.sweep.same_seed ? "" : " Chance between runs counts as interaction.",
                               shown.runs.groups.front().empty() ? "" : " At " + shown.runs.groups.front() + "."),
                   Evidence::predicted};
    out.value_axis.title = "Share of variance";
    out.interval_label = "95 % of bootstrap resamples";
    std::vector<double> totals;
    for (auto const& one : indices.factors)
        totals.push_back(one.total.value);
    BarChart::Group first{"by itself", {}, {}, {}}, total{"with interactions", {}, {}, {}};
    auto const put = [](BarChart::Group& bars, numerics::Estimate const& e) {
        bars.values.push_back(e.value);
        bars.low.push_back(e.low);
        bars.high.push_back(e.high);
    };
    for (auto const f : by_strength(totals)) {
        out.categories.push_back(study.factors[f].label);
        put(first, indices.factors[f].first);
        put(total, indices.factors[f].total);
    }
    out.groups = {first, total};
    return out;
}

/// Draws the charts of all outcomes against all factors, as far as a page can hold them.
void add_factor_charts(Page& page, ShownSweep const& shown) {
    std::size_t drawn = 0;
    std::size_t left_out = 0;
    for (auto const o : shown.outcomes) {
        if (!varies(shown.runs.means(0, o)) && o != shown.main) {
            page.add_paragraph(fmt::format("{} is the same at all points.", shown.study.outcomes[o].name));
            continue;
        }
        for (std::size_t f = 0; f < shown.study.factors.size(); ++f) {
            if (drawn++ >= most_charts) {
                ++left_out;
                continue;
            }
            if (shown.study.factors[f].numbers.empty())
                page.add_figure(text_factor_chart(shown, o, f), "means.csv");
            else
                page.add_figure(factor_chart(shown, o, f), "sweep.csv");
        }
    }
    if (left_out > 0)
        page.add_paragraph(fmt::format("{} more charts are left out; sweep.csv and effects.csv have their numbers.", left_out));
    if (shown.groups < shown.runs.groups.size())
        page.add_paragraph(fmt::format("The figures show the first {} of {} combinations of the plate; the tables hold all.", shown.groups,
                                       shown.runs.groups.size()));
}

void add_sensitivity(Page& page, ShownSweep const& shown) {
    page.add_heading("Which factor matters");
    auto const& design = shown.study.reading.scenario.sweep.design;
    for (auto const o : shown.outcomes) {
        if (!varies(shown.runs.means(0, o)))
            continue;
        auto const numeric =
            std::any_of(shown.study.factors.begin(), shown.study.factors.end(), [](auto const& f) { return !f.numbers.empty(); });
        if (numeric)
            page.add_figure(tornado(shown, o), "effects.csv");
        if (design == "sobol-indices")
            page.add_figure(indices_chart(shown, o), "indices.csv");
    }
}

/// The first rows of a table.
Table head_of(Table table, std::size_t rows) {
    for (auto& column : table.columns)
        std::visit([&](auto& values) { values.resize(std::min(values.size(), rows)); }, column.values);
    return table;
}

/// Effects of the outcomes shown, and means without the other outcomes.
void add_sweep_tables(Page& page, ShownSweep const& shown) {
    auto few = shown.study;
    few.outcomes.clear();
    auto runs = shown.runs;
    for (auto& group : runs.by_group) {
        std::vector<std::vector<SweepRuns::Point>> kept;
        for (auto const o : shown.outcomes)
            kept.push_back(group[o]);
        group = std::move(kept);
    }
    for (auto const o : shown.outcomes)
        few.outcomes.push_back(shown.study.outcomes[o]);
    auto const effects = sweep_effects_table(few, runs);
    page.add_table(
        "Effects", head_of(effects, most_table_rows),
        fmt::format("Rank correlation over points, its p value (with many factors some fall below {} by chance), and the smallest and "
                    "largest mean of a level. effects.csv has all outcomes.",
                    weak_evidence));
    auto const means = sweep_means_table(few, runs);
    page.add_table("Points", head_of(means, most_table_rows),
                   means.rows() > most_table_rows
                       ? fmt::format("The first {} of {} rows; means.csv has all of them and all outcomes.", most_table_rows, means.rows())
                       : "Means over replicates. means.csv has all outcomes, sweep.csv each run.");
}

/// The parameters of the base among factors, as they are without the sweep.
std::vector<ParameterRow> swept_parameters(SweepStudy const& study, ParameterBase const& base) {
    std::vector<ParameterRow> out;
    for (auto const& factor : study.reading.factors) {
        auto const name = factor.key.starts_with("parameters.") ? factor.key.substr(11) : factor.key;
        if (!base.contains(name))
            continue;
        auto const& one = base.at(name);
        out.push_back({name, number_text(one.quantity.value, 4), one.quantity.unit, one.source,
                       static_cast<formats::report::Confidence>(one.confidence), true});
    }
    return out;
}

std::vector<std::string> sweep_limits(ShownSweep const& shown) {
    auto const& sweep = shown.study.reading.scenario.sweep;
    std::vector<std::string> out{
        "Whether the scenario is right: a sweep tells how the model answers to its inputs, not how cells or people do.",
        "How likely the points are: all count alike, though some combinations may never occur in nature.",
        "What lies outside: beyond the lowest and highest values nothing was run."};
    if (sweep.replicates < 2.0)
        out.emplace_back("How much is chance: every point was run once, so a small difference between two points may be chance alone.");
    if (sweep.same_seed && sweep.replicates < 10.0)
        out.push_back(
            fmt::format("How typical the seeds are: all points share the random numbers of {} replicate{}, which sharpens differences "
                        "between points, but leaves the level of all of them to those few.",
                        number_text(sweep.replicates), sweep.replicates > 1.0 ? "s" : ""));
    for (auto const o : shown.outcomes) {
        std::size_t missing = 0;
        for (auto const& point : shown.runs.by_group.front()[o])
            missing += point.values.empty() ? 1 : 0;
        if (missing > 0)
            out.push_back(
                fmt::format("What {} would be at {} of the {} points: no run there gave a number (such as a day of something that "
                            "never came); they are left out of its means.",
                            shown.study.outcomes[o].name, missing, shown.study.points.texts.size()));
    }
    out.emplace_back("Anything about a patient. Results are for research; an association here is no advice.");
    return out;
}

} // namespace

std::string sweep_report(SweepStudy const& study, Table const& runs, nlohmann::json const& summary) {
    auto const shown = shown_sweep(study, runs);
    auto const& scenario = study.reading.scenario;
    Page page(scenario.title.empty() ? "Sweep" : scenario.title,
              scenario.question.empty() ? "How do the outcomes follow the factors?" : scenario.question, sweep_answer(shown));
    add_sweep_facts(page, shown);
    if (scenario.sweep.design == "grid" && study.factors.size() == 2)
        for (auto const o : shown.outcomes)
            for (std::size_t g = 0; g < shown.groups && varies(shown.runs.means(g, o)); ++g)
                page.add_figure(two_factor_map(shown, o, g), "means.csv");
    add_factor_charts(page, shown);
    add_sensitivity(page, shown);
    page.add_heading("Numbers");
    add_sweep_tables(page, shown);
    page.set_parameters(swept_parameters(study, study.base));
    page.set_limits(sweep_limits(shown));
    Reproduction reproduction;
    reproduction.commands = {summary.value("command_line", ""),
                             "nk sweep scenario.toml -o NEW   # in this folder: the same sweep, with its scenario in it"};
    reproduction.seed = fmt::format("{}", static_cast<std::uint64_t>(scenario.seed));
    reproduction.version = summary.value("version", "");
    reproduction.more = {{"Key of the study", study.plan.key}, {"Parameter base", study.base.hash()}};
    page.set_reproduction(std::move(reproduction));
    return page.html();
}

} // namespace nk::study
