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
#include "ingest/journal_cursor.h"
#include "ingest/journal_frames.h"
#include "ingest/journal_meters.h"
#include "ingest/journal_quarantine.h"
#include "ingest/journal_shelf.h"
#include "ingest/journal_writer.h"
#include "ingest/unanswered_frames.h"

namespace inkling::ingest {

// The journal on the local disk: segment files in one directory (docs/formats.md,
// docs/components/journal.md). Appending fills a bounded buffer; one thread of its own writes it,
// waits for the disk once for many frames (group commit), tells the senders and hands the frames to
// next(). Thread-safe as Journal says.
//
// A frame whose sender's key is that of an earlier one (journal.key_memory) is not kept again: its
// sender is told when the earlier one is durable, with that one's position. After a run that was
// killed, so is a frame with the bytes of one whose sender may not have heard of it.
//
// Frames that the pipeline is behind with are read back from the disk; so are those of earlier runs
// after resume_behind(). A torn tail of the last segment is cut off at the start, other damage is
// copied to the quarantine and skipped. New frames go to a new segment.
//
// When the disk fails, who waits is told, appends are refused, and a new segment is tried until one
// can be begun: see fail_from().
class LocalJournal final : public Journal {
 public:
  // Errors as Journal::open_local. `disk`: null = the real one.
  static Result<std::unique_ptr<LocalJournal>> create(const JournalOptions& options,
                                                      MetricsRegistry& metrics,
                                                      std::unique_ptr<JournalDisk> disk = nullptr);
  // Commits what was accepted, then stops.
  ~LocalJournal() override;

  Result<void> append(IncomingFrame frame, Committed committed) override;
  Result<void> resume_behind(Position last) override;
  void set_needed_from(Position last) override;
  void set_before_removal(BeforeRemoval before_removal) override;
  void close() override;
  // If the disk still fails at the end: first everything that was committed, then the error.
  Result<bool> next(FrameChunk& chunk) override;

  void note_times(Position frame, Timestamp min, Timestamp max) override;
  Result<void> read_range(TimeRange range, const std::function<bool(FrameChunk&&)>& visit) override;
  Result<void> read_chosen(TimeRange range, const std::function<Choice(Position)>& choose,
                           const std::function<bool(FrameChunk&&)>& visit) override;
  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override;
  void save_times(StateWriter& writer) const override { frames_.save_times(writer); }
  Result<void> load_times(StateReader& reader) override { return frames_.load_times(reader); }
  Result<std::string> read_record(Position position) override;

 private:
  struct Pending {
    IncomingFrame frame;
    Committed committed;
    std::uint32_t body_crc = 0;
    std::uint64_t weight = 0;  // bytes on disk
    // Decided by the journal's thread.
    Position position;
    bool ends_epoch = false;
    std::shared_ptr<const std::string> origin_name;
  };

  LocalJournal(const JournalOptions& options, MetricsRegistry& metrics,
               std::unique_ptr<JournalDisk> disk);
  Result<void> open();

  // What is refused before it is taken; counts it.
  Result<void> check_room(const Pending& pending) INKLING_REQUIRES(mutex_);
  // A duplicate is answered by the earlier frame; false: it is new.
  bool take_duplicate(Pending& pending) INKLING_REQUIRES(mutex_);

  // What the thread does (local_journal_commit.cpp).
  void run();
  // Waits for work; nothing comes any more if it is the last.
  struct Taken {
    std::vector<Pending> batch;
    std::vector<std::pair<Committed, Position>> known;  // duplicates of what is durable
    bool last = false;
  };
  Taken take_batch();
  void commit(std::vector<Pending>& batch);
  Result<void> begin_segment();
  // Writes and publishes batch[begin, ...) as far as one segment reaches; returns the first not
  // written.
  Result<std::size_t> commit_some(std::vector<Pending>& batch, std::size_t begin);
  std::string encode(Pending& pending);
  void publish(std::vector<Pending>& batch, std::size_t begin, std::size_t end);
  static FrameChunk chunk_of(Pending& pending);
  // The disk failed at batch[begin]. Who can send again is told, the others' frames are kept for
  // the next try. The segment is given up: after a failed fdatasync the kernel may have marked the
  // lost pages as clean, and the next one would report success (Rebello et al. 2020, "Can
  // Applications Recover from fsync Failures?").
  void fail_from(std::vector<Pending>& batch, std::size_t begin, Error error);
  // Removes segments that have to go, so that `more` bytes fit.
  void prune(std::uint64_t more);
  void show_shelf() INKLING_REQUIRES(mutex_);

  const JournalOptions options_;
  const std::unique_ptr<JournalDisk> disk_;
  const std::unique_ptr<JournalMeters> meters_;
  JournalFrames frames_;  // thread-safe

  // Owned by the thread (by create() and resume_behind() before it has work).
  std::optional<JournalWriter> writer_;
  std::uint32_t next_number_ = 1;
  std::uint64_t epoch_bytes_ = 0;  // body bytes since an epoch ended
  std::unordered_map<OriginId, std::shared_ptr<const std::string>> origins_;  // their names
  BeforeRemoval before_removal_;

  // Owned by create(), then by the caller of next().
  std::optional<Position> reading_;  // where the stretch on disk began that the cursor reads
  JournalQuarantine quarantine_;
  JournalCursor cursor_;
  std::uint64_t missing_told_ = 0;  // of the segments the cursor has missed

  Mutex mutex_;
  Condition work_;         // for the thread
  Condition ready_added_;  // for next()
  std::vector<Pending> pending_ INKLING_GUARDED_BY(mutex_);
  std::uint64_t waiting_bytes_ INKLING_GUARDED_BY(mutex_) = 0;  // of pending_
  std::uint64_t pending_bytes_ INKLING_GUARDED_BY(mutex_) = 0;  // and of the batch being committed
  std::chrono::steady_clock::time_point oldest_ INKLING_GUARDED_BY(mutex_);  // of pending_
  ClientKeys keys_ INKLING_GUARDED_BY(mutex_);
  UnansweredFrames unanswered_ INKLING_GUARDED_BY(mutex_);
  std::vector<std::pair<Committed, Position>> known_ INKLING_GUARDED_BY(mutex_);  // to be told
  JournalShelf shelf_ INKLING_GUARDED_BY(mutex_);
  bool is_pinned_ INKLING_GUARDED_BY(mutex_) = false;  // by resume_behind() or set_needed_from()
  JournalBacklog backlog_ INKLING_GUARDED_BY(mutex_);  // committed, for next()
  std::optional<Error> failing_ INKLING_GUARDED_BY(mutex_);  // what the disk said last
  bool closed_ INKLING_GUARDED_BY(mutex_) = false;
  bool finished_ INKLING_GUARDED_BY(mutex_) = false;  // nothing more becomes ready

  std::jthread thread_;  // last: it uses everything above
};

}  // namespace inkling::ingest
