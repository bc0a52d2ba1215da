#include "nk/study/tissue_report.hpp"
#include "nk/base/time.hpp"

#include "nk/formats/file.hpp"
#include "nk/formats/report/text.hpp"
#include "nk/study/report_parts.hpp"
#include "nk/study/well_report.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

constexpr double slice = 8.0; ///< half of the thickness of what the film shows of a 3-D tissue [um]

std::vector<double> const& column_of(Table const& table, std::string const& name) {
    for (auto const& column : table.columns)
        if (column.name == name)
            return std::get<std::vector<double>>(column.values);
    static std::vector<double> const none;
    return none;
}

std::vector<double> in_hours(std::vector<double> minutes) {
    for (auto& value : minutes)
        value /= minutes_per_hour;
    return minutes;
}

/// Everything the page needs.
struct Run {
    nlohmann::json summary;
    Table course, parameters;
    std::vector<formats::StoredFrame> frames;
    std::string picture; ///< bytes of picture.png, or nothing

    std::string label(std::string const& kind) const {
        for (auto const* map : {"kinds", "effectors"})
            if (auto const found = summary.at(map).find(kind); found != summary.at(map).end())
                return found->template get<std::string>();
        return kind;
    }
    std::vector<double> hours() const { return in_hours(column_of(course, "time")); }
};

/// A colour for each kind, the same in all figures.
std::vector<std::string> kinds_of(Run const& run) {
    std::vector<std::string> out;
    for (auto const* map : {"kinds", "effectors"})
        for (auto const& [name, label] : run.summary.at(map).items())
            out.push_back(name);
    return out;
}

Chart course_figure(Run const& run, std::string const& title, std::string const& axis,
                    std::vector<std::pair<std::string, std::string>> const& columns, std::vector<int> const& colours) {
    Chart out;
    out.heading = {title, "", Evidence::predicted};
    out.x_axis.title = "time (h)";
    out.y_axis.title = axis;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Series series;
        series.label = columns[i].second;
        series.x = run.hours();
        series.y = column_of(run.course, columns[i].first);
        series.colour = colours[i];
        out.series.push_back(std::move(series));
    }
    return out;
}

void add_courses(Page& page, Run const& run) {
    std::vector<std::pair<std::string, std::string>> alive;
    std::vector<int> colours;
    auto const kinds = kinds_of(run);
    for (std::size_t k = 0; k < kinds.size(); ++k) {
        alive.emplace_back("alive_" + kinds[k], run.label(kinds[k]));
        colours.push_back(static_cast<int>(k));
    }
    page.add_figure(course_figure(run, "Living cells over time", "living cells", alive, colours), "time_course.csv");
    std::vector<std::pair<std::string, std::string>> killed;
    for (auto const& [name, count] : run.summary.at("killed").items())
        killed.emplace_back("killed_" + name, run.label(name));
    if (!killed.empty())
        page.add_figure(course_figure(run, "Cells killed by NK cells", "cells killed so far", killed, colours), "time_course.csv");
    std::vector<std::pair<std::string, std::string>> events{{"died_otherwise", "died otherwise"}, {"divisions", "divisions"}};
    if (!column_of(run.course, "infected").empty())
        events.emplace_back("infected", "infected now");
    page.add_figure(course_figure(run, "Death, division and infection", "cells", events, {0, 1, 2}), "time_course.csv");
    for (auto const& [name, solved] : run.summary.at("fields").items()) {
        auto const unit = solved.at("unit").get<std::string>();
        auto figure = course_figure(run, "Mean " + name, name + " (" + unit + ")", {{"mean_" + name, ""}}, {0});
        auto const steady = solved.at("steady_states").get<double>();
        auto const error = solved.at("largest_error_of_one_interval").get<double>();
        figure.heading.note =
            steady > 0 || error > 0
                ? fmt::format("Solved in {:.0f} steps and {:.0f} steady states; largest estimated error of one interval {} {}.",
                              solved.at("steps").get<double>(), steady, number_text(error, 2), unit)
                : fmt::format("Solved in {:.0f} fixed steps of first order.", solved.at("steps").get<double>());
        page.add_figure(figure, "time_course.csv");
    }
}

/// A film: a sheet from above, or the middle slice of a 3-D tissue.
std::optional<Scene> film(Run const& run) {
    if (run.frames.empty())
        return std::nullopt;
    auto const depth = run.summary.at("depth").get<double>();
    Scene scene{{depth > 0.0 ? "The middle of the tissue" : "The sheet from above",
                 depth > 0.0 ? fmt::format("Cells whose middle is within {:.0f} um of the plane z = 0.", slice) : "",
                 Evidence::illustrative}};
    auto const kinds = kinds_of(run);
    for (std::size_t k = 0; k < kinds.size(); ++k)
        scene.kinds.push_back({run.label(kinds[k]), static_cast<int>(k)});
    scene.states = {{"free", CellLook::filled},
                    {"in contact", CellLook::ringed},
                    {"infected", CellLook::ringed},
                    {"dying", CellLook::hollow},
                    {"dead", CellLook::crossed}};
    scene.width = run.summary.at("width").get<double>();
    scene.height = run.summary.at("height").get<double>();
    scene.x0 = -0.5 * scene.width;
    scene.y0 = -0.5 * scene.height;
    for (auto const& frame : run.frames)
        for (auto const& table : frame.tables) {
            if (table.name != "cells")
                continue;
            auto const& z = column_of(table, "z");
            Table shown{"cells", {}};
            for (auto const& column : table.columns)
                std::visit(
                    [&](auto const& values) {
                        std::decay_t<decltype(values)> picked;
                        for (std::size_t i = 0; i < values.size(); ++i)
                            if (depth <= 0.0 || std::abs(z[i]) <= slice)
                                picked.push_back(values[i]);
                        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>)
                            if (column.name == "kind")
                                for (auto& word : picked)
                                    word = run.label(word);
                        shown.columns.push_back({column.name, column.unit, std::move(picked)});
                    },
                    column.values);
            scene.add_frame(frame.time, shown);
        }
    return scene;
}

std::string answer(Run const& run) {
    std::string out;
    for (auto const& [name, count] : run.summary.at("killed").items()) {
        auto const first = column_of(run.course, "alive_" + name);
        out += fmt::format("{}{:.0f} {} (which go from {:.0f} to {:.0f})", out.empty() ? "" : ", ", count.template get<double>(),
                           run.label(name), first.empty() ? 0.0 : first.front(), first.empty() ? 0.0 : first.back());
    }
    auto const time = duration_text(run.summary.at("simulated_minutes"));
    return out.empty() ? "In " + time + " there was nothing to kill." : "In " + time + ", NK cells kill " + out + ".";
}

std::vector<std::string> limits(Run const& run, std::vector<ParameterRow> const& parameters) {
    auto const estimates = std::count_if(parameters.begin(), parameters.end(),
                                         [](auto const& row) { return row.confidence == formats::report::Confidence::estimate; });
    return {"How much chance there is: this is one run with one seed; other seeds differ.",
            fmt::format("How sure the parameters are: {} of the {} listed are our own estimates, the weakest grade.", estimates,
                        parameters.size()),
            "Tissue beyond the box: blood, lymph and the rest of the body are not there; what leaves does not come back.",
            fmt::format("Differences within {:.0f} um or so: fields are known on voxels, and cells are spheres of constant size.",
                        run.summary.at("voxel").get<double>()),
            "Anything about a patient. Results are for research; an association here is no advice."};
}

/// The picture of the final state, with its colours in words.
void add_picture(Page& page, Run const& run) {
    if (run.picture.empty())
        return;
    static constexpr char const* colour_names[] = {"blue", "vermilion", "green", "pink", "orange", "light blue", "dark grey", "olive"};
    std::string words;
    auto const kinds = kinds_of(run);
    for (std::size_t k = 0; k < kinds.size() && k < std::size(colour_names); ++k)
        words += fmt::format("{}{} {}", k == 0 ? "" : ", ", colour_names[k], run.label(kinds[k]));
    page.add_picture({"The tissue at the end",
                      fmt::format("Colours: {}. The bar is {:.0f} um long.", words, run.summary.at("picture_bar_um").get<double>()),
                      Evidence::illustrative},
                     run.picture, "All cells at the end of the run as spheres: " + words, "picture.png");
}

std::string page_of(Run const& run) {
    auto const title = run.summary.value("title", "");
    auto const question = run.summary.value("question", "");
    Page page(title.empty() ? "Tissue" : title, question.empty() ? "What do NK cells do in this tissue?" : question, answer(run));
    auto const& s = run.summary;
    page.add_fact({"Killed by NK cells", fmt::format("{:.0f}", s.at("killed_by_nk").get<double>()), "cells"});
    page.add_fact({"NK cells at the end", fmt::format("{:.0f}", s.at("nk_alive").get<double>()),
                   fmt::format("{:.0f} arrived from vessels", s.at("nk_arrived").get<double>())});
    page.add_fact({"Other cells at the end", fmt::format("{:.0f}", s.at("targets_alive").get<double>()),
                   fmt::format("{:.0f} divisions", s.at("divisions").get<double>())});
    if (auto const scene = film(run))
        page.add_animation(*scene);
    add_picture(page, run);
    add_courses(page, run);
    auto const parameters =
        decisive_parameters(run.parameters, {"recognition.", "search.attach", "mechanics.", "recruitment.", "cell_cycle."});
    page.set_parameters(parameters);
    page.set_limits(limits(run, parameters));
    page.set_reproduction(reproduction_of(run.summary));
    return page.html();
}

} // namespace

std::string tissue_report(formats::RunDirectory const& directory) {
    return directory.reading_summary([&] {
        Run run{directory.summary(), directory.series("time_course"), directory.series("parameters"), {}, {}};
        for (auto const index : directory.frame_indices())
            run.frames.push_back(directory.frame(index));
        std::error_code ignored;
        if (auto const picture = directory.path_of("picture.png"); std::filesystem::exists(picture, ignored))
            run.picture = formats::read_text(picture);
        return page_of(run);
    });
}

std::string report_of(formats::RunDirectory const& directory) {
    auto const is_tissue = directory.reading_summary([&] {
        auto const summary = directory.summary();
        return summary.is_object() && summary.value("kind", "") == "tissue";
    });
    return is_tissue ? tissue_report(directory) : well_report(directory);
}

} // namespace nk::study
