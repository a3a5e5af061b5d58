#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/batch.h"
#include "ingest/ndjson_decoder.h"

namespace inkling::ingest {

// Decodes one JSON document: an array of objects, one object, or an object that holds the array
// ({"events": [...]}, {"deploys": [...]}). Each element is one line of the batch (`record` is its
// number) and may be whatever an NDJSON line may be; spans find their parents anywhere in the
// document; entries of a status page become changes of an outside service.
// A document that breaks off keeps the elements before the break; the rest is one broken line.
// Not thread-safe: one per thread.
class DocumentDecoder {
 public:
  // `elements` decodes logs and metrics found in documents; it outlives this.
  DocumentDecoder(const DecoderOptions& options, NdjsonDecoder* elements);
  ~DocumentDecoder();
  DocumentDecoder(DocumentDecoder&&) noexcept;
  DocumentDecoder& operator=(DocumentDecoder&&) noexcept;

  // At least PaddedBuffer::kPadding readable bytes must follow `bytes`.
  void decode(std::string_view bytes, Batch& batch);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling::ingest
