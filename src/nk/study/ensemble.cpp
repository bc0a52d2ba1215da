#include "nk/study/ensemble.hpp"

#include "nk/scenario/embedded.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace nk::study {
namespace {

constexpr char const* file_name = "data/ensemble.csv";

struct Line {
    int number;
    std::vector<std::string> cells;
};

std::string trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t\r\"");
    if (first == std::string_view::npos)
        return "";
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1));
}

std::vector<Line> lines_of(std::string_view text) {
    std::vector<Line> out;
    for (int number = 1; !text.empty(); ++number) {
        auto const end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (trimmed(line).empty() || line.front() == '#')
            continue;
        Line cells{number, {}};
        while (true) {
            auto const comma = line.find(',');
            cells.cells.push_back(trimmed(line.substr(0, comma)));
            if (comma == std::string_view::npos)
                break;
            line.remove_prefix(comma + 1);
        }
        out.push_back(std::move(cells));
    }
    return out;
}

Problem problem(int line, std::string kind, std::string what, std::string hint = "") {
    return {{file_name, line, 1, 1}, std::move(kind), std::move(what), "", std::move(hint)};
}

} // namespace

Ensemble::Ensemble(ParameterBase base, std::string_view csv_text, std::vector<std::string> const& fixed) : base_(std::move(base)) {
    auto const lines = lines_of(csv_text);
    if (lines.empty())
        return;
    std::vector<Problem> problems;
    if (lines.size() < 3)
        throw ScenarioError(
            problem(lines.back().number, "syntax", "the ensemble needs a line of names, a line of units and at least one set"));
    auto const& names = lines[0].cells;
    auto const& units = lines[1].cells;
    if (units.size() != names.size())
        throw ScenarioError(problem(lines[1].number, "syntax",
                                    "there are " + std::to_string(names.size()) + " names and " + std::to_string(units.size()) + " units"));
    std::vector<bool> used(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        try {
            auto const unit = units[i].empty() ? std::string("1") : units[i];
            static_cast<void>(base_.value(names[i], unit));
            used[i] = std::find(fixed.begin(), fixed.end(), names[i]) == fixed.end();
            if (used[i]) {
                names_.push_back(names[i]);
                units_.push_back(unit);
            }
        } catch (ScenarioError const& error) {
            for (auto found : error.problems()) {
                found.where = {file_name, lines[0].number, 1, 1};
                problems.push_back(std::move(found));
            }
        }
    }
    for (std::size_t l = 2; l < lines.size(); ++l) {
        auto const& cells = lines[l].cells;
        if (cells.size() != names.size()) {
            problems.push_back(
                problem(lines[l].number, "syntax",
                        "the line has " + std::to_string(cells.size()) + " values for " + std::to_string(names.size()) + " names"));
            continue;
        }
        std::vector<double> row;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            double x = 0.0;
            auto const [end, error] = std::from_chars(cells[i].data(), cells[i].data() + cells[i].size(), x);
            if (error != std::errc{} || end != cells[i].data() + cells[i].size() || !std::isfinite(x))
                problems.push_back(problem(lines[l].number, "type", "`" + cells[i] + "` is not a number (" + names[i] + ")"));
            if (used[i])
                row.push_back(x);
        }
        rows_.push_back(std::move(row));
    }
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
}

ParameterBase Ensemble::member(std::size_t index) const {
    auto out = base_;
    if (rows_.empty())
        return out;
    NK_EXPECT(index < rows_.size());
    for (std::size_t i = 0; i < names_.size(); ++i)
        out.set(names_[i], {rows_[index][i], units_[i]}, {file_name, 0, 0, 1});
    return out;
}

std::vector<ParameterBase> ensemble_members(ParameterBase const& base, std::string_view csv_text) {
    Ensemble const ensemble(base, csv_text);
    std::vector<ParameterBase> out;
    for (std::size_t i = 0; i < ensemble.size(); ++i)
        out.push_back(ensemble.member(i));
    return out;
}

std::string ensemble_text(std::optional<std::filesystem::path> const& folder) {
    if (!folder) {
        for (auto const& file : scenario::embedded_files())
            if (file.path == file_name)
                return std::string(file.content);
        return "";
    }
    for (auto& file : scenario::data_files(folder))
        if (file.path == file_name)
            return std::move(file.content);
    return "";
}

Interval interval_of(std::vector<double> values) {
    NK_EXPECT(!values.empty());
    std::sort(values.begin(), values.end());
    auto const at = [&](double share) {
        auto const place = share * static_cast<double>(values.size() - 1);
        auto const below = static_cast<std::size_t>(place);
        auto const above = std::min(below + 1, values.size() - 1);
        return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
    };
    return {at(0.05), at(0.95)};
}

} // namespace nk::study
