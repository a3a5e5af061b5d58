#include "ingest/line_reader.h"

#include <cstring>

#include "core/padded_buffer.h"

namespace inkling::ingest {
namespace {

// Fills what records added since `first_log` and `first_point` do not say themselves.
void fill_from(const Envelope& envelope, std::size_t first_log, std::size_t first_point,
               Batch& batch) {
  for (std::size_t i = first_log; i < batch.logs.size(); ++i) {
    LogRecord& log = batch.logs[i];
    if (!log.time.is_set()) log.time = envelope.time;
    if (log.level == Level::kUnknown) log.level = envelope.level;
    if (log.service.empty()) log.service = envelope.service;
    if (log.version.empty()) log.version = envelope.version;
    if (log.route.empty()) log.route = envelope.route;
    if (log.peer.empty()) log.peer = envelope.peer;
    batch.note_time(log.time);
  }
  for (std::size_t i = first_point; i < batch.points.size(); ++i) {
    MetricPoint& point = batch.points[i];
    if (!point.time.is_set()) point.time = envelope.time;
    if (point.service.empty()) point.service = envelope.service;
    if (point.version.empty()) point.version = envelope.version;
    batch.note_time(point.time);
  }
}

bool looks_like_object(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  const std::size_t last = line.find_last_not_of(" \t\r\n");
  return first != std::string_view::npos && line[first] == '{' && line[last] == '}';
}

// A copy with the padding that the JSON parser may read.
std::string_view copy_padded(std::string_view text, Batch& batch) {
  char* const target = batch.arena.allocate(text.size() + PaddedBuffer::kPadding);
  std::memcpy(target, text.data(), text.size());
  std::memset(target + text.size(), 0, PaddedBuffer::kPadding);
  return {target, text.size()};
}

}  // namespace

LineReader::LineReader(const DecoderOptions& options, NdjsonDecoder& json)
    : options_(options), json_(json) {}

ParseError LineReader::add_object(std::string_view object, const Envelope& envelope,
                                  std::uint32_t record, Batch& batch) {
  const std::size_t first_log = batch.logs.size();
  const std::size_t first_point = batch.points.size();
  const ParseError error = json_.decode_object(object, record, batch);
  if (error == ParseError::kNone) fill_from(envelope, first_log, first_point, batch);
  return error;
}

ParseError LineReader::add(std::string_view line, const Envelope& envelope, std::uint32_t record,
                           Batch& batch) {
  if (line.size() > options_.max_line_bytes) return ParseError::kOverlong;
  if (looks_like_object(line) &&
      add_object(copy_padded(line, batch), envelope, record, batch) == ParseError::kNone) {
    return ParseError::kNone;
  }
  // Whatever else it is, it is a message.
  const std::size_t first_log = batch.logs.size();
  LogRecord& log = batch.logs.emplace_back();
  log.message = line;
  log.raw = line;
  log.record = record;
  fill_from(envelope, first_log, batch.points.size(), batch);
  return ParseError::kNone;
}

}  // namespace inkling::ingest
