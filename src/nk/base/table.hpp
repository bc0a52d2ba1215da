#pragma once
#include <string>
#include <variant>
#include <vector>

namespace nk {

/// One named column of numbers or of texts, with its unit ("" for texts, "1" for plain numbers).
struct TableColumn {
    std::string name;
    std::string unit = "1";
    std::variant<std::vector<double>, std::vector<std::string>> values;
};

/// A plain table: what leaves the simulation for CSV, HDF5 and the report. All columns have the same length.
struct Table {
    std::string name;
    std::vector<TableColumn> columns;
    std::size_t rows() const {
        if (columns.empty())
            return 0;
        return std::visit([](auto const& v) { return v.size(); }, columns.front().values);
    }
    void add(std::string column, std::string unit, std::vector<double> values) {
        columns.push_back({std::move(column), std::move(unit), std::move(values)});
    }
    void add(std::string column, std::vector<std::string> values) { columns.push_back({std::move(column), "", std::move(values)}); }
};

} // namespace nk
