#pragma once

#include <cstdint>
#include <string_view>

namespace inkling {

// Severity of a log record, in the classes of OpenTelemetry's severity numbers.
enum class Level : std::uint8_t { kUnknown, kTrace, kDebug, kInfo, kWarn, kError, kFatal };

// Reads level names of the common loggers, any case ("warn", "WARNING", "E", "critical", "panic").
// kUnknown if it is none.
Level parse_level(std::string_view text);

// pino and bunyan: 10 trace .. 60 fatal; OpenTelemetry severity numbers: 1..24; syslog is not read
// here.
Level level_from_number(std::int64_t number);

// "trace" .. "fatal", or "unknown".
std::string_view level_name(Level level);

constexpr bool is_error(Level level) { return level >= Level::kError; }

}  // namespace inkling
