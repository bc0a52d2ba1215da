#include "nk/simulate/cell_run_source.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/sha256.hpp"
#include "nk/simulate/cell_table.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <optional>

namespace nk::simulate {
namespace {

[[noreturn]] void refuse(scenario::CellPlace const& place, std::string kind, std::string what, std::string why = "",
                         std::string hint = "") {
    throw ScenarioError(Problem{place.source, std::move(kind), std::move(what), std::move(why), std::move(hint)});
}

struct RunAndTime {
    std::string folder;
    std::optional<double> time; ///< [min]; none: the last frame
};

RunAndTime run_and_time(scenario::CellPlace const& place) {
    std::error_code ignored;
    auto const at = place.run.rfind('@');
    if (at == std::string::npos || std::filesystem::is_directory(place.run, ignored))
        return {place.run, {}};
    try {
        auto const time = parse_quantity(place.run.substr(at + 1));
        return {place.run.substr(0, at), time.unit == "1" ? time.value : in_unit(time, "min")};
    } catch (std::invalid_argument const& error) {
        refuse(place, "unit", fmt::format("the time in `{}` cannot be read", place.run), error.what(), "write it like `runs/tumour-1@6 h`");
    }
}

/// The frame at the time asked for.
int frame_of(formats::RunDirectory const& run, RunAndTime const& wanted, scenario::CellPlace const& place) {
    auto const frames = run.frame_indices();
    if (frames.empty())
        refuse(place, "missing", fmt::format("the run in `{}` has no frames", wanted.folder), "", "run it again with `output.keep_frames`");
    if (!wanted.time)
        return frames.back();
    auto nearest = frames.front();
    auto gap = 1e300;
    auto there = 0.0;
    for (auto const frame : frames) {
        auto const time = run.frame_time(frame);
        if (auto const off = std::abs(time - *wanted.time); off < gap) {
            gap = off;
            nearest = frame;
            there = time;
        }
    }
    if (gap > 1e-6 * std::max(1.0, std::abs(*wanted.time)))
        refuse(place, "range", fmt::format("the run in `{}` has no frame at {} min", wanted.folder, to_text(*wanted.time)),
               fmt::format("the nearest of its {} frames is at {} min", frames.size(), to_text(there)),
               "take that time, or record more frames");
    return nearest;
}

TableColumn const& column_of(Table const& table, std::string const& name, bool texts, std::string const& folder,
                             scenario::CellPlace const& place) {
    for (auto const& column : table.columns)
        if (column.name == name && std::holds_alternative<std::vector<std::string>>(column.values) == texts)
            return column;
    refuse(place, "type", fmt::format("the frames of `{}` are not those of a tissue", folder),
           fmt::format("their cells have no column `{}`", name), "give the folder of a run of `kind = \"tissue\"`");
}

CellSource cells_of_frame(Table const& frame, std::string const& folder, scenario::CellPlace const& place) {
    auto const& states = std::get<std::vector<std::string>>(column_of(frame, "state", true, folder, place).values);
    std::vector<std::size_t> rows;
    std::vector<double> infected;
    for (std::size_t row = 0; row < states.size(); ++row)
        if (states[row] != "dead" && states[row] != "dying") {
            rows.push_back(row);
            infected.push_back(states[row] == "infected" || states[row] == "producing virus" ? 1.0 : 0.0);
        }
    if (rows.empty())
        refuse(place, "missing", fmt::format("no cell of the frame in `{}` is alive", folder));
    auto const living = picked(frame, rows);
    CellSource out;
    out.cells.name = "cells";
    for (auto const* name : {"x", "y", "z"})
        out.cells.columns.push_back(column_of(living, name, false, folder, place));
    out.cells.columns.push_back(column_of(living, "kind", true, folder, place));
    if (std::any_of(infected.begin(), infected.end(), [](double one) { return one > 0.0; }))
        out.cells.add("infected", "1", std::move(infected));
    for (auto const& column : living.columns)
        if (column.name == "radius" || column.name == "hla" || column.name == "nkg2d" || column.name.starts_with("ligand."))
            out.cells.columns.push_back(column);
    auto const ids = std::get<std::vector<double>>(column_of(living, "id", false, folder, place).values);
    out.title = [ids](std::size_t row) { return fmt::format("cell {}", ids[row]); };
    out.where = [at = place.source](std::size_t, std::string const&) { return at; };
    return out;
}

} // namespace

CellSource cells_of_run(scenario::CellPlace const& place) {
    auto const wanted = run_and_time(place);
    try {
        auto const run = formats::RunDirectory::open(wanted.folder);
        auto const index = frame_of(run, wanted, place);
        auto const frame = run.frame(index);
        auto const cells = std::find_if(frame.tables.begin(), frame.tables.end(), [](auto const& table) { return table.name == "cells"; });
        if (cells == frame.tables.end())
            refuse(place, "type", fmt::format("the frames of `{}` hold no cells", wanted.folder));
        auto out = cells_of_frame(*cells, wanted.folder, place);
        out.name = place.run;
        auto const file = run.path_of(fmt::format("frames/{:04}.h5", index));
        auto const bytes = formats::read_text(file);
        out.inputs = {{file, "", formats::sha256(bytes), static_cast<long long>(bytes.size())}};
        return out;
    } catch (MachineError const& failure) {
        refuse(place, "file", fmt::format("the run in `{}` cannot be read", wanted.folder), failure.what());
    } catch (ScenarioError const& error) {
        auto problems = error.problems();
        for (auto& problem : problems)
            problem.where = place.source;
        throw ScenarioError(std::move(problems));
    }
}

} // namespace nk::simulate
