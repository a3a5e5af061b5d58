#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/batch.h"
#include "core/json.h"
#include "ingest/record_fields.h"

namespace inkling::ingest {

// Changes, alarms and spans: a handful among millions of lines, so they are read as whole trees.

// One span of a trace, as far as calls between services are concerned.
struct Span {
  std::string trace_id;
  std::string span_id;
  std::string parent_id;  // "" = root
  std::string service;
  std::string peer;            // service called, as the span names it
  std::string parent_service;  // service calling, as the span names it
  Timestamp start = Timestamp::none();
  double duration_ms = kAbsent;
  bool failed = false;
};

// Whether a record's field names make it worth a closer look. May be wrongly true, never wrongly
// false.
bool may_be_rare(const RecordFields& fields);

struct RareOutcome {
  bool is_rare = false;  // false: it is none of these, and nothing was added
  ParseError error = ParseError::kNone;
};

// Reads one object and adds its change or alarm to the batch. A span is counted, and gives a call
// only if it names both ends itself; documents resolve parents (ingest/span_calls.h). `utc_offset`:
// the zone of times that name none, east of UTC.
RareOutcome decode_rare(std::string_view object, std::uint32_t record, Duration utc_offset,
                        Batch& batch);

// The same of an object already parsed. `span`: where a span goes instead.
RareOutcome decode_rare(const JsonValue& object, std::uint32_t record, Duration utc_offset,
                        Batch& batch, std::vector<Span>* spans);

// Reads one entry of a status page ({id, service, status, title, started_at, ...}): adds a change
// of an outside service. Entries that report normal operation count as empty lines.
RareOutcome decode_status_entry(const JsonValue& entry, std::uint32_t record, Duration utc_offset,
                                Batch& batch);

// The calls a span tells by itself.
void add_named_calls(const Span& span, Batch& batch);

}  // namespace inkling::ingest
