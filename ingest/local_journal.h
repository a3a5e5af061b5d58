#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/metrics.h"
#include "core/mutex.h"
#include "ingest/client_keys.h"
#include "ingest/journal.h"
#include "ingest/journal_backlog.h"
#include "ingest/journal_frames.h"
#include "ingest/journal_meters.h"
#include "ingest/journal_writer.h"

namespace inkling::ingest {

// The journal on the local disk: segment files in one directory (docs/formats.md,
// docs/components/journal.md). Appending fills a bounded buffer; one thread of its own writes it,
// waits for the disk once for many frames (group commit), tells the senders and hands the frames to
// next(). Thread-safe as Journal says.
//
// A frame whose sender's key is that of an earlier one (journal.key_memory) is not kept again: its
// sender is told when the earlier one is durable, with that one's position.
//
// An existing directory is opened with its frames: read_range and read_record find them, next()
// does not hand them out again. A torn tail of the last segment is cut off. New frames go to a new
// segment.
//
// The first failed write or sync is the last: see fail_from().
class LocalJournal final : public Journal {
 public:
  // Errors as Journal::open_local. `disk`: null = the real one.
  static Result<std::unique_ptr<LocalJournal>> create(const JournalOptions& options,
                                                      MetricsRegistry& metrics,
                                                      std::unique_ptr<JournalDisk> disk = nullptr);
  // Commits what was accepted, then stops.
  ~LocalJournal() override;

  Result<void> append(IncomingFrame frame, Committed committed) override;
  void close() override;
  // After a failure of the disk: first everything that was committed, then the error.
  Result<bool> next(FrameChunk& chunk) override;

  void note_times(Position frame, Timestamp min, Timestamp max) override;
  Result<void> read_range(TimeRange range, const std::function<bool(FrameChunk&&)>& visit) override;
  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override;
  Result<std::string> read_record(Position position) override;

 private:
  struct Pending {
    IncomingFrame frame;
    Committed committed;
    std::uint32_t body_crc = 0;
    std::uint64_t weight = 0;  // bytes on disk, but for the name of an origin told anew
    // Decided by the journal's thread.
    Position position;
    bool ends_epoch = false;
    std::shared_ptr<const std::string> origin_name;
  };

  LocalJournal(const JournalOptions& options, MetricsRegistry& metrics,
               std::unique_ptr<JournalDisk> disk);
  Result<void> open();

  // What the thread does.
  void run();
  // Waits for work; nothing comes any more if both parts are empty.
  struct Taken {
    std::vector<Pending> batch;
    std::vector<std::pair<Committed, Position>> known;  // duplicates of what is durable
  };
  Taken take_batch();
  // Writes and publishes batch[begin, ...) as far as one segment reaches; returns the first not
  // written.
  Result<std::size_t> commit_some(std::vector<Pending>& batch, std::size_t begin);
  std::string encode(Pending& pending);
  void publish(std::vector<Pending>& batch, std::size_t begin, std::size_t end);
  // Tells everyone from batch[begin] on, and everyone who waits, that the disk failed. Nothing is
  // tried again: after a failed fdatasync the kernel may have marked the lost pages as clean, and
  // the next one would report success (Rebello et al. 2020, "Can Applications Recover from fsync
  // Failures?").
  void fail_from(std::vector<Pending>& batch, std::size_t begin, Error error);

  const JournalOptions options_;
  const std::unique_ptr<JournalDisk> disk_;
  const std::unique_ptr<JournalMeters> meters_;
  JournalFrames frames_;  // thread-safe

  // Owned by the thread (by create() before it starts).
  std::optional<JournalWriter> writer_;
  std::uint32_t next_number_ = 1;
  std::uint64_t epoch_bytes_ = 0;  // body bytes since an epoch ended
  struct OriginState {
    std::shared_ptr<const std::string> name;
    std::uint32_t told_in = 0;  // the segment that holds its name already
  };
  std::unordered_map<OriginId, OriginState> origins_;

  Mutex mutex_;
  Condition work_;         // for the thread
  Condition ready_added_;  // for next()
  std::vector<Pending> pending_ INKLING_GUARDED_BY(mutex_);
  std::uint64_t waiting_bytes_ INKLING_GUARDED_BY(mutex_) = 0;  // of pending_
  std::uint64_t pending_bytes_ INKLING_GUARDED_BY(mutex_) = 0;  // and of the batch being committed
  std::chrono::steady_clock::time_point oldest_ INKLING_GUARDED_BY(mutex_);  // of pending_
  ClientKeys keys_ INKLING_GUARDED_BY(mutex_);
  std::vector<std::pair<Committed, Position>> known_ INKLING_GUARDED_BY(mutex_);  // to be told
  JournalBacklog backlog_ INKLING_GUARDED_BY(mutex_);  // committed, for next()
  std::optional<Error> failure_ INKLING_GUARDED_BY(mutex_);
  bool closed_ INKLING_GUARDED_BY(mutex_) = false;
  bool finished_ INKLING_GUARDED_BY(mutex_) = false;  // nothing more becomes ready

  std::jthread thread_;  // last: it uses everything above
};

}  // namespace inkling::ingest
