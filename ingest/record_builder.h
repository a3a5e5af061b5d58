#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/batch.h"
#include "ingest/record_fields.h"

namespace inkling::ingest {

// Reads times, most of which share their date and minute with the one before. Not thread-safe.
class TimeReader {
 public:
  // `utc_offset`: the zone of times that name none, east of UTC.
  explicit TimeReader(Duration utc_offset = {}) : utc_offset_(utc_offset) {}

  // Nothing if it is no time.
  std::optional<Timestamp> read(const FieldValue& value);

 private:
  // "2026-06-20T13:53:" of the latest time of the form ...:SS[.fraction]Z, and what it stands for.
  static constexpr std::size_t kPrefix = 17;
  Duration utc_offset_;
  char prefix_[kPrefix] = {};
  std::int64_t prefix_ns_ = 0;
};

// Turns the fields of a record into a log record or a metric point of the batch.
// Not thread-safe: one per decoder.
class RecordBuilder {
 public:
  // `utc_offset`: as of TimeReader.
  explicit RecordBuilder(Duration utc_offset = {}) : times_(utc_offset) {}

  // `line` is the record as received. kUnknownShape if it is neither; then nothing was added.
  ParseError add(const RecordFields& fields, std::string_view line, std::uint32_t record,
                 Batch& batch);

 private:
  ParseError add_metric(const RecordFields& fields, double value, std::uint32_t record,
                        Batch& batch);
  ParseError add_log(const RecordFields& fields, std::string_view line, std::uint32_t record,
                     Batch& batch);
  // Sets `time`, or says why not.
  std::optional<Timestamp> read_time(const RecordFields& fields);

  TimeReader times_;
};

// Fills what a log record does not say yet (service, version, route, peer, level, status, duration)
// from fields found elsewhere, e.g. in the attributes around it.
void fill_log(const RecordFields& fields, LogRecord& log, Batch& batch);

// A number as JSON or CSV writes it, or one in quotes. Nothing if it is none. "NaN" in any case is
// NaN.
std::optional<double> read_number(std::string_view text);

// A duration in milliseconds: a number in `unit` (none: milliseconds), or text with its own unit
// ("12ms", "1.5s", "250us"). Nothing if it is none or negative.
std::optional<double> read_duration_ms(const FieldValue& value);

}  // namespace inkling::ingest
