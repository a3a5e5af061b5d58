#include "ingest/wire/loki_proto_decoder.h"

#include <optional>

#include "ingest/lines.h"
#include "ingest/wire/loki_labels.h"
#include "ingest/wire/protobuf_reader.h"

namespace inkling::ingest {
namespace {

std::optional<Timestamp> read_time(std::string_view message) {
  ProtobufReader reader(message);
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  while (reader.next()) {
    if (reader.key() == varint_key(1)) seconds = reader.integer();
    if (reader.key() == varint_key(2)) nanos = reader.integer();
  }
  std::int64_t ns = 0;
  if (reader.failed() || __builtin_mul_overflow(seconds, 1'000'000'000, &ns) ||
      __builtin_add_overflow(ns, nanos, &ns)) {
    return std::nullopt;
  }
  return Timestamp::from_ns(ns);
}

bool read_pair(std::string_view message, EnvelopeFields& fields) {
  ProtobufReader reader(message);
  std::string_view name;
  std::string_view value;
  while (reader.next()) {
    if (reader.key() == bytes_key(1)) name = reader.bytes();
    if (reader.key() == bytes_key(2)) value = reader.bytes();
  }
  if (!reader.failed()) fields.offer(name, value);
  return !reader.failed();
}

}  // namespace

void LokiProtoDecoder::decode(std::string_view bytes, Batch& batch) {
  ProtobufReader reader(bytes);
  while (true) {
    const std::string_view rest = reader.rest();
    if (!reader.next()) {
      if (!reader.failed()) return;
      batch.broken.push_back({batch.lines++, ParseError::kBadEncoding, rest});
      return;
    }
    if (reader.key() == bytes_key(1)) read_stream(reader.bytes(), batch);
  }
}

void LokiProtoDecoder::read_stream(std::string_view stream, Batch& batch) {
  labels_.reset();
  ProtobufReader labels(stream);  // the labels may come behind the entries
  while (labels.next()) {
    if (labels.key() == bytes_key(1)) read_loki_labels(labels.bytes(), batch.arena, labels_);
  }
  ProtobufReader reader(stream);
  while (reader.next()) {
    if (reader.key() != bytes_key(2)) continue;
    const std::uint32_t record = batch.lines++;
    const ParseError error = read_entry(reader.bytes(), record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, reader.bytes()});
  }
  if (reader.failed()) batch.broken.push_back({batch.lines++, ParseError::kBadEncoding, stream});
}

ParseError LokiProtoDecoder::read_entry(std::string_view entry, std::uint32_t record,
                                        Batch& batch) {
  std::optional<Timestamp> time;
  std::string_view line;
  std::optional<EnvelopeFields> own;  // labels and metadata, if there is any
  ProtobufReader reader(entry);
  while (reader.next()) {
    switch (reader.key()) {
      case bytes_key(1):
        time = read_time(reader.bytes());
        break;
      case bytes_key(2):
        line = reader.bytes();
        break;
      case bytes_key(3):
        if (!own) own = labels_;
        if (!read_pair(reader.bytes(), *own)) return ParseError::kBadEncoding;
        break;
      default:
        break;
    }
  }
  if (reader.failed()) return ParseError::kBadEncoding;
  if (!time) return ParseError::kBadTime;
  if (is_blank(line)) {
    ++batch.empty_lines;
    return ParseError::kNone;
  }
  Envelope envelope = own ? own->envelope() : labels_.envelope();
  envelope.time = *time;
  return context_.lines.add(line, envelope, record, batch);
}

}  // namespace inkling::ingest
