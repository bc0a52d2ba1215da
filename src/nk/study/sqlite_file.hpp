#pragma once
#include "nk/base/table.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace nk::study {

/// A file of SQLite. What the disk refuses, and a file that is none or is damaged, is a MachineError with the path and the reason.
class SqliteFile {
  public:
    /// Opens a file that is there. It is opened for writing where that is allowed, even to read: what a killed program left half-written
    /// is taken back at the first look.
    /// name  what messages call it; "" = its path
    static SqliteFile open(std::string path);
    /// Opens a file or makes it.
    static SqliteFile create(std::string path, std::string name = "");

    std::string const& name() const { return name_; }
    sqlite3* handle() const { return file_.get(); }
    /// Runs statements that give no rows.
    void run(std::string const& sql) const;
    bool has_table(std::string const& table) const;
    [[noreturn]] void fail(std::string const& doing) const;

  private:
    struct Close {
        void operator()(sqlite3* file) const;
    };
    SqliteFile(std::string const& path, std::string name, int flags);
    std::string name_;
    std::unique_ptr<sqlite3, Close> file_;
};

/// One prepared statement of a file, which it must not outlive.
class SqliteStatement {
  public:
    SqliteStatement(SqliteFile const& file, std::string const& sql);

    /// Values by place, from 1. A number keeps its bits; SQLite has no NaN, which is NULL.
    void bind(int place, double value);
    void bind(int place, std::int64_t value);
    void bind(int place, std::string const& value);
    void bind_cell(int place, TableColumn const& column, std::size_t row);
    /// To the next row.  returns  false when there is none
    bool step();
    /// Runs it with the values bound, and is ready for the next.
    void run();
    /// Ready to be run again.
    void reset();

    /// Values of this row by column, from 0.
    double number(int column) const;
    std::int64_t whole(int column) const;
    std::string text(int column) const;

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    void check(int status) const;
    SqliteFile const& file_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Changes that come to the file wholly or not at all: taken back unless `commit` was reached.
class SqliteTransaction {
  public:
    explicit SqliteTransaction(SqliteFile const& file);
    ~SqliteTransaction();
    SqliteTransaction(SqliteTransaction const&) = delete;
    SqliteTransaction& operator=(SqliteTransaction const&) = delete;
    void commit();

  private:
    SqliteFile const& file_;
    bool open_ = true;
};

/// A name as SQL quotes it.
std::string sql_quoted(std::string const& name);

/// Names of columns or tables that SQL keeps apart: to it `IL2` is `il2`. One that is `taken`, or was there before, gets a number.
std::vector<std::string> sql_names(std::vector<std::string> const& names, std::vector<std::string> const& taken);

/// The part of an INSERT after its first words: "VALUES (?, ?, ?)".
std::string sql_places(std::size_t count);

} // namespace nk::study
