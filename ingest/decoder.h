#pragma once

#include <memory>

#include "core/batch.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Turns the chunk of a batch into its events; a pure function of the chunk and the options.
// A line that cannot be understood becomes a BrokenLine with its reason; its neighbours live.
// After warm-up nothing is allocated per log record or metric point.
// Not thread-safe: one per thread (it owns simdjson's scratch).
class Decoder {
 public:
  explicit Decoder(const DecoderOptions& options);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  // Reads batch.chunk and fills the rest of the batch (which was reset). batch.lines counts every
  // physical line of the chunk, and each line is exactly one of: empty, header (CSV), broken, a log
  // record, a metric point, or a change/alarm/span.
  void decode(Batch& batch);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling::ingest
