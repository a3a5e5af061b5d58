#pragma once

#include <cstdint>
#include <vector>

#include "core/arena.h"
#include "core/event.h"
#include "core/frame.h"

namespace inkling {

// Why a line was not understood. A fixed list: it labels metrics and the ledger.
enum class ParseError : std::uint8_t {
  kNone,
  kBadJson,  // not one whole JSON object
  kNotAnObject,
  kUnknownShape,  // JSON, but neither log, metric, change, alarm nor span
  kBadTime,       // a time field that is no time
  kBadValue,      // a value that should be a number and is none
  kBadColumns,    // a CSV row with fewer columns than its header
  kOverlong,      // longer than the limit on lines
  kTooDeep,
  kBadEncoding,  // compressed bytes that do not decompress
  kBadMessage,   // bytes that are no message of their wire format (protobuf, msgpack, ...)
};
inline constexpr std::size_t kParseErrorCount = 11;
std::string_view parse_error_name(ParseError error);

// A line that was not understood.
struct BrokenLine {
  std::uint32_t record = 0;  // physical line in the batch
  ParseError reason = ParseError::kNone;
  std::string_view raw;  // in the batch
};

// The decoded events of one chunk, and the bytes they are views of. Batches come from a pool and
// are reset, not freed: in steady state decoding allocates nothing per record. Not thread-safe: it
// travels from stage to stage and has one owner at a time.
struct Batch {
  FrameChunk chunk;       // owns the bytes
  PaddedBuffer inflated;  // the decompressed bytes, where the chunk's are not plain
  Arena arena;            // unescaped and redacted strings

  std::vector<LogRecord> logs;
  std::vector<MetricPoint> points;
  std::vector<LabelView> labels;  // of the points
  std::vector<Change> changes;
  std::vector<Alarm> alarms;
  std::vector<Call> calls;
  std::vector<BrokenLine> broken;

  std::uint32_t lines = 0;  // physical lines (or elements of a document), empty ones included
  std::uint32_t empty_lines = 0;
  std::uint32_t joined_lines = 0;  // that became part of the record before them
  // Lines whose text held terminal colours, control characters or bytes that are no UTF-8; they are
  // records like others, without these.
  std::uint32_t cleaned_lines = 0;
  // Events beyond the first of their record, e.g. of a line that holds several metrics. So
  //   lines + extra_events = empty + header + joined + spans + broken + logs + points + changes +
  //   alarms
  std::uint32_t extra_events = 0;
  std::uint32_t header_lines = 0;          // of CSV
  std::uint32_t span_lines = 0;            // lines that were spans; what they tell is in `calls`
  Timestamp min_time = Timestamp::none();  // over all events that have a time
  Timestamp max_time = Timestamp::none();

  std::string_view bytes() const {
    return chunk.header.encoding == Encoding::kIdentity ? chunk.bytes.view() : inflated.view();
  }
  // Forgets the content, keeps all memory.
  void reset();
  // Widens min_time and max_time; none() changes nothing.
  void note_time(Timestamp t) {
    if (!t.is_set()) return;
    if (!min_time.is_set() || t < min_time) min_time = t;
    if (!max_time.is_set() || t > max_time) max_time = t;
  }
};

}  // namespace inkling
