#include "nk/simulate/cell_source.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"
#include "nk/formats/csv.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/sha256.hpp"
#include "nk/simulate/cell_run_source.hpp"
#include "nk/simulate/cell_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <optional>

namespace nk::simulate {
namespace {

namespace fs = std::filesystem;

/// A text of numbers takes some twenty times its length in memory while it is read.
constexpr std::uintmax_t most_csv_bytes = std::uintmax_t{1} << 28;

[[noreturn]] void refuse(Place where, std::string kind, std::string what, std::string why = "", std::string hint = "") {
    throw ScenarioError(Problem{std::move(where), std::move(kind), std::move(what), std::move(why), std::move(hint)});
}

/// Whether a file is an image, by its first bytes or, so that a broken image is called one, by its ending.
bool is_image(std::string const& file) {
    std::array<char, 4> start{};
    std::ifstream(file, std::ios::binary).read(start.data(), start.size());
    std::string_view const bytes(start.data(), start.size());
    auto ending = fs::path(file).extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return bytes == "\x89PNG" || bytes.starts_with(std::string_view("II*\0", 4)) || bytes.starts_with(std::string_view("MM\0*", 4)) ||
           bytes.starts_with(std::string_view("II+\0", 4)) || bytes.starts_with(std::string_view("MM\0+", 4)) || ending == ".png" ||
           ending == ".tif" || ending == ".tiff";
}

std::string csv_text(std::string const& file, scenario::CellPlace const& place) {
    formats::check_readable(file);
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        throw MachineError("cannot read `" + file + "`: it is no plain file");
    if (auto const size = fs::file_size(file, error); !error && size > most_csv_bytes)
        refuse(place.source, "range", fmt::format("`{}` is too large a table", file),
               fmt::format("{} bytes; at most {} are read", size, most_csv_bytes), "divide the cells among several files and places");
    return formats::read_text(file);
}

CellSource mask_source(scenario::CellPlace const& place) {
    if (place.pixel <= 0.0)
        refuse(place.source, "missing", "the mask needs the size of its pixels", "", "add for example `pixel = \"0.5 um\"`");
    auto const image = formats::read_label_image(place.file);
    if (image.nz > 1 && place.slice <= 0.0)
        refuse(place.source, "missing", fmt::format("the mask has {} slices and needs their distance", image.nz), "",
               "add for example `slice = \"2 um\"`");
    std::string kinds;
    if (!place.kinds.empty())
        try {
            kinds = csv_text(place.kinds, place);
        } catch (MachineError const& failure) {
            refuse(place.source, "file", fmt::format("the kinds of its labels cannot be read from `{}`", place.kinds), failure.what(),
                   "`kinds` names a CSV with the columns label and kind");
        }
    auto out = cells_of_mask(image, std::move(kinds), place);
    auto const bytes = formats::read_text(place.file);
    out.inputs.insert(out.inputs.begin(), {place.file, "", formats::sha256(bytes), static_cast<long long>(bytes.size())});
    return out;
}

CellSource csv_source(scenario::CellPlace const& place) {
    auto text = csv_text(place.file, place);
    for (auto const& [field, given] : {std::pair{"kinds", !place.kinds.empty()}, std::pair{"pixel", place.pixel > 0.0},
                                       std::pair{"slice", place.slice > 0.0}, std::pair{"sizes", place.sizes}})
        if (given)
            refuse(place.source, "type", fmt::format("`{}` goes with a mask, and `{}` is none", field, place.file), "",
                   "a mask is a PNG or TIFF file; leave the key out for a CSV");
    formats::RunInput input{place.file, "", formats::sha256(text), static_cast<long long>(text.size())};
    auto out = cells_of_csv(std::move(text), place.file);
    out.inputs = {std::move(input)};
    return out;
}

/// Problems of a file as a whole point to where the scenario names it, and name the file.
Problem located(Problem problem, scenario::CellPlace const& place) {
    if (problem.where.line > 0)
        return problem;
    auto const file = problem.where.file.empty() ? place.file : problem.where.file;
    problem.where = place.source;
    if (problem.what.find(file) == std::string::npos)
        problem.what = fmt::format("`{}`: {}", file, problem.what);
    return problem;
}

CellSource read_cell_source(scenario::CellPlace const& place) {
    if (!place.run.empty())
        return cells_of_run(place);
    try {
        auto out = is_image(place.file) ? mask_source(place) : csv_source(place);
        if (!place.sha256.empty() && out.inputs.front().sha256 != place.sha256)
            refuse(place.source, "file", fmt::format("`{}` is not the file that the scenario was written for", place.file),
                   fmt::format("its SHA-256 is {}", out.inputs.front().sha256), fmt::format("expected {}", place.sha256));
        out.name = place.file;
        return out;
    } catch (MachineError const& failure) {
        refuse(place.source, "file", fmt::format("the cells cannot be read from `{}`", place.file), failure.what(),
               "give a CSV with the columns x, y and kind, or a mask as PNG or TIFF; its path is seen from the scenario's folder");
    }
}

} // namespace

CellSources read_cell_sources(scenario::TissueScenario const& scenario) {
    CellSources out;
    std::vector<Problem> problems;
    for (auto const& [name, place] : scenario.place)
        if (!place.file.empty() || !place.run.empty())
            try {
                auto source = read_cell_source(place);
                keep_kinds(source, place);
                out.emplace(name, std::move(source));
            } catch (ScenarioError const& error) {
                for (auto const& problem : error.problems())
                    problems.push_back(located(problem, place));
            }
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    return out;
}

CellSource cells_of_csv(std::string text, std::string const& name) {
    auto const table = std::make_shared<CellTable const>(std::move(text), name, std::vector<std::string>{"x", "y"});
    CellSource out;
    out.name = name;
    out.cells = table->cells({"x", "y", "z"});
    if (out.cells.columns.size() == 2 || out.cells.columns[2].name != "z")
        out.cells.columns.insert(out.cells.columns.begin() + 2, {"z", "um", std::vector<double>(table->rows())});
    out.title = [](std::size_t) { return std::string("this cell"); };
    out.where = [table](std::size_t row, std::string const& column) { return table->where(row, column); };
    return out;
}

CellSource cells_of_mask(formats::LabelImage const& image, std::string kinds, scenario::CellPlace const& place) {
    auto const flat = image.nz == 1;
    auto const regions = formats::label_regions(image, {place.pixel, flat ? 1.0 : place.slice});
    if (regions.empty())
        refuse(place.source, "missing", fmt::format("`{}` has no labels", place.file), "all of its pixels are 0, the background",
               "save the labels themselves, not a picture of their outlines");
    std::vector<double> x, y, z, radius, label;
    for (auto const& region : regions) {
        x.push_back(region.x - 0.5 * place.pixel * image.nx);
        y.push_back(0.5 * place.pixel * image.ny - region.y);
        z.push_back(flat ? 0.0 : region.z - 0.5 * place.slice * image.nz);
        radius.push_back(place.sizes ? region.equivalent_radius : std::nan(""));
        label.push_back(region.label);
    }
    CellSource out;
    out.name = place.file;
    out.cells.name = "cells";
    out.cells.add("x", "um", std::move(x));
    out.cells.add("y", "um", std::move(y));
    out.cells.add("z", "um", std::move(z));
    out.title = [label](std::size_t row) { return fmt::format("label {}", label[row]); };
    out.where = [at = place.source](std::size_t, std::string const&) { return at; };
    if (!place.kinds.empty()) {
        formats::RunInput input{place.kinds, "", formats::sha256(kinds), static_cast<long long>(kinds.size())};
        auto const table = std::make_shared<CellTable const>(std::move(kinds), place.kinds, std::vector<std::string>{"label"});
        auto const rows = table->rows_of_labels(label, place.source, place.file);
        auto const first = out.cells.columns.size();
        for (auto& column : picked(table->cells({}), rows).columns)
            out.cells.columns.push_back(std::move(column));
        std::vector<std::string> of_table;
        for (std::size_t c = first; c < out.cells.columns.size(); ++c)
            of_table.push_back(out.cells.columns[c].name);
        out.where = [table, rows, of_table, at = place.source](std::size_t row, std::string const& column) {
            auto const there = std::find(of_table.begin(), of_table.end(), column) != of_table.end();
            return there ? table->where(rows[row], column) : at;
        };
        out.inputs = {std::move(input)};
    }
    if (place.sizes) {
        auto const known =
            std::find_if(out.cells.columns.begin(), out.cells.columns.end(), [](auto const& c) { return c.name == "radius"; });
        if (known == out.cells.columns.end()) {
            out.cells.add("radius", "um", std::move(radius));
        } else {
            auto& given = std::get<std::vector<double>>(known->values);
            for (std::size_t row = 0; row < given.size(); ++row)
                given[row] = std::isnan(given[row]) ? radius[row] : given[row];
        }
    }
    return out;
}

} // namespace nk::simulate
