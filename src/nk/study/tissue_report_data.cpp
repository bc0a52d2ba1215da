#include "nk/study/tissue_report_data.hpp"

#include "nk/base/time.hpp"
#include "nk/formats/file.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace nk::study {
namespace {

/// What is known of each cell while its events pass.
struct CellsMet {
    std::map<double, std::string> kind; ///< by cell id
    std::set<double> infected;          ///< cell ids
};

CellsMet cells_at_start(formats::StoredFrame const& frame) {
    CellsMet out;
    for (auto const& table : frame.tables) {
        if (table.name != "cells")
            continue;
        auto const& id = numbers_of(table, "id");
        auto const& kind = texts_of(table, "kind");
        auto const& state = texts_of(table, "state");
        for (std::size_t i = 0; i < id.size(); ++i) {
            out.kind[id[i]] = kind[i];
            if (state[i] == "infected" || state[i] == "producing virus")
                out.infected.insert(id[i]);
        }
    }
    return out;
}

void read_events(Table const& ledger, CellsMet cells, TissueRunData& run) {
    auto const& time = numbers_of(ledger, "time");
    auto const& what = texts_of(ledger, "event");
    auto const& cell = numbers_of(ledger, "cell");
    auto const& value = numbers_of(ledger, "value");
    run.infections = static_cast<double>(cells.infected.size());
    for (auto& [kind, met] : run.met)
        met.kills = 0.0; // bound to die, as the hits are: the run may end before they are dead
    for (std::size_t i = 0; i < time.size(); ++i) {
        auto const known = cells.kind.find(cell[i]);
        if (known == cells.kind.end())
            continue;
        auto const& kind = known->second;
        auto const ill = cells.infected.contains(cell[i]) ? 1.0 : 0.0;
        if (what[i] == "divided") {
            cells.kind[value[i]] = kind;
        } else if (what[i] == "infected") {
            cells.infected.insert(cell[i]);
            ++run.infections;
        } else if (what[i] == "contact opened") {
            run.met[kind].contacts += 1.0;
            run.met_infected.contacts += ill;
        } else if (what[i] == "hit") {
            run.met[kind].hits += 1.0;
            run.met_infected.hits += ill;
            run.hits.push_back({time[i], kind, ill > 0.0});
        } else if (what[i] == "committed to die") {
            run.met[kind].kills += 1.0;
            run.met_infected.kills += ill;
        }
    }
}

double integral(std::vector<double> const& x, std::vector<double> const& y) {
    auto out = 0.0;
    for (std::size_t i = 1; i < x.size() && i < y.size(); ++i)
        out += 0.5 * (y[i] + y[i - 1]) * (x[i] - x[i - 1]);
    return out;
}

TissueRunData read_one(formats::RunDirectory const& directory, bool all_frames) {
    TissueRunData run;
    run.summary = directory.summary();
    run.course = directory.series("time_course");
    run.parameters = directory.series("parameters");
    for (auto const index : directory.frame_indices()) {
        run.frames.push_back(directory.frame(index));
        if (!all_frames)
            break;
    }
    for (auto const& kind : run.targets()) {
        auto& met = run.met[kind];
        met.kills = run.summary.at("killed").at(kind).get<double>();
        met.cell_days = integral(run.numbers("time"), run.numbers("alive_" + kind)) / minutes_per_day;
    }
    run.met_infected.cell_days = integral(run.numbers("time"), run.numbers("infected")) / minutes_per_day;
    auto const ledger = directory.series("ledger");
    run.with_ledger = ledger.rows() > 0 && !run.frames.empty();
    if (run.with_ledger)
        read_events(ledger, cells_at_start(run.frames.front()), run);
    std::error_code ignored;
    if (auto const picture = directory.path_of("picture.png"); all_frames && std::filesystem::exists(picture, ignored))
        run.picture = formats::read_text(picture);
    return run;
}

/// Probability of at most `count` events when `mean` are expected.
double poisson_cdf(double count, double mean) {
    auto sum = 0.0;
    for (auto k = 0.0; k <= count; ++k)
        sum += std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
    return sum;
}

double mean_with_cdf(double count, double wanted) {
    auto low = 1e-9, high = count + 10.0 * std::sqrt(count + 1.0) + 10.0;
    for (auto i = 0; i < 100; ++i) { // the distribution function falls with the mean
        auto const middle = 0.5 * (low + high);
        (poisson_cdf(count, middle) > wanted ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

} // namespace

std::vector<double> const& numbers_of(Table const& table, std::string const& name) {
    static std::vector<double> const none;
    for (auto const& column : table.columns)
        if (column.name == name)
            return std::get<std::vector<double>>(column.values);
    return none;
}

std::vector<std::string> const& texts_of(Table const& table, std::string const& name) {
    static std::vector<std::string> const none;
    for (auto const& column : table.columns)
        if (column.name == name)
            return std::get<std::vector<std::string>>(column.values);
    return none;
}

std::pair<double, double> poisson_interval(double count) {
    return {count > 0.0 ? mean_with_cdf(count - 1.0, 0.975) : 0.0, mean_with_cdf(count, 0.025)};
}

std::string TissueRunData::kind_label(std::string const& kind) const {
    for (auto const* map : {"kinds", "effectors"})
        if (auto const found = summary.at(map).find(kind); found != summary.at(map).end())
            return found->get<std::string>();
    return kind;
}

std::vector<std::string> TissueRunData::targets() const {
    std::vector<std::string> out;
    for (auto const& [name, ignored] : summary.at("kinds").items())
        out.push_back(name);
    return out;
}

std::vector<std::string> TissueRunData::kinds() const {
    auto out = targets();
    for (auto const& [name, ignored] : summary.at("effectors").items())
        out.push_back(name);
    return out;
}

std::vector<double> const& TissueRunData::numbers(std::string const& column) const {
    return numbers_of(course, column);
}

std::vector<double> TissueRunData::hours() const {
    auto out = numbers("time");
    for (auto& value : out)
        value /= minutes_per_hour;
    return out;
}

std::vector<double> TissueRunData::living_targets() const {
    std::vector<double> out(numbers("time").size());
    for (auto const& kind : targets()) {
        auto const& alive = numbers("alive_" + kind);
        for (std::size_t i = 0; i < out.size() && i < alive.size(); ++i)
            out[i] += alive[i];
    }
    return out;
}

std::vector<std::pair<std::string, MetCells>> TissueRunData::met_groups() const {
    std::vector<std::pair<std::string, MetCells>> out;
    if (!with_virus()) {
        for (auto const& [kind, one] : met)
            out.emplace_back(kind_label(kind), one);
        return out;
    }
    auto healthy = MetCells{};
    for (auto const& [kind, one] : met) {
        healthy.contacts += one.contacts;
        healthy.hits += one.hits;
        healthy.kills += one.kills;
        healthy.cell_days += one.cell_days;
    }
    healthy.contacts -= met_infected.contacts;
    healthy.hits -= met_infected.hits;
    healthy.kills -= met_infected.kills;
    healthy.cell_days -= met_infected.cell_days;
    return {{"uninfected cells", healthy}, {"infected cells", met_infected}};
}

TissueRunData read_tissue_run(formats::RunDirectory const& directory) {
    auto run = read_one(directory, true);
    auto const list = directory.path_of("arms.json");
    std::error_code ignored;
    if (!std::filesystem::exists(list, ignored))
        return run;
    auto const arms = nlohmann::json::parse(formats::read_text(list));
    run.label = arms.at("label").get<std::string>();
    for (auto const& arm : arms.at("arms")) {
        auto const folder = formats::RunDirectory::open(directory.path_of("arms/" + arm.at("name").get<std::string>()));
        if (!folder.finished())
            continue;
        run.compared.push_back(read_one(folder, false));
        run.compared.back().label = arm.at("label").get<std::string>();
    }
    return run;
}

} // namespace nk::study
