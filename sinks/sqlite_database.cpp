#include "sinks/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace inkling::sinks {
namespace {

// How long a statement waits for another process's transaction; ours take milliseconds.
constexpr int kBusyTimeoutMs = 5'000;

// Creates the file, or narrows its mode, before SQLite opens it and copies the mode to its
// companions.
Result<void> make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const bool narrowed = file >= 0 && ::fchmod(file, 0600) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (narrowed) return {};
  return fail(ErrorCode::kIo,
              fmt::format("cannot open the incident store: {}: {}", path, std::strerror(error)));
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void SqliteStatement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.data() ? text.data() : "", text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

void SqliteStatement::bind(int parameter, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), parameter, number);
}

void SqliteStatement::bind(int parameter, double number) {
  sqlite3_bind_double(statement_.get(), parameter, number);
}

SqliteStatement::Step SqliteStatement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return Step::kRow;
    case SQLITE_DONE:
      return Step::kDone;
    default:
      return Step::kFailed;
  }
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string SqliteStatement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes ? std::string(reinterpret_cast<const char*>(bytes), size) : std::string();
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double SqliteStatement::number(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

void SqliteDatabase::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<SqliteDatabase> SqliteDatabase::open(const std::string& path, Mode mode) {
  if (mode == Mode::kReadWrite) {
    INKLING_TRY(make_private(path));
  } else if (::access(path.c_str(), F_OK) != 0) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no incident store: {}", path));
  }
  const int flags = mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  SqliteDatabase database;
  database.path_ = path;
  database.connection_.reset(connection);
  if (code != SQLITE_OK) return database.failure("open");
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  return database;
}

Result<void> SqliteDatabase::execute(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failure("write to");
  }
  return {};
}

Result<SqliteStatement> SqliteDatabase::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return failure("read");
  }
  return SqliteStatement(statement);
}

Failure<Error> SqliteDatabase::failure(std::string_view doing) const {
  const char* const reason = connection_ ? sqlite3_errmsg(connection_.get()) : "out of memory";
  return fail(ErrorCode::kIo,
              fmt::format("cannot {} the incident store: {}: {}", doing, path_, reason));
}

}  // namespace inkling::sinks
