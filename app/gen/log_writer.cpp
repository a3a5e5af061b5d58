#include "app/gen/log_writer.h"

#include <array>

#include "app/gen/messages.h"

namespace inkling::gen {
namespace {

void put(fmt::memory_buffer& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}

template <class... Args>
void put(fmt::memory_buffer& out, fmt::format_string<Args...> format, const Args&... args) {
  fmt::vformat_to(std::back_inserter(out), format, fmt::make_format_args(args...));
}

void append_digits(std::uint64_t value, int digits, char* out) {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

void append_time(TimeLayout layout, Timestamp time, fmt::memory_buffer& out) {
  const std::size_t begin = out.size();
  out.resize(begin + width_of(layout));
  write_time(layout, time, out.data() + begin);
}

std::size_t append_trace(TraceId trace, fmt::memory_buffer& out) {
  const std::size_t begin = out.size();
  append_hex(trace.high, 16, out);
  append_hex(trace.low, 16, out);
  return begin;
}

bool has_trace(const LogEntry& entry) { return (entry.trace.high | entry.trace.low) != 0; }

// What the log router adds.
void append_router_fields(const LogEntry& entry, fmt::memory_buffer& out) {
  const Task& task = entry.release->tasks[entry.task];
  put(out,
      R"(,"container_id":"{}","ecs_cluster":"shop-prod",)"
      R"("ecs_task_arn":"arn:aws:ecs:eu-central-1:123456789012:task/shop-prod/{}",)"
      R"("ecs_task_definition":"{}:{}"}})"
      "\n",
      task.container, task.id, name_of(entry.service), entry.release->revision);
}

int pino_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return 20;
    case Level::kWarn:
      return 40;
    case Level::kError:
      return 50;
    case Level::kFatal:
      return 60;
    default:
      return 30;
  }
}

std::string_view logback_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return "DEBUG";
    case Level::kWarn:
      return "WARN";
    case Level::kError:
    case Level::kFatal:
      return "ERROR";
    default:
      return "INFO";
  }
}

}  // namespace

// Days and civil dates: Hinnant, "chrono-compatible low-level date algorithms".
void write_time(TimeLayout layout, Timestamp time, char* out) {
  const auto ns = static_cast<std::uint64_t>(time.ns);
  if (layout == TimeLayout::kEpochMs) {
    append_digits(ns / 1'000'000, 13, out);
    return;
  }
  if (layout == TimeLayout::kEpochSeconds) {
    append_digits(ns / 1'000'000'000, 10, out);
    out[10] = '.';
    append_digits(ns / 1'000 % 1'000'000, 6, out + 11);
    return;
  }
  const std::uint64_t seconds = ns / 1'000'000'000;
  const std::uint64_t shifted = seconds / 86'400 + 719'468;
  const std::uint64_t era = shifted / 146'097;
  const std::uint64_t day = shifted % 146'097;
  const std::uint64_t year_of_era = (day - day / 1'460 + day / 36'524 - day / 146'096) / 365;
  const std::uint64_t day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::uint64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  append_digits(era * 400 + year_of_era + (month <= 2 ? 1 : 0), 4, out);
  out[4] = '-';
  append_digits(month, 2, out + 5);
  out[7] = '-';
  append_digits(day_of_year - (153 * shifted_month + 2) / 5 + 1, 2, out + 8);
  out[10] = 'T';
  append_digits(seconds / 3'600 % 24, 2, out + 11);
  out[13] = ':';
  append_digits(seconds / 60 % 60, 2, out + 14);
  out[16] = ':';
  append_digits(seconds % 60, 2, out + 17);
  out[19] = '.';
  append_digits(ns / 1'000'000 % 1'000, 3, out + 20);
  out[23] = 'Z';
}

LineMarks LogWriter::write(const LogEntry& entry, fmt::memory_buffer& out) {
  switch (entry.service) {
    case ServiceId::kFrontend:
      return write_pino(entry, out);
    case ServiceId::kCheckout:
      return write_winston(entry, out);
    case ServiceId::kPayment:
      return write_logback(entry, out);
    case ServiceId::kCatalogue:
      return write_zap(entry, out);
    case ServiceId::kOrdersDb:
      return write_proxy(entry, out);
  }
  return {};
}

void LogWriter::append_version(const LogEntry& entry, fmt::memory_buffer& out) const {
  if (labelled_versions_) put(out, R"(,"version":"{}")", entry.release->version);
}

LineMarks LogWriter::write_pino(const LogEntry& entry, fmt::memory_buffer& out) {
  const std::size_t begin = out.size();
  LineMarks marks{.time_layout = TimeLayout::kEpochMs};
  put(out, R"({{"level":{},"time":)", pino_level(entry.level));
  marks.time = out.size() - begin;
  append_time(marks.time_layout, entry.time, out);
  put(out, R"(,"pid":17,"hostname":"{}","module":"{}","service":"frontend")",
      entry.release->tasks[entry.task].host, entry.place);
  append_version(entry, out);
  if (!entry.route.empty()) {
    put(out,
        R"(,"req":{{"method":"{}","url":"{}"}},)"
        R"("res":{{"statusCode":{}}},"route":"{}","status":{},"responseTime":{:.0f})",
        entry.method, entry.url, entry.status, entry.route, entry.status, entry.duration_ms);
  }
  if (!entry.peer.empty()) put(out, R"(,"upstream":"{}")", entry.peer);
  if (!entry.stack.empty()) put(out, R"(,"err":{{"type":"Error","stack":"{}"}})", entry.stack);
  if (has_trace(entry)) {
    put(out, R"(,"trace_id":")");
    marks.trace = append_trace(entry.trace, out) - begin;
    put(out, R"(")");
  }
  put(out, R"(,"msg":")");
  marks.message = out.size() - begin;
  marks.message_length = entry.message.size();
  put(out, entry.message);
  put(out, R"(")");
  append_router_fields(entry, out);
  return marks;
}

LineMarks LogWriter::write_winston(const LogEntry& entry, fmt::memory_buffer& out) {
  const std::size_t begin = out.size();
  LineMarks marks{.time_layout = TimeLayout::kIso};
  put(out, R"({{"level":"{}","message":")", level_name(entry.level));
  marks.message = out.size() - begin;
  marks.message_length = entry.message.size();
  put(out, entry.message);
  put(out, R"(","timestamp":")");
  marks.time = out.size() - begin;
  append_time(marks.time_layout, entry.time, out);
  put(out, R"(","service":"checkout","environment":"prod","component":"{}")", entry.place);
  append_version(entry, out);
  if (!entry.route.empty()) {
    put(out, R"(,"method":"{}","path":"{}","route":"{}","status":{},"duration_ms":{:.2f})",
        entry.method, entry.url, entry.route, entry.status, entry.duration_ms);
  }
  if (!entry.peer.empty()) put(out, R"(,"peer.service":"{}")", entry.peer);
  if (!entry.stack.empty()) put(out, R"(,"stack":"{}")", entry.stack);
  if (has_trace(entry)) {
    put(out, R"(,"trace_id":")");
    marks.trace = append_trace(entry.trace, out) - begin;
    put(out, R"(","span_id":")");
    append_hex(entry.trace.low * 0x9E3779B97F4A7C15ULL, 16, out);
    put(out, R"(")");
  }
  append_router_fields(entry, out);
  return marks;
}

LineMarks LogWriter::write_logback(const LogEntry& entry, fmt::memory_buffer& out) {
  const std::size_t begin = out.size();
  LineMarks marks{.time_layout = TimeLayout::kIso};
  put(out, R"({"@timestamp":")");
  marks.time = out.size() - begin;
  append_time(marks.time_layout, entry.time, out);
  put(out, R"(","@version":"1","message":")");
  marks.message = out.size() - begin;
  marks.message_length = entry.message.size();
  put(out, entry.message);
  put(out,
      R"(","logger_name":"{}","thread_name":"http-nio-8080-exec-{}","level":"{}",)"
      R"("level_value":{},"service":"payment")",
      entry.place, 1 + entry.trace.low % 10, logback_level(entry.level),
      pino_level(entry.level) * 1000 - 10'000);
  append_version(entry, out);
  if (!entry.route.empty()) {
    put(out, R"(,"method":"{}","uri":"{}","route":"{}","status":{},"duration_ms":{:.1f})",
        entry.method, entry.url, entry.route, entry.status, entry.duration_ms);
  }
  if (!entry.peer.empty()) put(out, R"(,"peer.service":"{}")", entry.peer);
  if (!entry.stack.empty()) put(out, R"(,"stack_trace":"{}")", entry.stack);
  if (has_trace(entry)) {
    put(out, R"(,"traceId":")");
    marks.trace = append_trace(entry.trace, out) - begin;
    put(out, R"(")");
  }
  append_router_fields(entry, out);
  return marks;
}

LineMarks LogWriter::write_zap(const LogEntry& entry, fmt::memory_buffer& out) {
  const std::size_t begin = out.size();
  LineMarks marks{.time_layout = TimeLayout::kEpochSeconds};
  put(out, R"({{"level":"{}","ts":)", level_name(entry.level));
  marks.time = out.size() - begin;
  append_time(marks.time_layout, entry.time, out);
  put(out, R"(,"caller":"{}","msg":")", entry.place);
  marks.message = out.size() - begin;
  marks.message_length = entry.message.size();
  put(out, entry.message);
  put(out, R"(","service":"catalogue","env":"prod","pod_ip":"{}")",
      entry.release->tasks[entry.task].host);
  append_version(entry, out);
  if (!entry.route.empty()) {
    put(out, R"(,"method":"{}","uri":"{}","route":"{}","status":{},"duration_ms":{:.3f})",
        entry.method, entry.url, entry.route, entry.status, entry.duration_ms);
  }
  if (!entry.peer.empty()) put(out, R"(,"upstream":"{}")", entry.peer);
  if (!entry.stack.empty()) put(out, R"(,"stacktrace":"{}")", entry.stack);
  if (has_trace(entry)) {
    put(out, R"(,"trace_id":")");
    marks.trace = append_trace(entry.trace, out) - begin;
    put(out, R"(")");
  }
  append_router_fields(entry, out);
  return marks;
}

LineMarks LogWriter::write_proxy(const LogEntry& entry, fmt::memory_buffer& out) {
  const std::size_t begin = out.size();
  LineMarks marks{.time_layout = TimeLayout::kIso};
  put(out, R"({"timestamp":")");
  marks.time = out.size() - begin;
  append_time(marks.time_layout, entry.time, out);
  put(out, R"(","service":"orders-db","level":"{}","backend_type":"{}","dbname":"orders")",
      level_name(entry.level), entry.place);
  append_version(entry, out);
  put(out, R"(,"message":")");
  marks.message = out.size() - begin;
  marks.message_length = entry.message.size();
  put(out, entry.message);
  put(out, R"(")");
  append_router_fields(entry, out);
  return marks;
}

}  // namespace inkling::gen
