#pragma once

#include <cstdint>
#include <string_view>

#include "core/arena.h"
#include "ingest/lines/line_fields.h"
#include "ingest/lines/trace_lines.h"

namespace inkling::ingest {

enum class LineLayout : std::uint8_t {
  kNone,    // the line is the message
  kJson,    // has the looks of a JSON object
  kLogfmt,  // key=value pairs
  kText,    // syslog, klog, logcat, Ruby, access logs, Lambda, or a framework's header: `fields`
};

// One line of text, looked at.
struct RecognisedLine {
  LineLayout layout = LineLayout::kNone;
  LineRole role = LineRole::kPlain;
  std::string_view text;  // the line as it can be shown (clean_text)
  bool cleaned = false;   // something was taken out of it
  LineFields fields;      // of kText and kNone; kNone has only a message
};

// Recognises the layout of a line. A pure function of the line and the context: the first
// characters say which layouts can be, and no line is two of them, so nothing depends on the lines
// before. What has to be changed (colours, routes with identifiers) is copied to the arena.
RecognisedLine recognise_line(std::string_view line, const LineContext& context, Arena& arena);

}  // namespace inkling::ingest
