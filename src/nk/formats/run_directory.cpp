#include "nk/formats/run_directory.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/csv.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/hdf5.hpp"
#include "nk/formats/sha256.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <set>

namespace nk::formats {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char const* scenario_name = "scenario.toml";
constexpr char const* archive_name = "run.h5";
constexpr char const* summary_name = "summary.json";
constexpr char const* report_name = "report.html";
constexpr char const* database_name = "study.sqlite";
constexpr char const* metadata_name = "ro-crate-metadata.json";
constexpr char const* cells_folder = "cells/";

std::string frame_name(int index) {
    return fmt::format("frames/{:04}.h5", index);
}

bool exists(std::string const& path) {
    std::error_code error;
    auto const found = fs::exists(path, error);
    if (error == std::errc::permission_denied)
        throw MachineError("cannot look at `" + path + "`: " + error.message());
    return found;
}

std::vector<std::string> entries(std::string const& folder) {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        names.push_back(it->path().filename().string());
    if (error && error != std::errc::no_such_file_or_directory)
        throw MachineError("cannot read the folder `" + folder + "`: " + error.message());
    std::sort(names.begin(), names.end());
    return names;
}

bool holds_run(std::string const& path) {
    return exists(path + "/" + scenario_name) || exists(path + "/" + archive_name);
}

json parse_json(std::string const& path) {
    try {
        return json::parse(read_text(path));
    } catch (json::parse_error const& error) {
        throw MachineError("cannot read `" + path + "`: it is not valid JSON (byte " + std::to_string(error.byte) + ")");
    }
}

void remove_file(std::string const& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error)
        throw MachineError("cannot remove `" + path + "`: " + error.message());
}

std::string describe(std::string const& name) {
    if (name == scenario_name)
        return "The scenario with every default, unit, version and seed";
    if (name == archive_name)
        return "All series, and links to the keyframes";
    if (name == summary_name)
        return "The outcome in a few numbers";
    if (name == report_name)
        return "The results for people, in one page";
    if (name == database_name)
        return "All tables as a database";
    if (name.starts_with(cells_folder))
        return "Cells at the start, as they were read";
    if (name.starts_with("frames/"))
        return "Keyframe: the cells and fields at one time";
    return name.ends_with(".csv") ? "Series `" + name.substr(0, name.size() - 4) + "`" : "";
}

CrateFile hashed(std::string const& bytes, std::string const& name) {
    return {name, describe(name), "", sha256(bytes), static_cast<long long>(bytes.size())};
}

/// JSON as people read it; a path may hold bytes that are no UTF-8, and a finished run is not lost for them.
std::string to_text(json const& document) {
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

ScenarioError not_empty(std::string const& path, std::string why) {
    return ScenarioError(Problem{
        {path, 0, 0, 1}, "output", "the folder `" + path + "` is not empty", std::move(why), "choose another folder or remove this one"});
}

bool take_word(std::string_view& text, std::string_view word) {
    auto const there = text.starts_with(word);
    text.remove_prefix(there ? word.size() : 0);
    return there;
}

bool take_number(std::string_view& text) {
    auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    return digits > 0;
}

bool take_part(std::string_view& text) { // "2-of-8"
    return take_number(text) && take_word(text, "-of-") && take_number(text);
}

} // namespace

bool is_job_store(std::string_view name) {
    if (!take_word(name, "jobs-") || !take_part(name) || (take_word(name, "-rank-") && !take_part(name)))
        return false;
    return name == ".sqlite";
}

RunDirectory RunDirectory::create(std::string const& path, ExistingFolder existing) {
    RunDirectory const run(path);
    std::error_code ignored;
    if (fs::is_directory(path, ignored) && !entries(path).empty()) {
        auto const replaceable = holds_run(path);
        if (existing == ExistingFolder::refuse || !replaceable)
            throw not_empty(path, replaceable ? "it holds an earlier run" : "it holds files that are not from a run");
        run.remove_run();
    }
    if (!make_new_directory(run.path_of("frames"))) // who makes it has the folder
        throw not_empty(path, "another run takes it at this moment");
    return run;
}

RunDirectory RunDirectory::create_free(std::string const& base, bool numbered) {
    for (int n = 1;; ++n)
        if (auto const path = n == 1 && !numbered ? base : fmt::format("{}-{}", base, n); make_new_directory(path))
            return create(path);
}

RunDirectory RunDirectory::open(std::string const& path) {
    if (!holds_run(path)) {
        std::error_code ignored;
        throw ScenarioError(Problem{{path, 0, 0, 1},
                                    "output",
                                    "`" + path + "` is not the folder of a run",
                                    fs::is_directory(path, ignored) ? "it has no scenario.toml" : "there is no such folder",
                                    "give the folder that `nk run` wrote"});
    }
    return RunDirectory(path);
}

void RunDirectory::remove_run() const {
    // Only what the metadata lists or what carries our names: whatever else the user keeps there stays.
    for (auto const& name : listed_results())
        remove_file(path_of(name));
    for (auto const& name : entries(path_))
        if (is_job_store(name)) {
            remove_file(path_of(name));
            remove_file(path_of(name) + "-journal"); // left where a study was killed
        }
    for (auto const index : frame_indices())
        remove_file(path_of(frame_name(index)));
    for (auto const& name : cell_files())
        remove_file(path_of(name));
    for (auto const* name : {metadata_name, summary_name, archive_name, report_name, database_name, scenario_name})
        remove_file(path_of(name));
    std::error_code kept; // a folder that holds files of the user stays
    fs::remove(path_of("frames"), kept);
    fs::remove(path_ + "/cells", kept);
}

/// What the metadata lists of the folder itself. Inputs are left out: one of another folder may have the name of a file of the user here.
std::vector<std::string> RunDirectory::listed_results() const {
    std::vector<std::string> out;
    if (!exists(path_of(metadata_name)))
        return out;
    auto const graph = parse_json(path_of(metadata_name)).value("@graph", json::array());
    std::set<std::string> results;
    for (auto const& entity : graph)
        if (entity.value("@id", "") == "#run")
            for (auto const& one : entity.value("result", json::array()))
                results.insert(one.value("@id", ""));
    for (auto const& entity : graph)
        if (auto const name = entity.value("name", ""); results.contains(entity.value("@id", "")) && name.find('/') == std::string::npos)
            out.push_back(name);
    return out;
}

void RunDirectory::discard() const {
    remove_run();
    std::error_code kept;
    fs::remove(path_, kept);
}

void RunDirectory::write_scenario(std::string const& text) const {
    write_text(scenario_name, text);
}

void RunDirectory::write_cells(std::string const& place, std::string_view csv) const {
    make_directory(path_ + "/cells");
    write_text(cells_folder + place + ".csv", csv);
}

std::vector<std::string> RunDirectory::cell_files() const {
    std::vector<std::string> out;
    for (auto const& name : entries(path_ + "/cells"))
        if (name.ends_with(".csv"))
            out.push_back(cells_folder + name);
    return out;
}

void RunDirectory::write_text(std::string const& name, std::string_view bytes) const {
    write_atomically(path_of(name), bytes);
}

void RunDirectory::write_frame(int index, double time, std::string const& time_unit, std::vector<Table> const& tables) const {
    NK_EXPECT(index >= 0);
    auto file = Hdf5File::create(path_of(frame_name(index)));
    file.write_array<double>("time", std::span<double const>(&time, 1), {1}, time_unit);
    for (auto const& table : tables)
        file.write_table("tables", table);
    file.close();
}

void RunDirectory::write_archive(RunRecord const& record, std::vector<Table> const& series) const {
    auto file = Hdf5File::create(path_of(archive_name));
    file.set_attribute("", "title", record.title);
    file.set_attribute("", "program_version", record.version);
    file.set_attribute("", "created", record.created);
    for (auto const& table : series)
        file.write_table("series", table);
    for (auto const index : frame_indices())
        file.link_external(frame_name(index).substr(0, frame_name(index).rfind('.')), frame_name(index), "/");
    file.close();
}

Crate RunDirectory::crate_of(RunRecord const& record, std::vector<std::string> const& outputs) const {
    Crate crate;
    crate.name = record.title;
    crate.description = "A simulation run: its scenario, results and provenance. Research use only.";
    crate.created = record.created;
    crate.program = "NKsim";
    crate.version = record.version;
    crate.command_line = record.command_line;
    for (auto const& input : record.inputs)
        if (input.sha256.empty())
            crate.inputs.push_back(hashed(input.text, input.path));
        else
            crate.inputs.push_back({input.path, describe(input.path), "", input.sha256, input.bytes});
    for (auto const& output : outputs)
        crate.outputs.push_back(hashed(read_text(path_of(output)), output));
    return crate;
}

void RunDirectory::finish(RunRecord const& record, std::vector<Table> const& series) const {
    std::vector<std::string> outputs;
    if (exists(path_of(scenario_name)))
        outputs.emplace_back(scenario_name);
    for (auto const& name : cell_files())
        outputs.push_back(name);
    for (auto const index : frame_indices())
        outputs.push_back(frame_name(index));
    write_archive(record, series);
    outputs.emplace_back(archive_name);
    for (auto const& table : series) {
        write_csv(path_of(table.name + ".csv"), table);
        outputs.push_back(table.name + ".csv");
    }
    write_text(summary_name, to_text(record.summary));
    outputs.emplace_back(summary_name);
    outputs.insert(outputs.end(), record.written.begin(), record.written.end());
    // The metadata comes last: where it stands, everything it lists stands.
    write_text(metadata_name, to_text(ro_crate(crate_of(record, outputs))));
}

bool RunDirectory::finished() const {
    return exists(path_of(metadata_name));
}

std::string RunDirectory::scenario() const {
    return read_text(path_of(scenario_name));
}

json RunDirectory::summary() const {
    return exists(path_of(summary_name)) ? parse_json(path_of(summary_name)) : json();
}

void RunDirectory::strange_summary(std::string const& reason) const {
    throw MachineError("`" + path_of(summary_name) + "` is not as a run writes it: " + reason);
}

std::vector<Table> RunDirectory::series() const {
    std::vector<Table> tables;
    if (!exists(path_of(archive_name)))
        return tables;
    auto const file = Hdf5File::open(path_of(archive_name));
    if (file.contains("series"))
        for (auto const& name : file.children("series"))
            tables.push_back(file.read_table("series/" + name));
    return tables;
}

Table RunDirectory::series(std::string const& name) const {
    std::vector<std::string> known;
    for (auto& table : series()) {
        if (table.name == name)
            return std::move(table);
        known.push_back(table.name);
    }
    auto const nearest = nearest_name(name, known);
    throw ScenarioError(Problem{{path_, 0, 0, 1},
                                "name",
                                "the run has no series `" + name + "`",
                                finished() ? "" : "the run is not finished",
                                nearest.empty() ? "" : "did you mean `" + nearest + "`?"});
}

std::vector<int> RunDirectory::frame_indices() const {
    std::vector<int> indices;
    for (auto const& name : entries(path_of("frames"))) {
        auto index = 0;
        auto const result = std::from_chars(name.data(), name.data() + name.size(), index);
        if (result.ec == std::errc{} && std::string_view(result.ptr) == ".h5")
            indices.push_back(index);
    }
    std::sort(indices.begin(), indices.end());
    return indices;
}

double RunDirectory::frame_time(int index) const {
    return Hdf5File::open(path_of(frame_name(index))).read_array<double>("time").values.at(0);
}

StoredFrame RunDirectory::frame(int index) const {
    auto const file = Hdf5File::open(path_of(frame_name(index)));
    StoredFrame frame{index, file.read_array<double>("time").values.at(0), {}};
    if (file.contains("tables"))
        for (auto const& name : file.children("tables"))
            frame.tables.push_back(file.read_table("tables/" + name));
    return frame;
}

} // namespace nk::formats
