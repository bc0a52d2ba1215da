#include "nk/formats/csv.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <set>

namespace nk::formats {
namespace {

std::string number_text(double value) {
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Inf" : "-Inf";
    std::array<char, 40> buffer{};
    auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

/// The whole text as a number, allowing blanks around it and a leading plus.
std::optional<double> read_number(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return std::nullopt;
    text = text.substr(first, text.find_last_not_of(" \t") - first + 1);
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    if (text == "NA")
        return std::numeric_limits<double>::quiet_NaN();
    double value = 0.0;
    auto const result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (auto const c : text)
        out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + '"';
}

bool needs_quotes(std::string_view text) {
    return text.find_first_of(",\"\r\n") != std::string_view::npos || (!text.empty() && (text.front() == ' ' || text.back() == ' '));
}

std::string text_cell(std::string const& text, bool only_column) {
    // An empty line would be skipped when read, so a lone empty cell is spelled out.
    auto const must = needs_quotes(text) || read_number(text).has_value() || (text.empty() && only_column);
    return must ? in_quotes(text) : text;
}

std::string header_cell(TableColumn const& column) {
    NK_EXPECT(column.name.find_first_of("[]") == std::string::npos);
    auto const texts = std::holds_alternative<std::vector<std::string>>(column.values);
    auto const name = texts || column.unit.empty() || column.unit == "1" ? column.name : column.name + "[" + column.unit + "]";
    return needs_quotes(name) || name.empty() ? in_quotes(name) : name;
}

struct Cell {
    std::string text;
    bool was_quoted = false;
    int line = 1;
    int column = 1;
};

/// Splits CSV into rows of cells, remembering where each began. Columns count bytes, as editors do for plain text.
class CellReader {
  public:
    CellReader(std::string_view text, std::string file) : rest_(text), file_(std::move(file)) {
        if (rest_.substr(0, 3) == "\xEF\xBB\xBF")
            rest_.remove_prefix(3);
    }

    /// The next row that is not an empty line; nothing at the end.
    std::optional<std::vector<Cell>> next() {
        while (!rest_.empty() && (rest_[0] == '\n' || (rest_[0] == '\r' && (rest_.size() == 1 || rest_[1] == '\n'))))
            take();
        if (rest_.empty())
            return std::nullopt;
        std::vector<Cell> row{cell()};
        while (!rest_.empty() && rest_[0] == ',') {
            take();
            row.push_back(cell());
        }
        while (!rest_.empty() && rest_[0] == '\r')
            take();
        if (!rest_.empty())
            take();
        return row;
    }

  private:
    char take() {
        auto const c = rest_[0];
        rest_.remove_prefix(1);
        column_ = c == '\n' ? 1 : column_ + 1;
        line_ += c == '\n' ? 1 : 0;
        return c;
    }
    bool at_end_of_line() const {
        return rest_.empty() || rest_[0] == '\n' || (rest_[0] == '\r' && (rest_.size() == 1 || rest_[1] == '\n'));
    }
    Cell cell() {
        Cell out{"", false, line_, column_};
        if (rest_.empty() || rest_[0] != '"') {
            while (!at_end_of_line() && rest_[0] != ',')
                out.text += take();
            return out;
        }
        out.was_quoted = true;
        take();
        while (!rest_.empty()) {
            auto const c = take();
            if (c != '"') {
                out.text += c;
            } else if (!rest_.empty() && rest_[0] == '"') {
                out.text += take();
            } else if (at_end_of_line() || rest_[0] == ',') {
                return out;
            } else {
                fail("text follows a closing quote", "write a quote inside a quoted cell twice: \"\"");
            }
        }
        line_ = out.line;
        column_ = out.column;
        fail("this quote is never closed", "end the cell with a second \"");
    }
    [[noreturn]] void fail(std::string const& what, std::string const& hint) const {
        throw ScenarioError(Problem{{file_, line_, column_, 1}, "syntax", what, "", hint});
    }

    std::string_view rest_;
    std::string file_;
    int line_ = 1;
    int column_ = 1;
};

Place place_of(Cell const& cell, std::string const& file) {
    return {file, cell.line, cell.column, std::max(1, static_cast<int>(cell.text.size()) + (cell.was_quoted ? 2 : 0))};
}

using Rows = std::vector<std::vector<Cell>>;

bool holds_numbers(Rows const& rows, std::size_t index) {
    auto any = false;
    for (auto const& row : rows) {
        auto const& cell = row[index];
        if (cell.was_quoted || (!cell.text.empty() && !read_number(cell.text)))
            return false;
        any = any || !cell.text.empty();
    }
    return any;
}

TableColumn read_column(Cell const& head, Rows const& rows, std::size_t index, std::string const& file, std::vector<Problem>& problems) {
    auto const bracket = head.text.find('[');
    auto const with_unit = bracket != std::string::npos && head.text.back() == ']';
    TableColumn column{with_unit ? head.text.substr(0, bracket) : head.text, "1", std::vector<double>{}};
    if (with_unit)
        column.unit = head.text.substr(bracket + 1, head.text.size() - bracket - 2);
    while (with_unit && !column.name.empty() && column.name.back() == ' ')
        column.name.pop_back();
    if (!with_unit && !holds_numbers(rows, index)) {
        std::vector<std::string> texts;
        for (auto const& row : rows)
            texts.push_back(row[index].text);
        column.unit = "";
        column.values = std::move(texts);
        return column;
    }
    auto& numbers = std::get<std::vector<double>>(column.values);
    for (auto const& row : rows) {
        auto const& cell = row[index];
        auto const number = read_number(cell.text);
        if (!number && !cell.text.empty())
            problems.push_back(
                {place_of(cell, file), "type", "`" + cell.text + "` is not a number", "column `" + head.text + "` holds numbers", ""});
        numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return column;
}

} // namespace

std::vector<int> csv_lines(std::string_view text) {
    CellReader reader(text, "");
    std::vector<int> out;
    for (auto header = reader.next(); auto const row = reader.next();)
        out.push_back(row->front().line);
    return out;
}

Place csv_place(std::string_view text, std::string const& file, std::size_t row, std::size_t column) {
    CellReader reader(text, file);
    auto cells = reader.next();
    for (; cells && row > 0; --row)
        cells = reader.next();
    NK_EXPECT(cells && column < cells->size());
    return place_of((*cells)[column], file);
}

std::string to_csv(Table const& table) {
    std::string out;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        out += (i ? "," : "") + header_cell(table.columns[i]);
    if (table.columns.empty())
        return out;
    out += '\n';
    for (auto const& column : table.columns)
        NK_EXPECT(std::visit([](auto const& v) { return v.size(); }, column.values) == table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            auto const& values = table.columns[i].values;
            if (i)
                out += ',';
            if (auto const* numbers = std::get_if<std::vector<double>>(&values))
                out += number_text((*numbers)[row]);
            else
                out += text_cell(std::get<std::vector<std::string>>(values)[row], table.columns.size() == 1);
        }
        out += '\n';
    }
    return out;
}

void write_csv(std::string const& path, Table const& table) {
    write_atomically(path, to_csv(table));
}

Table parse_csv(std::string_view text, std::string const& file) {
    Table table;
    table.name = std::filesystem::path(file).stem().string();
    CellReader reader(text, file);
    auto const head = reader.next();
    if (!head)
        return table;
    std::vector<Problem> problems;
    Rows rows;
    while (auto row = reader.next()) {
        if (row->size() == head->size())
            rows.push_back(std::move(*row));
        else
            problems.push_back({{file, row->front().line, 1, 1},
                                "syntax",
                                fmt::format("this row has {} cells; the header has {}", row->size(), head->size()),
                                "",
                                "a cell that holds a comma must stand in double quotes"});
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < head->size(); ++i) {
        table.columns.push_back(read_column((*head)[i], rows, i, file, problems));
        if (!names.insert(table.columns.back().name).second)
            problems.push_back({place_of((*head)[i], file), "name", "two columns are called `" + table.columns.back().name + "`", "",
                                "rename one of them"});
    }
    std::stable_sort(problems.begin(), problems.end(), [](Problem const& a, Problem const& b) { return a.where.line < b.where.line; });
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    return table;
}

Table read_csv(std::string const& path) {
    return parse_csv(read_text(path), path);
}

} // namespace nk::formats
