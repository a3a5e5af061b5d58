#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "ingest/lines/line_fields.h"

namespace inkling::ingest {

// "host app[123]: " or "host app: " at the front of what follows a syslog time.
struct SyslogTag {
  std::string_view program;
  std::size_t size = 0;      // 0 = it is none
  bool has_process = false;  // "[123]"
};
SyslogTag find_syslog_tag(std::string_view text);

// Reads "<PRI>" and what follows it, RFC 5424 or RFC 3164. Nothing if the line is no such message.
std::optional<LineFields> read_syslog_line(std::string_view line, const LineContext& context);

}  // namespace inkling::ingest
