#pragma once

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/checkpoint_files.h"
#include "app/pipeline.h"
#include "core/clock.h"
#include "core/metrics.h"
#include "core/mutex.h"
#include "ingest/follow_book.h"

namespace inkling::app {

// Writes a checkpoint now and then: the state is copied in the pipeline's serial step, which waits
// for that only; a thread of its own packs and writes it. at_cut() and save_now() belong to the
// serial step, or to its caller once it has ended.
class Checkpointer {
 public:
  struct Options {
    std::string directory;
    Duration interval = std::chrono::seconds(30);  // 0 = only save_now()
  };
  // What is saved; all outlive this.
  struct Sources {
    const Pipeline& pipeline;
    const FrameStore& frames;
    const ingest::FollowBook& files;
  };
  // `needed_from` is told, from the thread, which position the older of the kept checkpoints ends
  // with. `kept`: those there are already, the newest first. Both references outlive this.
  Checkpointer(const Options& options, const Sources& sources, const Clock& clock,
               MetricsRegistry& metrics, std::function<void(Position)> needed_from,
               std::vector<Position> kept);
  // Ends what is being written.
  ~Checkpointer();

  // Copies the state if it is time and none is being written.
  void at_cut(Position last);
  // Copies the state, and returns when it is on the disk. kIo names the file.
  Result<void> save_now(Position last);

  // Brings the age of the latest checkpoint up to date. Thread-safe.
  void export_age();

 private:
  struct Job {
    std::string state;
    Position last;
  };
  void copy(Position last);
  void run();
  void write(const Job& job);

  const Options options_;
  const Sources sources_;
  const Clock& clock_;
  const std::function<void(Position)> needed_from_;
  CheckpointFiles files_;  // the thread's
  MetricsRegistry::Counter& written_;
  MetricsRegistry::Counter& failed_;
  MetricsRegistry::Gauge& bytes_;
  MetricsRegistry::Gauge& pause_;
  MetricsRegistry::Gauge& age_;
  Duration copied_at_;  // the serial step's; monotonic
  std::size_t last_size_ = 0;

  Mutex mutex_;
  Condition changed_;
  std::optional<Job> job_ INKLING_GUARDED_BY(mutex_);
  bool writing_ INKLING_GUARDED_BY(mutex_) = false;
  bool ended_ INKLING_GUARDED_BY(mutex_) = false;
  Result<void> outcome_ INKLING_GUARDED_BY(mutex_);
  std::vector<Position> kept_ INKLING_GUARDED_BY(mutex_);  // the newest first
  Duration written_at_ INKLING_GUARDED_BY(mutex_);
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace inkling::app
