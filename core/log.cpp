#include "core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace inkling {
namespace {

// One logger on stderr, made at first use: stdout is data.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> kLogger = [] {
    auto made = spdlog::stderr_color_mt("inkling");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *kLogger;
}

}  // namespace

void log_error(std::string_view message) { logger().error("{}", message); }
void log_warn(std::string_view message) { logger().warn("{}", message); }
void log_info(std::string_view message) { logger().info("{}", message); }
void log_debug(std::string_view message) { logger().debug("{}", message); }

void set_log_level(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      logger().set_level(spdlog::level::err);
      break;
    case LogLevel::kWarn:
      logger().set_level(spdlog::level::warn);
      break;
    case LogLevel::kInfo:
      logger().set_level(spdlog::level::info);
      break;
    case LogLevel::kDebug:
      logger().set_level(spdlog::level::debug);
      break;
  }
}

}  // namespace inkling
