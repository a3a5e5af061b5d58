#include "ingest/wire/enveloped_record.h"

#include <cmath>

namespace inkling::ingest {

ParseError EnvelopedRecord::add(const RecordFields& fields, Level level, std::string_view raw,
                                std::uint32_t record, Batch& batch) {
  const Timestamp min_time = batch.min_time;
  const Timestamp max_time = batch.max_time;
  const std::size_t first_log = batch.logs.size();
  const ParseError error = builder_.add(fields, raw, record, batch);
  if (error != ParseError::kNone) return error;
  if (batch.logs.size() == first_log) return ParseError::kNone;  // a metric
  if (!fields.has(FieldRole::kMessage)) return ParseError::kNone;
  const LogRecord outer = batch.logs.back();
  batch.logs.pop_back();
  batch.min_time = min_time;
  batch.max_time = max_time;
  const Envelope envelope{.time = outer.time,
                          .level = outer.level == Level::kUnknown ? level : outer.level,
                          .service = outer.service,
                          .version = outer.version,
                          .route = outer.route,
                          .peer = outer.peer};
  const ParseError line_error = lines_.add(outer.message, envelope, record, batch);
  if (line_error != ParseError::kNone) return line_error;
  for (std::size_t i = first_log; i < batch.logs.size(); ++i) {
    LogRecord& log = batch.logs[i];
    if (log.status == 0) log.status = outer.status;
    if (std::isnan(log.duration_ms)) log.duration_ms = outer.duration_ms;
  }
  return ParseError::kNone;
}

}  // namespace inkling::ingest
