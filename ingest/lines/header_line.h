#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "ingest/lines/line_fields.h"

namespace inkling::ingest {

// What stands in front of the message of a line of plain text.
struct LineHeader {
  Timestamp time = Timestamp::none();
  Level level = Level::kUnknown;
  std::string_view service;  // of a syslog header
  std::size_t size = 0;      // where the message begins
  bool has_time = false;     // also of a clock without a date
  bool time_is_exact = false;
};

// Recognises the block of time, level, thread, logger, process number and columns that frameworks
// write in front of a message, whatever their order: log4j, logback, Spring Boot, Python, .NET, Go,
// Rails, Postgres, MySQL, nginx errors, supercomputers' columns and their like. A header has a time
// or a level (an anchor); other elements count only between or behind anchors. size 0: there is
// none. A pure function of the line; one pass over the header; no allocation.
LineHeader find_header(std::string_view line, const LineContext& context);

}  // namespace inkling::ingest
