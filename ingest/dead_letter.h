#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/batch.h"
#include "core/metrics.h"
#include "core/position.h"
#include "core/result.h"
#include "core/timestamp.h"
#include "ingest/options.h"

namespace inkling::ingest {

// A line that was not understood, and where it lies.
struct DeadLetter {
  Timestamp arrival = Timestamp::none();  // of its frame; none() in file replay
  std::string_view origin = {};           // "" = not known
  std::string_view path = {};             // in file replay: of the file, "" = in the journal
  std::uint64_t line = 0;                 // in file replay: of the file, from 1
  Position position = {};                 // in the journal: of the line
  ParseError reason = ParseError::kNone;
  std::string_view raw =
      {};  // the line; its length is always kept, its bytes only with options.raw
};

// A bounded file of dead letters, one JSON object per line (docs/formats.md): where the line lies
// and why it was not understood. Not thread-safe: one owner.
class DeadLetterFile {
 public:
  // Opens the file, at its end if it exists. kIo names it.
  static Result<std::unique_ptr<DeadLetterFile>> create(const DeadLetterOptions& options,
                                                        MetricsRegistry& metrics);
  // Flushes.
  ~DeadLetterFile();
  DeadLetterFile(const DeadLetterFile&) = delete;
  DeadLetterFile& operator=(const DeadLetterFile&) = delete;

  // Adds a letter. It is dropped and counted where it would exceed max_bytes, or after an error.
  void append(const DeadLetter& letter);

  // Writes what was added; it is written by itself every 64 KiB. After an error (kIo, names the
  // file) nothing more is written.
  Result<void> flush();

  std::uint64_t written() const { return written_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  DeadLetterFile(const DeadLetterOptions& options, int fd, std::uint64_t size,
                 MetricsRegistry& metrics);
  void drop(std::uint64_t letters);

  const DeadLetterOptions options_;
  const int fd_;
  std::uint64_t size_;  // of the file, and of what is to be written to it
  std::string buffer_;
  std::uint64_t buffered_ = 0;  // letters
  std::uint64_t written_ = 0;
  std::uint64_t dropped_ = 0;
  bool full_ = false;
  bool failed_ = false;
  MetricsRegistry::Counter& written_total_;
  MetricsRegistry::Counter& dropped_total_;
  MetricsRegistry::Gauge& bytes_;
};

}  // namespace inkling::ingest
