#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/gen/shop.h"
#include "core/level.h"
#include "core/timestamp.h"

namespace inkling::gen {

// One ECS task, as the fields its log router adds tell it.
struct Task {
  std::string id;         // 32 hex digits
  std::string container;  // 12 hex digits
  std::string host;       // "ip-10-0-3-17"
};

// A version of a service that runs, and its tasks.
struct Release {
  std::string version;
  int revision = 1;  // of the task definition
  std::array<Task, kTasksPerService> tasks;
};

struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

// What a line says, before a logger lays it out. Views live as long as the call that gets them.
// Strings must need no escaping in JSON, but for `stack`, which is escaped already.
struct LogEntry {
  Timestamp time = {};  // by the task's clock
  ServiceId service = ServiceId::kFrontend;
  const Release* release = nullptr;
  std::size_t task = 0;
  Level level = Level::kInfo;
  std::string_view place = {};  // logger name or source line
  std::string_view message = {};
  std::string_view stack = {};  // "" = none
  TraceId trace = {};           // {0, 0} = none
  // Of a request; `route` empty: none.
  std::string_view method = {};
  std::string_view route = {};
  std::string_view url = {};
  std::uint16_t status = 0;
  double duration_ms = 0;
  std::string_view peer = {};  // service called, "" = none
};

enum class TimeLayout : std::uint8_t { kIso, kEpochMs, kEpochSeconds };

// Where the parts of a written line lie that differ between any two lines; offsets from its begin.
struct LineMarks {
  TimeLayout time_layout = TimeLayout::kIso;
  std::size_t time = 0;
  std::size_t trace = 0;  // 32 hex digits; 0 = none
  std::size_t message = 0;
  std::size_t message_length = 0;
};

// Writes entries as the services' loggers do: pino (frontend), winston (checkout), logback with
// logstash-encoder (payment), zap (catalogue), and a plain JSON log of the database proxy; each
// with the fields a FireLens router adds on ECS. One JSON object per line, about 500 bytes.
// Immutable but for a cached second. Not thread-safe: one owner.
class LogWriter {
 public:
  explicit LogWriter(bool labelled_versions) : labelled_versions_(labelled_versions) {}
  // Appends one line with its newline.
  LineMarks write(const LogEntry& entry, fmt::memory_buffer& out);

 private:
  LineMarks write_pino(const LogEntry& entry, fmt::memory_buffer& out);
  LineMarks write_winston(const LogEntry& entry, fmt::memory_buffer& out);
  LineMarks write_logback(const LogEntry& entry, fmt::memory_buffer& out);
  LineMarks write_zap(const LogEntry& entry, fmt::memory_buffer& out);
  LineMarks write_proxy(const LogEntry& entry, fmt::memory_buffer& out);
  void append_version(const LogEntry& entry, fmt::memory_buffer& out) const;

  bool labelled_versions_;
};

// Fixed widths: "2026-03-03T12:00:00.123Z", 13 digits, 10 digits "." 6 digits. Times from 2001 to
// 2286. 24, 13 and 17 bytes.
void write_time(TimeLayout layout, Timestamp time, char* out);
constexpr std::size_t width_of(TimeLayout layout) {
  return layout == TimeLayout::kIso ? 24 : layout == TimeLayout::kEpochMs ? 13 : 17;
}

}  // namespace inkling::gen
