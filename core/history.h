#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/epoch.h"
#include "core/series.h"
#include "core/timestamp.h"

namespace inkling {

// One series as a re-read of the journal found it. No detector has looked at it.
struct SeriesHistory {
  SeriesRef series;
  Duration period{};  // median step
  std::vector<std::pair<Timestamp, double>>
      points;  // by time; windows without events are not filled
};

// What one template did, per service and version, in the re-read range.
struct TemplateHistory {
  TemplateId id;
  std::string service;
  std::string version;
  Level level = Level::kUnknown;
  std::string text;
  std::string exemplar;  // redacted
  Position first_position;
  Timestamp first;
  Timestamp last;
  std::uint64_t count = 0;
  std::vector<std::pair<std::int64_t, std::uint32_t>> slots;  // (slot, count), by slot
};

// The journal around an alarm, re-read. `truncated` says that a limit on bytes cut the range short.
struct History {
  TimeRange range;
  std::vector<SeriesHistory> series;       // by series id
  std::vector<TemplateHistory> templates;  // by (service, id, version, level)
  std::vector<ServiceCount> counts;        // by (slot, service, version)
  std::vector<Call> calls;
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  bool truncated = false;
};

// Gives the history of a range, from what was merged so far. Implemented in `app` over the frame
// store, the decoders and the digests; deterministic. Not thread-safe: called from the serial step
// only.
class HistoryReader {
 public:
  virtual ~HistoryReader() = default;
  virtual History read(TimeRange range) = 0;
};

}  // namespace inkling
