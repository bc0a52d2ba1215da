#include "nk/study/study_folder.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"
#include "nk/study/job_store.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace nk::study {
namespace {

[[noreturn]] void refuse_folder(std::string const& folder, std::string what, std::string why) {
    throw ScenarioError(Problem{{folder, 0, 0, 1}, "output", std::move(what), std::move(why), "name another folder with -o"});
}

/// Names in a folder but hidden ones: a name with a point is a file that somebody writes at this moment, or died over.
std::vector<std::string> names_in(std::string const& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (auto const name = at->path().filename().string(); !name.starts_with('.'))
            out.push_back(name);
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
        throw ScenarioError(Problem{{folder, 0, 0, 1}, "output", "there is no folder `" + folder + "`", "", "name the folder of a study"});
    if (error)
        throw MachineError("cannot read the folder `" + folder + "`: " + error.message());
    std::sort(out.begin(), out.end());
    return out;
}

void write_one_table(SqliteFile const& file, std::string const& sql_table, Table const& table, std::vector<std::size_t> const* jobs) {
    std::vector<std::string> names;
    for (auto const& column : table.columns)
        names.push_back(column.name);
    auto const sql_columns = sql_names(names, jobs != nullptr ? std::vector<std::string>{"job"} : std::vector<std::string>{});
    std::string sql = jobs != nullptr ? "job INTEGER" : "";
    SqliteStatement unit(file, "INSERT INTO units VALUES (?, ?, ?)");
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        auto const text = std::holds_alternative<std::vector<std::string>>(table.columns[c].values);
        sql += (sql.empty() ? "" : ", ") + sql_quoted(sql_columns[c]) + (text ? " TEXT" : "");
        unit.bind(1, sql_table);
        unit.bind(2, sql_columns[c]);
        unit.bind(3, table.columns[c].unit);
        unit.run();
    }
    if (sql.empty())
        return;
    file.run("CREATE TABLE " + sql_quoted(sql_table) + " (" + sql + ")");
    auto const first = jobs != nullptr ? 2 : 1;
    SqliteStatement put(file, "INSERT INTO " + sql_quoted(sql_table) + " " +
                                  sql_places(table.columns.size() + static_cast<std::size_t>(first) - 1));
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (jobs != nullptr)
            put.bind(1, static_cast<std::int64_t>((*jobs)[row]));
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            put.bind_cell(static_cast<int>(c) + first, table.columns[c], row);
        put.run();
    }
    if (jobs != nullptr)
        file.run("CREATE INDEX " + sql_quoted(sql_table + "_by_job") + " ON " + sql_quoted(sql_table) + " (job)");
}

} // namespace

std::string store_path(std::string const& folder, Shard const& shard, backend::Communicator const& world) {
    auto const rank = world.size() > 1 ? fmt::format("-rank-{}-of-{}", world.rank() + 1, world.size()) : std::string{};
    return fmt::format("{}/jobs-{}-of-{}{}.sqlite", folder, shard.index + 1, shard.count, rank);
}

std::vector<std::string> store_paths(std::string const& folder) {
    std::vector<std::string> out;
    for (auto const& name : names_in(folder))
        if (formats::is_job_store(name))
            out.push_back(folder + "/" + name);
    return out;
}

void begin_study(JobPlan const& plan, std::string const& folder) {
    formats::make_directory(folder);
    auto const names = names_in(folder);
    auto const stores = store_paths(folder);
    if (std::find(names.begin(), names.end(), "scenario.toml") != names.end()) {
        if (!stores.empty())
            return; // `jobs_done` asks them
        auto const directory = formats::RunDirectory::open(folder);
        if (directory.scenario() != plan.scenario)
            refuse_folder(folder, "the folder `" + folder + "` is not empty", "it holds a run or another study");
        if (directory.finished())
            refuse_folder(folder, "the folder `" + folder + "` holds the results of this study already", "but not its jobs");
        return;
    }
    if (stores.empty() && !names.empty())
        refuse_folder(folder, "the folder `" + folder + "` is not empty", "it holds files that are not from a study");
    formats::write_atomically(folder + "/scenario.toml", plan.scenario); // others who begin it now write the same
}

std::set<std::size_t> jobs_done(JobPlan const& plan, std::string const& folder) {
    std::set<std::size_t> out;
    for (auto const& path : store_paths(folder)) {
        JobStore const store(path);
        if (store.empty())
            continue;
        if (store.key() != plan.key || store.count() != plan.count)
            refuse_folder(folder, "the folder `" + folder + "` holds another study",
                          fmt::format("its {} has another scenario, other parameters or another version of the program", store.kind()));
        for (auto const& entry : store.done())
            out.insert(entry.first);
    }
    return out;
}

void write_database(std::string const& path, MergedJobs const& merged, std::vector<Table> const& more) {
    formats::TemporaryFile temporary(path);
    {
        auto const file = SqliteFile::create(temporary.path(), path);
        file.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"); // nobody sees it before it is whole
        SqliteTransaction change(file);
        file.run("CREATE TABLE units (tab TEXT, name TEXT, unit TEXT)");
        std::vector<std::string> names;
        for (auto const* tables : {&merged.tables, &more})
            for (auto const& table : *tables)
                names.push_back(table.name);
        auto const sql_tables = sql_names(names, {"units"});
        for (std::size_t t = 0; t < merged.tables.size(); ++t)
            write_one_table(file, sql_tables[t], merged.tables[t], t < merged.jobs.size() ? &merged.jobs[t] : nullptr);
        for (std::size_t t = 0; t < more.size(); ++t)
            write_one_table(file, sql_tables[merged.tables.size() + t], more[t], nullptr);
        change.commit();
    }
    temporary.keep();
}

void write_study(std::string const& folder, MergedJobs const& merged, std::vector<Table> const& more, formats::RunRecord record,
                 std::string const& report) {
    auto const directory = formats::RunDirectory::open(folder);
    write_database(directory.path_of("study.sqlite"), merged, more);
    record.written.emplace_back("study.sqlite");
    if (!report.empty()) {
        directory.write_text("report.html", report);
        record.written.emplace_back("report.html");
    }
    auto tables = merged.tables;
    tables.insert(tables.end(), more.begin(), more.end());
    directory.finish(record, tables);
}

} // namespace nk::study
