#pragma once

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Format::kElasticBulk: the documents of an Elasticsearch _bulk body. A record is an action with
// its document, which is read as an NDJSON line is; a delete counts as an empty line.
class ElasticBulkDecoder final : public WireDecoder {
 public:
  explicit ElasticBulkDecoder(const WireContext& context) : context_(context) {}
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  WireContext context_;
};

}  // namespace inkling::ingest
