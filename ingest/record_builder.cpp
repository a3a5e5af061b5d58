#include "ingest/record_builder.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "ingest/utc_offset.h"

namespace inkling::ingest {
namespace {

std::string_view keep(const FieldValue& value, Batch& batch) {
  return value.borrowed ? batch.arena.copy(value.text) : value.text;
}

std::string_view keep(const RecordFields& fields, FieldRole role, Batch& batch) {
  const FieldValue* value = fields.find(role);
  return value ? keep(*value, batch) : std::string_view();
}

// A route without its query: "/orders?id=7" is "/orders".
std::string_view without_query(std::string_view route) {
  if (route.empty()) return route;
  const void* mark = std::memchr(route.data(), '?', route.size());
  if (!mark) return route;
  return route.substr(0, static_cast<std::size_t>(static_cast<const char*>(mark) - route.data()));
}

// 100..599, or 0 if it is no HTTP status.
std::uint16_t read_status(std::string_view text) {
  if (text.size() < 3 || text[0] < '1' || text[0] > '5') return 0;
  unsigned status = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
    if (digit > 9) return 0;
    status = status * 10 + digit;
  }
  // "200", "200.0" and "404 Not Found", but not "2000".
  if (text.size() > 3 && text[3] >= '0' && text[3] <= '9') return 0;
  return static_cast<std::uint16_t>(status);
}

std::optional<std::int64_t> read_integer(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

Level level_from_syslog(std::int64_t severity) {
  constexpr std::array kLevels = {Level::kFatal, Level::kFatal, Level::kFatal, Level::kError,
                                  Level::kWarn,  Level::kInfo,  Level::kInfo,  Level::kDebug};
  if (severity < 0 || severity > 7) return Level::kUnknown;
  return kLevels[static_cast<std::size_t>(severity)];
}

Level read_level(const FieldValue& value, std::uint16_t hints) {
  const std::string_view text = value.text;
  if (value.kind == ScalarKind::kString && !text.empty() && (text[0] < '0' || text[0] > '9')) {
    return parse_level(text);
  }
  const auto number = read_integer(text);
  if (!number) return Level::kUnknown;
  const bool is_syslog = value.unit == FieldUnit::kSyslog || (hints & kHintShortText) != 0;
  return is_syslog ? level_from_syslog(*number) : level_from_number(*number);
}

bool equals_any(std::string_view text, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (text == name) return true;
  }
  return false;
}

MetricKind read_metric_kind(std::string_view text) {
  if (equals_any(text, {"counter", "cumulative", "Counter", "COUNTER", "sum"})) {
    return MetricKind::kCounter;
  }
  if (equals_any(text, {"delta", "Delta", "DELTA", "count"})) return MetricKind::kDelta;
  return MetricKind::kGauge;
}

// Nanoseconds of `count` units; nothing if that is out of range.
std::optional<Timestamp> time_in_unit(std::string_view text, std::int64_t unit_ns) {
  if (const auto whole = read_integer(text)) {
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(*whole, unit_ns, &ns)) return std::nullopt;
    return Timestamp::from_ns(ns);
  }
  const auto number = read_number(text);
  if (!number) return std::nullopt;
  const double ns = *number * static_cast<double>(unit_ns);
  if (!(std::abs(ns) < 9.2e18)) return std::nullopt;
  return Timestamp::from_ns(static_cast<std::int64_t>(std::llround(ns)));
}

}  // namespace

void fill_log(const RecordFields& fields, LogRecord& log, Batch& batch) {
  if (log.service.empty()) log.service = keep(fields, FieldRole::kService, batch);
  if (log.version.empty()) log.version = keep(fields, FieldRole::kVersion, batch);
  if (log.route.empty()) log.route = without_query(keep(fields, FieldRole::kRoute, batch));
  if (log.peer.empty()) log.peer = keep(fields, FieldRole::kPeer, batch);
  const FieldValue* const level = fields.find(FieldRole::kLevel);
  if (level && log.level == Level::kUnknown) log.level = read_level(*level, fields.hints);
  const FieldValue* const status = fields.find(FieldRole::kStatus);
  if (status && log.status == 0) log.status = read_status(status->text);
  const FieldValue* const duration = fields.find(FieldRole::kDurationMs);
  if (duration && std::isnan(log.duration_ms)) {
    if (const auto ms = read_duration_ms(*duration)) log.duration_ms = *ms;
  }
}

std::optional<double> read_number(std::string_view text) {
  // Up to 15 digits with a point: both parts are exact as doubles, so one division rounds rightly.
  static constexpr double kPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (!text.empty() && text.size() <= 16) {
    const bool negative = text[0] == '-';
    std::uint64_t digits = 0;
    std::size_t count = 0;
    std::size_t after_point = 0;
    bool point = false;
    std::size_t i = negative ? 1 : 0;
    for (; i < text.size(); ++i) {
      const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
      if (digit <= 9) {
        digits = digits * 10 + digit;
        ++count;
        after_point += point ? 1 : 0;
      } else if (text[i] == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (i == text.size() && count > 0 && count <= 15) {
      const double magnitude = static_cast<double>(digits) / kPowers[after_point];
      return negative ? -magnitude : magnitude;
    }
  }
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || text.empty()) return std::nullopt;
  return number;
}

std::optional<double> read_duration_ms(const FieldValue& value) {
  std::string_view text = value.text;
  double unit_ms = 1.0;
  switch (value.unit) {
    case FieldUnit::kSeconds:
      unit_ms = 1e3;
      break;
    case FieldUnit::kMicros:
      unit_ms = 1e-3;
      break;
    case FieldUnit::kNanos:
      unit_ms = 1e-6;
      break;
    default:
      break;
  }
  auto number = read_number(text);
  if (!number && value.kind == ScalarKind::kString) {
    const std::size_t digits = text.find_first_not_of("0123456789.+-eE");
    if (digits == std::string_view::npos || digits == 0) return std::nullopt;
    std::string_view unit = text.substr(digits);
    while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    if (unit == "ms") {
      unit_ms = 1.0;
    } else if (unit == "s") {
      unit_ms = 1e3;
    } else if (unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs") {
      unit_ms = 1e-3;
    } else if (unit == "ns") {
      unit_ms = 1e-6;
    } else {
      return std::nullopt;
    }
    number = read_number(text.substr(0, digits));
  }
  if (!number || !(*number >= 0) || !std::isfinite(*number)) return std::nullopt;
  // Dividing keeps decimal values exact where multiplying by 1e-3 would not.
  return unit_ms >= 1.0 ? *number * unit_ms : *number / std::round(1.0 / unit_ms);
}

namespace {

constexpr std::int64_t kScale[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                   10'000,        1'000,       100,        10,        1};

// Reads digits; -1 if there is something else among them (the sum may wrap around until then).
std::int64_t read_digits(std::string_view text) {
  std::uint64_t number = 0;
  unsigned worst = 0;
  for (const char c : text) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    worst = std::max(worst, digit);
    number = number * 10 + digit;
  }
  return worst > 9 ? -1 : static_cast<std::int64_t>(number);
}

// A time of 2001 to 2033 as a number: seconds, perhaps with a fraction, or milliseconds. Nothing if
// it is written otherwise; parse_local_time() reads the same and all else.
std::optional<Timestamp> read_recent_epoch(std::string_view text) {
  const std::size_t size = text.size();
  if (size < 10 || size > 20 || text[0] != '1') return std::nullopt;
  if (size == 13) {
    const std::int64_t ms = read_digits(text);
    if (ms >= 0) return Timestamp::from_ns(ms * 1'000'000);
    if (text[10] != '.') return std::nullopt;
  }
  const std::int64_t seconds = read_digits(text.substr(0, 10));
  if (seconds < 0) return std::nullopt;
  if (size == 10) return Timestamp::from_seconds(seconds);
  if (size == 11 || text[10] != '.') return std::nullopt;
  const std::int64_t fraction = read_digits(text.substr(11));
  if (fraction < 0) return std::nullopt;
  return Timestamp::from_ns(seconds * 1'000'000'000 + fraction * kScale[size - 11]);
}

}  // namespace

std::optional<Timestamp> TimeReader::read(const FieldValue& value) {
  const std::string_view text = value.text;
  switch (value.unit) {
    case FieldUnit::kSeconds:
      return time_in_unit(text, 1'000'000'000);
    case FieldUnit::kMillis:
      return time_in_unit(text, 1'000'000);
    case FieldUnit::kMicros:
      return time_in_unit(text, 1'000);
    case FieldUnit::kNanos:
      return time_in_unit(text, 1);
    default:
      break;
  }
  // The fast road: the same minute as before, and "SS[.fraction]Z".
  const std::size_t size = text.size();
  if (size < 20 || size > 30 || text[size - 1] != 'Z') {
    const auto recent = read_recent_epoch(text);
    return recent ? recent : parse_local_time(text, utc_offset_);
  }
  const auto second_at = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]) - unsigned{'0'};
  };
  const unsigned tens = second_at(17);
  const unsigned ones = second_at(18);
  if (tens > 5 || ones > 9 || (size > 20 && text[19] != '.') || size == 21) {
    return parse_local_time(text, utc_offset_);
  }
  std::int64_t fraction = 0;
  for (std::size_t i = 20; i + 1 < size; ++i) {
    const unsigned digit = second_at(i);
    if (digit > 9) return parse_local_time(text, utc_offset_);
    fraction = fraction * 10 + digit;
  }
  if (size > 21) fraction *= kScale[size - 21];
  const std::int64_t within =
      static_cast<std::int64_t>(tens * 10 + ones) * 1'000'000'000 + fraction;
  if (std::memcmp(prefix_, text.data(), kPrefix) != 0) {
    const auto time = parse_timestamp(text);
    if (!time) return time;
    std::memcpy(prefix_, text.data(), kPrefix);
    prefix_ns_ = time->ns - within;
    return time;
  }
  return Timestamp::from_ns(prefix_ns_ + within);
}

std::optional<Timestamp> RecordBuilder::read_time(const RecordFields& fields) {
  const FieldValue* value = fields.find(FieldRole::kTime);
  if (!value) return Timestamp::none();
  const auto time = times_.read(*value);
  if (!time && value->weak) return Timestamp::none();
  return time;
}

ParseError RecordBuilder::add(const RecordFields& fields, std::string_view line,
                              std::uint32_t record, Batch& batch) {
  const bool speaks = fields.has(FieldRole::kMessage) || fields.has(FieldRole::kLevel);
  if (!speaks && fields.has(FieldRole::kMetricName) && fields.has(FieldRole::kMetricValue)) {
    const FieldValue& value = fields[FieldRole::kMetricValue];
    if (value.kind == ScalarKind::kNull ||
        (value.kind == ScalarKind::kString && value.text.empty())) {
      return add_metric(fields, kAbsent, record, batch);
    }
    const auto number = value.kind == ScalarKind::kBool ? std::nullopt : read_number(value.text);
    if (!number) return ParseError::kBadValue;
    return add_metric(fields, std::isfinite(*number) ? *number : kAbsent, record, batch);
  }
  if (speaks) return add_log(fields, line, record, batch);
  if (!fields.has(FieldRole::kTime)) return ParseError::kUnknownShape;
  for (const FieldRole role : {FieldRole::kStatus, FieldRole::kDurationMs, FieldRole::kRoute,
                               FieldRole::kService, FieldRole::kPeer, FieldRole::kTraceId}) {
    if (fields.has(role)) return add_log(fields, line, record, batch);
  }
  return ParseError::kUnknownShape;
}

ParseError RecordBuilder::add_metric(const RecordFields& fields, double value, std::uint32_t record,
                                     Batch& batch) {
  const auto time = read_time(fields);
  if (!time) return ParseError::kBadTime;
  MetricPoint& point = batch.points.emplace_back();
  point.time = *time;
  point.name = keep(fields, FieldRole::kMetricName, batch);
  point.service = keep(fields, FieldRole::kService, batch);
  point.version = keep(fields, FieldRole::kVersion, batch);
  point.unit = keep(fields, FieldRole::kUnit, batch);
  point.value = value;
  point.record = record;
  if (const FieldValue* kind = fields.find(FieldRole::kMetricKind)) {
    point.kind = read_metric_kind(kind->text);
  }
  point.first_label = static_cast<std::uint32_t>(batch.labels.size());
  for (const LabelView& label : fields.labels) {
    // Service and version have fields of their own; a label that says something else stays.
    if (equals_any(label.name, {"service", "service.name", "service_name", "app"})) {
      if (point.service.empty()) point.service = label.value;
      if (point.service == label.value) continue;
    } else if (equals_any(label.name, {"version", "service.version", "service_version"})) {
      if (point.version.empty()) point.version = label.value;
      if (point.version == label.value) continue;
    }
    batch.labels.push_back(label);
  }
  point.label_count = static_cast<std::uint32_t>(batch.labels.size()) - point.first_label;
  batch.note_time(*time);
  return ParseError::kNone;
}

ParseError RecordBuilder::add_log(const RecordFields& fields, std::string_view line,
                                  std::uint32_t record, Batch& batch) {
  const auto time = read_time(fields);
  if (!time) return ParseError::kBadTime;
  LogRecord& log = batch.logs.emplace_back();
  log.time = *time;
  log.raw = line;
  log.record = record;
  log.message = keep(fields, FieldRole::kMessage, batch);
  fill_log(fields, log, batch);
  if (const FieldValue* level = fields.find(FieldRole::kLevel)) {
    // pino and bunyan, told by their numeric levels, call the program "name".
    if (log.service.empty() && level->kind == ScalarKind::kNumber) {
      log.service = keep(fields, FieldRole::kMetricName, batch);
    }
  } else if (fields.hints & kHintSerilog) {
    log.level = Level::kInfo;
  }
  batch.note_time(*time);
  return ParseError::kNone;
}

}  // namespace inkling::ingest
