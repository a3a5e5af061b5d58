#include "ingest/socket/frame_batch.h"

#include <algorithm>
#include <utility>

namespace inkling::ingest {

FrameBatch::FrameBatch(const SocketInputOptions& options, SocketIntake& intake, std::string client)
    : frame_bytes_(options.frame_bytes),
      flush_interval_(options.flush_interval),
      intake_(intake),
      client_(std::move(client)) {}

FrameBatch::~FrameBatch() {
  if (!bytes_.empty() && !flush(When::kNow)) intake_.count_lost(bytes_.size());
}

bool FrameBatch::flush(When when) {
  if (bytes_.empty()) return true;
  const bool due = is_full() || intake_.clock().monotonic() - oldest_ >= longest_wait();
  if (when == When::kDue && !due) return true;
  switch (intake_.submit(client_, bytes_, {}, {})) {
    case SocketOutcome::kFull:
      if (!std::exchange(waiting_, true)) intake_.count_wait();
      return false;
    case SocketOutcome::kFailed:
      intake_.count_lost(bytes_.size());
      break;
    case SocketOutcome::kTaken:
      break;
  }
  waiting_ = false;
  bytes_.clear();
  is_open_ = false;
  return true;
}

std::optional<Duration> FrameBatch::due_in() const {
  if (bytes_.empty()) return std::nullopt;
  const Duration left = oldest_ + longest_wait() - intake_.clock().monotonic();
  return std::max(left, Duration(0));
}

}  // namespace inkling::ingest
