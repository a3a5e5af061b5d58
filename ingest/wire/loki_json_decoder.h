#pragma once

#include "ingest/envelope_fields.h"
#include "ingest/json_cursor.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Format::kLokiJson: a push request of Loki in JSON, of today and of the legacy path.
//
//   {"streams":[{"stream":{"app":"api"},"values":[["<ns>","line",{"trace_id":"ab"}]]}]}
//   {"streams":[{"labels":"{app=\"api\"}","entries":[{"ts":"2026-01-01T00:00:00Z","line":"..."}]}]}
//
// A record is an entry; its line is read as any line inside an envelope. Labels and structured
// metadata whose names are known give service, version, route, peer and level. An entry without a
// readable time or line is broken and harms no other.
class LokiJsonDecoder final : public WireDecoder {
 public:
  explicit LokiJsonDecoder(const WireContext& context)
      : context_(context), labels_(context.fields) {}
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  void read_stream(JsonCursor& cursor, Batch& batch);
  void read_labels(JsonCursor& cursor, EnvelopeFields& fields, Batch& batch);
  void read_entries(JsonCursor& cursor, Batch& batch);
  ParseError read_entry(std::string_view entry, std::uint32_t record, Batch& batch);

  WireContext context_;
  EnvelopeFields labels_;  // of the stream being read
};

}  // namespace inkling::ingest
