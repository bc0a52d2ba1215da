#include "nk/study/tissue_report_figures.hpp"

#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr double slice = 8.0; ///< half of the thickness of what the film shows of a tissue with depth [um]

/// Colours of an infection, the same in all figures and in the picture of the final state.
constexpr int colour_producing = 1, colour_protected = 2, colour_infected = 4, colour_uninfected = 5, colour_nk = 6;

struct TimeLine {
    std::string label;
    std::vector<double> values;
    int colour;
    bool dashed = false;
};

Chart over_time(std::vector<double> const& hours, std::string const& title, std::string const& axis, std::vector<TimeLine> lines,
                std::string const& note = "") {
    Chart out;
    out.heading = {title, note, Evidence::predicted};
    out.x_axis.title = "time (h)";
    out.y_axis.title = axis;
    out.y_axis.low = 0.0;
    for (auto& line : lines) {
        Series series;
        series.label = lines.size() > 1 ? line.label : "";
        series.x = hours;
        series.y = std::move(line.values);
        series.colour = line.colour;
        series.dashed = line.dashed;
        out.series.push_back(std::move(series));
    }
    return out;
}

std::vector<double> without(std::vector<double> from, std::vector<double> const& part) {
    for (std::size_t i = 0; i < from.size() && i < part.size(); ++i)
        from[i] -= part[i];
    return from;
}

Chart cells_figure(TissueRunData const& run) {
    if (run.with_virus()) {
        auto const infected = run.numbers("infected");
        auto const producing = run.numbers("producing_virus");
        auto const safe = run.numbers("protected");
        return over_time(run.hours(), "Cells and the virus", "living cells",
                         {{"not infected", without(without(run.living_targets(), infected), safe), colour_uninfected},
                          {"protected by interferon", safe, colour_protected},
                          {"infected, no virus yet", without(infected, producing), colour_infected},
                          {"producing virus", producing, colour_producing}},
                         "Cells that NK cells attack, by what the virus and interferon have made of them.");
    }
    std::vector<TimeLine> lines;
    for (auto const& kind : run.targets())
        lines.push_back({run.kind_label(kind), run.numbers("alive_" + kind), static_cast<int>(lines.size())});
    return over_time(run.hours(), "Living cells", "living cells", std::move(lines), "Without NK cells, which have a figure of their own.");
}

Chart nk_figure(TissueRunData const& run) {
    std::vector<TimeLine> lines;
    auto const kinds = run.kinds();
    for (std::size_t k = run.targets().size(); k < kinds.size(); ++k)
        lines.push_back({run.kind_label(kinds[k]), run.numbers("alive_" + kinds[k]), run.with_virus() ? colour_nk : static_cast<int>(k)});
    lines.push_back({"in contact with a cell", run.numbers("nk_in_contact"), 3, true});
    return over_time(run.hours(), "NK cells", "living NK cells", std::move(lines));
}

/// Hits counted up, as steps.
Chart hits_over_time(TissueRunData const& run) {
    Chart out;
    out.heading = {"Hits of NK cells", "Each hit is one delivery of granules; a cell may need several to die.", Evidence::predicted};
    out.x_axis.title = "time (h)";
    out.y_axis.title = "hits so far";
    out.y_axis.low = 0.0;
    auto const end = run.hours().empty() ? 0.0 : run.hours().back();
    auto const add = [&](std::string label, int colour, auto belongs) {
        Series series;
        series.label = std::move(label);
        series.style = SeriesStyle::step;
        series.colour = colour;
        series.x = {0.0};
        series.y = {0.0};
        for (auto const& hit : run.hits)
            if (belongs(hit)) {
                series.x.push_back(hit.time / 60.0);
                series.y.push_back(series.y.back() + 1.0);
            }
        series.x.push_back(end);
        series.y.push_back(series.y.back());
        out.series.push_back(std::move(series));
    };
    if (run.with_virus()) {
        add("on infected cells", colour_producing, [](Hit const& hit) { return hit.infected; });
        add("on uninfected cells", colour_uninfected, [](Hit const& hit) { return !hit.infected; });
        return out;
    }
    auto colour = 0;
    for (auto const& kind : run.targets())
        add("on " + run.kind_label(kind), colour++, [&](Hit const& hit) { return hit.kind == kind; });
    return out;
}

Chart field_figure(TissueRunData const& run, std::string const& name, nlohmann::json const& solved) {
    auto const unit = solved.at("unit").get<std::string>();
    auto const steady = solved.at("steady_states").get<double>();
    auto const error = solved.at("largest_error_of_one_interval").get<double>();
    auto const note = steady > 0 || error > 0
                          ? fmt::format("Mean of the box. Solved in {:.0f} steps and {:.0f} steady states; largest estimated error of one "
                                        "interval {} {}.",
                                        solved.at("steps").get<double>(), steady, number_text(error, 2), unit)
                          : fmt::format("Mean of the box. Solved in {:.0f} fixed steps of first order.", solved.at("steps").get<double>());
    return over_time(run.hours(), "Mean " + name, name + " (" + unit + ")", {{"", run.numbers("mean_" + name), 0}}, note);
}

std::string state_for_readers(std::string const& state) {
    return state == "infected" || state == "producing virus" || state == "protected" ? "free" : state;
}

/// The cells of one keyframe that the film shows, with names for readers.
Table shown_cells(TissueRunData const& run, Table const& cells, bool deep) {
    auto const& z = numbers_of(cells, "z");
    auto const& states = texts_of(cells, "state");
    Table out{"cells", {}};
    for (auto const& column : cells.columns)
        std::visit(
            [&](auto const& values) {
                std::decay_t<decltype(values)> picked;
                for (std::size_t i = 0; i < values.size(); ++i) {
                    if (deep && std::abs(z[i]) > slice)
                        continue;
                    picked.push_back(values[i]);
                    if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>) {
                        if (column.name == "kind")
                            picked.back() = run.kind_label(values[i]) + (states[i] == state_for_readers(states[i]) ? "" : ", " + states[i]);
                        if (column.name == "state")
                            picked.back() = state_for_readers(values[i]);
                    }
                }
                out.columns.push_back({column.name, column.unit, std::move(picked)});
            },
            column.values);
    return out;
}

std::vector<Scene::Kind> film_kinds(TissueRunData const& run) {
    std::vector<Scene::Kind> out;
    auto const kinds = run.kinds();
    auto const targets = run.targets().size();
    for (std::size_t k = 0; k < kinds.size(); ++k) {
        auto const label = run.kind_label(kinds[k]);
        if (!run.with_virus()) {
            out.push_back({label, static_cast<int>(k)});
        } else if (k >= targets) {
            out.push_back({label, colour_nk});
        } else {
            out.push_back({label, colour_uninfected});
            out.push_back({label + ", protected", colour_protected});
            out.push_back({label + ", infected", colour_infected});
            out.push_back({label + ", producing virus", colour_producing});
        }
    }
    return out;
}

/// The runs to compare: this one first.
std::vector<TissueRunData const*> all_runs(TissueRunData const& run) {
    std::vector<TissueRunData const*> out{&run};
    for (auto const& one : run.compared)
        out.push_back(&one);
    return out;
}

} // namespace

std::optional<Scene> tissue_film(TissueRunData const& run) {
    if (run.frames.empty())
        return std::nullopt;
    auto const deep = run.summary.at("depth").get<double>() > 0.0;
    Scene scene{{deep ? "The middle of the tissue" : "The sheet from above",
                 deep ? fmt::format("Cells whose middle is within {:.0f} um of the plane z = 0.", slice) : "", Evidence::illustrative}};
    scene.kinds = film_kinds(run);
    scene.states = {{"free", CellLook::filled}, {"in contact", CellLook::ringed}, {"dying", CellLook::hollow}, {"dead", CellLook::crossed}};
    scene.width = run.summary.at("width").get<double>();
    scene.height = run.summary.at("height").get<double>();
    scene.x0 = -0.5 * scene.width;
    scene.y0 = -0.5 * scene.height;
    for (auto const& frame : run.frames)
        for (auto const& table : frame.tables)
            if (table.name == "cells")
                scene.add_frame(frame.time, shown_cells(run, table, deep));
    return scene;
}

std::string picture_colours(TissueRunData const& run) {
    if (run.with_virus())
        return "light blue cells that are not infected, green cells that interferon protects, orange infected cells, vermilion cells that "
               "produce virus, olive dying and dead cells, grey NK cells";
    static constexpr char const* names[] = {"blue", "vermilion", "green", "pink", "orange", "light blue", "dark grey", "olive"};
    std::string out;
    auto const kinds = run.kinds();
    for (std::size_t k = 0; k < kinds.size() && k < std::size(names); ++k)
        out += fmt::format("{}{} {}", k == 0 ? "" : ", ", names[k], run.kind_label(kinds[k]));
    return out;
}

std::vector<Figure> course_figures(TissueRunData const& run) {
    std::vector<Figure> out{cells_figure(run), nk_figure(run)};
    if (run.with_ledger && !run.hits.empty())
        out.emplace_back(hits_over_time(run));
    std::vector<TimeLine> killed;
    for (auto const& kind : run.targets())
        killed.push_back({run.kind_label(kind), run.numbers("killed_" + kind), static_cast<int>(killed.size())});
    if (run.summary.at("killed_by_nk").get<double>() > 0.0)
        out.emplace_back(over_time(run.hours(), "Cells killed by NK cells", "cells killed so far", std::move(killed)));
    if (run.summary.at("died_otherwise").get<double>() + run.summary.at("divisions").get<double>() > 0.0)
        out.emplace_back(over_time(run.hours(), "Deaths without NK cells, and divisions", "cells so far",
                                   {{run.with_virus() ? "died of virus or age" : "died otherwise", run.numbers("died_otherwise"), 0},
                                    {"divisions", run.numbers("divisions"), 1}}));
    for (auto const& [name, solved] : run.summary.at("fields").items())
        out.emplace_back(field_figure(run, name, solved));
    return out;
}

std::optional<Figure> hits_figure(TissueRunData const& run) {
    if (!run.with_ledger)
        return std::nullopt;
    BarChart out;
    out.heading = {"Hits of NK cells on a million cells in a day",
                   "Hits divided by living cells and time. Intervals count hits as independent; hits of one NK cell are not, so the "
                   "true ones are wider.",
                   Evidence::predicted};
    out.value_axis.title = "hits per million cells and day";
    out.interval_label = "95 % interval of the count";
    auto const groups = run.met_groups();
    for (std::size_t g = 0; g < groups.size(); ++g)
        out.groups.push_back({groups.size() > 1 ? groups[g].first : "", {}, {}, {}});
    for (auto const* one : all_runs(run)) {
        out.categories.push_back(one->label.empty() ? "this run" : one->label);
        auto const met = one->met_groups();
        for (std::size_t g = 0; g < groups.size(); ++g) {
            auto const [low, high] = poisson_interval(met[g].second.hits);
            auto const scale = met[g].second.cell_days > 0.0 ? 1e6 / met[g].second.cell_days : 0.0;
            out.groups[g].values.push_back(met[g].second.hits_per_million_per_day());
            out.groups[g].low.push_back(low * scale);
            out.groups[g].high.push_back(high * scale);
        }
    }
    return out;
}

Table met_table(TissueRunData const& run) {
    std::vector<std::string> cells;
    std::vector<double> contacts, hits, kills, rate;
    for (auto const* one : all_runs(run)) {
        auto const groups = one->met_groups();
        for (auto const& [group, met] : groups) {
            cells.push_back(one->label.empty() ? group : groups.size() == 1 ? one->label : one->label + ": " + group);
            contacts.push_back(met.contacts);
            hits.push_back(met.hits);
            kills.push_back(met.kills);
            rate.push_back(std::round(met.hits_per_million_per_day()));
        }
    }
    Table out{"met", {}};
    out.add(run.compared.empty() ? "cells" : run.met.size() == 1 && !run.with_virus() ? "run" : "run: cells", std::move(cells));
    out.add("contacts", "1", std::move(contacts));
    out.add("hits", "1", std::move(hits));
    out.add("killed", "1", std::move(kills));
    out.add("hits/million/day", "1", std::move(rate));
    return out;
}

Table runs_table(TissueRunData const& run) {
    std::vector<std::string> names;
    std::vector<double> infections, killed, left, share;
    for (auto const* one : all_runs(run)) {
        auto const living = one->living_targets();
        names.push_back(one->label);
        infections.push_back(one->infections);
        killed.push_back(one->summary.at("killed_by_nk").get<double>());
        left.push_back(living.empty() ? 0.0 : living.back());
        share.push_back(living.empty() ? 0.0 : std::round(100.0 * living.back() / std::max(1.0, living.front())));
    }
    Table out{"runs", {}};
    out.add("run", std::move(names));
    if (run.with_virus())
        out.add("infected in all", "1", std::move(infections));
    out.add("killed by NK cells", "1", std::move(killed));
    out.add("left", "1", std::move(left));
    out.add("left, % of the start", "1", std::move(share));
    return out;
}

std::vector<Figure> compared_figures(TissueRunData const& run) {
    if (run.compared.empty())
        return {};
    auto const compare = [&](std::string const& title, std::string const& axis, auto values) {
        Chart out = over_time({}, title, axis, {});
        for (auto const* one : all_runs(run)) {
            Series series;
            series.label = one->label;
            series.x = one->hours();
            series.y = values(*one);
            out.series.push_back(std::move(series));
        }
        return out;
    };
    std::vector<Figure> out;
    if (run.with_virus())
        out.emplace_back(
            compare("Infected cells in all runs", "living infected cells", [](auto const& one) { return one.numbers("infected"); }));
    if (run.with_virus())
        out.emplace_back(compare("Living cells in all runs", "living cells, NK cells not counted",
                                 [](auto const& one) { return one.living_targets(); }));
    out.emplace_back(compare("Cells killed by NK cells in all runs", "cells killed so far", [](auto const& one) {
        std::vector<double> sum(one.numbers("time").size());
        for (auto const& kind : one.targets())
            for (std::size_t i = 0; i < sum.size(); ++i)
                sum[i] += one.numbers("killed_" + kind)[i];
        return sum;
    }));
    return out;
}

} // namespace nk::study
