#pragma once
#include "nk/base/error.hpp"
#include "nk/base/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nk::formats {

/// A table as CSV (RFC 4180 quoting, lines end in LF). The header cell of a number column is `name[unit]`, without the
/// brackets for plain numbers (unit "1") and for texts. Numbers are the shortest text that reads back to the same bits
/// (NaN, Inf, -Inf for those). A text that looks like a number is quoted, so that it stays a text when read back.
/// expects: columns of equal length; names without brackets
std::string to_csv(Table const& table);

/// Writes `to_csv` atomically.  errors: MachineError
void write_csv(std::string const& path, Table const& table);

/// Reads CSV written here or by other programs: LF or CRLF, a byte order mark, a header line. A column with `[unit]` holds
/// numbers; one without holds numbers (unit "1") when every cell is an unquoted number or empty and at least one is a number, and texts
/// otherwise. An empty cell of a number column is NaN. `file` names the text in errors and the table.
/// errors: ScenarioError with every problem found (ragged rows, not a number, two columns of one name, an open quote), each
///         with line and column
Table parse_csv(std::string_view text, std::string const& file);

/// The line on which each row below the header begins: a text in quotes may hold line ends, and empty lines are no rows.
std::vector<int> csv_lines(std::string_view text);

/// Where a cell of a text that `parse_csv` has read stands, for problems of its content.
/// row  0 = the header
Place csv_place(std::string_view text, std::string const& file, std::size_t row, std::size_t column);

/// Reads a file.  errors: MachineError, and as `parse_csv`
Table read_csv(std::string const& path);

} // namespace nk::formats
