#pragma once

#include <string>
#include <string_view>

namespace inkling {

// Our own talk to the operator, on stderr, as text. Levels by what the operator does:
// error = act now, data is lost; warn = look at it, nothing lost; info = life-cycle; debug = for
// us. Messages: static text first, values last. Thread-safe.
void log_error(std::string_view message);
void log_warn(std::string_view message);
void log_info(std::string_view message);
void log_debug(std::string_view message);

enum class LogLevel { kError, kWarn, kInfo, kDebug };
void set_log_level(LogLevel level);

}  // namespace inkling
