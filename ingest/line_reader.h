#pragma once

#include <cstdint>
#include <string_view>

#include "core/batch.h"
#include "ingest/field_table.h"
#include "ingest/lines/line_layout.h"
#include "ingest/logfmt_reader.h"
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
  double duration_ms = kAbsent;
  std::uint16_t status = 0;
};

// Reads the payload of an envelope: the text of one log line (or of a record of several lines),
// whatever layout it has. This is the one place where a line inside another format becomes a
// record. Not thread-safe: one per decoder.
class LineReader {
 public:
  // `json` reads lines that are JSON objects; it and the options outlive this.
  LineReader(const DecoderOptions& options, NdjsonDecoder& json);

  // Adds the event (or events: batch.extra_events) of record number `record`, or says what is wrong
  // with the line; then nothing was added. `line` is a view into the batch, of any bytes; of a text
  // with line ends in it the first line counts, and what a stack trace behind it says.
  ParseError add(std::string_view line, const Envelope& envelope, std::uint32_t record,
                 Batch& batch);

  // The same for a JSON object that is the record itself, not text in it; kPadding readable bytes
  // follow it.
  ParseError add_object(std::string_view object, const Envelope& envelope, std::uint32_t record,
                        Batch& batch);

  // The same for a line already recognised; `lines` is the record as received, with the lines that
  // were joined to the first one.
  ParseError add_recognised(const RecognisedLine& first, std::string_view lines,
                            const Envelope& envelope, std::uint32_t record, Batch& batch);

  // Looks into the messages of records that were decoded from JSON, from `first_log` on: JSON text
  // in them counts as the record's own (the outer fields fill what it does not say), and where a
  // record has no level its message may have a layout that tells one.
  void refine(std::size_t first_log, Batch& batch);

  // What lines of the batch do not say and times need.
  LineContext context_of(const Batch& batch) const;

 private:
  ParseError add_text(const RecognisedLine& line, const Envelope& envelope, std::uint32_t record,
                      std::uint32_t depth, Batch& batch);
  ParseError add_json(std::string_view object, const Envelope& envelope, std::uint32_t record,
                      std::uint32_t depth, Batch& batch);
  // False if the record is to go: what was in it became other events.
  bool refine_one(std::size_t index, std::uint32_t depth, Batch& batch);

  const DecoderOptions& options_;
  NdjsonDecoder& json_;
  const Duration utc_offset_;
  const FieldTable fields_;  // for logfmt
  LogfmtReader logfmt_;
};

}  // namespace inkling::ingest
