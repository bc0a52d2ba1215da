#include "nk/simulate/cell_copies.hpp"

#include "nk/formats/csv.hpp"
#include "nk/formats/sha256.hpp"
#include "nk/scenario/toml_writer.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::simulate {
namespace {

/// A name of a place may hold anything; that of a file may not.
std::string file_name(std::string const& place, std::size_t index) {
    auto const plain = !place.empty() && place.size() <= 100 && std::all_of(place.begin(), place.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return plain ? place : fmt::format("place.{}", index); // no plain name has a point
}

/// A name on one line of a comment.
std::string on_one_line(std::string name) {
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
    return name;
}

} // namespace

std::string keep_cells(formats::RunDirectory const& directory, scenario::TissueReading const& reading, CellSources const& cells) {
    if (cells.empty())
        return reading.resolved_text;
    auto kept = reading.scenario;
    std::string origins;
    std::size_t index = 0;
    for (auto const& [name, source] : cells) {
        auto const csv = formats::to_csv(source.cells);
        auto const file = file_name(name, index++);
        directory.write_cells(file, csv);
        for (auto const& input : source.inputs)
            origins += fmt::format("# [place.{}] from {} (SHA-256 {})\n", scenario::toml_key(name), on_one_line(input.path), input.sha256);
        auto& place = kept.place.at(name);
        scenario::CellPlace const usual;
        place.file = "cells/" + file + ".csv";
        place.sha256 = formats::sha256(csv);
        place.kinds = usual.kinds;
        place.pixel = usual.pixel;
        place.slice = usual.slice;
        place.sizes = usual.sizes;
        place.run = usual.run;
        place.only = usual.only;
    }
    return origins + "\n" + scenario::to_toml(kept);
}

RunSettings with_cell_inputs(RunSettings settings, CellSources const& cells) {
    for (auto const& [name, source] : cells)
        settings.inputs.insert(settings.inputs.end(), source.inputs.begin(), source.inputs.end());
    return settings;
}

} // namespace nk::simulate
