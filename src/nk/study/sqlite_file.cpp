#include "nk/study/sqlite_file.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <set>
#include <sqlite3.h>

namespace nk::study {
namespace {

constexpr int patience_ms = 30000; ///< for a file that another process writes at this moment

} // namespace

void SqliteFile::Close::operator()(sqlite3* file) const {
    sqlite3_close_v2(file);
}

SqliteFile::SqliteFile(std::string const& path, std::string name, int flags) : name_(name.empty() ? path : std::move(name)) {
    sqlite3* raw = nullptr;
    auto const status = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    file_.reset(raw);
    if (status != SQLITE_OK)
        fail("open");
    sqlite3_extended_result_codes(handle(), 1);
    sqlite3_busy_timeout(handle(), patience_ms);
}

SqliteFile SqliteFile::open(std::string path) {
    return {path, "", SQLITE_OPEN_READWRITE};
}

SqliteFile SqliteFile::create(std::string path, std::string name) {
    return {path, std::move(name), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
}

void SqliteFile::run(std::string const& sql) const {
    if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail("write");
}

bool SqliteFile::has_table(std::string const& table) const {
    SqliteStatement look(*this, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    look.bind(1, table);
    return look.step();
}

void SqliteFile::fail(std::string const& doing) const {
    if (!file_)
        throw MachineError(fmt::format("cannot {} `{}`: no memory", doing, name_));
    // SQLite's words first: what the system said is left over from an earlier call unless the disk was to blame
    std::string reason = sqlite3_errmsg(handle());
    auto const kind = sqlite3_errcode(handle()) & 0xff;
    auto const code = sqlite3_system_errno(handle());
    if ((kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && code != 0)
        reason += fmt::format(" ({})", std::strerror(code));
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
        reason += "; the file is damaged: remove it, and its jobs run again";
    throw MachineError(fmt::format("cannot {} `{}`: {}", doing, name_, reason));
}

SqliteStatement::SqliteStatement(SqliteFile const& file, std::string const& sql) : file_(file) {
    sqlite3_stmt* raw = nullptr;
    auto const status = sqlite3_prepare_v2(file.handle(), sql.c_str(), static_cast<int>(sql.size()), &raw, nullptr);
    statement_.reset(raw);
    if (status != SQLITE_OK)
        file.fail("read");
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void SqliteStatement::check(int status) const {
    if (status != SQLITE_OK)
        file_.fail("write");
}

void SqliteStatement::bind(int place, double value) {
    check(std::isnan(value) ? sqlite3_bind_null(statement_.get(), place) : sqlite3_bind_double(statement_.get(), place, value));
}

void SqliteStatement::bind(int place, std::int64_t value) {
    check(sqlite3_bind_int64(statement_.get(), place, value));
}

void SqliteStatement::bind(int place, std::string const& value) {
    check(sqlite3_bind_text64(statement_.get(), place, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqliteStatement::bind_cell(int place, TableColumn const& column, std::size_t row) {
    std::visit([&](auto const& values) { bind(place, values[row]); }, column.values);
}

bool SqliteStatement::step() {
    auto const status = sqlite3_step(statement_.get());
    if (status != SQLITE_ROW && status != SQLITE_DONE)
        file_.fail(sqlite3_stmt_readonly(statement_.get()) != 0 ? "read" : "write");
    return status == SQLITE_ROW;
}

void SqliteStatement::run() {
    step();
    reset();
}

void SqliteStatement::reset() {
    check(sqlite3_reset(statement_.get()));
}

double SqliteStatement::number(int column) const {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL)
        return std::numeric_limits<double>::quiet_NaN();
    return sqlite3_column_double(statement_.get(), column);
}

std::int64_t SqliteStatement::whole(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string SqliteStatement::text(int column) const {
    auto const* const bytes = reinterpret_cast<char const*>(sqlite3_column_text(statement_.get(), column));
    if (bytes == nullptr)
        return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

SqliteTransaction::SqliteTransaction(SqliteFile const& file) : file_(file) {
    file.run("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction() {
    if (open_)
        sqlite3_exec(file_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteTransaction::commit() {
    file_.run("COMMIT");
    open_ = false;
}

std::string sql_quoted(std::string const& name) {
    std::string out = "\"";
    for (auto const letter : name)
        out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return out + "\"";
}

std::vector<std::string> sql_names(std::vector<std::string> const& names, std::vector<std::string> const& taken) {
    auto const folded = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); });
        return text;
    };
    std::set<std::string> seen;
    for (auto const& name : taken)
        seen.insert(folded(name));
    std::vector<std::string> out;
    for (auto const& name : names) {
        auto free = name;
        for (int n = 2; !seen.insert(folded(free)).second; ++n)
            free = fmt::format("{}_{}", name, n);
        out.push_back(free);
    }
    return out;
}

std::string sql_places(std::size_t count) {
    std::string out = "VALUES (?";
    for (std::size_t i = 1; i < count; ++i)
        out += ", ?";
    return out + ")";
}

} // namespace nk::study
