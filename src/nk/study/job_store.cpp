#include "nk/study/job_store.hpp"

#include "nk/base/error.hpp"
#include "nk/base/hash.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::study {
namespace {

constexpr char const* store_format = "1";

std::int64_t signed_number(std::size_t value) {
    return static_cast<std::int64_t>(value);
}

std::vector<std::string> sql_names_of(std::vector<JobTable> const& tables) {
    std::vector<std::string> names;
    for (auto const& table : tables)
        names.push_back(table.name);
    return sql_names(names, {"study", "columns", "done"});
}

} // namespace

void RowsHash::add_row(std::size_t table, std::size_t row, std::vector<TableColumn> const& columns, std::size_t at) {
    Hasher hasher;
    hasher.add(static_cast<std::uint64_t>(table));
    hasher.add(static_cast<std::uint64_t>(row));
    for (auto const& column : columns)
        if (auto const* texts = std::get_if<std::vector<std::string>>(&column.values))
            hasher.add(std::string_view((*texts)[at]));
        else {
            auto number = std::get<std::vector<double>>(column.values)[at];
            if (std::isnan(number)) // a store keeps that it is none, not which
                number = std::numeric_limits<double>::quiet_NaN();
            hasher.add_bytes(&number, sizeof number);
        }
    std::uint64_t part = 0;
    auto const digits = hasher.hex();
    std::from_chars(digits.data(), digits.data() + 16, part, 16);
    sum_ += part;
}

Table empty_rows(JobTable const& table) {
    Table out{table.name, {}};
    for (auto const& column : table.columns)
        if (column.text)
            out.add(column.name, std::vector<std::string>{});
        else
            out.add(column.name, column.unit, std::vector<double>{});
    return out;
}

JobStore::JobStore(std::string const& path) : file_(SqliteFile::open(path)) {
    read_tables();
}

JobStore::JobStore(std::string const& path, JobPlan const& plan) : file_(SqliteFile::create(path)) {
    // a rollback journal, not a write-ahead log: that one needs shared memory, which the disks of clusters do not have
    file_.run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;");
    {
        SqliteTransaction change(file_);
        if (!file_.has_table("study")) {
            make(plan);
            change.commit();
        }
    }
    read_tables();
}

void JobStore::make(JobPlan const& plan) const {
    file_.run("CREATE TABLE study (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
              "CREATE TABLE done (job INTEGER PRIMARY KEY, hash INTEGER);"
              "CREATE TABLE columns (tab INTEGER, tab_name TEXT, place INTEGER, name TEXT, unit TEXT, is_text INTEGER)");
    SqliteStatement put(file_, "INSERT INTO study VALUES (?, ?)");
    for (auto const& entry : std::vector<std::pair<std::string, std::string>>{{"format", store_format},
                                                                              {"kind", plan.kind},
                                                                              {"key", plan.key},
                                                                              {"scenario", plan.scenario},
                                                                              {"count", std::to_string(plan.count)}}) {
        put.bind(1, entry.first);
        put.bind(2, entry.second);
        put.run();
    }
    auto const names = sql_names_of(plan.tables);
    for (std::size_t t = 0; t < plan.tables.size(); ++t)
        make_table(plan.tables[t], t, names[t]);
}

void JobStore::make_table(JobTable const& table, std::size_t place, std::string const& sql_table) const {
    SqliteStatement put(file_, "INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?)");
    std::vector<std::string> names;
    for (auto const& column : table.columns)
        names.push_back(column.name);
    auto const sql_columns = sql_names(names, {"job", "row"});
    auto sql = "CREATE TABLE " + sql_quoted(sql_table) + " (job INTEGER, row INTEGER";
    for (std::size_t c = 0; c < names.size(); ++c) {
        auto const& column = table.columns[c];
        // a column of numbers has no type: one of type REAL would turn -0 into 0
        sql += ", " + sql_quoted(sql_columns[c]) + (column.text ? " TEXT" : "");
        put.bind(1, signed_number(place));
        put.bind(2, table.name);
        put.bind(3, signed_number(c));
        put.bind(4, column.name);
        put.bind(5, column.unit);
        put.bind(6, std::int64_t{column.text ? 1 : 0});
        put.run();
    }
    file_.run(sql + ", PRIMARY KEY (job, row)) WITHOUT ROWID");
}

void JobStore::read_tables() {
    if (!file_.has_table("study")) {
        SqliteStatement any(file_, "SELECT 1 FROM sqlite_master");
        if (any.step())
            throw MachineError("`" + path() + "` is no store of jobs");
        return;
    }
    if (auto const format = meta("format"); format != store_format)
        throw MachineError(fmt::format("`{}` has format {}, this program knows {}", path(), format, store_format));
    SqliteStatement row(file_, "SELECT tab, tab_name, name, unit, is_text FROM columns ORDER BY tab, place");
    while (row.step()) {
        if (row.whole(0) == signed_number(tables_.size()))
            tables_.push_back({row.text(1), {}});
        if (row.whole(0) + 1 != signed_number(tables_.size()))
            throw MachineError("`" + path() + "` is damaged: a table of its study is missing");
        tables_.back().columns.push_back({row.text(2), row.text(3), row.whole(4) != 0});
    }
    sql_tables_ = sql_names_of(tables_);
    known_ = true;
}

std::string JobStore::meta(std::string const& entry) const {
    SqliteStatement read(file_, "SELECT value FROM study WHERE name = ?");
    read.bind(1, entry);
    return read.step() ? read.text(0) : std::string{};
}

std::size_t JobStore::count() const {
    auto const text = meta("count");
    std::size_t out = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), out).ec != std::errc{})
        throw MachineError("`" + path() + "` is damaged: it does not say how many jobs its study has");
    return out;
}

std::vector<std::pair<std::size_t, std::uint64_t>> JobStore::done() const {
    std::vector<std::pair<std::size_t, std::uint64_t>> out;
    SqliteStatement read(file_, "SELECT job, hash FROM done ORDER BY job");
    while (read.step())
        out.emplace_back(static_cast<std::size_t>(read.whole(0)), static_cast<std::uint64_t>(read.whole(1)));
    return out;
}

std::vector<std::pair<std::size_t, std::size_t>> JobStore::row_counts(std::size_t table) const {
    std::vector<std::pair<std::size_t, std::size_t>> out;
    SqliteStatement read(file_, "SELECT job, count(*) FROM " + sql_quoted(sql_tables_[table]) + " GROUP BY job ORDER BY job");
    while (read.step())
        out.emplace_back(static_cast<std::size_t>(read.whole(0)), static_cast<std::size_t>(read.whole(1)));
    return out;
}

void JobStore::read(std::size_t table, std::function<void(std::size_t job, std::size_t row, Table const& cells)> const& take) const {
    auto cells = empty_rows(tables_[table]);
    for (auto& column : cells.columns)
        std::visit([](auto& values) { values.resize(1); }, column.values);
    SqliteStatement read(file_, "SELECT * FROM " + sql_quoted(sql_tables_[table]) + " ORDER BY job, row");
    while (read.step()) {
        for (std::size_t c = 0; c < cells.columns.size(); ++c)
            if (auto* texts = std::get_if<std::vector<std::string>>(&cells.columns[c].values))
                texts->front() = read.text(static_cast<int>(c) + 2);
            else
                std::get<std::vector<double>>(cells.columns[c].values).front() = read.number(static_cast<int>(c) + 2);
        take(static_cast<std::size_t>(read.whole(0)), static_cast<std::size_t>(read.whole(1)), cells);
    }
}

void JobStore::add(std::vector<JobRows> const& jobs) {
    SqliteTransaction change(file_);
    SqliteStatement is_done(file_, "SELECT 1 FROM done WHERE job = ?");
    SqliteStatement done(file_, "INSERT INTO done VALUES (?, ?)");
    std::vector<std::unique_ptr<SqliteStatement>> puts;
    for (std::size_t t = 0; t < tables_.size(); ++t)
        puts.push_back(std::make_unique<SqliteStatement>(file_, "INSERT INTO " + sql_quoted(sql_tables_[t]) + " " +
                                                                    sql_places(tables_[t].columns.size() + 2)));
    for (auto const& entry : jobs) {
        is_done.bind(1, signed_number(entry.job));
        auto const there = is_done.step(); // by another process that was started for the same part
        is_done.reset();
        if (there)
            continue;
        RowsHash hash;
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            auto const& columns = entry.tables[t].columns;
            for (std::size_t row = 0; row < entry.tables[t].rows(); ++row) {
                puts[t]->bind(1, signed_number(entry.job));
                puts[t]->bind(2, signed_number(row));
                for (std::size_t c = 0; c < columns.size(); ++c)
                    puts[t]->bind_cell(static_cast<int>(c) + 3, columns[c], row);
                puts[t]->run();
                hash.add_row(t, row, columns, row);
            }
        }
        done.bind(1, signed_number(entry.job));
        done.bind(2, static_cast<std::int64_t>(hash.value()));
        done.run();
    }
    change.commit();
}

} // namespace nk::study
