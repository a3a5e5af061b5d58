#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/arena.h"
#include "core/event.h"
#include "core/timestamp.h"

namespace inkling::ingest {

// The parts of a syslog message, RFC 5424 or RFC 3164. Views into the message; parameters with
// escapes into the arena.
struct SyslogMessage {
  int severity = -1;  // 0 emergency .. 7 debug; -1: no priority
  Timestamp time = Timestamp::none();
  std::string_view app;  // APP-NAME, or the tag
  std::string_view text;
  std::vector<LabelView> parameters;  // of the structured data
};

// Whatever cannot be read as a header is part of the text: nothing is refused. `arrival` gives the
// year that RFC 3164 leaves out (the one that is nearest); its times, and others that name no
// zone, are of the zone `utc_offset` east of UTC.
void read_syslog_message(std::string_view message, Timestamp arrival, Duration utc_offset,
                         Arena& arena, SyslogMessage& result);

}  // namespace inkling::ingest
