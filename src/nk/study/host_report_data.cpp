#include "nk/study/host_report_data.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/report/text.hpp"
#include "nk/scenario/toml_document.hpp"
#include "nk/study/tissue_report_data.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>

namespace nk::study {
namespace {

constexpr double days_per_year = 365.25;
constexpr double years_from = 3.0; ///< runs longer than this count years [year]

/// A table of the scenario and its tables by name.
std::vector<scenario::Node> const& tables_of(scenario::Node const& root, char const* table) {
    static std::vector<scenario::Node> const none;
    auto const* const found = root.find(table);
    return found && found->is_table() ? found->children : none;
}

std::string text_in(scenario::Node const& table, char const* key) {
    auto const* const found = table.find(key);
    return found && found->kind == scenario::Node::Kind::text ? found->text : "";
}

double quantity_in(scenario::Node const& table, char const* key, std::string_view unit, double otherwise) {
    auto const* const found = table.find(key);
    if (!found)
        return otherwise;
    if (found->is_number())
        return found->number;
    try {
        return in_unit(parse_quantity(found->text), unit);
    } catch (std::invalid_argument const& error) {
        throw MachineError(fmt::format("the scenario of the run is not as a run writes it: `{}.{}`: {}", table.key, key, error.what()));
    }
}

std::string event_title(HostRunData const& run, scenario::Node const& event) {
    auto const what = text_in(event, "what");
    auto const of = text_in(event, "of");
    auto const amount = 100.0 * quantity_in(event, "amount", "1", 1.0);
    if (what == "nk_depletion")
        return fmt::format("{:.3g} % of the NK cells removed", amount);
    if (what == "surgery")
        return fmt::format("surgery, {:.3g} % of {} removed", amount, run.title_of("tumours", of));
    if (what == "antiviral")
        return fmt::format("antiviral drug against {}, {:.3g} % of production blocked", run.title_of("infections", of), amount);
    return amount == 100.0 ? "hard exercise" : fmt::format("exercise, {:.3g} % of the hardest", amount);
}

std::string habit_title(HostRunData const& run, std::string const& row) {
    for (auto const& modulator : run.summary.at("modulators"))
        if (modulator.at("name") == row)
            return modulator.at("title").get<std::string>();
    return as_words(row);
}

/// "with a dose of 1e+07 cells/kg" has no place in a legend; the name of the product has.
std::string infusion_title(scenario::Node const& root, scenario::Node const& infusion) {
    auto const product = text_in(infusion, "product").empty() ? infusion.key : text_in(infusion, "product");
    auto title = as_words(product);
    for (auto const& one : tables_of(root, "product"))
        if (auto const label = text_in(one, "label"); one.key == product && !label.empty())
            title = label;
    auto const doses = quantity_in(infusion, "doses", "1", 1.0);
    return fmt::format("infusion of {}, {}{} cells/kg", title, doses > 1.0 ? fmt::format("{:.3g} times ", doses) : "",
                       formats::report::number_text(quantity_in(infusion, "dose", "cell/kg", 1e7), 2));
}

/// row  as "conditioning.hi_cy_flu" or "drug.trastuzumab"
std::string treatment_title(HostRunData const& run, scenario::Node const& treatment, std::string const& row) {
    auto const dot = row.find('.');
    auto title = as_words(row.substr(dot + 1));
    if (run.summary.contains("therapy") && run.summary["therapy"].contains("titles"))
        title = run.summary["therapy"]["titles"].value(row, title);
    if (row.starts_with("treg_depletion"))
        title = "regulatory T cells depleted";
    auto const doses = quantity_in(treatment, "doses", "1", 1.0);
    return title + (doses > 1.0 ? fmt::format(", {:.3g} doses", doses) : "");
}

HostHappening happening_of(HostRunData const& run, scenario::Node const& root, char const* table, scenario::Node const& node) {
    auto const is_habit = std::string_view(table) == "habit";
    auto const is_event = std::string_view(table) == "event";
    HostHappening out;
    out.what = table;
    out.name = node.key;
    out.row = text_in(node, "like");
    out.from = quantity_in(node, is_habit ? "from" : "at", "day", 0.0);
    if (out.row.empty() && !is_event)
        out.row = node.key;
    out.until = is_habit   ? quantity_in(node, "until", "day", out.from)
                : is_event ? out.from + quantity_in(node, "duration", "day", 0.0)
                           : out.from;
    if (table != std::string_view("infusion"))
        out.strength = quantity_in(node, is_habit ? "strength" : is_event ? "amount" : "dose", "1", 1.0);
    out.title = is_event   ? event_title(run, node)
                : is_habit ? habit_title(run, out.row)
                : table == std::string_view("infection") || table == std::string_view("tumour")
                    ? run.title_of(std::string(table) + "s", node.key)
                    : "";
    if (table == std::string_view("infusion")) {
        out.row.clear();
        out.title = infusion_title(root, node);
    }
    if (table == std::string_view("treatment")) {
        out.row = text_in(node, "what") + "." + out.row;
        out.title = treatment_title(run, node, out.row);
        out.until += quantity_in(node, "duration", "day", 0.0);
    }
    auto const given = table == std::string_view("treatment") || table == std::string_view("infusion");
    for (auto d = 0.0; given && d < quantity_in(node, "doses", "1", 1.0); d += 1.0)
        out.doses.push_back(out.from + d * quantity_in(node, "every", "day", 0.0));
    if (given)
        out.until += (quantity_in(node, "doses", "1", 1.0) - 1.0) * quantity_in(node, "every", "day", 0.0);
    return out;
}

/// The scenario tells when what happens; the tables of the run tell what came of it.
void read_happenings(formats::RunDirectory const& directory, HostRunData& run) {
    scenario::SourceTexts sources;
    scenario::ProblemList problems;
    auto const root = scenario::parse_toml("scenario.toml", directory.scenario(), sources, problems);
    if (!root)
        throw MachineError("`" + directory.path_of("scenario.toml") + "` is not as a run writes it");
    for (auto const* table : {"infection", "tumour"}) // their labels are titles before anything refers to them
        for (auto const& node : tables_of(*root, table))
            if (auto const label = text_in(node, "label"); !label.empty())
                if (auto& named = run.summary.at(std::string(table) + "s"); named.contains(node.key))
                    named.at(node.key)["title"] = label;
    for (auto const* table : {"infection", "tumour", "event", "habit", "infusion", "treatment"})
        for (auto const& node : tables_of(*root, table))
            if (auto one = happening_of(run, *root, table, node); one.from <= run.last_day())
                run.happenings.push_back(std::move(one));
    std::stable_sort(run.happenings.begin(), run.happenings.end(), [](auto const& a, auto const& b) { return a.from < b.from; });
}

[[noreturn]] void refuse(formats::RunDirectory const& directory, std::string const& what, std::string why, std::string hint) {
    throw ScenarioError(
        Problem{{directory.path(), 0, 0, 1}, "output", "the run in `" + directory.path() + "` " + what, std::move(why), std::move(hint)});
}

HostRunData read_host_folder(formats::RunDirectory const& directory) {
    HostRunData run;
    run.summary = directory.summary();
    if (run.summary.is_null())
        refuse(directory, "is not finished", "it has no summary.json", "run its scenario.toml again");
    if (run.summary.value("kind", "") != "body" && run.summary.value("kind", "") != "therapy")
        refuse(directory, "is no run of a host", "", "give the folder that `nk run` wrote");
    run.course = directory.series("course");
    run.classes = directory.series("classes");
    run.changes = directory.series("changes");
    run.parameters = directory.series("parameters");
    std::error_code ignored;
    if (std::filesystem::exists(directory.path_of("products.csv"), ignored))
        run.products_made = directory.series("products");
    if (std::filesystem::exists(directory.path_of("sites.csv"), ignored))
        run.sites = directory.series("sites");
    read_happenings(directory, run);
    return run;
}

} // namespace

std::string as_words(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::string named_cells(std::string const& what) {
    return what.ends_with("cells") ? what : what + " cells";
}

std::string rounded_text(double value, int digits) {
    if (value == 0.0 || !std::isfinite(value))
        return formats::report::number_text(value, digits);
    auto const unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) + 1.0 - digits);
    return formats::report::number_text(unit >= 1.0 ? std::round(value / unit) * unit : value, digits);
}

std::string capitalised(std::string words) {
    if (!words.empty() && words.front() >= 'a' && words.front() <= 'z')
        words.front() = static_cast<char>(words.front() - 'a' + 'A');
    return words;
}

std::optional<double> number_in(nlohmann::json const& object, std::string const& key) {
    auto const& value = object.at(key);
    return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

std::pair<std::vector<double>, std::vector<double>> thinned_course(std::vector<double> const& x, std::vector<double> const& y,
                                                                   std::size_t most) {
    NK_EXPECT(x.size() == y.size() && most >= 4);
    if (y.size() <= most)
        return {x, y};
    std::pair<std::vector<double>, std::vector<double>> out;
    auto const keep = [&](std::size_t i) {
        out.first.push_back(x[i]);
        out.second.push_back(y[i]);
    };
    auto const stretches = most / 2 - 1;
    auto const inner = y.size() - 2; // both ends stay
    keep(0);
    for (std::size_t s = 0; s < stretches; ++s) {
        auto const first = y.begin() + static_cast<std::ptrdiff_t>(1 + inner * s / stretches);
        auto const last = y.begin() + static_cast<std::ptrdiff_t>(1 + inner * (s + 1) / stretches);
        auto const [low, high] = std::minmax_element(first, last);
        keep(static_cast<std::size_t>(std::min(low, high) - y.begin()));
        if (low != high)
            keep(static_cast<std::size_t>(std::max(low, high) - y.begin()));
    }
    keep(y.size() - 1);
    return out;
}

std::vector<double> const& HostRunData::numbers(std::string const& column) const {
    return numbers_of(course, column);
}

double HostRunData::first_day() const {
    return numbers("day").empty() ? 0.0 : numbers("day").front();
}

double HostRunData::last_day() const {
    return numbers("day").empty() ? 0.0 : numbers("day").back();
}

bool HostRunData::in_years() const {
    return last_day() - first_day() > years_from * days_per_year;
}

double HostRunData::time(double day) const {
    return in_years() ? day / days_per_year : day;
}

std::string HostRunData::time_title() const {
    return in_years() ? "time (year)" : "time (day)";
}

std::string HostRunData::length_words() const {
    auto const length = time(last_day() - first_day());
    auto const words = formats::report::number_text(length, 3);
    return words + (in_years() ? " year" : " day") + (words == "1" ? "" : "s");
}

std::vector<std::string> HostRunData::organs() const {
    std::vector<std::string> out;
    for (auto const& column : course.columns)
        if (column.name.starts_with("nk_") && column.name != "nk_all" && column.unit == "cell")
            out.push_back(column.name.substr(3));
    return out;
}

std::vector<std::string> HostRunData::begun(std::string const& table) const {
    std::vector<std::pair<double, std::string>> found;
    for (auto const& [name, one] : summary.at(table).items())
        if (auto const began = number_in(one, "began_day"))
            found.emplace_back(*began, name);
    std::sort(found.begin(), found.end());
    std::vector<std::string> out;
    for (auto const& one : found)
        out.push_back(one.second);
    return out;
}

std::string HostRunData::title_of(std::string const& table, std::string const& name) const {
    auto const& all = summary.at(table);
    if (!all.contains(name))
        return as_words(name);
    auto const title = all.at(name).at("title").get<std::string>();
    auto const same = std::count_if(all.begin(), all.end(), [&](auto const& one) { return one.at("title") == title; });
    auto const words = as_words(name); // of a metastasis: the name of its tumour and a number
    return same <= 1 ? title : words.starts_with(title) ? words : title + " (" + words + ")";
}

bool HostRunData::came_back(std::string const& infection) const {
    auto const& infected = numbers(infection + "_infected");
    return number_in(summary.at("infections").at(infection), "days_until_cleared") && !infected.empty() && infected.back() >= 1.0;
}

std::vector<std::string> HostRunData::products() const {
    std::vector<std::string> out;
    if (summary.contains("therapy") && !summary["therapy"].is_null())
        for (auto const& [name, product] : summary["therapy"]["products"].items())
            out.push_back(name);
    return out;
}

HostRunData read_host_run(formats::RunDirectory const& directory) {
    auto run = read_host_folder(directory);
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
        run.arms.push_back(read_host_folder(folder));
        run.arms.back().label = arm.at("label").get<std::string>();
    }
    return run;
}

} // namespace nk::study
