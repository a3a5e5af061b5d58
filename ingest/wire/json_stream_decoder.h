#pragma once

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Format::kJsonStream: JSON objects in an array, one behind the other without anything between
// them, or on lines; each is a record as on an NDJSON line. A value that does not close costs the
// rest of its line (ingest/json_splitter.h).
class JsonStreamDecoder final : public WireDecoder {
 public:
  explicit JsonStreamDecoder(const WireContext& context) : context_(context) {}
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  WireContext context_;
};

}  // namespace inkling::ingest
