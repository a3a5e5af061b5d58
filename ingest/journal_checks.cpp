#include "ingest/journal_checks.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "ingest/journal_format.h"

namespace inkling::ingest {
namespace {

constexpr std::uint64_t kMinSegmentBytes = 4096;

}  // namespace

Result<void> check_journal(const JournalOptions& options) {
  const auto invalid = [](std::string message) {
    return fail(ErrorCode::kInvalidArgument, std::move(message));
  };
  if (options.directory.empty()) return invalid("journal.directory must not be empty");
  if (options.commit_interval.count() < 0) {
    return invalid("journal.commit_interval must not be negative");
  }
  if (options.commit_bytes == 0) return invalid("journal.commit_bytes must be positive");
  if (options.max_pending_bytes == 0) return invalid("journal.max_pending_bytes must be positive");
  if (options.max_backlog_bytes == 0) return invalid("journal.max_backlog_bytes must be positive");
  if (options.segment_bytes < kMinSegmentBytes) {
    return invalid(fmt::format("journal.segment_bytes must be at least {}: {}", kMinSegmentBytes,
                               options.segment_bytes));
  }
  if (options.max_bytes > 0 && options.max_bytes < 2 * options.segment_bytes) {
    return invalid(fmt::format("journal.max_bytes must be 0 or at least twice segment_bytes: {}",
                               options.max_bytes));
  }
  if (options.max_age.count() < 0) return invalid("journal.max_age must not be negative");
  if (options.retry_interval.count() <= 0) {
    return invalid("journal.retry_interval must be positive");
  }
  return {};
}

Result<void> check_frame(const IncomingFrame& frame) {
  if (frame.format == Format::kAuto) {
    return fail(ErrorCode::kInvalidArgument, "a journal frame needs a format");
  }
  if (frame.bytes.size() > kMaxBodyBytes) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("a journal frame has at most {} bytes: {}",
                                                         kMaxBodyBytes, frame.bytes.size()));
  }
  // A key that is cut could equal another one, a name is only for people.
  if (frame.client_key.size() > kMaxClientKeyBytes) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a client key has at most {} bytes: {}", kMaxClientKeyBytes,
                            frame.client_key.size()));
  }
  if (frame.attributes.size() > kMaxAttributeBytes) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the attributes of a frame have at most {} bytes: {}",
                            kMaxAttributeBytes, frame.attributes.size()));
  }
  return {};
}

}  // namespace inkling::ingest
