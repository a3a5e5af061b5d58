#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch.h"
#include "ingest/decoder.h"

namespace inkling::ingest {

// Decodes one chunk.
inline Batch decode(Format format, std::string_view text, const DecoderOptions& options = {}) {
  Batch batch;
  batch.chunk.header.format = format;
  batch.chunk.bytes = PaddedBuffer::copy_of(text);
  batch.chunk.origin_name = std::make_shared<const std::string>("some/path.csv");
  Decoder(options).decode(batch);
  return batch;
}

// Decodes NDJSON that holds one log record.
inline LogRecord decode_log(Batch& batch, std::string_view line,
                            const DecoderOptions& options = {}) {
  batch = decode(Format::kNdjson, line, options);
  return batch.logs.size() == 1 && batch.broken.empty() ? batch.logs[0] : LogRecord{};
}

// "record:reason" of each broken line.
inline std::vector<std::string> broken_lines(const Batch& batch) {
  std::vector<std::string> lines;
  for (const BrokenLine& line : batch.broken) {
    lines.push_back(std::to_string(line.record) + ":" + std::string(parse_error_name(line.reason)));
  }
  return lines;
}

// The messages of all log records, in order.
inline std::vector<std::string> messages(const Batch& batch) {
  std::vector<std::string> texts;
  for (const LogRecord& log : batch.logs) texts.emplace_back(log.message);
  return texts;
}

// Checks that each line was exactly one thing.
inline std::size_t accounted_lines(const Batch& batch) {
  return batch.empty_lines + batch.header_lines + batch.span_lines + batch.broken.size() +
         batch.logs.size() + batch.points.size() + batch.changes.size() + batch.alarms.size();
}

}  // namespace inkling::ingest
