#pragma once

#include <cstdint>
#include <string_view>

#include "core/batch.h"
#include "ingest/ndjson_decoder.h"
#include "ingest/options.h"

namespace inkling::ingest {

// What the envelope of a line says about it: a shipper's fields, the labels of a stream, a syslog
// header. Where the line speaks for itself (a JSON object with a time of its own, say) its word
// counts more. Views into the batch.
struct Envelope {
  Timestamp time = Timestamp::none();
  Level level = Level::kUnknown;
  std::string_view service;
  std::string_view version;
  std::string_view route;
  std::string_view peer;
};

// Reads the payload of an envelope: the text of one log line, whatever layout it has. This is the
// one place where a line inside another format becomes a record. Not thread-safe: one per decoder.
class LineReader {
 public:
  // `json` reads lines that are JSON objects; it and the options outlive this.
  LineReader(const DecoderOptions& options, NdjsonDecoder& json);

  // Adds the event (or events: batch.extra_events) of record number `record`, or says what is wrong
  // with the line; then nothing was added. `line` is a view into the batch, of any bytes.
  ParseError add(std::string_view line, const Envelope& envelope, std::uint32_t record,
                 Batch& batch);

  // The same for a JSON object that is the record itself, not text in it; kPadding readable bytes
  // follow it.
  ParseError add_object(std::string_view object, const Envelope& envelope, std::uint32_t record,
                        Batch& batch);

 private:
  const DecoderOptions& options_;
  NdjsonDecoder& json_;
};

}  // namespace inkling::ingest
