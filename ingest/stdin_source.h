#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/metrics.h"
#include "core/result.h"
#include "ingest/journal.h"
#include "ingest/line_framing.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Reads lines from a pipe into the journal, as frames of about frame_bytes, or of what came within
// flush_interval. When the journal has no room it waits, so whoever writes waits too: nothing is
// dropped. Not thread-safe: one owner.
class StdinSource {
 public:
  // `fd` stays the caller's. `journal` and `clock` outlive it.
  StdinSource(int fd, const StdinOptions& options, Journal& journal, OriginId origin,
              const Clock& clock, MetricsRegistry& metrics);

  // Reads to the end of the input, whose last line needs no line end. Told to stop, it sends what
  // it has and returns. kIo if reading or the journal fails; kUnavailable if it had to stop while
  // the journal was full, with the bytes that were not taken.
  Result<void> run(const std::stop_token& stop);

 private:
  // Reads what is there, waiting at most that long. False at the end of the input.
  Result<bool> read_some(Duration wait);
  // How much of the complete lines makes whole records.
  std::size_t closed_part();
  // Sends what stands in the buffer up to `size`, in frames; waits while the journal is full.
  Result<void> send(std::size_t size, const std::stop_token& stop);
  Result<void> send_frame(std::string_view lines, const std::stop_token& stop);

  const int fd_;
  const StdinOptions options_;
  Journal& journal_;
  const OriginId origin_;
  const Clock& clock_;
  MetricsRegistry::Counter& bytes_;
  MetricsRegistry::Counter& waits_;
  LineFraming framing_;
  std::string buffer_;        // read and not yet taken by the journal
  std::size_t complete_ = 0;  // of the buffer: up to the last line end
  std::uint64_t offset_ = 0;  // in the input, of the buffer's begin
  Duration oldest_{0};        // when the buffer stopped being empty; monotonic
};

}  // namespace inkling::ingest
