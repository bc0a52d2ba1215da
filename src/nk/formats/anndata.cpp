#include "nk/formats/anndata.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/hdf5.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>

namespace nk::formats {
namespace {

void mark(Hdf5File& file, std::string const& name, std::string const& kind, std::string const& version) {
    file.set_attribute(name, "encoding-type", kind);
    file.set_attribute(name, "encoding-version", version);
}

void make_dictionary(Hdf5File& file, std::string const& name) {
    file.make_group(name);
    mark(file, name, "dict", "0.1.0");
}

void write_numbers(Hdf5File& file, std::string const& name, std::vector<double> const& values, Shape const& shape,
                   std::string const& unit = "") {
    file.write_array<double>(name, values, shape, unit);
    mark(file, name, "array", "0.2.0");
}

void write_names(Hdf5File& file, std::string const& name, std::vector<std::string> const& texts) {
    file.write_texts(name, texts);
    mark(file, name, "string-array", "0.2.0");
}

void write_categories(Hdf5File& file, std::string const& name, std::vector<std::string> const& texts) {
    std::map<std::string_view, std::int32_t> codes;
    for (auto const& text : texts)
        codes.try_emplace(text, 0);
    std::vector<std::string> categories;
    for (auto& [text, code] : codes) {
        code = static_cast<std::int32_t>(categories.size());
        categories.emplace_back(text);
    }
    std::vector<std::int32_t> each;
    each.reserve(texts.size());
    for (auto const& text : texts)
        each.push_back(codes.find(text)->second);
    write_names(file, name + "/categories", categories);
    file.write_array<std::int32_t>(name + "/codes", each, {each.size()});
    mark(file, name + "/codes", "array", "0.2.0");
    mark(file, name, "categorical", "0.2.0");
    file.set_flag(name, "ordered", false);
}

/// A slash in a column's name would make a group.
std::string name_in_frame(std::string name) {
    std::replace(name.begin(), name.end(), '/', '|');
    return name;
}

enum class Texts { as_categories, as_they_are };

/// A data frame of pandas: its rows are called `index`.
void write_frame_of(Hdf5File& file, std::string const& group, std::vector<std::string> const& index, Table const& table, Texts how) {
    std::vector<std::string> order;
    std::set<std::string> taken_names{"_index"};
    file.make_group(group);
    write_names(file, group + "/_index", index);
    for (auto const& column : table.columns) {
        auto const name = name_in_frame(column.name);
        NK_EXPECT(!name.empty() && name != "." && taken_names.insert(name).second);
        auto const place = group + "/" + name;
        if (auto const* numbers = std::get_if<std::vector<double>>(&column.values))
            write_numbers(file, place, *numbers, {numbers->size()}, column.unit.empty() ? "1" : column.unit);
        else if (how == Texts::as_categories)
            write_categories(file, place, std::get<std::vector<std::string>>(column.values));
        else
            write_names(file, place, std::get<std::vector<std::string>>(column.values));
        order.push_back(name);
    }
    mark(file, group, "dataframe", "0.2.0");
    file.set_attribute(group, "_index", "_index");
    file.set_attribute(group, "column-order", order);
}

bool all_differ(std::vector<std::string> const& names) {
    return std::set<std::string_view>(names.begin(), names.end()).size() == names.size();
}

void write_units(Hdf5File& file, Table const& observations) {
    std::vector<std::string> columns;
    std::vector<std::string> units;
    for (auto const& column : observations.columns)
        if (std::holds_alternative<std::vector<double>>(column.values)) {
            columns.push_back(name_in_frame(column.name));
            units.push_back(column.unit.empty() ? "1" : column.unit);
        }
    Table table;
    table.add("unit", std::move(units));
    make_dictionary(file, "uns");
    write_frame_of(file, "uns/observation_units", columns, table, Texts::as_they_are);
}

std::size_t rows_of(AnnData const& data) {
    if (!data.observations.columns.empty())
        return data.observations.rows();
    if (!data.variables.empty())
        return data.x.size() / data.variables.size();
    return data.names.empty() ? data.spatial.size() / static_cast<std::size_t>(data.dimensions) : data.names.size();
}

std::size_t check_sizes(AnnData const& data) {
    NK_EXPECT(data.dimensions == 2 || data.dimensions == 3);
    auto const rows = rows_of(data);
    for (auto const& column : data.observations.columns)
        NK_EXPECT(std::visit([](auto const& values) { return values.size(); }, column.values) == rows);
    NK_EXPECT(data.x.size() == rows * data.variables.size());
    NK_EXPECT(data.names.empty() || (data.names.size() == rows && all_differ(data.names)));
    NK_EXPECT(data.spatial.empty() || data.spatial.size() == rows * static_cast<std::size_t>(data.dimensions));
    return rows;
}

std::vector<double> side_by_side(std::vector<std::vector<double> const*> const& columns) {
    std::vector<double> out;
    auto const rows = columns.empty() ? 0 : columns.front()->size();
    out.reserve(rows * columns.size());
    for (std::size_t i = 0; i < rows; ++i)
        for (auto const* column : columns)
            out.push_back((*column)[i]);
    return out;
}

} // namespace

AnnData anndata_of(Table const& cells, std::vector<std::string> const& variables) {
    AnnData data;
    std::vector<std::vector<double> const*> matrix;
    std::vector<std::vector<double> const*> places;
    auto const column_of = [&](std::string const& name) {
        return std::find_if(cells.columns.begin(), cells.columns.end(), [&](auto const& column) { return column.name == name; });
    };
    auto const numbers_of = [&](std::string const& name) {
        auto const found = column_of(name);
        return found == cells.columns.end() ? nullptr : std::get_if<std::vector<double>>(&found->values);
    };
    for (auto const& column : cells.columns)
        NK_EXPECT(std::visit([](auto const& values) { return values.size(); }, column.values) == cells.rows());
    for (auto const& name : variables) {
        matrix.push_back(numbers_of(name));
        NK_EXPECT(matrix.back() != nullptr);
        data.variables.push_back({name, column_of(name)->unit});
    }
    std::set<std::string> used(variables.begin(), variables.end());
    if (numbers_of("x") && numbers_of("y"))
        for (auto const* name : {"x", "y", "z"})
            if (auto const* column = numbers_of(name)) {
                places.push_back(column);
                used.insert(name);
            }
    data.dimensions = places.size() == 2 ? 2 : 3;
    data.x = side_by_side(matrix);
    data.spatial = side_by_side(places);
    data.observations.name = cells.name;
    for (auto const& column : cells.columns)
        if (!used.contains(column.name))
            data.observations.columns.push_back(column);
    return data;
}

void write_h5ad(std::string const& path, AnnData const& data) {
    auto const rows = check_sizes(data);
    auto names = data.names;
    for (std::size_t i = names.size(); i < rows; ++i)
        names.push_back(std::to_string(i));
    std::vector<std::string> variables;
    std::vector<std::string> units;
    for (auto const& variable : data.variables) {
        variables.push_back(variable.name);
        units.push_back(variable.unit.empty() ? "1" : variable.unit);
    }
    NK_EXPECT(all_differ(variables));
    Table columns_of_x;
    columns_of_x.add("unit", std::move(units));

    auto file = Hdf5File::create(path);
    mark(file, "", "anndata", "0.1.0");
    write_numbers(file, "X", data.x, {rows, variables.size()});
    write_frame_of(file, "obs", names, data.observations, Texts::as_categories);
    write_frame_of(file, "var", variables, columns_of_x, Texts::as_they_are);
    for (auto const* group : {"layers", "obsm", "obsp", "varm", "varp"})
        make_dictionary(file, group);
    if (!data.spatial.empty())
        write_numbers(file, "obsm/spatial", data.spatial, {rows, static_cast<std::size_t>(data.dimensions)}, "um");
    write_units(file, data.observations);
    file.close();
}

void write_h5ad(std::string const& path, Table const& cells, std::vector<std::string> const& variables) {
    write_h5ad(path, anndata_of(cells, variables));
}

} // namespace nk::formats
