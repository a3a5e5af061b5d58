#pragma once

#include <cstdint>
#include <string_view>

#include "core/timestamp.h"
#include "ingest/json_cursor.h"

namespace inkling::ingest {

// What is wrong with an event of Splunk's HTTP event collector, in the collector's own terms.
enum class HecFlaw : std::uint8_t {
  kNone,
  kBadFormat,   // code 6: no JSON object, or its time is none
  kNoEvent,     // code 12: there is no member "event"
  kBlankEvent,  // code 13: it is empty
};

// One event as its sender wrote it; views into the object.
struct HecEvent {
  HecFlaw flaw = HecFlaw::kNone;
  Timestamp time;
  JsonToken event;
  std::string_view fields;  // an object, or empty
};

// Reads {"time":...,"host":...,"source":...,"sourcetype":...,"event":...,"fields":{...}}, for who
// answers it and for who decodes it alike.
HecEvent read_hec_event(std::string_view object);

}  // namespace inkling::ingest
