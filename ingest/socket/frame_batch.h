#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/timestamp.h"
#include "ingest/options.h"
#include "ingest/socket/socket_intake.h"

namespace inkling::ingest {

// Collects what a client sends without waiting for an acknowledgement into frames of about
// frame_bytes, or of what came within flush_interval. When the journal is full it keeps what it
// has, and says so: then nothing more is to be added. Not thread-safe: one owner, a connection.
class FrameBatch {
 public:
  // How soon a full journal is asked again.
  static constexpr Duration kRetry = std::chrono::milliseconds(50);

  // `intake` outlives this.
  FrameBatch(const SocketInputOptions& options, SocketIntake& intake, std::string client);
  // What is left counts as lost.
  ~FrameBatch();
  FrameBatch(const FrameBatch&) = delete;
  FrameBatch& operator=(const FrameBatch&) = delete;

  void add(std::string_view bytes) {
    if (bytes_.empty()) oldest_ = intake_.clock().monotonic();
    bytes_ += bytes;
  }
  bool empty() const { return bytes_.empty(); }
  bool is_full() const { return bytes_.size() >= frame_bytes_; }

  enum class When : std::uint8_t { kDue, kNow };
  // Hands over what is due (or all). False: the journal is full; come again after kRetry.
  bool flush(When when);
  // When the next flush is due; nothing if there is nothing.
  std::optional<Duration> due_in() const;

 private:
  const std::size_t frame_bytes_;
  const Duration flush_interval_;
  SocketIntake& intake_;
  const std::string client_;
  std::string bytes_;
  Duration oldest_{0};    // when bytes_ stopped being empty; monotonic
  bool waiting_ = false;  // counted once per wait
};

}  // namespace inkling::ingest
