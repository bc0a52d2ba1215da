#include "nk/simulate/cell_table.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"
#include "nk/formats/csv.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>
#include <unordered_map>

namespace nk::simulate {
namespace {

constexpr std::size_t most_problems = 20; ///< of one file
constexpr std::string_view family_prefix = "ligand.";

std::vector<std::string> const& phenotype_columns() {
    static std::vector<std::string> const names{"kind", "infected", "radius", "hla", "nkg2d"};
    return names;
}

bool is_length(std::string const& name) {
    return name == "x" || name == "y" || name == "z" || name == "radius";
}

std::string in_marks(std::string const& text) {
    return text.size() <= 40 ? "`" + text + "`" : "`" + text.substr(0, 40) + "...`";
}

Table parse(std::string const& text, std::string const& file) {
    if (text.find('\0') != std::string::npos)
        throw ScenarioError(Problem{{file, 1, 1, 1},
                                    "type",
                                    "this is no table",
                                    "it holds bytes that no text has",
                                    "give a CSV with the columns x, y and kind, or a mask as PNG or TIFF"});
    try {
        return formats::parse_csv(text, file);
    } catch (ScenarioError const& error) {
        auto problems = error.problems();
        if (problems.size() > most_problems)
            problems.erase(problems.begin() + most_problems, problems.end());
        throw ScenarioError(std::move(problems));
    }
}

/// Truth values as other programs write them.
bool read_truths(TableColumn& column) {
    std::vector<double> numbers;
    for (auto text : std::get<std::vector<std::string>>(column.values)) {
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        auto const yes = text == "true" || text == "1";
        if (!yes && text != "false" && text != "0" && !text.empty())
            return false;
        numbers.push_back(text.empty() ? std::nan("") : yes ? 1.0 : 0.0);
    }
    column = {column.name, "1", std::move(numbers)};
    return true;
}

} // namespace

CellTable::CellTable(std::string text, std::string file, std::vector<std::string> const& needed)
    : text_(std::move(text)), file_(std::move(file)), table_(parse(text_, file_)) {
    check_columns(needed);
    for (std::size_t i = 0; i < table_.columns.size(); ++i)
        check_numbers(table_.columns[i], i);
}

void CellTable::check_columns(std::vector<std::string> const& needed) const {
    std::vector<Problem> problems;
    std::vector<std::string> names;
    for (auto const& column : table_.columns)
        names.push_back(column.name);
    if (names.empty())
        throw ScenarioError(Problem{{file_, 1, 1, 1},
                                    "missing",
                                    "the file is empty",
                                    "",
                                    fmt::format("its first line names the columns: {}, kind", fmt::join(needed, ", "))});
    auto known = phenotype_columns();
    known.insert(known.end(), needed.begin(), needed.end());
    for (auto const& name : needed)
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            auto const near = nearest_name(name, names);
            problems.push_back({{file_, 1, 1, 1},
                                "missing",
                                "there is no column `" + name + "`",
                                fmt::format("the columns are {}", in_marks(fmt::format("{}", fmt::join(names, ", ")))),
                                near.empty() ? "name it in the first line" : "is it " + in_marks(near) + "?"});
        }
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto const& name = names[i];
        if (std::find(known.begin(), known.end(), name) != known.end() || name.starts_with(family_prefix) || name.size() < 4)
            continue;
        // other programs write many columns of their own; one that is nearly ours is a slip
        if (auto const near = nearest_name(name, known); !near.empty() && std::find(names.begin(), names.end(), near) == names.end())
            problems.push_back({formats::csv_place(text_, file_, 0, i), "name", fmt::format("the column {} is not known", in_marks(name)),
                                "", fmt::format("did you mean `{}`? Or give it a name that is less alike", near)});
    }
    if (problems.empty() && table_.rows() == 0)
        problems.push_back({{file_, 1, 1, 1}, "missing", "the table has no rows", "", "one row below the first line for each cell"});
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
}

void CellTable::check_numbers(TableColumn& column, std::size_t index) {
    auto const kind = column.name == "kind";
    auto const ours = column.name == "label" || is_length(column.name) || column.name == "z" || column.name.starts_with(family_prefix) ||
                      std::count(phenotype_columns().begin(), phenotype_columns().end(), column.name) > 0;
    if (!ours)
        return;
    if (auto* texts = std::get_if<std::vector<std::string>>(&column.values); texts != nullptr && !kind) {
        if (column.name == "infected" && read_truths(column))
            return;
        auto const number = [](std::string const& text) {
            try {
                return text.empty() || parse_quantity(text).unit == "1";
            } catch (std::invalid_argument const&) {
                return false;
            }
        };
        auto const bad = std::find_if_not(texts->begin(), texts->end(), number);
        if (bad == texts->end()) { // quoted numbers, or nothing in the whole column
            std::vector<double> numbers;
            for (auto const& text : *texts)
                numbers.push_back(text.empty() ? std::nan("") : parse_quantity(text).value);
            column = {column.name, "1", std::move(numbers)};
            return;
        }
        throw ScenarioError(Problem{formats::csv_place(text_, file_, 1 + static_cast<std::size_t>(bad - texts->begin()), index), "type",
                                    fmt::format("{} is not a number", in_marks(*bad)),
                                    fmt::format("column `{}` holds numbers", column.name),
                                    "write decimals with a point, and nothing where there is no value"});
    }
    if (auto* numbers = std::get_if<std::vector<double>>(&column.values); numbers != nullptr && kind) {
        std::vector<std::string> texts; // names that look like numbers
        for (auto const value : *numbers)
            texts.push_back(std::isnan(value) ? "" : to_text(value));
        column = {column.name, "", std::move(texts)};
    } else if (numbers != nullptr && column.unit != "1") {
        auto const wanted = is_length(column.name) ? "um" : "1";
        auto factor = 0.0;
        try {
            factor = in_unit({1.0, column.unit}, wanted);
        } catch (std::invalid_argument const&) {
            throw ScenarioError(Problem{formats::csv_place(text_, file_, 0, index), "unit",
                                        fmt::format("column `{}` is in {}", column.name, in_marks(column.unit)),
                                        is_length(column.name) ? "expected a length" : "expected plain numbers",
                                        is_length(column.name) ? "write it like `x[um]` or `x[mm]`" : "leave the unit out"});
        }
        for (auto& value : *numbers)
            value *= factor;
    }
}

std::size_t CellTable::index_of(std::string const& name) const {
    auto const found = std::find_if(table_.columns.begin(), table_.columns.end(), [&](auto const& c) { return c.name == name; });
    return static_cast<std::size_t>(found - table_.columns.begin());
}

Place CellTable::where(std::size_t row, std::string const& column) const {
    auto const index = index_of(column);
    return formats::csv_place(text_, file_, row + 1, index < table_.columns.size() ? index : 0);
}

Table CellTable::cells(std::vector<std::string> const& places) const {
    Table out{"cells", {}};
    auto const add = [&](TableColumn const& column) {
        out.columns.push_back({column.name, column.name == "kind" ? "" : is_length(column.name) ? "um" : "1", column.values});
    };
    for (auto const* names : {&places, &phenotype_columns()})
        for (auto const& name : *names)
            if (auto const index = index_of(name); index < table_.columns.size())
                add(table_.columns[index]);
    for (auto const& column : table_.columns)
        if (column.name.starts_with(family_prefix))
            add(column);
    return out;
}

std::vector<std::size_t> CellTable::rows_of_labels(std::vector<double> const& labels, Place const& at, std::string const& mask) const {
    auto const& values = std::get<std::vector<double>>(table_.columns[index_of("label")].values);
    std::vector<Problem> problems;
    std::unordered_map<double, std::size_t> row_of;
    for (std::size_t row = 0; row < values.size() && problems.size() < most_problems; ++row)
        if (!(values[row] >= 0.0 && values[row] <= 4294967295.0) || values[row] != std::floor(values[row]))
            problems.push_back({where(row, "label"), "type", fmt::format("{} is no label", to_text(values[row])),
                                "labels are whole numbers, as the pixels of the mask", ""});
        else if (auto const [known, fresh] = row_of.emplace(values[row], row); !fresh)
            problems.push_back({where(row, "label"), "name", fmt::format("label {} has two rows", to_text(values[row])),
                                fmt::format("the other stands in line {}", where(known->second, "label").line), "leave one of them out"});
    std::vector<std::size_t> out;
    std::vector<double> unknown;
    for (auto const label : labels)
        if (auto const found = row_of.find(label); found != row_of.end())
            out.push_back(found->second);
        else
            unknown.push_back(label);
    if (!unknown.empty() && problems.empty())
        problems.push_back({at, "missing",
                            fmt::format("label {} of `{}` has no kind{}", unknown.front(), mask,
                                        unknown.size() > 1 ? fmt::format(", nor have {} others", unknown.size() - 1) : ""),
                            fmt::format("`{}` has no row for it", file_), fmt::format("add a row that begins with {}", unknown.front())});
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    return out;
}

Table picked(Table const& table, std::vector<std::size_t> const& rows) {
    Table out{table.name, {}};
    for (auto const& column : table.columns)
        std::visit(
            [&](auto const& values) {
                std::decay_t<decltype(values)> some;
                some.reserve(rows.size());
                for (auto const row : rows)
                    some.push_back(values[row]);
                out.columns.push_back({column.name, column.unit, std::move(some)});
            },
            column.values);
    return out;
}

void keep_kinds(CellSource& source, scenario::CellPlace const& place) {
    auto& columns = source.cells.columns;
    auto const kind = std::find_if(columns.begin(), columns.end(), [](auto const& c) { return c.name == "kind"; });
    if (kind == columns.end())
        return;
    if (!place.of.empty()) {
        columns.erase(kind);
        return;
    }
    if (place.only.empty())
        return;
    auto const& kinds = std::get<std::vector<std::string>>(kind->values);
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < kinds.size(); ++row)
        if (std::find(place.only.begin(), place.only.end(), kinds[row]) != place.only.end())
            rows.push_back(row);
    if (rows.empty())
        throw ScenarioError(Problem{place.source, "missing",
                                    fmt::format("`{}` has no cells of {}", source.name, fmt::join(place.only, ", ")),
                                    fmt::format("the first one is of {}", in_marks(kinds.front())), "look at `only`"});
    source.cells = picked(source.cells, rows);
    source.title = [title = std::move(source.title), rows](std::size_t row) { return title(rows[row]); };
    source.where = [where = std::move(source.where), rows](std::size_t row, std::string const& column) { return where(rows[row], column); };
}

} // namespace nk::simulate
