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

  // How much longer, and how many times larger a frame may become, for the rest of a line that is
  // cut into messages.
  static constexpr Duration kRestWait = std::chrono::seconds(1);
  static constexpr std::size_t kRestSize = 4;

  // `is_open`: what comes next belongs to the same record.
  void add(std::string_view bytes, bool is_open = false) {
    if (bytes_.empty()) oldest_ = intake_.clock().monotonic();
    bytes_ += bytes;
    is_open_ = is_open;
  }
  bool empty() const { return bytes_.empty(); }
  bool is_full() const { return bytes_.size() >= frame_bytes_ * (is_open_ ? kRestSize : 1); }

  enum class When : std::uint8_t { kDue, kNow };
  // Hands over what is due (or all). False: the journal is full; come again after kRetry.
  bool flush(When when);
  // When the next flush is due; nothing if there is nothing.
  std::optional<Duration> due_in() const;

 private:
  Duration longest_wait() const { return flush_interval_ + (is_open_ ? kRestWait : Duration(0)); }

  const std::size_t frame_bytes_;
  const Duration flush_interval_;
  SocketIntake& intake_;
  const std::string client_;
  std::string bytes_;
  bool is_open_ = false;
  Duration oldest_{0};    // when bytes_ stopped being empty; monotonic
  bool waiting_ = false;  // counted once per wait
};

}  // namespace inkling::ingest
