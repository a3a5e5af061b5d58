#include "ingest/record_text.h"

#include <fmt/format.h>

#include <utility>

#include "core/batch.h"
#include "core/decompress.h"
#include "core/json_writer.h"
#include "ingest/decoder.h"
#include "ingest/document_elements.h"

namespace inkling::ingest {
namespace {

// Whether the records of a frame can be cut out of its plain bytes.
bool has_plain_records(Format format) {
  switch (format) {
    case Format::kAuto:
    case Format::kNdjson:
    case Format::kJsonDocument:
    case Format::kCsvMetrics:
    case Format::kText:
    case Format::kMessage:
      return true;
    default:
      return false;
  }
}

Result<std::string> missing(std::uint32_t record) {
  return fail(ErrorCode::kNotFound, fmt::format("the frame has no such record: {}", record));
}

Result<std::string> read_plain(const FrameChunk& chunk, std::uint32_t record) {
  PaddedBuffer inflated;
  std::string_view text = chunk.bytes.view();
  if (chunk.header.encoding != Encoding::kIdentity) {
    INKLING_TRY(
        inflate_all(*make_inflater(chunk.header.encoding), text, inflated, InflateLimits{}));
    text = inflated.view();
  }
  const auto found = find_record(chunk.header.format, text, record);
  return found ? Result<std::string>(std::string(*found)) : missing(record);
}

std::string point_line(const MetricPoint& point, const Batch& batch) {
  std::string line(point.name);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    line += line.size() == point.name.size() ? '{' : ',';
    line.append(name).append("=").append(json_quote(value));
  };
  add("service", point.service);
  add("version", point.version);
  for (std::uint32_t i = 0; i < point.label_count; ++i) {
    const LabelView& label = batch.labels[point.first_label + i];
    add(label.name, label.value);
  }
  if (line.size() > point.name.size()) line += '}';
  return line.append(" ").append(format_number(point.value, 17));
}

Result<std::string> read_decoded(FrameChunk chunk, std::uint32_t record) {
  Batch batch;
  batch.chunk = std::move(chunk);
  Decoder decoder{DecoderOptions{}};
  decoder.decode(batch);
  for (const LogRecord& log : batch.logs) {
    if (log.record == record) return std::string(log.raw.empty() ? log.message : log.raw);
  }
  std::string lines;
  for (const MetricPoint& point : batch.points) {
    if (point.record != record) continue;
    if (!lines.empty()) lines += '\n';
    lines += point_line(point, batch);
  }
  if (!lines.empty()) return lines;
  for (const BrokenLine& line : batch.broken) {
    if (line.record != record) continue;
    if (line.reason == ParseError::kBadEncoding) {
      return fail(ErrorCode::kBadInput, "the frame cannot be decompressed");
    }
    return std::string(line.raw);
  }
  for (const Change& change : batch.changes) {
    if (change.record == record) return change.title;
  }
  for (const Alarm& alarm : batch.alarms) {
    if (alarm.record == record) return alarm.name;
  }
  return missing(record);
}

}  // namespace

Result<std::string> read_record_text(FrameChunk chunk, std::uint32_t record) {
  return has_plain_records(chunk.header.format) ? read_plain(chunk, record)
                                                : read_decoded(std::move(chunk), record);
}

}  // namespace inkling::ingest
