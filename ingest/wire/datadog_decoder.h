#pragma once

#include "ingest/envelope_fields.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Format::kDatadogLogs: the logs intake of Datadog, an array of objects or one object. A record is
// an element, read as an NDJSON line is; the tags service and version in "ddtags" count where the
// element does not say them itself.
class DatadogDecoder final : public WireDecoder {
 public:
  explicit DatadogDecoder(const WireContext& context) : context_(context), tags_(context.fields) {}
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  // Reads "env:prod,version:1.4.2".
  void read_tags(std::string_view element, Batch& batch);

  WireContext context_;
  EnvelopeFields tags_;  // of the element being read
};

}  // namespace inkling::ingest
