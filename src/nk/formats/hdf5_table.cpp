#include "nk/base/error.hpp"
#include "nk/formats/hdf5.hpp"

#include <algorithm>

namespace nk::formats {
namespace {

/// A slash in a column's name would make a group.
std::string dataset_name(std::string name) {
    std::replace(name.begin(), name.end(), '/', '|');
    return name.empty() || name == "." ? "column" : name;
}

std::string joined(std::string const& group, std::string const& name) {
    return group.empty() ? name : group + "/" + name;
}

} // namespace

void Hdf5File::write_table(std::string const& group, Table const& table) {
    NK_EXPECT(!table.name.empty() && table.name.find('/') == std::string::npos);
    auto const base = joined(group, table.name);
    std::vector<std::string> order;
    for (auto const& column : table.columns) {
        auto const name = dataset_name(column.name);
        if (auto const* numbers = std::get_if<std::vector<double>>(&column.values))
            write_array<double>(joined(base, name), *numbers, {numbers->size()}, column.unit.empty() ? "1" : column.unit);
        else
            write_texts(joined(base, name), std::get<std::vector<std::string>>(column.values));
        if (name != column.name)
            set_attribute(joined(base, name), "name", column.name);
        order.push_back(name);
    }
    write_texts(joined(base, "column_order"), order);
}

Table Hdf5File::read_table(std::string const& name) const {
    Table table;
    table.name = name.substr(name.rfind('/') + 1);
    for (auto const& column : read_texts(joined(name, "column_order"))) {
        auto const place = joined(name, column);
        auto const label = text_attribute(place, "name").value_or(column);
        if (holds_texts(place))
            table.add(label, read_texts(place));
        else
            table.add(label, text_attribute(place, "unit").value_or("1"), read_array<double>(place).values);
    }
    return table;
}

} // namespace nk::formats
