#pragma once

#include "ingest/envelope_fields.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Format::kLokiProto: logproto.PushRequest, what Promtail, Alloy and Loki's own clients send.
//
//   PushRequest { 1 streams* { 1 labels, 2 entries* { 1 time { 1 seconds, 2 nanos }, 2 line,
//                                                     3 metadata* { 1 name, 2 value } } } }
//
// A record is an entry, read as LokiJsonDecoder reads its own. Where the bytes are no message, what
// stood before is kept and the rest is one broken line.
class LokiProtoDecoder final : public WireDecoder {
 public:
  explicit LokiProtoDecoder(const WireContext& context)
      : context_(context), labels_(context.fields) {}
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  void read_stream(std::string_view stream, Batch& batch);
  ParseError read_entry(std::string_view entry, std::uint32_t record, Batch& batch);

  WireContext context_;
  EnvelopeFields labels_;  // of the stream being read
};

}  // namespace inkling::ingest
