#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace inkling::sinks {

// A prepared statement: bind, step, read columns, reset. Columns and parameters as in SQLite:
// parameters count from 1, columns from 0. Not thread-safe.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t number);
  void bind(int parameter, double number);

  enum class Step { kRow, kDone, kFailed };
  Step step();
  // Ready to be bound and stepped again.
  void reset();

  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection to a database file. Not thread-safe. Errors are kIo and name the file.
class SqliteDatabase {
 public:
  enum class Mode { kReadOnly, kReadWrite };
  // kReadWrite creates the file with mode 0600, and takes it to that mode if it is wider; the
  // write-ahead log beside it gets the same. kReadOnly: kNotFound if there is no file.
  static Result<SqliteDatabase> open(const std::string& path, Mode mode);

  Result<void> execute(const std::string& sql);
  Result<SqliteStatement> prepare(std::string_view sql) const;
  // The latest failure of this connection, as an Error that names the file.
  Failure<Error> failure(std::string_view doing) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace inkling::sinks
